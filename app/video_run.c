/* The run of `stylegrad video`: frames in, painted frames into a folder, and from there
 * into a video. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/files.h"
#include "app/many.h"
#include "app/video_painter.h"
#include "app/video_work.h"
#include "flow/wheel.h"
#include "io/file.h"
#include "io/flo.h"
#include "io/frames.h"
#include "io/image.h"
#include "io/interrupt.h"
#include "tensor/clock.h"
#include "tensor/text.h"
#include "tensor/version.h"

#define PLAIN_LINES 20 /* of progress in a run whose stderr is not a terminal */

typedef struct VideoRun {
    const VideoOptions *options;
    Arena *arena;
    Frames *frames;
    VideoInfo info;
    bool to_folder;
    Shape size; /* of painted frames */
    VideoPainter painter;
    VideoWork work;
    Tensor raw;                    /* a frame as it is read */
    Tensor before, painted_before; /* the last frame, and its painting */
    int read;                      /* frames so far */
    int painted;                   /* in this run, */
    double began;                  /* which began then */
} VideoRun;

/* ---- Before it begins ---- */

static bool folder_ready(const char *name, const char *path, Error *err) {
    if (!path) return true;
    if (many_is_folder(path)) return file_make_folder(path, err);
    return error_set(err, "--%s %s: is for many files; name a folder, such as %s/", name,
                     SHOWN(path), name);
}

/* Whether painted frames would be taken for frames of the film. */
static bool is_own_film(const VideoOptions *o) {
    struct stat in, out;
    return stat(o->scene.operand[0], &in) == 0 && stat(o->out, &out) == 0 &&
           in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

static bool outputs_ready(VideoRun *run, Error *err) {
    const VideoOptions *o = run->options;
    Files files = {0};
    files_read(&files, "FILM", o->scene.operand[0]);
    for (int i = 1; i < o->scene.operands; i++)
        files_read(&files, "STYLE", o->scene.operand[i]);
    files_write(&files, "-o", o->out);
    run->to_folder = many_is_folder(o->out);
    if (run->to_folder && is_own_film(o))
        return error_set(err, "-o %s: is the film itself; name another folder",
                         SHOWN(o->out));
    return (run->to_folder ? file_make_folder_check(o->out, err)
                           : video_write_check(o->out, err)) &&
           files_check(&files, err) && folder_ready("flow-out", o->flow_out, err) &&
           folder_ready("flow-picture", o->flow_picture, err);
}

/* The size of painted frames: the film's own, or --size. */
static bool choose_size(VideoRun *run, Error *err) {
    const int longest = run->options->scene.recipe.size.pixels;
    const Shape own = {1, 3, run->info.h, run->info.w};
    run->size = longest ? image_fit(own, longest) : own;
    if (run->size.h >= MIN_IMAGE_SIDE && run->size.w >= MIN_IMAGE_SIDE) return true;
    return error_set(err,
                     "%s: frames of %d x %d pixels are too small to be painted; they "
                     "need %d on each side, so set a larger --size",
                     SHOWN(run->options->scene.operand[0]), run->size.w, run->size.h,
                     MIN_IMAGE_SIDE);
}

/* The next frame in the size of the paintings. */
static bool read_frame(VideoRun *run, Tensor frame, bool *got, Error *err) {
    if (run->options->frames && run->read == run->options->frames) {
        *got = false;
        return true;
    }
    if (!frames_read(run->frames, run->raw, got, err)) return false;
    if (!*got) return true;
    run->read++;
    Arena *own = arena_new();
    const bool same = shape_equal(run->size, run->raw.shape);
    tensor_copy(frame,
                same ? run->raw : image_resize(own, run->raw, run->size.h, run->size.w));
    arena_free(own);
    return true;
}

/* What decides about every pixel: program, first frame, styles, options. */
static bool key_of(const VideoRun *run, Tensor first, Sha256 *key, Error *err) {
    const VideoOptions *o = run->options;
    Arena *own = arena_new();
    Sha256 hash = sha256_bytes(first.data, shape_size(first.shape) * sizeof *first.data);
    const char *text =
                   text_format(own, "%s %s %d x %d %s\n%s", STYLEGRAD_VERSION, REAL_NAME,
                               run->size.w, run->size.h, hash.text, o->said),
               *path;
    const char *files[STYLES_MOST + 1] = {NULL};
    int count = 0;
    bool good = true;
    for (int i = 1; i < o->scene.operands; i++)
        files[count++] = o->scene.operand[i];
    if (video_style_is_trained(own, o, &path)) files[0] = path;
    if (o->scene.weights && strncmp(o->scene.weights, "random:", 7) != 0)
        files[count++] = o->scene.weights;
    for (int i = 0; good && i < count; i++) {
        good = sha256_file(files[i], &hash, err);
        if (good) text = text_format(own, "%s%s\n", text, hash.text);
    }
    *key = sha256_bytes(text, strlen(text));
    arena_free(own);
    return good;
}

/* Opens what paints, with the first frame in a file for a moment. */
static bool open_painter(VideoRun *run, Tensor first, Error *err) {
    const char *path = text_format(run->arena, "%s/.first.%s", run->work.folder, "ppm");
    if (!image_write(path, first, err)) return false;
    const bool good =
        video_painter_open(&run->painter, run->arena, run->options, path, run->size, err);
    unlink(path);
    return good;
}

static bool open_work(VideoRun *run, Tensor first, Error *err) {
    Sha256 key;
    const char *out = run->options->out;
    const char *folder = run->to_folder ? out : text_format(run->arena, "%s.frames", out);
    return key_of(run, first, &key, err) &&
           video_work_open(&run->work, run->arena, folder, run->to_folder ? "png" : "ppm",
                           &key, err);
}

static bool open_film(VideoRun *run, Error *err) {
    run->frames = frames_open(run->options->scene.operand[0], &run->info, err);
    if (!run->frames || !choose_size(run, err)) return false;
    run->raw = tensor_alloc(run->arena, (Shape){1, 3, run->info.h, run->info.w});
    run->before = tensor_alloc(run->arena, run->size);
    run->painted_before = tensor_alloc(run->arena, run->size);
    return true;
}

/* ---- Frame by frame ---- */

static long frames_in_all(const VideoRun *run) {
    const long all = run->info.frames, most = run->options->frames;
    return most && (all == 0 || most < all) ? most : all;
}

static void say_progress(const VideoRun *run, const FilmStep *step) {
    const long all = frames_in_all(run);
    const int number = run->work.done;
    const bool terminal = isatty(STDERR_FILENO);
    if (!terminal && run->painted != 1 && number % (all / PLAIN_LINES + 1) &&
        number != all)
        return;
    const double each = (seconds_now() - run->began) / run->painted;
    fprintf(stderr, "%sframe %d", terminal ? "\r\033[K" : "", number);
    if (all) fprintf(stderr, " of %ld", all);
    fprintf(stderr, "  %.2f s each", each);
    if (all > number) {
        const int left = (int)(each * (double)(all - number) + 0.5);
        fprintf(stderr, "  %d:%02d left", left / 60, left % 60);
    }
    if (step) fprintf(stderr, "  %.0f %% follows the frame before", 100 * step->share);
    fputs(terminal ? "" : "\n", stderr);
    fflush(stderr);
}

static bool write_flows(const VideoRun *run, Arena *arena, Tensor flow, Error *err) {
    const VideoOptions *o = run->options;
    const int number = run->work.done + 1;
    if (o->flow_out &&
        !flo_write(text_format(arena, "%s/flow-%05d.flo", o->flow_out, number), flow,
                   err))
        return false;
    return !o->flow_picture ||
           image_write(text_format(arena, "%s/flow-%05d.png", o->flow_picture, number),
                       flow_picture(arena, flow, 0), err);
}

/* Paints a frame; `arena` is for this one. */
static bool paint_frame(VideoRun *run, Arena *arena, Tensor frame, Error *err) {
    FilmStep step = {0};
    Tensor painting;
    WarpError error = {0};
    const bool first = run->work.done == 0;
    if (!first) {
        step = film_step(arena, run->before, frame, run->painted_before,
                         run->options->quick_flow ? &flow_quick : &flow_usual);
        if (!write_flows(run, arena, step.flow, err)) return false;
    }
    const bool alone = first || run->options->independent || step.share < FILM_CUT;
    if (!video_painter_paint(&run->painter, arena, frame, alone ? NULL : &step, &painting,
                             err))
        return false;
    if (!first) warp_error_add(&error, painting, step.before, step.sure);
    if (!video_work_add(&run->work, painting, error, err)) return false;
    tensor_copy(run->before, frame);
    tensor_copy(run->painted_before, painting);
    run->painted++;
    say_progress(run, first ? NULL : &step);
    return true;
}

/* Frames that are finished are read over; the last of them and its painting are where the
 * next one begins. */
static bool go_on_from(VideoRun *run, Tensor frame, Error *err) {
    bool got = true;
    Tensor painted;
    while (run->read < run->work.done) {
        if (!read_frame(run, frame, &got, err)) return false;
        if (!got) return true; /* fewer frames are wanted than there are */
    }
    Arena *own = arena_new();
    const char *path = video_work_frame(&run->work, own, run->work.done);
    const bool good = image_read(own, path, &painted, err) &&
                      (shape_equal(painted.shape, run->size) ||
                       error_set(err, "%s: has another size; remove it", SHOWN(path)));
    if (good) tensor_copy(run->painted_before, painted);
    if (good) tensor_copy(run->before, frame);
    arena_free(own);
    return good;
}

/* `frame` holds the first. */
static bool paint_film(VideoRun *run, Tensor frame, Error *err) {
    bool got = true;
    if (run->work.done) {
        fprintf(stderr, "%d frames are finished already\n", run->work.done);
        if (!go_on_from(run, frame, err) || !read_frame(run, frame, &got, err))
            return false;
    }
    run->began = seconds_now();
    while (got && !interrupt_signal()) {
        Arena *arena = arena_new();
        const bool good = paint_frame(run, arena, frame, err);
        arena_free(arena);
        if (!good || !read_frame(run, frame, &got, err)) return false;
    }
    return !got;
}

/* ---- The end ---- */

static bool encode(const VideoRun *run, Error *err) {
    const bool from_video = run->info.rate.frames > 0;
    const VideoFormat format = {
        .w = run->size.w,
        .h = run->size.h,
        .rate = from_video ? run->info.rate : (VideoRate){run->options->rate, 1},
        .sound = from_video && run->info.sound ? run->options->scene.operand[0] : NULL};
    VideoWriter *video = video_create(run->options->out, &format, err);
    if (!video) return false;
    for (int k = 1; k <= run->read; k++) {
        Tensor frame;
        Arena *own = arena_new();
        const bool good =
            image_read(own, video_work_frame(&run->work, own, k), &frame, err) &&
            video_write(video, frame, err);
        arena_free(own);
        if (good) continue;
        video_abandon(video);
        return false;
    }
    return video_commit(video, err);
}

static void say_end(const VideoRun *run) {
    if (run->painted && isatty(STDERR_FILENO)) fputc('\n', stderr);
    if (run->work.error.count > 0)
        fprintf(stderr,
                "warp error %.2f of 255: the RMS difference of consecutive frames where "
                "the flow is reliable\n",
                255 * warp_error_rms(run->work.error));
    fprintf(stderr, "saved %s, %d frames\n", SHOWN(run->options->out), run->read);
}

static int stopped(const VideoRun *run) {
    fprintf(stderr,
            "\nstopped after frame %d; the same command goes on with the next one\n",
            run->work.done);
    return 128 + interrupt_signal();
}

/* Everything until the film is complete. */
static bool paint_all(VideoRun *run, Tensor *frame, Error *err) {
    bool got;
    *frame = tensor_alloc(run->arena, run->size);
    if (!read_frame(run, *frame, &got, err)) return false;
    if (!got)
        return error_set(err, "%s: has no frames; choose another film",
                         SHOWN(run->options->scene.operand[0]));
    if (!open_work(run, *frame, err) || !open_painter(run, *frame, err)) return false;
    interrupt_wait();
    const bool good = paint_film(run, *frame, err);
    video_painter_close(&run->painter);
    frames_close(run->frames);
    run->frames = NULL;
    return good && (run->to_folder || encode(run, err));
}

int video_run(const VideoOptions *options) {
    Error err;
    Tensor frame;
    VideoRun run = {.options = options, .arena = arena_new()};
    int status = 0;
    if (!outputs_ready(&run, &err) || !open_film(&run, &err) ||
        !paint_all(&run, &frame, &err))
        status = interrupt_signal() ? stopped(&run) : session_complain("video", &err);
    frames_close(run.frames);
    if (status == 0) {
        say_end(&run);
        if (!run.to_folder && !options->keep_frames) video_work_remove(&run.work);
    }
    arena_free(run.arena);
    return status;
}
