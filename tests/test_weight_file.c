/* The kind of a file is detected by its bytes. */
#include "io/weight_file.h"

#include <stdio.h>
#include <string.h>

#include "io/npz.h"
#include "io/safetensors.h"
#include "io/zip.h"
#include "tests/arena.h"

#define OUT "build/test_weight_file_" REAL_NAME

static WeightFile read_good(const char *path) {
    WeightFile file;
    Error err;
    if (!weight_file_read(arena, path, &file, &err)) fail_msg("%s", err.text);
    return file;
}

/* The digests are those of sha256sum (coreutils 9.1). */
static void pytorch_files_are_told_and_hashed(void **state) {
    (void)state;
    WeightFile file = read_good("tests/golden/torch_checkpoint.pth");
    assert_string_equal(file.format, "PyTorch (zip)");
    assert_string_equal(
        file.sha256, "6a22908c35e4dc9c4650527ab202466709b508bb0ba0574afcd02e0826860bc3");
    assert_string_equal(file.tensors.items[0].name, "module.0.weight");
    assert_null(file.preprocess);
    assert_null(file.known);
    file = read_good("tests/golden/torch_checkpoint_legacy.pth");
    assert_string_equal(file.format, "PyTorch (before 1.6)");
    assert_string_equal(
        file.sha256, "11a3e863d0258c71b5e3633cfd315545967e6f0f72df1180d1ab7d6870213269");
    assert_string_equal(file.tensors.items[1].name, "module.0.bias");
}

static void npz_is_told_from_pth_though_both_are_zip(void **state) {
    (void)state;
    WeightFile file = read_good("tests/golden/npz_stored.npz");
    assert_string_equal(file.format, "NumPy .npz");
    assert_true(file.tensors.count > 0);
}

static void write_text(const char *path, const char *text, size_t size) {
    Error err;
    if (!file_write(path, text, size, &err)) fail_msg("%s", err.text);
}

static void metadata_say_what_a_file_reads(void **state) {
    (void)state;
    static const char text[] =
        "\x7D\0\0\0\0\0\0\0"
        "{\"__metadata__\":{\"preprocess\":\"caffe\"},"
        "\"model.a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
        "                     \0\0\x80\x3F";
    char path[] = OUT ".safetensors";
    char bytes[sizeof text - 1];
    memcpy(bytes, text, sizeof bytes);
    bytes[0] = (char)(sizeof bytes - 12);
    write_text(path, bytes, sizeof bytes);
    WeightFile file = read_good(path);
    assert_string_equal(file.format, "safetensors");
    assert_string_equal(file.preprocess, "caffe");
    assert_string_equal(file.tensors.items[0].name, "model.a");
    assert_close(file.tensors.items[0].tensor.data[0], 1, 0, 0);
}

static void what_is_no_weight_file_is_refused_with_advice(void **state) {
    (void)state;
    WeightFile file;
    Error err;
    write_text(OUT ".h5", "\x89HDF\r\n\x1a\n and more", 17);
    assert_false(weight_file_read(arena, OUT ".h5", &file, &err));
    assert_non_null(strstr(err.text, "weights/convert_h5.py FILE.h5"));
    assert_false(weight_file_read(arena, "README.md", &file, &err));
    assert_non_null(strstr(err.text, "README.md: no weights that are known"));
    assert_false(weight_file_read(arena, "no/such.pth", &file, &err));
    assert_non_null(strstr(err.text, "no/such.pth"));
}

/* What is no weight file, and what a download leaves: the first bytes of each as its
 * programs write them, and the words and the command that must come. */
static void files_of_other_kinds_are_named(void **state) {
    (void)state;
    static const struct {
        const char *ending, *bytes;
        size_t count;
        const char *what, *advice;
    } all[] = {
#define FILE_OF(bytes) bytes, sizeof bytes - 1
        {".t7", FILE_OF("\4\0\0\0\1\0\0\0\3\0\0\0V 1"), ".t7 file of Torch 7",
         "make weights"},
        {".t7", FILE_OF("\3\0\0\0\1\0\0\0\2\0\0\0"), ".t7 file of Torch 7",
         "make weights"},
        {".pth", FILE_OF("\n <!DOCTYPE html><title>Google"), "a web page",
         "make weights"},
        {".pth", FILE_OF("<HTML>"), "a web page", "make weights"},
        {".pth", FILE_OF("version https://git-lfs.github.com/spec/v1\noid sha256:"),
         "a Git LFS pointer", "'git lfs pull'"},
        {".pth", FILE_OF("Not Found"), "it is damaged", "make weights"},
        {".caffemodel", FILE_OF("\x0a\x03VGG\x12\x04...."), ".caffemodel of Caffe",
         "make weights"},
        {".bin", FILE_OF("\x0a\x03VGG\xa2\x06\x04...."), ".caffemodel of Caffe",
         "make weights"},
        {".onnx", FILE_OF("\x08\x07\x12\x07pytorch"), "an ONNX file", "make weights"},
        {".npy", FILE_OF("\x93NUMPY\x01\0"), "a single NumPy array", "numpy.savez"},
        {".mat", FILE_OF("MATLAB 5.0 MAT-file"), ".mat file of MATLAB",
         "scipy.io.loadmat"},
        {".pkl", FILE_OF("\x80\x04\x95\x01\0\0\0\0\0\0\0N."), "a pickle of Python",
         "torch.save"},
        {".gz", FILE_OF("\x1f\x8b\x08\0"), "packed with gzip", "'gunzip FILE'"},
        {".jpg", FILE_OF("\xff\xd8\xff\xe0"), "an image", "weights of a network"},
        {".pth", FILE_OF("PK\3\4\x14\0\0\0\0\0......"), "the download stopped early",
         "curl -L -C -"},
#undef FILE_OF
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char path[80];
        WeightFile file;
        Error err;
        snprintf(path, sizeof path, OUT "_kind%s", all[i].ending);
        write_text(path, all[i].bytes, all[i].count);
        assert_false(weight_file_read(arena, path, &file, &err));
        if (!strstr(err.text, all[i].what) || !strstr(err.text, all[i].advice))
            fail_msg("%s: %s", all[i].what, err.text);
        remove(path);
    }
}

/* MATLAB 7.3 writes HDF5 behind 512 bytes of its own. */
static void a_mat_file_of_matlab_7_3_is_named(void **state) {
    (void)state;
    char bytes[520] = "MATLAB 7.3 MAT-file";
    WeightFile file;
    Error err;
    memcpy(bytes + 512, "\x89HDF\r\n\x1a\n", 8);
    write_text(OUT ".mat", bytes, sizeof bytes);
    assert_false(weight_file_read(arena, OUT ".mat", &file, &err));
    if (!strstr(err.text, "MATLAB 7.3") || !strstr(err.text, "h5py"))
        fail_msg("%s", err.text);
    remove(OUT ".mat");
}

static void archives_of_other_kinds_are_named(void **state) {
    (void)state;
    static const char *const inside[][3] = {
        {"model.weights.h5", "a model of Keras 3", "convert_h5.py"},
        {"vgg/saved_model.pb", "a SavedModel of TensorFlow", "make weights"},
        {"vgg19.pth", "a zip archive with a .pth file in it", "'unzip FILE'"},
        {"A.PT", "a zip archive with a .pt file in it", "'unzip FILE'"},
        {"a.h5", "a zip archive with an .h5 file in it", "'unzip FILE'"},
        {"a.safetensors", "with a .safetensors file in it", "'unzip FILE'"}};
    for (int i = 0; i < 6; i++) {
        WeightFile file;
        Error err;
        static unsigned char byte[1];
        ZipSource source = {inside[i][0], {byte, 1}};
        assert_true(zip_write(OUT ".zip", &source, 1, &err));
        assert_false(weight_file_read(arena, OUT ".zip", &file, &err));
        if (!strstr(err.text, inside[i][1]) || !strstr(err.text, inside[i][2]))
            fail_msg("%s", err.text);
    }
}

static void assert_named(const char *ending, const char *bytes, size_t count,
                         const char *words) {
    char path[80];
    WeightFile file;
    Error err;
    snprintf(path, sizeof path, OUT "_near%s", ending);
    write_text(path, bytes, count);
    assert_false(weight_file_read(arena, path, &file, &err));
    remove(path);
    if (!strstr(err.text, words)) fail_msg("no \"%s\" in: %s", words, err.text);
}
#define NAMED(ending, bytes, words) assert_named(ending, bytes, sizeof bytes - 1, words)

/* Where no byte tells what a file is, its name does; letter case does not matter. */
static void the_ending_names_what_the_bytes_do_not(void **state) {
    (void)state;
    NAMED(".PB", "\1\2\3", "a .pb file of TensorFlow");
    NAMED(".ckpt", "\1\2\3", "a checkpoint of TensorFlow");
    NAMED(".msgpack", "\1\2\3", "a .msgpack file of Flax");
    NAMED(".tflite", "\1\2\3", "a TensorFlow Lite file");
    NAMED(".pt", "\1\2\3", "it is damaged");
    NAMED(".safetensors", "\1\2\3", "it is damaged");
    NAMED(".npz", "\1\2\3", "it is damaged");
    NAMED(".bin", "\1\2\3", "no weights that are known");
}

static void what_begins_nearly_so_is_not_taken_for_it(void **state) {
    (void)state;
    NAMED(".bin", "\x0a\x80VGG\x12", "no weights that are known");
    NAMED(".bin", "\x0a\x03V\x1fG\x12", "no weights that are known");
    NAMED(".bin", "\x0a\x03V\x7fG\x12", "no weights that are known");
    NAMED(".bin", "\x0a\x03VG", "no weights that are known");
    NAMED(".bin", "\x0a\x03VGG\x13", "no weights that are known");
    NAMED(".bin", "\x0a", "no weights that are known");
    NAMED(".bin", "\x80\1N.", "no weights that are known");
    NAMED(".bin", "\x80\6N.", "no weights that are known");
    NAMED(".bin", "\x80\2", "no weights that are known");
    NAMED(".bin", "\xef\xbb\xbf \t\r\n<!-- x", "a web page");
    NAMED(".bin", " \t\r\n", "no weights that are known");
    NAMED(".bin", "<?xml", "a web page");
    NAMED(".bin", "<head", "a web page");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(pytorch_files_are_told_and_hashed),
        TEST(npz_is_told_from_pth_though_both_are_zip),
        TEST(metadata_say_what_a_file_reads),
        TEST(what_is_no_weight_file_is_refused_with_advice),
        TEST(files_of_other_kinds_are_named),
        TEST(a_mat_file_of_matlab_7_3_is_named),
        TEST(archives_of_other_kinds_are_named),
        TEST(the_ending_names_what_the_bytes_do_not),
        TEST(what_begins_nearly_so_is_not_taken_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
