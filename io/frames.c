#include "io/frames.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "io/folder.h"
#include "io/image.h"
#include "tensor/text.h"

struct Frames {
    Arena *arena;
    VideoReader *video; /* NULL: a folder */
    const char *folder;
    FolderFiles files; /* of the folder, in their order */
    int next;
    Shape shape;
};

static bool is_picture(const char *name) {
    static const char *const endings[] = {".png", ".jpg", ".jpeg", ".bmp",
                                          ".ppm", ".pgm", ".pnm"};
    const char *ending = strrchr(name, '.');
    for (size_t i = 0; ending && i < sizeof endings / sizeof *endings; i++)
        if (strcasecmp(ending, endings[i]) == 0) return true;
    return false;
}

/* Digits in a row are a number: its leading zeros do not count, a longer one is larger. */
static int compare_names(const char *a, const char *b) {
    while (*a && *b) {
        if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
            a += strspn(a, "0");
            b += strspn(b, "0");
            const size_t n = strspn(a, "0123456789"), m = strspn(b, "0123456789");
            const int order = n != m ? (n > m) - (n < m) : strncmp(a, b, n);
            if (order) return order;
            a += n;
            b += m;
        } else if (*a != *b) {
            break;
        } else {
            a++, b++;
        }
    }
    return (unsigned char)*a - (unsigned char)*b;
}

static int by_number(const void *a, const void *b) {
    const char *one = *(const char *const *)a, *other = *(const char *const *)b;
    const int order = compare_names(one, other);
    return order ? order : strcmp(one, other);
}

static bool list(Frames *frames, Error *err) {
    FolderFiles *files = &frames->files;
    if (!folder_files(frames->arena, frames->folder, is_picture, files, err))
        return false;
    if (files->count == 0)
        return error_set(err,
                         "%s: has no frames; put numbered pictures into it, such as "
                         "frame-0001.png",
                         SHOWN(frames->folder));
    qsort(files->path, (size_t)files->count, sizeof *files->path, by_number);
    return true;
}

/* The size of all frames is that of the first. */
static bool open_folder(Frames *frames, VideoInfo *info, Error *err) {
    Tensor first;
    if (!list(frames, err) ||
        !image_read(frames->arena, frames->files.path[0], &first, err))
        return false;
    *info = (VideoInfo){
        .w = first.shape.w, .h = first.shape.h, .frames = frames->files.count};
    return true;
}

Frames *frames_open(const char *path, VideoInfo *info, Error *err) {
    Arena *arena = arena_new();
    Frames *frames = ARENA_NEW(arena, Frames, 1);
    *frames = (Frames){.arena = arena, .folder = arena_string(arena, path)};
    bool good;
    if (folder_is(path)) {
        good = open_folder(frames, info, err);
    } else {
        frames->video = video_open(path, info, err);
        good = frames->video != NULL;
    }
    frames->shape = good ? (Shape){1, 3, info->h, info->w} : SCALAR;
    if (good) return frames;
    frames_close(frames);
    return NULL;
}

static bool read_picture(Frames *frames, Tensor frame, Error *err) {
    Tensor image;
    Arena *own = arena_new();
    const char *path = frames->files.path[frames->next++];
    bool good = image_read(own, path, &image, err);
    if (good && !shape_equal(image.shape, frames->shape))
        good = error_set(err,
                         "%s: has %d x %d pixels, the first frame %d x %d; frames of a "
                         "film have one size",
                         SHOWN(path), image.shape.w, image.shape.h, frames->shape.w,
                         frames->shape.h);
    if (good) tensor_copy(frame, image);
    arena_free(own);
    return good;
}

bool frames_read(Frames *frames, Tensor frame, bool *got, Error *err) {
    if (frames->video) return video_read(frames->video, frame, got, err);
    *got = frames->next < frames->files.count;
    return !*got || read_picture(frames, frame, err);
}

void frames_close(Frames *frames) {
    if (!frames) return;
    video_close(frames->video);
    arena_free(frames->arena);
}
