/* How much memory there is, read from small trees of files, and --memory-limit: what
 * does not fit is refused before it starts. */
#include "tensor/memory_room.h"

#include "autograd/tape.h"
#include "io/safetensors.h"
#include "nn/network.h"
#include "tests/app.h"

#define MIB ((size_t)1 << 20)

/* Writes root/path, which gets these lines, and the folders above it. */
static void put(const char *root, const char *path, const char *text) {
    char command[8192];
    snprintf(command, sizeof command,
             "mkdir -p \"$(dirname '%.255s%s')\" && printf '%%b\\n' '%s' >> '%.255s%s'",
             root, path, text, root, path);
    assert_int_equal(system(command), 0);
}

#define MOUNT_2 "42 31 0:38 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw"
#define MOUNT_1 "33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory"

/* A machine with 1000 MiB free and 24 MiB of swap, and this process in a group. */
static const char *tree(const char *name, const char *mount, const char *group) {
    const char *root = in_folder(name);
    put(root, "/proc/meminfo",
        "MemTotal:  9000000 kB\\nMemFree: 5 kB\\nMemAvailable:  1024000 kB\\n"
        "SwapFree:  24576 kB");
    char mounts[3000]; /* one line that is longer than any that is looked at */
    memset(mounts, 'x', sizeof mounts - 1);
    mounts[sizeof mounts - 1] = 0;
    put(root, "/proc/self/mountinfo", mounts);
    put(root, "/proc/self/mountinfo", mount);
    put(root, "/proc/self/cgroup", group);
    return root;
}

/* 1024000 + 24576 KiB are 1024 MiB. */
static void a_machine_has_what_is_free_and_its_swap(void **state) {
    (void)state;
    const char *root = tree("machine", MOUNT_2, "0::/user/shell");
    assert_int_equal(memory_room(root), 1024 * MIB);
    put(root, "/sys/fs/cgroup/user/shell/memory.max", "max");
    put(root, "/sys/fs/cgroup/user/shell/memory.current", "1048576");
    assert_int_equal(memory_room(root), 1024 * MIB);
}

static void where_the_system_says_nothing_there_is_no_limit(void **state) {
    (void)state;
    assert_true(memory_room(in_folder("nothing")) == SIZE_MAX);
}

/* 300 MiB may be used; 200 are, 50 of them are pages of files: 150 are left. */
static void a_group_of_version_2_has_its_limit_less_what_is_used(void **state) {
    (void)state;
    const char *root = tree("two", MOUNT_2, "0::/user/shell");
    put(root, "/sys/fs/cgroup/user/shell/memory.max", "314572800");
    put(root, "/sys/fs/cgroup/user/shell/memory.current", "209715200");
    put(root, "/sys/fs/cgroup/user/shell/memory.stat",
        "anon 1\\ninactive_file 41943040\\nactive_file 10485760");
    assert_int_equal(memory_room(root), 150 * MIB);
    put(root, "/sys/fs/cgroup/user/shell/memory.high", "167772160"); /* 160 MiB */
    assert_int_equal(memory_room(root), 10 * MIB);
}

/* The group above has 100 MiB and uses 90 of them; one that uses more has nothing. */
static void the_least_of_all_parents_counts(void **state) {
    (void)state;
    const char *root = tree("parent", MOUNT_2, "0::/slice/user");
    put(root, "/sys/fs/cgroup/slice/user/memory.max", "314572800");
    put(root, "/sys/fs/cgroup/slice/user/memory.current", "0");
    put(root, "/sys/fs/cgroup/slice/memory.max", "104857600");
    put(root, "/sys/fs/cgroup/slice/memory.current", "94371840");
    assert_int_equal(memory_room(root), 10 * MIB);
    const char *full = tree("full", MOUNT_2, "0::/a");
    put(full, "/sys/fs/cgroup/a/memory.max", "1048576");
    put(full, "/sys/fs/cgroup/a/memory.current", "2097152");
    assert_int_equal(memory_room(full), 0);
}

/* 200 MiB may be used, 120 are, of which 40 are files of this group and those below. No
 * limit is 2^63 less a page. */
static void a_group_of_version_1_has_other_files(void **state) {
    (void)state;
    const char *root = tree("one", MOUNT_1, "4:memory:/a/b");
    const char *group = "/sys/fs/cgroup/memory/a/";
    char path[128];
    static const char *const files[][2] = {
        {"memory.limit_in_bytes", "209715200"},
        {"memory.usage_in_bytes", "125829120"},
        {"memory.stat",
         "inactive_file 1\\nactive_file 1\\ntotal_inactive_file 31457280\\n"
         "total_active_file 10485760"},
        {"b/memory.limit_in_bytes", "9223372036854771712"},
        {"b/memory.usage_in_bytes", "125829120"}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s%s", group, files[i][0]);
        put(root, path, files[i][1]);
    }
    assert_int_equal(memory_room(root), 120 * MIB);
}

/* A container sees its own group at the top of the mount. */
static void the_top_of_a_container_is_its_own_group(void **state) {
    (void)state;
    const char *root = tree(
        "docker", "33 31 0:30 /docker/7f /sys/fs/cgroup/memory ro - cgroup cgroup memory",
        "4:memory:/docker/7f");
    put(root, "/sys/fs/cgroup/memory/memory.limit_in_bytes", "52428800");
    put(root, "/sys/fs/cgroup/memory/memory.usage_in_bytes", "10485760");
    assert_int_equal(memory_room(root), 40 * MIB);
}

#define SHALLOW                                                                          \
    "--net", "vgg19", "--content-layers", "relu1_2", "--style-layers", "relu1_1",        \
        "--size", "64", "--pyramid", "1", "--steps", "1", "--optim", "adam"
#define PAINT "paint", in_folder("c.png"), in_folder("s.png"), SHALLOW

/* The last number before "MiB at its peak". */
static long planned_peak(void) {
    const Outcome o = RUN(PAINT, "--plan");
    const char *at = strstr(o.out, "memory  ");
    assert_int_equal(o.status, 0);
    assert_non_null(at);
    return atol(at + strlen("memory  "));
}

/* What the plan says may differ by a few MiB from one run to the next, because the
 * program itself does. */
static void what_the_plan_says_will_not_fit_is_refused(void **state) {
    (void)state;
    char less[32], more[32];
    const long peak = planned_peak();
    assert_true(peak > 4);
    snprintf(less, sizeof less, "%ldM", peak * 3 / 4);
    snprintf(more, sizeof more, "%ldM", peak * 5 / 4 + 1);
    const char *out = in_folder("out.png");
    const Outcome o = RUN(PAINT, "-o", out, "--memory-limit", less);
    assert_refused(o, 1, "stylegrad paint: no memory for 64 x 48 pixels");
    assert_refused(o, 1, "and --memory-limit allows");
    assert_refused(o, 1, "a smaller --size, --tile or --recompute needs less");
    assert_int_not_equal(access(out, F_OK), 0);
    assert_int_equal(RUN(PAINT, "-o", out, "--memory-limit", more).status, 0);
    assert_int_equal(access(out, F_OK), 0);
}

static void eval_and_features_are_refused_too(void **state) {
    (void)state;
    assert_refused(RUN("eval", in_folder("c.png"), in_folder("s.png"), SHALLOW,
                       "--memory-limit", "2M"),
                   1, "stylegrad eval: no memory for 64 x 48 pixels");
    const char *out = in_folder("f.npz");
    assert_refused(RUN("features", in_folder("c.png"), "--net", "vgg19", "--size", "512",
                       "--layers", "relu2_1", "-o", out, "--memory-limit", "3M"),
                   1, "stylegrad features: no memory for 512 x 384 pixels");
    assert_int_not_equal(access(out, F_OK), 0);
    assert_int_equal(RUN("features", in_folder("c.png"), "--net", "vgg19", "--size", "32",
                         "--layers", "relu1_1", "-o", out, "--memory-limit", "100G")
                         .status,
                     0);
}

/* A small network whose layers have the names of VGG-19's. */
static void put_teacher(const char *path) {
    Error err;
    Arena *arena = arena_new();
    Tape *tape = tape_new();
    Network *network = network_new(arena, "vgg19_small16x", POOL_DEFAULT, &err);
    const char *layer = "relu4_1";
    Node *node;
    assert_non_null(network);
    network_random(network, 1);
    Node *x = tape_constant(tape, tensor_alloc(arena, (Shape){1, 3, 16, 16}));
    assert_true(network_record(network, tape, x, &layer, 1, &node, &err));
    const NamedTensors weights = network_weights(network, arena);
    if (!safetensors_write(path, &weights, &err)) fail_msg("%s", err.text);
    tape_free(tape);
    arena_free(arena);
}

/* A batch of 24 images of 64 x 64 pixels in paintnet's first layers alone, forward and
 * backward, is more than 10 MiB. With enough memory one photograph is too few. */
static void training_is_refused_too(void **state) {
    (void)state;
    const char *teacher = in_folder("teacher.safetensors"), *photo = in_folder("c.png"),
               *out = in_folder("paintnet.safetensors");
    put_teacher(teacher);
    assert_refused(
        RUN("train-features", photo, "--teacher", teacher, "-o", out, "--memory-limit",
            "10M"),
        1, "train-features: no memory for 24 photographs of 64 x 64 pixels a step");
    assert_refused(RUN("train-features", photo, "--teacher", teacher, "-o", out,
                       "--memory-limit", "100G"),
                   1, "photographs are too few");
    assert_int_not_equal(access(out, F_OK), 0);
}

/* K, M and G are 2^10, 2^20 and 2^30 bytes: a limit of 8 million K is more than enough,
 * one of 999 bytes never is. */
static void sizes_have_units(void **state) {
    (void)state;
    static const char *const enough[] = {"8000000K", "8000m", "8g", "8589934592"};
    static const char *const wrong[] = {
        "0",           "-1", "1.5G", "2GB", "G", "5Q", "1 G", "99999999999999999999",
        "17179869184G"};
    for (size_t i = 0; i < sizeof enough / sizeof *enough; i++)
        assert_int_equal(
            RUN(PAINT, "-o", in_folder("u.png"), "--memory-limit", enough[i]).status, 0);
    assert_refused(RUN(PAINT, "-o", in_folder("v.png"), "--memory-limit", "999"), 1,
                   "--memory-limit allows 0");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_refused(RUN(PAINT, "--memory-limit", wrong[i]), 2,
                       "wants a whole number of bytes, or with K, M or G");
}

static void help_names_the_option(void **state) {
    (void)state;
    static const char *const commands[] = {
        "paint",           "eval", "features", "train-features", "train-style",
        "train-any-style", "rerun"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        assert_non_null(strstr(RUN(commands[i], "--help").out, "--memory-limit SIZE"));
}

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    put_image("c.png", 48, 64);
    put_image("s.png", 48, 64);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_machine_has_what_is_free_and_its_swap),
        cmocka_unit_test(where_the_system_says_nothing_there_is_no_limit),
        cmocka_unit_test(a_group_of_version_2_has_its_limit_less_what_is_used),
        cmocka_unit_test(the_least_of_all_parents_counts),
        cmocka_unit_test(a_group_of_version_1_has_other_files),
        cmocka_unit_test(the_top_of_a_container_is_its_own_group),
        cmocka_unit_test(what_the_plan_says_will_not_fit_is_refused),
        cmocka_unit_test(eval_and_features_are_refused_too),
        cmocka_unit_test(training_is_refused_too),
        cmocka_unit_test(sizes_have_units),
        cmocka_unit_test(help_names_the_option),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
