#include "app/video_work.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/file.h"
#include "io/image.h"
#include "tensor/text.h"

#define RECORD ".stylegrad-film"
#define FIRST_LINE "stylegrad film 1 "
enum { LINE_MOST = 160 };

static const char *record_path(const VideoWork *work, Arena *arena) {
    return text_format(arena, "%s/" RECORD, work->folder);
}

const char *video_work_frame(const VideoWork *work, Arena *arena, int number) {
    return text_format(arena, "%s/frame-%05d.%s", work->folder, number, work->type);
}

static bool frame_is_there(const VideoWork *work, int number) {
    Arena *own = arena_new();
    const bool there = access(video_work_frame(work, own, number), R_OK) == 0;
    arena_free(own);
    return there;
}

/* "12 SUM COUNT": the frames before it are done, and its picture is there. */
static bool read_line(VideoWork *work, const char *line) {
    int number = 0;
    WarpError error = {0};
    if (sscanf(line, "%d %la %la", &number, &error.sum, &error.count) != 3 ||
        number != work->done + 1 || !frame_is_there(work, number))
        return false;
    work->done = number;
    work->error.sum += error.sum;
    work->error.count += error.count;
    return true;
}

/* Lines that are complete: the last one may have been cut short. Returns how many bytes of
 * the text count. */
static size_t read_lines(VideoWork *work, const char *text, const char *end) {
    const char *at = text;
    for (const char *stop; (stop = memchr(at, '\n', (size_t)(end - at))); at = stop + 1) {
        char line[LINE_MOST];
        const size_t length = (size_t)(stop - at);
        if (length >= sizeof line) break;
        memcpy(line, at, length);
        line[length] = 0;
        if (!read_line(work, line)) break;
    }
    return (size_t)(at - text);
}

static bool refuse_other(const VideoWork *work, Error *err) {
    return error_set(err,
                     "%s: holds frames of another film, style or settings; repeat the "
                     "command that made them, remove that folder, or name another -o",
                     SHOWN(work->folder));
}

static bool begin(const VideoWork *work, const Sha256 *key, Error *err) {
    if (frame_is_there(work, 1)) return refuse_other(work, err);
    const char *text = text_format(work->arena, FIRST_LINE "%s\n", key->text);
    return file_write(record_path(work, work->arena), text, strlen(text), err);
}

bool video_work_open(VideoWork *work, Arena *arena, const char *folder, const char *type,
                     const Sha256 *key, Error *err) {
    FileBytes file;
    *work = (VideoWork){.arena = arena, .folder = folder, .type = type};
    if (!file_make_folder(folder, err)) return false;
    const char *path = record_path(work, arena);
    if (access(path, F_OK) != 0) return begin(work, key, err);
    const char *first = text_format(arena, FIRST_LINE "%s\n", key->text);
    const size_t length = strlen(first);
    if (!file_read(arena, path, (size_t)1 << 28, &file, err)) return false;
    if (file.size < length || memcmp(file.data, first, length) != 0)
        return refuse_other(work, err);
    const char *text = (const char *)file.data;
    const size_t good = length + read_lines(work, text + length, text + file.size);
    return good == file.size || file_write(path, text, good, err);
}

/* One line at the end, in one write. */
static bool add_line(const VideoWork *work, Arena *own, const char *line, Error *err) {
    const char *path = record_path(work, own);
    const int file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    const ssize_t length = (ssize_t)strlen(line);
    const bool good = file >= 0 && write(file, line, (size_t)length) == length;
    const int reason = errno;
    if (file >= 0) close(file);
    return good || error_set(err, "cannot write %s: %s; make room and repeat the command",
                             SHOWN(path), strerror(reason));
}

bool video_work_add(VideoWork *work, Tensor painted, WarpError error, Error *err) {
    Arena *own = arena_new();
    const int number = work->done + 1;
    const char *line = text_format(own, "%d %a %a\n", number, error.sum, error.count);
    const bool good = image_write(video_work_frame(work, own, number), painted, err) &&
                      add_line(work, own, line, err);
    arena_free(own);
    if (!good) return false;
    work->done = number;
    work->error.sum += error.sum;
    work->error.count += error.count;
    return true;
}

void video_work_remove(const VideoWork *work) {
    Arena *own = arena_new();
    for (int k = 1; k <= work->done; k++)
        unlink(video_work_frame(work, own, k));
    unlink(record_path(work, own));
    rmdir(work->folder);
    arena_free(own);
}
