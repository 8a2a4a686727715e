#include "app/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "io/assets.h"
#include "io/file_place.h"
#include "io/folder.h"
#include "io/number.h"
#include "io/plot.h"
#include "tensor/check.h"
#include "tensor/no_memory.h"
#include "transfer/recipe_file.h"

#define LIST_BYTES ((size_t)32 << 10) /* what the C library takes to list a folder */

static void add(Files *files, File file) {
    if (!file.path) return;
    CHECK(files->count < FILES_MOST, "more than %d files", FILES_MOST);
    files->item[files->count++] = file;
}

void files_read(Files *files, const char *role, const char *path) {
    add(files, (File){.role = role, .path = path});
}

void files_read_all(Files *files, const char *role, const char *path) {
    add(files, (File){.role = role, .path = path, .folder = path && folder_is(path)});
}

void files_write(Files *files, const char *role, const char *path) {
    add(files, (File){.role = role, .path = path, .written = true});
}

bool files_write_plot(Files *files, Arena *arena, const char *role, const char *path,
                      Error *err) {
    PlotPaths beside;
    if (!path) return true;
    if (!plot_paths(arena, path, &beside, err)) return false;
    files_write(files, role, path);
    files_write(files, role, beside.table);
    files_write(files, role, beside.script);
    files_write(files, role, beside.part);
    return true;
}

void files_write_series(Files *files, const char *out, int every, int most) {
    files->series = out;
    files->every = every;
    files->most = most;
}

const char *files_numbered(Arena *arena, const char *out, int number) {
    const char *ending = file_ending(out);
    const size_t room = strlen(out) + 32;
    char *name = arena_alloc(arena, room);
    snprintf(name, room, "%.*s-%05d%s", (int)(ending - out), out, number, ending);
    return name;
}

/* Weights that come with the program are read when none are said. */
static const char *weights_of(Arena *arena, const Options *options) {
    Error none;
    if (!options->weights) return assets_path(arena, "paintnet.safetensors", &none);
    return strncmp(options->weights, "random:", 7) == 0 ? NULL : options->weights;
}

void files_read_options(Files *files, Arena *arena, const Options *options) {
    Error none;
    for (int i = 0; i < options->operands; i++)
        files_read(files, i ? "STYLE" : "CONTENT", options->operand[i]);
    for (int i = 0; i < STYLES_MOST; i++) {
        files_read(files, "--mask", options->masks.path[i]);
        files_read(files, "--style-mask", options->parts.path[i]);
    }
    files_read(files, "--weights", weights_of(arena, options));
    if (options->recipe_name)
        files_read(files, "--recipe", recipe_path(arena, options->recipe_name, &none));
}

static bool refuse(const File *written, const File *other, Error *err) {
    if (strcmp(written->path, other->path) == 0)
        return error_set(err,
                         "%s would write over the file of %s, %s; choose another name",
                         written->role, other->role, NAME(written->path));
    return error_set(
        err, "%s would write %s, which is the file of %s, %s; choose another name",
        written->role, NAME(written->path), other->role, NAME(other->path));
}

/* The number in a name of the series, in letters of either case; 0 when it is none of
 * them.
 */
static int number_of(const Files *files, const char *path) {
    const char *name = file_name(path), *first = file_name(files->series),
               *ending = file_ending(files->series);
    const size_t stem = (size_t)(ending - first);
    if (strncasecmp(name, first, stem) != 0 || name[stem] != '-') return 0;
    const char *digits = name + stem + 1;
    const size_t length = strspn(digits, "0123456789");
    if (length < 5 || length > 9 || strcasecmp(digits + length, ending) != 0) return 0;
    const int number = atoi(digits);
    return number % files->every == 0 && number <= files->most ? number : 0;
}

/* Whether a file of the table is number `number` of the series. */
static bool check_number(const Files *files, Arena *arena, int number, Error *err) {
    const File file = {"--save-every", files_numbered(arena, files->series, number),
                       .written = true};
    for (int i = 0; i < files->count; i++)
        if (file_same(file.path, files->item[i].path))
            return refuse(&file, &files->item[i], err);
    return true;
}

/* Of a series of any length only those can meet that have such a name: a file of the
 * table, at the end of its links, or one that is there already and may be a link. */
static bool check_series(const Files *files, Arena *arena, Error *err) {
    bool good = true;
    int number;
    for (int i = 0; good && i < files->count; i++) {
        char *end = file_resolve(files->item[i].path);
        if ((number = number_of(files, end)))
            good = check_number(files, arena, number, err);
        free(end);
    }
    char *folder = file_folder(files->series);
    DIR *list = good ? opendir(folder) : NULL;
    if (good && !list && errno == ENOMEM) no_memory(LIST_BYTES);
    for (struct dirent *entry; good && list && (entry = readdir(list));)
        if ((number = number_of(files, entry->d_name)))
            good = check_number(files, arena, number, err);
    if (list) closedir(list);
    free(folder);
    return good;
}

/* What is written into a folder of which every file is read would be read the next time. */
static bool check_folder(const File *written, const File *read, Error *err) {
    if (!written->written || !read->folder) return true;
    char *place = file_folder(written->path);
    const bool inside = file_same_folder(place, read->path);
    free(place);
    return !inside ||
           error_set(err,
                     "%s would write %s into the folder of %s, %s; choose "
                     "another folder",
                     written->role, NAME(written->path), read->role, NAME(read->path));
}

static bool check_pair(const File *a, const File *b, Error *err) {
    if ((a->written || b->written) && file_same(a->path, b->path))
        return a->written ? refuse(a, b, err) : refuse(b, a, err);
    return check_folder(a, b, err) && check_folder(b, a, err);
}

bool files_check(const Files *files, Error *err) {
    for (int i = 0; i < files->count; i++)
        for (int k = 0; k < i; k++)
            if (!check_pair(&files->item[i], &files->item[k], err)) return false;
    if (!files->series) return true;
    Arena *arena = arena_new();
    const bool good = check_series(files, arena, err);
    arena_free(arena);
    return good;
}
