/* stylegrad video from outside: folders of frames, what is finished stays, flows, one pass,
 * videos with sound, and what is refused. */
#include <math.h>

#include "io/flo.h"
#include "nn/generator.h"
#include "tests/app_paint.h"
#include "transfer/style_file.h"

static Error err;

/* Waves that move by two pixels to the right from frame to frame. */
static void put_frame(const char *name, int h, int w, int number) {
    Arena *arena = arena_new();
    Tensor x = tensor_alloc(arena, (Shape){1, 3, h, w});
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < h; i++)
            for (int j = 0; j < w; j++) {
                const double at = j - 2 * number;
                *tensor_at(x, 0, c, i, j) =
                    (real)(0.5 + 0.2 * sin(0.21 * at + 0.13 * i + c) +
                           0.2 * sin(0.11 * at - 0.27 * i) + 0.05 * sin(0.9 * at + i));
            }
    assert_true(image_write(in_folder(name), x, &err));
    arena_free(arena);
}

static const char *shell(const char *line) {
    char text[1200];
    snprintf(text, sizeof text, "cd %s && %s", folder, line);
    return system(text) == 0 ? NULL : "failed";
}

/* Four frames, the fourth of which comes last by its number only; and a text file. */
static int make_film(void **state) {
    if (make_folder(state)) return -1;
    shell("mkdir film empty words mixed && echo hello >words/frame-1.txt && "
          "echo hello >film/notes.txt && echo hello >text.mp4");
    put_frame("film/frame-1.png", 40, 56, 0);
    put_frame("film/frame-2.png", 40, 56, 1);
    put_frame("film/frame-3.png", 40, 56, 2);
    put_frame("film/frame-10.png", 40, 56, 3);
    put_frame("mixed/1.png", 40, 56, 0);
    put_frame("mixed/2.png", 40, 50, 1);
    return 0;
}

/* A network without weights files, and few steps. */
static const char *const quick[] = {"--net",
                                    "vgg19",
                                    "--style-layers",
                                    "relu1_1",
                                    "--content-layers",
                                    "relu1_2",
                                    "--steps",
                                    "4",
                                    "--frame-steps",
                                    "3",
                                    NULL};
#define VIDEO(...) run((const char *const[]){"video", __VA_ARGS__, NULL}, quick)

static void assert_same_file(const char *a, const char *b) {
    char line[300];
    snprintf(line, sizeof line, "cmp %s %s", a, b);
    if (shell(line)) fail_msg("%s and %s differ", a, b);
}

static void assert_same_frames(const char *a, const char *b, int count) {
    for (int k = 1; k <= count; k++) {
        char one[100], other[100];
        snprintf(one, sizeof one, "%s/frame-%05d.png", a, k);
        snprintf(other, sizeof other, "%s/frame-%05d.png", b, k);
        assert_same_file(one, other);
    }
}

static double warp_error_of(Outcome o) {
    double value = 0;
    const char *at = strstr(o.err, "warp error ");
    if (!at || sscanf(at, "warp error %lf of 255", &value) != 1)
        fail_msg("no warp error in: %s", o.err);
    return value;
}

static void a_folder_of_frames_becomes_another(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Outcome o = VIDEO(in_folder("film"), in_folder("b.png"), "-o", in_folder("whole"));
    done(o);
    assert_non_null(strstr(o.err, "saved "));
    assert_non_null(strstr(o.err, ", 4 frames\n"));
    for (int k = 1; k <= 4; k++) {
        char name[60];
        snprintf(name, sizeof name, "whole/frame-%05d.png", k);
        assert_true(shape_equal(image(arena, name).shape, (Shape){1, 3, 40, 56}));
    }
    assert_int_not_equal(access(in_folder("whole/frame-00005.png"), F_OK), 0);
    assert_true(warp_error_of(o) > 0);
    arena_free(arena);
}

/* Ended after two frames; a finished one lost; and killed at any moment. */
static void a_run_that_was_ended_goes_on_with_the_same_bits(void **state) {
    (void)state;
    const char *film = in_folder("film"), *style = in_folder("b.png");
    const char *parts = in_folder("parts");
    done(VIDEO(film, style, "-o", parts, "--frames", "2"));
    assert_int_not_equal(access(in_folder("parts/frame-00003.png"), F_OK), 0);
    Outcome o = VIDEO(film, style, "-o", parts);
    done(o);
    assert_non_null(strstr(o.err, "2 frames are finished already"));
    assert_same_frames("whole", "parts", 4);
    assert_close(warp_error_of(o),
                 warp_error_of(VIDEO(film, style, "-o", in_folder("whole"))), 0, 0);
    unlink(in_folder("parts/frame-00003.png"));
    done(VIDEO(film, style, "-o", parts, "--threads", "1"));
    assert_same_frames("whole", "parts", 4);
}

static void a_run_that_was_killed_goes_on_with_the_same_bits(void **state) {
    (void)state;
    const char *killed = in_folder("killed"),
               *third = in_folder("killed/frame-00002.png");
    const char *const words[] = {
        "video", in_folder("film"), in_folder("b.png"), "-o", killed, NULL};
    const pid_t child = start(words, quick);
    for (int i = 0; i < 60000 && access(third, F_OK) != 0; i++)
        usleep(1000);
    kill(child, SIGKILL);
    end(child);
    done(run(words, quick));
    assert_same_frames("whole", "killed", 4);
}

static void a_signal_ends_it_between_two_frames(void **state) {
    (void)state;
    const char *const words[] = {"video", in_folder("film"),  in_folder("b.png"),
                                 "-o",    in_folder("ended"), NULL};
    const pid_t child = start(words, quick);
    for (int i = 0; i < 60000 && access(in_folder("ended/frame-00001.png"), F_OK); i++)
        usleep(1000);
    kill(child, SIGTERM);
    const Outcome o = end(child);
    if (o.status != 0) { /* not done before the signal came */
        assert_int_equal(o.status, 128 + SIGTERM);
        assert_non_null(strstr(o.err, "the same command goes on with the next one"));
    }
    done(run(words, quick));
    assert_same_frames("whole", "ended", 4);
}

/* The bar of the temporal loss: a third of frames that are painted alone. */
static void frames_follow_each_other(void **state) {
    (void)state;
    const char *film = in_folder("film"), *style = in_folder("b.png");
    const double alone = warp_error_of(
        VIDEO(film, style, "-o", in_folder("alone"), "--independent", "--init", "noise"));
    const double with =
        warp_error_of(VIDEO(film, style, "-o", in_folder("with"), "--init", "noise"));
    if (!(with < alone / 3)) fail_msg("warp errors %g and %g", with, alone);
}

/* Back to where things were: two pixels to the left. */
static void flows_are_written(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Tensor flow;
    done(VIDEO(in_folder("film"), in_folder("b.png"), "-o", in_folder("third"),
               "--flow-out", in_folder("flo"), "--flow-picture", in_folder("colours"),
               "--frames", "2"));
    if (!flo_read(arena, in_folder("flo/flow-00002.flo"), &flow, &err))
        fail_msg("%s", err.text);
    assert_true(shape_equal(flow.shape, (Shape){1, 2, 40, 56}));
    double u = 0, v = 0;
    for (int i = 8; i < 32; i++)
        for (int j = 8; j < 48; j++) {
            u += (double)*tensor_at(flow, 0, 0, i, j) / (24 * 40);
            v += (double)*tensor_at(flow, 0, 1, i, j) / (24 * 40);
        }
    assert_close(u, -2, 0, 0.05);
    assert_close(v, 0, 0, 0.05);
    assert_true(
        shape_equal(image(arena, "colours/flow-00002.png").shape, (Shape){1, 3, 40, 56}));
    arena_free(arena);
}

static void put_style(void) {
    Arena *arena = arena_new();
    Network *style = generator_new(arena);
    Tape *tape = tape_new();
    Node *picture, *photo = tape_constant(tape, tensor_alloc(arena, (Shape){1, 3, 8, 8}));
    network_random(style, 3);
    assert_true(generator_record(style, tape, photo, &picture, &err)); /* draws them */
    tape_free(tape);
    if (!style_file_write(in_folder("my.style"), style, &(StyleInfo){.updates = 1}, &err))
        fail_msg("%s", err.text);
    arena_free(arena);
}

/* Without blending each frame is what `stylize` makes of it; with it, they are more alike.
 */
static void a_trained_style_paints_in_one_pass(void **state) {
    (void)state;
    put_style();
    const char *film = in_folder("film"), *style = in_folder("my.style");
    const Outcome apart =
        RUN("video", film, style, "-o", in_folder("apart"), "--blend", "0");
    done(apart);
    done(RUN("stylize", style, in_folder("film/frame-3.png"), "-o", in_folder("3.png")));
    assert_same_file("apart/frame-00003.png", "3.png");
    const Outcome alone =
        RUN("video", film, style, "-o", in_folder("alone1"), "--independent");
    done(alone);
    assert_same_frames("apart", "alone1", 4);
    const Outcome blended = RUN("video", film, style, "-o", in_folder("blended"));
    assert_same_file("apart/frame-00001.png", "blended/frame-00001.png");
    assert_true(warp_error_of(blended) < warp_error_of(alone) / 3);
    done(RUN("video", film, style, "-o", in_folder("twice"), "--frames", "3"));
    done(RUN("video", film, style, "-o", in_folder("twice")));
    assert_same_frames("blended", "twice", 4);
}

static void what_cannot_be_painted_is_refused(void **state) {
    (void)state;
    const char *style = in_folder("b.png"), *film = in_folder("film");
    assert_refused(VIDEO(in_folder("empty"), style, "-o", in_folder("o1")), 1,
                   "empty: has no frames; put numbered pictures into it");
    assert_refused(VIDEO(in_folder("words"), style, "-o", in_folder("o1")), 1,
                   "words: has no frames");
    assert_refused(VIDEO(film, in_folder("none.png"), "-o", in_folder("o2")), 1,
                   "none.png");
    assert_refused(VIDEO(film, in_folder("none.style"), "-o", in_folder("o3")), 1,
                   "none.style");
    assert_refused(VIDEO(film, style, "-o", in_folder("whole"), "--frame-steps", "5"), 1,
                   "holds frames of another film, style or settings");
    assert_refused(VIDEO(film, style, "-o", film), 1, "film: is the film itself");
    assert_refused(
        VIDEO(film, style, "-o", in_folder("o4"), "--flow-out", in_folder("b.png")), 1,
        "--flow-out");
    assert_refused(VIDEO(film, style, "-o", in_folder("o.xyz")), 1, "o.xyz");
    assert_refused(VIDEO(film, style, "-o", in_folder("o5"), "--size", "17"), 1,
                   "too small");
    const Outcome o = VIDEO(in_folder("mixed"), style, "-o", in_folder("o6"));
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, "2.png: has 50 x 40 pixels, the first frame 56 x 40"));
}

static bool have_ffmpeg(void) {
    if (system("ffmpeg -version >/dev/null 2>&1") == 0) return true;
    print_message("ffmpeg is not here\n");
    return false;
}

static void a_video_keeps_its_sound(void **state) {
    (void)state;
    if (!have_ffmpeg()) skip();
    assert_null(shell("ffmpeg -nostdin -v error -y -framerate 10 -start_number 1 -i "
                      "film/frame-%d.png -f lavfi -i sine=duration=0.3 -c:v libx264 "
                      "-pix_fmt yuv420p -c:a aac -frames:v 3 clip.mp4"));
    const Outcome o = VIDEO(in_folder("clip.mp4"), in_folder("b.png"), "-o",
                            in_folder("painted.mp4"), "--size", "48");
    done(o);
    assert_non_null(strstr(o.err, ", 3 frames\n"));
    assert_null(shell("ffprobe -v error -count_frames -show_entries "
                      "stream=codec_name,width,height,nb_read_frames -of csv=p=0 "
                      "painted.mp4 >probe.txt && grep -q '^h264,48,34,3' probe.txt && "
                      "grep -q '^aac' probe.txt"));
    assert_int_not_equal(access(in_folder("painted.mp4.frames"), F_OK), 0);
    assert_refused(
        VIDEO(in_folder("text.mp4"), in_folder("b.png"), "-o", in_folder("t.mp4")), 1,
        "text.mp4");
}

static void without_ffmpeg_a_sentence_says_so(void **state) {
    (void)state;
    char *path = strdup(getenv("PATH"));
    setenv("PATH", "/nonexistent", 1);
    const Outcome o =
        VIDEO(in_folder("text.mp4"), in_folder("b.png"), "-o", in_folder("no_ffmpeg"));
    const Outcome to =
        VIDEO(in_folder("film"), in_folder("b.png"), "-o", in_folder("no.mp4"));
    setenv("PATH", path, 1);
    free(path);
    assert_refused(o, 1, "install ffmpeg");
    assert_refused(to, 1, "install ffmpeg");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_of_frames_becomes_another),
        cmocka_unit_test(a_run_that_was_ended_goes_on_with_the_same_bits),
        cmocka_unit_test(a_run_that_was_killed_goes_on_with_the_same_bits),
        cmocka_unit_test(a_signal_ends_it_between_two_frames),
        cmocka_unit_test(frames_follow_each_other),
        cmocka_unit_test(flows_are_written),
        cmocka_unit_test(a_trained_style_paints_in_one_pass),
        cmocka_unit_test(what_cannot_be_painted_is_refused),
        cmocka_unit_test(a_video_keeps_its_sound),
        cmocka_unit_test(without_ffmpeg_a_sentence_says_so),
    };
    return cmocka_run_group_tests(tests, make_film, remove_folder);
}
