/* Weights: JavaScript reads .safetensors (web/page/module.js), and puts into the file for
 * each tensor a line, "name rank n c h w", and its floats. */
#include "io/weight_file.h"

#include <stdio.h>
#include <string.h>

/* One tensor; false at the end of the file, and where it is damaged. */
static bool read_one(FILE *file, Arena *arena, NamedTensor *out) {
    char name[200];
    Shape s;
    float number;
    if (fscanf(file, "%199s %d %d %d %d %d", name, &out->rank, &s.n, &s.c, &s.h, &s.w) !=
            6 ||
        fgetc(file) != '\n' || s.n < 1 || s.c < 1 || s.h < 1 || s.w < 1)
        return false;
    out->name = arena_string(arena, name);
    out->problem = NULL;
    out->tensor = tensor_alloc(arena, s);
    for (size_t i = 0; i < shape_size(s); i++) {
        if (fread(&number, sizeof number, 1, file) != 1) return false;
        out->tensor.data[i] = (real)number;
    }
    return true;
}

bool weight_file_read(Arena *arena, const char *path, WeightFile *out, Error *err) {
    enum { MOST = 64 };
    FILE *file = fopen(path, "rb");
    if (!file) return error_set(err, "%s is not here; load the page again", path);
    *out = (WeightFile){.format = "of the page"};
    out->tensors.items = ARENA_NEW(arena, NamedTensor, MOST);
    while (out->tensors.count < MOST &&
           read_one(file, arena, &out->tensors.items[out->tensors.count]))
        out->tensors.count++;
    const bool whole = feof(file);
    fclose(file);
    return whole || error_set(err, "%s is damaged; load the page again", path);
}
