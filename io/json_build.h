/* Builds JSON that is complete, or is not written at all.
 *
 * A function of jansson that adds a value may fail, because memory is short or a text is
 * not UTF-8. The object is then valid JSON with a missing value. Here the first failure
 * is stored, and the text is refused at the end:
 *
 *     JsonBuild build = {0};
 *     json_t *all = json_built(&build, json_pack("{s:f}", "total", total));
 *     json_put(&build, all, "layers", layers_object(&build, ...));
 *     bool good = json_print(&build, all, JSON_INDENT(2), stdout, &err);
 *     json_decref(all); */
#ifndef IO_JSON_BUILD_H
#define IO_JSON_BUILD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "tensor/error.h"

typedef struct JsonBuild {
    bool failed;
} JsonBuild;

/* The value itself; NULL is a failure. */
json_t *json_built(JsonBuild *build, json_t *value);

/* Adds a value, which belongs to the object or array from then on, even when it fails. */
void json_put(JsonBuild *build, json_t *object, const char *key, json_t *value);
void json_add(JsonBuild *build, json_t *array, json_t *value);

/* Puts all of `more` into the object, and frees it. */
void json_merge(JsonBuild *build, json_t *object, json_t *more);

/* The name of a file, or null when it is not UTF-8, which JSON must be. */
json_t *json_path(JsonBuild *build, const char *path);

/* The text, to be freed, or NULL with err filled. */
char *json_text(const JsonBuild *build, const json_t *all, size_t flags, Error *err);

/* The text and a line break, in ASCII: a name's control characters above 7F and marks of
 * direction would reach the terminal, since JSON escapes only those below 20. Errors of
 * writing are reported by the stream. */
bool json_print(const JsonBuild *build, const json_t *all, size_t flags, FILE *out,
                Error *err);

#endif
