/* Reads one file with one reader and prints what it found: for tests that let allocations
 * fail (alloc.h).
 *
 *     read_one KIND FILE
 *
 * Ends like the program: status 1 and one sentence when the file cannot be read or there
 * is no memory. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/checkpoint.h"
#include "io/file.h"
#include "io/image.h"
#include "io/npy.h"
#include "io/npz.h"
#include "io/safetensors.h"
#include "io/sha256.h"
#include "io/tar.h"
#include "io/weight_file.h"
#include "io/zip.h"
#include "tensor/no_memory.h"
#include "transfer/recipe_file.h"

#define FILE_MOST ((size_t)64 << 20)

typedef bool Reader(Arena *arena, const char *path, Error *err);

static void print_bytes(const char *name, const void *data, size_t size) {
    printf("%s %zu %s\n", name, size, sha256_bytes(data, size).text);
}

static void print_tensor(const char *name, Tensor t) {
    printf("%d x %d x %d x %d ", t.shape.n, t.shape.c, t.shape.h, t.shape.w);
    print_bytes(name, t.data, shape_size(t.shape) * sizeof(real));
}

static void print_tensors(const NamedTensors *list) {
    for (size_t i = 0; i < list->count; i++)
        print_tensor(list->items[i].name, list->items[i].tensor);
}

static bool read_image(Arena *arena, const char *path, Error *err) {
    Tensor image;
    if (!image_read(arena, path, &image, err)) return false;
    print_tensor("image", image);
    return true;
}

static bool read_mask(Arena *arena, const char *path, Error *err) {
    Tensor mask;
    if (!image_read_mask(arena, path, &mask, err)) return false;
    print_tensor("mask", mask);
    return true;
}

static bool read_npy(Arena *arena, const char *path, Error *err) {
    NamedTensor array;
    if (!npy_read(arena, path, &array, err)) return false;
    print_tensor(array.name, array.tensor);
    return true;
}

static bool read_npz(Arena *arena, const char *path, Error *err) {
    NamedTensors list;
    if (!npz_read(arena, path, &list, err)) return false;
    print_tensors(&list);
    return true;
}

static bool read_zip(Arena *arena, const char *path, Error *err) {
    FileBytes file, entry;
    Zip zip;
    if (!file_read(arena, path, FILE_MOST, &file, err) ||
        !zip_read(arena, file, path, &zip, err))
        return false;
    for (size_t i = 0; i < zip.count; i++) {
        if (!zip_unpack(arena, &zip.entries[i], path, &entry, err)) return false;
        print_bytes(zip.entries[i].name, entry.data, entry.size);
    }
    return true;
}

static bool read_tar(Arena *arena, const char *path, Error *err) {
    TarFiles files;
    if (!tar_read(arena, path, &files, err)) return false;
    for (int i = 0; i < files.count; i++)
        print_bytes(files.entry[i].name, files.entry[i].bytes.data,
                    files.entry[i].bytes.size);
    return true;
}

static bool read_weights(Arena *arena, const char *path, Error *err) {
    WeightFile file;
    if (!weight_file_read(arena, path, &file, err)) return false;
    printf("%s %s\n", file.format, file.sha256);
    print_tensors(&file.tensors);
    return true;
}

static bool read_recipe(Arena *arena, const char *path, Error *err) {
    Recipe recipe = recipe_plain();
    (void)arena;
    if (!recipe_read(path, &recipe, err) || !recipe_check(&recipe, err)) return false;
    printf("%d steps, %d content layers, %d style layers\n", recipe_steps(&recipe),
           recipe.content.layers.count, recipe.style.layers.count);
    return true;
}

/* The state that test_alloc_readers.c writes. */
static bool read_checkpoint(Arena *arena, const char *path, Error *err) {
    CheckpointFile file;
    real x[600];
    double sums[3];
    StateList list = {0};
    state_add(&list, "x", STATE_REAL, x, 600);
    state_add(&list, "sums", STATE_DOUBLE, sums, 3);
    if (!checkpoint_read(arena, path, &file, err) ||
        !checkpoint_restore(&file, &list, err))
        return false;
    print_bytes("x", x, sizeof x);
    print_bytes("sums", sums, sizeof sums);
    printf("%s\n", file.text);
    return true;
}

static const struct {
    const char *kind;
    Reader *read;
} readers[] = {
    {"image", read_image},     {"mask", read_mask},     {"npy", read_npy},
    {"npz", read_npz},         {"zip", read_zip},       {"tar", read_tar},
    {"weights", read_weights}, {"recipe", read_recipe}, {"checkpoint", read_checkpoint},
};

static void end(size_t bytes, const MemoryUse *use) {
    (void)use;
    fprintf(stderr, "read_one: no memory for %zu bytes\n", bytes);
    fflush(stderr);
    _exit(1);
}

static Reader *find(const char *kind) {
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (strcmp(readers[i].kind, kind) == 0) return readers[i].read;
    return NULL;
}

int main(int argc, char **argv) {
    static char room[BUFSIZ]; /* a stream without memory would write letter by letter */
    setvbuf(stdout, room, _IOFBF, sizeof room);
    no_memory_handler(end);
    Reader *read = argc == 3 ? find(argv[1]) : NULL;
    if (!read) {
        fprintf(stderr, "read_one: wants KIND FILE\n");
        return 2;
    }
    Error err;
    Arena *arena = arena_new();
    const bool good = read(arena, argv[2], &err);
    arena_free(arena);
    if (!good) fprintf(stderr, "read_one: %s\n", err.text);
    return good ? 0 : 1;
}
