/* The frames of a film one after the other, from a video (io/video.h) or from a folder of
 * numbered pictures.
 *
 *     Frames *frames = frames_open("walk.mp4", &info, &err);
 *     while (frames_read(frames, frame, &got, &err) && got) ...
 *     frames_close(frames);
 *
 * A folder's frames are its files with the ending of a picture, in the order of the
 * numbers in their names: frame-2.png comes before frame-10.png. */
#ifndef IO_FRAMES_H
#define IO_FRAMES_H

#include "io/video.h"

typedef struct Frames Frames;

/* Opens a film. Of a folder, info->rate is 0. Fails when there is no such film or it has no
 * frame. */
Frames *frames_open(const char *path, VideoInfo *info, Error *err);

/* The next frame, (1,3,h,w) of the film's size; *got is false when there was none left.
 * Fails when it cannot be read or has another size. */
bool frames_read(Frames *frames, Tensor frame, bool *got, Error *err);

/* NULL is fine. */
void frames_close(Frames *frames);

#endif
