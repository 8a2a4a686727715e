/* `make check`: a table of the points of all exercises.
 *
 *     build/double/lessons/points RESULTS NN_name:POINTS ...
 *
 * RESULTS/NN_name.json is what the grader has written, and is there when the exercise is
 * started. Exit status 0 when all are right that are started. */
#include <glob.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/check/language.h"

typedef struct Points {
    long long right, total; /* of the exercises that are started */
    long long all;
    int started;
} Points;

enum { NAME = 22, SAID = 26 }; /* columns of the table */

static void print_line(const char *said, long long right, long long total) {
    print_cell(stdout, said ? said : "", SAID);
    printf(tr("%3lld of %lld\n"), right, total);
}

static void print_parts(const json_t *parts) {
    const json_t *part;
    size_t i;
    json_array_foreach(parts, i, part) {
        const long long right = json_integer_value(json_object_get(part, "right"));
        const long long points = json_integer_value(json_object_get(part, "points"));
        if (right == points) continue;
        print_cell(stdout, "", NAME);
        print_line(json_string_value(json_object_get(part, "function")), right, points);
    }
}

/* Returns whether all is right that is started. */
static bool print_exercise(const char *folder, const char *name, long long total,
                           Points *sum) {
    char path[4096], said[64];
    snprintf(path, sizeof path, "%s/%s.json", folder, name);
    json_t *result = json_load_file(path, 0, NULL);
    const json_t *parts = json_object_get(result, "parts");
    const long long right = json_integer_value(json_object_get(result, "right"));
    sum->all += total;
    print_cell(stdout, name, NAME);
    if (!result) {
        snprintf(said, sizeof said, "make start-%.2s", name);
        print_line(said, 0, total);
        return true;
    }
    sum->started++;
    if (parts) {
        total = json_integer_value(json_object_get(result, "total"));
        print_line(right == total ? tr("all right") : "", right, total);
        print_parts(parts);
        sum->right += right;
    } else {
        printf(tr("does not compile; make check-%.2s says why\n"), name);
    }
    sum->total += total;
    const bool good = parts && right == total;
    json_decref(result);
    return good;
}

/* Whether the grader has written anything. */
static bool any_in(const char *folder) {
    glob_t found;
    char pattern[4096];
    snprintf(pattern, sizeof pattern, "%s/[0-9]*.json", folder);
    const bool any = glob(pattern, 0, NULL, &found) == 0;
    if (any) globfree(&found);
    return any;
}

int main(int argc, char **argv) {
    Points sum = {0, 0, 0, 0};
    bool good = true;
    language_begin();
    if (argc < 2 || !any_in(argv[1])) {
        fprintf(stderr, "%s",
                tr("nothing is started yet: make start, or make start-01\n"));
        return 1;
    }
    for (int i = 2; i < argc; i++) {
        char name[64];
        const char *colon = strchr(argv[i], ':');
        if (!colon) return 2;
        snprintf(name, sizeof name, "%.*s", (int)(colon - argv[i]), argv[i]);
        good = print_exercise(argv[1], name, strtoll(colon + 1, NULL, 10), &sum) && good;
    }
    printf(sum.started == 1
               ? tr("\n%lld of %lld points in %d exercise; %lld of %lld in all %d\n")
               : tr("\n%lld of %lld points in %d exercises; %lld of %lld in all %d\n"),
           sum.right, sum.total, sum.started, sum.right, sum.all, argc - 2);
    return !good;
}
