#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/json_build.h"
#include "io/number.h"
#include "io/safetensors.h"
#include "io/safetensors_header.h"
#include "tensor/check.h"
#include "tensor/no_memory.h"

static size_t item_bytes(const NamedTensor *item, NumberKind kind) {
    return shape_size(item->tensor.shape) * number_size(kind);
}

/* {"dtype": "F32", "shape": [64, 3, 3, 3], "data_offsets": [begin, end]} */
static json_t *describe(JsonBuild *build, const NamedTensor *item, NumberKind kind,
                        size_t begin) {
    int sides[NUMBER_SIDES];
    sides_from_shape(item->tensor.shape, item->rank, sides);
    json_t *shape = json_built(build, json_array());
    for (int i = 0; i < item->rank; i++)
        json_add(build, shape, json_integer(sides[i]));
    return json_built(build, json_pack("{s:s, s:o, s:[I, I]}", "dtype",
                                       kind == NUMBER_F16 ? "F16" : "F32", "shape", shape,
                                       "data_offsets", (json_int_t)begin,
                                       (json_int_t)(begin + item_bytes(item, kind))));
}

/* What a file is to hold. */
typedef struct Content {
    const NamedTensors *list;
    NumberKind kind;
    int texts;
    const SafetensorsText *text;
} Content;

/* {"key": "text"} */
static json_t *metadata(JsonBuild *build, const Content *content) {
    json_t *texts = json_built(build, json_object());
    for (int i = 0; i < content->texts; i++)
        json_put(build, texts, content->text[i].key, json_string(content->text[i].text));
    return texts;
}

/* The header as text, to be freed, or NULL; the total number of data bytes in *size. */
static char *header_text(const Content *content, size_t *size, Error *err) {
    const NamedTensors *list = content->list;
    const NumberKind kind = content->kind;
    JsonBuild build = {0};
    json_t *header = json_built(&build, json_object());
    *size = 0;
    if (content->texts)
        json_put(&build, header, "__metadata__", metadata(&build, content));
    CHECK(list->count <= SAFETENSORS_MAX_TENSORS, "%zu tensors in one file", list->count);
    for (size_t i = 0; i < list->count; i++) {
        const NamedTensor *item = &list->items[i];
        CHECK(strcmp(item->name, "__metadata__") != 0, "a tensor cannot have this name");
        CHECK(!json_object_get(header, item->name), "%s is there twice", item->name);
        json_put(&build, header, item->name, describe(&build, item, kind, *size));
        *size += item_bytes(item, kind);
    }
    char *text = json_text(&build, header, JSON_COMPACT, err);
    json_decref(header);
    return text;
}

static bool write_numbers(const NamedTensor *item, NumberKind kind, unsigned char *at,
                          const char *path, Error *err) {
    size_t count = shape_size(item->tensor.shape), each = number_size(kind);
    for (size_t i = 0; i < count; i++, at += each) {
        number_store(kind, at, (double)item->tensor.data[i]);
        if (isfinite(number_load(kind, at))) continue;
        return error_set(err,
                         "%s: not written, element %zu of tensor %s is %g; make the "
                         "weights finite%s",
                         path, i, NAME(item->name), (double)item->tensor.data[i],
                         kind == NUMBER_F16 ? " and below 65504" : "");
    }
    return true;
}

static bool write_content(const char *path, const Content *content, Error *err) {
    const NamedTensors *list = content->list;
    Arena *scratch = arena_new();
    size_t data;
    Error why;
    char *header = header_text(content, &data, &why);
    if (!header) {
        arena_free(scratch);
        return error_set(err, "%s: %s", path, why.text);
    }
    size_t text = strlen(header), padded = (text + 7) / 8 * 8;
    FileBytes file = {arena_alloc(scratch, 8 + padded + data), 8 + padded + data};
    bytes_store(file.data, 8, padded);
    memset(file.data + 8, ' ', padded);
    memcpy(file.data + 8, header, text);
    free(header);
    bool good = true;
    unsigned char *at = file.data + 8 + padded;
    for (size_t i = 0; good && i < list->count; i++) {
        good = write_numbers(&list->items[i], content->kind, at, path, err);
        at += item_bytes(&list->items[i], content->kind);
    }
    good = good && file_write(path, file.data, file.size, err);
    arena_free(scratch);
    return good;
}

bool safetensors_write(const char *path, const NamedTensors *list, Error *err) {
    return write_content(path, &(Content){.list = list, .kind = NUMBER_F32}, err);
}

bool safetensors_write_half(const char *path, const NamedTensors *list, Error *err) {
    return write_content(path, &(Content){.list = list, .kind = NUMBER_F16}, err);
}

bool safetensors_write_described(const char *path, const NamedTensors *list, int count,
                                 const SafetensorsText *texts, Error *err) {
    const Content content = {list, NUMBER_F16, count, texts};
    return write_content(path, &content, err);
}
