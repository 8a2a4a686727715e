/* Any style in one pass: paintnet looks, the painting says how, the decoder paints. */
#include "nn/decoder.h"
#include "tensor/no_memory.h"
#include "transfer/any_stylizer.h"
#include "web/play.h"

static Arena *network_arena, *decoder_arena;
static Network *network;
static Decoder *decoder;
static AnyStylizer *stylizer; /* with the painting */

static void forget_painting(void) {
    if (stylizer) any_stylizer_free(stylizer);
    stylizer = NULL;
}

bool PLAY_EXPORT(play_any_network_end)(void) {
    const Recipe looking = {.net.pad = PADDING_REFLECT, .net.pool = POOL_DEFAULT};
    forget_painting();
    arena_free(network_arena);
    network_arena = arena_new();
    network = play_network_new(network_arena, &looking);
    return network != NULL;
}

bool PLAY_EXPORT(play_decoder_end)(double light) {
    if (!(light >= 0 && light <= DECODER_LIGHT_MOST))
        return error_set(&play_err, "the decoder's light is %g; load the page again",
                         light);
    Arena *scratch = arena_new();
    Decoder *read = decoder_new(scratch);
    const bool good = decoder_load(read, play_weight_list(), "the decoder", &play_err);
    if (good) {
        forget_painting();
        arena_free(decoder_arena);
        decoder_arena = arena_new();
        decoder_set_light(read, light);
        decoder = decoder_copy(decoder_arena, read);
    }
    arena_free(scratch);
    return good;
}

bool PLAY_EXPORT(play_any_style)(int side, double alpha) {
    Shape size;
    Tensor painting;
    if (!network || !decoder) return error_set(&play_err, "load the decoder first");
    if (!play_picture_shape(PLAY_PAINTING, 0, SIDE_LONGER, &size)) return false;
    if (image_longest(size) > side) size = image_fit(size, side);
    Arena *scratch = arena_new();
    forget_painting();
    stylizer = any_stylizer_new(network, decoder);
    any_stylizer_alpha(stylizer, alpha);
    const bool good = play_picture_fitted(scratch, PLAY_PAINTING, size, &painting) &&
                      any_stylizer_add(stylizer, painting, 1, &play_err);
    arena_free(scratch);
    if (!good) forget_painting();
    return good;
}

bool PLAY_EXPORT(play_stylize_any)(int side) {
    Tensor photograph, picture;
    if (!stylizer) return error_set(&play_err, "choose a painting first");
    if (!play_stylize_side(side)) return false;
    Arena *scratch = arena_new();
    const bool good =
        play_picture_sized(scratch, PLAY_PHOTOGRAPH, side, SIDE_LONGER, &photograph) &&
        any_stylizer_paint(stylizer, photograph, &picture, &play_err);
    if (good) play_stylized_set(picture);
    arena_free(scratch);
    return good;
}
