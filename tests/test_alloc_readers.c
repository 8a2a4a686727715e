/* Whatever allocation fails while a file is read, the reader ends in a sentence: see
 * alloc.h. No file is called damaged because memory is short. */
#include <lcms2.h>

#include "io/checkpoint.h"
#include "io/image.h"
#include "io/npy.h"
#include "io/npz.h"
#include "tests/alloc.h"
#include "tests/png.h"

static char reader[PATH_MAX];

static int begin(void **state) {
    alloc_beside(reader, "read_one");
    return alloc_begin(state);
}

/* Reads a file that is there, also when each of its allocations fails. */
static void sweep(const char *kind, const char *file) {
    char path[PATH_MAX];
    const char *arguments[] = {kind, path, NULL};
    snprintf(path, sizeof path, "%s", file);
    const Sweep all = {.name = strrchr(path, '/') + 1,
                       .program = reader,
                       .arguments = arguments,
                       .threads = 1};
    alloc_possible(&all);
    alloc_sweep(&all);
}

static void sweep_golden(const char *kind, const char *name) {
    char path[128], *whole;
    snprintf(path, sizeof path, "tests/golden/%s", name);
    whole = realpath(path, NULL);
    assert_non_null(whole);
    sweep(kind, whole);
    free(whole);
}

static void write_bytes(const char *path, const void *data, size_t size) {
    Error err;
    if (!file_write(path, data, size, &err)) fail_msg("%s", err.text);
}

static Tensor random_image(int h, int w) {
    Rng rng = rng_seed(1);
    Tensor x = tensor_alloc(arena, (Shape){1, 3, h, w});
    tensor_fill_uniform(x, &rng, 0, 1);
    return x;
}

static void images_end_in_a_sentence(void **state) {
    (void)state;
    static const char *const names[] = {"i.png", "i.jpg", "i.bmp", "i.ppm"};
    Error err;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = alloc_path(names[i]);
        if (!image_write(path, random_image(17, 23), &err)) fail_msg("%s", err.text);
        sweep("image", path);
    }
    sweep("mask", alloc_path("i.png"));
}

/* A profile of wide colours, which Little CMS turns into those of sRGB. */
static void a_colour_profile_ends_in_a_sentence(void **state) {
    (void)state;
    static const cmsCIExyY white = {0.3127, 0.3290, 1};
    static const cmsCIExyYTRIPLE corners = {
        {0.64, 0.33, 1}, {0.21, 0.71, 1}, {0.15, 0.06, 1}};
    /* Zeros: Little CMS does not write the bytes between two tags of a profile. */
    unsigned char icc[16384] = {0}, chunk[32768] = "name", pixels[48];
    cmsUInt32Number size = sizeof icc;
    cmsToneCurve *curve = cmsBuildGamma(NULL, 2.2);
    cmsToneCurve *const curves[3] = {curve, curve, curve};
    cmsHPROFILE profile = cmsCreateRGBProfile(&white, &corners, curves);
    assert_true(cmsSaveProfileToMem(profile, icc, &size));
    cmsCloseProfile(profile);
    cmsFreeToneCurve(curve);
    for (int i = 0; i < 48; i++)
        pixels[i] = (unsigned char)(i * 5);
    FileBytes png = png_begin(4, 4, 8, 2);
    png_chunk(&png, "iCCP", chunk, 6 + png_pack(chunk + 6, 32000, icc, size));
    png = png_end(png, pixels, 12, 4);
    write_bytes(alloc_path("profile.png"), png.data, png.size);
    sweep("image", alloc_path("profile.png"));
}

static void arrays_end_in_a_sentence(void **state) {
    (void)state;
    Error err;
    const Tensor image = random_image(9, 11);
    NamedTensor items[2] = {{.name = "a", .rank = 4, .tensor = image},
                            {.name = "b", .rank = 4, .tensor = image}};
    const NamedTensors list = {.count = 2, .items = items};
    assert_true(npy_write(alloc_path("a.npy"), image, 4, &err));
    assert_true(npz_write(alloc_path("a.npz"), &list, &err));
    sweep("npy", alloc_path("a.npy"));
    sweep("npz", alloc_path("a.npz"));
    sweep("zip", alloc_path("a.npz"));
}

/* One file of five bytes: POSIX 1003.1's header of 512 bytes, its contents, two empty
 * blocks. */
static void a_tar_archive_ends_in_a_sentence(void **state) {
    (void)state;
    static unsigned char tar[4 * 512];
    unsigned sum = 0;
    memcpy(tar, "a.txt", 5);
    memcpy(tar + 124, "00000000005", 11);
    memcpy(tar + 148, "        ", 8);
    tar[156] = '0';
    memcpy(tar + 257, "ustar\00000", 8);
    for (int i = 0; i < 512; i++)
        sum += tar[i];
    snprintf((char *)tar + 148, 8, "%06o", sum);
    memcpy(tar + 512, "first", 5);
    write_bytes(alloc_path("a.tar"), tar, sizeof tar);
    sweep("tar", alloc_path("a.tar"));
}

static void weights_end_in_a_sentence(void **state) {
    (void)state;
    char *own = realpath("assets/paintnet.safetensors", NULL);
    assert_non_null(own);
    sweep("weights", own);
    free(own);
    sweep_golden("weights", "torch_zip.pth");
    sweep_golden("weights", "torch_checkpoint_legacy.pth");
}

static void a_recipe_ends_in_a_sentence(void **state) {
    (void)state;
    char *path = realpath("recipes/c2-starry.recipe", NULL);
    assert_non_null(path);
    sweep("recipe", path);
    free(path);
}

static void a_checkpoint_ends_in_a_sentence(void **state) {
    (void)state;
    static real x[600];
    double sums[3] = {1, 2, 3};
    StateList list = {0};
    Error err;
    for (int i = 0; i < 600; i++)
        x[i] = (real)i / 7;
    state_add(&list, "x", STATE_REAL, x, 600);
    state_add(&list, "sums", STATE_DOUBLE, sums, 3);
    const char *path = alloc_path("run.checkpoint");
    if (!checkpoint_write(path, "{\"a\": 1}", &list, &err)) fail_msg("%s", err.text);
    sweep("checkpoint", path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(images_end_in_a_sentence),        TEST(a_colour_profile_ends_in_a_sentence),
        TEST(arrays_end_in_a_sentence),        TEST(a_tar_archive_ends_in_a_sentence),
        TEST(weights_end_in_a_sentence),       TEST(a_recipe_ends_in_a_sentence),
        TEST(a_checkpoint_ends_in_a_sentence),
    };
    return cmocka_run_group_tests(tests, begin, alloc_end);
}
