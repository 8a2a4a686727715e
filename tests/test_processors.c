/* How many threads there are by default: quotas of control groups, read from small trees
 * of files, and the program under the variables of OpenMP. */
#include "tensor/processors.h"

#ifdef _OPENMP
#include <omp.h>
#endif

#include "tests/app.h"

/* Writes root/path, which holds one line, and the folders above it. */
static void put(const char *root, const char *path, const char *text) {
    char command[1024];
    snprintf(command, sizeof command,
             "mkdir -p \"$(dirname '%s%s')\" && printf '%%s\\n' '%s' >> '%s%s'", root,
             path, text, root, path);
    assert_int_equal(system(command), 0);
}

#define MOUNT_2 "42 31 0:38 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw,nsdelegate"
#define MOUNT_1                                                                          \
    "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct"

static const char *tree(const char *name, const char *mount, const char *group) {
    const char *root = in_folder(name);
    put(root, "/proc/self/mountinfo", "23 1 8:1 / / rw - ext4 /dev/root rw");
    put(root, "/proc/self/mountinfo", mount);
    put(root, "/proc/self/cgroup", "2:cpuset:/elsewhere");
    put(root, "/proc/self/cgroup", group);
    return root;
}

static void without_groups_there_is_no_quota(void **state) {
    (void)state;
    assert_int_equal(processors_quota(in_folder("nothing")), 0);
    const char *root = tree("free", MOUNT_2, "0::/user/shell");
    assert_int_equal(processors_quota(root), 0);
    put(root, "/sys/fs/cgroup/user/shell/cpu.max", "max 100000");
    assert_int_equal(processors_quota(root), 0);
}

/* 150000 of 100000 microseconds are one and a half processors: two threads. */
static void version_2_has_quota_and_period_in_one_file(void **state) {
    (void)state;
    const char *root = tree("two", MOUNT_2, "0::/user/shell");
    put(root, "/sys/fs/cgroup/user/shell/cpu.max", "150000 100000");
    assert_int_equal(processors_quota(root), 2);
}

/* The group may use three, the one above it one: 50000 of 50000. */
static void the_least_quota_of_all_parents_counts(void **state) {
    (void)state;
    const char *root = tree("parent", MOUNT_2, "0::/slice/user/shell");
    put(root, "/sys/fs/cgroup/slice/user/shell/cpu.max", "300000 100000");
    assert_int_equal(processors_quota(root), 3);
    put(root, "/sys/fs/cgroup/slice/user/cpu.max", "max 100000");
    put(root, "/sys/fs/cgroup/slice/cpu.max", "50000 50000");
    assert_int_equal(processors_quota(root), 1);
}

/* A quota of -1 is none; 400000 of 200000 are two. The line of cpuset is not that of cpu.
 */
static void version_1_has_two_files(void **state) {
    (void)state;
    const char *root = tree("one", MOUNT_1, "4:cpu,cpuacct:/a/b");
    put(root, "/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "-1");
    put(root, "/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us", "100000");
    assert_int_equal(processors_quota(root), 0);
    put(root, "/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "400000");
    put(root, "/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "200000");
    assert_int_equal(processors_quota(root), 2);
}

/* A container sees its own group as the top of the mount, with or without a namespace. */
static void the_top_of_a_container_is_its_own_group(void **state) {
    (void)state;
    const char *mount =
        "33 31 0:30 /docker/7f /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu";
    const char *named = tree("named", mount, "4:cpu:/docker/7f");
    put(named, "/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "300000");
    put(named, "/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000");
    assert_int_equal(processors_quota(named), 3);
    const char *hidden = tree("hidden", MOUNT_2, "0::/../other");
    put(hidden, "/sys/fs/cgroup/cpu.max", "100000 100000");
    put(hidden, "/sys/fs/other/cpu.max", "900000 100000");
    assert_int_equal(processors_quota(hidden), 1);
}

/* What `stylegrad bench` says about its threads. */
static int threads_of(const char *const *more) {
    static const char *const bench[] = {"bench", "--train",  "--size", "16", "--batch",
                                        "1",     "--rounds", "1",      NULL};
    const Outcome o = run(bench, more);
    const char *at = strstr(o.out, "threads ");
    assert_int_equal(o.status, 0);
    assert_non_null(at);
    return atoi(at + strlen("threads "));
}

/* Lines of other mounts and groups, and lines that are none, are passed over. */
static void lines_that_say_nothing_are_passed_over(void **state) {
    (void)state;
    const char *root = in_folder("odd");
    put(root, "/proc/self/mountinfo", "no mount at all");
    put(root, "/proc/self/mountinfo", "1 2 0:3 / /a rw - cgroup2");
    put(root, "/proc/self/mountinfo",
        "1 2 0:3 / /b rw - cgroup cgroup rw,cpuset,cpuacct");
    put(root, "/proc/self/mountinfo", MOUNT_1);
    put(root, "/proc/self/cgroup", "no group");
    put(root, "/proc/self/cgroup", "4:no path");
    put(root, "/proc/self/cgroup", "4:cpuset,cpu:/a");
    put(root, "/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "400000");
    assert_int_equal(processors_quota(root), 0); /* no period */
    put(root, "/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "none");
    assert_int_equal(processors_quota(root), 0);
    put(root, "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "100000");
    put(root, "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000");
    assert_int_equal(processors_quota(root), 1);
}

/* A group that begins like the mount's, or leads out of it, is not below it: then the
 * quota of the mount counts. */
static void groups_beside_the_mount_are_not_below_it(void **state) {
    (void)state;
    static const char *const groups[] = {"4:cpu:/docker2", "4:cpu:/docker/../a",
                                         "4:cpu:/other"};
    for (int i = 0; i < 3; i++) {
        char name[32];
        snprintf(name, sizeof name, "beside%d", i);
        const char *root =
            tree(name, "33 31 0:30 /docker /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu",
                 groups[i]);
        put(root, "/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "300000");
        put(root, "/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000");
        put(root, "/sys/fs/cgroup/cpu2/cpu.cfs_quota_us", "100000");
        put(root, "/sys/fs/cgroup/cpu2/cpu.cfs_period_us", "100000");
        assert_int_equal(processors_quota(root), 3);
    }
}

static void the_variables_of_openmp_decide(void **state) {
    (void)state;
    static const char *const four[] = {"--threads", "4", NULL};
    setenv("OMP_NUM_THREADS", "1", 1);
    assert_int_equal(threads_of(NULL), 1);
    setenv("OMP_NUM_THREADS", "3,2", 1);
    assert_int_equal(threads_of(NULL), 3);
    assert_int_equal(threads_of(four), 4);
    setenv("OMP_THREAD_LIMIT", "2", 1);
    assert_int_equal(threads_of(NULL), 2);
    assert_int_equal(threads_of(four), 2);
    unsetenv("OMP_NUM_THREADS");
    unsetenv("OMP_THREAD_LIMIT");
}

/* Beyond this a loop's records of its threads overflow the stack of libgomp. */
static void a_thousand_threads_are_the_most(void **state) {
    (void)state;
#ifdef _OPENMP
    const int before = omp_get_max_threads();
    omp_set_num_threads(99999);
    assert_int_equal(processors_default(), 1024);
    omp_set_num_threads(before);
#endif
}

/* Where this test may run on one processor only, the program gets one thread. */
static void so_does_the_affinity_mask(void **state) {
    (void)state;
    if (system("command -v taskset > /dev/null") != 0) {
        print_message("taskset is not installed: affinity is not tested\n");
        skip();
    }
    char command[1024];
    const char *program = getenv("STYLEGRAD");
    snprintf(
        command, sizeof command,
        "cpu=$(taskset -cp $$ | sed 's/.*: //; s/[^0-9].*//') && "
        "env -u OMP_NUM_THREADS taskset -c $cpu %s bench --train --size 16 --batch 1 "
        "--rounds 1 | grep -q 'threads 1,'",
        program ? program : "build/stylegrad-double");
    assert_int_equal(system(command), 0);
}

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_groups_there_is_no_quota),
        cmocka_unit_test(version_2_has_quota_and_period_in_one_file),
        cmocka_unit_test(the_least_quota_of_all_parents_counts),
        cmocka_unit_test(version_1_has_two_files),
        cmocka_unit_test(the_top_of_a_container_is_its_own_group),
        cmocka_unit_test(lines_that_say_nothing_are_passed_over),
        cmocka_unit_test(groups_beside_the_mount_are_not_below_it),
        cmocka_unit_test(the_variables_of_openmp_decide),
        cmocka_unit_test(a_thousand_threads_are_the_most),
        cmocka_unit_test(so_does_the_affinity_mask),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
