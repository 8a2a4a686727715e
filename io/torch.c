#include "io/torch.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/limits.h"
#include "io/torch_file.h"
#include "io/torch_find.h"

#define AGAIN "; get the file again"

/* The state of one reader. */
typedef struct TorchReader {
    Arena *arena; /* where the tensors go */
    const TorchFile *file;
    const char *where;
    Error *err;
    uint64_t left; /* bytes that the remaining tensors may have */
} TorchReader;

/* A tensor as the file describes it. */
typedef struct StridedView {
    const char *name;
    TorchStorage storage;
    uint64_t offset; /* of its first element, in elements */
    int rank;
    uint64_t sides[NUMBER_SIDES], strides[NUMBER_SIDES];
} StridedView;

static bool refuse(const TorchReader *r, const char *name, const char *what) {
    return error_set(r->err, "%s: tensor %s %s" AGAIN, r->where, NAME(name), what);
}

/* A tuple of integers >= 0. */
static bool read_counts(const Pickle *tuple, int rank, uint64_t *out) {
    if (tuple->kind != PICKLE_TUPLE || tuple->count != (size_t)rank) return false;
    for (int i = 0; i < rank; i++) {
        if (tuple->items[i]->kind != PICKLE_INT || tuple->items[i]->integer < 0)
            return false;
        out[i] = (uint64_t)tuple->items[i]->integer;
    }
    return true;
}

/* Every element is in the storage, and there are no more than in it. Sides and
 * strides are compared with the storage first, so that no product wraps around: it has
 * fewer than 2^31 elements. */
static bool check_places(const TorchReader *r, const StridedView *view) {
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

static bool wrong_type(const TorchReader *r, const char *name, const char *type) {
    return error_set(r->err,
                     "%s: tensor %s is made of %s, and weights are floats; counters and "
                     "the like may be of another type",
                     r->where, NAME(name), type);
}

/* Reads the description of a tensor; its rank and shape are stored in `out`. */
static bool read_view(const TorchReader *r, const Pickle *tensor, StridedView *view,
                      NamedTensor *out) {
    Pickle *const *part = tensor->items;
    if (tensor->count < 4 || part[1]->kind != PICKLE_INT || part[1]->integer < 0 ||
        part[2]->kind != PICKLE_TUPLE)
        return refuse(r, view->name, "is described in an unknown way");
    if (part[2]->count > NUMBER_SIDES)
        return error_set(r->err,
                         "%s: tensor %s has %zu dimensions, at most %d are read; "
                         "reshape it",
                         r->where, NAME(view->name), part[2]->count, NUMBER_SIDES);
    view->offset = (uint64_t)part[1]->integer;
    view->rank = (int)part[2]->count;
    if (!read_counts(part[2], view->rank, view->sides) ||
        !read_counts(part[3], view->rank, view->strides))
        return refuse(r, view->name, "is described in an unknown way");
    const char *problem = sides_to_shape(view->sides, view->rank, &out->tensor.shape);
    if (problem) return refuse(r, view->name, problem);
    out->rank = view->rank;
    if (torch_storage_id(part[0], &view->storage) && !view->storage.read)
        return wrong_type(r, view->name, view->storage.type);
    return torch_storage(r->file, part[0], r->where, &view->storage, r->err) &&
           check_places(r, view);
}

/* Whether the elements are contiguous and row-major. */
static bool is_dense(const StridedView *view) {
    uint64_t next = 1;
    for (int i = view->rank - 1; i >= 0; next *= view->sides[i--])
        if (view->sides[i] > 1 && view->strides[i] != next) return false;
    return true;
}

/* The offset of element (i0, i1, i2, i3), whose row-major index is i: the sum of index
 * times stride.
 */
static uint64_t place_of(Shape s, const uint64_t *stride, size_t i) {
    size_t w = (size_t)s.w, h = (size_t)s.h, c = (size_t)s.c;
    return i % w * stride[3] + i / w % h * stride[2] + i / w / h % c * stride[1] +
           i / w / h / c * stride[0];
}

static bool read_numbers(const TorchReader *r, const StridedView *view, Tensor out) {
    Shape s = out.shape;
    uint64_t stride[NUMBER_SIDES] = {0};
    size_t each = view->storage.width;
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

/* The shape of a tensor of another kind, whose arguments begin like those of a dense
 * one. A network is recognised by shapes, and can then refuse the tensor by name. */
static void note_shape(const Pickle *made, NamedTensor *out) {
    uint64_t sides[NUMBER_SIDES];
    Shape shape;
    if (made->other->count < 4 || made->other->items[2]->count > NUMBER_SIDES) return;
    const int rank = (int)made->other->items[2]->count;
    if (!read_counts(made->other->items[2], rank, sides) ||
        sides_to_shape(sides, rank, &shape))
        return;
    out->rank = rank;
    out->tensor.shape = shape;
}

/* Reads a tensor as far as possible; false with an error when it cannot be a weight.
 * Integers are read nevertheless. */
static bool read_tensor(TorchReader *r, const Pickle *made, NamedTensor *out) {
    StridedView view = {.name = out->name};
    const Pickle *tensor = torch_tensor(made);
    if (!tensor) {
        note_shape(made, out);
        return wrong_type(r, out->name, made->text);
    }
    if (!read_view(r, tensor, &view, out)) return false;
    uint64_t bytes = shape_size(out->tensor.shape) * view.storage.width;
    if (bytes > r->left)
        return error_set(r->err,
                         "%s: tensor %s and those before it are more than twice the "
                         "file" AGAIN,
                         r->where, NAME(out->name));
    r->left -= bytes;
    Tensor numbers = tensor_alloc(r->arena, out->tensor.shape);
    if (!read_numbers(r, &view, numbers)) return false;
    out->tensor.data = numbers.data;
    return !number_whole(view.storage.kind) ||
           wrong_type(r, out->name, view.storage.type);
}

static bool read_found(const TorchReader *shared, const TorchFound *found,
                       NamedTensors *list) {
    Error problem;
    TorchReader r = *shared;
    r.err = &problem;
    for (size_t i = 0; i < found->count; i++) {
        NamedTensor *item = &list->items[list->count];
        const char *name = found->items[i].name;
        if (named_find(list, name)) {
            r.err = shared->err;
            return refuse(&r, name, "is there twice");
        }
        *item = (NamedTensor){.name = arena_string(r.arena, name),
                              .tensor = {.shape = SCALAR}};
        if (!read_tensor(&r, found->items[i].made, item))
            item->problem = arena_string(r.arena, problem.text);
        list->count++;
    }
    return true;
}

static bool read_all(TorchReader *r, Arena *scratch, NamedTensors *out) {
    TorchFound found;
    if (!torch_find(scratch, r->file->root, r->where, &found, r->err)) return false;
    if (found.count == 0 && r->file->foreign)
        return error_set(r->err,
                         "%s: it would call %s, which no state_dict needs; nothing "
                         "was run: save model.state_dict() alone with torch.save",
                         r->where, NAME(r->file->foreign));
    if (found.count == 0)
        return error_set(r->err,
                         "%s: holds no dict of tensors; save model.state_dict() with "
                         "torch.save",
                         r->where);
    NamedTensors list = {0, ARENA_NEW(r->arena, NamedTensor, found.count)};
    if (!read_found(r, &found, &list)) return false;
    *out = list;
    return true;
}

bool torch_read_bytes(Arena *arena, FileBytes file, const char *where, NamedTensors *out,
                      Error *err) {
    Arena *scratch = arena_new();
    TorchFile opened;
    TorchReader reader = {arena, &opened, where, err,
                          TORCH_MAX_GROWTH * (uint64_t)file.size};
    bool good =
        torch_open(scratch, file, where, &opened, err) && read_all(&reader, scratch, out);
    arena_free(scratch);
    return good;
}

bool torch_read(Arena *arena, const char *path, NamedTensors *out, Error *err) {
    Arena *scratch = arena_new();
    FileBytes file;
    bool good = file_read(scratch, path, MAX_WEIGHTS_FILE, &file, err) &&
                torch_read_bytes(arena, file, path, out, err);
    arena_free(scratch);
    return good;
}
