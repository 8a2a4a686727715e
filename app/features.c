/* stylegrad features: what a network sees in an image, as numbers and as images. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/files.h"
#include "app/memory.h"
#include "app/memory_limit.h"
#include "app/save.h"
#include "app/settings.h"
#include "autograd/tape_plan.h"
#include "io/file.h"
#include "io/image.h"
#include "io/npz.h"
#include "nn/ops.h"
#include "tensor/no_memory.h"
#include "tensor/text.h"

#define OPTIONS_OF_FEATURES "a smaller --size" /* that take less memory */

/* What the command can be told. */
typedef struct FeaturesOptions {
    Options scene;
    const char *out;
    const char *folder; /* of the sheets; NULL: none */
    LayerList layers;
} FeaturesOptions;

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

/* FOLDER/LAYER.png; a slash in the layer's name becomes a dash. */
static const char *sheet_path(Arena *arena, const char *folder, const char *layer) {
    char *path = text_format(arena, "%s/%s.png", folder, layer);
    for (char *p = path + strlen(folder) + 1; *p; p++)
        if (*p == '/') *p = '-';
    return path;
}

static bool write_sheets(Arena *arena, const char *folder, const NamedTensors *layers,
                         Error *err) {
    if (!file_make_folder(folder, err)) return false;
    for (size_t i = 0; i < layers->count; i++) {
        const char *path = sheet_path(arena, folder, layers->items[i].name);
        if (!image_write(path, sheet(arena, layers->items[i].tensor), err)) return false;
        printf("  %s\n", SHOWN(path));
    }
    return true;
}

/* Records the network on a planned tape or a sketch, and keeps the layers' features. */
static bool record(const Session *s, Tensor image, const LayerList *wanted, Tape *tape,
                   Arena *arena, NamedTensors *out, Error *err) {
    const char *names[LAYERS_MOST];
    Node *nodes[LAYERS_MOST];
    for (int i = 0; i < wanted->count; i++)
        names[i] = wanted->item[i].name;
    Node *input = ag_normalize(tape_constant(tape, image), network_normalize(s->network));
    if (!network_record(s->network, tape, input, names, wanted->count, nodes, err))
        return false;
    tape_plan(tape, NULL, wanted->count, nodes);
    out->count = (size_t)wanted->count;
    out->items = ARENA_NEW(arena, NamedTensor, out->count);
    for (int i = 0; i < wanted->count; i++)
        out->items[i] = (NamedTensor){
            .name = names[i], .rank = 4, .tensor = tape_keep(arena, nodes[i])};
    return true;
}

static bool compute(const Session *s, Tensor image, const LayerList *wanted,
                    NamedTensors *out, Error *err) {
    const MemoryUse before = memory_for("the layers of the network", NULL);
    Tape *tape = tape_new_planned();
    const bool good = record(s, image, wanted, tape, s->arena, out, err);
    tape_free(tape);
    memory_for_again(before);
    return good;
}

/* Whether there is room for the tape and the features, or then for the features as
 * arrays and as a file. The session has its sizes. */
static bool fits(const Session *s, const Images *sizes, const FeaturesOptions *options,
                 Error *err) {
    enum { COPIES = 3 };
    char what[64];
    NamedTensors layers;
    Tape *tape = tape_new_sketch();
    Arena *arena = arena_new_sketch();
    const Tensor image = sizes->scene.content;
    const bool good = record(s, image, &options->layers, tape, arena, &layers, err);
    const size_t kept = arena_used(arena), tapes = tape_bytes(tape) + kept,
                 now = memory_now(), most = tapes > COPIES * kept ? tapes : COPIES * kept;
    tape_free(tape);
    arena_free(arena);
    snprintf(what, sizeof what, "%d x %d pixels", image.shape.w, image.shape.h);
    const MemoryNeed need = {now, now + sizes->unread + most, what,
                             OPTIONS_OF_FEATURES " needs less"};
    return good && memory_limit_allows(options->scene.memory_limit, &need, err);
}

static bool sheets_ready(const FeaturesOptions *options, Arena *arena, Files *files,
                         Error *err) {
    const char *folder = options->folder;
    if (!file_make_folder_check(folder, err)) return false;
    const bool exists = access(folder, F_OK) == 0;
    for (int i = 0; i < options->layers.count; i++) {
        const char *path = sheet_path(arena, folder, options->layers.item[i].name);
        if (exists && !file_write_check(path, err)) return false;
        files_write(files, "--png", path);
    }
    return true;
}

/* Before any work: all can be written, and over nothing that is read. */
static bool outputs_ready(const FeaturesOptions *options, Error *err) {
    Arena *arena = arena_new();
    Files files = {0};
    files_read_options(&files, arena, &options->scene);
    files_write(&files, "-o", options->out);
    bool good = file_write_check(options->out, err) &&
                (!options->folder || sheets_ready(options, arena, &files, err)) &&
                files_check(&files, err);
    arena_free(arena);
    return good;
}

static bool write_layers(void *context, const char *path, Error *err) {
    return npz_write(path, context, err);
}

static bool save_features(const Session *s, const Scene *scene,
                          const FeaturesOptions *options, Error *err) {
    NamedTensors layers;
    Saved saved;
    if (!compute(s, scene->content, &options->layers, &layers, err) ||
        !save_result(s->arena, options->out, write_layers, &layers, &saved, err))
        return false;
    if (!settings_print(
            settings_object(s, scene, &options->scene, SETTINGS_NETWORK, NULL, NULL),
            err))
        return false;
    printf("\n");
    save_report(&saved, stdout);
    printf("\n");
    for (size_t i = 0; i < layers.count; i++)
        printf("  %-12s %s\n", layers.items[i].name, SHAPE(layers.items[i].tensor.shape));
    return !options->folder || write_sheets(s->arena, options->folder, &layers, err);
}

static const Option own_options[] = {
    {"out", &option_text, offsetof(FeaturesOptions, out), .takes = "FILE", .letter = 'o',
     .help = "where the result goes (features.npz)"},
    {"layers", &setting_layers, offsetof(FeaturesOptions, layers), .takes = "A,B",
     .help = "the layers to save"},
    {"png", &option_text, offsetof(FeaturesOptions, folder), .takes = "FOLDER",
     .help = "also save each layer as a sheet of grey images"},
    {0},
};

static const char *const of_recipe[] = {"pool", "pad", "size", NULL};

static const OptionGroup groups[] = {
    {.rows = own_options},
    {.rows = network_options, .offset = offsetof(FeaturesOptions, scene)},
    {.rows = recipe_fields,
     .offset = offsetof(FeaturesOptions, scene.recipe),
     .only = of_recipe},
    {.rows = thread_options, .offset = offsetof(FeaturesOptions, scene.threads)},
    {.rows = memory_options, .offset = offsetof(FeaturesOptions, scene.memory_limit)},
    {0},
};

static int features(const CommandLine *line) {
    Error err;
    Session s;
    Images images;
    FeaturesOptions own = {.out = "features.npz"};
    const FeaturesOptions *options = &own;
    if (!scene_options_read(line, NULL, true, &own, &own.scene, &err))
        return options_refuse(line, &err);
    if (options->layers.count == 0) {
        error_set(&err, "wants --layers, for example --layers relu1_1,relu3_1");
        return session_complain("features", &err);
    }
    if (!outputs_ready(options, &err) ||
        !session_open_sizes(&s, &images, &options->scene, &err))
        return session_complain("features", &err);
    if (!fits(&s, &images, options, &err)) {
        session_close(&s);
        return session_complain("features", &err);
    }
    if (!session_open_images(&s, &images, &options->scene, &err))
        return session_complain("features", &err);
    bool ok = save_features(&s, &images.scene, options, &err);
    session_close(&s);
    return ok ? 0 : session_complain("features", &err);
}

const Command command_features = {
    .name = "features",
    .operands = "IMAGE",
    .operands_least = 1,
    .operands_most = 1,
    .summary = "save a network's activations for an image",
    .details =
        "The .npz file holds one array (1,c,h,w) for each layer. The network is as it "
        "was "
        "published:\nby default --pool default --pad default --size 512; a .npy tensor "
        "keeps its size.\n\n"
        "example: stylegrad features photo.jpg --layers relu1_1,pool2 -o f.npz --png "
        "sheets --net vgg19 --weights vgg19.safetensors\n",
    .groups = groups,
    .less_memory = OPTIONS_OF_FEATURES,
    .run = features,
};
