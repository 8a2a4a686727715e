/* A style in one pass of its network. */
#include <stdlib.h>

#include "nn/generator.h"
#include "tensor/no_memory.h"
#include "transfer/stylize.h"
#include "web/play.h"

static Arena *kept; /* the network of the style */
static Stylizer *stylizer;
static uint8_t *bytes;
static int size[2];

bool PLAY_EXPORT(play_style_end)(void) {
    static const char *const picture = "picture";
    Arena *arena = arena_new();
    Network *network = generator_new(arena);
    if (!network_load(network, play_weight_list(), "the style", &picture, 1, &play_err)) {
        arena_free(arena);
        return false;
    }
    network_copy_weights(network);
    if (stylizer) stylizer_free(stylizer);
    arena_free(kept);
    kept = arena;
    stylizer = stylizer_new(network);
    return true;
}

bool play_stylize_side(int side) {
    return (side >= MIN_IMAGE_SIDE && side <= PLAY_MOST_SIDE) ||
           error_set(&play_err, "size %d: choose one from %d to %d pixels", side,
                     MIN_IMAGE_SIDE, PLAY_MOST_SIDE);
}

void play_stylized_set(Tensor picture) {
    size[0] = picture.shape.w;
    size[1] = picture.shape.h;
    bytes = memory_resize(bytes, (size_t)4 * (size_t)size[0] * (size_t)size[1]);
    play_bytes(picture, bytes);
}

bool PLAY_EXPORT(play_stylize)(int side) {
    Tensor photograph, picture;
    if (!stylizer) return error_set(&play_err, "choose a style first");
    if (!play_stylize_side(side)) return false;
    Arena *scratch = arena_new();
    const bool good =
        play_picture_sized(scratch, PLAY_PHOTOGRAPH, side, SIDE_LONGER, &photograph) &&
        stylizer_paint(stylizer, photograph, &picture, &play_err);
    if (good) play_stylized_set(picture);
    arena_free(scratch);
    return good;
}

const int *PLAY_EXPORT(play_stylized_size)(void) {
    return size;
}

const uint8_t *PLAY_EXPORT(play_stylized)(void) {
    return bytes;
}
