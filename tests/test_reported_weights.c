/* Weight files that people reported to other programs: each is made here, and gives the
 * weights of the plain file; or is refused by its name. */
#include "io/npy.h"
#include "io/npz.h"
#include "io/weight_file.h"
#include "nn/network.h"
#include "tests/app.h"
#include "tests/torch_writer.h"

static Arena *arena;

/* ---- Files with VGG-19 to pool1 in them ---- */

static NamedTensors vgg(const char *const names[WRITER_TENSORS]) {
    NamedTensors list = {WRITER_TENSORS, ARENA_NEW(arena, NamedTensor, 8)};
    for (int i = 0; i < WRITER_TENSORS; i++) {
        const bool kernel = writer_sides(i)[0] == 4;
        const Shape shape =
            kernel ? (Shape){64, writer_sides(i)[2], 3, 3} : (Shape){1, 1, 1, 64};
        Tensor t = tensor_alloc(arena, shape);
        for (size_t k = 0; k < writer_count(i); k++)
            t.data[k] = (real)writer_number(i, k);
        list.items[i] =
            (NamedTensor){.name = names[i], .rank = writer_sides(i)[0], .tensor = t};
    }
    return list;
}

static const char *const plain[] = {"features.0.weight", "features.0.bias",
                                    "features.2.weight", "features.2.bias"};

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    arena = arena_new();
    put_image("a.png", 24, 32);
    put_image("b.png", 20, 24);
    NamedTensors list = vgg(plain);
    Error err;
    return npz_write(in_folder("plain.npz"), &list, &err) ? 0 : -1;
}

static int clean_up(void **state) {
    arena_free(arena);
    return remove_folder(state);
}

/* The network is VGG-19 and its weights are the numbers of the plain file, so its
 * features are too. */
static void is_vgg(const char *name) {
    WeightFile file;
    Error err;
    Arena *own = arena_new();
    if (!weight_file_read(own, in_folder(name), &file, &err)) fail_msg("%s", err.text);
    const char *net = network_recognise(&file.tensors);
    if (!net) fail_msg("%s: no network that is known", name);
    assert_string_equal(net, "vgg19");
    Network *network = network_new(own, net, POOL_DEFAULT, &err);
    if (!network_load(network, &file.tensors, name, NULL, 0, &err))
        fail_msg("%s", err.text);
    assert_string_equal(network_deepest(network), "pool1");
    NamedTensors found = network_weights(network, own);
    assert_int_equal(found.count, WRITER_TENSORS);
    for (int i = 0; i < WRITER_TENSORS; i++)
        for (size_t k = 0; k < writer_count(i); k++)
            if ((double)found.items[i].tensor.data[k] != writer_number(i, k))
                fail_msg("%s: number %zu of %s", name, k, found.items[i].name);
    arena_free(own);
}

static Writer *begin(void) {
    Writer *w = ARENA_NEW(arena, Writer, 1);
    PUT(w, "\x80\x02}");
    return w;
}

static void finish(Writer *w, const char *name) {
    PUT(w, ".");
    put_archive(arena, w, in_folder(name));
}

static void wrapped_names_are_seen_through(void **state) {
    (void)state;
    static const char *const formats[] = {"features.%s",        "features.module.%s",
                                          "module.features.%s", "_orig_mod.features.%s",
                                          "net.slice1.%s",      "blocks.0.%s",
                                          "vgg.features.%s",    "%s"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        Writer *w = begin();
        put_layers(w, formats[i]);
        finish(w, "wrapped.pth");
        is_vgg("wrapped.pth");
    }
}

static void vgg_is_found_beside_a_decoder(void **state) {
    (void)state;
    static const int sides[] = {4, 2, 1, 1, 1};
    Writer *w = begin();
    PUT(w, "U\x0astate_dict}");
    put_layers(w, "vgg.features.%s");
    put_text(w, "decoder.0.weight");
    put_tensor(w, "FloatStorage", "x", sides);
    PUT(w, "ss");
    finish(w, "beside.pth");
    is_vgg("beside.pth");
}

/* {"vgg": {...}} and {"model": [{...}, {...}]} */
static void dicts_in_dicts_and_lists_are_opened(void **state) {
    (void)state;
    Writer *w = begin();
    PUT(w, "U\x03vgg}");
    put_layers(w, "features.%s");
    PUT(w, "s");
    finish(w, "inner.pth");
    is_vgg("inner.pth");
    w = begin();
    PUT(w, "U\x05model]}");
    put_layers(w, "features.%s");
    PUT(w, "a}");
    put_layers(w, "features.%s");
    PUT(w, "as");
    finish(w, "list.pth");
    is_vgg("list.pth");
}

/* As pickle.dumps of Python 3.11, NumPy 1.24 and PyTorch 1.13 writes them, protocol 2. */
#define NAMESPACE                                                                        \
    "U\x04"                                                                              \
    "argscargparse\nNamespace\n)\x81}U\x02lrG?\xb9\x99\x99\x99\x99\x99\x9asbs"
#define SCALAR_OF_NUMPY                                                                  \
    "U\x04"                                                                              \
    "bestcnumpy.core.multiarray\nscalar\ncnumpy\ndtype\nU\x02"                           \
    "f8\x89\x88\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tbc_codecs\n"    \
    "encode\nX\x0d\0\0\0\xc2\x9a\xc2\x99\xc2\x99\xc2\x99\xc2\x99\x19R@U\x06latin1\x86R"  \
    "\x86Rs"
#define SIZE_AND_DEVICE                                                                  \
    "U\x04sizectorch\nSize\nK\x03K\x04\x86\x85RsU\x06"                                   \
    "devicectorch\ndevice\nU\x03"                                                        \
    "cpu\x85RsU\x05"                                                                     \
    "dtypectorch\nfloat32\ns"
#define COUNTER_DATE_AND_SET                                                             \
    "U\x05"                                                                              \
    "countccollections\nCounter\n}U\x01"                                                 \
    "aK\x02s\x85RsU\x04whencdatetime\ndate\nc_codecs\nencode\nX\x05\0\0\0\x07\xc3\xa4"   \
    "\x01\x02U\x06latin1\x86R\x85RsU\x03setc__builtin__\nset\n]K\x01"                    \
    "a\x85Rs"
/* The state of Adam: tensors below keys that are numbers, then its groups. */
#define OPTIMIZER                                                                        \
    "U\x09optimizer}(U\x05state}K\0}U\x07"                                               \
    "exp_avgctorch._utils\n_rebuild_tensor_v2\n((U\x07storagectorch\nFloatStorage\nU"    \
    "\x01xU\x03"                                                                         \
    "cpuK\x02tQK\0K\x02\x85K\x01\x85\x89}tRssU\x06groups]}U\x06params]K\0asaus"

static void objects_beside_the_weights_are_passed_over(void **state) {
    (void)state;
#define PIECE(literal)                                                                   \
    { literal, sizeof literal - 1 }
    static const struct {
        const char *bytes;
        size_t count;
    } pieces[] = {
        PIECE(NAMESPACE),
        PIECE(SCALAR_OF_NUMPY),
        PIECE(SIZE_AND_DEVICE),
        PIECE(COUNTER_DATE_AND_SET),
        PIECE(OPTIMIZER),
        PIECE(NAMESPACE SCALAR_OF_NUMPY SIZE_AND_DEVICE COUNTER_DATE_AND_SET OPTIMIZER)};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        Writer *w = begin();
        put_bytes(w, pieces[i].bytes, pieces[i].count);
        PUT(w, "U\x0astate_dict}");
        put_layers(w, "features.%s");
        PUT(w, "s");
        finish(w, "objects.pth");
        is_vgg("objects.pth");
    }
}

static void tensors_of_other_kinds_are_passed_over(void **state) {
    (void)state;
    static const struct {
        const char *type;
        int sides[6];
    } kinds[] = {{"BoolStorage", {1, 8}},
                 {"FloatStorage", {2, 0, 3}},
                 {"FloatStorage", {5, 1, 1, 1, 1, 2}},
                 {"ShortStorage", {1, 4}},
                 {"LongStorage", {0}},
                 {"ComplexFloatStorage", {1, 1}},
                 {"CharStorage", {2, 2, 4}},
                 {"QInt8Storage", {1, 8}}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        Writer *w = begin();
        put_text(w, "other");
        put_tensor(w, kinds[i].type, "x", kinds[i].sides);
        PUT(w, "s");
        put_layers(w, "features.%s");
        finish(w, "kinds.pth");
        is_vgg("kinds.pth");
    }
}

/* A needed tensor of another type is refused by name. */
static void needed_tensors_of_other_kinds_are_refused_by_name(void **state) {
    (void)state;
    static const int sides[] = {1, 64};
    Writer *w = begin();
    put_layers(w, "features.%s");
    PUT(w, "0}");
    static const char *const bias[] = {"features.0.bias", "features.2.bias"};
    for (int i = 0; i < 2; i++) {
        put_text(w, i ? "features.2.weight" : "features.0.weight");
        put_tensor(w, "FloatStorage", i ? "2" : "0", writer_sides(2 * i));
        PUT(w, "s");
        put_text(w, bias[i]);
        put_tensor(w, "BoolStorage", "x", sides);
        PUT(w, "s");
    }
    finish(w, "needed.pth");
    Outcome o = RUN("weights", in_folder("needed.pth"));
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, "needed.pth: tensor features.0.bias is made of "
                                  "torch.BoolStorage, and weights are floats; "
                                  "counters and the like may be of another type"));
}

/* ---- safetensors and npz ---- */

static void safetensors_with_other_tensors_are_read(void **state) {
    (void)state;
    static const struct {
        const char *entry;
        size_t count;
    } all[] = {
        {"\"dtype\":\"I64\",\"shape\":[]", 8},
        {"\"dtype\":\"BOOL\",\"shape\":[3]", 3},
        {"\"dtype\":\"F32\",\"shape\":[0,3]", 0},
        {"\"dtype\":\"F32\",\"shape\":[1,1,1,1,2]", 8},
        {"\"dtype\":\"I16\",\"shape\":[4]", 8},
        {"\"dtype\":\"F8_E4M3\",\"shape\":[2]", 2},
        {"\"dtype\":\"F4\",\"shape\":[4]", 2},
        {"\"dtype\":\"F32\",\"shape\":[1]", 4}, /* NaN */
    };
    static const unsigned char bytes[8] = {0xFF, 0xFF, 0xFF, 0xFF, 1, 1, 1, 1};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        put_safetensors(arena, in_folder("o.safetensors"), plain, all[i].entry, bytes,
                        all[i].count);
        is_vgg("o.safetensors");
    }
}

/* Headers as NumPy writes them, padded with spaces; the data of each is eight bytes. */
static void npz_with_other_arrays_are_read(void **state) {
    (void)state;
    static const char *const headers[] = {
        "{'descr': '|b1', 'fortran_order': False, 'shape': (8,), }",
        "{'descr': '<U1', 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (4,), }",
        "{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 2), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }"};
    enum { OTHERS = sizeof headers / sizeof *headers };
    static char names[OTHERS][24], arrays[OTHERS][136];
    ZipSource sources[WRITER_TENSORS + OTHERS + 1];
    NamedTensors list = vgg(plain);
    for (int i = 0; i < WRITER_TENSORS; i++) {
        char *name = arena_alloc(arena, 40);
        snprintf(name, 40, "%s.npy", plain[i]);
        sources[i] = (ZipSource){
            name, npy_write_bytes(arena, list.items[i].tensor, list.items[i].rank)};
    }
    for (int i = 0; i < OTHERS; i++) {
        snprintf(names[i], sizeof names[i], "other%d.npy", i);
        memcpy(arrays[i], "\x93NUMPY\x01\0\x76\0", 10);
        snprintf(arrays[i] + 10, 119, "%-117s\n", headers[i]);
        sources[WRITER_TENSORS + i] =
            (ZipSource){names[i], {(unsigned char *)arrays[i], sizeof arrays[i]}};
    }
    sources[WRITER_TENSORS + OTHERS] =
        (ZipSource){"notes.txt", {(unsigned char *)names[0], 5}};
    Error err;
    if (!zip_write(in_folder("o.npz"), sources, WRITER_TENSORS + OTHERS + 1, &err))
        fail_msg("%s", err.text);
    is_vgg("o.npz");
}

/* ---- Refusals ---- */

/* Two convolutions with a batch normalisation behind each. */
static void batch_normalisation_is_named(void **state) {
    (void)state;
    static const int sides[] = {1, 2};
    Writer *w = begin();
    for (int i = 0; i < WRITER_TENSORS; i++) {
        char key[2] = {(char)('0' + i), 0};
        static const char *const names[] = {"features.0.weight", "features.0.bias",
                                            "features.3.weight", "features.3.bias"};
        put_text(w, names[i]);
        put_tensor(w, "FloatStorage", key, writer_sides(i));
        PUT(w, "s");
    }
    for (int i = 0; i < 2; i++) {
        put_text(w, i ? "features.4.running_mean" : "features.1.running_mean");
        put_tensor(w, "FloatStorage", "x", sides);
        PUT(w, "s");
    }
    finish(w, "bn.pth");
    const char *file = in_folder("bn.pth");
    Outcome o = RUN("weights", file);
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.out, "a vgg19 with batch normalisation, which is not read"));
    o = RUN("weights", file, "--json");
    assert_non_null(strstr(o.out, "\"refused\": \"a vgg19 with batch normalisation"));
    const char *const ways[] = {"--net", "vgg19", NULL};
    for (int way = 0; way < 2; way++) {
        const char *const line[] = {"paint",
                                    in_folder("a.png"),
                                    in_folder("b.png"),
                                    "--weights",
                                    file,
                                    "-o",
                                    in_folder("x.png"),
                                    NULL};
        o = end(start(line, way ? ways : NULL));
        assert_int_equal(o.status, 1);
        assert_non_null(strstr(o.err, "bn.pth: a vgg19 with batch normalisation, which"));
        assert_null(strstr(o.err, "paintnet"));
    }
}

/* paint a b --weights vgg19.pth --style-layers relu1_1 said "not the weights of
 * paintnet".
 */
static void layers_do_not_hide_the_network(void **state) {
    (void)state;
    Outcome o = RUN("paint", in_folder("a.png"), in_folder("b.png"), "--weights",
                    in_folder("plain.npz"), "--style-layers", "relu1_1",
                    "--content-layers", "relu1_2", "--steps", "1", "--pyramid", "1",
                    "--size", "24", "-o", in_folder("x.png"));
    if (o.status != 0) fail_msg("%s", o.err);
    assert_non_null(strstr(o.err, "plain.npz holds vgg19"));
    o = RUN("weights", in_folder("plain.npz"), "--image", in_folder("a.png"), "--size",
            "24");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.out, "vgg19 to pool1"));
}

static void an_unknown_network_is_no_paintnet(void **state) {
    (void)state;
    Outcome o = RUN("paint", in_folder("a.png"), in_folder("b.png"), "--weights",
                    "tests/golden/torch_checkpoint.pth", "-o", in_folder("x.png"));
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, "torch_checkpoint.pth: the weights of no network that "
                                  "is known; 'stylegrad weights tests/golden/"));
    assert_null(strstr(o.err, "paintnet"));
}

#define TEST(name) cmocka_unit_test(name)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(wrapped_names_are_seen_through),
        TEST(vgg_is_found_beside_a_decoder),
        TEST(dicts_in_dicts_and_lists_are_opened),
        TEST(objects_beside_the_weights_are_passed_over),
        TEST(tensors_of_other_kinds_are_passed_over),
        TEST(needed_tensors_of_other_kinds_are_refused_by_name),
        TEST(safetensors_with_other_tensors_are_read),
        TEST(npz_with_other_arrays_are_read),
        TEST(batch_normalisation_is_named),
        TEST(layers_do_not_hide_the_network),
        TEST(an_unknown_network_is_no_paintnet),
    };
    return cmocka_run_group_tests(tests, make_folder, clean_up);
}
