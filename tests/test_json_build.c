/* If memory is short, JSON is refused and never incomplete. */
#include "io/json_build.h"

#include <math.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/safetensors.h"
#include "tests/test.h"

static long allowed; /* allocations until one fails; negative: none does */

static void *failing_malloc(size_t size) {
    return allowed-- == 0 ? NULL : malloc(size);
}

static json_t *build_all(JsonBuild *build) {
    json_t *all = json_built(build, json_pack("{s:s, s:i}", "name", "x", "count", 2));
    json_t *rows = json_built(build, json_array());
    for (int i = 0; i < 20; i++)
        json_add(build, rows, json_integer(i));
    json_put(build, all, "rows", rows);
    json_put(build, all, "file", json_path(build, "ü.png"));
    json_merge(build, all, json_built(build, json_pack("{s:f}", "total", 0.5)));
    return all;
}

/* One allocation after the other fails, until none has to: each time the text is the
 * whole one or there is none. */
static void json_is_whole_or_refused(void **state) {
    (void)state;
    char *whole = NULL;
    int refused = 0;
    for (long n = -1; n < 1000; n++) {
        JsonBuild build = {0};
        Error err;
        allowed = n;
        json_set_alloc_funcs(failing_malloc, free);
        json_t *all = build_all(&build);
        char *text = json_text(&build, all, JSON_COMPACT, &err);
        json_decref(all);
        const bool failed = n >= 0 && allowed < 0;
        json_set_alloc_funcs(malloc, free);
        if (n < 0) whole = text;
        assert_non_null(whole);
        if (text)
            assert_string_equal(text, whole);
        else
            assert_non_null(strstr(err.text, "no memory"));
        refused += !text;
        if (text != whole) free(text);
        if (n >= 0 && !failed) break;
    }
    assert_true(refused > 20); /* each of the twenty numbers is an allocation */
    assert_non_null(strstr(whole, "\"rows\":[0,1,2"));
    free(whole);
}

static void a_name_that_is_not_utf8_is_null(void **state) {
    (void)state;
    static const char *const good[] = {"a",
                                       "ü",
                                       "€",
                                       "𝄞",
                                       "",
                                       "\xE0\xA0\x80",
                                       "\xED\x9F\xBF",
                                       "\xF0\x90\x80\x80",
                                       "\xF4\x8F\xBF\xBF"};
    static const char *const bad[] = {
        "\xFF",         "a\xC3", "\xC0\xAF",     "\xED\xA0\x80",     "\xF4\x90\x80\x80",
        "\xE0\x80\x80", "\x80",  "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF", "\xF5\x80\x80\x80"};
    JsonBuild build = {0};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        json_t *name = json_path(&build, good[i]);
        assert_string_equal(json_string_value(name), good[i]);
        json_decref(name);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_true(json_is_null(json_path(&build, bad[i])));
    assert_false(build.failed);
}

/* U+009B opens an escape sequence, U+202E turns the rest of the line around. In JSON
 * each is \\u and four digits (RFC 8259, 7); beyond FFFF a surrogate pair: U+1D11E is
 * D834 DD1E. */
static void what_is_printed_is_ascii(void **state) {
    (void)state;
    JsonBuild build = {0};
    Error err;
    char text[64];
    FILE *out = tmpfile();
    json_t *all = json_built(&build, json_pack("[s]", "\xC2\x9B\xE2\x80\xAE\x1B𝄞"));
    assert_true(json_print(&build, all, JSON_COMPACT, out, &err));
    json_decref(all);
    rewind(out);
    assert_non_null(fgets(text, sizeof text, out));
    fclose(out);
    assert_string_equal(text, "[\"\\u009B\\u202E\\u001B\\uD834\\uDD1E\"]\n");
}

static void what_json_cannot_hold_is_refused(void **state) {
    (void)state;
    JsonBuild build = {0};
    Error err;
    json_t *all = json_built(&build, json_object());
    json_put(&build, all, "loss", json_real((double)INFINITY));
    assert_null(json_text(&build, all, 0, &err));
    assert_false(json_print(&build, all, 0, stdout, &err));
    assert_non_null(strstr(err.text, "cannot be put into JSON"));
    json_decref(all);
}

/* The header of a weight file is JSON, too: without one of its sides no reader would take
 * the file. */
static void a_weight_file_is_whole_or_refused(void **state) {
    (void)state;
    char path[] = "/tmp/stylegrad-json-XXXXXX";
    Arena *arena = arena_new();
    NamedTensor item = {.name = "w", .rank = 4, .tensor = tensor_alloc(arena, SCALAR)};
    const NamedTensors list = {.count = 1, .items = &item};
    close(mkstemp(path));
    for (long n = 0; n < 1000; n++) {
        Error err;
        NamedTensors back;
        remove(path);
        allowed = n;
        json_set_alloc_funcs(failing_malloc, free);
        const bool good = safetensors_write(path, &list, &err);
        const bool failed = allowed < 0;
        json_set_alloc_funcs(malloc, free);
        if (good && !safetensors_read(arena, path, &back, &err)) fail_msg("%s", err.text);
        if (!good) assert_int_not_equal(access(path, F_OK), 0);
        if (!failed) break;
    }
    remove(path);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_whole_or_refused),
        cmocka_unit_test(a_name_that_is_not_utf8_is_null),
        cmocka_unit_test(what_is_printed_is_ascii),
        cmocka_unit_test(what_json_cannot_hold_is_refused),
        cmocka_unit_test(a_weight_file_is_whole_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
