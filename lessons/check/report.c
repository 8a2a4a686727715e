/* The results of an exercise, for people and for programs. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/check/graded.h"

#define SHOWN 40 /* lines of what the student's code prints before one result */

/* The lines of text, each behind `mark`. */
static void print_lines(const char *text, size_t length, const char *mark, int most) {
    int lines = 0;
    for (size_t at = 0; at < length; lines++) {
        const char *newline = memchr(text + at, '\n', length - at);
        const size_t end = newline ? (size_t)(newline - text) : length;
        if (lines < most) printf("%s%.*s\n", mark, (int)(end - at), text + at);
        at = end + 1;
    }
    if (lines > most) printf(tr("%sand %d lines more\n"), mark, lines - most);
}

/* What was printed from `from` to `to`. */
static void print_printed(const Graded *graded, long from, long to) {
    const long length = (long)strlen(graded->printed);
    if (to > length) to = length;
    if (from < to)
        print_lines(graded->printed + from, (size_t)(to - from), "  | ", SHOWN);
}

static void print_result(const char *verdict, const char *what) {
    printf("  ");
    print_cell(stdout, tr(verdict), 7);
    printf(" %s\n", what);
}

void part_print(const Graded *graded) {
    const Grade *g = graded->grade;
    long printed = 0;
    printf(graded->part->points == 1 ? tr("%s: %d of %d point\n")
                                     : tr("%s: %d of %d points\n"),
           graded->part->function, graded->right, graded->part->points);
    for (int i = 0; i < g->count; i++) {
        const Result *r = &g->results[i];
        print_printed(graded, printed, r->printed);
        printed = r->printed > printed ? r->printed : printed;
        print_result(r->right ? "right" : "WRONG", tr(r->what));
        print_lines(r->why[language_yours()], strlen(r->why[language_yours()]),
                    "          ", SHOWN);
    }
    print_printed(graded, printed, (long)strlen(graded->printed));
    if (*graded->lost[language_yours()])
        print_result(graded->blank ? "blank" : "WRONG", graded->lost[language_yours()]);
    putchar('\n');
}

/* ---- JSON ---- */

/* "right   J", "WRONG   J", and its diagnosis. */
static json_t *lines_of(const Graded *graded) {
    json_t *lines = json_array();
    for (int i = 0; i < graded->grade->count; i++) {
        const Result *r = &graded->grade->results[i];
        json_array_append_new(lines, json_pack("{s:b, s:s, s:s}", "right", (int)r->right,
                                               "what", r->what, "why", r->why[ENGLISH]));
    }
    if (*graded->lost[ENGLISH])
        json_array_append_new(lines, json_pack("{s:b, s:s, s:s}", "right", 0, "what",
                                               graded->lost[ENGLISH], "why", ""));
    return lines;
}

bool parts_save(const char *path, const char *exercise, const Graded *graded, int count) {
    json_t *parts = json_array();
    int right = 0, total = 0;
    for (int k = 0; k < count; k++) {
        const Part *part = graded[k].part;
        json_array_append_new(parts,
                              json_pack("{s:s, s:i, s:i, s:o}", "function",
                                        part->function, "points", part->points, "right",
                                        graded[k].right, "lines", lines_of(&graded[k])));
        right += graded[k].right;
        total += part->points;
    }
    json_t *all = json_pack("{s:s, s:o, s:i, s:i}", "exercise", exercise, "parts", parts,
                            "right", right, "total", total);
    const bool saved = all && json_dump_file(all, path, JSON_INDENT(1)) == 0;
    json_decref(all);
    if (!saved) fprintf(stderr, tr("%s: cannot be written\n"), path);
    return saved;
}
