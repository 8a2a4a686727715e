/* Text from files that is printed to a terminal, texts that are cut, texts that grow. */
#include "tensor/text.h"

#include <stdio.h>
#include <string.h>

#include "tensor/error.h"
#include "tests/arena.h"

#define ASSERT_SHOWN(text, shown) assert_string_equal(SHOWN(text), shown)

static void readable_text_of_any_script_stays(void **state) {
    (void)state;
    static const char *const texts[] = {"",
                                        "photo 1.jpg",
                                        "C:\\a\\b.png",
                                        "图片/风格.png",
                                        "naïve café",
                                        "Ελλάδα",
                                        "🌄",
                                        "👩‍👩‍👧", /* joined by U+200D */
                                        "עברית",
                                        "\xf4\x8f\xbf\xbf" /* U+10FFFF */};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ASSERT_SHOWN(texts[i], texts[i]);
        assert_true(text_is_plain(texts[i]));
    }
}

static void what_moves_the_cursor_is_shown_as_bytes(void **state) {
    (void)state;
    ASSERT_SHOWN("a\x1b[31mb", "a\\x1b[31mb");
    ASSERT_SHOWN("\r\n\t\a\b", "\\x0d\\x0a\\x09\\x07\\x08");
    ASSERT_SHOWN("\x7f", "\\x7f");
    ASSERT_SHOWN("\xc2\x80 \xc2\x9b", "\\xc2\\x80 \\xc2\\x9b"); /* U+0080, U+009B */
    ASSERT_SHOWN("\xc2\xa0", "\xc2\xa0");                       /* U+00A0 stays */
    ASSERT_SHOWN("\xe2\x80\xae"
                 "gnp",
                 "\\xe2\\x80\\xaegnp");              /* U+202E */
    ASSERT_SHOWN("\xe2\x81\xa6", "\\xe2\\x81\\xa6"); /* U+2066 */
    ASSERT_SHOWN("\xef\xbb\xbf", "\\xef\\xbb\\xbf"); /* U+FEFF */
    ASSERT_SHOWN("\xe2\x80\xa8", "\\xe2\\x80\\xa8"); /* U+2028 */
    assert_false(text_is_plain("a\x1b"));
    assert_false(text_is_plain("\xc2\x9b"));
}

/* Bytes that are no UTF-8: alone, cut, longer than needed, a surrogate, too large. A
 * terminal that reads Latin-1 would take 9B for "escape [". */
static void bytes_that_are_no_characters_are_shown_as_bytes(void **state) {
    (void)state;
    ASSERT_SHOWN("\x9b"
                 "31m",
                 "\\x9b31m");
    ASSERT_SHOWN("caf\xe9", "caf\\xe9");
    ASSERT_SHOWN("\xe5\x9b", "\\xe5\\x9b");
    ASSERT_SHOWN("\xc0\x9b", "\\xc0\\x9b");
    ASSERT_SHOWN("\xe0\x80\x9b", "\\xe0\\x80\\x9b");
    ASSERT_SHOWN("\xed\xa0\x80", "\\xed\\xa0\\x80");
    ASSERT_SHOWN("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
    ASSERT_SHOWN("\xff", "\\xff");
    assert_false(text_is_plain("caf\xe9"));
}

/* Room for 15: 5 of the start, " ... ", 5 of the end. */
static void what_is_too_long_loses_its_middle(void **state) {
    (void)state;
    char out[16];
    text_show(out, sizeof out, "abcdefghijklmno");
    assert_string_equal(out, "abcdefghijklmno");
    text_show(out, sizeof out, "abcdefghijklmnop");
    assert_string_equal(out, "abcde ... lmnop");
    text_show(out, sizeof out,
              "abc\xe5\x9b\xbe"
              "defghijk\xe5\x9b\xbe");
    assert_string_equal(out, "abc ... jk\xe5\x9b\xbe"); /* no half of a character */
    text_show(out, sizeof out, "\x1b\x1b\x1b\x1b\x1b");
    assert_string_equal(out, "\\x1b ... \\x1b");
}

static void a_long_sentence_keeps_its_advice(void **state) {
    (void)state;
    Error err;
    static char path[5000];
    memset(path, 'p', sizeof path - 1);
    assert_false(error_set(&err, "cannot open %s: no such file; check the folder", path));
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    assert_ptr_equal(strstr(err.text, "cannot open ppp"), err.text);
    assert_non_null(strstr(err.text, "pp ... pp"));
    assert_non_null(strstr(err.text, "ppp: no such file; check the folder"));
}

static void a_sentence_shows_its_names_and_may_hold_itself(void **state) {
    (void)state;
    Error err;
    error_set(&err, "no key '%s'", "\x1b]0;x\a\n图");
    assert_string_equal(err.text, "no key '\\x1b]0;x\\x07\\x0a图'");
    error_set(&err, "a.recipe: %s", err.text);
    assert_string_equal(err.text, "a.recipe: no key '\\x1b]0;x\\x07\\x0a图'");
}

static void appending_stops_at_the_end_of_the_buffer(void **state) {
    (void)state;
    char out[8] = "";
    assert_true(text_append(out, sizeof out, "%s-%d", "abc", 7));
    assert_true(text_append(out, sizeof out, "xy"));
    assert_string_equal(out, "abc-7xy");
    assert_false(text_append(out, sizeof out, "z"));
    assert_false(text_append(out, sizeof out, "%d", 12345));
    assert_string_equal(out, "abc-7xy");
}

static void a_formatted_text_is_as_long_as_it_needs(void **state) {
    (void)state;
    static char part[6000];
    memset(part, 'a', sizeof part - 1);
    char *text = text_format(arena, "%s/%s.png", part, "relu1_1");
    assert_int_equal(strlen(text), sizeof part - 1 + strlen("/relu1_1.png"));
    assert_string_equal(text + sizeof part - 1, "/relu1_1.png");
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readable_text_of_any_script_stays),
        cmocka_unit_test(what_moves_the_cursor_is_shown_as_bytes),
        cmocka_unit_test(bytes_that_are_no_characters_are_shown_as_bytes),
        cmocka_unit_test(what_is_too_long_loses_its_middle),
        cmocka_unit_test(a_long_sentence_keeps_its_advice),
        cmocka_unit_test(a_sentence_shows_its_names_and_may_hold_itself),
        cmocka_unit_test(appending_stops_at_the_end_of_the_buffer),
        WITH_ARENA(a_formatted_text_is_as_long_as_it_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
