#include "nn/preprocess.h"

#include <string.h>

#include "tensor/check.h"

const Normalize normalize_oxford = {{123.68 / 255, 116.779 / 255, 103.939 / 255},
                                    {1.0 / 255, 1.0 / 255, 1.0 / 255}};
const Normalize normalize_imagenet = {{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}};
const Normalize normalize_nothing = {{0, 0, 0}, {1, 1, 1}};

static const struct {
    const char *name;
    const Normalize *normalize;
} kinds[] = {
    [PREPROCESS_AUTO] = {"auto", NULL},
    [PREPROCESS_TORCH] = {"torch", &normalize_imagenet},
    [PREPROCESS_CAFFE] = {"caffe", &normalize_oxford},
    [PREPROCESS_CAFFE_RGB] = {"caffe-rgb", &normalize_oxford},
    [PREPROCESS_NONE] = {"none", &normalize_nothing},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

const char *preprocess_name(int preprocess) {
    return preprocess >= 0 && preprocess < KINDS ? kinds[preprocess].name : NULL;
}

bool preprocess_parse(const char *name, Preprocess *out) {
    for (int i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].name, name) == 0) return *out = (Preprocess)i, true;
    return false;
}

Normalize preprocess_normalize(Preprocess preprocess) {
    CHECK(preprocess != PREPROCESS_AUTO, "auto reads nothing in particular");
    return *kinds[preprocess].normalize;
}

/* Backwards, so that caffe-rgb comes before caffe, which has the same means. */
Preprocess preprocess_of(const Normalize *normalize) {
    for (int i = KINDS - 1; i > 0; i--)
        if (kinds[i].normalize == normalize) return (Preprocess)i;
    return PREPROCESS_AUTO;
}
