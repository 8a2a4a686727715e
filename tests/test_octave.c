/* The corrected MATLAB functions of document 002 (bench/octave/) in Octave: an
 * independent source for the Gram matrix and the three losses. Skipped, with a message,
 * when Octave is not installed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autograd/ops.h"
#include "io/npy.h"
#include "losses/content.h"
#include "losses/style.h"
#include "losses/tv.h"
#include "tests/test.h"

#ifdef REAL_DOUBLE
#define NEAR 1e-12
#else
#define NEAR 1e-5
#endif

enum { FILES = 6 };

/* (1,5,4,6) and (1,3,3,2): features; the painting's have other sizes. */
static const struct {
    const char *name;
    Shape shape;
} files[FILES] = {{"first", {1, 5, 4, 6}},       {"second", {1, 3, 3, 2}},
                  {"first_style", {1, 5, 3, 7}}, {"second_style", {1, 3, 2, 5}},
                  {"content", {1, 5, 4, 6}},     {"image", {1, 3, 7, 9}}};

static char folder[] = "/tmp/stylegrad-octave-XXXXXX";
static char said[4096]; /* what Octave has printed; empty when it is not there */
static Arena *arena;
static Tape *tape;
static Node *node[FILES];

/* Writes the tensors, and has Octave compute from them. */
static int ask_octave(void **state) {
    (void)state;
    Error err;
    char path[256], command[512];
    arena = arena_new();
    tape = tape_new();
    if (!mkdtemp(folder)) return -1;
    for (int i = 0; i < FILES; i++) {
        node[i] = tape_example_variable(tape, files[i].shape);
        snprintf(path, sizeof path, "%s/%s.npy", folder, files[i].name);
        if (!npy_write(path, node_tensor(node[i]), 3, &err)) return -1;
    }
    if (system("command -v octave-cli >/dev/null 2>&1") != 0) {
        print_message("octave is not installed (./setup.sh --developer installs it)\n");
        return 0;
    }
    snprintf(command, sizeof command,
             "octave-cli --norc --no-history bench/octave/compare.m %s", folder);
    FILE *octave = popen(command, "r");
    if (!octave) return -1;
    const size_t length = fread(said, 1, sizeof said - 1, octave);
    said[length] = 0;
    return pclose(octave) == 0 && length ? 0 : -1;
}

static int remove_files(void **state) {
    (void)state;
    char path[256];
    for (int i = 0; i < FILES; i++) {
        snprintf(path, sizeof path, "%s/%s.npy", folder, files[i].name);
        unlink(path);
    }
    tape_free(tape);
    arena_free(arena);
    return rmdir(folder);
}

/* The number that Octave has printed behind a name at the beginning of a line; skips
 * without Octave. */
static double octave(const char *name) {
    const size_t length = strlen(name);
    if (!*said) skip();
    for (const char *line = said; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, length) == 0 && line[length] == ' ')
            return strtod(line + length, NULL);
    }
    fail_msg("Octave has not printed %s but: %s", name, said);
    return 0;
}

static double value(Node *loss) {
    return (double)node_scalar(loss);
}

static void gram_matrix_is_octaves(void **state) {
    (void)state;
    assert_close(ag_gram(node[0], gram_params(GRAM_RAW, node[0]))->value[1],
                 octave("gram"), NEAR, NEAR);
    assert_close(ag_gram(node[0], gram_params(GRAM_CHW, node[0]))->value[1],
                 octave("gram_chw"), NEAR, NEAR);
}

static void content_loss_is_octaves(void **state) {
    (void)state;
    assert_close(3 * value(ag_content_loss(node[0], node[4], CONTENT_SUM)),
                 octave("content"), NEAR, 0);
}

static double layer(Node *f, Node *painting) {
    const double positions = (double)painting->shape.h * painting->shape.w;
    Node *a = ag_style_summary(painting, STYLE_CS231N, positions);
    return value(ag_style_loss(f, a, STYLE_CS231N, f->shape));
}

static void style_loss_is_octaves(void **state) {
    (void)state;
    assert_close(0.25 * layer(node[0], node[2]) + 2 * layer(node[1], node[3]),
                 octave("style"), NEAR, 0);
}

static void tv_loss_is_octaves(void **state) {
    (void)state;
    assert_close(0.02 * value(ag_tv_loss(node[5], TV_SQUARES)), octave("tv"), NEAR, 0);
}

/* The original takes row 2 of the image for layer 2 (errata S2-6). */
static void the_document_takes_rows_for_layers(void **state) {
    (void)state;
    Node *row = ag_slice(node[0], (Slice){.axis = 2, .start = 1, .count = 1});
    const double wrong = 0.25 * layer(row, node[2]),
                 right = 0.25 * layer(node[0], node[2]);
    assert_close(wrong, octave("style_of_rows"), NEAR, 0);
    assert_true(wrong > 1.01 * right || wrong < 0.99 * right);
}

static void order_of_positions_does_not_matter(void **state) {
    (void)state;
    assert_close(octave("order"), 0, 0, 1e-14);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gram_matrix_is_octaves),
        cmocka_unit_test(content_loss_is_octaves),
        cmocka_unit_test(style_loss_is_octaves),
        cmocka_unit_test(tv_loss_is_octaves),
        cmocka_unit_test(the_document_takes_rows_for_layers),
        cmocka_unit_test(order_of_positions_does_not_matter),
    };
    return cmocka_run_group_tests(tests, ask_octave, remove_files);
}
