#include "io/torch.h"

#include <math.h>
#include <string.h>

#include "io/torch_file.h"

#define FILE_MOST ((size_t)2 << 30)
#define AGAIN "; get the file again"

/* What all steps of reading share. */
typedef struct Reader {
    Arena *arena; /* where the tensors go */
    const TorchFile *file;
    const char *where;
    Error *err;
    uint64_t left; /* bytes that further tensors may have */
} Reader;

/* A tensor as the file describes it. */
typedef struct View {
    const char *name;
    TorchStorage storage;
    uint64_t offset; /* in numbers, of its first element */
    int rank;
    uint64_t sides[NUMBER_SIDES], strides[NUMBER_SIDES];
} View;

static bool refuse(const Reader *r, const char *name, const char *what) {
    return error_set(r->err, "%s: tensor %s %s" AGAIN, r->where, NAME(name), what);
}

/* The arguments of a rebuilt tensor, (storage, offset, sides, strides, ...), directly or
 * inside a parameter; NULL when the value is no tensor. */
static Pickle *const *tensor_of(const Pickle *value) {
    if (pickle_is_call(value, "torch._utils._rebuild_parameter", 1))
        value = value->other->items[0];
    if (pickle_is_call(value, "torch._utils._rebuild_tensor_v2", 4) ||
        pickle_is_call(value, "torch._utils._rebuild_tensor", 4))
        return value->other->items;
    return NULL;
}

/* A tuple of whole numbers from 0 up. */
static bool read_counts(const Pickle *tuple, int rank, uint64_t *out) {
    if (tuple->kind != PICKLE_TUPLE || tuple->count != (size_t)rank) return false;
    for (int i = 0; i < rank; i++) {
        if (tuple->items[i]->kind != PICKLE_INT || tuple->items[i]->integer < 0)
            return false;
        out[i] = (uint64_t)tuple->items[i]->integer;
    }
    return true;
}

/* Every element lies in the storage, and no more of them than it has numbers. Sides and
 * strides are compared with the storage first, so that no product wraps around: it has
 * fewer than 2^31 numbers. */
static bool check_places(const Reader *r, const View *view) {
    uint64_t count = 1, last = view->offset, most = view->storage.count;
    bool inside = view->offset < most;
    for (int i = 0; i < view->rank && inside; i++) {
        inside = view->sides[i] <= most && (count *= view->sides[i]) <= most &&
                 (view->sides[i] < 2 || view->strides[i] <= most);
        if (inside && view->sides[i] > 1) last += (view->sides[i] - 1) * view->strides[i];
        inside = inside && last < most;
    }
    return inside || refuse(r, view->name, "reaches out of its storage");
}

static bool read_view(const Reader *r, Pickle *const *tensor, View *view, Shape *shape) {
    const Pickle *sides = tensor[2];
    if (tensor[1]->kind != PICKLE_INT || tensor[1]->integer < 0 ||
        sides->kind != PICKLE_TUPLE)
        return refuse(r, view->name, "is described in an unknown way");
    if (sides->count > NUMBER_SIDES)
        return error_set(r->err,
                         "%s: tensor %s has %zu dimensions, at most %d are read; "
                         "reshape it",
                         r->where, NAME(view->name), sides->count, NUMBER_SIDES);
    view->offset = (uint64_t)tensor[1]->integer;
    view->rank = (int)sides->count;
    if (!read_counts(sides, view->rank, view->sides) ||
        !read_counts(tensor[3], view->rank, view->strides))
        return refuse(r, view->name, "is described in an unknown way");
    const char *problem = sides_to_shape(view->sides, view->rank, shape);
    if (problem) return refuse(r, view->name, problem);
    return torch_storage(r->file, tensor[0], r->where, &view->storage, r->err) &&
           check_places(r, view);
}

/* Whether the elements follow each other, the last index running fastest. */
static bool is_dense(const View *view) {
    uint64_t next = 1;
    for (int i = view->rank - 1; i >= 0; next *= view->sides[i--])
        if (view->sides[i] > 1 && view->strides[i] != next) return false;
    return true;
}

/* Place of element (i0, i1, i2, i3), number i in our order: index times stride, summed.
 */
static uint64_t place_of(Shape s, const uint64_t *stride, size_t i) {
    size_t w = (size_t)s.w, h = (size_t)s.h, c = (size_t)s.c;
    return i % w * stride[3] + i / w % h * stride[2] + i / w / h % c * stride[1] +
           i / w / h / c * stride[0];
}

static bool read_numbers(const Reader *r, const View *view, Tensor out) {
    Shape s = out.shape;
    uint64_t stride[NUMBER_SIDES] = {0};
    size_t each = number_size(view->storage.kind);
    bool dense = is_dense(view);
    memcpy(stride + NUMBER_SIDES - view->rank, view->strides,
           (size_t)view->rank * sizeof *stride);
    for (size_t i = 0; i < shape_size(s); i++) {
        uint64_t place = view->offset + (dense ? i : place_of(s, stride, i));
        double x = number_load(view->storage.kind, view->storage.data + place * each);
        out.data[i] = (real)x;
        if (isfinite((double)out.data[i])) continue;
        return error_set(r->err, "%s: tensor %s holds %s at element %zu" AGAIN, r->where,
                         NAME(view->name),
                         isnan(x)   ? "NaN"
                         : isinf(x) ? "infinity"
                                    : "a number too large for " REAL_NAME,
                         i);
    }
    return true;
}

static bool read_tensor(Reader *r, const char *name, Pickle *const *tensor,
                        NamedTensors *list) {
    View view = {.name = name};
    Shape shape;
    if (named_find(list, name)) return refuse(r, name, "is there twice");
    if (list->count == TORCH_TENSORS_MOST)
        return error_set(r->err, "%s: more than %d tensors; split the file", r->where,
                         TORCH_TENSORS_MOST);
    if (!read_view(r, tensor, &view, &shape)) return false;
    uint64_t bytes = shape_size(shape) * number_size(view.storage.kind);
    if (bytes > r->left)
        return error_set(r->err,
                         "%s: its tensors together are more than twice the file" AGAIN,
                         r->where);
    r->left -= bytes;
    Tensor numbers = tensor_alloc(r->arena, shape);
    if (!read_numbers(r, &view, numbers)) return false;
    list->items[list->count++] =
        (NamedTensor){arena_string(r->arena, name), view.rank, numbers};
    return true;
}

static size_t count_tensors(const Pickle *dict) {
    size_t count = 0, entries = pickle_is_dict(dict) ? pickle_entries(dict) : 0;
    for (size_t i = 0; i < entries; i++) {
        const Pickle *key, *value;
        if (pickle_entry(dict, i, &key, &value) && key->kind == PICKLE_TEXT &&
            tensor_of(value))
            count++;
    }
    return count;
}

/* The dict with the tensors: the value itself, or what it holds under a usual name. */
static const Pickle *state_dict(const Pickle *root) {
    static const char *const usual[] = {"state_dict", "model_state_dict", "model",
                                        "params_ema", "params",           "net"};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        const Pickle *inner = pickle_get(root, usual[i]);
        if (inner && count_tensors(inner)) return inner;
    }
    return count_tensors(root) ? root : NULL;
}

static bool read_all(Reader *r, NamedTensors *out) {
    const Pickle *dict = state_dict(r->file->root);
    if (!dict)
        return error_set(r->err,
                         "%s: holds no dict of tensors; save model.state_dict() with "
                         "torch.save",
                         r->where);
    size_t entries = pickle_entries(dict), tensors = count_tensors(dict);
    size_t room = tensors < TORCH_TENSORS_MOST ? tensors : TORCH_TENSORS_MOST;
    NamedTensors list = {0, ARENA_NEW(r->arena, NamedTensor, room)};
    for (size_t i = 0; i < entries; i++) {
        const Pickle *key, *value;
        if (!pickle_entry(dict, i, &key, &value) || key->kind != PICKLE_TEXT) continue;
        Pickle *const *tensor = tensor_of(value);
        if (tensor && !read_tensor(r, key->text, tensor, &list)) return false;
    }
    *out = list;
    return true;
}

bool torch_read_bytes(Arena *arena, FileBytes file, const char *where, NamedTensors *out,
                      Error *err) {
    Arena *scratch = arena_new();
    TorchFile opened;
    Reader reader = {arena, &opened, where, err, TORCH_GROWTH_MOST * (uint64_t)file.size};
    bool good = torch_open(scratch, file, where, &opened, err) && read_all(&reader, out);
    arena_free(scratch);
    return good;
}

bool torch_read(Arena *arena, const char *path, NamedTensors *out, Error *err) {
    Arena *scratch = arena_new();
    FileBytes file;
    bool good = file_read(scratch, path, FILE_MOST, &file, err) &&
                torch_read_bytes(arena, file, path, out, err);
    arena_free(scratch);
    return good;
}
