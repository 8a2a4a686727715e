/* The same command writes the same bytes: on 1, 2, 3 and 4 threads, resumed or not, from
 * every compiler, with every version of the kernels that has fused multiply-adds. The
 * version without them (SSE2) has bytes of its own, near those of the others.
 *
 * `make same-bytes` sets $OTHER to the program of another compiler, and $REPORT to the
 * JSON file for what was measured. */
#include <jansson.h>
#include <math.h>

#include "io/npy.h"
#include "tensor/kernels/simd/code.h"
#include "tensor/real.h"
#include "tensor/sanitizer.h"
#include "tests/shell.h"
#include "tests/teacher.h"

#ifdef SANITIZER_WATCHES
static const int threads[] = {1, 4}; /* the others would take minutes */
#else
static const int threads[] = {1, 2, 3, 4};
#endif
#define THREADS (sizeof threads / sizeof *threads)

#define NET "--net paintnet --size 64 --pyramid 1 "
#define PAINT "$SG paint ../c.png ../s.png " NET

/* A folder of everything: losses and gradients, features, paintings, weights learned. */
static const char *const lines[] = {
    "$SG eval ../c.png ../s.png " NET
    "--style-form w2 --tv-weight 1 --json --grad grad.npy >loss.json",
    "$SG eval ../c.png ../s.png --net squeezenet1_1 --size 64 --recompute --pad reflect "
    "--tile 48 --json --grad fire.npy >fire.json",
#ifndef REAL_DOUBLE
    "$SG eval ../c.png ../s.png " NET "--store half --grad store.npy >store.txt",
    PAINT "--store half --optim lbfgs --history 2 --steps 4 -o stored.npy",
    PAINT "--store half --optim lbfgs --history 2 --steps 2 -o again.npy --checkpoint "
          "../stored",
    "$SG paint --resume ../stored --steps 4 -o again.npy",
    "cmp stored.npy again.npy",
#endif
    "$SG features ../c.png --net vgg19_small16x --size 77 --layers relu1_2,relu3_1,pool3 "
    "-o features.npz",
    PAINT "--optim adam --steps 3 -o adam.png",
    PAINT "--optim lbfgs --history 2 --steps 4 -o lbfgs.npy",
    PAINT "--optim lbfgs --history 2 --steps 2 -o half.npy --checkpoint ../saved",
    "$SG paint --resume ../saved --steps 4 -o half.npy",
    "cmp lbfgs.npy half.npy",
    "$SG train-features $(for i in $(seq 50); do echo ../c.png; done) --teacher "
    "../teacher.safetensors "
    "--size 16 --batch 2 --painted 1 --steps 10 -o learned.safetensors",
    "$SG train-style ../c.png ../s.png --size 32 --last-size 36 --batch 1 --steps 3 "
    "--preview shown.png -o learned.style",
    "$SG train-any-style ../c.png --styles ../s.png --last-size 72 --batch 2 --steps 3 "
    "--preview shown.any.png -o any.safetensors",
    "$SG stylize --style ../s.png --style ../c.png:2 --alpha 0.7 --decoder "
    "any.safetensors ../c.png -o any.npy",
};

static int version_count(void) {
    int count = 0;
    while (simd_code(count))
        count++;
    return count;
}

/* Makes the folder `name` with this program, version and number of threads. */
static void make(const char *name, const char *program, int version, int count) {
    static const char *const bits[] = {"128", "256", "512"};
    char number[16], line[PATH_MAX];
    snprintf(number, sizeof number, "%d", count);
    setenv("OMP_NUM_THREADS", number, 1);
    setenv("STYLEGRAD_VECTORS", bits[version], 1);
    setenv("SG", program, 1);
    snprintf(line, sizeof line, "rm -rf saved && mkdir %s", name);
    done(line);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        snprintf(line, sizeof line, "cd %s && %s", name, lines[i]);
        done(line);
    }
}

static void assert_same_folders(const char *a, const char *b) {
    char line[256];
    snprintf(line, sizeof line, "diff -rq %s %s", a, b);
    const Outcome o = shell(line);
    if (o.status != 0) fail_msg("%s: %s%s", line, o.out, o.err);
}

/* The folder of one version on one thread. */
static const char *first_of(int version) {
    static const char *const names[] = {"first0", "first1", "first2"};
    if (!exists(names[version])) make(names[version], getenv("OURS"), version, 1);
    return names[version];
}

static void the_number_of_threads_changes_nothing(void **state) {
    (void)state;
    for (int v = 0; v < version_count(); v++)
        for (size_t i = 1; i < THREADS; i++) {
            make("more", getenv("OURS"), v, threads[i]);
            assert_same_folders(first_of(v), "more");
            done("rm -r more");
        }
}

/* Versions 1 and 2 of x86-64 have fused multiply-adds. */
static void fused_versions_have_the_same_bytes(void **state) {
    (void)state;
    if (version_count() < 3) {
        print_message("no AVX-512 here: not compared with AVX2\n");
        skip();
    }
    assert_same_folders(first_of(1), first_of(2));
}

static void so_has_the_program_of_another_compiler(void **state) {
    (void)state;
    const char *said = getenv("OTHER");
    if (!said) {
        print_message("OTHER names no program of another compiler: see make "
                      "same-bytes\n");
        skip();
    }
    char other[PATH_MAX];
    assert_non_null(realpath(said, other));
    for (int v = 0; v < version_count(); v++) {
        make("other", other, v, 2);
        assert_same_folders(first_of(v), "other");
        done("rm -r other");
    }
}

static json_t *loss(const char *from, const char *name) {
    char path[64];
    snprintf(path, sizeof path, "%s/%s.json", from, name);
    json_t *object = json_load_file(in_folder(path), 0, NULL);
    assert_non_null(object);
    return object;
}

static double loss_difference(const char *a, const char *b, const char *name) {
    json_t *x = loss(a, name), *y = loss(b, name);
    const double one = json_number_value(json_object_get(x, "total"));
    const double two = json_number_value(json_object_get(y, "total"));
    json_decref(x);
    json_decref(y);
    assert_true(one > 0);
    return fabs(one - two) / one;
}

/* The length of the difference of two gradients, relative to that of one of them. */
static double gradient_difference(const char *a, const char *b, const char *name) {
    Arena *arena = arena_new();
    Error err;
    NamedTensor x, y;
    char path[64];
    snprintf(path, sizeof path, "%s/%s.npy", a, name);
    assert_true(npy_read(arena, in_folder(path), &x, &err));
    snprintf(path, sizeof path, "%s/%s.npy", b, name);
    assert_true(npy_read(arena, in_folder(path), &y, &err));
    double length = 0, difference = 0;
    for (size_t i = 0; i < shape_size(x.tensor.shape); i++) {
        const double one = (double)x.tensor.data[i], two = (double)y.tensor.data[i];
        length += one * one;
        difference += (one - two) * (one - two);
    }
    arena_free(arena);
    assert_true(length > 0);
    return sqrt(difference / length);
}

static void report(double total, double gradient, bool png) {
    const char *path = getenv("REPORT"), *other = getenv("OTHER");
    if (!path) return;
    json_t *object = json_pack(
        "{s:s, s:s, s:[i,i,i,i], s:i, s:b, s:f, s:f, s:b}", "variant", REAL_NAME, "other",
        other ? other : "", "threads", 1, 2, 3, 4, "versions", version_count(),
        "fused_versions_differ", false, "without_fused_loss", total,
        "without_fused_gradient", gradient, "without_fused_png_differs", png);
    assert_int_equal(json_dump_file(object, path, JSON_INDENT(1)), 0);
    json_decref(object);
}

/* Rounding once or twice: some thousand roundings of half a unit add up like the steps of
 * a random walk. The gradient may also differ where two values of a pooling window are as
 * good as equal, and another one wins: a few pixels of a few thousand. */
static void without_fused_multiply_adds_only_the_last_bits_differ(void **state) {
    (void)state;
    if (version_count() < 2) {
        print_message("one version only: nothing to compare\n");
        skip();
    }
    const char *a = first_of(0), *b = first_of(1);
    const double total =
        fmax(loss_difference(a, b, "loss"), loss_difference(a, b, "fire"));
    const double gradient =
        fmax(gradient_difference(a, b, "grad"), gradient_difference(a, b, "fire"));
    const bool png = shell("cmp first0/adam.png first1/adam.png").status != 0;
    print_message(REAL_NAME
                  ", SSE2 and the others: loss %.1e, gradient %.1e, the PNG %s\n",
                  total, gradient, png ? "differs" : "is the same");
    report(total, gradient, png);
    assert_true(total < 1000 * (double)REAL_EPSILON);
#ifdef SANITIZER_WATCHES
    assert_true(total == 0 && gradient == 0); /* no version fuses: see NAME(fma) */
#else
    assert_true(gradient > 0 && gradient < 0.05);
#endif
}

static void other_widths_are_refused(void **state) {
    (void)state;
    setenv("STYLEGRAD_VECTORS", "100", 1);
    refused("$SG recipes", 2, "STYLEGRAD_VECTORS is '100'; set it to 128, 256 or 512");
    unsetenv("STYLEGRAD_VECTORS");
}

static int make_inputs(void **state) {
    if (make_folder(state) != 0) return -1;
    setenv("OURS", getenv("SG"), 1);
    put_image("c.png", 72, 96);
    put_image("s.png", 96, 64);
    put_teacher("teacher.safetensors", "vgg19", 1);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_number_of_threads_changes_nothing),
        cmocka_unit_test(fused_versions_have_the_same_bytes),
        cmocka_unit_test(so_has_the_program_of_another_compiler),
        cmocka_unit_test(without_fused_multiply_adds_only_the_last_bits_differ),
        cmocka_unit_test(other_widths_are_refused),
    };
    return cmocka_run_group_tests(tests, make_inputs, remove_folder);
}
