/* What docs/pages.py and docs/figures.py say of planted pages, transcripts and figures. */
#include "tests/said.h"

#define PYTHON "/usr/bin/python3"
#define PLOT(words)                                                                      \
    "<svg><defs><path d='M0,-1.333 L-1.33,0.67'/>"                                       \
    "<circle id='gpDot' r='0.5'/><path id='gpPt7' d='M0,-1.33'/>"                        \
    "<use xlink:href='#gpPt7' id='gpPt8'/><path id='gpPt1' d='M-1,-1'/>"                 \
    "<use xlink:href='#gpPt1' id='gpPt2'/><filter id='box'><feFlood a='1'/></filter>"    \
    "</defs>\n"                                                                          \
    "<use xlink:href='#gpPt8'/>"                                                         \
    "<g stroke=\"red\">\n</g>\n<g><g>\n</g></g>\n"                                       \
    "<g fill=\"none\"><path d='M90.75,480.75 L917.99,-12.34 L3,4.5'/></g>\n"             \
    "<text font-size=\"15.25\">" words " 1.25,2</text></svg>\n"

/* In $D, a project with one lesson; $HERE is ours. */
static int make_project(void **state) {
    char here[4096];
    if (!getcwd(here, sizeof here) || setenv("HERE", here, 1) || make_folder(state))
        return -1;
    return system("cd \"$D\" && mkdir -p lessons/zh docs/en docs/zh docs/figures/99_x/zh "
                  "out/99_x/zh && cp \"$HERE\"/docs/figures.py docs");
}

static void need(const char *line) {
    if (shell(line) == 0) return;
    print_message("skipped: %s\n", said);
    skip();
}

/* What chinese_lines.py makes of a page. */
static void joined(const char *page, const char *expected) {
    put("page", page);
    const char *line = PYTHON " -c 'import sys; sys.path.insert(0, sys.argv[1])\n"
                              "from generate import chinese_lines\n"
                              "text = open(sys.argv[2], encoding=\"utf-8\").read()\n"
                              "sys.stdout.reconfigure(encoding=\"utf-8\")\n"
                              "sys.stdout.write(chinese_lines.joined(text))' "
                              "\"$HERE\"/docs \"$D\"/page";
    if (shell(line) != 0) fail_msg("%s", said);
    assert_string_equal(said, expected);
}

static void lines_are_joined_between_two_chinese_characters(void **state) {
    (void)state;
    need(PYTHON " -c pass");
    joined("一行，\n又一行。\n\n另一段\n", "一行，又一行。\n\n另一段\n");
    joined("1. 一项\n   接着\n2. 二项\n", "1. 一项接着\n2. 二项\n");
    joined("见[课程](a.md)\n和[表](b.md)。\n", "见[课程](a.md)和[表](b.md)。\n");
    joined("一个*词*\n和**另一个**\n", "一个*词*和**另一个**\n");
    /* A space belongs before words and code in Latin letters. */
    joined("一行\nabc\n行\n`x`\n", "一行\nabc\n行\n`x`\n");
    /* "*。*词" is no emphasis. */
    joined("*一句。*\n词\n", "*一句。*\n词\n");
    joined("# 题\n文\n\n| 表\n文\n", "# 题\n文\n\n| 表\n文\n");
    joined("文\n```text\n一\n二\n```\n文\n", "文\n```text\n一\n二\n```\n文\n");
}

static void each_language_quotes_its_own_transcripts(void **state) {
    (void)state;
    need(PYTHON " -c pass");
    const char *line =
        "cd \"$D\" && " PYTHON " -c 'import sys; sys.path.insert(0, sys.argv[1])\n"
        "from generate import quotes\n"
        "print(*quotes.problems(), \"end\")' \"$HERE\"/docs";
    put("lessons/99_x.expected", "12 of 3\n");
    put("docs/en/99_x.md", "[transcript](../../lessons/99_x.expected)\n");
    put("docs/zh/99_x.md", "[transcript](../../lessons/99_x.expected)\n");
    assert_int_equal(shell(line), 0);
    says("lessons/99_x.expected: there is no lessons/zh/99_x.expected");
    says("docs/zh/99_x.md: shows lessons/99_x.expected, which is in the other language");
    put("docs/zh/99_x.md", "[transcript](../../lessons/zh/99_x.expected)\n");
    put("lessons/zh/99_x.expected", "4 之 12\n");
    assert_int_equal(shell(line), 0);
    assert_string_equal(said, "lessons/zh/99_x.expected: its numbers are not those of "
                              "lessons/99_x.expected end\n");
    put("lessons/zh/99_x.expected", "3 之 12\n"); /* in another order */
    assert_int_equal(shell(line), 0);
    assert_string_equal(said, "end\n");
}

/* With status 1 a problem is said. */
static void figures(const char *what, int status, const char *words) {
    char line[200];
    snprintf(line, sizeof line, "cd \"$D\" && " PYTHON " docs/figures.py %s", what);
    if (shell(line) != status) fail_msg("another status than %d: %s", status, said);
    says(words);
}

/* Coordinates have one digit, 90.75 is 90.8; those in <defs> and words stay. Marks go that
 * nothing uses, 1 and 2 and the dot; 8 is used, and 7 by it. */
static void plots_are_committed_in_both_languages(void **state) {
    (void)state;
    need(PYTHON " -c 'import PIL'");
    put("docs/en/99_x.md", "![A plot.](../figures/99_x/a.svg)\n");
    put("docs/zh/99_x.md", "![图。](../figures/99_x/a.svg)\n");
    put("out/99_x/a.svg", PLOT("steps"));
    figures("--list", 1, "there is no docs/figures/99_x/a.svg");
    figures("--write", 0, "");
    figures("--list", 0, "");
    figures("--check", 0, "");
    put("out/99_x/zh/a.svg", PLOT("步"));
    figures("--check", 1, "docs/zh/99_x.md: shows 99_x/a.svg; there is 99_x/zh/a.svg");
    put("docs/zh/99_x.md", "![图。](../figures/99_x/zh/a.svg)\n");
    figures("--list", 1, "docs/zh/99_x.md: there is no docs/figures/99_x/zh/a.svg");
    figures("--write", 0, "");
    figures("--check", 0, "");
    assert_int_equal(shell("cat \"$D\"/docs/figures/99_x/zh/a.svg"), 0);
    assert_string_equal(said,
                        "<svg><defs><path d='M0,-1.333 L-1.33,0.67'/>"
                        "<path id='gpPt7' d='M0,-1.33'/>"
                        "<use xlink:href='#gpPt7' id='gpPt8'/></defs>\n"
                        "<use xlink:href='#gpPt8'/>"
                        "<g fill=\"none\"><path d='M90.8,480.8 L918.0,-12.3 L3,4.5'/>"
                        "</g>\n<text font-size=\"15.25\">步 1.25,2</text></svg>\n");
    put("out/99_x/zh/a.svg", PLOT("秒"));
    figures("--check", 1, "docs/figures/99_x/zh/a.svg has other words");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_joined_between_two_chinese_characters),
        cmocka_unit_test(each_language_quotes_its_own_transcripts),
        cmocka_unit_test(plots_are_committed_in_both_languages),
    };
    return cmocka_run_group_tests(tests, make_project, remove_folder);
}
