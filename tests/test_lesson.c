/* What lessons share (lessons/lesson.h), and the scripts that build and run them. */
#include "lessons/check/language.h"
#include "lessons/lesson.h"
#include "tests/said.h"

static char here[4096];

/* Lessons write to out/ of the current folder. */
static int enter_folder(void **state) {
    language_begin(); /* the catalogue is found from here */
    if (!getcwd(here, sizeof here) || setenv("HERE", here, 1) || make_folder(state))
        return -1;
    return chdir(folder);
}

static int leave_folder(void **state) {
    return chdir(here) || remove_folder(state);
}

/* ---- lesson.h ---- */

/* The folder of a lesson with these arguments holds the file `path` at its end. */
static void leaves(const char *path, int count, const char *const *arguments) {
    char *argv[8] = {0};
    for (int i = 0; i < count; i++)
        argv[i] = strdup(arguments[i]);
    optind = 1;
    Lesson *l = lesson_begin(count, argv, "99_x", 64);
    assert_string_equal(lesson_path(l, "transcript.txt"), path);
    assert_int_equal(lesson_end(l), 0);
    assert_int_equal(access(path, R_OK), 0);
    for (int i = 0; i < count; i++)
        free(argv[i]);
}
#define LEAVES(path, ...)                                                                \
    leaves(path, (int)(sizeof(const char *[]){__VA_ARGS__} / sizeof(char *)),            \
           (const char *[]){__VA_ARGS__})

/* The page shows our images beside its text: it must not lose them. */
static void own_images_and_settings_have_a_folder_of_their_own(void **state) {
    (void)state;
    LEAVES("out/99_x/transcript.txt", "99_x");
    LEAVES("out/own_99_x/transcript.txt", "99_x", "cat.jpg");
    LEAVES("out/own_99_x/transcript.txt", "99_x", "--size", "65");
    LEAVES("out/own_99_x/transcript.txt", "99_x", "--weights", "w.pth");
    LEAVES("out/99_x/transcript.txt", "99_x", "--size", "64"); /* the usual one */
    LEAVES("mine/transcript.txt", "99_x", "--out", "mine", "cat.jpg");
}

/* Three digits. */
static void numbers_of_long_runs_are_marked(void **state) {
    (void)state;
    char *argv[] = {strdup("99_x"), NULL};
    optind = 1;
    Lesson *l = lesson_begin(1, argv, "99_x", 64);
    assert_string_equal(lesson_about(l, 7034.4), "~7030");
    assert_string_equal(lesson_about(l, -536490), "~-536000");
    assert_string_equal(lesson_about(l, 0.0123456), "~0.0123");
    assert_string_equal(lesson_about(l, -12), "~-12.0");
    assert_string_equal(lesson_about(l, 123.4), "~123");
    assert_string_equal(lesson_about(l, 2.5e7), "~2.50e+07");
    assert_string_equal(lesson_about_to(l, 1, -0.02), "~0.0");
    assert_string_equal(lesson_about_to(l, 1, -0.376), "~-0.4");
    assert_int_equal(lesson_end(l), 0);
    assert_int_equal(shell("cat out/99_x/transcript.txt"), 0);
    says("\n~ about: the last digits depend on the processor\n");
    free(argv[0]);
}

/* ---- The same in Chinese ---- */

/* A Chinese character takes two columns, the tilde and the digits one. */
static void print_all_kinds(Lesson *l) {
    const char *cut = "relu4_1, cut";
    lesson_print(l, "%-8s%-15s %-8s %10s %20s\n", "relu1_2", "(1,2)", "smoothed", "~1.5",
                 "~2");
    lesson_print(l, "%9s|%s|%.7s|%*s\n", "noise", "no sentence", cut, 6, "alone");
    lesson_print(l, "%3d %-3d|%03d|%zu|%5.1f|%.2e|%g|%+d|%c|100%%\n", 7, 7, 7, (size_t)9,
                 2.25, 0.5, 0.1, 3, 'c');
    lesson_print(l, "one feature of %s sees %2d x %d pixels\n", "relu2_2", 9, 14);
    lesson_print(l, "%ld %lld %u %x %5i|%-5s|\n", 1L, 2LL, 3u, 255u, 4, "");
}

static void transcripts_are_in_english_and_in_chinese(void **state) {
    (void)state;
    char *argv[] = {strdup("99_x"), NULL};
    optind = 1;
    Lesson *l = lesson_begin(1, argv, "99_x", 64);
    print_all_kinds(l);
    Tape *tape = tape_new();
    tape_variable(tape, tensor_alloc(lesson_arena(l), (Shape){1, 1, 1, 1}))->label = "x";
    lesson_print_tape(l, tape);
    tape_free(tape);
    assert_int_equal(lesson_end(l), 0);
    free(argv[0]);
    assert_int_equal(shell("cat out/99_x/transcript.txt"), 0);
    says("relu1_2 (1,2)           smoothed       ~1.5                   ~2\n"
         "    noise|no sentence|relu4_1| alone\n"
         "  7 7  |007|9|  2.2|5.00e-01|0.1|+3|c|100%\n"
         "one feature of relu2_2 sees  9 x 14 pixels\n"
         "1 2 3 ff     4|     |\n"
         "  id  label  op        inputs  formula  shape      grad       bytes\n");
    if (access("out/99_x/zh/transcript.txt", R_OK)) {
        print_message("skipped: there was no msgfmt to compile lessons/zh.po\n");
        skip();
    }
    assert_int_equal(shell("cat out/99_x/zh/transcript.txt"), 0);
    says("relu1_2 (1,2)           加平滑         ~1.5                   ~2\n"
         "     噪声|no sentence|relu4_1|  单独\n"
         "  7 7  |007|9|  2.2|5.00e-01|0.1|+3|c|100%\n"
         "relu2_2 的一个特征看到  9 x 14 个像素\n"
         "1 2 3 ff     4|     |\n"
         "  号  名称   算子      输入    公式     形状       梯度        字节\n");
    says("1 个节点，值和梯度共 ");
}

/* The same curves, with other words. */
static void plots_are_in_english_and_in_chinese(void **state) {
    (void)state;
    static const double x[] = {1, 2, 3}, y[] = {3, 1, 2};
    const Series series = {"noise", 3, x, y};
    const Plot plot = {.title = "How far from the painting?",
                       .x_label = "step",
                       .series_count = 1,
                       .series = &series};
    if (shell("command -v gnuplot")) {
        print_message("skipped: gnuplot is not here\n");
        skip();
    }
    char *argv[] = {strdup("99_x"), NULL};
    optind = 1;
    Lesson *l = lesson_begin(1, argv, "99_x", 64);
    lesson_plot(l, "curve.svg", &plot);
    assert_int_equal(lesson_end(l), 0);
    free(argv[0]);
    assert_int_equal(shell("cat out/99_x/curve.svg out/99_x/curve.csv"), 0);
    says("How far from the painting?");
    says(">noise<");
    if (access("out/99_x/zh/curve.svg", R_OK)) skip();
    assert_int_equal(shell("cat out/99_x/zh/curve.svg"), 0);
    says("离油画有多远？");
    says(">噪声<");
    says(">步<");
    assert_null(strstr(said, "painting"));
    assert_int_equal(shell("tail -n +2 out/99_x/curve.csv >numbers;"
                           "tail -n +2 out/99_x/zh/curve.csv | cmp - numbers"),
                     0);
}

/* ---- same.awk ---- */

static bool same(const char *expected, const char *printed) {
    put("expected", expected);
    put("printed", printed);
    return shell("awk -f \"$HERE\"/lessons/same.awk expected printed") == 0;
}

static void transcripts_are_compared_digit_by_digit(void **state) {
    (void)state;
    assert_true(same("a 1.00\nb 2\n", "a 1.00\nb 2\n"));
    assert_true(same("", ""));
    assert_false(same("a 1.00\n", "a 1.01\n"));
    assert_false(same("a 1.00\n", "b 1.00\n"));
    assert_false(same("a  1\n", "a 1\n"));
    assert_false(same("a\n", "a\nb\n"));
    assert_false(same("a\nb\n", "a\n"));
    assert_false(same("a\n", ""));
    assert_false(same("", "a\n"));
}

/* Of 100, 67 is within a third of the larger and 66 is not. */
static void marked_numbers_may_differ_by_a_third_or_a_digit(void **state) {
    (void)state;
    assert_true(same("a ~100 x\n", "a  ~67 x\n"));
    assert_false(same("a ~100 x\n", "a  ~66 x\n"));
    assert_true(same("~9.9e-05\n", "~0.0001\n"));
    assert_true(same("~-0.5\n", "~-0.51\n"));
    assert_true(same("~0.0 ~-0.4\n", "~0.1 ~-0.3\n"));
    assert_false(same("~0.0\n", "~0.2\n"));
    assert_false(same("~0.00130\n", "~0.00200\n"));
    assert_false(same("~1.30e-05\n", "~2.00e-05\n"));
    assert_false(same("~-0.5\n", "~0.5\n"));
    assert_false(same("~100 1\n", "~100 2\n"));
    assert_false(same("~100\n", "100\n"));
    assert_false(same("100\n", "~100\n"));
    assert_false(same("~100\n", "~nan\n"));
    assert_false(same("~100 a\n", "~100\n"));
    assert_true(same("拉力~100，步长~1.5e-05。\n", "拉力~90，步长~1.6e-05。\n"));
    assert_false(same("拉力~100，1\n", "拉力~66，1\n"));
    assert_false(same("拉力~100，1\n", "拉力~90，2\n"));
    assert_false(same("拉力~100，1\n", "推力~90，1\n"));
}

/* ---- run.sh ---- */

/* Three lessons: one as expected, one that prints something else, one that fails. */
static void each_lesson_says_how_long_it_takes_and_what_came_out(void **state) {
    (void)state;
    assert_int_equal(
        shell("mkdir -p lessons bin out && cp \"$HERE\"/lessons/same.awk lessons"), 0);
    put("lessons/seconds", "97_good 7\n98_other 40\n99_fails 1\n");
    put("lessons/97_good.expected", "loss ~10.2\n");
    put("lessons/98_other.expected", "loss 2\n");
    put("bin/97_good", "#!/bin/sh\necho loss ~10.1 >out/97_good/transcript.txt\n");
    put("bin/98_other", "#!/bin/sh\necho loss 3 >out/98_other/transcript.txt\n");
    put("bin/99_fails", "#!/bin/sh\necho no such photograph >&2\nexit 1\n");
    assert_int_equal(shell("chmod +x bin/*; \"$HERE\"/lessons/run.sh bin/*"), 1);
    says("all of them take about 48 s"); /* 7 + 40 + 1 */
    says("97_good                about 7 s,");
    says("98_other               about 40 s,");
    says("as expected, but for numbers behind a ~\n"); /* 10.1 for 10.2 */
    says("-loss 2\n+loss 3\n");
    says("FAILED: no such photograph");
    says("2 to look at");
    put("lessons/97_good.expected", "loss ~10.1\n");
    assert_int_equal(shell("\"$HERE\"/lessons/run.sh bin/97_good"), 0);
    says("as expected\n");
}

/* The Chinese transcript of a lesson that leaves one is compared, too. */
static void chinese_transcripts_are_compared_as_english_ones(void **state) {
    (void)state;
    assert_int_equal(shell("mkdir -p lessons/zh bin && rm -f bin/* && "
                           "cp \"$HERE\"/lessons/same.awk lessons"),
                     0);
    put("lessons/seconds", "96_two 1\n");
    put("lessons/96_two.expected", "a loss ~10.2\n");
    put("bin/96_two", "#!/bin/sh\nmkdir -p out/96_two/zh\n"
                      "echo a loss ~10.2 >out/96_two/transcript.txt\n"
                      "echo 损失~10.2 >out/96_two/zh/transcript.txt\n");
    assert_int_equal(shell("chmod +x bin/*; \"$HERE\"/lessons/run.sh bin/*"), 1);
    says("has no lessons/zh/96_two.expected");
    says(
        "if that is right: cp out/96_two/zh/transcript.txt lessons/zh/96_two.expected\n");
    put("lessons/zh/96_two.expected", "损失~10.1\n"); /* 0.1 is within a third */
    assert_int_equal(shell("\"$HERE\"/lessons/run.sh bin/*"), 0);
    says("as expected, but for numbers behind a ~\n");
    put("lessons/zh/96_two.expected", "代价~10.1\n");
    assert_int_equal(shell("\"$HERE\"/lessons/run.sh bin/*"), 1);
    says("-代价~10.1\n+损失~10.2\n");
    put("lessons/96_two.expected",
        "a cost ~10.2\n"); /* both differ: all is said at once */
    assert_int_equal(shell("\"$HERE\"/lessons/run.sh bin/*"), 1);
    says("-a cost ~10.2\n+a loss ~10.2\n");
    says("-代价~10.1\n+损失~10.2\n");
    says("if that is right: cp out/96_two/transcript.txt lessons/96_two.expected && "
         "cp out/96_two/zh/transcript.txt lessons/zh/96_two.expected\n");
    put("lessons/96_two.expected", "a loss ~10.2\n");
    put("lessons/zh/96_two.expected", "损失~10.2\n");
    assert_int_equal(shell("\"$HERE\"/lessons/run.sh bin/*"), 0);
    says("as expected\n");
}

static void every_lesson_is_in_the_list_of_times(void **state) {
    (void)state;
    assert_int_equal(
        shell("for f in \"$HERE\"/lessons/*.expected; do n=$(basename $f .expected); "
              "grep -Eq \"^$n [0-9]+\\$\" \"$HERE\"/lessons/seconds || { echo $n; exit "
              "1; }; done"),
        0);
}

/* ---- build.sh ---- */

/* A make that would compile five files, and says what it is called with. */
static void a_build_says_how_much_there_is_to_compile(void **state) {
    (void)state;
    put("make", "#!/bin/sh\n"
                "[ \"$1\" = -n ] || { echo \"called with $*\"; exit 3; }\n"
                "for i in 1 2 3 4 5; do echo \"gcc -O3 -c $i.c -o build/$i.o\"; done\n"
                "echo 'gcc build/1.o -o program'\n");
    assert_int_equal(
        shell("chmod +x make; MAKE=./make \"$HERE\"/lessons/build.sh program"), 3);
    says("compiling 5 files, about ");
    says("called with TO_COMPILE=5 program");
    put("make", "#!/bin/sh\n[ \"$1\" = -n ] || echo \"called with $*\"\n");
    assert_int_equal(shell("MAKE=./make \"$HERE\"/lessons/build.sh program"), 0);
    says("called with program");
}

/* In a log: 1 of 20 does not complete a tenth, 2 of 20 does, and so on. */
static void a_log_has_a_line_for_each_tenth(void **state) {
    (void)state;
    assert_int_equal(
        shell("for i in $(seq 20); do \"$HERE\"/lessons/progress.sh $i 20; done"), 0);
    says("  2 of 20\n  4 of 20\n");
    assert_int_equal(
        shell("for i in $(seq 5); do \"$HERE\"/lessons/progress.sh $i 5; done"), 0);
    says("  1 of 5\n  2 of 5\n  3 of 5\n  4 of 5\n  5 of 5\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_images_and_settings_have_a_folder_of_their_own),
        cmocka_unit_test(numbers_of_long_runs_are_marked),
        cmocka_unit_test(transcripts_are_in_english_and_in_chinese),
        cmocka_unit_test(plots_are_in_english_and_in_chinese),
        cmocka_unit_test(transcripts_are_compared_digit_by_digit),
        cmocka_unit_test(marked_numbers_may_differ_by_a_third_or_a_digit),
        cmocka_unit_test(each_lesson_says_how_long_it_takes_and_what_came_out),
        cmocka_unit_test(chinese_transcripts_are_compared_as_english_ones),
        cmocka_unit_test(every_lesson_is_in_the_list_of_times),
        cmocka_unit_test(a_build_says_how_much_there_is_to_compile),
        cmocka_unit_test(a_log_has_a_line_for_each_tenth),
    };
    setenv("GOMP_SPINCOUNT", "10000", 1); /* or lesson_begin starts this program again */
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
