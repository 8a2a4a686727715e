/* `make check`: a table of the points of all exercises that the student has started.
 *
 *     build/double/lessons/points RESULTS NN_name ...
 *
 * RESULTS/NN_name.json is what the grader has written. Exit status 0 when all are right. */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

typedef struct Points {
    long long right, total;
} Points;

static void print_parts(const json_t *parts) {
    const json_t *part;
    size_t i;
    json_array_foreach(parts, i, part) {
        const long long right = json_integer_value(json_object_get(part, "right"));
        const long long points = json_integer_value(json_object_get(part, "points"));
        if (right == points) continue;
        printf("%22s%-26s%3lld of %lld\n", "",
               json_string_value(json_object_get(part, "function")), right, points);
    }
}

/* Returns whether the exercise has all its points. */
static bool print_exercise(const char *folder, const char *name, Points *sum) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.json", folder, name);
    json_t *result = json_load_file(path, 0, NULL);
    if (!json_object_get(result, "parts")) {
        json_decref(result);
        printf("%-20s  does not compile; make check-%.2s says why\n", name, name);
        return false;
    }
    const long long right = json_integer_value(json_object_get(result, "right"));
    const long long total = json_integer_value(json_object_get(result, "total"));
    printf("%-20s  %-26s%3lld of %lld\n", name, right == total ? "all right" : "", right,
           total);
    print_parts(json_object_get(result, "parts"));
    json_decref(result);
    sum->right += right;
    sum->total += total;
    return right == total;
}

int main(int argc, char **argv) {
    Points sum = {0, 0};
    bool good = true;
    for (int i = 2; i < argc; i++)
        good = print_exercise(argv[1], argv[i], &sum) && good;
    if (argc <= 2) {
        fprintf(stderr, "nothing is started yet: make start, or make start-01\n");
        return 1;
    }
    printf("\n%lld of %lld points in %d exercise%s\n", sum.right, sum.total, argc - 2,
           argc == 3 ? "" : "s");
    return !good;
}
