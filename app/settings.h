/* What a number depends on, by name: network, weights, preprocessing, padding, images,
 * forms and their weights. Whoever prints a loss prints these, so that somebody else can
 * compute it again; the names are those of the options and of the keys of a recipe. */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include <jansson.h>

#include "app/session.h"

/* What was measured, beside the network. */
typedef enum SettingsOf {
    SETTINGS_NETWORK, /* nothing: features */
    SETTINGS_LAYERS,  /* some layers in all forms */
    SETTINGS_LOSSES   /* the losses of a recipe */
} SettingsOf;

/* The fields of a recipe that decide a loss, ended by NULL, without those that a session's
 * network says: net, pool, pad. */
extern const char *const settings_loss_fields[];

/* One object of texts, numbers and lists; the caller's. NULL when memory ends. `image` is
 * the image that was measured, `x` its numbers; NULL without one. */
json_t *settings_object(const Session *session, const Scene *scene,
                        const Options *options, SettingsOf of, const char *image,
                        const Tensor *x);

/* Prints them, a line each, and gives them back. False, with the reason, when the object
 * is NULL. */
bool settings_print(json_t *object, Error *err);

/* That NULL as a sentence. */
bool settings_failed(Error *err);

#endif
