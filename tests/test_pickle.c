/* Pickles of Python with weights and other data, in every protocol: nothing is executed,
 * and unknown objects are skipped. */
#include "io/pickle.h"

#include <stdio.h>

#include "tests/arena.h"
#include "tests/damage.h"

static const char *const globals[] = {"collections.OrderedDict",
                                      "collections.defaultdict", NULL};

static bool read_bytes(Arena *own, FileBytes file, Error *err) {
    PickleResult result;
    return pickle_read(own, file, globals, "a.pkl", &result, err);
}

#define BYTES(text) ((FileBytes){(unsigned char *)(uintptr_t)(text), sizeof(text) - 1})

/* Python 3.11: pickle.dumps({"args": argparse.Namespace(lr=0.5),
 * "count": collections.Counter("aab"), "when": datetime.date(2020, 1, 2), "set": {1},
 * "frozen": frozenset([2]), "big": 1 << 80, "z": 1j, "bytes": b"a\0",
 * "all": collections.defaultdict(int, {"k": 1}), "list": [1, (2,)], "end": 7}, protocol),
 * with protocol 5 and "array": bytearray(b"q") as well. */
static const unsigned char protocol2[] = {
    128, 2,   125, 113, 0,   40,  88,  4,   0,   0,   0,   97,  114, 103, 115, 113, 1,
    99,  97,  114, 103, 112, 97,  114, 115, 101, 10,  78,  97,  109, 101, 115, 112, 97,
    99,  101, 10,  113, 2,   41,  129, 113, 3,   125, 113, 4,   88,  2,   0,   0,   0,
    108, 114, 113, 5,   71,  63,  224, 0,   0,   0,   0,   0,   0,   115, 98,  88,  5,
    0,   0,   0,   99,  111, 117, 110, 116, 113, 6,   99,  99,  111, 108, 108, 101, 99,
    116, 105, 111, 110, 115, 10,  67,  111, 117, 110, 116, 101, 114, 10,  113, 7,   125,
    113, 8,   40,  88,  1,   0,   0,   0,   97,  113, 9,   75,  2,   88,  1,   0,   0,
    0,   98,  113, 10,  75,  1,   117, 133, 113, 11,  82,  113, 12,  88,  4,   0,   0,
    0,   119, 104, 101, 110, 113, 13,  99,  100, 97,  116, 101, 116, 105, 109, 101, 10,
    100, 97,  116, 101, 10,  113, 14,  99,  95,  99,  111, 100, 101, 99,  115, 10,  101,
    110, 99,  111, 100, 101, 10,  113, 15,  88,  5,   0,   0,   0,   7,   195, 164, 1,
    2,   113, 16,  88,  6,   0,   0,   0,   108, 97,  116, 105, 110, 49,  113, 17,  134,
    113, 18,  82,  113, 19,  133, 113, 20,  82,  113, 21,  88,  3,   0,   0,   0,   115,
    101, 116, 113, 22,  99,  95,  95,  98,  117, 105, 108, 116, 105, 110, 95,  95,  10,
    115, 101, 116, 10,  113, 23,  93,  113, 24,  75,  1,   97,  133, 113, 25,  82,  113,
    26,  88,  6,   0,   0,   0,   102, 114, 111, 122, 101, 110, 113, 27,  99,  95,  95,
    98,  117, 105, 108, 116, 105, 110, 95,  95,  10,  102, 114, 111, 122, 101, 110, 115,
    101, 116, 10,  113, 28,  93,  113, 29,  75,  2,   97,  133, 113, 30,  82,  113, 31,
    88,  3,   0,   0,   0,   98,  105, 103, 113, 32,  138, 11,  0,   0,   0,   0,   0,
    0,   0,   0,   0,   0,   1,   88,  1,   0,   0,   0,   122, 113, 33,  99,  95,  95,
    98,  117, 105, 108, 116, 105, 110, 95,  95,  10,  99,  111, 109, 112, 108, 101, 120,
    10,  113, 34,  71,  0,   0,   0,   0,   0,   0,   0,   0,   71,  63,  240, 0,   0,
    0,   0,   0,   0,   134, 113, 35,  82,  113, 36,  88,  5,   0,   0,   0,   98,  121,
    116, 101, 115, 113, 37,  104, 15,  88,  2,   0,   0,   0,   97,  0,   113, 38,  104,
    17,  134, 113, 39,  82,  113, 40,  88,  3,   0,   0,   0,   97,  108, 108, 113, 41,
    99,  99,  111, 108, 108, 101, 99,  116, 105, 111, 110, 115, 10,  100, 101, 102, 97,
    117, 108, 116, 100, 105, 99,  116, 10,  113, 42,  99,  95,  95,  98,  117, 105, 108,
    116, 105, 110, 95,  95,  10,  108, 111, 110, 103, 10,  113, 43,  133, 113, 44,  82,
    113, 45,  88,  1,   0,   0,   0,   107, 113, 46,  75,  1,   115, 88,  4,   0,   0,
    0,   108, 105, 115, 116, 113, 47,  93,  113, 48,  40,  75,  1,   75,  2,   133, 113,
    49,  101, 88,  3,   0,   0,   0,   101, 110, 100, 113, 50,  75,  7,   117, 46,
};
static const unsigned char protocol4[] = {
    128, 4,   149, 71,  1,   0,   0,   0,   0,   0,   0,   125, 148, 40,  140, 4,   97,
    114, 103, 115, 148, 140, 8,   97,  114, 103, 112, 97,  114, 115, 101, 148, 140, 9,
    78,  97,  109, 101, 115, 112, 97,  99,  101, 148, 147, 148, 41,  129, 148, 125, 148,
    140, 2,   108, 114, 148, 71,  63,  224, 0,   0,   0,   0,   0,   0,   115, 98,  140,
    5,   99,  111, 117, 110, 116, 148, 140, 11,  99,  111, 108, 108, 101, 99,  116, 105,
    111, 110, 115, 148, 140, 7,   67,  111, 117, 110, 116, 101, 114, 148, 147, 148, 125,
    148, 40,  140, 1,   97,  148, 75,  2,   140, 1,   98,  148, 75,  1,   117, 133, 148,
    82,  148, 140, 4,   119, 104, 101, 110, 148, 140, 8,   100, 97,  116, 101, 116, 105,
    109, 101, 148, 140, 4,   100, 97,  116, 101, 148, 147, 148, 67,  4,   7,   228, 1,
    2,   148, 133, 148, 82,  148, 140, 3,   115, 101, 116, 148, 143, 148, 40,  75,  1,
    144, 140, 6,   102, 114, 111, 122, 101, 110, 148, 40,  75,  2,   145, 148, 140, 3,
    98,  105, 103, 148, 138, 11,  0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   1,
    140, 1,   122, 148, 140, 8,   98,  117, 105, 108, 116, 105, 110, 115, 148, 140, 7,
    99,  111, 109, 112, 108, 101, 120, 148, 147, 148, 71,  0,   0,   0,   0,   0,   0,
    0,   0,   71,  63,  240, 0,   0,   0,   0,   0,   0,   134, 148, 82,  148, 140, 5,
    98,  121, 116, 101, 115, 148, 67,  2,   97,  0,   148, 140, 3,   97,  108, 108, 148,
    104, 9,   140, 11,  100, 101, 102, 97,  117, 108, 116, 100, 105, 99,  116, 148, 147,
    148, 104, 30,  140, 3,   105, 110, 116, 148, 147, 148, 133, 148, 82,  148, 140, 1,
    107, 148, 75,  1,   115, 140, 4,   108, 105, 115, 116, 148, 93,  148, 40,  75,  1,
    75,  2,   133, 148, 101, 140, 3,   101, 110, 100, 148, 75,  7,   117, 46,
};
static const unsigned char protocol5[] = {
    128, 5,   149, 90,  1,   0,   0,   0,   0,   0,   0,   125, 148, 40,  140, 4,   97,
    114, 103, 115, 148, 140, 8,   97,  114, 103, 112, 97,  114, 115, 101, 148, 140, 9,
    78,  97,  109, 101, 115, 112, 97,  99,  101, 148, 147, 148, 41,  129, 148, 125, 148,
    140, 2,   108, 114, 148, 71,  63,  224, 0,   0,   0,   0,   0,   0,   115, 98,  140,
    5,   99,  111, 117, 110, 116, 148, 140, 11,  99,  111, 108, 108, 101, 99,  116, 105,
    111, 110, 115, 148, 140, 7,   67,  111, 117, 110, 116, 101, 114, 148, 147, 148, 125,
    148, 40,  140, 1,   97,  148, 75,  2,   140, 1,   98,  148, 75,  1,   117, 133, 148,
    82,  148, 140, 4,   119, 104, 101, 110, 148, 140, 8,   100, 97,  116, 101, 116, 105,
    109, 101, 148, 140, 4,   100, 97,  116, 101, 148, 147, 148, 67,  4,   7,   228, 1,
    2,   148, 133, 148, 82,  148, 140, 3,   115, 101, 116, 148, 143, 148, 40,  75,  1,
    144, 140, 6,   102, 114, 111, 122, 101, 110, 148, 40,  75,  2,   145, 148, 140, 3,
    98,  105, 103, 148, 138, 11,  0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   1,
    140, 1,   122, 148, 140, 8,   98,  117, 105, 108, 116, 105, 110, 115, 148, 140, 7,
    99,  111, 109, 112, 108, 101, 120, 148, 147, 148, 71,  0,   0,   0,   0,   0,   0,
    0,   0,   71,  63,  240, 0,   0,   0,   0,   0,   0,   134, 148, 82,  148, 140, 5,
    98,  121, 116, 101, 115, 148, 67,  2,   97,  0,   148, 140, 3,   97,  108, 108, 148,
    104, 9,   140, 11,  100, 101, 102, 97,  117, 108, 116, 100, 105, 99,  116, 148, 147,
    148, 104, 30,  140, 3,   105, 110, 116, 148, 147, 148, 133, 148, 82,  148, 140, 1,
    107, 148, 75,  1,   115, 140, 4,   108, 105, 115, 116, 148, 93,  148, 40,  75,  1,
    75,  2,   133, 148, 101, 140, 3,   101, 110, 100, 148, 75,  7,   140, 5,   97,  114,
    114, 97,  121, 148, 150, 1,   0,   0,   0,   0,   0,   0,   0,   113, 148, 117, 46,
};

static FileBytes sample(int i) {
    static const struct {
        const unsigned char *data;
        size_t size;
    } all[] = {{protocol2, sizeof protocol2},
               {protocol4, sizeof protocol4},
               {protocol5, sizeof protocol5}};
    FileBytes file = {arena_alloc(arena, all[i].size), all[i].size};
    memcpy(file.data, all[i].data, all[i].size);
    return file;
}

static PickleResult read_good(FileBytes file) {
    PickleResult result;
    Error err;
    if (!pickle_read(arena, file, globals, "a.pkl", &result, &err))
        fail_msg("%s", err.text);
    assert_int_equal(result.used, file.size);
    return result;
}

static void objects_of_any_kind_are_passed_over(void **state) {
    (void)state;
    for (int i = 0; i < 3; i++) {
        PickleResult result = read_good(sample(i));
        assert_int_equal(pickle_entries(result.root), i < 2 ? 11 : 12);
        assert_string_equal(result.foreign, "argparse.Namespace");
        assert_int_equal(pickle_get(result.root, "end")->integer, 7);
        assert_int_equal(pickle_get(result.root, "big")->kind, PICKLE_OTHER);
        const Pickle *list = pickle_get(result.root, "list");
        assert_int_equal(list->items[0]->integer, 1);
        assert_int_equal(list->items[1]->items[0]->integer, 2);
        /* a defaultdict is a dict, a Counter and the options are objects */
        assert_int_equal(pickle_get(pickle_get(result.root, "all"), "k")->integer, 1);
        static const char *const objects[] = {"args", "count", "when", "z"};
        for (int k = 0; k < 4; k++) {
            const Pickle *object = pickle_get(result.root, objects[k]);
            assert_int_equal(object->kind, PICKLE_CALL);
            assert_string_equal(object->text, "");
            assert_false(pickle_is_dict(object));
        }
    }
}

static void every_damaged_byte_is_survived(void **state) {
    (void)state;
    for (int i = 0; i < 3; i++)
        assert_damage_is_survived(read_bytes, sample(i));
}

/* optparse.Values of Python 2 is of an old class; POP, POP_MARK and DUP come with tuples
 * that contain themselves. */
static void rare_instructions_are_known(void **state) {
    (void)state;
    static const char text[] = "\x80\x02}("
                               "U\x01"
                               "a(coptparse\nValues\noU\x01"
                               "bK\x01K\x02"
                               "0U\x01"
                               "c(K\x01K\x02"
                               "1K\x03U\x01"
                               "dK\x04"
                               "20\x8B\x0A\0\0\0"
                               "1234567890U\x01"
                               "eu.";
    PickleResult result = read_good(BYTES(text));
    assert_int_equal(pickle_get(result.root, "a")->kind, PICKLE_CALL);
    assert_int_equal(pickle_get(result.root, "b")->integer, 1);
    assert_int_equal(pickle_get(result.root, "c")->integer, 3);
    assert_int_equal(pickle_get(result.root, "d")->integer, 4);
}

static void what_is_not_well_formed_is_refused(void **state) {
    (void)state;
#define REFUSED(text, words) assert_refused(read_bytes, BYTES(text), words)
    REFUSED("\x80\x05\x97.", "instruction 0x97 at byte 2 of its pickle is none that");
    REFUSED("\x80\x05\x98.", "is none that a state_dict needs");
    REFUSED("\x80\x04\x95\xFF\0\0\0\0\0\0\0N.", "is cut off; get the file again");
    REFUSED("\x80\x04\x93.", "finds too few values");
    REFUSED("\x80\x04K\x01K\x01\x93.", "names nothing known");
    REFUSED("\x80\x04\x94.", "finds too few values");
    REFUSED("\x80\x04\x91.", "finds no mark");
    REFUSED("\x80\x04\x8D\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF.", "is cut off");
    REFUSED("\x80\x04\x8E\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F.", "is cut off");
    REFUSED("\x80\x04K\x01)\x81.", "calls what is no function");
    REFUSED("\x80\x04"
            "cx\ny\nK\x01\x81.",
            "calls what is no function");
    REFUSED("\x80\x04K\x01}b.", "fills no object");
    REFUSED("\x80\x02(o.", "calls what is no function");
    REFUSED("\x80\x02"
            "0.",
            "finds too few values");
    REFUSED("\x80\x02"
            "1.",
            "finds no mark");
    REFUSED("\x80\x02(2.", "finds too few values");
}

/* A name of two long texts is put together again and again, three instructions each: what
 * is kept stays in proportion to the file. */
static void names_are_not_kept_twice(void **state) {
    (void)state;
    enum { TIMES = 20000 };
    char *text = arena_alloc(arena, 2000 + 6 * TIMES), *at = text;
    at += sprintf(at, "\x80\x04]X%c%c", 0xF0, 1);
    at += 2;
    memset(at, 'm', 0x1F0);
    at += 0x1F0;
    *at++ = (char)0x94;
    for (int i = 0; i < TIMES; i++, at += 6)
        memcpy(at,
               "h\0h\0\x93"
               "0",
               6);
    memcpy(at, "0.", 2);
    FileBytes file = {(unsigned char *)text, (size_t)(at + 2 - text)};
    Arena *own = arena_new();
    Error err;
    if (!read_bytes(own, file, &err)) fail_msg("%s", err.text);
    assert_true(arena_used(own) < 20 * file.size);
    arena_free(own);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(objects_of_any_kind_are_passed_over),
        TEST(every_damaged_byte_is_survived),
        TEST(rare_instructions_are_known),
        TEST(what_is_not_well_formed_is_refused),
        TEST(names_are_not_kept_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
