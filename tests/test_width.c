/* A program of one width does not link with the library of the other (tensor/real.h): the
 * linker's message says what to do. Needs a compiler, $CC or gcc. */
#include "tests/said.h"

#ifdef REAL_DOUBLE
#define OURS "-DREAL_DOUBLE"
#define OTHER "-UREAL_DOUBLE"
#define ADVICE "float_program_links_double_library_so_compile_it_with_DREAL_DOUBLE"
#else
#define OURS "-UREAL_DOUBLE"
#define OTHER "-DREAL_DOUBLE"
#define ADVICE "double_program_links_float_library_so_compile_it_without_REAL_DOUBLE"
#endif
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED "-fsanitize=address,undefined"
#else
#define SANITIZED ""
#endif
#define WARNINGS "-Wall -Wextra -Wpedantic -Werror"

static const char *program; /* this one: the library is in the folder above */

static int make_program(void **state) {
    if (make_folder(state)) return -1;
    put("main.c", "#include \"tensor/tensor.h\"\nint main(void) { return 0; }\n");
    return 0;
}

/* Compiles a program that only includes the header, with these flags, and links it with
 * the library beside this test. Returns whether it became a program that runs. */
static bool links(const char *compiler, const char *flags) {
    char line[2048];
    const char *tests = strstr(program, "/tests/");
    assert_non_null(tests);
    snprintf(line, sizeof line,
             "rm -f $D/main && LC_ALL=C %s -I. " WARNINGS " " SANITIZED
             " %s $D/main.c '%.*s/libstylegrad.a' -o $D/main && $D/main",
             compiler, flags, (int)(tests - program), program);
    return shell(line) == 0;
}

static const char *compiler(void) {
    const char *name = getenv("CC");
    char line[256];
    if (!name || !*name) name = "gcc";
    snprintf(line, sizeof line, "%s --version", name);
    if (shell(line)) {
        print_message("skipped: %s is not here\n", name);
        skip();
    }
    return name;
}

/* Also where a caller optimises, and drops functions and data that nothing uses. */
static const char *const ways[] = {
    "", "-O3", "-O2 -ffunction-sections -fdata-sections -Wl,--gc-sections", "-fPIE -pie"};
enum { WAYS = sizeof ways / sizeof *ways };

static void the_right_width_links(void **state) {
    (void)state;
    char flags[256];
    for (int i = 0; i < WAYS; i++) {
        snprintf(flags, sizeof flags, OURS " -std=c11 %s", ways[i]);
        if (!links(compiler(), flags)) fail_msg("%s: %s", flags, said);
    }
}

static void the_wrong_width_does_not_link_and_says_what_to_do(void **state) {
    (void)state;
    char flags[256];
    for (int i = 0; i < WAYS; i++) {
        snprintf(flags, sizeof flags, OTHER " -std=c11 %s", ways[i]);
        if (links(compiler(), flags)) fail_msg("%s: it links", flags);
        if (!strstr(said, ADVICE)) fail_msg("%s: %s", flags, said);
    }
}

int main(int argc, char **argv) {
    (void)argc;
    program = argv[0];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_width_links),
        cmocka_unit_test(the_wrong_width_does_not_link_and_says_what_to_do),
    };
    return cmocka_run_group_tests(tests, make_program, remove_folder);
}
