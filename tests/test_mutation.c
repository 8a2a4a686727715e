/* `make mutation` fails when it should: tests/mutation.py on a library of two functions. */
#include "tests/app.h"

#define PYTHON "/usr/bin/python3"

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

/* Runs a line of shell in which $D is the test's folder. */
static Outcome shell(const char *line) {
    char command[2048];
    snprintf(command, sizeof command, "D=%s; { %s; } >$D/stdout 2>$D/stderr", folder,
             line);
    int status = system(command);
    return outcome_of(WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static void put(const char *name, const char *text) {
    FILE *file = fopen(in_folder(name), "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Mutants of add: + becomes -, either term is left out. Mutants of less: the comparison
 * with its boundary and the other way round, another answer, none. */
static const char library[] = "int add(int a, int b) {\n"
                              "    return a + b;\n"
                              "}\n"
                              "int less(int a, int b) {\n"
                              "    if (a < b) return 1;\n"
                              "    return 0;\n"
                              "}\n";

static const char sums[] = "int add(int a, int b);\n"
                           "int main(void) {\n"
                           "    return add(1, 2) != 3;\n"
                           "}\n";
static const char order[] = "int less(int a, int b);\n"
                            "int main(void) {\n"
                            "    return less(1, 2) != 1 || less(2, 1) || less(1, 1);\n"
                            "}\n";

/* Without a compiler or Python there is nothing to test. */
static bool build(void) {
    if (shell("command -v cc && " PYTHON " -c 'import json'").status != 0) {
        print_message("skipped: cc or python3 is not here\n");
        return false;
    }
    put("small.c", library);
    put("half.h", "static int half(int a) {\n    return a / 2;\n}\n");
    put("whole.c", "#include \"half.h\"\nint whole(int a) {\n    return half(a);\n}\n");
    put("halves.c",
        "int whole(int a);\nint main(void) {\n    return whole(4) != 2;\n}\n");
    put("sums.c", sums);
    put("order.c", order);
    put("none.txt", "");
    assert_int_equal(shell("cd $D && cc -fPIC -shared small.c whole.c -o libsmall.so && "
                           "for t in sums order halves; do cc $t.c -o $t -L. -lsmall "
                           "-Wl,-rpath,$D; done")
                         .status,
                     0);
    return true;
}

static Outcome mutate_file(const char *file, const char *programs, const char *list) {
    char line[1024];
    snprintf(line, sizeof line,
             "R=$PWD; cd $D && echo \"%s all %s\" >scopes.txt && " PYTHON
             " $R/tests/mutation.py --library '*.[ch]' --compile 'cc -O1 -fPIC' "
             "--link cc --programs $D --scopes scopes.txt --equivalents %s --out out",
             file, programs, list);
    return shell(line);
}

static Outcome mutate(const char *programs, const char *list) {
    return mutate_file("small.c", programs, list);
}

static void expect(Outcome o, int status, const char *words) {
    if (o.status == status && strstr(o.out, words)) return;
    fail_msg("status %d, expected %d and \"%s\" in: %s%s", o.status, status, words, o.out,
             o.err);
}

static void a_mutant_that_no_test_notices_fails_the_run(void **state) {
    (void)state;
    if (!build()) skip();
    Outcome all = mutate("sums order", "none.txt");
    expect(all, 0, " 0 survived, 0 stale");
    Outcome some = mutate("order", "none.txt");
    expect(some, 1, " 3 survived, 0 stale");
    expect(some, 1, "small.c:2 in add\n    - return a + b;\n    + return a - b;\n");
    char figures[4096];
    read_back(in_folder("out/mutation.json"), figures, sizeof figures);
    assert_non_null(strstr(figures, "\"survived\": 3"));
}

/* A list with reasons for the three mutants of add, after a line with the file. */
static void list(const char *name, const char *first) {
    char text[2048];
    snprintf(text, sizeof text,
             "small.c: add\n- return a + b;\n+ %s\n- return a + b;\n+ return a;\n"
             "- return a + b;\n+ return b;\n= Nobody adds.\n",
             first);
    put(name, text);
}

static void a_reason_lets_a_mutant_live_until_it_is_stale(void **state) {
    (void)state;
    if (!build()) skip();
    list("reasons.txt", "return a - b;");
    expect(mutate("order", "reasons.txt"), 0, " 0 survived, 0 stale");
    expect(mutate("sums order", "reasons.txt"), 1, " 0 survived, 3 stale");
    list("stale.txt", "return a * b;");
    Outcome stale = mutate("order", "stale.txt");
    expect(stale, 1, " 1 survived, 1 stale");
    expect(stale, 1, "no mutant is like this entry");
    put("open.txt", "x.c: add\n- a\n+ b\n");
    Outcome open = mutate("order", "open.txt");
    assert_int_equal(open.status, 1);
    assert_non_null(strstr(open.err, "no reason"));
}

/* Three mutants: a * 2, a / 3, a / 1. With 4, half of which is 2, every one is noticed. */
static void a_header_is_changed_where_it_is_used(void **state) {
    (void)state;
    if (!build()) skip();
    expect(mutate_file("half.h@whole.c", "halves", "none.txt"), 0,
           "3 mutants, 0 survived");
    expect(mutate_file("half.h@whole.c", "sums", "none.txt"), 1, "3 mutants, 3 survived");
}

/* What fails without any mutant would kill every one of them. */
static void a_test_that_fails_anyway_is_no_judge(void **state) {
    (void)state;
    if (!build()) skip();
    assert_int_equal(shell("ln -s /bin/false $D/broken").status, 0);
    Outcome o = mutate("broken", "none.txt");
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, "broken fails without any mutant"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mutant_that_no_test_notices_fails_the_run),
        cmocka_unit_test(a_reason_lets_a_mutant_live_until_it_is_stale),
        cmocka_unit_test(a_header_is_changed_where_it_is_used),
        cmocka_unit_test(a_test_that_fails_anyway_is_no_judge),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
