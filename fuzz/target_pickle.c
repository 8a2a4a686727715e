#include "fuzz/fuzz.h"
#include "io/pickle.h"
#include "io/torch_file.h"

static bool read(Arena *arena, FileBytes file, Error *err) {
    static const char *const globals[] = {TORCH_FUNCTIONS, "collections.OrderedDict",
                                          "torch.FloatStorage", NULL};
    PickleResult out;
    const Pickle *key, *value;
    if (!pickle_read(arena, file, globals, "file", &out, err)) return false;
    for (size_t i = 0; i < pickle_entries(out.root); i++)
        pickle_entry(out.root, i, &key, &value);
    pickle_get(out.root, "state_dict");
    return true;
}

FUZZ_READER(read)
