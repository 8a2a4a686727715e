/* The frames of a film: a folder of numbered pictures, or a video. */
#include "io/frames.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/image.h"
#include "tests/said.h"

static Error err;

/* Every test has a folder of its own in the one of the program. */
static int enter(void **state) {
    return make_folder(state) || chdir(folder);
}

static int leave(void **state) {
    return chdir("/") || remove_folder(state);
}

static void make(const char *name) {
    if (mkdir(name, 0777) != 0) fail_msg("%s", name);
}

/* A picture of one grey, by which it is known when it is read. */
static void picture(const char *name, int h, int w, int grey) {
    Arena *arena = arena_new();
    Tensor image = tensor_alloc(arena, (Shape){1, 3, h, w});
    tensor_fill(image, (real)(grey / 255.0));
    if (!image_write(name, image, &err)) fail_msg("%s", err.text);
    arena_free(arena);
}

static Frames *opened(const char *path, VideoInfo *info) {
    Frames *frames = frames_open(path, info, &err);
    if (!frames) fail_msg("%s", err.text);
    return frames;
}

/* The grey of the next frame, or -1 at the end. */
static int next_grey(Frames *frames, Tensor frame) {
    bool got;
    if (!frames_read(frames, frame, &got, &err)) fail_msg("%s", err.text);
    return got ? (int)((double)frame.data[0] * 255 + 0.5) : -1;
}

/* By the numbers in their names, not by their letters. What is no picture is no frame. */
static void a_folder_is_in_the_order_of_its_numbers(void **state) {
    (void)state;
    make("order");
    picture("order/f10.png", 2, 3, 50);
    picture("order/f2.png", 2, 3, 20);
    picture("order/f03.png", 2, 3, 30);
    picture("order/f3b.PNG", 2, 3, 40);
    picture("order/e99.png", 2, 3, 10);
    picture("order/f0010.png", 2, 3, 49);
    put("order/notes.txt", "no frame");

    VideoInfo info;
    Frames *frames = opened("order", &info);
    assert_int_equal(info.w, 3);
    assert_int_equal(info.h, 2);
    assert_int_equal(info.frames, 6);
    Arena *arena = arena_new();
    Tensor frame = tensor_alloc(arena, (Shape){1, 3, 2, 3});
    static const int order[] = {10, 20, 30, 40, 49, 50, -1, -1};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        assert_int_equal(next_grey(frames, frame), order[i]);
    frames_close(frames);
    arena_free(arena);
}

static void refused(const char *path, const char *words) {
    VideoInfo info;
    assert_null(frames_open(path, &info, &err));
    if (!strstr(err.text, words)) fail_msg("expected \"%s\" in: %s", words, err.text);
}

static void what_is_no_film_is_refused(void **state) {
    (void)state;
    make("none");
    refused("none", "none: has no frames; put numbered pictures into it");
    put("none/f1.png", "a text with the ending of a picture");
    refused("none", "none/f1.png");
    refused("absent.mp4", "absent.mp4");
}

/* The one that differs is named, and what came before it was read. */
static void frames_have_one_size(void **state) {
    (void)state;
    make("sizes");
    picture("sizes/f1.png", 2, 3, 10);
    picture("sizes/f2.png", 3, 2, 20);
    VideoInfo info;
    Frames *frames = opened("sizes", &info);
    Arena *arena = arena_new();
    Tensor frame = tensor_alloc(arena, (Shape){1, 3, 2, 3});
    bool got;
    assert_int_equal(next_grey(frames, frame), 10);
    assert_false(frames_read(frames, frame, &got, &err));
    if (!strstr(err.text, "f2.png: has 2 x 3 pixels, the first frame 3 x 2"))
        fail_msg("%s", err.text);
    frames_close(frames);
    frames_close(NULL);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_is_in_the_order_of_its_numbers),
        cmocka_unit_test(what_is_no_film_is_refused),
        cmocka_unit_test(frames_have_one_size),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
