/* Finds the pickle and the storages of a PyTorch file, in both of its formats. */
#ifndef IO_TORCH_FILE_H
#define IO_TORCH_FILE_H

#include "io/limits.h"
#include "io/number.h"
#include "io/pickle.h"

/* The functions that make a tensor, or a parameter around one. */
#define TORCH_FUNCTIONS                                                                  \
    "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor",                   \
        "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state", \
        "torch._tensor._rebuild_from_type_v2", "torch._utils._rebuild_tensor_v3",        \
        "torch._utils._rebuild_qtensor", "torch._utils._rebuild_sparse_tensor",          \
        "torch._utils._rebuild_meta_tensor_no_storage",                                  \
        "torch._utils._rebuild_nested_tensor"

/* One storage, as the pickle describes it, and its numbers in the file. */
typedef struct TorchStorage {
    const char *type; /* "torch.FloatStorage" */
    bool read;        /* whether its numbers can be */
    NumberKind kind;  /* if so */
    size_t width;     /* bytes of one number */
    const char *key;
    uint64_t count; /* numbers */
    const unsigned char *data;
} TorchStorage;

typedef struct TorchFile {
    Pickle *root;        /* the saved value */
    const char *foreign; /* the first name that no state_dict has, or NULL */
    size_t count;        /* storages, or in a zip archive entries */
    TorchStorage *storages;
} TorchFile;

/* Whether the bytes begin as torch.save wrote files before PyTorch 1.6. */
bool torch_is_legacy(FileBytes file);

/* Reads the pickle and finds the storages. Everything is in the arena or points into
 * `file`, which must live as long. */
bool torch_open(Arena *arena, FileBytes file, const char *where, TorchFile *out,
                Error *err);

/* From the tuple ('storage', torch.FloatStorage, key, device, count) to kind, key, count.
 * False when it is no storage. */
bool torch_storage_id(const Pickle *value, TorchStorage *out);

/* Finds the storage of a tensor and checks that it has the stated size. */
bool torch_storage(const TorchFile *file, const Pickle *value, const char *where,
                   TorchStorage *out, Error *err);

#endif
