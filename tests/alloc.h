/* Every allocation of a program is failed once in turn, and each time the program is
 * watched: it says one sentence and ends with a status that is not 0, or it does without
 * the memory and its results are the same. No signal ends it, no leak or other fault is
 * reported by the sanitizers, and no file stays that is neither complete nor promised.
 *
 * `make test` takes a sample of the allocations, always the same one; with SOAK=1 in the
 * environment, as `make soak` has it, all of them are failed. */
#ifndef TESTS_ALLOC_H
#define TESTS_ALLOC_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fail_alloc.h"
#include "tests/test.h"

#define TEXT_MOST (1 << 18) /* bytes of a file that is looked at */
#define FILES_MOST 8
#define FAULT_STATUS 99 /* by which sanitizers and valgrind end a program */
#define HANG_SECONDS 600

/* Allocations of each program that are failed in `make test`. With the sanitizers, which
 * also tell of leaks, a program takes ten times as long. */
#ifdef __SANITIZE_ADDRESS__
#define ALLOC_SAMPLE 12
#else
#define ALLOC_SAMPLE 60
#endif

/* What is run, in a folder of its own. */
typedef struct Sweep {
    const char *name;
    const char *program;          /* its path */
    const char *const *arguments; /* without the program; NULL at the end */
    const char *trace;            /* a table of losses and times, or NULL */
    int threads;
} Sweep;

typedef struct Text {
    char name[NAME_MAX + 1];
    size_t size;
    char *bytes; /* and a zero */
} Text;

/* What a run has left behind. */
typedef struct Left {
    int status; /* negative: ended by that signal */
    long count, failed;
    Text out, err;
    Text file[FILES_MOST];
    int files;
} Left;

/* How runs have ended: a row of the table. */
typedef struct Ends {
    long runs, same, said, wrong, signals, faults, hangs, left;
} Ends;

static char alloc_folder[] = "/tmp/stylegrad-alloc-XXXXXX"; /* with what all runs read */
static char alloc_library[PATH_MAX];
static FailAlloc *alloc_state;

static inline const char *alloc_path(const char *name) {
    static char paths[16][PATH_MAX];
    static int next;
    char *path = paths[next++ % 16];
    snprintf(path, PATH_MAX, "%s/%s", alloc_folder, name);
    return path;
}

static inline Text alloc_read(const char *path, const char *name) {
    Text text = {.bytes = calloc(1, TEXT_MOST + 1)};
    snprintf(text.name, sizeof text.name, "%s", name);
    FILE *file = fopen(path, "rb");
    assert_non_null(text.bytes);
    if (file) text.size = fread(text.bytes, 1, TEXT_MOST, file);
    if (file) fclose(file);
    assert_true(text.size < TEXT_MOST);
    return text;
}

static inline void alloc_free(Left *left) {
    free(left->out.bytes);
    free(left->err.bytes);
    for (int i = 0; i < left->files; i++)
        free(left->file[i].bytes);
    *left = (Left){0};
}

/* Reads and removes the files of the folder in which the program ran. */
static inline void alloc_collect(Left *left) {
    DIR *list = opendir(alloc_path("run"));
    assert_non_null(list);
    for (struct dirent *entry; (entry = readdir(list));) {
        char path[PATH_MAX];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        snprintf(path, sizeof path, "%s/%s", alloc_path("run"), entry->d_name);
        assert_true(left->files < FILES_MOST);
        left->file[left->files++] = alloc_read(path, entry->d_name);
        unlink(path);
    }
    closedir(list);
}

static inline void alloc_exec(const Sweep *sweep) {
    const char *argv[64] = {sweep->program}, *name = strrchr(sweep->program, '/');
    char threads[16];
    int count = 1;
    for (const char *const *a = sweep->arguments; *a; a++)
        argv[count++] = *a;
    snprintf(threads, sizeof threads, "%d", sweep->threads);
    setenv("LD_PRELOAD", alloc_library, 1);
    setenv("FAIL_ALLOC_STATE", alloc_path("state"), 1);
    setenv("FAIL_ALLOC_IN", name ? name + 1 : sweep->program, 1);
    setenv("OMP_NUM_THREADS", threads, 1);
    setenv("GOMP_SPINCOUNT", "10000", 1); /* so that the program does not start itself */
    setenv("ASAN_OPTIONS", "verify_asan_link_order=0:exitcode=99", 1);
    setenv("UBSAN_OPTIONS", "exitcode=99", 1);
    alarm(HANG_SECONDS); /* outlives exec */
    const struct rlimit core = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &core);
    if (chdir(alloc_path("run"))) _exit(126);
    dup2(open("../out", O_CREAT | O_TRUNC | O_WRONLY, 0600), STDOUT_FILENO);
    dup2(open("../err", O_CREAT | O_TRUNC | O_WRONLY, 0600), STDERR_FILENO);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

/* Runs the program and fails allocation `at`, from 1 on, and maybe all after it; 0: none.
 */
static inline Left alloc_run(const Sweep *sweep, long at, bool ever) {
    int status;
    *alloc_state = (FailAlloc){.at = at, .ever = ever};
    const pid_t child = fork();
    if (child == 0) alloc_exec(sweep);
    assert_true(child > 0);
    while (waitpid(child, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    Left left = {.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
                 .count = alloc_state->count,
                 .failed = alloc_state->failed,
                 .out = alloc_read(alloc_path("out"), "out"),
                 .err = alloc_read(alloc_path("err"), "err")};
    alloc_collect(&left);
    return left;
}

static inline const Text *alloc_find(const Left *left, const char *name) {
    for (int i = 0; i < left->files; i++)
        if (strcmp(left->file[i].name, name) == 0) return &left->file[i];
    return NULL;
}

static inline bool alloc_equal(const Text *a, const Text *b) {
    return a && b && a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

static inline int alloc_count(const Text *text, char wanted) {
    int count = 0;
    for (size_t i = 0; i < text->size; i++)
        count += text->bytes[i] == wanted;
    return count;
}

/* The times in it differ from run to run. Its rows are whole, and as many as they may be.
 */
static inline bool alloc_table(const Text *table, const Text *whole) {
    const int rows = alloc_count(table, '\n'), all = alloc_count(whole, '\n');
    return table->size && table->bytes[table->size - 1] == '\n' && rows <= all &&
           alloc_count(table, ',') * all == alloc_count(whole, ',') * rows;
}

static inline bool alloc_ends(const Text *file, const char *end, size_t size) {
    return file->size >= size && memcmp(file->bytes + file->size - size, end, size) == 0;
}

/* Other contents than usual, but whole: a run that could not save an image stops and
 * saves what it has. */
static inline bool alloc_whole(const Text *file) {
    const char *ending = strrchr(file->name, '.');
    if (file->name[0] == '.' || !ending) return false;
    if (strcmp(ending, ".png") == 0) return alloc_ends(file, "IEND\xAE\x42\x60\x82", 8);
    return strcmp(ending, ".json") == 0 && file->bytes[0] == '{' &&
           (alloc_ends(file, "}", 1) || alloc_ends(file, "}\n", 2));
}

/* Whether nothing stays that is not complete. What could not be written where it should
 * is somewhere else, and the last sentence says where. */
static inline bool alloc_files_good(const Sweep *sweep, const Left *left,
                                    const Left *whole) {
    for (int i = 0; i < left->files; i++) {
        const Text *file = &left->file[i], *good = alloc_find(whole, file->name);
        if (sweep->trace && strcmp(file->name, sweep->trace) == 0) {
            if (!alloc_table(file, good)) return false;
        } else if (!alloc_equal(file, good) && !(left->status && alloc_whole(file)) &&
                   (file->name[0] == '.' || !strstr(left->err.bytes, file->name)))
            return false;
    }
    return true;
}

/* The same results, all of them. */
static inline bool alloc_same(const Sweep *sweep, const Left *left, const Left *whole) {
    if (left->files != whole->files || !alloc_equal(&left->out, &whole->out) ||
        !alloc_files_good(sweep, left, whole))
        return false;
    const Text *table = sweep->trace ? alloc_find(left, sweep->trace) : NULL;
    return !table ||
           alloc_count(table, '\n') == alloc_count(alloc_find(whole, sweep->trace), '\n');
}

static inline bool alloc_is_sentence(const char *line) {
    static const char *const starts[] = {"stylegrad", "read_one: ", "libgomp: "};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (strncmp(line, starts[i], strlen(starts[i])) == 0) return true;
    return false;
}

/* Whether a sentence says what was wrong: no file is called damaged because memory is
 * short. */
static inline bool alloc_is_reason(const char *line) {
    return strstr(line, "emory") || strstr(line, "Thread creation failed");
}

/* One sentence, and it is the last line. */
static inline bool alloc_said(const Left *left, const Left *whole) {
    int sentences = 0;
    bool last = false;
    for (const char *line = left->err.bytes, *end; (end = strchr(line, '\n'));
         line = end + 1) {
        last = alloc_is_sentence(line) && alloc_is_reason(line) && !end[1];
        sentences += alloc_is_sentence(line);
    }
    return sentences == 1 && last && left->out.size <= whole->out.size &&
           memcmp(left->out.bytes, whole->out.bytes, left->out.size) == 0;
}

/* Counts how a run ended; false when it should not have. */
static inline bool alloc_judge(const Sweep *sweep, const Left *left, const Left *whole,
                               Ends *ends) {
    const bool good = alloc_files_good(sweep, left, whole);
    ends->runs++;
    ends->left += !good;
    if (left->status == -SIGALRM)
        ends->hangs++;
    else if (left->status < 0)
        ends->signals++;
    else if (left->status == FAULT_STATUS)
        ends->faults++;
    else if (left->status == 0 && alloc_same(sweep, left, whole))
        return ends->same++, good;
    else if (left->status != 0 && alloc_said(left, whole))
        return ends->said++, good;
    else
        ends->wrong++;
    return false;
}

/* Once for every `step`-th allocation; the number of runs that ended badly. */
static inline int alloc_pass(const Sweep *sweep, const Left *whole, long step, bool ever,
                             Ends *ends) {
    enum { SHOWN_MOST = 5 };
    int bad = 0;
    for (long at = 1; at <= whole->count; at += step) {
        Left left = alloc_run(sweep, at, ever);
        if (!alloc_judge(sweep, &left, whole, ends) && bad++ < SHOWN_MOST)
            print_error("%s, allocation %ld%s: status %d, %d files, stderr: %.*s\n",
                        sweep->name, at, ever ? " and all after it" : "", left.status,
                        left.files, 400, left.err.bytes);
        alloc_free(&left);
    }
    return bad;
}

/* Runs the program with one allocation failed after the other, then, a third as often,
 * with all from there on; fails the test after the row of the table. */
static inline void alloc_sweep(const Sweep *sweep) {
    Ends ends = {0};
    Left whole = alloc_run(sweep, 0, false);
    if (whole.status != 0) fail_msg("status %d: %s", whole.status, whole.err.bytes);
    assert_true(whole.count > 0);
    const long step =
        getenv("SOAK") ? 1 : (whole.count + ALLOC_SAMPLE - 1) / ALLOC_SAMPLE;
    int bad = alloc_pass(sweep, &whole, step, false, &ends);
    bad += alloc_pass(sweep, &whole, 3 * step, true, &ends);
    print_message("%-18s %5ld allocations, %5ld runs: one sentence %5ld, same result "
                  "%3ld, wrong %3ld, signal %3ld, fault or leak %3ld, hang %ld, files "
                  "left %3ld\n",
                  sweep->name, whole.count, ends.runs, ends.said, ends.same, ends.wrong,
                  ends.signals, ends.faults, ends.hangs, ends.left);
    alloc_free(&whole);
    if (bad) fail_msg("%d of them end badly", bad);
}

/* A path beside the test program. */
static inline void alloc_beside(char path[PATH_MAX], const char *name) {
    const ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
    char *slash = strrchr(path, '/');
    const size_t room = slash ? (size_t)(path + PATH_MAX - slash - 1) : 0;
    if (slash) snprintf(slash + 1, room, "%s", name);
}

static inline int alloc_begin(void **state) {
    (void)state;
    alloc_beside(alloc_library, "fail_alloc.so");
    if (!mkdtemp(alloc_folder) || mkdir(alloc_path("run"), 0700)) return -1;
    const int file = open(alloc_path("state"), O_RDWR | O_CREAT, 0600);
    if (file < 0 || ftruncate(file, sizeof *alloc_state)) return -1;
    alloc_state =
        mmap(NULL, sizeof *alloc_state, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    return alloc_state == MAP_FAILED ? -1 : 0;
}

static inline int alloc_end(void **state) {
    (void)state;
    char command[PATH_MAX];
    snprintf(command, sizeof command, "rm -rf %s", alloc_folder);
    return system(command);
}

/* Skips where a library cannot be preloaded so that it comes before all others. */
static inline void alloc_possible(const Sweep *sweep) {
    if (test_is_emulated()) {
        print_message("skipped: qemu has its own libraries\n");
        skip();
    }
    Left left = alloc_run(sweep, 0, false);
    const bool seen = left.count > 0;
    alloc_free(&left);
    if (seen) return;
    print_message("skipped: this program does not take its memory from libraries that "
                  "can be preloaded\n");
    skip();
}

#endif
