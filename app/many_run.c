#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/many.h"
#include "io/file.h"
#include "io/interrupt.h"
#include "tensor/clock.h"
#include "tensor/text.h"

#define MOST_RECORD ((size_t)256 << 20) /* bytes: a million pictures */
#define DIGITS 64                       /* of a hash */

/* ---- The record ---- */

static const char *record_path(const Many *many) {
    return text_format(many->arena, "%s/" MANY_RECORD, many->folder);
}

static bool is_hash(const char *text) {
    return strspn(text, "0123456789abcdef") >= DIGITS;
}

static Sha256 hash_at(const char *text) {
    Sha256 hash;
    snprintf(hash.text, sizeof hash.text, "%.*s", DIGITS, text);
    return hash;
}

/* "KEY FILE name"; a line that was cut short counts for nothing. */
static void read_line(Many *many, const char *line, size_t length) {
    if (length < 2 * DIGITS + 2 || !is_hash(line) || line[DIGITS] != ' ' ||
        !is_hash(line + DIGITS + 1))
        return;
    many->line[many->lines++] = (ManyLine){hash_at(line), hash_at(line + DIGITS + 1)};
}

/* A folder without a record has nothing that is done. */
static bool read_record(Many *many, Error *err) {
    FileBytes file;
    struct stat about;
    const char *path = record_path(many);
    if (stat(path, &about) || about.st_size == 0) return true;
    if (!file_read(many->arena, path, MOST_RECORD, &file, err)) return false;
    const char *text = (const char *)file.data, *end = text + file.size;
    many->line = ARENA_NEW(many->arena, ManyLine, file.size / (2 * DIGITS + 2) + 1);
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        if (!stop) break; /* the last line is not complete */
        read_line(many, text, (size_t)(stop - text));
        text = stop + 1;
    }
    return true;
}

/* What a picture is made from; "" when the photograph cannot be read a second time. */
static Sha256 key_of(Many *many, int i) {
    Error none;
    Sha256 photograph;
    struct stat about;
    const ManyItem *item = &many->item[i];
    if (stat(item->in, &about) || !S_ISREG(about.st_mode) ||
        !sha256_file(item->in, &photograph, &none))
        return (Sha256){""};
    Arena *own = arena_new();
    const char *text = text_format(own, "%s %s %s", many->settings.text, photograph.text,
                                   strrchr(item->out, '/') + 1);
    const Sha256 key = sha256_bytes(text, strlen(text));
    arena_free(own);
    return key;
}

/* Adds one line at the end, in one write: it is there or it is not. What a power cut takes
 * away is painted again. */
static bool add_line(const Many *many, const char *line) {
    const int file =
        open(record_path(many), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0) return false;
    const off_t size = lseek(file, 0, SEEK_END);
    char last = '\n';
    bool good = size == 0 || pread(file, &last, 1, size - 1) == 1;
    if (good && last != '\n') good = write(file, "\n", 1) == 1;
    if (good) good = write(file, line, strlen(line)) == (ssize_t)strlen(line);
    const int reason = errno;
    close(file);
    errno = reason;
    return good;
}

static void record(Many *many, const ManyItem *item) {
    Error why;
    Sha256 file;
    if (!*item->key.text) return;
    if (!sha256_file(item->out, &file, &why)) {
        fprintf(stderr, "%s\n", why.text);
        return;
    }
    const char *line = text_format(many->arena, "%s %s %s\n", item->key.text, file.text,
                                   SHOWN(strrchr(item->out, '/') + 1));
    if (!add_line(many, line))
        fprintf(stderr, "cannot write %s: %s; a second run would paint it again\n",
                SHOWN(record_path(many)), strerror(errno));
}

/* ---- The run ---- */

bool many_begin(Many *many, const Sha256 *settings, Error *err) {
    many->settings = *settings;
    return file_make_folder(many->folder, err) && read_record(many, err);
}

bool many_goes_on(void) {
    return !interrupt_signal();
}

/* "3 of 12 photo.jpg" */
static void say_item(const Many *many, int i) {
    fprintf(stderr, "%d of %d %s", i + 1, many->count, SHOWN(many->item[i].in));
}

bool many_is_done(Many *many, int i) {
    Error none;
    Sha256 file;
    ManyItem *item = &many->item[i];
    bool done = false;
    many->began = seconds_now();
    item->key = key_of(many, i);
    for (int k = 0; !done && *item->key.text && k < many->lines; k++)
        done = strcmp(many->line[k].key.text, item->key.text) == 0 &&
               sha256_file(item->out, &file, &none) &&
               strcmp(many->line[k].file.text, file.text) == 0;
    if (!done) return false;
    many->skipped++;
    say_item(many, i);
    fprintf(stderr, ": %s is done\n", SHOWN(item->out));
    return true;
}

void many_announce(const Many *many, int i) {
    say_item(many, i);
    fprintf(stderr, " ...\n");
}

void many_painted(Many *many, int i) {
    const double seconds = seconds_now() - many->began;
    many->painted++;
    many->spent += seconds;
    record(many, &many->item[i]);
    say_item(many, i);
    fprintf(stderr, ": %s, %.*f s", SHOWN(many->item[i].out), seconds < 10 ? 2 : 0,
            seconds);
    const int left = (int)(many->spent / many->painted * (many->count - i - 1) + 0.5);
    if (i + 1 < many->count) fprintf(stderr, ", %d:%02d left", left / 60, left % 60);
    fprintf(stderr, "\n");
}

void many_failed(Many *many, int i, const Error *err) {
    if (many->failed++ == 0) many->failure = many->item[i].in;
    say_item(many, i);
    fprintf(stderr, ": not painted%s%s\n", err ? ": " : "", err ? err->text : "");
}

int many_end(const Many *many) {
    const int left = many->count - many->painted - many->skipped - many->failed;
    fprintf(stderr, "%d photograph%s: %d painted", many->count,
            many->count == 1 ? "" : "s", many->painted);
    if (many->skipped) fprintf(stderr, ", %d done before", many->skipped);
    if (many->failed)
        fprintf(stderr, ", %d not painted (%s%s)", many->failed, SHOWN(many->failure),
                many->failed > 1 ? ", ..." : "");
    if (left) fprintf(stderr, ", %d left for the same command", left);
    fprintf(stderr, "\n");
    if (interrupt_signal()) return 128 + interrupt_signal();
    return many->failed ? 1 : 0;
}
