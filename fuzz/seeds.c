/* Writes small valid files with the project's own writers, for fuzz/minimise.sh to begin
 * with: seeds FOLDER makes FOLDER/safetensors/small and so on. */
#include <string.h>

#include "fuzz/lists.h"
#include "fuzz/repair.h"
#include "io/checkpoint.h"
#include "io/file.h"
#include "io/flo.h"
#include "io/image.h"
#include "io/npz.h"
#include "io/safetensors.h"
#include "io/zip.h"

static const char *place; /* where the folders are made */

static const char *path_of(const char *target, const char *name) {
    static char path[4096];
    Error err;
    snprintf(path, sizeof path, "%s/%s", place, target);
    if (!file_make_folder(path, &err)) fprintf(stderr, "%s\n", err.text);
    snprintf(path, sizeof path, "%s/%s/%s", place, target, name);
    return path;
}

static bool put(const char *target, const char *name, const void *data, size_t size,
                Error *err) {
    return file_write(path_of(target, name), data, size, err);
}

static Tensor ramp(Arena *arena, Shape shape) {
    const Tensor t = tensor_alloc(arena, shape);
    const size_t size = shape_size(shape);
    for (size_t i = 0; i < size; i++)
        t.data[i] = (real)i / (real)size;
    return t;
}

static bool put_images(Arena *arena, Error *err) {
    const Tensor colour = ramp(arena, (Shape){1, 3, 5, 7});
    const Tensor grey = ramp(arena, (Shape){1, 1, 4, 3});
    return image_write(path_of("bmp", "rgb.bmp"), colour, err) &&
           image_write(path_of("pnm", "rgb.ppm"), colour, err) &&
           image_write(path_of("png", "rgb.png"), colour, err) &&
           image_write(path_of("png", "grey.png"), grey, err) &&
           image_write(path_of("jpeg", "rgb.jpg"), colour, err) &&
           image_write(path_of("jpeg", "grey.jpg"), grey, err) &&
           put("pnm", "letters.pgm", "P2\n# grey\n2 2\n9\n0 3\n6 9\n", 24, err) &&
           put("pnm", "letters.ppm", "P3 1 2 255 1 2 3 4 5 6\n", 23, err) &&
           put("pnm", "wide.pgm", "P5 2 1 65535\nabcd", 17, err);
}

static bool put_weights(Arena *arena, Error *err) {
    NamedTensor tensors[2] = {
        {.name = "conv1_1.weight", .rank = 4, .tensor = ramp(arena, (Shape){2, 3, 1, 1})},
        {.name = "conv1_1.bias", .rank = 1, .tensor = ramp(arena, (Shape){1, 1, 1, 2})}};
    const NamedTensors list = {.count = 2, .items = tensors};
    static unsigned char text[] = "PK are letters, and letters are bytes";
    const ZipSource sources[] = {{"a/text", {text, sizeof text}}, {"../b", {text, 2}}};
    return safetensors_write(path_of("safetensors", "small"), &list, err) &&
           flo_write(path_of("flo", "small"), ramp(arena, (Shape){1, 2, 2, 3}), err) &&
           safetensors_write_half(path_of("safetensors", "half"), &list, err) &&
           npz_write(path_of("npz", "small"), &list, err) &&
           zip_write(path_of("zip", "small"), sources, 2, err);
}

static bool put_checkpoints(Error *err) {
    FuzzState state = {.image = {1, 2, 3}, .average = {4}, .step = 5, .random = {6, 7}};
    const StateList whole = fuzz_list(&state, true), part = fuzz_list(&state, false);
    return checkpoint_write(path_of("checkpoint", "part"), "{\"step\": 5}", &part, err) &&
           checkpoint_write(path_of("checkpoint", REAL_NAME), "{}", &whole, err);
}

/* A folder and a file, whose sums fuzz/repair.c puts right. */
static bool put_archive(Error *err) {
    unsigned char tar[512 * 5] = {0};
    memcpy(tar, "a/", 2);
    memcpy(tar + 124, "00000000000", 11);
    tar[156] = '5';
    memcpy(tar + 257, "ustar", 5);
    memcpy(tar + 512, "a/name", 6);
    memcpy(tar + 512 + 124, "00000000005", 11);
    tar[512 + 156] = '0';
    memcpy(tar + 512 + 257, "ustar", 5);
    memcpy(tar + 512 + 345, "prefix", 6);
    memcpy(tar + 1024, "bytes", 5);
    repair_tar(tar, sizeof tar);
    return put("tar", "two", tar, sizeof tar, err);
}

/* The pickles of PyTorch's archives. */
static bool put_pickles(Arena *arena, Error *err) {
    static const char *const names[] = {"model", "checkpoint", "parameters", "zip"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[64];
        FileBytes file, bytes;
        Zip zip;
        snprintf(path, sizeof path, "tests/golden/torch_%s.pth", names[i]);
        if (!file_read(arena, path, 1 << 20, &file, err) ||
            !zip_read(arena, file, path, &zip, err) ||
            !zip_unpack(arena, &zip.entries[0], path, &bytes, err) ||
            !put("pickle", names[i], bytes.data, bytes.size, err))
            return false;
    }
    return true;
}

/* Texts: command lines, one word a line, and layer lists. */
static bool put_texts(Error *err) {
    static const struct {
        const char *target, *name, *text;
    } texts[] = {
        {"options", "paint",
         "paint\nc.png\ns.png\n-o\nout.png\n--steps\n3\n--size\n64\n--mask\nm.png\n"
         "--style-weight\n0.5\n--optim\nlbfgs\n--line-search\n--seed\n7\n--trace\nt."
         "csv\n"},
        {"options", "blend",
         "paint\nc.png\ns.png\nt.png\n--recipe\ngatys\n--style-blend\n1,0.5\n--colors\n"
         "match\n--init\nnoise\n--init-blend\n0.1\n--pyramid\n2\n--until\n1e-4\n"},
        {"options", "eval",
         "eval\nc.png\ns.png\n--net\nvgg19\n--style-layers\nrelu1_1:2,relu2_1\n"
         "--content-form\nsum\n--json\n"},
        {"options", "bench", "bench\n--net\nsqueezenet\n--threads\n2\n--rounds\n3\n"},
        {"options", "weights", "weights\n--\n-w.pth\n"},
        {"options", "convert", "convert-loss\n--from\ngatys\n--to\nns\nc.png\ns.png\n"},
        {"options", "features", "features\nc.png\n--layers\nrelu1_1\n--png\nfolder\n"},
        {"options", "train",
         "train-features\nphotos.tar\n--train-steps\n2\n--batch\n4\n"},
        {"options", "any", "train-any-style\na.png\n--styles\nb.png\n--steps\n2\n"},
        {"options", "style", "train-style\na.png\nphotos\n--steps\n2\n--last-size\n64\n"},
        {"options", "help", "gradcheck\n--help\n"},
        {"layers", "weights", "relu1_1:0.2,relu2_1:1e-3,relu3_1"},
        {"layers", "one", "conv4_2"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!put(texts[i].target, texts[i].name, texts[i].text, strlen(texts[i].text),
                 err))
            return false;
    return true;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: seeds FOLDER\n");
        return 2;
    }
    place = argv[1];
    Error err;
    Arena *arena = arena_new();
    const bool good = put_images(arena, &err) && put_weights(arena, &err) &&
                      put_checkpoints(&err) && put_archive(&err) &&
                      put_pickles(arena, &err) && put_texts(&err);
    if (!good) fprintf(stderr, "seeds: %s\n", err.text);
    arena_free(arena);
    return good ? 0 : 1;
}
