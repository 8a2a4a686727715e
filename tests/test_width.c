/* A program of one width does not link with the library of the other (tensor/real.h): the
 * linker's message says what to do. Needs a compiler, $CC or gcc. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/test.h"

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
static char folder[] = "/tmp/stylegrad-width-XXXXXX";
static char said[1 << 16];

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    char command[64];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

/* Compiles a program that only includes the header, with these flags, and links it with
 * the library beside this test. Returns whether it became a program that runs. */
static bool links(const char *compiler, const char *flags) {
    char library[512], command[2048];
    const char *tests = strstr(program, "/tests/");
    assert_non_null(tests);
    snprintf(library, sizeof library, "%.*s/libstylegrad.a", (int)(tests - program),
             program);
    snprintf(
        command, sizeof command,
        "cd '%s' && printf '#include \"tensor/tensor.h\"\\nint main(void) { return 0; "
        "}\\n' >main.c && cd - >/dev/null && rm -f '%s/main' && "
        "LC_ALL=C %s -I. " WARNINGS " " SANITIZED " %s '%s/main.c' '%s' -o '%s/main' "
        "2>&1 && '%s/main'",
        folder, folder, compiler, flags, folder, library, folder, folder);
    FILE *out = popen(command, "r");
    assert_non_null(out);
    said[fread(said, 1, sizeof said - 1, out)] = 0;
    return pclose(out) == 0;
}

static const char *compiler(void) {
    const char *name = getenv("CC");
    static char command[256];
    if (!name || !*name) name = "gcc";
    snprintf(command, sizeof command, "%s --version >/dev/null 2>&1", name);
    if (system(command)) {
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
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
