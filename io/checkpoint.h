/* A checkpoint: a file from which a run that was killed continues with the same bits.
 *
 *     StateList list = {0};
 *     ... each part of the run adds what it remembers ...
 *     checkpoint_write("run.checkpoint", settings, &list, &err);
 *
 *     CheckpointFile file;                                       in a later process
 *     if (!checkpoint_read(arena, "run.checkpoint", &file, &err)) ...
 *     ... set up the same run as file.text says, and list its state ...
 *     if (!checkpoint_restore(&file, &list, &err)) ...
 *
 * It is a safetensors file: each piece is a tensor of F32, F64, I32 or U64 that has the
 * bits of the memory, and __metadata__ has a text of the program ("stylegrad", JSON) and
 * the SHA-256 of all pieces. Any reader of safetensors can look into it.
 *
 * The file is written under a temporary name, waits for the disk, and then takes its
 * name; the one before it becomes FILE.previous. So there is a complete file at every
 * moment. */
#ifndef IO_CHECKPOINT_H
#define IO_CHECKPOINT_H

#include "tensor/arena.h"
#include "tensor/error.h"
#include "tensor/state.h"

#define CHECKPOINT_PREVIOUS ".previous"

typedef struct CheckpointFile {
    const char *path;
    const char *text;                       /* as it was given to checkpoint_write */
    const struct SafetensorsHeader *header; /* and the bytes, in the arena */
} CheckpointFile;

/* Writes text and pieces. Fails without touching the last checkpoint. */
bool checkpoint_write(const char *path, const char *text, const StateList *list,
                      Error *err);

/* The name of the file before, in the arena. */
char *checkpoint_previous(Arena *arena, const char *path);

/* Whether checkpoint_write could write there now, the previous file included. */
bool checkpoint_write_check(const char *path, Error *err);

/* Whether the file begins as one. */
bool checkpoint_is_one(const char *path);

/* The whole file. Fails when it is not complete, not a checkpoint, or not the one that
 * was written; the message then names the previous one, if it is there. */
bool checkpoint_read(Arena *arena, const char *path, CheckpointFile *out, Error *err);

/* The number of elements of a piece; 0 when the file does not have it. For pieces whose
 * length the program does not know before. */
size_t checkpoint_count(const CheckpointFile *file, const char *name);

/* Copies one piece of the file into memory of this kind and number of elements. */
bool checkpoint_take(const CheckpointFile *file, StatePiece piece, Error *err);

/* Copies the pieces of the file into those of the list. The two must have the same names,
 * kinds and numbers of elements; else nothing is copied. */
bool checkpoint_restore(const CheckpointFile *file, const StateList *list, Error *err);

#endif
