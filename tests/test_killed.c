/* A run that is killed at any moment continues from its checkpoint, and its image has the
 * bytes of a run that was never killed. 1000 kills in all in `make soak`, a few in `make
 * test`; $KILLS says another number. */
#include "io/file.h"
#include "tests/killed.h"

static Arena *arena;

typedef struct Variant {
    const char *name, *options[12];
} Variant;

/* Every optimiser, with and without what a run counts, in stages and in tiles. */
static const Variant variants[] = {
    {"descent", {"--optim", "gd", "--lr", "0.01"}},
    {"momentum", {"--optim", "gd", "--lr", "0.01", "--momentum", "0.9"}},
    {"adam", {"--optim", "adam"}},
    {"lbfgs", {"--optim", "lbfgs"}},
    {"line search", {"--optim", "lbfgs", "--line-search"}},
    {"annealing", {"--optim", "anneal", "--seed", "3"}},
    {"pyramid", {"--optim", "lbfgs", "--pyramid", "2"}},
    {"pyramid of adam", {"--optim", "adam", "--pyramid", "2"}},
    {"tiles", {"--optim", "lbfgs", "--tile", "32"}},
};
#define VARIANTS (sizeof variants / sizeof *variants)

/* One layer, so that a run takes a part of a second also with the sanitizers. */
static const char *const network[] = {"--net",
                                      "vgg19",
                                      "--weights",
                                      "random:3",
                                      "--size",
                                      "64",
                                      "--style-layers",
                                      "relu1_1",
                                      "--content-layers",
                                      "relu1_1",
                                      "--steps",
                                      "16",
                                      NULL};

static FileBytes bytes_of(const char *name) {
    FileBytes bytes;
    Error err;
    if (!file_read(arena, in_folder(name), (size_t)1 << 24, &bytes, &err))
        fail_msg("%s", err.text);
    return bytes;
}

/* Begins a run that saves after every step, or continues it. */
static pid_t begin_run(const Variant *v) {
    const char *arguments[MAX_ARGUMENTS] = {"paint",
                                            in_folder("content.png"),
                                            in_folder("style.png"),
                                            "-o",
                                            in_folder("killed.png"),
                                            "--checkpoint",
                                            in_folder("run.checkpoint"),
                                            "--checkpoint-every",
                                            "1"};
    int count = 9;
    if (access(in_folder("run.checkpoint"), F_OK) == 0)
        return start((const char *const[]){"paint", "--resume",
                                           in_folder("run.checkpoint"), "-o",
                                           in_folder("killed.png"), NULL},
                     NULL);
    for (int i = 0; v->options[i]; i++)
        arguments[count++] = v->options[i];
    return start(arguments, network);
}

/* A complete file or none, at every moment. */
static void assert_whole_files(const FileBytes *right) {
    assert_whole_checkpoint();
    if (access(in_folder("killed.png"), F_OK) == 0) {
        const FileBytes now = bytes_of("killed.png");
        assert_int_equal(now.size, right->size);
        assert_memory_equal(now.data, right->data, right->size);
    }
}

/* Runs to the end, killed `kills` times on the way; again and again when it ends before. */
static void kill_often(const Variant *v, int kills, const FileBytes *right,
                       double seconds) {
    for (int killed = 0; killed < kills;) {
        unlink(in_folder("run.checkpoint"));
        unlink(in_folder("run.checkpoint.previous"));
        unlink(in_folder("killed.png"));
        for (bool going = true; going && killed < kills; killed += going) {
            going = kill_after(begin_run(v), seconds);
            assert_whole_files(right);
        }
        assert_ended(end(begin_run(v)), v->name);
        assert_whole_files(right);
        assert_int_equal(access(in_folder("killed.png"), F_OK), 0);
    }
}

static void killed_runs_end_in_the_same_bytes(void **state) {
    (void)state;
    const int kills = kills_of(1000, 16);
    for (size_t i = 0; i < VARIANTS; i++) {
        const Variant *v = &variants[i];
        const char *arguments[MAX_ARGUMENTS] = {"paint", in_folder("content.png"),
                                                in_folder("style.png"), "-o",
                                                in_folder("whole.png")};
        memcpy(arguments + 5, v->options, sizeof v->options);
        const double before = now();
        assert_ended(run(arguments, network), v->name);
        const double seconds = now() - before;
        const FileBytes right = bytes_of("whole.png");
        const int mine =
            kills * (int)(i + 1) / (int)VARIANTS - kills * (int)i / (int)VARIANTS;
        kill_often(v, mine, &right, seconds);
        print_message("%s: %d kills, %.2f s for the whole run\n", v->name, mine, seconds);
    }
}

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    arena = arena_new();
    begin_chance();
    put_image("content.png", 40, 32);
    put_image("style.png", 32, 40);
    return 0;
}

static int clean_up(void **state) {
    arena_free(arena);
    return remove_folder(state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_runs_end_in_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, make_folder, clean_up);
}
