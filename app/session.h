/* What paint, eval and features open before they begin: the network with its weights, the
 * settings of the run, and the images.
 *
 *     Session session;
 *     Images images;
 *     if (!session_open(&session, &images, options, &err)) ...
 *     ...
 *     session_close(&session);
 *
 * Nothing in a session changes after it is opened. What belongs to one stage of a run,
 * its recipe and its images, is a value of its own: recipe_stage and images_read. */
#ifndef APP_SESSION_H
#define APP_SESSION_H

#include "app/images.h"
#include "app/notes.h"
#include "app/scene_options.h"
#include "io/sha256.h"

typedef struct Session {
    Arena *arena;  /* of all that lives until the end */
    Recipe recipe; /* of all stages; complete: every layer named */
    Network *network;
    const char *weights; /* the file, or "random:SEED" */
    Sha256 hash;         /* of that file */
    double factor;       /* by how much the features were multiplied */
    bool scaled;         /* whether they have been */
    struct Session *of;  /* whose network it is; NULL: its own */
    Notes notes;
} Session;

/* Opens everything that the options name; the images are those of the first stage, in
 * the session's arena. On failure nothing is left to free. */
bool session_open(Session *session, Images *images, const Options *options, Error *err);

/* The same in two parts: first everything but the contents of large images, which says
 * how much memory a run would take, see forecast.h; then these as well, after which the
 * session is open. If either fails, nothing is left to free. */
bool session_open_sizes(Session *session, Images *images, const Options *options,
                        Error *err);
bool session_open_images(Session *session, Images *images, const Options *options,
                         Error *err);

/* The first part for a session whose network is that of another one, which is open and
 * outlives it: for many images. What is said of the network is the same. */
bool session_share_sizes(Session *session, Session *of, Images *images,
                         const Options *options, Error *err);

/* The same without images: the network and its weights only. */
bool session_open_network(Session *session, const Options *options, Error *err);

void session_close(Session *session);

/* Whether the weights are random ones, not those of a file. */
bool session_is_random(const Session *session);

/* "stylegrad NAME: sentence" on stderr; returns the exit status, 1. */
int session_complain(const char *command, const Error *err);

#endif
