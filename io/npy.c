#include "io/npy.h"

#include <stdio.h>
#include <string.h>

#include "io/limits.h"
#include "io/npy_header.h"
#include "tensor/text.h"

#define MAGIC "\x93NUMPY"
#define MAGIC_SIZE 6
#define HEADER_WRITTEN 128 /* bytes; NumPy's own size for up to four dimensions */

/* Magic, version, length of the header, header: gives the header and where data starts.
 */
static bool read_start(FileBytes file, const char *where, NpyHeader *header,
                       size_t *start, Error *err) {
    if (file.size < MAGIC_SIZE + 4 || memcmp(file.data, MAGIC, MAGIC_SIZE) != 0)
        return error_set(err, "%s: not an .npy file; save it with numpy.save", where);
    int version = file.data[MAGIC_SIZE], minor = file.data[MAGIC_SIZE + 1];
    if (version < 1 || version > 3 || minor != 0)
        return error_set(err,
                         "%s: .npy version %d.%d, known are 1.0, 2.0 and 3.0; save it "
                         "with numpy.save",
                         where, version, minor);
    int width = version == 1 ? 2 : 4;
    size_t before = (size_t)(MAGIC_SIZE + 2 + width);
    if (file.size < before)
        return error_set(err, "%s: cut off in its header; copy it again", where);
    size_t length = (size_t)bytes_load(file.data + MAGIC_SIZE + 2, width);
    if (length > NPY_MAX_HEADER)
        return error_set(err,
                         "%s: states a header of %zu bytes, at most %zu are read; "
                         "save it again with numpy.save" OR_RAISE(NPY_MAX_HEADER),
                         where, length, NPY_MAX_HEADER);
    if (length > file.size - before)
        return error_set(err, "%s: cut off in its header; copy it again", where);
    *start = before + length;
    return npy_header_read((const char *)file.data + before, length, where, header, err);
}

/* The index in the file of element (i0, ..., i3), whose row-major index is `index`, if
 * the file is column-major: i0 + n (i1 + c (i2 + h i3)). */
static size_t fortran_place(Shape s, size_t index) {
    size_t n = (size_t)s.n, c = (size_t)s.c, h = (size_t)s.h, w = (size_t)s.w;
    size_t i3 = index % w, i2 = index / w % h, i1 = index / w / h % c;
    size_t i0 = index / w / h / c;
    return i0 + n * (i1 + c * (i2 + h * i3));
}

static bool read_bytes(Arena *arena, FileBytes file, const char *where, NamedTensor *out,
                       NumberKind *kind, Error *err) {
    NpyHeader header = {0};
    Shape shape;
    size_t start = 0;
    if (!read_start(file, where, &header, &start, err)) return false;
    const char *problem = sides_to_shape(header.sides, header.rank, &shape);
    if (problem) return error_set(err, "%s: %s; save other data", where, problem);
    size_t count = shape_size(shape), each = number_size(header.kind);
    if (file.size - start != count * each)
        return error_set(err,
                         "%s: holds %zu bytes of numbers, its shape asks for %zu; "
                         "copy or save it again",
                         where, file.size - start, count * each);
    *kind = header.kind;
    out->rank = header.rank;
    out->tensor = tensor_alloc(arena, shape);
    if (number_whole(header.kind)) {
        Error whole;
        error_set(&whole, "%s: holds whole numbers, and weights are floats; save %s",
                  where, "array.astype('<f4')");
        out->problem = arena_string(arena, whole.text);
    }
    const unsigned char *data = file.data + start;
    for (size_t i = 0; i < count; i++) {
        size_t place = header.fortran ? fortran_place(shape, i) : i;
        out->tensor.data[i] = (real)number_load(header.kind, data + place * each);
    }
    return true;
}

bool npy_read_bytes(Arena *arena, FileBytes file, const char *where, NamedTensor *out,
                    Error *err) {
    NumberKind kind;
    return read_bytes(arena, file, where, out, &kind, err);
}

/* "folder/gram.npy" is called "gram". */
static const char *name_of_path(Arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    char *name = arena_string(arena, slash ? slash + 1 : path);
    size_t length = strlen(name);
    if (length > 4 && strcmp(name + length - 4, ".npy") == 0) name[length - 4] = 0;
    return name;
}

bool npy_read_kind(Arena *arena, const char *path, NamedTensor *out, NumberKind *kind,
                   Error *err) {
    Arena *scratch = arena_new();
    FileBytes file;
    bool good = file_read(scratch, path, MAX_WEIGHTS_FILE, &file, err) &&
                read_bytes(arena, file, path, out, kind, err);
    if (good) out->name = name_of_path(arena, path);
    arena_free(scratch);
    return good;
}

bool npy_read(Arena *arena, const char *path, NamedTensor *out, Error *err) {
    NumberKind kind;
    return npy_read_kind(arena, path, out, &kind, err);
}

/* The tuple of Python: "()", "(3,)", "(3, 4)". */
static void shape_tuple(Shape shape, int rank, char *out, size_t room) {
    int sides[NUMBER_SIDES];
    sides_from_shape(shape, rank, sides);
    snprintf(out, room, "(");
    for (int i = 0; i < rank; i++)
        text_append(out, room, i ? ", %d" : "%d", sides[i]);
    text_append(out, room, rank == 1 ? ",)" : ")");
}

FileBytes npy_write_bytes(Arena *arena, Tensor t, int rank) {
    NumberKind kind = sizeof(real) == 4 ? NUMBER_F32 : NUMBER_F64;
    size_t count = shape_size(t.shape), each = number_size(kind);
    FileBytes file = {.size = HEADER_WRITTEN + count * each};
    file.data = arena_alloc(arena, file.size);
    memcpy(file.data, MAGIC "\x01\x00", MAGIC_SIZE + 2);
    bytes_store(file.data + MAGIC_SIZE + 2, 2, HEADER_WRITTEN - MAGIC_SIZE - 4);

    char tuple[64], header[HEADER_WRITTEN];
    shape_tuple(t.shape, rank, tuple, sizeof tuple);
    int length = snprintf(header, sizeof header,
                          "{'descr': '<f%zu', 'fortran_order': False, 'shape': %s, }",
                          each, tuple);
    unsigned char *text = file.data + MAGIC_SIZE + 4;
    memset(text, ' ', HEADER_WRITTEN - MAGIC_SIZE - 4);
    memcpy(text, header, (size_t)length);
    file.data[HEADER_WRITTEN - 1] = '\n';

    for (size_t i = 0; i < count; i++)
        number_store(kind, file.data + HEADER_WRITTEN + i * each, (double)t.data[i]);
    return file;
}

bool npy_write(const char *path, Tensor t, int rank, Error *err) {
    Arena *scratch = arena_new();
    FileBytes file = npy_write_bytes(scratch, t, rank);
    bool good = file_write(path, file.data, file.size, err);
    arena_free(scratch);
    return good;
}
