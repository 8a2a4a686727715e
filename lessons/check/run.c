/* A part of an exercise in a process of its own. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lessons/check/ended.h"
#include "lessons/check/graded.h"
#include "lessons/check/rooms.h"
#include "tensor/text.h"

#define LEAST_WAIT 20 /* seconds */

void part_result(Grade *g, const char *what, bool right, Sentence why) {
    if (g->count == RESULTS) return;
    fflush(NULL);
    Result *r = &g->results[g->count++];
    r->right = right;
    r->printed = (long)lseek(STDOUT_FILENO, 0, SEEK_CUR);
    snprintf(r->what, sizeof r->what, "%s", what);
    memcpy(r->why, why, sizeof r->why);
    g->right += right;
}

_Noreturn static void work(const Part *part, Grade *g, int output) {
    /* Waiting takes no processor; but on a busy machine a second of it takes long. */
    alarm(6 * (unsigned)ended_seconds() + LEAST_WAIT);
    const int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0) dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    part_begin(g);
    part->grade(g);
    rooms_free();
    fflush(NULL);
    part_end(g);
    g->finished = true;
    _exit(0);
}

/* What was printed, and a 0; from malloc. */
static char *read_all(FILE *file) {
    char *text = calloc(1, PRINTED + 1);
    rewind(file);
    if (text) text[fread(text, 1, PRINTED, file)] = 0;
    return text;
}

/* The last line, taken off from text; it stays valid as long as text. */
static char *take_last_line(char *text) {
    size_t length = strlen(text);
    if (length && text[length - 1] == '\n') text[--length] = 0;
    char *newline = strrchr(text, '\n');
    if (newline) return *newline = 0, newline + 1;
    return text;
}

/* "F is still blank: TASK", as exercise_blank() has printed it. */
static void say_blank(Sentence lost, const char *line) {
    const char *at = strstr(line, GRADE_BLANK_TEXT);
    char text[STATEMENT];
    for (int l = 0; l < LANGUAGES; l++) {
        language_speak((Language)l);
        snprintf(text, sizeof text, "%s", line);
        if (at)
            snprintf(text, sizeof text, tr("%.*s is still blank: %s"), (int)(at - line),
                     line, at + strlen(GRADE_BLANK_TEXT));
        text_show(lost[l], STATEMENT, text); /* JSON is UTF-8 */
    }
    language_speak(language_yours());
}

static void say_ended(Sentence lost, int status, const char *printed) {
    char text[STATEMENT];
    for (int l = 0; l < LANGUAGES; l++) {
        language_speak((Language)l);
        text_show(lost[l], STATEMENT, ended_why(status, printed, text, sizeof text));
    }
    language_speak(language_yours());
}

static void conclude(Graded *out, int status) {
    Grade *g = out->grade;
    out->right = g->right < out->part->points ? g->right : out->part->points;
    for (int l = 0; l < LANGUAGES; l++)
        g->leaks[l][STATEMENT - 1] = 0;
    if (g->finished) {
        memcpy(out->lost, g->leaks, sizeof out->lost);
        if (*g->leaks[ENGLISH] && out->right == out->part->points) out->right--;
        return;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == GRADE_BLANK &&
        strstr(out->printed, GRADE_BLANK_TEXT)) {
        char *line = take_last_line(out->printed);
        out->blank = true;
        say_blank(out->lost, line);
        *line = 0;
        return;
    }
    say_ended(out->lost, status, out->printed);
    /* What a sanitizer has said is in `lost`, and is no print of the student's. */
    char *report = strstr(out->printed, "=================================");
    if (!report) report = strstr(out->printed, ": runtime error: ");
    while (report && report > out->printed && report[-1] != '\n')
        report--;
    if (report) *report = 0;
}

bool part_run(const Part *part, Grade *shared, Graded *out) {
    FILE *output = tmpfile();
    memset(shared, 0, sizeof *shared);
    *out = (Graded){.part = part, .grade = shared};
    fflush(stdout);
    const pid_t child = output ? fork() : -1;
    if (child == 0) work(part, shared, fileno(output));
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (shared->worker && WIFSIGNALED(status))
        kill(-shared->worker, SIGKILL); /* otherwise the part has waited for its end */
    else if (shared->worker)
        status = shared->ended;
    if (child > 0) out->printed = read_all(output);
    if (!out->printed)
        fprintf(stderr, tr("no process for the exercise: %s; try again\n"),
                strerror(errno));
    if (output) fclose(output);
    if (!out->printed) return false;
    if (shared->not_started) {
        fprintf(stderr, tr("the process for the submission does not start:\n%s"),
                out->printed);
        return false;
    }
    conclude(out, status);
    if (!shared->finished || shared->count == part->points) return true;
    fprintf(stderr, tr("the grader of %s compares %d times, not %d as its table says\n"),
            part->function, shared->count, part->points);
    return false;
}
