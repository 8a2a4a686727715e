#include "app/video_painter.h"

#include <stdio.h>
#include <string.h>

#include "app/stylize_way.h"
#include "io/file_place.h"
#include "io/image.h"
#include "io/interrupt.h"
#include "tensor/text.h"
#include "tensor/threads.h"
#include "transfer/pyramid.h"
#include "transfer/style_file.h"

/* A file of weights begins with the length of its header, 8 bytes, and a brace. */
static bool holds_weights(const char *path) {
    unsigned char first[9] = {0};
    FILE *file = fopen(path, "rb");
    const size_t got = file ? fread(first, 1, sizeof first, file) : 0;
    if (file) fclose(file);
    return got == sizeof first && first[8] == '{';
}

bool video_style_is_trained(Arena *arena, const VideoOptions *options,
                            const char **path) {
    const char *said = options->scene.operand[1];
    *path = stylize_style_path(arena, said);
    return *path != said || holds_weights(said) ||
           strcmp(file_ending(said), ".style") == 0;
}

static bool open_one_pass(VideoPainter *p, const char *path, Error *err) {
    Network *network;
    if (p->options->scene.operands > 2)
        return error_set(err,
                         "%s: is a trained style, and only one can be used; leave "
                         "out the others",
                         SHOWN(path));
    if (p->options->scene.threads) threads_set(p->options->scene.threads);
    if (!style_file_read(p->arena, path, &network, NULL, err)) return false;
    p->stylizer = stylizer_new(network);
    return true;
}

/* The first frame is painted in several sizes, as far as there is room for them. */
static void choose_sizes(VideoPainter *p, int longest) {
    p->recipe = p->session.recipe;
    p->recipe.size.pixels = longest;
    p->recipe.size.of = SIDE_LONGER;
    if (p->recipe.size.pyramid) pyramid_fit(&p->recipe, p->recipe.size.pyramid);
}

static bool open_optimisation(VideoPainter *p, const char *first, int longest,
                              Error *err) {
    Images images;
    Options scene = p->options->scene;
    scene.operand[0] = first;
    scene.recipe.size.pixels = longest;
    scene.recipe.size.of = SIDE_LONGER;
    if (!session_open(&p->session, &images, &scene, err)) return false;
    choose_sizes(p, longest);
    p->film = (Film){.recipe = &p->recipe,
                     .network = p->session.network,
                     .scene = images.scene,
                     .steps = p->options->frame_steps,
                     .temporal_weight = p->options->temporal_weight};
    for (int i = 0; i < images.scene.styles; i++) {
        p->targets[i].arena = p->arena;
        p->film.scene.style[i].kept = &p->targets[i];
    }
    fputs(p->session.notes.text, stderr);
    return true;
}

bool video_painter_open(VideoPainter *painter, Arena *arena, const VideoOptions *options,
                        const char *first, Shape size, Error *err) {
    const char *style;
    *painter = (VideoPainter){.options = options, .arena = arena};
    return video_style_is_trained(arena, options, &style)
               ? open_one_pass(painter, style, err)
               : open_optimisation(painter, first, image_longest(size), err);
}

void video_painter_close(VideoPainter *painter) {
    if (painter->stylizer)
        stylizer_free(painter->stylizer);
    else
        session_close(&painter->session);
    film_end(&painter->film);
}

static bool watch(void *context, const Problem *problem, const PaintStep *step) {
    (void)context, (void)problem, (void)step;
    return !interrupt_signal();
}

static bool one_pass(VideoPainter *p, Arena *arena, Tensor frame, const FilmStep *step,
                     Tensor *painting, Error *err) {
    Tensor picture;
    if (!stylizer_paint(p->stylizer, frame, &picture, err)) return false;
    *painting = tensor_clone(arena, picture);
    if (step) film_blend(*painting, step, p->options->blend);
    return true;
}

bool video_painter_paint(VideoPainter *p, Arena *arena, Tensor frame,
                         const FilmStep *step, Tensor *painting, Error *err) {
    const bool good =
        p->stylizer ? one_pass(p, arena, frame, step, painting, err)
        : step ? film_paint_next(&p->film, arena, frame, step, watch, NULL, painting, err)
               : film_paint_first(&p->film, arena, frame, watch, NULL, painting, err);
    if (good) film_round(*painting);
    return good && !interrupt_signal();
}
