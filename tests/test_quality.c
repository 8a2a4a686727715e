/* tests/quality.py writes figures from planted results into planted pages. */
#include "tests/shell.h"

#define QUALITY "/usr/bin/python3 tests/quality.py "

/* The script, and two pages with a place for each of three tables. */
static int make_pages(void **state) {
    if (make_folder(state)) return -1;
    char line[PATH_MAX + 100], here[PATH_MAX];
    if (!getcwd(here, sizeof here)) return -1;
    snprintf(line, sizeof line,
             "mkdir tests docs docs/en docs/zh out && cp '%s/tests/quality.py' tests",
             here);
    done(line);
    done("for name in coverage fuzz kills; do"
         "    printf 'before\\n<!-- quality %s -->\\nold\\n<!-- end -->\\n' $name;"
         "done | tee docs/en/quality.md >docs/zh/quality.md");
    return 0;
}

static bool has_python(void) {
    if (access("/usr/bin/python3", X_OK) == 0) return true;
    print_message("skipped: /usr/bin/python3 is not here\n");
    return false;
}

static void a_table_has_what_was_measured(void **state) {
    (void)state;
    if (!has_python()) skip();
    done("mkdir out/coverage out/fuzz");
    done("for f in tensor autograd nn losses optim io flow; do"
         "    echo \"\\\"$f\\\": {\\\"files\\\": 7, \\\"line\\\": 97.25, \\\"branch\\\": "
         "91},\";"
         "done | { echo '{\"folders\": {'; cat; echo '\"more\": 1}}'; } "
         ">out/coverage/coverage.json");
    done("printf 'target executions seconds edges findings\\npng 1200 60 34 0\\n"
         "zip 34 61 5 1\\n' >out/fuzz/summary.txt");
    done(QUALITY "coverage fuzz");
    done("grep -q '^| `nn` | 7 | 97.2 % | 91.0 % |$' docs/en/quality.md");
    done("grep -q '^| folder | files | lines | branches |$' docs/en/quality.md");
    done("grep -q '^| 目录 | 文件 | 行 | 分支 |$' docs/zh/quality.md");
    /* 1200 + 34 executions, 60 + 61 seconds, one finding. */
    done("grep -q '^| all | 1,234 | 121 |  | 1 |$' docs/en/quality.md");
    done("grep -q 'with `make coverage`' docs/en/quality.md");
    done("test $(grep -c '^old$' docs/en/quality.md) = 1"); /* kills has no result */
    done("cp docs/en/quality.md once && " QUALITY
         "coverage fuzz && cmp once docs/en/quality.md");
}

static void a_failed_soak_is_no_figure(void **state) {
    (void)state;
    if (!has_python()) skip();
    done("mkdir -p out/soak/float");
    done("printf 'adam: 12 kills, 0.5 s for the whole run\\n"
         "tiles: 30 kills, 0.5 s for the whole run\\n' >out/soak/float/test_killed");
    refused(QUALITY "kills", 1, "out/soak/float/test_killed: the test has not passed");
    done("echo '[  PASSED  ] 1 test(s).' >>out/soak/float/test_killed");
    done(QUALITY "kills");
    done("grep -q '^| all | 42 | 0 | 0 |$' docs/en/quality.md");
}

static void a_page_without_the_place_is_named(void **state) {
    (void)state;
    if (!has_python()) skip();
    done("sed -i s/kills/gone/ docs/zh/quality.md");
    refused(QUALITY "kills", 1,
            "docs/zh/quality.md: there must be one '<!-- quality kills");
}

/* 9 of 10 rejected ones are named, 90 %, of 10 + 4 + 2 changes. A sample is no figure. */
static void mutants_of_the_answers_are_counted(void **state) {
    (void)state;
    if (!has_python()) skip();
    done("mkdir out/mutants");
    done("for page in docs/en/quality.md docs/zh/quality.md; do"
         "    printf '<!-- quality exercises -->\\nnone\\n<!-- end -->\\n' >>$page;"
         "done");
    for (int sample = 8; sample >= 1; sample -= 7) {
        char line[400];
        snprintf(line, sizeof line,
                 "echo '{\"sample\": %d, \"only\": \"\", \"table\": {\"08_gram\": "
                 "{\"named\": 9, \"unnamed\": 1, \"same\": 4, \"invalid\": 2}}}'"
                 " >out/mutants/mutants.json",
                 sample);
        done(line);
        done(QUALITY "exercises");
        done(sample > 1 ? "grep -q '^none$' docs/en/quality.md"
                        : "grep -q '^| `08_gram` | 16 | 2 | 4 | 0 | 10 | 90.0 % |$' "
                          "docs/zh/quality.md");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_has_what_was_measured),
        cmocka_unit_test(a_failed_soak_is_no_figure),
        cmocka_unit_test(mutants_of_the_answers_are_counted),
        cmocka_unit_test(a_page_without_the_place_is_named),
    };
    return cmocka_run_group_tests(tests, make_pages, remove_folder);
}
