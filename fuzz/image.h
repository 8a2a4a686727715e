/* The target of one image format. */
#ifndef FUZZ_IMAGE_H
#define FUZZ_IMAGE_H

#include "fuzz/fuzz.h"

/* Reads the bytes as an image and as a mask, when they begin as the format does; other
 * bytes are another target's. Returns what a target returns: -1 for bytes that libFuzzer
 * shall not keep. */
int fuzz_image(const char *start, size_t length, const uint8_t *data, size_t size);

#define FUZZ_IMAGE(start)                                                                \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {                       \
        return fuzz_image(start, sizeof start - 1, data, size);                          \
    }

#endif
