#include "io/weight_kind.h"

#include <string.h>
#include <strings.h>

#include "io/torch_file.h"
#include "io/zip.h"

#define MAX_END                                                                          \
    ((size_t)66 << 10) /* the end record of a zip archive with the longest comment */
#define CONVERT "convert it with 'python3 weights/convert_h5.py FILE.h5 FILE.safetensors'"
#define FETCH "'make weights' fetches VGG-19 and SqueezeNet for PyTorch"
#define RESAVE "load it where it comes from, and save it with torch.save or numpy.savez"
#define UNZIP "unpack it with 'unzip FILE' first"
#define ANOTHER "get the weights as .pth or .safetensors: " FETCH

static bool begins(FileBytes file, size_t at, const char *bytes, size_t count) {
    return file.size >= at + count && memcmp(file.data + at, bytes, count) == 0;
}

static bool told(const char *path, const char *what, const char *advice, Error *err) {
    return error_set(err, "%s: %s; %s", path, what, advice);
}

/* ---- By the first bytes ---- */

static const struct {
    size_t at;
    const char *bytes;
    size_t count;
    const char *what, *advice;
} first[] = {
#define AT(place, bytes) place, bytes, sizeof bytes - 1
    {AT(0, "\x89HDF\r\n\x1a\n"), "an HDF5 file of Keras", CONVERT},
    {AT(0, "version https://git-lfs"), "a Git LFS pointer and not the file itself",
     "'git lfs pull' in its folder fetches the file"},
    {AT(0, "\x93NUMPY"), "a single NumPy array",
     "weights are several: save them by name with numpy.savez('FILE.npz', **arrays)"},
    {AT(0, "\4\0\0\0\1\0\0\0"), "a .t7 file of Torch 7", ANOTHER},
    {AT(0, "\3\0\0\0\1\0\0\0"), "a .t7 file of Torch 7", ANOTHER},
    {AT(0, "4\n1\n3\nV 1"), "a .t7 file of Torch 7", ANOTHER},
    {AT(0, "3\n1\n"), "a .t7 file of Torch 7", ANOTHER},
    {AT(0, "MATLAB 5.0"), "a .mat file of MATLAB",
     "load it with scipy.io.loadmat, and save the arrays with numpy.savez"},
    {AT(512, "\x89HDF\r\n\x1a\n"), "a .mat file of MATLAB 7.3",
     "load it with h5py, and save the arrays with numpy.savez"},
    {AT(4, "TFL3"), "a TensorFlow Lite file", ANOTHER},
    {AT(0, "GGUF"), "a GGUF file of a language model", ANOTHER},
    {AT(0, "\x1f\x8b"), "packed with gzip", "unpack it with 'gunzip FILE' first"},
    {AT(0, "BZh"), "packed with bzip2", "unpack it with 'bunzip2 FILE' first"},
    {AT(0, "\xfd"
           "7zXZ"),
     "packed with xz", "unpack it with 'unxz FILE' first"},
    {AT(0, "7z\xbc\xaf\x27\x1c"), "a 7-Zip archive", "unpack it with '7z x FILE' first"},
    {AT(0, "Rar!"), "a RAR archive", "unpack it with 'unrar x FILE' first"},
    {AT(257, "ustar"), "a tar archive", "unpack it with 'tar xf FILE' first"},
    {AT(0, "\x89PNG"), "an image", "--weights needs the weights of a network"},
    {AT(0, "\xff\xd8\xff"), "an image", "--weights needs the weights of a network"},
#undef AT
};

/* ---- Zip archives by their entries ---- */

static bool ends(const char *path, const char *ending) {
    size_t length = strlen(path), most = strlen(ending);
    return length >= most && strcasecmp(path + length - most, ending) == 0;
}

bool weight_archive_holds(FileBytes file, const char *ending) {
    Arena *scratch = arena_new();
    Zip zip;
    Error unused;
    bool found = false;
    if (zip_read(scratch, file, "", &zip, &unused))
        for (size_t i = 0; i < zip.count; i++)
            found = found || ends(zip.entries[i].name, ending);
    arena_free(scratch);
    return found;
}

/* The directory is at the end of an archive; an incomplete download does not have it. */
static bool has_end(FileBytes file) {
    size_t start = file.size > MAX_END ? file.size - MAX_END : 0;
    for (size_t at = start; at < file.size; at++)
        if (begins(file, at, "PK\5\6", 4)) return true;
    return false;
}

static bool check_archive(FileBytes file, const char *path, Error *err) {
    static const struct {
        const char *ending, *what, *advice;
    } inside[] = {
        {"model.weights.h5", "a model of Keras 3", CONVERT},
        {"saved_model.pb", "a SavedModel of TensorFlow", ANOTHER},
        {".h5", "a zip archive with an .h5 file in it", UNZIP},
        {".pth", "a zip archive with a .pth file in it", UNZIP},
        {".pt", "a zip archive with a .pt file in it", UNZIP},
        {".safetensors", "a zip archive with a .safetensors file in it", UNZIP},
    };
    if (!has_end(file))
        return told(path, "cut off, the download stopped early",
                    "'curl -L -C - -o FILE ADDRESS' goes on where it ended", err);
    if (weight_archive_holds(file, "data.pkl")) return true;
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
        if (weight_archive_holds(file, inside[i].ending))
            return told(path, inside[i].what, inside[i].advice, err);
    return true;
}

/* ---- Texts by their beginning ---- */

/* Ignores spaces, a byte order mark, and case. */
static bool text_begins(FileBytes file, const char *word) {
    size_t at = begins(file, 0, "\xEF\xBB\xBF", 3) ? 3 : 0, length = strlen(word);
    while (at < file.size && file.data[at] && strchr(" \t\r\n", file.data[at]))
        at++;
    return file.size >= at + length &&
           strncasecmp((const char *)file.data + at, word, length) == 0;
}

static bool is_web_page(FileBytes file) {
    static const char *const words[] = {"<!doctype", "<html", "<head", "<?xml", "<!--"};
    bool found = false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        found = found || text_begins(file, words[i]);
    return found;
}

/* ---- Formats without a signature ---- */

/* A message of Google's protocol buffers: field 1, the network's name, and then layers,
 * which are field 2 or 100. */
static bool is_caffe(FileBytes file) {
    if (file.size < 2 || file.data[0] != 0x0A || file.data[1] >= 0x80) return false;
    size_t length = file.data[1];
    for (size_t i = 0; i < length; i++)
        if (2 + i >= file.size || file.data[2 + i] < 32 || file.data[2 + i] > 126)
            return false;
    return begins(file, 2 + length, "\x12", 1) || begins(file, 2 + length, "\xA2\x06", 2);
}

/* A pickle that is not torch.save's: Python's own, which only Python can read. */
static bool is_pickle(FileBytes file) {
    return file.size > 2 && file.data[0] == 0x80 && file.data[1] >= 2 &&
           file.data[1] <= 5 && !torch_is_legacy(file);
}

static bool check_first(FileBytes file, const char *path, Error *err) {
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        if (begins(file, first[i].at, first[i].bytes, first[i].count))
            return told(path, first[i].what, first[i].advice, err);
    return true;
}

/* For a file that begins like no supported format. */
static bool check_unknown(FileBytes file, const char *path, Error *err) {
    static const char *const endings[][2] = {
        {".caffemodel", "a .caffemodel of Caffe"},
        {".t7", "a .t7 file of Torch 7"},
        {".onnx", "an ONNX file"},
        {".pb", "a .pb file of TensorFlow"},
        {".ckpt", "a checkpoint of TensorFlow"},
        {".msgpack", "a .msgpack file of Flax"},
        {".tflite", "a TensorFlow Lite file"},
    };
    if (is_caffe(file)) return told(path, "a .caffemodel of Caffe", ANOTHER, err);
    if (is_pickle(file))
        return told(path, "a pickle of Python, not made by torch.save", RESAVE, err);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends(path, endings[i][0])) return told(path, endings[i][1], ANOTHER, err);
    if (ends(path, ".pth") || ends(path, ".pt") || ends(path, ".safetensors") ||
        ends(path, ".npz"))
        return told(path, "begins as no file of this kind does, it is damaged",
                    "get it again; " FETCH, err);
    return told(path, "no weights that are known",
                "use a .safetensors, .pth or .npz file: " FETCH, err);
}

bool weight_kind_check(FileBytes file, const char *path, Error *err) {
    if (begins(file, 0, "PK", 2)) return check_archive(file, path, err);
    if (torch_is_legacy(file)) return true;
    if (is_web_page(file))
        return told(path, "a web page and not the weights",
                    "open its address in a browser and look what it asks; " FETCH, err);
    if (file.size >= 9 && file.data[8] == '{') return true;
    return check_first(file, path, err) && check_unknown(file, path, err);
}
