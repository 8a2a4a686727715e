/* stylegrad features: what a network sees in a picture, as numbers and as pictures. */
#include <math.h>
#include <string.h>

#include "app/commands.h"
#include "app/session.h"
#include "autograd/tape.h"
#include "io/file.h"
#include "io/image.h"
#include "io/npz.h"
#include "nn/ops.h"
#include "tensor/no_memory.h"

/* All channels of one layer as one grey sheet, each channel scaled to its own largest
 * value, with a dark line of one pixel between them. */
static Tensor sheet(Arena *arena, Tensor features) {
    Shape s = features.shape;
    int columns = (int)ceil(sqrt((double)s.c * s.h / s.w)), wide = s.w + 1,
        high = s.h + 1;
    int lines = (s.c + columns - 1) / columns;
    Tensor grey =
        tensor_alloc(arena, (Shape){1, 1, lines * high - 1, columns * wide - 1});
    for (int c = 0; c < s.c; c++) {
        const real *plane = tensor_at(features, 0, c, 0, 0);
        real largest = 0;
        for (int i = 0; i < s.h * s.w; i++)
            if (plane[i] > largest) largest = plane[i];
        for (int y = 0; largest > 0 && y < s.h; y++)
            for (int x = 0; x < s.w; x++)
                *tensor_at(grey, 0, 0, c / columns * high + y, c % columns * wide + x) =
                    plane[y * s.w + x] / largest;
    }
    return grey;
}

static bool write_sheets(Arena *arena, const char *folder, const NamedTensors *layers,
                         Error *err) {
    if (!file_make_folder(folder, err)) return false;
    for (size_t i = 0; i < layers->count; i++) {
        char path[4096];
        int length = snprintf(path, sizeof path, "%s/%s", folder, layers->items[i].name);
        for (char *p = path + strlen(folder) + 1; *p; p++)
            if (*p == '/') *p = '-';
        snprintf(path + length, sizeof path - (size_t)length, ".png");
        if (!image_write(path, sheet(arena, layers->items[i].tensor), err)) return false;
        printf("  %s\n", path);
    }
    return true;
}

static bool compute(const Session *s, const LayerList *wanted, NamedTensors *out,
                    Error *err) {
    const char *names[LAYERS_MOST];
    Node *nodes[LAYERS_MOST];
    for (int i = 0; i < wanted->count; i++)
        names[i] = wanted->item[i].name;
    const MemoryUse before = memory_for("the layers of the network", NULL);
    Tape *tape = tape_new();
    Node *input = ag_normalize(tape_constant(tape, s->scene.content),
                               network_normalize(s->network));
    bool ok = network_record(s->network, tape, input, names, wanted->count, nodes, err);
    out->count = (size_t)wanted->count;
    out->items = ARENA_NEW(s->arena, NamedTensor, out->count);
    for (int i = 0; ok && i < wanted->count; i++)
        out->items[i] = (NamedTensor){
            .name = names[i], .rank = 4, .tensor = tape_keep(s->arena, nodes[i])};
    tape_free(tape);
    memory_for_again(before);
    return ok;
}

static bool save_features(const Session *s, const Options *options, Error *err) {
    NamedTensors layers;
    const char *out = options->out ? options->out : "features.npz";
    if (options->layers.count == 0)
        return error_set(err, "wants --layers, for example --layers relu1_1,relu3_1");
    if (!compute(s, &options->layers, &layers, err) || !npz_write(out, &layers, err))
        return false;
    printf("saved %s\n", out);
    for (size_t i = 0; i < layers.count; i++)
        printf("  %-12s %s\n", layers.items[i].name, SHAPE(layers.items[i].tensor.shape));
    return !options->folder || write_sheets(s->arena, options->folder, &layers, err);
}

static int features(const Options *options) {
    Error err;
    Session s;
    if (!session_open(&s, options, &err)) return session_complain("features", &err);
    bool ok = save_features(&s, options, &err);
    session_close(&s);
    return ok ? 0 : session_complain("features", &err);
}

const Command command_features = {
    .name = "features",
    .operands = "IMAGE",
    .operands_least = 1,
    .operands_most = 1,
    .summary = "save a network's activations for a picture",
    .details =
        "The .npz file holds one array (1,c,h,w) for each layer.\n\n"
        "example: stylegrad features photo.jpg --layers relu1_1,pool2 -o f.npz --png "
        "sheets --net vgg19 --weights vgg19.safetensors\n",
    .mask = FOR_FEATURES,
    .less_memory = "a smaller --size",
    .run = features,
};
