/* PyTorch's files: what torch.save 1.13 wrote (bench/oracle/torch_files.py), what older
 * writers wrote, and malicious files. */
#include "io/pickle.h"
#include "tests/torch_pickles.h"

#define GOLDEN(name) "tests/golden/torch_" name ".pth"

static NamedTensors read_good(const char *path) {
    NamedTensors list;
    Error err;
    if (!torch_read(arena, path, &list, &err)) fail_msg("%s", err.text);
    return list;
}

/* Number i of the storage is i / 4 - 1. */
static void every_kind_and_stride_is_read_from_both_forms(void **state) {
    (void)state;
    static const char *const paths[] = {GOLDEN("zip"), GOLDEN("legacy")};
    for (int p = 0; p < 2; p++) {
        NamedTensors list = read_good(paths[p]);
        assert_int_equal(list.count, 9);
        assert_string_equal(list.items[0].name, "f32");
        static const char *const same[] = {"f32", "f64", "f16", "bf16"};
        for (int k = 0; k < 4; k++) {
            const NamedTensor *x = find(&list, same[k], "(1,2,3,4)", 3);
            for (int i = 0; i < 24; i++)
                assert_close(x->tensor.data[i], i / 4.0 - 1, 0, 0);
        }
        /* permuted[a][b][c] = box[b][c][a], which is number 12 b + 4 c + a */
        const NamedTensor *x = find(&list, "permuted", "(1,4,2,3)", 3);
        for (int i = 0; i < 24; i++) {
            int a = i / 6, b = i / 3 % 2, c = i % 3;
            assert_close(x->tensor.data[i], (12 * b + 4 * c + a) / 4.0 - 1, 0, 0);
        }
        x = find(&list, "slice", "(1,1,1,5)", 1);
        for (int i = 0; i < 5; i++)
            assert_close(x->tensor.data[i], (5 + 3 * i) / 4.0 - 1, 0, 0);
        assert_close(find(&list, "steps", "(1,1,1,1)", 0)->tensor.data[0], 1234567, 0, 0);
        assert_close(find(&list, "small", "(1,1,1,5)", 1)->tensor.data[0], -2, 0, 0);
        assert_close(find(&list, "bytes", "(1,1,1,6)", 1)->tensor.data[5], 255, 0, 0);
    }
}

static void checkpoints_and_parameters_are_opened(void **state) {
    (void)state;
    static const struct {
        const char *path, *weight, *bias;
    } files[] = {
        {GOLDEN("checkpoint"), "module.0.weight", "module.0.bias"},
        {GOLDEN("checkpoint_legacy"), "module.0.weight", "module.0.bias"},
        {GOLDEN("parameters"), "0.weight", "0.bias"},
        {GOLDEN("module_state"), "0.weight", "0.bias"},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        NamedTensors list = read_good(files[i].path);
        assert_int_equal(list.count, 2);
        const NamedTensor *weight = find(&list, files[i].weight, "(2,3,1,1)", 4);
        for (int k = 0; k < 6; k++)
            assert_close(weight->tensor.data[k], k, 0, 0);
        assert_close(find(&list, files[i].bias, "(1,1,1,2)", 1)->tensor.data[1], -0.5, 0,
                     0);
    }
}

static void a_whole_model_is_refused_by_name(void **state) {
    (void)state;
    assert_refused(read_bytes, bytes_of(GOLDEN("model")),
                   "a.pth: it would call torch.nn.modules.container.Sequential, which "
                   "no state_dict needs; nothing was run: save model.state_dict() alone "
                   "with torch.save");
}

static void every_damaged_byte_is_survived(void **state) {
    (void)state;
    assert_damage_is_survived(read_bytes, bytes_of(GOLDEN("parameters")));
    assert_damage_is_survived(read_bytes, bytes_of(GOLDEN("checkpoint_legacy")));
}

/* cPickle of Python 2: short byte strings, and an OrderedDict made from a list of lists.
 */
static void a_pickle_of_python_2_is_read(void **state) {
    (void)state;
    FileBytes file = ARCHIVE("\x80\x02"
                             "ccollections\nOrderedDict\nq\x01]](U\x06weight" REBUILD
                             "(" FLOATS "K\x00K\x08\x85K\x01\x85\x89)tRea\x85R.");
    NamedTensors list;
    Error err;
    if (!torch_read_bytes(arena, file, "a.pth", &list, &err)) fail_msg("%s", err.text);
    assert_close(find(&list, "weight", "(1,1,1,8)", 1)->tensor.data[0], 1, 0, 0);
}

static void tensors_outside_their_storage_are_refused(void **state) {
    (void)state;
    static const char inside[] =
        TENSOR(FLOATS, "K\x02", "K\x02K\x03\x86", "K\x03K\x01\x86");
    Error err;
    assert_true(read_bytes(arena, archive(inside, sizeof inside - 1), &err));
    REFUSED(TENSOR(FLOATS, "K\x03", "K\x02K\x03\x86", "K\x03K\x01\x86"), "reaches out");
    REFUSED(TENSOR(FLOATS, "K\x08", ")", ")"), "reaches out");
    REFUSED(TENSOR(FLOATS, "K\x00", "K\x09\x85", "K\x00\x85"), "reaches out");
    REFUSED(TENSOR(FLOATS, "J\xFF\xFF\xFF\xFF", "K\x01\x85", "K\x01\x85"), "unknown way");
    REFUSED(TENSOR(FLOATS, "K\x01", "K\x02\x85", "J\xFF\xFF\xFF\xFF\x85"), "unknown way");
    REFUSED(TENSOR(FLOATS, "K\x00", "K\x02\x85", "K\x01K\x01\x86"), "unknown way");
    REFUSED(TENSOR(FLOATS, "K\x00", "K\x00\x85", "K\x01\x85"), "an empty side");
    REFUSED(TENSOR(FLOATS, "K\x00", "(K\x01K\x01K\x01K\x01K\x01t",
                   "(K\x01K\x01K\x01K\x01K\x01t"),
            "5 dimensions");
    /* 2^62 and 2^62 + 1 elements four bytes apart: the last place wraps around to 0. */
    REFUSED(TENSOR(FLOATS, "K\x00", "\x8A\x08\x00\x00\x00\x00\x00\x00\x00\x40\x85",
                   "K\x04\x85"),
            "has a side of more");
    REFUSED(TENSOR(FLOATS, "K\x00", "K\x02\x85",
                   "\x8A\x08\x00\x00\x00\x00\x00\x00\x00\x40\x85"),
            "reaches out");
    REFUSED(TENSOR(STORAGE("FloatStorage", "\x09"), "K\x00", "K\x01\x85", "K\x01\x85"),
            "storage 0 has 32 bytes, not 9 numbers of 4");
    REFUSED(TENSOR(STORAGE("DoubleStorage", "\x08"), "K\x00", "K\x01\x85", "K\x01\x85"),
            "storage 0 has 32 bytes, not 8 numbers of 8");
    REFUSED(TENSOR(STORAGE("QInt8Storage", "\x08"), "K\x00", "K\x01\x85", "K\x01\x85"),
            "tensor a is made of torch.QInt8Storage");
}

static void programs_are_refused_and_not_run(void **state) {
    (void)state;
    REFUSED("\x80\x02"
            "cos\nsystem\nU\x0atouch away\x85R.",
            "it would call os.system");
    REFUSED("\x80\x02"
            "c__builtin__\neval\nU\x01"
            "1\x85R.",
            "call __builtin__.eval");
    REFUSED("\x80\x02"
            "cos\x1b[31m\nx\n.",
            "call os\\x1b[31m.x,");
    REFUSED("\x80\x06}.", "a pickle of protocol 6, known are 2 to 5");
    REFUSED("\x80\x01}.", "a pickle of protocol 1, known are 2 to 5");
    REFUSED("\x80\x04\x95.", "is cut off");
    REFUSED("\x80\x02i.", "instruction 0x69 at byte 2 of its pickle is none that");
    REFUSED("\x80\x02\x81.", "instruction 0x81 at byte 2");
    REFUSED("\x80\x02R.", "finds too few values");
    REFUSED("\x80\x02(R.", "finds too few values");
    REFUSED("\x80\x02K\x01K\x01R.", "calls what is no function");
    REFUSED("\x80\x02u.", "finds no mark");
    REFUSED("\x80\x02(K\x01K\x01u.", "finds nothing to add to");
    REFUSED("\x80\x02](K\x01K\x01u.", "adds what does not fit");
    REFUSED("\x80\x02}(K\x01u.", "adds what does not fit");
    REFUSED("\x80\x02h\x00.", "never kept");
    REFUSED("\x80\x02}r\xFF\xFF\xFF\x7F.", "counts too far");
    REFUSED("\x80\x02X\xFF\xFF\xFF\xFF"
            "a.",
            "is cut off");
    REFUSED("\x80\x02U\x02"
            "a\0.",
            "holds no dict of tensors");
    REFUSED("\x80\x02\x8A\x09"
            "123456789.",
            "holds no dict of tensors");
    REFUSED("\x80\x02K\x01K\x01.", "ends too early");
    REFUSED("\x80\x02K\x01", "has no end");
    REFUSED("\x80\x02K\x01.", "holds no dict of tensors");
    REFUSED("\x80\x02}.", "holds no dict of tensors");
}

/* A list that holds itself, and a dict that is its own state_dict. */
static void values_that_contain_themselves_are_survived(void **state) {
    (void)state;
    REFUSED("\x80\x02]q\x00h\x00"
            "a.",
            "no dict of tensors");
    REFUSED("\x80\x02}q\x00U\x0astate_dicth\x00s.", "no dict of tensors");
}

static void a_flood_of_marks_is_refused(void **state) {
    (void)state;
    size_t size = 200000;
    char *flood = arena_alloc(arena, size);
    memset(flood, '(', size);
    assert_refused(read_bytes, archive(flood, size), "piles up too many values");
}

/* A megabyte of zeros packs to a thousandth: refused before it is unpacked. */
static void a_storage_that_swells_is_refused(void **state) {
    (void)state;
    static const char pickle[] = "\x80\x02}.";
    const size_t size = (size_t)1 << 20;
    ZipSource sources[] = {
        {"x/data.pkl", {(unsigned char *)(uintptr_t)pickle, sizeof pickle - 1}},
        {"x/data/0", {arena_alloc(arena, size), size}},
    };
    Error err;
    if (!zip_write(OUT, sources, 2, &err)) fail_msg("%s", err.text);
    assert_refused(read_bytes, bytes_of(OUT), "unpacks to more than twice its size");
}

/* The same eight floats under hundreds of names are more than the file. */
static void tensors_that_share_too_much_are_refused(void **state) {
    (void)state;
    static const char one[] = REBUILD "(" FLOATS "K\x00K\x08\x85K\x01\x85\x89}tR";
    char *pickle = arena_alloc(arena, 400 * (sizeof one + 6)), *at = pickle;
    at += sprintf(at, "\x80\x02}");
    for (int i = 0; i < 400; i++) {
        at += sprintf(at, "U%c%03d", 3, i);
        memcpy(at, one, sizeof one - 1);
        at += sizeof one - 1;
        *at++ = 's';
    }
    *at++ = '.';
    assert_refused(read_bytes, archive(pickle, (size_t)(at - pickle)),
                   "more than twice the file");
}

/* Each key is looked up among all mentions of storages. */
static void a_flood_of_storages_is_refused(void **state) {
    (void)state;
    static const char start[] = LEGACY "\x80\x02}U\x0dlittle_endian\x88s."
                                       "\x80\x02}.\x80\x02]q\x00(";
    size_t length = sizeof start - 1, keys = 5000;
    FileBytes file = {arena_alloc(arena, length + keys + 2), length + keys + 2};
    memcpy(file.data, start, length);
    memset(file.data + length, 'N', keys);
    memcpy(file.data + length + keys, "e.", 2);
    assert_refused(read_bytes, file, "more than 4096 storages");
}

static void big_endian_numbers_are_refused(void **state) {
    (void)state;
    static const char text[] = LEGACY "\x80\x02}U\x0dlittle_endian\x89s."
                                      "\x80\x02}.\x80\x02].";
    FileBytes file = {(unsigned char *)(uintptr_t)text, sizeof text - 1};
    assert_refused(read_bytes, file, "big-endian");
}

static void broken_numbers_and_double_names_are_refused(void **state) {
    (void)state;
    FileBytes file = bytes_of(GOLDEN("checkpoint_legacy"));
    bytes_store(file.data + file.size - 4, 4, 0x7FC00000);
    assert_refused(read_bytes, file, "tensor module.0.bias holds NaN at element 1");
    REFUSED("\x80\x02}U\x01"
            "a" REBUILD "(" FLOATS "K\x00))\x89}tRq\x01sU\x01"
            "ah\x01s.",
            "tensor a is there twice");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_kind_and_stride_is_read_from_both_forms),
        TEST(checkpoints_and_parameters_are_opened),
        TEST(a_whole_model_is_refused_by_name),
        TEST(every_damaged_byte_is_survived),
        TEST(a_pickle_of_python_2_is_read),
        TEST(tensors_outside_their_storage_are_refused),
        TEST(programs_are_refused_and_not_run),
        TEST(values_that_contain_themselves_are_survived),
        TEST(a_flood_of_marks_is_refused),
        TEST(a_storage_that_swells_is_refused),
        TEST(tensors_that_share_too_much_are_refused),
        TEST(a_flood_of_storages_is_refused),
        TEST(big_endian_numbers_are_refused),
        TEST(broken_numbers_and_double_names_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
