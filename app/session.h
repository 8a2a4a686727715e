/* What paint, eval and features open before they begin: the network with its weights and
 * the pictures. */
#ifndef APP_SESSION_H
#define APP_SESSION_H

#include "app/options.h"
#include "io/sha256.h"
#include "io/weight_file.h"

typedef struct Session {
    Arena *arena;
    Recipe recipe; /* complete: every layer named */
    Network *network;
    Scene scene;         /* no styles for features */
    Tensor photograph;   /* the content in its own colours */
    const char *weights; /* the file, or "random:SEED" */
    Sha256 hash;         /* of that file */
    double factor;       /* by how much the features were multiplied */
    const char *notes;   /* lines worth knowing that are no errors; may be empty */
    bool sizes_only;     /* large pictures are not read: they have their shapes, and */
    size_t unread;       /* will take so many bytes more than now */
} Session;

/* Opens everything that the options name. On failure nothing is left to free. */
bool session_open(Session *session, const Options *options, Error *err);

/* The same in two parts: first everything but the contents of large pictures, which says
 * how much memory a run would take, see forecast.h; then these as well. Whoever fails
 * leaves nothing to free. */
bool session_open_sizes(Session *session, const Options *options, Error *err);
bool session_open_pictures(Session *session, const Options *options, Error *err);

/* The same without pictures: the network and its weights only. */
bool session_open_network(Session *session, const Options *options, Error *err);

void session_close(Session *session);

/* Reads pictures and masks again in the size that session->recipe now has, into the
 * arena; styles of a size of their own keep its proportion to the largest stage. */
bool session_read_pictures(Session *session, const Options *options, Arena *arena,
                           Error *err);

/* Says on stderr when the numbers of a .npy picture look like another range. */
void session_note_range(const char *path, Tensor picture);

/* The size of the style pictures in a stage: which side has how many pixels. */
typedef struct StyleSize {
    int size;
    SizeOf of;
} StyleSize;
StyleSize session_style_size(const Recipe *stage, const Options *options);

/* Adds a piece to the notes. */
void session_note(Session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Reads a file of weights. One that is missing is named with the command that loads it.
 */
bool session_read_weights(Arena *arena, const char *path, WeightFile *out, Error *err);

/* Tells the network what the weights of a file were made to read: what the user says, or
 * else what the file does. */
bool session_preprocess(Network *network, const Options *options, const char *path,
                        const WeightFile *file, Error *err);

/* Whether the weights are random ones, not those of a file. */
bool session_is_random(const Session *session);

/* "stylegrad NAME: sentence" on stderr; returns the exit status, 1. */
int session_complain(const char *command, const Error *err);

#endif
