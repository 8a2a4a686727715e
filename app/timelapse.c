#include "app/timelapse.h"

#include "io/image.h"
#include "io/video.h"

struct Timelapse {
    VideoWriter *video; /* NULL: it is over */
    Shape shape;        /* of a frame */
    int every;          /* steps between two frames */
    int rate;           /* frames a second */
};

static int within(int x, int least, int most) {
    return x < least ? least : x > most ? most : x;
}

Timelapse *timelapse_new(Arena *arena, const char *path, Shape result, int steps,
                         int every, Error *err) {
    Timelapse *film = ARENA_NEW(arena, Timelapse, 1);
    if (every == 0) every = (steps - 1) / TIMELAPSE_FRAMES + 1;
    film->every = every;
    film->rate = within((steps / every + TIMELAPSE_SECONDS / 2) / TIMELAPSE_SECONDS,
                        TIMELAPSE_SLOWEST, TIMELAPSE_FASTEST);
    film->shape = result;
    if (image_longest(result) > TIMELAPSE_SIDE)
        film->shape = image_fit(result, TIMELAPSE_SIDE);
    const VideoFormat format = {
        .w = film->shape.w, .h = film->shape.h, .rate = {film->rate, 1}};
    film->video = video_create(path, &format, err);
    return film->video ? film : NULL;
}

bool timelapse_wants(const Timelapse *film, int step) {
    return film && film->video && step % film->every == 0;
}

/* The same frame several times. */
static bool add(Timelapse *film, Tensor image, int times, Error *err) {
    Arena *arena = arena_new();
    bool good = true;
    if (image.shape.h != film->shape.h || image.shape.w != film->shape.w)
        image = image_resize(arena, image, film->shape.h, film->shape.w);
    for (int i = 0; good && i < times; i++)
        good = video_write(film->video, image, err);
    arena_free(arena);
    if (!good) timelapse_abandon(film);
    return good;
}

bool timelapse_add(Timelapse *film, Tensor image, Error *err) {
    return add(film, image, 1, err);
}

bool timelapse_end(Timelapse *film, Tensor result, Error *err) {
    if (!film || !film->video) return true;
    if (!add(film, result, TIMELAPSE_HOLD * film->rate, err)) return false;
    VideoWriter *video = film->video;
    film->video = NULL;
    return video_commit(video, err);
}

void timelapse_abandon(Timelapse *film) {
    if (!film) return;
    video_abandon(film->video);
    film->video = NULL;
}
