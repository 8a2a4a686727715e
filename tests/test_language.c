/* The language of the grader: which one it is, what is translated, and what it says then.
 * Skipped where make has found no msgfmt. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lessons/check/ended.h"
#include "lessons/check/language.h"
#include "lessons/check/undefined.h"
#include "tests/test.h"

static const char *const variables[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};

static int no_language(void **state) {
    (void)state;
    for (int k = 0; k < 4; k++)
        unsetenv(variables[k]);
    language_speak(ENGLISH);
    return 0;
}

static void need_chinese(void) {
    if (language_begin()) return;
    print_message("skipped: there was no msgfmt to compile lessons/zh.po\n");
    skip();
}

/* As gettext has it, but LANGUAGE counts in the locale C, too. */
static void the_first_variable_that_is_set_decides(void **state) {
    (void)state;
    static const struct {
        const char *value[4];
        Language language;
    } cases[] = {
        {{NULL, NULL, NULL, NULL}, ENGLISH},
        {{NULL, NULL, NULL, "zh_CN.UTF-8"}, CHINESE},
        {{NULL, NULL, NULL, "de_DE.UTF-8"}, ENGLISH},
        {{NULL, NULL, "zh_TW", "en_US"}, CHINESE},
        {{NULL, "C", "zh_CN", "zh_CN"}, ENGLISH},
        {{"", "zh_CN.GBK", NULL, NULL}, CHINESE}, /* the empty one is not set */
        {{"en", "zh_CN", "zh_CN", "zh_CN"}, ENGLISH},
        {{"zh:en", "C", NULL, "C"}, CHINESE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        no_language(NULL);
        for (int k = 0; k < 4; k++)
            if (cases[i].value[k]) setenv(variables[k], cases[i].value[k], 1);
        if (language_yours() != cases[i].language) fail_msg("case %zu", i);
    }
}

static void sentences_are_translated_in_chinese_only(void **state) {
    (void)state;
    setenv("LANG", "zh_CN.UTF-8", 1);
    need_chinese();
    assert_string_equal(tr("WRONG"), "错"); /* the user's language, to begin with */
    language_speak(ENGLISH);
    assert_string_equal(tr("WRONG"), "WRONG");
    language_speak(CHINESE);
    assert_string_equal(tr("WRONG"), "错");
    /* the first, the last and one in the middle of what is sorted; and no sentence */
    assert_string_equal(tr("; "), "；");
    assert_string_equal(tr("yours\n"), "你的\n");
    assert_string_equal(tr("gradient check"), "梯度检验");
    assert_string_equal(tr("Gram matrix"), "格拉姆矩阵");
    assert_string_equal(tr("this is no sentence of the grader"),
                        "this is no sentence of the grader");
    assert_string_equal(tr(""), "");
    no_language(NULL);
    language_begin();
    assert_string_equal(tr("WRONG"), "WRONG");
}

static void a_sanitizer_is_quoted_in_chinese(void **state) {
    (void)state;
    char text[400];
    language_begin();
    undefined_say("division by zero\nmore", text, sizeof text);
    assert_string_equal(text, "division by zero");
    ended_why(1 << 8,
              "==1==ERROR: AddressSanitizer: SEGV on unknown\n"
              "    #0 0x55 in gram lessons/answers/08_gram.c:9:3\n",
              text, sizeof text);
    assert_string_equal(
        text, "a pointer leads nowhere: NULL, or an index far outside, in gram, "
              "lessons/answers/08_gram.c line 9");
    need_chinese();
    language_speak(CHINESE);
    static const char *const said[][2] = {
        {"division by zero\nmore", "整数除以了 0"},
        {"signed integer overflow: 450000 * 50000 cannot be represented in type 'int'",
         "有符号整数溢出：450000 * 50000 超出了类型 'int' 的范围"},
        {"left shift of 1 by 31 places cannot be represented in type 'int'",
         "1 左移 31 位的结果超出了类型 'int' 的范围"},
        {"1e+20 is outside the range of representable values of type 'int'",
         "1e+20 超出了类型 'int' 的范围"},
        {"index 9 out of bounds for type 'double [4]'",
         "下标 9 超出了数组 'double [4]' 的范围"},
        {"shift exponent 64 is too large for 32-bit type 'int'",
         "移位的位数 64 对 32-bit type 'int' 来说太大"},
        /* not among the known ones: as it is */
        {"something else", "something else"},
        {"division by zeros", "division by zeros"},
        {"index 9 out of bounds", "index 9 out of bounds"},
    };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        undefined_say(said[i][0], text, sizeof text);
        assert_string_equal(text, said[i][1]);
    }
    ended_why(1 << 8,
              "==1==ERROR: AddressSanitizer: SEGV on unknown\n"
              "    #0 0x55 in gram lessons/answers/08_gram.c:9:3\n",
              text, sizeof text);
    assert_string_equal(text, "指针指向了无效的地址：NULL，或者下标远远越界，在 gram 中，"
                              "lessons/answers/08_gram.c 第 9 行");
}

static void chinese_takes_two_columns(void **state) {
    (void)state;
    assert_int_equal(text_columns(""), 0);
    assert_int_equal(text_columns("abc"), 3);
    assert_int_equal(text_columns("卷积 3 x 3"), 10);
    assert_int_equal(text_columns("错：é"), 5); /* é takes one, the colon two */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_first_variable_that_is_set_decides, no_language),
        cmocka_unit_test_setup(sentences_are_translated_in_chinese_only, no_language),
        cmocka_unit_test_setup(a_sanitizer_is_quoted_in_chinese, no_language),
        cmocka_unit_test_setup(chinese_takes_two_columns, no_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
