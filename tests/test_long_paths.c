/* Every option and operand that is a path, with paths as long as the system takes and
 * longer: one sentence and a status other than 0. */
#include <limits.h>

#include "tensor/text.h"
#include "tests/app.h"

static char longest[4096 + 1]; /* 4096 letters: one more than the system opens */

static int make_folder(void **state) {
    (void)state;
    for (size_t i = 0; i + 1 < sizeof longest; i += 2)
        memcpy(longest + i, "./", 2);
    if (!mkdtemp(folder)) return -1;
    put_image("c.png", 24, 32);
    put_image("s.png", 20, 24);
    return 0;
}

/* The long path with that ending. */
static const char *long_path(const char *ending) {
    static char path[sizeof longest];
    memcpy(path, longest, sizeof longest);
    memset(path + sizeof longest - 1 - 16, 'a', 16);
    memcpy(path + sizeof longest - 1 - strlen(ending), ending, strlen(ending));
    return path;
}

static void is_refused(Outcome o, const char *what) {
    const char *line = strchr(o.err, '\n');
    if ((o.status == 1 || o.status == 2) && line && !line[1] &&
        strlen(o.err) < MAX_SHOWN + 100)
        return;
    fail_msg("%s: status %d, %s", what, o.status, o.err);
}

#define C in_folder("c.png")
#define S in_folder("s.png")
#define PAINT(...) RUN_SMALL("paint", C, S, "-o", in_folder("o.png"), __VA_ARGS__)

static void outputs_of_paint(void **state) {
    (void)state;
    is_refused(RUN_SMALL("paint", C, S, "-o", long_path(".png")), "-o");
    is_refused(PAINT("--trace", long_path(".csv")), "--trace");
    is_refused(PAINT("--plot", long_path(".png")), "--plot .png");
    is_refused(PAINT("--plot", long_path(".svg")), "--plot .svg");
    is_refused(PAINT("--manifest", long_path(".json")), "--manifest");
    assert_int_not_equal(access(in_folder("o.png"), F_OK), 0);
}

static void inputs_of_paint(void **state) {
    (void)state;
    is_refused(RUN_SMALL("paint", long_path(".png"), S, "-o", in_folder("o.png")),
               "content");
    is_refused(RUN_SMALL("paint", C, long_path(".png"), "-o", in_folder("o.png")),
               "style");
    is_refused(PAINT("--mask", long_path(".png")), "--mask");
    is_refused(PAINT("--style-mask", long_path(".png")), "--style-mask");
    is_refused(PAINT("--init", long_path(".png")), "--init");
    is_refused(PAINT("--weights", long_path(".pth")), "--weights");
    is_refused(PAINT("--recipe", long_path(".recipe")), "--recipe");
    is_refused(PAINT("--style-layers", longest), "--style-layers");
    is_refused(RUN("paint", C, S, "-o", in_folder("o.png"), "--net", longest), "--net");
}

static void other_commands(void **state) {
    (void)state;
    is_refused(RUN("rerun", long_path(".json")), "rerun");
    is_refused(RUN_SMALL("eval", C, S, "--grad", long_path(".npy")), "--grad");
    is_refused(RUN_SMALL("eval", C, S, "--image", long_path(".png")), "--image");
    is_refused(RUN("features", C, "--layers", "relu1_1", "--net", "vgg19", "--size", "24",
                   "--png", long_path("")),
               "--png");
    is_refused(RUN("features", long_path(".png")), "features");
    is_refused(RUN("weights", long_path(".pth")), "weights");
    is_refused(RUN("weights", "--image", long_path(".png")), "--image");
    is_refused(RUN("train-features", long_path(".tar"), "-o", in_folder("w.safetensors")),
               "photographs");
    is_refused(RUN("bench", "--weights", long_path(".pth")), "bench --weights");
    is_refused(RUN("convert-loss", "--from", longest, "--to", "ns"), "--from");
    is_refused(RUN(longest), "a command");
    is_refused(RUN("paint", C, S, "--a", longest), "an option");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outputs_of_paint),
        cmocka_unit_test(inputs_of_paint),
        cmocka_unit_test(other_commands),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
