/* Videos, frame by frame: ffmpeg decodes and encodes them, and frames come and go through
 * pipes, so that no frame is ever a file. A frame is a tensor (1, 3, h, w) of RGB in
 * [0, 1], as an image is.
 *
 *     VideoReader *in = video_open("walk.mp4", &info, &err);
 *     VideoWriter *out = video_create("out.mp4", &(VideoFormat){info.w, info.h, info.rate,
 *                                                      .sound = "walk.mp4"}, &err);
 *     while (video_read(in, frame, &got, &err) && got && video_write(out, frame, &err)) ...
 *     video_close(in);
 *     return video_commit(out, &err);
 *
 * ffmpeg is another program, started when it is needed; a sentence says when it is
 * missing. Files are named to it as files: no name is an option, a pattern or an
 * address. */
#ifndef IO_VIDEO_H
#define IO_VIDEO_H

#include <stdbool.h>

#include "io/video_probe.h"
#include "tensor/tensor.h"

typedef struct VideoReader VideoReader;
typedef struct VideoWriter VideoWriter;

/* Whether ffmpeg can be started: before an hour of work. */
bool video_program_check(Error *err);

/* Opens a video and decodes its first frame. Frames follow each other in equal times:
 * some are left out or repeated where those of the file do not, so that sound still fits.
 * Fails when ffmpeg or the file is missing, or the file has no picture that moves. */
VideoReader *video_open(const char *path, VideoInfo *info, Error *err);

/* The next frame; *got is false when there was none left. Fails when ffmpeg does, or when
 * the size of the frames changes. */
bool video_read(VideoReader *video, Tensor frame, bool *got, Error *err);

/* Ends it, at its end or before. NULL is fine. */
void video_close(VideoReader *video);

/* What is to be written. */
typedef struct VideoFormat {
    int w, h;
    VideoRate rate;
    const char *sound; /* the video whose sound is copied, if it has one; NULL: none */
} VideoFormat;

/* Whether this path can be written: a known ending (.mp4, .m4v, .mov: H.264; .mkv: H.264;
 * .webm: VP9; .gif), a folder that may be written to, and ffmpeg is there. */
bool video_write_check(const char *path, Error *err);

/* Begins a file under a temporary name, see file_begin. Equal frames make equal bytes, from
 * the same ffmpeg. Where the codec wants even sides, the last row or column is repeated.
 * Sound is copied as it is where the file type can hold it, and encoded again elsewhere;
 * a .gif has none. */
VideoWriter *video_create(const char *path, const VideoFormat *format, Error *err);

/* Adds a frame; values are clamped to [0, 1] as image_write does. After a failure the
 * video is to be abandoned. */
bool video_write(VideoWriter *video, Tensor frame, Error *err);

/* Waits until the file is complete and gives it its name. Always ends the video. Fails
 * when there was no frame. */
bool video_commit(VideoWriter *video, Error *err);

/* Ends it and leaves no file. NULL is fine. */
void video_abandon(VideoWriter *video);

#endif
