#include <string.h>

#include "io/file_kind.h"
#include "io/image.h"
#include "io/image_decode.h"

typedef struct Format {
    const char *magic; /* the signature at the start of the file */
    size_t length;
    const char *name;
    const char *(*scan)(Arena *scratch, const FileBytes *file, ImageFacts *facts);
} Format;

static const Format formats[] = {
    {"\x89PNG\r\n\x1a\n", 8, "PNG", png_scan},
    {"\xff\xd8\xff", 3, "JPEG", jpeg_scan},
    {"BM", 2, "BMP", bmp_scan},
    {"P1", 2, "PNM", pnm_scan},
    {"P2", 2, "PNM", pnm_scan},
    {"P3", 2, "PNM", pnm_scan},
    {"P4", 2, "PNM", pnm_scan},
    {"P5", 2, "PNM", pnm_scan},
    {"P6", 2, "PNM", pnm_scan},
};

/* NULL for a format that is not read. */
static const Format *find_format(const FileBytes *file) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (file->size >= formats[i].length &&
            !memcmp(file->data, formats[i].magic, formats[i].length))
            return &formats[i];
    return NULL;
}

static bool refuse_kind(const char *path, const FileBytes *file, Error *err) {
    const FileKind *kind = file_kind(file);
    return error_set(err, "%s: is not an image this program can read (%s); %s", path,
                     kind->name, kind->advice);
}

static bool refuse_damaged(const char *path, const Format *format, const char *problem,
                           Error *err) {
    return error_set(err,
                     "%s: cannot be read as an image (%s: %s); fetch it again or convert "
                     "it to another PNG or JPEG",
                     path, format->name, problem);
}

static bool refuse_colours(const char *path, const Format *format, const char *problem,
                           Error *err) {
    return error_set(err,
                     "%s: its colours are not known (%s: %s); 'convert IN -auto-orient "
                     "-strip OUT.png' makes an image whose numbers are taken as sRGB",
                     path, format->name, problem);
}

/* An image in bytes may have more pixels. */
static bool check_size(const char *path, const ImageFacts *facts, bool bytes,
                       Error *err) {
    const int64_t w = facts->w, h = facts->h;
    const int64_t area = bytes ? IMAGE_LARGEST_BYTES : IMAGE_LARGEST_AREA;
    if (w < 1 || h < 1)
        return error_set(err,
                         "%s: announces an image of %lld x %lld pixels; fetch it again",
                         path, (long long)w, (long long)h);
    if (w <= IMAGE_LARGEST_SIDE && h <= IMAGE_LARGEST_SIDE && w * h <= area) return true;
    return error_set(
        err,
        "%s: has %lld x %lld pixels, and a side may have %d, an image %lld; "
        "make it smaller first, or raise IMAGE_LARGEST_SIDE and %s (io/limits.h)",
        path, (long long)w, (long long)h, IMAGE_LARGEST_SIDE, (long long)area,
        bytes ? "IMAGE_LARGEST_BYTES" : "IMAGE_LARGEST_AREA");
}

static double value_at(const DecodedImage *p, size_t place) {
    return (double)(p->narrow ? p->narrow[place] : p->wide[place]) / p->largest;
}

/* A decoded row: one or three colours for each pixel, and opacity. */
static void read_row(const DecodedImage *p, int row, int channels, double *values,
                     double *alpha) {
    const bool grey = p->channels < 3, clear = p->channels % 2 == 0;
    size_t place = (size_t)row * (size_t)p->w * (size_t)p->channels;
    for (int x = 0; x < p->w; x++, place += (size_t)p->channels) {
        for (int c = 0; c < channels; c++)
            *values++ = value_at(p, place + (size_t)(grey ? 0 : c));
        alpha[x] = clear ? value_at(p, place + (size_t)p->channels - 1) : 1;
    }
}

/* The position of a stored pixel in the result. Orientations 5 to 8 exchange rows and
 * columns; each orientation mirrors one axis, both or none. */
typedef struct Turn {
    bool exchange, up, left;
} Turn;

static Turn turn_of(int orientation) {
    const int o = orientation;
    return (Turn){.exchange = o >= 5,
                  .up = o == 3 || o == 4 || o == 6 || o == 7,
                  .left = o == 2 || o == 3 || o == 7 || o == 8};
}

/* The index in a plane of the rotated image. */
static size_t place_of(const DecodedImage *p, Turn turn, int row, int column) {
    const int y = turn.up ? p->h - 1 - row : row;
    const int x = turn.left ? p->w - 1 - column : column;
    return turn.exchange ? (size_t)x * (size_t)p->h + (size_t)y
                         : (size_t)y * (size_t)p->w + (size_t)x;
}

/* What a file is read for, and where it goes: to the tensor, or to bytes. */
typedef struct Wanted {
    bool mask; /* values are no colours */
    Tensor *tensor;
    ImageRgb *rgb; /* or NULL */
} Wanted;

static void allocate(Arena *arena, const Wanted *wanted, int h, int w) {
    if (!wanted->rgb)
        *wanted->tensor = tensor_alloc(arena, (Shape){1, 3, h, w});
    else
        *wanted->rgb = (ImageRgb){w, h, arena_alloc(arena, 3 * (size_t)w * (size_t)h)};
}

/* Channel c of the pixel at a place of the rotated image. */
static void store(const Wanted *wanted, size_t plane, int c, size_t place, double value) {
    if (wanted->rgb)
        wanted->rgb->rgb[3 * place + (size_t)c] = (uint8_t)(255 * value + 0.5);
    else
        wanted->tensor->data[(size_t)c * plane + place] = (real)value;
}

/* Whether the decoded bytes are already those of an image in bytes. */
static bool as_decoded(const DecodedImage *p, const ImageFacts *facts,
                       const Colours *colours, const Wanted *wanted) {
    return wanted->rgb && !colours && p->narrow && p->largest == UINT8_MAX &&
           p->channels == 3 && facts->orientation == 1;
}

/* Converts, composes over the background and rotates one row after the other. */
static void make_image(Arena *arena, Arena *scratch, const DecodedImage *p,
                       const ImageFacts *facts, const Colours *colours,
                       const Wanted *wanted) {
    const Turn turn = turn_of(facts->orientation);
    const double background = wanted->mask ? 0 : 1;
    allocate(arena, wanted, turn.exchange ? p->w : p->h, turn.exchange ? p->h : p->w);
    const size_t w = (size_t)p->w, plane = w * (size_t)p->h;
    if (as_decoded(p, facts, colours, wanted)) {
        memcpy(wanted->rgb->rgb, p->narrow, 3 * plane);
        return;
    }
    const int channels = colours ? colours_channels(colours) : 3;
    double *values = ARENA_NEW(scratch, double, 3 * w);
    double *rgb = colours ? ARENA_NEW(scratch, double, 3 * w) : values;
    double *alpha = ARENA_NEW(scratch, double, w);
    for (int row = 0; row < p->h; row++) {
        read_row(p, row, channels, values, alpha);
        if (colours) colours_row(colours, values, rgb, p->w);
        for (int x = 0; x < p->w; x++) {
            const size_t place = place_of(p, turn, row, x);
            const double a = alpha[x];
            for (int c = 0; c < 3; c++)
                store(wanted, plane, c, place, a * rgb[3 * x + c] + (1 - a) * background);
        }
    }
}

static const char *decode(Arena *scratch, const Format *format, const FileBytes *file,
                          const ImageFacts *facts, DecodedImage *image) {
    FileBytes bytes = facts->bare_cmyk ? jpeg_mark_cmyk(scratch, file) : *file;
    const char *problem =
        format->scan == pnm_scan
            ? pnm_decode(scratch, file, image)
            : stb_decode(&bytes, facts->wide, stb_budget(facts, file->size), image);
    if (problem) return problem;
    return image->w == facts->w && image->h == facts->h ? NULL : "it announces two sizes";
}

/* In a mask, transparent pixels are not selected, and values are no colours, so profiles
 * are ignored. */
static bool decode_image(Arena *arena, Arena *scratch, const char *path,
                         const Format *format, const FileBytes *file,
                         const ImageFacts *facts, const Wanted *wanted, Error *err) {
    DecodedImage image;
    Colours *colours = NULL;
    const char *problem = decode(scratch, format, file, facts, &image);
    if (problem) return refuse_damaged(path, format, problem, err);
    if (!wanted->mask)
        problem = colours_open(&facts->colours, image.channels < 3, image.narrow != NULL,
                               &colours);
    if (problem) return refuse_colours(path, format, problem, err);
    make_image(arena, scratch, &image, facts, colours, wanted);
    colours_close(colours);
    return true;
}

static bool read_bytes(Arena *arena, const char *path, const FileBytes *file,
                       const Wanted *wanted, Error *err) {
    const Format *format = find_format(file);
    if (!format) return refuse_kind(path, file, err);
    Arena *scratch = arena_new();
    ImageFacts facts = {.orientation = 1};
    const char *problem = format->scan(scratch, file, &facts);
    const bool good = problem ? refuse_damaged(path, format, problem, err)
                              : check_size(path, &facts, wanted->rgb != NULL, err) &&
                                    decode_image(arena, scratch, path, format, file,
                                                 &facts, wanted, err);
    stb_free();
    arena_free(scratch);
    return good;
}

bool image_read_bytes(Arena *arena, const char *path, const FileBytes *file, Tensor *out,
                      Error *err) {
    return read_bytes(arena, path, file, &(Wanted){.tensor = out}, err);
}

bool image_read_mask_bytes(Arena *arena, const char *path, const FileBytes *file,
                           Tensor *out, Error *err) {
    return read_bytes(arena, path, file, &(Wanted){.tensor = out, .mask = true}, err);
}

static bool read_file(Arena *arena, const char *path, const Wanted *wanted, Error *err) {
    Arena *scratch = arena_new();
    FileBytes file;
    bool ok = file_read(scratch, path, IMAGE_LARGEST_FILE, &file, err) &&
              read_bytes(arena, path, &file, wanted, err);
    arena_free(scratch);
    return ok;
}

bool image_read(Arena *arena, const char *path, Tensor *out, Error *err) {
    return read_file(arena, path, &(Wanted){.tensor = out}, err);
}

bool image_read_mask(Arena *arena, const char *path, Tensor *out, Error *err) {
    return read_file(arena, path, &(Wanted){.tensor = out, .mask = true}, err);
}

bool image_read_rgb(Arena *arena, const char *path, ImageRgb *out, Error *err) {
    return read_file(arena, path, &(Wanted){.rgb = out}, err);
}
