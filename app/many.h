/* Many photographs in one run: `paint` and `stylize` with -o DIR.
 *
 *     Many many;
 *     if (!many_find(&many, arena, count, operands, "out", "png", &err)) ...
 *     if (!many_begin(&many, &settings, &err)) ...         the folder is there
 *     for (int i = 0; i < many.count && many_goes_on(); i++) {
 *         if (many_is_done(&many, i)) continue;            said: 3 of 12 a.jpg: ...
 *         if (paint(many.item[i].in, many.item[i].out, &err)) many_painted(&many, i);
 *         else many_failed(&many, i, &err);
 *     }
 *     return many_end(&many);
 *
 * What is done already is known by a record in the folder, .stylegrad-done: a line for each
 * picture with the hash of what it was made from (settings, photograph, name) and that of
 * its file. A picture is painted again when one of them is another now, or its file is
 * gone. Files get their names when they are complete, so half a picture never counts. */
#ifndef APP_MANY_H
#define APP_MANY_H

#include "io/sha256.h"
#include "tensor/arena.h"

#define MANY_RECORD ".stylegrad-done"

typedef struct ManyItem {
    const char *in;   /* as it was named, or its folder and its name there */
    const char *out;  /* in the folder of -o */
    const char *name; /* of `out`, without folder and ending */
    Sha256 key;       /* of what it is made from; "": it cannot be known again */
} ManyItem;

/* A line of the record. */
typedef struct ManyLine {
    Sha256 key, file;
} ManyLine;

typedef struct Many {
    Arena *arena;
    const char *folder; /* of -o */
    int count;
    ManyItem *item;
    Sha256 settings;
    int lines; /* of the record */
    ManyLine *line;
    int painted, skipped, failed;
    const char *failure; /* the first that failed, as `in` */
    double began;        /* seconds: when the present one did */
    double spent;        /* on those that are painted */
} Many;

/* Whether -o names a folder: one that exists, a name that ends in /, or one without an
 * ending. */
bool many_is_folder(const char *out);

/* The photographs: operands in their order; in place of a folder the files in it, by name,
 * but no hidden ones and no folders. Each becomes FOLDER/name.TYPE; of two that differ only
 * in their ending both keep it, a.jpg.png and a.bmp.png. Fails when a folder cannot be
 * listed or is that of -o, when there is nothing, when two still have the same name, or
 * when a result would replace a photograph. */
bool many_find(Many *many, Arena *arena, int count, const char *const *operands,
               const char *folder, const char *type, Error *err);

/* The types of pictures that may be named, for a setting_choice: png, jpg, bmp, ppm, npy. */
const char *many_type(int i);

/* "DIR/name.csv" of an item in another folder; in the arena. */
const char *many_beside(const Many *many, int i, const char *folder, const char *ending);

/* Makes the folder, and reads its record. `settings` is the hash of all that the pictures
 * have in common: program, network, styles, options. */
bool many_begin(Many *many, const Sha256 *settings, Error *err);

/* Whether no signal has come. */
bool many_goes_on(void);

/* Whether a picture is there already and is what it would be, and says so. */
bool many_is_done(Many *many, int i);

/* Says that it begins, for what has lines of its own to say. */
void many_announce(const Many *many, int i);

/* It is complete: says so, and how long the rest takes; the record has it. */
void many_painted(Many *many, int i);

/* It could not be painted; says why, unless that is said already (NULL). */
void many_failed(Many *many, int i, const Error *err);

/* One line that says how many of each there were; the exit status: 0, 1 when some failed,
 * 128 and the signal when one ended it. */
int many_end(const Many *many);

#endif
