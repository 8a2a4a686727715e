#include "app/many.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "io/file.h"
#include "io/file_place.h"
#include "io/folder.h"
#include "tensor/no_memory.h"
#include "tensor/text.h"

const char *many_type(int i) {
    static const char *const types[] = {"png", "jpg", "bmp", "ppm", "npy"};
    return TEXT_AT(types, i);
}

bool many_is_folder(const char *out) {
    const size_t length = strlen(out);
    struct stat about;
    if (length > 0 && out[length - 1] == '/') return true;
    return folder_is(out) || (stat(out, &about) != 0 && !*file_ending(out));
}

static bool same_folder(const char *a, const char *b) {
    struct stat one, other;
    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

/* ---- The list ---- */

/* PathNames that grow. */
typedef struct PathNames {
    int count, room;
    const char **name; /* to be freed */
} PathNames;

static void add(PathNames *names, const char *name) {
    if (names->count == names->room) {
        names->room = 2 * names->room + 64;
        names->name =
            memory_resize(names->name, (size_t)names->room * sizeof *names->name);
    }
    names->name[names->count++] = name;
}

static bool add_folder(Arena *arena, const char *folder, PathNames *names, Error *err) {
    FolderFiles files;
    if (!folder_files(arena, folder, NULL, &files, err)) return false;
    for (int i = 0; i < files.count; i++)
        add(names, files.path[i]);
    return true;
}

static bool find_names(Many *many, int count, const char *const *operands,
                       PathNames *names, Error *err) {
    for (int i = 0; i < count; i++) {
        if (!folder_is(operands[i])) {
            add(names, operands[i]);
            continue;
        }
        if (same_folder(operands[i], many->folder))
            return error_set(
                err,
                "%s: is also the folder of -o, whose pictures would be taken "
                "for photographs; name another",
                operands[i]);
        if (!add_folder(many->arena, operands[i], names, err)) return false;
    }
    return names->count > 0 ||
           error_set(err, "%s: holds no file; name a folder with photographs",
                     operands[0]);
}

/* ---- What the results are called ---- */

static int by_name(const void *a, const void *b) {
    const ManyItem *one = *(ManyItem *const *)a, *other = *(ManyItem *const *)b;
    const int order = strcasecmp(one->name, other->name);
    return order ? order : strcmp(one->in, other->in);
}

/* The items by their names; letters of either case are the same name on some disks. */
static ManyItem **sorted(const Many *many) {
    ManyItem **order = ARENA_NEW(many->arena, ManyItem *, (size_t)many->count);
    for (int i = 0; i < many->count; i++)
        order[i] = &many->item[i];
    qsort(order, (size_t)many->count, sizeof *order, by_name);
    return order;
}

/* Those that would be called the same keep their endings. */
static void name_apart(const Many *many) {
    ManyItem **order = sorted(many);
    for (int i = 0, end; i < many->count; i = end) {
        for (end = i + 1; end < many->count; end++)
            if (strcasecmp(order[i]->name, order[end]->name) != 0) break;
        for (int k = i; end > i + 1 && k < end; k++)
            order[k]->name = file_name(order[k]->in);
    }
}

static bool names_differ(const Many *many, Error *err) {
    ManyItem **order = sorted(many);
    for (int i = 1; i < many->count; i++)
        if (strcasecmp(order[i - 1]->name, order[i]->name) == 0)
            return error_set(err,
                             "%s and %s would both become %s; paint them into two "
                             "folders",
                             order[i - 1]->in, order[i]->in, order[i]->out);
    return true;
}

/* No result is the file of a photograph in the same folder. */
static bool nothing_is_lost(const Many *many, Error *err) {
    for (int i = 0; i < many->count; i++) {
        char *folder = file_folder(many->item[i].in);
        const bool beside = same_folder(folder, many->folder);
        free(folder);
        for (int k = 0; beside && k < many->count; k++)
            if (file_same(many->item[i].in, many->item[k].out))
                return error_set(
                    err,
                    "%s: would be replaced by a picture; name another folder "
                    "with -o",
                    many->item[i].in);
    }
    return true;
}

static bool name_results(Many *many, const char *type, Error *err) {
    for (int i = 0; i < many->count; i++) {
        const char *name = file_name(many->item[i].in);
        many->item[i].name =
            text_format(many->arena, "%.*s", (int)(file_ending(name) - name), name);
    }
    name_apart(many);
    for (int i = 0; i < many->count; i++) {
        ManyItem *item = &many->item[i];
        item->out = folder_join(many->arena, many->folder,
                                text_format(many->arena, "%s.%s", item->name, type));
    }
    return names_differ(many, err) && nothing_is_lost(many, err);
}

/* Each file once, where it is named first. */
static void keep_each(Many *many, const PathNames *names) {
    const size_t count = (size_t)names->count, size = sizeof *names->name;
    const char **order = ARENA_NEW(many->arena, const char *, count);
    bool *seen = ARENA_NEW(many->arena, bool, count);
    memcpy(order, names->name, count * size);
    qsort(order, count, size, folder_by_bytes);
    many->item = ARENA_NEW(many->arena, ManyItem, count);
    for (size_t i = 0; i < count; i++) {
        const char **at = bsearch(&names->name[i], order, count, size, folder_by_bytes);
        while (at > order && strcmp(at[-1], *at) == 0)
            at--;
        if (!seen[at - order]) many->item[many->count++].in = names->name[i];
        seen[at - order] = true;
    }
}

bool many_find(Many *many, Arena *arena, int count, const char *const *operands,
               const char *folder, const char *type, Error *err) {
    PathNames names = {0};
    *many = (Many){.arena = arena, .folder = folder};
    bool good = find_names(many, count, operands, &names, err);
    if (good) keep_each(many, &names);
    free(names.name);
    return good && name_results(many, type, err);
}

const char *many_beside(const Many *many, int i, const char *folder, const char *ending) {
    return folder_join(many->arena, folder,
                       text_format(many->arena, "%s%s", many->item[i].name, ending));
}
