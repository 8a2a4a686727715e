/* The way of any style: the paintings of --style. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/stylize_way.h"
#include "app/stylized.h"
#include "io/file.h"
#include "tensor/text.h"
#include "transfer/any_file.h"
#include "transfer/any_stylizer.h"
#include "transfer/input.h"
#include "transfer/network_open.h"

/* ---- Options ---- */

#define AT(field) offsetof(StylizeAny, field)

const Option stylize_any_options[] = {
    {"style", &option_texts, AT(styles), .takes = "PAINTING[:WEIGHT]",
     .unit = "the file of a painting",
     .help = "paint as this painting, without training; said again, styles are mixed in "
             "the proportion of their weights"},
    {"alpha", &setting_number, AT(alpha), 0, 1,
     .help = "how far to go from the photograph, 0, to the painting (1)"},
    {"style-size", &setting_count, AT(side), 64, 4096,
     .help = "longer side to which paintings are reduced: larger, coarser strokes "
             "(--size, or 512)"},
    {"decoder", &option_text, AT(decoder), .takes = "FILE",
     .help = "a file of 'stylegrad train-any-style' (the program's own)"},
    {0},
};

/* What follows the last colon is a weight, unless there is a file of the whole name. */
static bool split(Arena *arena, const char *said, const char **path, double *weight,
                  Error *err) {
    const char *colon = strrchr(said, ':');
    char *end = NULL;
    *path = said;
    *weight = 1;
    if (!colon || access(said, F_OK) == 0) return true;
    *weight = strtod(colon + 1, &end);
    if (end == colon + 1 || *end || !isfinite(*weight) || *weight <= 0)
        return error_set(err,
                         "--style %s: \"%s\" is no weight, which is a number above 0",
                         said, colon + 1);
    *path = text_format(arena, "%.*s", (int)(colon - said), said);
    return true;
}

/* ---- The way ---- */

static bool takes(int h, int w, Error *err) {
    return (h >= ANY_LEAST && w >= ANY_LEAST) ||
           error_set(err,
                     "the picture is too small: any style paints at least %d x %d "
                     "pixels, got %d x %d (width x height); use a larger one",
                     ANY_LEAST, ANY_LEAST, w, h);
}

static bool paint_any(void *with, Tensor photo, Tensor *picture, Error *err) {
    return any_stylizer_paint(with, photo, picture, err);
}

static size_t bytes(void *with, int h, int w) {
    return any_stylizer_bytes(with, h, w);
}

/* Statistics are always those of all pixels. */
static bool paint_parts(void *with, const ImageRgb *photo, const ImageRgb *picture,
                        const StylizeParts *parts, Error *err) {
    return any_stylizer_paint_parts(with, photo, picture, parts->tile, parts->keep_colors,
                                    err);
}

static size_t part_bytes(void *with, int tile) {
    return any_stylizer_part_bytes(with, tile);
}

static void free_any(void *with) {
    any_stylizer_free(with);
}

/* Reads a painting and adds it; what is said of it gets longer. */
static bool add_style(AnyStylizer *s, Arena *arena, const StylizeAny *any, int i,
                      const char **said, Error *err) {
    Tensor painting;
    FileBytes file;
    Error problem;
    const char *path = any->path[i];
    Arena *scratch = arena_new();
    bool good = file_read(scratch, path, MAX_WEIGHTS_FILE, &file, err) &&
                input_image(scratch, path, 0, &painting, err);
    if (good && image_longest(painting.shape) > any->side) {
        const Shape size = image_fit(painting.shape, any->side);
        painting = image_resize(scratch, painting, size.h, size.w);
    }
    if (good && !any_stylizer_add(s, painting, any->weight[i], &problem))
        good = error_set(err, "%s: %s", path, problem.text);
    if (good)
        *said = text_format(arena, "%s %s %.17g", *said,
                            sha256_bytes(file.data, file.size).text, any->weight[i]);
    arena_free(scratch);
    return good;
}

static bool add_styles(AnyStylizer *s, Arena *arena, const StylizeAny *any,
                       const char **said, Error *err) {
    for (int i = 0; i < any->styles.count; i++)
        if (!add_style(s, arena, any, i, said, err)) return false;
    return true;
}

bool stylize_way_any(Arena *arena, StylizeAny *any, StylizeWay *out, Error *err) {
    AnyInfo info;
    NetworkInfo network_info;
    Decoder *decoder;
    const NetworkOptions wanted = {.net = "paintnet", .pad = PADDING_REFLECT};
    StylizedFiles files = {.decoder = any->decoder};
    for (int i = 0; i < any->styles.count; i++)
        if (!split(arena, any->styles.text[i], &any->path[i], &any->weight[i], err))
            return false;
    if (!stylized_find(arena, &files, err) ||
        !any_file_read(arena, files.decoder, &decoder, &info, err))
        return false;
    Network *network = network_open(arena, files.paintnet, &wanted, &network_info, err);
    if (!network) return false;
    AnyStylizer *s = any_stylizer_new(network, decoder);
    any_stylizer_alpha(s, any->alpha);
    const char *said = text_format(arena, "any %s %s alpha %.17g side %d", info.hash.text,
                                   network_info.hash.text, any->alpha, any->side);
    if (!add_styles(s, arena, any, &said, err)) {
        any_stylizer_free(s);
        return false;
    }
    *out = (StylizeWay){.with = s,
                        .said = said,
                        .unit = ANY_BLOCK,
                        .takes = takes,
                        .paint = paint_any,
                        .bytes = bytes,
                        .paint_parts = paint_parts,
                        .part_bytes = part_bytes,
                        .free = free_any};
    return true;
}
