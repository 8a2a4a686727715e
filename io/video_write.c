#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/command.h"
#include "io/file.h"
#include "io/file_place.h"
#include "io/image_decode.h"
#include "io/video.h"
#include "io/video_probe.h"
#include "io/video_words.h"
#include "tensor/check.h"
#include "tensor/text.h"

/* A type of file: what it is called, how its frames are coded, which sound it can hold, and
 * how other sound is coded. */
typedef struct VideoType {
    const char *ending;
    const char *muxer;
    const char *codec; /* NULL: a palette of each frame's own colours */
    const char *quality;
    const char *holds; /* NULL: no sound; "": all */
    const char *coder;
} VideoType;

#define MP4_HOLDS " aac mp3 ac3 eac3 alac opus "

static const VideoType types[] = {
    {".mp4", "mp4", "libx264", "16", MP4_HOLDS, "aac"},
    {".m4v", "mp4", "libx264", "16", MP4_HOLDS, "aac"},
    {".mov", "mov", "libx264", "16", MP4_HOLDS, "aac"},
    {".mkv", "matroska", "libx264", "16", "", ""},
    {".webm", "webm", "libvpx-vp9", "24", " opus vorbis ", "libopus"},
    {".gif", "gif", NULL, NULL, NULL, NULL},
};
enum { TYPES = sizeof types / sizeof *types };

struct VideoWriter {
    Arena *arena;
    const char *path;
    const VideoType *type;
    Shape shape; /* of a frame */
    FileOutput file;
    Child ffmpeg;
    int pipe; /* -1: closed */
    int frames;
    unsigned char *bytes; /* of one frame */
};

/* The type that the ending names, in either case; NULL and an error when there is none. */
static const VideoType *find_type(const char *path, Error *err) {
    for (int i = 0; i < TYPES; i++)
        if (strcasecmp(file_ending(path), types[i].ending) == 0) return &types[i];
    error_set(err,
              "cannot write %s: a video's name ends in .mp4, .m4v, .mov, .mkv, .webm or "
              ".gif; choose one of them",
              path);
    return NULL;
}

bool video_program_check(Error *err) {
    static char name[] = "ffmpeg", quiet[] = "-v", level[] = "error", what[] = "-version";
    char *const arguments[] = {name, quiet, level, what, NULL};
    return command_run(arguments, VIDEO_PACKAGE, NULL, NULL, err);
}

static bool refuse_pipe(const char *path, Error *err) {
    return error_set(err, "cannot write %s: a video cannot go into a pipe; name a file",
                     path);
}

bool video_write_check(const char *path, Error *err) {
    struct stat about;
    if (!find_type(path, err)) return false;
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode))
        return refuse_pipe(path, err);
    return file_write_check(path, err) && video_program_check(err);
}

/* Raw frames come from the pipe. */
static void say_input(VideoWords *line, const VideoFormat *f) {
    Arena *arena = line->arena;
    VIDEO_WORDS(line, "ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "rawvideo",
                "-pixel_format", "rgb24", "-video_size",
                text_format(arena, "%dx%d", f->w, f->h), "-framerate",
                text_format(arena, "%d/%d", f->rate.frames, f->rate.seconds), "-i",
                "pipe:0");
}

/* Sides that are odd get one more row or column, which repeats the last. Colours are those
 * that players expect of such files. */
static void say_codec(VideoWords *line, const VideoType *type, const VideoFormat *f) {
    const int right = f->w % 2, below = f->h % 2;
    Arena *arena = line->arena;
    const char *even = "";
    if (!type->codec) {
        VIDEO_WORDS(
            line, "-filter_complex",
            "split[a][b];[a]palettegen=stats_mode=single:reserve_transparent=0[p];"
            "[b][p]paletteuse=new=1");
        return;
    }
    if (right || below)
        even = text_format(arena,
                           "pad=iw+%d:ih+%d:0:0,fillborders=right=%d:bottom=%d:"
                           "mode=smear,",
                           right, below, right, below);
    VIDEO_WORDS(line, "-vf",
                text_format(arena,
                            "%sscale=out_color_matrix=bt709:out_range=tv:"
                            "flags=bicubic+accurate_rnd+full_chroma_int+bitexact,"
                            "format=yuv420p",
                            even),
                "-c:v", type->codec, "-crf", type->quality, "-b:v", "0", "-colorspace",
                "bt709", "-color_primaries", "bt709", "-color_trc", "bt709");
    if (strcmp(type->codec, "libvpx-vp9") == 0)
        VIDEO_WORDS(line, "-deadline", "good", "-cpu-used", "4");
}

/* The sound of another file, if it has any and this type can hold one. */
static bool say_sound(VideoWords *line, const VideoType *type, const VideoFormat *f,
                      Error *err) {
    VideoInfo info;
    if (!f->sound || !type->holds) return true;
    if (!video_probe(f->sound, &info, err)) return false;
    if (!info.sound) return true;
    video_words_input(line, f->sound);
    const char *codec = text_format(line->arena, " %s ", info.codec);
    const bool fits = !*type->holds || strstr(type->holds, codec);
    VIDEO_WORDS(line, "-map", "0:v:0", "-map", "1:a:0", "-c:a",
                fits ? "copy" : type->coder);
    return true;
}

/* One thread and no date: equal frames make equal bytes. */
static void say_output(VideoWords *line, const VideoType *type, const char *path) {
    VIDEO_WORDS(line, "-threads", "1", "-map_metadata", "-1", "-fflags", "+bitexact",
                "-flags:v", "+bitexact", "-flags:a", "+bitexact");
    if (strcmp(type->muxer, "mp4") == 0 || strcmp(type->muxer, "mov") == 0)
        VIDEO_WORDS(line, "-movflags", "+faststart");
    VIDEO_WORDS(line, "-f", type->muxer, text_format(line->arena, "file:%s", path));
}

static bool start(VideoWriter *video, const VideoFormat *format, Error *err) {
    VideoWords line = {.arena = video->arena};
    VideoPipe pipe;
    say_input(&line, format);
    if (!say_sound(&line, video->type, format, err)) return false;
    say_codec(&line, video->type, format);
    say_output(&line, video->type, video->file.temporary);
    if (!video_pipe(&pipe, false, err)) return false;
    const bool good = child_start(&video->ffmpeg, line.word, VIDEO_PACKAGE, pipe.there,
                                  -1, CHILD_APART, err);
    close(pipe.there);
    if (good)
        video->pipe = pipe.here;
    else
        close(pipe.here);
    return good;
}

static bool open_video(VideoWriter *video, const VideoFormat *format, Error *err) {
    video->type = find_type(video->path, err);
    if (!video->type || !file_begin(&video->file, video->path, err)) return false;
    if (!video->file.temporary) return refuse_pipe(video->path, err);
    return start(video, format, err);
}

VideoWriter *video_create(const char *path, const VideoFormat *format, Error *err) {
    Arena *arena = arena_new();
    VideoWriter *video = ARENA_NEW(arena, VideoWriter, 1);
    *video = (VideoWriter){.arena = arena,
                           .path = arena_string(arena, path),
                           .shape = {1, 3, format->h, format->w},
                           .pipe = -1};
    video->bytes = arena_alloc(arena, shape_size(video->shape));
    if (open_video(video, format, err)) return video;
    video_abandon(video);
    return NULL;
}

/* A program that ended is an error to report, not a reason to die (SIGPIPE). */
static bool send_bytes(int pipe, const unsigned char *data, size_t size) {
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before;
    sigaction(SIGPIPE, &ignore, &before);
    while (size) {
        const ssize_t put = write(pipe, data, size);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) break;
        data += put;
        size -= (size_t)put;
    }
    sigaction(SIGPIPE, &before, NULL);
    return size == 0;
}

/* Closes the pipe and waits. */
static bool end(VideoWriter *video, Error *err) {
    Error why;
    close(video->pipe);
    video->pipe = -1;
    return child_end(&video->ffmpeg, &why) ||
           error_set(err, "cannot write %s: %s", video->path, why.text);
}

bool video_write(VideoWriter *video, Tensor frame, Error *err) {
    const size_t size = shape_size(video->shape);
    CHECK(shape_equal(frame.shape, video->shape), "video_write: %s in place of %s",
          SHAPE(frame.shape), SHAPE(video->shape));
    for (size_t i = 0; i < size; i++)
        if (isnan(frame.data[i]))
            return error_set(err, "cannot write %s: frame %d contains NaN", video->path,
                             video->frames + 1);
    image_bytes(frame, video->bytes);
    if (video->pipe >= 0 && send_bytes(video->pipe, video->bytes, size)) {
        video->frames++;
        return true;
    }
    if (video->pipe >= 0 && !end(video, err)) return false;
    return error_set(err,
                     "cannot write %s: ffmpeg ended before the last frame; try again",
                     video->path);
}

bool video_commit(VideoWriter *video, Error *err) {
    bool good = video->pipe >= 0 && end(video, err);
    if (good && video->frames == 0)
        good = error_set(err, "%s: there is no frame to write", video->path);
    if (good) good = file_commit(&video->file, err);
    video_abandon(video);
    return good;
}

void video_abandon(VideoWriter *video) {
    if (!video) return;
    if (video->pipe >= 0) {
        close(video->pipe);
        child_kill(&video->ffmpeg);
    }
    if (video->file.target) file_abandon(&video->file);
    arena_free(video->arena);
}
