/* The files of one command: what it reads, what it writes. Each command fills the table
 * before any work, and one check finds what would be lost later.
 *
 *     Files files = {0};
 *     files_read(&files, "CONTENT", "photo.jpg");
 *     files_write(&files, "-o", "out.png");
 *     files_write(&files, "--trace", "photo.jpg");
 *     if (!files_check(&files, &err)) ...
 *                                 "--trace photo.jpg: is the file of CONTENT, too; ..."
 */
#ifndef APP_FILES_H
#define APP_FILES_H

#include "app/scene_options.h"

#define FILES_MOST 192

typedef struct File {
    const char *role; /* "CONTENT", "--trace": as the command line calls it */
    const char *path;
    bool written; /* or else read */
    bool folder;  /* a folder, and every file of it is read */
} File;

typedef struct Files {
    int count;
    File item[FILES_MOST];
    const char *series; /* out.png when out-00010.png, ... are written; or NULL */
    int every, most;    /* number of the first, and the largest possible */
} Files;

/* Adds a file; a path of NULL adds nothing. The texts are not copied. files_read_all: all
 * files of it, if it is a folder. */
void files_read(Files *files, const char *role, const char *path);
void files_read_all(Files *files, const char *role, const char *path);
void files_write(Files *files, const char *role, const char *path);

/* An image of a curve, and what is written beside it. The names of those are in the
 * arena. Fails when a plot cannot have this name. */
bool files_write_plot(Files *files, Arena *arena, const char *role, const char *path,
                      Error *err);

/* Everything that --save-every writes: every, 2 every, ... up to `most`. */
void files_write_series(Files *files, const char *out, int every, int most);

/* "out.png" and 40 give "out-00040.png", in the arena. */
const char *files_numbered(Arena *arena, const char *out, int number);

/* What the options of a network read: images, masks, weights, recipe. The names that
 * were looked up are in the arena. */
void files_read_options(Files *files, Arena *arena, const Options *options);

/* Fails when what is written is named twice, or is also read: by device and inode,
 * through links, and by folder and name when it is still to come; or when it would be in a
 * folder of which every file is read. What is only read may
 * be named as often as one likes. */
bool files_check(const Files *files, Error *err);

#endif
