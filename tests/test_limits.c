/* A file beyond a limit is refused with the limit, its name, and where it can be raised,
 * before memory is asked for. */
#include <stdlib.h>
#include <string.h>

#include "io/image_decode.h"
#include "io/npy.h"
#include "io/number.h"
#include "io/pickle.h"
#include "io/safetensors.h"
#include "io/zip.h"
#include "tests/arena.h"
#include "transfer/recipe_file.h"

static bool read_npy(FileBytes file, Error *err) {
    NamedTensor out;
    return npy_read_bytes(arena, file, "file", &out, err);
}

static bool read_safetensors(FileBytes file, Error *err) {
    NamedTensors out;
    return safetensors_read_bytes(arena, file, "file", &out, err);
}

static bool read_zip(FileBytes file, Error *err) {
    Zip out;
    return zip_read(arena, file, "file", &out, err);
}

static bool read_picture(FileBytes file, Error *err) {
    Tensor out;
    return image_read_bytes(arena, "file", &file, &out, err);
}

static bool read_pickle(FileBytes file, Error *err) {
    static const char *const globals[] = {NULL};
    PickleResult out;
    return pickle_read(arena, file, globals, "file", &out, err);
}

static bool read_recipe(FileBytes file, Error *err) {
    static const char path[] = "build/test_limits_" REAL_NAME ".recipe";
    Recipe out;
    assert_true(file_write(path, file.data, file.size, err));
    const bool good = recipe_read(path, &out, err);
    remove(path);
    return good;
}

static bool read_layers(FileBytes file, Error *err) {
    LayerList out;
    return layers_parse((const char *)file.data, &out, err);
}

typedef bool Reader(FileBytes file, Error *err);

/* Refused with all of these words, and with little memory. */
static void refused(Reader *read, FileBytes file, const char *limit, const char *name) {
    Error err = {""};
    const size_t before = arena_used(arena);
    assert_false(read(file, &err));
    if (!strstr(err.text, limit) || !strstr(err.text, name)) fail_msg("%s", err.text);
    assert_true(arena_used(arena) - before <= 128 * file.size + 100000);
}

static FileBytes bytes_of(const void *start, size_t count, size_t size) {
    FileBytes file = {arena_alloc(arena, size), size};
    memcpy(file.data, start, count);
    return file;
}
#define BYTES(literal) bytes_of(literal, sizeof literal - 1, sizeof literal - 1)

static void headers_have_limits(void **state) {
    (void)state;
    /* 65537 = 0x10001 bytes, and 16777217 = 0x1000001 */
    refused(read_npy, BYTES("\x93NUMPY\2\0\1\0\1\0{}"), "65536", "NPY_MAX_HEADER");
    refused(read_safetensors, BYTES("\1\0\0\1\0\0\0\0{}"), "16777216",
            "raise SAFETENSORS_MAX_HEADER (io/limits.h)");
}

/* A directory of 4097 = 0x1001 entries. */
static void archives_have_limits(void **state) {
    (void)state;
    refused(read_zip, BYTES("PK\5\6\0\0\0\0\1\x10\1\x10\0\0\0\0\0\0\0\0\0\0"),
            "at most 4096", "raise ZIP_MAX_ENTRIES (io/limits.h)");
}

static void images_have_limits(void **state) {
    (void)state;
    static const char header[] = "P5 16385 1 255\n";
    const FileBytes wide = bytes_of(header, sizeof header - 1, sizeof header - 1 + 16385);
    refused(read_picture, wide, "a side may have 16384, an image 67108864",
            "raise IMAGE_LARGEST_SIDE and IMAGE_LARGEST_AREA (io/limits.h)");
}

/* None is pushed and popped 500000 times, after the two bytes of the version. */
static void pickles_have_limits(void **state) {
    (void)state;
    FileBytes steps = bytes_of("\x80\2", 2, 1000003);
    for (size_t i = 2; i < steps.size; i++)
        steps.data[i] = i % 2 ? '0' : 'N';
    refused(read_pickle, steps, "1000000 instructions", "PICKLE_MAX_STEPS");
    FileBytes pile = bytes_of("\x80\2", 2, 70000);
    memset(pile.data + 2, 'N', pile.size - 2);
    refused(read_pickle, pile, "65536", "PICKLE_MAX_DEPTH");
    /* a text of 2^24 - 7 = 0xFFFFF9 bytes fills what is read, and ends it */
    FileBytes large = bytes_of("\x80\2X\xF9\xFF\xFF\0", 7, PICKLE_MAX_BYTES + 20);
    memset(large.data + 7, 'a', large.size - 7);
    refused(read_pickle, large, "larger than 16777216 bytes", "raise PICKLE_MAX_BYTES");
}

static void texts_have_limits(void **state) {
    (void)state;
    FileBytes recipe = bytes_of("#", 1, 65537);
    memset(recipe.data, '#', recipe.size);
    refused(read_recipe, recipe, "larger than 65536 bytes", "io/limits.h");
    char text[4096] = "relu0";
    for (int i = 1; i <= LAYERS_MOST; i++)
        sprintf(text + strlen(text), ",relu%d", i);
    refused(read_layers, bytes_of(text, sizeof text, sizeof text), "layers in one list",
            "raise LAYERS_MOST (transfer/recipe.h)");
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_ARENA(headers_have_limits), WITH_ARENA(archives_have_limits),
        WITH_ARENA(images_have_limits),  WITH_ARENA(pickles_have_limits),
        WITH_ARENA(texts_have_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
