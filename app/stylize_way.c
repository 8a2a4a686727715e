#include "app/stylize_way.h"

#include <string.h>
#include <unistd.h>

#include "io/assets.h"
#include "nn/generator.h"
#include "tensor/text.h"
#include "tensor/version.h"
#include "transfer/style_file.h"

const char *stylize_style_path(Arena *arena, const char *said) {
    Error none;
    if (access(said, F_OK) == 0 || strchr(said, '/')) return said;
    const char *name = text_format(arena, "styles/%s.style", said);
    const char *path = assets_path(arena, name, &none);
    return path ? path : said;
}

static bool takes(int h, int w, Error *err) {
    return (h >= GENERATOR_LEAST && w >= GENERATOR_LEAST) || generator_refuse(h, w, err);
}

static bool paint_style(void *with, Tensor photo, Tensor *picture, Error *err) {
    return stylizer_paint(with, photo, picture, err);
}

static size_t bytes(void *with, int h, int w) {
    return stylizer_bytes(with, h, w);
}

static bool paint_parts(void *with, const ImageRgb *photo, const ImageRgb *picture,
                        const StylizeParts *parts, Error *err) {
    return stylizer_paint_parts(with, photo, picture, parts, err);
}

static size_t part_bytes(void *with, int tile) {
    return stylizer_part_bytes(with, tile);
}

static void free_style(void *with) {
    stylizer_free(with);
}

bool stylize_way_style(Arena *arena, const char *path, StylizeWay *out, Error *err) {
    Network *network;
    StyleInfo info;
    if (!style_file_read(arena, path, &network, &info, err)) return false;
    *out = (StylizeWay){.with = stylizer_new(network),
                        .said = text_format(arena, "style %s", info.hash.text),
                        .unit = 4,
                        .takes = takes,
                        .paint = paint_style,
                        .bytes = bytes,
                        .paint_parts = paint_parts,
                        .part_bytes = part_bytes,
                        .free = free_style};
    return true;
}
