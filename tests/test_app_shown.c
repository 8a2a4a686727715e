/* A painting that is watched: the film of --timelapse and the sketch of --preview. */
#define _XOPEN_SOURCE 700 /* terminals */
#include <stdlib.h>

#include "tests/shell.h"

/* 16 x 16 pixels have at most 256 colours, so that a GIF has them as they are. */
#define SMALL                                                                            \
    "$SG paint square.png s.png --net vgg19 --weights random:3 --style-layers relu1_1 "  \
    "--content-layers relu1_2 --optim adam --lr 0.05 --size 16 --style-size 24 --steps " \
    "6 "

static int put_square(void **state) {
    if (make_folder(state)) return -1;
    put_image("square.png", 16, 16);
    return 0;
}

static void need_ffmpeg(void) {
    if (shell("ffmpeg -version && ffprobe -version").status == 0) return;
    print_message("skipped: ffmpeg is not here\n");
    skip();
}

/* What a line prints, without the line break. */
static const char *printed(const char *line) {
    Outcome o = shell(line);
    if (o.status != 0) fail_msg("status %d of %s: %s", o.status, line, o.err);
    o.out[strcspn(o.out, "\n")] = 0;
    return o.out;
}

#define FACTS(file)                                                                      \
    printed("ffprobe -v error -count_frames -show_entries "                              \
            "stream=width,height,r_frame_rate,nb_read_frames -of csv=p=0 " file)

/* Six steps at the slowest rate, 5 frames a second: the first image, six more, and the
 * result for two seconds, 10 frames. Each is the image that --save-every saves, which the
 * same ffmpeg reads. */
static void a_film_has_every_step(void **state) {
    (void)state;
    need_ffmpeg();
    done(SMALL "-o plain.png && " SMALL "-o r.png --save-every 1 --timelapse r.gif "
               "&& cmp plain.png r.png");
    assert_string_equal(FACTS("r.gif"), "16,16,5/1,17");
    done("mkdir f && ffmpeg -v error -i r.gif -vsync 0 f/%d.png && raw() { ffmpeg -v "
         "error "
         "-i $1 -f rawvideo -pix_fmt rgb24 - | md5sum; } && for i in 1 2 3 4 5 6; do "
         "test \"$(raw f/$((i + 1)).png)\" = \"$(raw r-0000$i.png)\" || exit 9; done && "
         "test \"$(raw f/17.png)\" = \"$(raw r.png)\" && "
         "test \"$(raw f/1.png)\" != \"$(raw f/2.png)\"");
    nothing_hidden_stays();
}

/* Steps 0 and 4, and the result; images of the first stage are enlarged. */
static void frames_have_the_size_of_the_result(void **state) {
    (void)state;
    need_ffmpeg();
    done(SMALL "-o r.png --size 64 --style-size 64 --pyramid 2 --timelapse r.mp4 "
               "--timelapse-every 4");
    assert_string_equal(FACTS("r.mp4"), "64,64,5/1,12");
}

/* Four steps of a checkpoint, then four more: they are filmed. */
static void a_resumed_run_films_what_is_left(void **state) {
    (void)state;
    need_ffmpeg();
    done(SMALL "-o r.png --steps 4 --checkpoint k");
    done("$SG paint --resume k --steps 8 -o r.png --timelapse rest.mkv");
    assert_string_equal(FACTS("rest.mkv"), "16,16,5/1,15");
}

static void a_signal_leaves_a_film_of_what_there_was(void **state) {
    (void)state;
    need_ffmpeg();
    Outcome o = shell("timeout -s INT 2 " SMALL "-o r.png --steps 100000 "
                      "--timelapse-every 20 --timelapse i.mp4");
    assert_int_equal(o.status, 124);
    assert_true(atoi(FACTS("i.mp4") + strlen("16,16,25/1,")) > 50); /* 50 of the result */
    nothing_hidden_stays();
}

static void films_that_cannot_be_are_refused(void **state) {
    (void)state;
    refused(SMALL "-o r.png --timelapse r.txt", 1,
            "cannot write r.txt: a video's name ends in .mp4, .m4v, .mov, .mkv, .webm or "
            ".gif; choose one of them");
    refused(SMALL "-o r.png --timelapse nowhere/r.gif", 1, "nowhere/r.gif");
    refused("mkdir none; export PATH=none; exec " SMALL "-o n.png --timelapse r.gif", 1,
            "install it (apt install ffmpeg)");
    assert_false(exists("n.png"));
    need_ffmpeg();
    refused(SMALL "-o r.png --trace r.gif --timelapse r.gif", 1,
            "--timelapse would write over the file of --trace, r.gif");
}

/* An encoder that fails in the middle costs the film, not the painting. */
static void a_film_that_fails_does_not_end_the_run(void **state) {
    (void)state;
    done("mkdir bin && printf '#!/bin/sh\\ncase $* in *-version) exit 0;; esac\\n"
         "echo no room >&2; exit 1\\n' >bin/ffmpeg && chmod 755 bin/ffmpeg");
    const Outcome o = shell("rm -f r.png broken.gif; PATH=bin:$PATH; exec " SMALL
                            "-o r.png --steps 40 --timelapse broken.gif");
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, "cannot write broken.gif: ffmpeg failed: no room"));
    assert_non_null(strstr(o.err, "all steps are done after 40 of 40"));
    assert_true(exists("r.png"));
    assert_false(exists("broken.gif"));
    nothing_hidden_stays();
}

/* ---- Sketches ---- */

/* What a line shows on a terminal that is its stderr. */
static const char *on_terminal(const char *line) {
    static char text[1 << 20];
    size_t length = 0;
    const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    const int other = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    assert_true(other >= 0);
    const pid_t child = fork();
    if (child == 0) {
        dup2(other, STDERR_FILENO);
        close(other);
        close(terminal);
        if (chdir(folder)) _exit(126);
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    close(other);
    for (ssize_t got; length + 1 < sizeof text; length += (size_t)got) {
        got = read(terminal, text + length, sizeof text - 1 - length);
        if (got <= 0) break; /* EIO: the last writer is gone */
    }
    text[length] = 0;
    close(terminal);
    int status;
    waitpid(child, &status, 0);
    if (status != 0) fail_msg("status %d of %s: %s", status, line, text);
    return text;
}

/* A red photograph in the manner of red: it stays as it is. */
#define RED                                                                              \
    "$SG paint red.ppm red.ppm --net vgg19 --weights random:3 --style-layers relu1_1 "   \
    "--content-layers relu1_2 --optim adam --size 24 --init content --steps 2 "

static void put_red(void) {
    done(
        "printf 'P3 24 24 255\\n' >red.ppm && for i in $(seq 576); do echo 255 0 0; done "
        ">>red.ppm");
}

/* 24 rows of a terminal of the usual size leave 21 for the sketch: 42 x 42 pixels. */
static void a_sketch_has_the_colours_of_the_image(void **state) {
    (void)state;
    put_red();
    const char *text =
        on_terminal("export TERM=xterm COLORTERM=truecolor LC_ALL=C.UTF-8; "
                    "exec " RED "-o with.png --preview");
    char line[400] = "\033[38;2;255;0;0m\033[48;2;255;0;0m";
    for (int i = 0; i < 42; i++)
        strcat(line, "\u2580");
    strcat(line, "\033[0m\033[K");
    int lines = 0;
    for (const char *at = text; (at = strstr(at, line)); at++)
        lines++;
    assert_int_equal(lines, 2 * 21); /* at the first image and at the last step */
    assert_non_null(strstr(text, "\033[21A")); /* the second one in place of the first */
    done(RED "-o without.png && cmp with.png without.png");
}

/* 196 is 16 + 36 5: the reddest of the cube. */
static void poorer_terminals_get_what_they_can_show(void **state) {
    (void)state;
    put_red();
    const char *text = on_terminal(
        "unset COLORTERM; export TERM=xterm LC_ALL=C; exec " RED "-o r.png --preview");
    assert_non_null(strstr(text, "\033[48;5;196m    "));
    assert_null(strstr(text, "\u2580"));
    text = on_terminal("export TERM=dumb; exec " RED "-o r.png --preview");
    assert_null(strstr(text, "\033[48"));
    assert_non_null(strstr(text, "--preview: standard error is no terminal that shows"));
    text = on_terminal("export TERM=xterm COLORTERM=truecolor; exec " RED "-o r.png");
    assert_null(strstr(text, "\033[48"));
}

static void without_a_terminal_it_is_said(void **state) {
    (void)state;
    put_red();
    const Outcome o = shell(RED "-o r.png --preview");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.err, "--preview: standard error is no terminal"));
    assert_null(strstr(o.err, "\033["));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_film_has_every_step),
        cmocka_unit_test(frames_have_the_size_of_the_result),
        cmocka_unit_test(a_resumed_run_films_what_is_left),
        cmocka_unit_test(a_signal_leaves_a_film_of_what_there_was),
        cmocka_unit_test(films_that_cannot_be_are_refused),
        cmocka_unit_test(a_film_that_fails_does_not_end_the_run),
        cmocka_unit_test(a_sketch_has_the_colours_of_the_image),
        cmocka_unit_test(poorer_terminals_get_what_they_can_show),
        cmocka_unit_test(without_a_terminal_it_is_said),
    };
    return cmocka_run_group_tests(tests, put_square, remove_folder);
}
