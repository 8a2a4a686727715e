#include <string.h>

#include "io/file_kind.h"
#include "io/image.h"
#include "io/picture.h"

typedef struct Format {
    const char *magic; /* the bytes at the start that tell the format */
    size_t length;
    const char *name;
    const char *(*scan)(const FileBytes *file, PictureFacts *facts);
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
    return error_set(err, "%s: is not a picture this program can read (%s); %s", path,
                     kind->name, kind->advice);
}

static bool refuse_damaged(const char *path, const Format *format, const char *problem,
                           Error *err) {
    return error_set(
        err,
        "%s: cannot be read as a picture (%s: %s); fetch it again or convert "
        "it to another PNG or JPEG",
        path, format->name, problem);
}

static bool check_size(const char *path, const PictureFacts *facts, Error *err) {
    int64_t w = facts->w, h = facts->h;
    if (w < 1 || h < 1)
        return error_set(err,
                         "%s: announces a picture of %lld x %lld pixels; fetch it again",
                         path, (long long)w, (long long)h);
    if (w <= IMAGE_LARGEST_SIDE && h <= IMAGE_LARGEST_SIDE && w * h <= IMAGE_LARGEST_AREA)
        return true;
    return error_set(err,
                     "%s: has %lld x %lld pixels, and a side may have %d, a picture %d; "
                     "make it smaller first",
                     path, (long long)w, (long long)h, IMAGE_LARGEST_SIDE,
                     IMAGE_LARGEST_AREA);
}

static double value_at(const Picture *p, size_t place) {
    return (double)(p->narrow ? p->narrow[place] : p->wide[place]) / p->largest;
}

/* One pixel as red, green, blue, over white. */
static void read_pixel(const Picture *p, int row, int column, double rgb[3]) {
    size_t place = ((size_t)row * (size_t)p->w + (size_t)column) * (size_t)p->channels;
    bool grey = p->channels < 3;
    bool alpha = p->channels % 2 == 0;
    double a = alpha ? value_at(p, place + (size_t)p->channels - 1) : 1;
    for (size_t c = 0; c < 3; c++) {
        double v = value_at(p, place + (grey ? 0 : c));
        rgb[c] = alpha ? a * v + (1 - a) : v;
    }
}

/* Orientations 5 to 8 exchange rows and columns; each of them and of 1 to 4 mirrors one
 * axis, both or none of the stored picture. */
static Tensor make_tensor(Arena *arena, const Picture *p, int orientation) {
    bool exchange = orientation >= 5;
    bool up =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    bool left =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    Shape shape = {1, 3, exchange ? p->w : p->h, exchange ? p->h : p->w};
    Tensor out = tensor_alloc(arena, shape);
    size_t plane = (size_t)shape.h * (size_t)shape.w, place = 0;
    for (int y = 0; y < shape.h; y++) {
        for (int x = 0; x < shape.w; x++, place++) {
            int row = exchange ? x : y, column = exchange ? y : x;
            double rgb[3];
            read_pixel(p, up ? p->h - 1 - row : row, left ? p->w - 1 - column : column,
                       rgb);
            for (size_t c = 0; c < 3; c++)
                out.data[c * plane + place] = (real)rgb[c];
        }
    }
    return out;
}

static const char *decode(Arena *scratch, const Format *format, const FileBytes *file,
                          const PictureFacts *facts, Picture *picture) {
    const char *problem =
        format->scan == pnm_scan
            ? pnm_decode(scratch, file, picture)
            : stb_decode(file, facts->wide, stb_budget(facts, file->size), picture);
    if (problem) return problem;
    return picture->w == facts->w && picture->h == facts->h ? NULL
                                                            : "it announces two sizes";
}

bool picture_read(Arena *arena, const char *path, const FileBytes *file, Tensor *out,
                  Error *err) {
    const Format *format = find_format(file);
    if (!format) return refuse_kind(path, file, err);
    PictureFacts facts = {.orientation = 1};
    const char *problem = format->scan(file, &facts);
    if (problem) return refuse_damaged(path, format, problem, err);
    if (!check_size(path, &facts, err)) return false;
    Arena *scratch = arena_new();
    Picture picture;
    problem = decode(scratch, format, file, &facts, &picture);
    if (!problem) *out = make_tensor(arena, &picture, facts.orientation);
    stb_free();
    arena_free(scratch);
    return problem ? refuse_damaged(path, format, problem, err) : true;
}

bool image_read(Arena *arena, const char *path, Tensor *out, Error *err) {
    Arena *scratch = arena_new();
    FileBytes file;
    bool ok = file_read(scratch, path, IMAGE_LARGEST_FILE, &file, err) &&
              picture_read(arena, path, &file, out, err);
    arena_free(scratch);
    return ok;
}
