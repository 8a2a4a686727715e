#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "io/command.h"
#include "io/limits.h"
#include "io/video.h"
#include "io/video_probe.h"
#include "io/video_words.h"
#include "tensor/check.h"
#include "tensor/text.h"

/* ffmpeg writes each frame as a PPM, whose header has the size: that of the picture when it
 * is upright, which the file alone does not say. */
struct VideoReader {
    Arena *arena;
    const char *path;
    Child ffmpeg;
    int pipe;
    Shape shape;          /* of a frame */
    unsigned char *bytes; /* of one */
    bool ahead;           /* the bytes are of a frame that nobody has asked for yet */
};

/* Fewer bytes only at the end, or when the pipe is broken. */
static size_t read_fully(int file, void *out, size_t size) {
    size_t got = 0;
    while (got < size) {
        const ssize_t more = read(file, (char *)out + got, size - got);
        if (more < 0 && errno == EINTR) continue;
        if (more <= 0) break;
        got += (size_t)more;
    }
    return got;
}

/* "P6\n640 480\n255\n"; h is 0 at the end of the stream. */
static bool read_header(int pipe, int *w, int *h) {
    char text[40];
    size_t length = 0;
    int lines = 0;
    *w = *h = 0;
    while (lines < 3 && length + 1 < sizeof text) {
        if (read_fully(pipe, text + length, 1) == 0) return length == 0;
        lines += text[length++] == '\n';
    }
    text[length] = 0;
    return sscanf(text, "P6\n%6d %6d\n255\n", w, h) == 2 && *w > 0 && *h > 0;
}

/* Why there is no other frame: the end, or what ffmpeg says. */
static bool end(VideoReader *video, Error *err) {
    Error why;
    close(video->pipe);
    video->pipe = -1;
    const bool good = child_end(&video->ffmpeg, &why);
    if (!video->bytes)
        return error_set(err, "%s: has no frames%s%s; choose another file", video->path,
                         good ? "" : ": ", good ? "" : why.text);
    return good || error_set(err, "%s: %s", video->path, why.text);
}

/* The first header says how large frames are; later ones have to agree. */
static bool take_size(VideoReader *video, int w, int h, Error *err) {
    if (video->bytes)
        return (w == video->shape.w && h == video->shape.h) ||
               error_set(err, "%s: its frames change their size; cut it with ffmpeg",
                         video->path);
    if (w > IMAGE_LARGEST_SIDE || h > IMAGE_LARGEST_SIDE || w * h > IMAGE_LARGEST_AREA)
        return error_set(err,
                         "%s: frames of %d x %d pixels are too large; make them smaller "
                         "with ffmpeg" OR_RAISE(IMAGE_LARGEST_AREA),
                         video->path, w, h);
    video->shape = (Shape){1, 3, h, w};
    video->bytes = arena_alloc(video->arena, shape_size(video->shape));
    return true;
}

/* The next frame into the bytes; `ahead` says whether there was one. */
static bool read_ahead(VideoReader *video, Error *err) {
    int w, h;
    if (video->pipe < 0) return true;
    const bool good = read_header(video->pipe, &w, &h);
    if (good && h == 0) return end(video, err);
    if (good && !take_size(video, w, h, err)) return false;
    const size_t size = good ? shape_size(video->shape) : 0;
    video->ahead = good && read_fully(video->pipe, video->bytes, size) == size;
    if (video->ahead) return true;
    return end(video, err) &&
           error_set(err, "%s: ffmpeg ended within a frame; try again", video->path);
}

/* Square pixels, and as many frames as the rate says, from the time at which the sound
 * begins. */
static bool start(VideoReader *video, const VideoInfo *info, Error *err) {
    VideoWords line = {.arena = video->arena};
    VideoPipe pipe;
    VIDEO_WORDS(&line, "ffmpeg", "-nostdin", "-v", "error");
    video_words_input(&line, video->path);
    VIDEO_WORDS(&line, "-map", "0:V:0", "-vf",
                text_format(video->arena,
                            "fps=%d/%d:start_time=0,scale='trunc(iw*sar+0.5)':ih:"
                            "flags=bicubic+accurate_rnd+full_chroma_int+bitexact",
                            info->rate.frames, info->rate.seconds),
                "-pix_fmt", "rgb24", "-c:v", "ppm", "-f", "image2pipe", "-");
    if (!video_pipe(&pipe, true, err)) return false;
    const bool good = child_start(&video->ffmpeg, line.word, VIDEO_PACKAGE, -1,
                                  pipe.there, CHILD_APART, err);
    close(pipe.there);
    if (good)
        video->pipe = pipe.here;
    else
        close(pipe.here);
    return good;
}

static bool open_video(VideoReader *video, VideoInfo *info, Error *err) {
    if (!video_probe(video->path, info, err) || !start(video, info, err) ||
        !read_ahead(video, err))
        return false;
    info->w = video->shape.w;
    info->h = video->shape.h;
    return true;
}

VideoReader *video_open(const char *path, VideoInfo *info, Error *err) {
    Arena *arena = arena_new();
    VideoReader *video = ARENA_NEW(arena, VideoReader, 1);
    *video = (VideoReader){.arena = arena, .path = arena_string(arena, path), .pipe = -1};
    if (open_video(video, info, err)) return video;
    video_close(video);
    return NULL;
}

bool video_read(VideoReader *video, Tensor frame, bool *got, Error *err) {
    CHECK(shape_equal(frame.shape, video->shape), "video_read: %s in place of %s",
          SHAPE(frame.shape), SHAPE(video->shape));
    if (!video->ahead && !read_ahead(video, err)) return false;
    *got = video->ahead;
    video->ahead = false;
    if (!*got) return true;
    const size_t plane = (size_t)frame.shape.h * (size_t)frame.shape.w;
    for (size_t c = 0; c < 3; c++)
        for (size_t i = 0; i < plane; i++)
            frame.data[c * plane + i] = (real)(video->bytes[3 * i + c] / 255.0);
    return true;
}

void video_close(VideoReader *video) {
    if (!video) return;
    if (video->pipe >= 0) {
        close(video->pipe);
        child_kill(&video->ffmpeg);
    }
    arena_free(video->arena);
}
