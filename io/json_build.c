#include "io/json_build.h"

#include <stdlib.h>
#include <string.h>

json_t *json_built(JsonBuild *build, json_t *value) {
    if (!value) build->failed = true;
    return value;
}

void json_put(JsonBuild *build, json_t *object, const char *key, json_t *value) {
    if (json_object_set_new(object, key, value)) build->failed = true;
}

void json_add(JsonBuild *build, json_t *array, json_t *value) {
    if (json_array_append_new(array, value)) build->failed = true;
}

void json_merge(JsonBuild *build, json_t *object, json_t *more) {
    if (!more || json_object_update(object, more)) build->failed = true;
    json_decref(more);
}

/* Bytes of the UTF-8 character at `s`, 0 when there is none: RFC 3629. */
static int utf8_length(const unsigned char *s) {
    if (s[0] < 0x80) return 1;
    const int length = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    if (s[0] < 0xC2 || s[0] > 0xF4) return 0;
    for (int i = 1; i < length; i++)
        if ((s[i] & 0xC0) != 0x80) return 0;
    const bool overlong = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
    const bool surrogate = s[0] == 0xED && s[1] > 0x9F;
    const bool beyond = s[0] == 0xF4 && s[1] > 0x8F;
    return overlong || surrogate || beyond ? 0 : length;
}

static bool is_utf8(const char *text) {
    const unsigned char *s = (const unsigned char *)text;
    for (int length; *s; s += length)
        if (!(length = utf8_length(s))) return false;
    return true;
}

json_t *json_path(JsonBuild *build, const char *path) {
    return is_utf8(path) ? json_built(build, json_string(path)) : json_null();
}

/* The text so far. json_dumps has its own buffer, but does not detect everywhere that it
 * cannot grow (jansson 2.14 leaves out the name of a key). */
typedef struct JsonText {
    char *data;
    size_t size, room;
    bool failed;
} JsonText;

static int append(const char *piece, size_t size, void *context) {
    JsonText *text = context;
    if (size >= text->room - text->size) {
        const size_t room = 2 * (text->room + size) + 64;
        char *larger = text->failed ? NULL : realloc(text->data, room);
        if (!larger) {
            text->failed = true;
            return -1;
        }
        text->data = larger;
        text->room = room;
    }
    memcpy(text->data + text->size, piece, size);
    text->size += size;
    text->data[text->size] = 0;
    return 0;
}

char *json_text(const JsonBuild *build, const json_t *all, size_t flags, Error *err) {
    JsonText text = {.failed = build->failed};
    if (!text.failed && json_dump_callback(all, append, &text, flags)) text.failed = true;
    if (!text.failed && text.data) return text.data;
    free(text.data);
    error_set(err, "cannot be put into JSON: there is no memory, or a name is not UTF-8, "
                   "or a number not finite; close other programs and look at the names");
    return NULL;
}

bool json_print(const JsonBuild *build, const json_t *all, size_t flags, FILE *out,
                Error *err) {
    char *text = json_text(build, all, flags | JSON_ENSURE_ASCII, err);
    if (!text) return false;
    fprintf(out, "%s\n", text);
    free(text);
    return true;
}
