/* Whole files in, whole files out.
 *
 * Every reader of the library takes its bytes from file_read, with a limit on their
 * number, and every writer passes its bytes to file_write. It leaves either the complete
 * new file or the unchanged old one: a run that is killed or a full disk never leaves
 * half a file.
 *
 *     FileBytes bytes;
 *     if (!file_read(arena, "weights.npz", (size_t)1 << 30, &bytes, &err)) return false;
 *     ...
 *     return file_write("out/curve.csv", text, length, &err);
 *
 * Paths are used as given: relative ones start at the current folder. */
#ifndef IO_FILE_H
#define IO_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "tensor/arena.h"
#include "tensor/error.h"

/* The bytes of a file. */
typedef struct FileBytes {
    unsigned char *data; /* owned by the arena, no zero at the end */
    size_t size;         /* bytes, at least 1 */
} FileBytes;

/* The whole file, in the arena. A pipe is read to its end. Fails when the file is
 * missing, a folder, empty, larger than `most` bytes, or changes its size meanwhile. */
bool file_read(Arena *arena, const char *path, size_t most, FileBytes *out, Error *err);

/* Leaves out the byte order mark (EF BB BF) that some editors put before UTF-8 text. */
void file_skip_mark(FileBytes *file);

/* Writes the bytes under a temporary name (.stylegrad-PID-N, in the same folder), waits
 * until the disk has them, and renames. A link is followed, also to a file that does not
 * exist yet; an existing file keeps its permissions. A path that is no regular file
 * (/dev/stdout, a pipe) cannot be replaced and is written directly; a file that is
 * mounted on its own gets the bytes when the temporary file is complete. Fails, without
 * leaving a file, when the folder is missing or may not be written to, or the disk is
 * full. */
bool file_write(const char *path, const void *data, size_t size, Error *err);

/* Whether file_write could write this path now: its folder exists and may be written to,
 * the name is not too long, it is not a folder itself and nothing that cannot be changed
 * (an immutable file, another user's in a sticky folder). A program checks this before
 * an hour of work, not after it. */
bool file_write_check(const char *path, Error *err);

/* Makes the folder and those above it; a folder that exists is fine. */
bool file_make_folder(const char *path, Error *err);

/* Whether file_make_folder would succeed, and files could be made in the folder. Changes
 * nothing. */
bool file_make_folder_check(const char *path, Error *err);

/* A file that is written piece by piece, with the promises of file_write:
 *
 *     FileOutput file;
 *     if (!file_begin(&file, "out/trace.csv", &err)) return false;
 *     fprintf(file.stream, "step,loss\n");
 *     return file_commit(&file, &err);
 *
 * Between the two only the temporary file exists. file_commit reports every error of
 * the writes before it and always ends the output; file_abandon ends it and leaves no
 * file. file_commit_or_keep is for data that cannot be written again: if the complete
 * file cannot get its name, it gets another one in the same folder, and the error
 * says which. file_commit_previous is for a file that must exist at every moment: the
 * old file gets the name `previous`, in the same folder, before the new one takes its
 * place. */
typedef struct FileOutput {
    FILE *stream;    /* write here; the stream is not to be closed by the caller */
    char *buffer;    /* of the stream */
    char *target;    /* what the file will be called */
    char *temporary; /* what it is called until then; NULL when written directly */
    bool damaged;    /* the target has lost its old bytes: the new ones must stay */
} FileOutput;

/* Opens the temporary file; fails as file_write does. */
bool file_begin(FileOutput *output, const char *path, Error *err);
/* Ends the output and gives the file its name. Fails when a write has failed. */
bool file_commit(FileOutput *output, Error *err);
/* The same; if the name cannot be given, the file keeps another one, which err says. */
bool file_commit_or_keep(FileOutput *output, Error *err);
/* The same; the file that was there before is then called `previous`. */
bool file_commit_previous(FileOutput *output, const char *previous, Error *err);
/* Ends the output and leaves no file. */
void file_abandon(FileOutput *output);

/* Ends an output after a write that failed for this reason, an errno, without giving the
 * file its name. Its first `size` bytes, which were written before, get another name in
 * the same folder, which the error says; false when that fails too, and then no file is
 * left. */
bool file_keep_part(FileOutput *output, size_t size, int reason, Error *err);

#endif
