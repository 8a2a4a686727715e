/* The page of a lesson, built by pandoc in a project of two files. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/file.h"
#include "lessons/page.h"
#include "tests/arena.h"
#include "tests/test.h"

static char folder[] = "/tmp/stylegrad-page-XXXXXX", here[4096];
static Error err;

static void put(const char *path, const char *text) {
    if (!file_write(path, text, strlen(text), &err)) fail_msg("%s", err.text);
}

/* A lesson 99_x that has run. */
static int make_project(void **state) {
    (void)state;
    if (!getcwd(here, sizeof here) || !mkdtemp(folder)) return -1;
    char command[9000];
    snprintf(command, sizeof command,
             "cd %s && mkdir -p lessons docs/en docs/zh out/99_x &&"
             "cp %s/lessons/page.* lessons && cp %s/assets/scene.png out/99_x/a.png",
             folder, here, here);
    if (system(command) || chdir(folder)) return -1;
    put("lessons/98_before.c", "");
    put("lessons/99_x.c", "/* Twice as much. */\nstatic int twice(int x);\n\n"
                          "static int once(int x) {\n    return twice(x) / 2;\n}\n\n"
                          "/* Doubles. */\nstatic int twice(int x) {\n"
                          "    return 2 * x; /* not {0} */\n}\n\nint much_later;\n");
    put("out/99_x/transcript.txt", "twice 2 is 4\n");
    return 0;
}

static int remove_project(void **state) {
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return chdir(here) || system(command);
}

/* The whole page of lesson 99_x. */
static const char *page_of(bool own_images) {
    FileBytes bytes;
    if (!page_write(arena, "99_x", "out/99_x", own_images, &err) ||
        !file_read(arena, "out/99_x/index.html", 1 << 24, &bytes, &err))
        fail_msg("%s", err.text);
    char *text = arena_alloc(arena, bytes.size + 1);
    return memcpy(text, bytes.data, bytes.size);
}

static const char *page(void) {
    return page_of(false);
}

static void has_no_page(const char *reason) {
    assert_false(page_write(arena, "99_x", "out/99_x", false, &err));
    assert_string_equal(err.text, reason);
}

static void need_pandoc(void) {
    if (system("pandoc --version >/dev/null 2>&1")) {
        print_message("skipped: pandoc is not installed\n");
        skip();
    }
}

static void holds(const char *text, const char *words) {
    if (strstr(text, words)) return;
    print_error("not in the page: %s\n", words);
    fail();
}

static void an_exercise_comes_with_its_points_and_folded_hints(void **state) {
    (void)state;
    need_pandoc();
    const char *command = "mkdir -p lessons/exercises/zh docs/en/hints docs/zh/hints";
    assert_int_equal(system(command), 0);
    put("lessons/exercises/99_x.c", "/* Exercise 99: twice. */\n#include \"x.h\"\n\n"
                                    "int twice(int x) {\n    BLANK(\"add x\");\n}\n");
    put("lessons/exercises/zh/99_x.c", "/* 练习 99：翻倍。 */\n#include \"x.h\"\n");
    put("lessons/exercises/points.txt", "# all\n98_before f 9\n99_x twice 3\n");
    put("docs/en/hints/99_x.md",
        "# 99\n\n## `twice`\n\n<details><summary>Hint 1</summary>\n"
        "\nTwo $x$.\n\n</details>\n");
    put("docs/zh/hints/99_x.md", "# 99\n\n## `twice`\n\n两倍\n");
    put("docs/en/99_x.md", "# 99\n\n[task](../../lessons/exercises/99_x.c)\n\n"
                           "[hints](hints/99_x.md)\n");
    put("docs/zh/99_x.md", "# 99\n\n[task](../../lessons/exercises/99_x.c)\n");
    const char *text = page();
    holds(text, "/* Exercise 99: twice. */");
    holds(text, "/* 练习 99：翻倍。 */");
    holds(text, "add x");
    holds(text, "mine/99_x.c");
    holds(text, ">make</span> check-99");
    holds(text, "<td style=\"text-align: right;\">3</td>");
    holds(text, "<details>");
    holds(text, "<mi>x</mi>");
    assert_null(strstr(text, "#include"));
    assert_null(strstr(text, "<td style=\"text-align: right;\">9</td>"));
    assert_null(strstr(text, "class=\"answers\""));

    assert_int_equal(system("mkdir -p docs/en/answers"), 0);
    put("docs/en/answers/99_x.md",
        "# 99\n\n1. It is $2^x$.\n2. [code](../../../lessons/99_x.c)\n");
    text = page();
    holds(text, "<details class=\"answers\">");
    holds(text, "<msup><mn>2</mn><mi>x</mi></msup>");
    holds(text, "href=\"../../lessons/99_x.c\"");
    assert_int_equal(system("rm -r docs/*/hints docs/en/answers"), 0);
    has_no_page("pandoc failed: page en has no hints for 99_x");
}

static void long_pages_have_links_to_their_sections(void **state) {
    (void)state;
    need_pandoc();
    put("docs/en/99_x.md",
        "# 99\n\n## One\n\n## Two\n\n## Three\n\n## Four\n\n"
        "See [two](#two), [paint](paint.md) and [course](README.md).\n");
    put("docs/zh/99_x.md", "# 99\n\n[English](../en/99_x.md)\n\n## 一\n");
    put("docs/en/paint.md", "# Paint\n");
    const char *text = page();
    holds(text, "<li><a href=\"#en-four\">Four</a></li>");
    holds(text, "<h2 id=\"en-four\">Four</h2>");
    holds(text, "See <a href=\"#en-two\">two</a>");
    holds(text, "href=\"../../docs/en/paint.md\""); /* it has no page yet */
    holds(text, "<a href=\"../index.html\">course</a>");
    assert_null(strstr(text, "href=\"#zh-"));
    assert_null(strstr(text, "../en/99_x.md"));
    assert_int_equal(system("mkdir -p out/paint && touch out/paint/index.html"), 0);
    text = page();
    holds(text, "href=\"../paint/index.html\"");
}

static void a_page_of_own_images_says_so(void **state) {
    (void)state;
    need_pandoc();
    put("docs/en/99_x.md", "# 99\n\nThe tower stands.\n");
    const char *text = page();
    assert_null(strstr(text, "This run used"));
    text = page_of(true);
    holds(text, "This run used images or options of yours.");
    holds(text, "这次运行用了你自己的图片或选项");
}

#define CODE "[twice](../../lessons/99_x.c#twice)\n\n"
#define COPY "```c\nold copy\n```\n\n"

static void a_page_is_one_file_with_all_that_it_names(void **state) {
    (void)state;
    need_pandoc();
    put("docs/en/99_x.md", "# 99 · Last\n\nIt is $x^2$.\n\n" CODE COPY
                           "![An image.](../figures/99_x/a.png)\n\n"
                           "[transcript](../../lessons/99_x.expected)\n\n" COPY
                           "```\nmake lesson-99\n```\n\n"
                           "[before](98_before.md), [code](../../lessons/99_x.c)\n");
    put("docs/zh/99_x.md", "# 99 · 最后\n\n一行\n又一行\n");
    const char *text = page();
    holds(text, ">99 · Last</h1>");
    holds(text, ">99 · 最后</h1>");
    holds(text, "一行又一行");
    holds(text, "<msup><mi>x</mi><mn>2</mn></msup>");
    holds(text, "/* Doubles. */");
    holds(text, "lessons/99_x.c:9");
    holds(text, "data:image/png;base64,");
    holds(text, "An image.");
    holds(text, "<code>twice 2 is 4</code>");
    holds(text, "href=\"../98_before/index.html\"");
    holds(text, "href=\"../../lessons/99_x.c\"");
    assert_null(strstr(text, "old copy"));   /* for those who read the text itself */
    holds(text, "make lesson-99");           /* what is no copy stays */
    assert_null(strstr(text, "once"));       /* another function */
    assert_null(strstr(text, "much_later")); /* what follows it */
}

/* In the Chinese half, the files of zh/: of those that are there, and of this run. */
static void the_chinese_half_shows_what_the_run_has_left_in_chinese(void **state) {
    (void)state;
    need_pandoc();
    put("docs/en/99_x.md", "# 99\n\n[transcript](../../lessons/99_x.expected)\n\n"
                           "![A.](../figures/99_x/b.svg)\n");
    put("docs/zh/99_x.md",
        "# 99\n\n[输出](../../lessons/zh/99_x.expected)\n\n" COPY
        "![图。](../figures/99_x/zh/b.svg)\n\n![片。](../figures/99_x/a.png)\n");
    assert_int_equal(system("mkdir out/99_x/zh"), 0);
    put("out/99_x/b.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    put("out/99_x/b.gp", "");
    put("out/99_x/zh/b.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>");
    put("out/99_x/zh/b.gp", "");
    put("out/99_x/zh/transcript.txt", "2 的两倍是 4\n");
    const char *text = page(), *chinese = strstr(text, "id=\"zh\"");
    assert_non_null(chinese);
    assert_true(strstr(text, "<code>twice 2 is 4</code>") < chinese);
    holds(chinese, "<code>2 的两倍是 4</code>");
    assert_null(strstr(chinese, "twice 2"));
    assert_null(strstr(chinese, "old copy"));
    assert_null(strstr(text, "没有画出这张图"));
    assert_true(strstr(text, "href=\"b.gp\"") < chinese);
    holds(chinese, "href=\"zh/b.gp\"");
    holds(chinese, "data:image/png;base64,"); /* the same in both */
    /* of an earlier run, which had a catalogue */
    assert_int_equal(remove("out/99_x/zh/transcript.txt"), 0);
    chinese = strstr(page(), "id=\"zh\"");
    holds(chinese, "<code>twice 2 is 4</code>");
    holds(chinese, "href=\"b.gp\"");
    assert_null(strstr(chinese, "href=\"zh/b.gp\""));
    assert_int_equal(system("rm -r out/99_x/zh out/99_x/b.*"), 0);
}

static void a_function_that_is_not_there_stops_the_page(void **state) {
    (void)state;
    need_pandoc();
    assert_int_equal(system("rm -f out/99_x/index.html"), 0);
    put("docs/en/99_x.md", "# 99 · Last\n\n[thrice](../../lessons/99_x.c#thrice)\n");
    has_no_page("pandoc failed: lessons/99_x.c has no function thrice, "
                "which page 99_x quotes");
    assert_int_not_equal(access("out/99_x/index.html", F_OK), 0);
}

/* Before 2.17 filters cannot ask pandoc how a formula comes out. */
static void need_pandoc_write(void) {
    need_pandoc();
    put("ask.lua", "os.exit(pandoc.write and 0 or 1)");
    if (system("pandoc --lua-filter=ask.lua </dev/null >/dev/null 2>&1") != 0) skip();
}

static void a_formula_that_cannot_be_read_stops_the_page(void **state) {
    (void)state;
    need_pandoc_write();
    put("docs/en/99_x.md", "# 99 · Last\n\nIt is $\\frac{1}{$.\n");
    has_no_page("pandoc failed: pandoc cannot read the formula \\frac{1}{");
}

static void without_texts_pictures_and_transcript_are_shown(void **state) {
    (void)state;
    need_pandoc();
    assert_int_equal(system("rm -f docs/*/99_x.md"), 0);
    const char *text = page();
    holds(text, "data:image/png;base64,");
    holds(text, "<code>twice 2 is 4</code>");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_page_is_one_file_with_all_that_it_names),
        TEST(an_exercise_comes_with_its_points_and_folded_hints),
        TEST(long_pages_have_links_to_their_sections),
        TEST(a_page_of_own_images_says_so),
        TEST(the_chinese_half_shows_what_the_run_has_left_in_chinese),
        TEST(a_function_that_is_not_there_stops_the_page),
        TEST(a_formula_that_cannot_be_read_stops_the_page),
        TEST(without_texts_pictures_and_transcript_are_shown),
    };
    return cmocka_run_group_tests(tests, make_project, remove_project);
}
