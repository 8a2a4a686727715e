/* Squares of photographs: where they come from, and that they are the same on any number
 * of threads. */
#include "train/crops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/image.h"
#include "tensor/threads.h"
#include "tests/networks.h"

enum { WIDE = 60, HIGH = 40, SIDE = 16 };
static char file[] = "/tmp/stylegrad-crops-XXXXXX.png";

/* Red rises by 4/255 a column, green by 4/255 a row: a value tells its place. */
static int write_photograph(void **state) {
    (void)state;
    Error problem;
    Arena *scratch = arena_new();
    Tensor image = tensor_alloc(scratch, (Shape){1, 3, HIGH, WIDE});
    for (int i = 0; i < HIGH; i++)
        for (int j = 0; j < WIDE; j++) {
            *tensor_at(image, 0, 0, i, j) = (real)(4 * j) / 255;
            *tensor_at(image, 0, 1, i, j) = (real)(4 * i) / 255;
        }
    const int handle = mkstemps(file, 4);
    if (handle < 0) return -1;
    close(handle);
    const bool good = image_write(file, image, &problem);
    arena_free(scratch);
    return good ? 0 : -1;
}

static int remove_photograph(void **state) {
    (void)state;
    return unlink(file);
}

static PhotoFiles files_of(int count) {
    const char *paths[1000];
    PhotoFiles files;
    for (int i = 0; i < count; i++)
        paths[i] = file;
    assert_true(photo_files_read(arena, paths, count, &files, &err));
    return files;
}

static Crops *photograph(void) {
    const PhotoFiles files = files_of(1);
    Crops *crops = crops_new(arena, &files, &err);
    assert_non_null(crops);
    return crops;
}

static Tensor draw(const Crops *crops, int n, int side, uint64_t seed) {
    Rng rng = rng_seed(seed);
    Tensor batch = tensor_alloc(arena, (Shape){n, 3, side, side});
    crops_draw(crops, &rng, batch);
    return batch;
}

/* A square of s pixels, resized to SIDE, has a slope of 4/255 s / SIDE away from its
 * edges: from 1 to 40/16 times that of the photograph, the same along both axes, and with
 * a negative sign along x when it is mirrored. */
static void squares_have_all_scales_and_some_are_mirrored(void **state) {
    (void)state;
    enum { SQUARES = 200 };
    const Tensor batch = draw(photograph(), SQUARES, SIDE, 1);
    int mirrored = 0, small = 0, large = 0;
    for (int n = 0; n < SQUARES; n++) {
        const int at = SIDE / 2;
        const double unit = 4.0 / 255;
        const double right = (double)*tensor_at(batch, n, 0, at, at + 2) -
                             (double)*tensor_at(batch, n, 0, at, at);
        const double down = (double)*tensor_at(batch, n, 1, at + 2, at) -
                            (double)*tensor_at(batch, n, 1, at, at);
        const double scale = down / (2 * unit);
        assert_true(scale > 0.99 && scale < 2.51);
        assert_close(fabs(right), down, 0.02, 0);
        mirrored += right < 0;
        small += scale < sqrt(2.5);
        large += scale > sqrt(2.5);
    }
    /* binomial, 200 throws of 1/2: 7 is the deviation */
    assert_true(mirrored > 72 && mirrored < 128);
    assert_true(small > 72 && large > 72);
}

/* Of a photograph that is as large as the square there is only one square, and its
 * mirror image. */
static void the_whole_side_is_the_largest_square(void **state) {
    (void)state;
    const Tensor batch = draw(photograph(), 20, HIGH, 2);
    for (int n = 0; n < 20; n++)
        for (int i = 0; i < HIGH; i++)
            assert_close(*tensor_at(batch, n, 1, i, 0), 4.0 * i / 255, 0, 1e-6);
}

static void small_photographs_are_enlarged(void **state) {
    (void)state;
    const Crops *crops = photograph();
    const Tensor batch = draw(crops, 2, 2 * HIGH, 3);
    assert_close(*tensor_at(batch, 0, 1, HIGH, 5), 4.0 * (HIGH - 0.5) / 2 / 255, 0.01, 0);
    assert_int_equal(crops_enlarged(crops, HIGH), 0);
    assert_int_equal(crops_enlarged(crops, HIGH + 1), 1);
}

static void threads_do_not_matter(void **state) {
    (void)state;
    Tensor batch[2];
    for (int i = 0; i < 2; i++) {
        threads_set(i ? 3 : 1);
        const PhotoFiles files = files_of(5);
        const Crops *crops = crops_new(arena, &files, &err);
        batch[i] = draw(crops, 7, SIDE, 4);
    }
    threads_set(1);
    assert_same_bits(batch[0].data, batch[1].data, shape_size(batch[0].shape));
}

static void a_photograph_is_kept_as_it_is(void **state) {
    (void)state;
    const Tensor kept = crops_photo(photograph(), arena, 0);
    assert_true(shape_equal(kept.shape, (Shape){1, 3, HIGH, WIDE}));
    assert_close(*tensor_at(kept, 0, 0, 3, 17), 4.0 * 17 / 255, 1e-6, 0);
    assert_close(*tensor_at(kept, 0, 1, 3, 17), 4.0 * 3 / 255, 1e-6, 0);
}

static void of_many_photographs_some_are_kept(void **state) {
    (void)state;
    const PhotoFiles files = files_of(CROPS_MOST + 1);
    const Crops *crops = crops_new(arena, &files, &err);
    assert_non_null(crops);
    assert_int_equal(crops_count(crops), CROPS_MOST);
}

static void what_gives_no_squares_is_refused(void **state) {
    (void)state;
    PhotoFiles files = {0};
    assert_null(crops_new(arena, &files, &err));
    assert_non_null(strstr(err.text, "there is no photograph"));
    files = files_of(3);
    files.file[1] = (PhotoFile){"cut.png", {files.file[1].bytes.data, 40}};
    assert_null(crops_new(arena, &files, &err));
    assert_non_null(strstr(err.text, "cut.png"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(squares_have_all_scales_and_some_are_mirrored),
        TEST(the_whole_side_is_the_largest_square),
        TEST(small_photographs_are_enlarged),
        TEST(threads_do_not_matter),
        TEST(a_photograph_is_kept_as_it_is),
        TEST(of_many_photographs_some_are_kept),
        TEST(what_gives_no_squares_is_refused),
    };
    return cmocka_run_group_tests(tests, write_photograph, remove_photograph);
}
