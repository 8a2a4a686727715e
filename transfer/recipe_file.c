#include "transfer/recipe_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/assets.h"
#include "io/file.h"
#include "io/file_kind.h"
#include "io/limits.h"
#include "io/number.h"
#include "tensor/text.h"
#include "transfer/recipe_fields.h"

#define LIKE_MOST 4 /* recipes that are like each other in a row */

/* Two keys are of the file and no fields; the others follow in the order of the fields.
 */
enum { SOURCE, LIKE, FIELDS, KEYS_MOST = FIELDS + RECIPE_FIELDS_MOST };

/* A file that is being read. */
typedef struct Reading {
    Arena *arena;
    const char *path;
    int line, depth;
    bool said[KEYS_MOST];  /* in this file */
    bool known[KEYS_MOST]; /* in this file or in those it is like */
} Reading;

static bool wrong(const Reading *r, Error *err, const char *key, const char *why) {
    return error_set(err, "%s:%d: %s %s", r->path, r->line, key, why);
}

/* Its place in `said` and `known`, or -1. */
static int key_index(const char *name) {
    const Setting *field = setting_find(recipe_fields, name);
    if (strcmp(name, "source") == 0) return SOURCE;
    if (strcmp(name, "like") == 0) return LIKE;
    return field ? FIELDS + (int)(field - recipe_fields) : -1;
}

static bool read_text(Reading *r, Recipe *recipe, char *text, Error *err);

/* Reads a file into the recipe, which already holds what to begin with. */
static bool read_path(Reading *r, Recipe *recipe, Error *err) {
    FileBytes bytes;
    if (!file_read(r->arena, r->path, MAX_RECIPE_FILE, &bytes, err)) return false;
    const FileKind *kind = file_kind(&bytes);
    if (memchr(bytes.data, 0, bytes.size))
        return error_set(err, "%s: is no text, and so no recipe (%s); %s", r->path,
                         kind->name, kind->advice);
    file_skip_mark(&bytes);
    char *text = arena_alloc(r->arena, bytes.size + 1);
    memcpy(text, bytes.data, bytes.size);
    return read_text(r, recipe, text, err);
}

/* Begins with another recipe, of which all but the source is kept. */
static bool read_like(Reading *r, Recipe *recipe, const char *name, Error *err) {
    char source[RECIPE_SOURCE_MOST];
    Reading other = {.arena = r->arena, .depth = r->depth + 1};
    for (int i = FIELDS; i < KEYS_MOST; i++)
        if (r->said[i])
            return wrong(r, err, "like", "must stand before everything but 'source'");
    if (r->depth == LIKE_MOST)
        return wrong(r, err, "like", "goes on in a circle; name a recipe of its own");
    strcpy(source, recipe->source);
    if (!(other.path = recipe_path(r->arena, name, err)) ||
        !read_path(&other, recipe, err))
        return false;
    strcpy(recipe->source, source);
    memcpy(r->known, other.known, sizeof r->known);
    r->known[SOURCE] = *source != 0;
    return true;
}

static bool read_source(const Reading *r, Recipe *recipe, const char *text, Error *err) {
    if (strlen(text) >= RECIPE_SOURCE_MOST)
        return error_set(err, "%s:%d: source has more than %d letters", r->path, r->line,
                         RECIPE_SOURCE_MOST - 1);
    strcpy(recipe->source, text);
    return true;
}

static bool read_field(const Reading *r, Recipe *recipe, const Setting *field,
                       const char *text, Error *err) {
    Error why;
    if (setting_set(field, recipe, text, &why)) return true;
    if (!field->kind->wants) return wrong(r, err, field->name, why.text);
    return error_set(err, "%s:%d: %s '%s': write %s", r->path, r->line, field->name, text,
                     why.text);
}

/* What to write behind a key that has no value. */
static void write_what(int key, char text[SETTING_TEXT_MOST]) {
    const Setting *field = key < FIELDS ? NULL : &recipe_fields[key - FIELDS];
    const char *what = key == SOURCE ? "where the recipe comes from, in a line"
                       : key == LIKE ? "the name of another recipe"
                                     : "relu1_1:0.5,relu2_1:0.5";
    if (field && field->kind->wants)
        field->kind->wants(field, text);
    else
        snprintf(text, SETTING_TEXT_MOST, "%s", what);
}

/* One line, "key value" without comment and blanks around. */
static bool read_line(Reading *r, Recipe *recipe, char *line, Error *err) {
    size_t length = strcspn(line, " \t");
    char *value = line + length + strspn(line + length, " \t");
    line[length] = 0;
    const int key = key_index(line);
    if (key < 0)
        return error_set(err,
                         "%s:%d: there is no key '%s'; docs/en/recipes.md lists them",
                         r->path, r->line, NAME(line));
    if (r->said[key])
        return wrong(r, err, line, "is said a second time; keep one of both");
    if (!*value) {
        char what[SETTING_TEXT_MOST];
        write_what(key, what);
        return error_set(err, "%s:%d: %s has no value; write %s", r->path, r->line, line,
                         what);
    }
    if (key == SOURCE ? !read_source(r, recipe, value, err)
        : key == LIKE ? !read_like(r, recipe, value, err)
                      : !read_field(r, recipe, &recipe_fields[key - FIELDS], value, err))
        return false;
    r->said[key] = r->known[key] = true;
    return true;
}

/* Tabs and the carriage return of Windows are the only control characters of a text. */
static bool is_plain(char *line) {
    size_t length = strlen(line);
    if (length && line[length - 1] == '\r') line[--length] = 0;
    for (char *tab = line; (tab = strchr(tab, '\t'));)
        *tab = ' ';
    return text_is_plain(line);
}

/* Cuts off a comment, which begins with # at the start or after a blank, and blanks at
 * both ends. */
static char *bare(char *line) {
    for (char *hash = line; (hash = strchr(hash, '#')); hash++)
        if (hash == line || strchr(" \t", hash[-1])) {
            *hash = 0;
            break;
        }
    line += strspn(line, " \t");
    size_t length = strlen(line);
    while (length > 0 && strchr(" \t\r", line[length - 1]))
        line[--length] = 0;
    return line;
}

static bool read_text(Reading *r, Recipe *recipe, char *text, Error *err) {
    for (char *next; text; text = next) {
        next = strchr(text, '\n');
        if (next) *next++ = 0;
        r->line++;
        if (!is_plain(text))
            return error_set(err,
                             "%s:%d: holds a control character or is not UTF-8; save the "
                             "file as plain UTF-8 text",
                             r->path, r->line);
        char *line = bare(text);
        if (*line && !read_line(r, recipe, line, err)) return false;
    }
    return true;
}

/* What every recipe must say itself or have from another. */
static bool all_there(const Reading *r, const Recipe *recipe, Error *err) {
    static const char *const needed[] = {"source", "net",   "init",  "size",
                                         "steps",  "optim", "space", NULL};
    const struct {
        double weight;
        const char *key;
    } forms[] = {{recipe->content.weight, "content-form"},
                 {recipe->style.weight, "style-form"},
                 {recipe->tv.weight, "tv-form"},
                 {recipe->tv.weight, "tv-space"}};
    for (int i = 0; needed[i]; i++)
        if (!r->known[key_index(needed[i])])
            return wrong(r, err, needed[i], "is missing; add a line that says it");
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (forms[i].weight != 0 && !r->known[key_index(forms[i].key)])
            return wrong(
                r, err, forms[i].key,
                "is missing, but its loss has a weight; add a line that says it");
    return true;
}

const char *recipe_path(Arena *arena, const char *name_or_path, Error *err) {
    char file[256];
    if (strpbrk(name_or_path, "./")) return arena_string(arena, name_or_path);
    if (strlen(name_or_path) < RECIPE_NAME_MOST) {
        snprintf(file, sizeof file, "%s" RECIPE_SUFFIX, name_or_path);
        const char *path = assets_recipe(arena, file, err);
        if (path || !assets_recipe(arena, "paint" RECIPE_SUFFIX, err)) return path;
    }
    error_set(err,
              "there is no recipe '%s'; 'stylegrad recipes' lists them, and a file of "
              "your own is named with its path",
              NAME(name_or_path));
    return NULL;
}

/* "recipes/gatys.recipe" is called gatys. */
static void name_after(Recipe *recipe, const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t length = strlen(name), suffix = strlen(RECIPE_SUFFIX);
    if (length > suffix && strcmp(name + length - suffix, RECIPE_SUFFIX) == 0)
        length -= suffix;
    snprintf(recipe->name, sizeof recipe->name, "%.*s", (int)length, name);
}

bool recipe_read(const char *name_or_path, Recipe *recipe, Error *err) {
    Error why;
    Recipe read = recipe_defaults;
    Reading reading = {.arena = arena_new()};
    bool good = (reading.path = recipe_path(reading.arena, name_or_path, err)) &&
                read_path(&reading, &read, err) && all_there(&reading, &read, err);
    if (good && !recipe_check(&read, &why))
        good = error_set(err, "%s:%d: %s", reading.path, reading.line, why.text);
    if (good) {
        name_after(&read, reading.path);
        *recipe = read;
    }
    arena_free(reading.arena);
    return good;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *recipe_names(Arena *arena, Error *err) {
    enum { MOST = 1000 };
    const size_t suffix = strlen(RECIPE_SUFFIX);
    const char *one = assets_recipe(arena, "paint" RECIPE_SUFFIX, err);
    if (!one) return NULL;
    char *folder = arena_string(arena, one);
    *strrchr(folder, '/') = 0;
    DIR *stream = opendir(folder);
    if (!stream) {
        error_set(err, "%s: cannot be listed: %s; let the folder be read", folder,
                  strerror(errno));
        return NULL;
    }
    const char **names = ARENA_NEW(arena, const char *, MOST + 1);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(stream)) && count < MOST;) {
        size_t length = strlen(entry->d_name);
        if (length <= suffix || *entry->d_name == '.' ||
            strcmp(entry->d_name + length - suffix, RECIPE_SUFFIX) != 0)
            continue;
        char *name = arena_string(arena, entry->d_name);
        name[length - suffix] = 0;
        names[count++] = name;
    }
    closedir(stream);
    qsort(names, (size_t)count, sizeof *names, by_name);
    return names;
}
