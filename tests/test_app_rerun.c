/* stylegrad paint --manifest and stylegrad rerun. */
#include "tests/app.h"

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    put_picture("a.png", 24, 32);
    put_picture("b.png", 30, 20);
    return 0;
}

static void paint(void) {
    Outcome o = RUN_SMALL("paint", in_folder("a.png"), in_folder("b.png"), "-o",
                          in_folder("out.png"), "--manifest", in_folder("out.json"),
                          "--seed", "7", "--init", "noise");
    if (o.status) fail_msg("%s", o.err);
}

static void a_picture_is_repeated_bit_for_bit(void **state) {
    (void)state;
    static char first[65536], second[65536];
    paint();
    Outcome o = RUN("rerun", in_folder("out.json"), "-o", in_folder("again.png"));
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.err, "bit for bit"));
    read_back(in_folder("out.png"), first, sizeof first);
    read_back(in_folder("again.png"), second, sizeof second);
    assert_memory_equal(first, second, sizeof first);
    assert_int_equal(memcmp(first, "\x89PNG", 4), 0);
}

static void refused(const char *manifest, const char *words) {
    Outcome o = RUN("rerun", manifest, "-o", in_folder("never.png"));
    assert_int_equal(o.status, 1);
    if (!strstr(o.err, words)) fail_msg("no \"%s\" in %s", words, o.err);
    assert_int_equal(access(in_folder("never.png"), F_OK), -1);
}

static void another_input_is_refused(void **state) {
    (void)state;
    paint();
    put_picture("b.png", 31, 20);
    refused(in_folder("out.json"), "b.png is not the file that was painted from");
    put_picture("b.png", 30, 20);
}

/* Puts `text` where the manifest has `old`. */
static void edit(const char *old, const char *text) {
    static char all[65536], edited[65536];
    read_back(in_folder("out.json"), all, sizeof all);
    char *at = strstr(all, old);
    assert_non_null(at);
    snprintf(edited, sizeof edited, "%.*s%s%s", (int)(at - all), all, text,
             at + strlen(old));
    FILE *file = fopen(in_folder("edited.json"), "wb");
    fwrite(edited, 1, strlen(edited), file);
    fclose(file);
}

static void damaged_manifests_are_refused(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"{", "[", "no manifest"},
        {"\"1.0\"", "\"0.1\"", "version 0.1"},
        {"\"vectors\": ", "\"vectors\": 1", "bytes"},
        {"\"arguments\"", "\"argument\"", "arguments"},
        {"\"--size\"", "\"--sighs\"", "--sighs"},
        {"\"--size\"", "7", "argument"},
    };
    paint();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        edit(cases[i][0], cases[i][1]);
        refused(in_folder("edited.json"), cases[i][2]);
    }
    refused(in_folder("a.png"), "a.png");
    refused(in_folder("missing.json"), "missing.json");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_is_repeated_bit_for_bit),
        cmocka_unit_test(another_input_is_refused),
        cmocka_unit_test(damaged_manifests_are_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
