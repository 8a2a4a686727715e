#include "io/weight_file.h"

#include <stdio.h>
#include <string.h>

#include "io/limits.h"
#include "io/npz.h"
#include "io/safetensors.h"
#include "io/sha256.h"
#include "io/torch.h"
#include "io/torch_file.h"
#include "io/weight_kind.h"

/* Published files whose names end in the first eight digits of their SHA-256. Their
 * preprocessing is not stored in them, and names do not always help: the Caffe weights
 * converted for fast-neural-style have torchvision's names. */
static const struct {
    const char *digits, *name, *preprocess;
} published[] = {
    {"dcbb9e9d", "torchvision's vgg19-dcbb9e9d.pth", "torch"},
    {"397923af", "torchvision's vgg16-397923af.pth", "torch"},
    {"b8a52dc0", "torchvision's squeezenet1_1-b8a52dc0.pth", "torch"},
    {"b66bff10", "torchvision's squeezenet1_0-b66bff10.pth", "torch"},
    {"88682ab5", "torchvision's vgg16_features-amdegroot-88682ab5.pth", "caffe-rgb"},
    {"d01eb7cb", "Johnson's vgg19-d01eb7cb.pth", "caffe"},
    {"00b39a1b", "Johnson's vgg16-00b39a1b.pth", "caffe"},
};

static void look_up(WeightFile *out) {
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        if (strncmp(out->sha256, published[i].digits, 8) != 0) continue;
        out->known = published[i].name;
        out->preprocess = published[i].preprocess;
    }
}

static bool read_any(Arena *arena, FileBytes file, const char *path, WeightFile *out,
                     Error *err) {
    bool zip = file.size >= 2 && memcmp(file.data, "PK", 2) == 0;
    if (!weight_kind_check(file, path, err)) return false;
    if (zip && weight_archive_holds(file, ".npy")) {
        out->format = "NumPy .npz";
        return npz_list_bytes(arena, file, path, &out->tensors, err);
    }
    if (zip || torch_is_legacy(file)) {
        out->format = zip ? "PyTorch (zip)" : "PyTorch (before 1.6)";
        return torch_read_bytes(arena, file, path, &out->tensors, err);
    }
    out->format = "safetensors";
    const char *said;
    if (!safetensors_read_bytes(arena, file, path, &out->tensors, err) ||
        !safetensors_metadata(arena, file, path, "preprocess", &said, err))
        return false;
    if (said) out->preprocess = said;
    return true;
}

bool weight_file_read(Arena *arena, const char *path, WeightFile *out, Error *err) {
    Arena *scratch = arena_new();
    FileBytes file;
    *out = (WeightFile){0};
    bool good = file_read(scratch, path, MAX_WEIGHTS_FILE, &file, err);
    if (good) {
        out->size = file.size;
        strcpy(out->sha256, sha256_bytes(file.data, file.size).text);
        look_up(out);
        good = read_any(arena, file, path, out, err);
    }
    arena_free(scratch);
    return good;
}
