/* The command lines of ffmpeg and ffprobe; for video_*.c only. */
#ifndef IO_VIDEO_WORDS_H
#define IO_VIDEO_WORDS_H

#include "io/child.h"
#include "tensor/arena.h"

#define VIDEO_PACKAGE "ffmpeg" /* has both programs */

/* A command line that grows; its texts are in the arena. */
typedef struct VideoWords {
    Arena *arena;
    int count;
    char *word[64]; /* NULL after the last */
} VideoWords;

/* Adds words; NULL ends them. VIDEO_WORDS(&line, "-v", "error") adds two. */
void video_words(VideoWords *line, const char *const *words);
#define VIDEO_WORDS(line, ...) video_words(line, (const char *const[]){__VA_ARGS__, NULL})

/* Adds an input file: "file:" before a name keeps it from being an option or an address. */
void video_words_input(VideoWords *line, const char *path);

/* A pipe whose ends no other program inherits; `here` stays in this program. */
typedef struct VideoPipe {
    int here, there;
} VideoPipe;
bool video_pipe(VideoPipe *out, bool from_there, Error *err);

#endif
