/* Videos through ffmpeg: frames go in and come back, and every way to fail has its
 * sentence. What ffmpeg itself draws and measures is the other side. */
#include "io/video.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/file.h"
#include "io/video_probe.h"
#include "tests/said.h"

static Error err;

/* Every test runs in the folder, where names are as people type them. */
static int enter(void **state) {
    return make_folder(state) || chdir(folder);
}

static int leave(void **state) {
    return chdir("/") || remove_folder(state);
}

static void need_ffmpeg(void) {
    if (video_program_check(&err)) return;
    print_message("skipped: %s\n", err.text);
    skip();
}

/* ffmpeg draws the input of a test. */
static void draw(const char *arguments) {
    char line[2000];
    snprintf(line, sizeof line, "ffmpeg -nostdin -v error -y %s", arguments);
    if (shell(line) != 0) fail_msg("%s: %s", line, said);
}

static void refused(bool good, const char *words) {
    if (good || !strstr(err.text, words))
        fail_msg("expected \"%s\" in: %s", words, good ? "no error" : err.text);
}

static Tensor plain(Arena *arena, int h, int w, double r, double g, double b) {
    Tensor frame = tensor_alloc(arena, (Shape){1, 3, h, w});
    const size_t plane = (size_t)h * (size_t)w;
    for (size_t i = 0; i < 3 * plane; i++)
        frame.data[i] = (real)(i < plane ? r : i < 2 * plane ? g : b);
    return frame;
}

/* Frame i of a film: it gets brighter by 16 of 255. */
static Tensor grey(Arena *arena, int h, int w, int i) {
    const double v = (20 + 16 * i) / 255.0;
    return plain(arena, h, w, v, v, v);
}

/* A film of `count` such frames. */
static void film(const char *name, int h, int w, int count, const char *sound) {
    Arena *arena = arena_new();
    const VideoFormat format = {w, h, {30000, 1001}, sound};
    VideoWriter *video = video_create(name, &format, &err);
    if (!video) fail_msg("%s", err.text);
    for (int i = 0; i < count; i++)
        if (!video_write(video, grey(arena, h, w, i), &err)) fail_msg("%s", err.text);
    if (!video_commit(video, &err)) fail_msg("%s", err.text);
    arena_free(arena);
}

static VideoReader *opened(const char *name, VideoInfo *info) {
    VideoReader *video = video_open(name, info, &err);
    if (!video) fail_msg("%s", err.text);
    return video;
}

/* The next frame, or false at the end. */
static bool next(VideoReader *video, Tensor frame) {
    bool got;
    if (!video_read(video, frame, &got, &err)) fail_msg("%s", err.text);
    return got;
}

static void no_child_is_left(void) {
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

/* Files but those of `said`. */
static int files(const char *start) {
    DIR *list = opendir(".");
    int count = 0;
    for (struct dirent *entry; (entry = readdir(list));)
        count += strncmp(entry->d_name, start, strlen(start)) == 0;
    closedir(list);
    return count;
}

/* H.264 and VP9 keep a plain frame within 3 of 255 (its range is 219 steps); a palette has
 * the colour itself. */
static void frames_come_back(void **state) {
    (void)state;
    need_ffmpeg();
    static const char *const names[] = {"a.mp4", "a.mkv", "a.mov", "a.webm", "a.GIF"};
    for (int k = 0; k < 5; k++) {
        Arena *arena = arena_new();
        VideoInfo info;
        film(names[k], 24, 32, 10, NULL);
        VideoReader *video = opened(names[k], &info);
        assert_int_equal(info.w, 32);
        assert_int_equal(info.h, 24);
        assert_false(info.sound);
        /* A GIF counts in hundredths of a second: 30 frames become 33. */
        assert_close((double)info.rate.frames / info.rate.seconds, 30000.0 / 1001,
                     k == 4 ? 0.12 : 1e-3, 0);
        Tensor frame = tensor_alloc(arena, (Shape){1, 3, 24, 32});
        int count = 0;
        for (; next(video, frame); count++)
            for (size_t i = 0; i < 3 * 24 * 32; i++)
                assert_close(frame.data[i], (20 + 16 * count) / 255.0, 0, 3.0 / 255);
        assert_int_equal(count, 10);
        assert_false(next(video, frame)); /* as often as one asks */
        video_close(video);
        arena_free(arena);
    }
    no_child_is_left();
    assert_int_equal(files(".stylegrad"), 0);
}

/* Red is not blue, and H.264 files say by which matrix: ffmpeg's own conversion, which
 * reads that, finds the colour within 4 of 255. */
static void colours_are_those_of_players(void **state) {
    (void)state;
    need_ffmpeg();
    Arena *arena = arena_new();
    const VideoFormat format = {32, 32, {25, 1}, NULL};
    VideoWriter *video = video_create("red.mp4", &format, &err);
    if (!video) fail_msg("%s", err.text);
    assert_true(video_write(video, plain(arena, 32, 32, 1, 0.2, 0.1), &err));
    assert_true(video_commit(video, &err));
    draw("-i red.mp4 -pix_fmt rgb24 -f rawvideo red.rgb");
    FileBytes bytes;
    assert_true(file_read(arena, "red.rgb", 1 << 20, &bytes, &err));
    assert_int_equal(bytes.size, 32 * 32 * 3);
    assert_close(bytes.data[0], 255, 0, 4);
    assert_close(bytes.data[1], 51, 0, 4);
    assert_close(bytes.data[2], 25.5, 0, 4);
    shell("ffprobe -v error -show_entries stream=color_space,pix_fmt red.mp4");
    says("color_space=bt709");
    says("pix_fmt=yuv420p");
    arena_free(arena);
}

/* The last row and column of odd sides are repeated: no black line. */
static void odd_sides_are_made_even(void **state) {
    (void)state;
    need_ffmpeg();
    Arena *arena = arena_new();
    VideoInfo info;
    film("odd.mp4", 17, 33, 3, NULL);
    VideoReader *video = opened("odd.mp4", &info);
    assert_int_equal(info.w, 34);
    assert_int_equal(info.h, 18);
    Tensor frame = tensor_alloc(arena, (Shape){1, 3, 18, 34});
    assert_true(next(video, frame));
    assert_close(*tensor_at(frame, 0, 0, 17, 33), 20 / 255.0, 0, 4.0 / 255);
    video_close(video);
    arena_free(arena);
}

/* What ffmpeg draws: 1 second with 10 frames of #204060, sound, square pixels or not. */
static void videos_of_others_are_read(void **state) {
    (void)state;
    need_ffmpeg();
    Arena *arena = arena_new();
    VideoInfo info;
    draw("-f lavfi -i color=c=0x204060:s=32x16:r=10:d=1 -f lavfi -i sine=d=1 "
         "-vf setsar=2 -c:v ffv1 -pix_fmt gbrp -c:a flac wide.mkv");
    VideoReader *video = opened("wide.mkv", &info);
    assert_int_equal(info.w, 64);
    assert_int_equal(info.h, 16);
    assert_int_equal(info.rate.frames, 10 * info.rate.seconds);
    assert_int_equal(info.frames, 10);
    assert_true(info.sound);
    assert_string_equal(info.codec, "flac");
    Tensor frame = tensor_alloc(arena, (Shape){1, 3, 16, 64});
    int count = 0;
    for (; next(video, frame); count++) {
        assert_close(*tensor_at(frame, 0, 0, 8, 40), 0x20 / 255.0, 0, 1.0 / 255);
        assert_close(*tensor_at(frame, 0, 1, 8, 40), 0x40 / 255.0, 0, 1.0 / 255);
        assert_close(*tensor_at(frame, 0, 2, 8, 40), 0x60 / 255.0, 0, 1.0 / 255);
    }
    assert_int_equal(count, 10);
    video_close(video);
    arena_free(arena);
}

/* A telephone that was held upright: the picture is stored lying. */
static void a_rotated_video_is_upright(void **state) {
    (void)state;
    need_ffmpeg();
    VideoInfo info;
    draw("-f lavfi -i color=c=red:s=32x16:r=10:d=1 -c:v libx264 lying.mp4");
    draw("-i lying.mp4 -c copy -metadata:s:v rotate=90 upright.mp4");
    VideoReader *video = opened("upright.mp4", &info);
    if (info.w == 32) print_message("this ffmpeg writes no rotation\n");
    assert_true((info.w == 16 && info.h == 32) || info.w == 32);
    video_close(video); /* before its end */
    no_child_is_left();
}

/* As it is where the type can hold it, coded again where not, none in a .gif; a video
 * without sound gives none. */
static void sound_is_kept(void **state) {
    (void)state;
    need_ffmpeg();
    VideoInfo info;
    draw("-f lavfi -i color=s=32x16:r=10:d=1 -f lavfi -i sine=d=1 -c:a flac s.mkv");
    draw("-f lavfi -i color=s=32x16:r=10:d=1 -f lavfi -i sine=d=1 -c:a aac s.mp4");
    static const struct {
        const char *out, *sound, *codec;
    } cases[] = {
        {"o.mkv", "s.mkv", "flac"},  {"o.mp4", "s.mkv", "aac"}, {"o.mp4", "s.mp4", "aac"},
        {"o.webm", "s.mp4", "opus"}, {"o.gif", "s.mp4", ""},    {"o.mp4", "o.gif", ""},
    };
    for (int i = 0; i < 6; i++) {
        film(cases[i].out, 16, 32, 30, cases[i].sound);
        if (!video_probe(cases[i].out, &info, &err)) fail_msg("%s", err.text);
        assert_string_equal(info.codec, cases[i].codec);
        assert_int_equal(info.sound, *cases[i].codec != 0);
    }
    /* Copied: the same packets, which ffmpeg can hash. */
    film("o.mp4", 16, 32, 30, "s.mp4");
    assert_int_equal(shell("for f in s o; do ffmpeg -v error -i $f.mp4 -map 0:a -c copy "
                           "-f md5 -; done | uniq | wc -l | grep -qx 1"),
                     0);
}

static void equal_frames_make_equal_bytes(void **state) {
    (void)state;
    need_ffmpeg();
    film("x.mp4", 16, 32, 8, NULL);
    film("y.mp4", 16, 32, 8, NULL);
    assert_int_equal(shell("cmp x.mp4 y.mp4"), 0);
}

/* Neither an option, nor a pattern, nor an address. */
static void any_name_is_a_file(void **state) {
    (void)state;
    need_ffmpeg();
    static const char *const names[] = {"-y.mp4", "a%03d.mp4", "http:b.mp4", "a b'c.mp4"};
    for (int i = 0; i < 4; i++) {
        VideoInfo info;
        film(names[i], 16, 32, 3, NULL);
        assert_int_equal(files(names[i]), 1);
        video_close(opened(names[i], &info));
    }
}

static void wrong_inputs_are_refused(void **state) {
    (void)state;
    need_ffmpeg();
    VideoInfo info;
    put("text.mp4", "this is no video\n");
    refused(video_open("text.mp4", &info, &err),
            "text.mp4: is no video that ffmpeg reads: ");
    refused(video_open("none.mp4", &info, &err),
            "cannot read none.mp4: No such file or directory; check its name");
    refused(video_open("/tmp", &info, &err), "/tmp: is no video that ffmpeg reads");
    draw("-f lavfi -i sine=d=1 song.wav");
    refused(video_open("song.wav", &info, &err),
            "song.wav: has no video; name a file that has frames");
    draw("-f lavfi -i color=s=32x16:r=10:d=1 -f lavfi -i sine=d=1 -vf trim=start=5 "
         "empty.avi");
    refused(video_open("empty.avi", &info, &err), "empty.avi: has no frames");
    no_child_is_left();
}

static void wrong_outputs_are_refused(void **state) {
    (void)state;
    need_ffmpeg();
    const VideoFormat format = {32, 16, {25, 1}, NULL};
    refused(video_create("a.txt", &format, &err),
            "cannot write a.txt: a video's name ends in .mp4, .m4v, .mov, .mkv, .webm or "
            ".gif; choose one of them");
    refused(video_write_check("nowhere/a.mp4", &err), "cannot write nowhere/a.mp4: ");
    assert_true(video_write_check("fresh.webm", &err));
    assert_int_equal(symlink("/dev/null", "null.mkv"), 0);
    refused(video_write_check("null.mkv", &err),
            "null.mkv: a video cannot go into a pipe");
    refused(video_create("null.mkv", &format, &err), "a video cannot go into a pipe");
    const VideoFormat silent = {32, 16, {25, 1}, "none.mp4"};
    refused(video_create("b.mp4", &silent, &err), "cannot read none.mp4");
    put("kept.mp4", "the old file");
    VideoWriter *video = video_create("kept.mp4", &format, &err);
    refused(video_commit(video, &err), "kept.mp4: ");
    video = video_create("kept.mp4", &format, &err);
    video_abandon(video);
    Arena *arena = arena_new();
    video = video_create("kept.mp4", &format, &err);
    Tensor frame = grey(arena, 16, 32, 0);
    frame.data[7] = (real)NAN;
    refused(video_write(video, frame, &err), "kept.mp4: frame 1 contains NaN");
    video_abandon(video);
    arena_free(arena);
    assert_int_equal(shell("grep -qx 'the old file' kept.mp4"), 0);
    assert_int_equal(files(".stylegrad"), 0);
    no_child_is_left();
}

/* A program called ffmpeg that fails: its last line is quoted, harmless, and the broken
 * pipe does not end us. */
static void a_failing_encoder_is_quoted(void **state) {
    (void)state;
    const VideoFormat format = {320, 240, {25, 1}, NULL};
    char *path = strdup(getenv("PATH")), fake[100];
    put("ffmpeg", "#!/bin/sh\nprintf 'first\\n[x @ 0x5] no \\033[31mroom\\n"
                  "Conversion failed!\\n' >&2\nexit 1\n");
    assert_int_equal(chmod("ffmpeg", 0700), 0);
    snprintf(fake, sizeof fake, "%s:/usr/bin:/bin", folder);
    setenv("PATH", fake, 1);
    Arena *arena = arena_new();
    VideoWriter *video = video_create("bad.mp4", &format, &err);
    if (!video) fail_msg("%s", err.text);
    bool good = true;
    for (int i = 0; good && i < 100; i++)
        good = video_write(video, grey(arena, 240, 320, 0), &err);
    refused(good, "cannot write bad.mp4: ffmpeg failed: no \\x1b[31mroom");
    video_abandon(video);
    setenv("PATH", folder, 1);
    unlink("ffmpeg");
    refused(video_program_check(&err), "ffmpeg could not be started");
    refused(video_program_check(&err), "install it (apt install ffmpeg)");
    refused(video_create("bad.mp4", &format, &err), "install it (apt install ffmpeg)");
    put("in.mp4", "anything");
    VideoInfo info;
    refused(video_open("in.mp4", &info, &err), "ffprobe could not be started");
    setenv("PATH", path, 1);
    free(path);
    arena_free(arena);
    assert_int_equal(files("bad.mp4"), 0);
    assert_int_equal(files(".stylegrad"), 0);
    no_child_is_left();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_back),
        cmocka_unit_test(colours_are_those_of_players),
        cmocka_unit_test(odd_sides_are_made_even),
        cmocka_unit_test(videos_of_others_are_read),
        cmocka_unit_test(a_rotated_video_is_upright),
        cmocka_unit_test(sound_is_kept),
        cmocka_unit_test(equal_frames_make_equal_bytes),
        cmocka_unit_test(any_name_is_a_file),
        cmocka_unit_test(wrong_inputs_are_refused),
        cmocka_unit_test(wrong_outputs_are_refused),
        cmocka_unit_test(a_failing_encoder_is_quoted),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
