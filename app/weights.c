/* stylegrad weights: what a file of weights is, before anything is painted with it. */
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/session.h"
#include "io/json_build.h"
#include "io/number.h"
#include "tensor/text.h"
#include "tensor/threads.h"
#include "transfer/input.h"
#include "transfer/network_open.h"

#define SCENE "assets/scene.png"

/* What the command can be told. */
typedef struct WeightsOptions {
    Options network;
    const char *image; /* NULL: our own */
    int size;          /* longer side of the image in pixels */
    bool json;
} WeightsOptions;

/* All that is found out. */
typedef struct Report {
    const char *path, *image; /* image is NULL when nothing was measured */
    WeightFile file;
    Network *network; /* NULL when the tensors are of none that is read */
    Error strange;    /* then "" or of what relative of one they are */
    double **mean;    /* of every convolution, channel by channel, over the image */
} Report;

/* Runs the image through the network once and takes the mean after every convolution.
 */
static bool measure(Report *r, Arena *arena, const WeightsOptions *options, Error *err) {
    Tensor image;
    const int layers = network_count(r->network);
    r->mean = ARENA_NEW(arena, double *, (size_t)layers);
    r->image = options->image ? options->image : SCENE;
    if (!options->image && access(SCENE, R_OK) != 0) return r->image = NULL, true;
    if (!input_image(arena, r->image, options->size, &image, err)) return false;
    return network_means(r->network, arena, &image, 1, network_normalize(r->network),
                         layers, r->mean, err);
}

static bool find_out(Report *r, Arena *arena, const WeightsOptions *options, Error *err) {
    if (!network_file_read(arena, r->path, &r->file, err)) return false;
    NetworkOptions wanted = {.preprocess = options->network.preprocess};
    r->strange.text[0] = 0;
    if (!network_identify(&r->file.tensors, &wanted.net, &r->strange)) return true;
    if (options->network.net) wanted.net = options->network.net;
    if (!wanted.net) return true;
    r->network = network_of_file(arena, r->path, &r->file, &wanted, err);
    return r->network && measure(r, arena, options, err);
}

static void print_preprocess(const Report *r) {
    Normalize n = network_normalize(r->network);
    Preprocess p = network_preprocessing(r->network);
    printf("  reads       %s: %s, mean %.4g %.4g %.4g, deviation %.4g %.4g %.4g\n",
           preprocess_name((int)p),
           p == PREPROCESS_CAFFE ? "BGR, swapped here to RGB in [0,1]" : "RGB in [0,1]",
           n.mean[0], n.mean[1], n.mean[2], n.deviation[0], n.deviation[1],
           n.deviation[2]);
}

static void print_layers(const Report *r) {
    printf("  %-18s %-18s %s\n", "layer", "weight", r->image ? "mean activation" : "");
    for (int i = 0; i < network_count(r->network); i++) {
        const Layer *layer = network_layer(r->network, i);
        if (layer->kind != LAYER_CONV || !network_has(r->network, layer->name)) continue;
        Shape shape = {layer->channels, layer->reads, layer->kernel, layer->kernel};
        printf("  %-18s %-18s", layer->name, SHAPE(shape));
        if (r->image && r->mean[i])
            printf(" %.4g", network_layer_mean(r->network, i, r->mean));
        printf("\n");
    }
}

static void print_text(const Report *r) {
    const NamedTensors *all = &r->file.tensors;
    printf("%s\n  format      %s, %zu bytes, %zu tensors\n", SHOWN(r->path),
           r->file.format, r->file.size, all->count);
    printf("  sha256      %s\n", r->file.sha256);
    if (r->file.known) printf("  known as    %s\n", r->file.known);
    if (r->network) {
        printf("  network     %s to %s\n", network_name(r->network),
               network_deepest(r->network));
        print_preprocess(r);
        if (r->image) printf("  image     %s\n", SHOWN(r->image));
        print_layers(r);
        return;
    }
    const char *strange = r->strange.text;
    printf("  network     %s\n", *strange ? strange : "none that is known");
    for (size_t i = 0; i < all->count; i++) {
        const NamedTensor *item = &all->items[i];
        printf("  %-40s %s\n", NAME(item->name), SHAPE(item->tensor.shape));
        if (item->problem) printf("    no weight: %s\n", item->problem);
    }
}

static json_t *triple(JsonBuild *build, const double *x) {
    return json_built(build, json_pack("[f,f,f]", x[0], x[1], x[2]));
}

static json_t *layers_array(JsonBuild *build, const Report *r) {
    json_t *array = json_built(build, json_array());
    for (int i = 0; i < network_count(r->network); i++) {
        const Layer *layer = network_layer(r->network, i);
        if (layer->kind != LAYER_CONV || !network_has(r->network, layer->name)) continue;
        json_t *row =
            json_built(build, json_pack("{s:s, s:[i,i,i,i]}", "layer", layer->name,
                                        "weight", layer->channels, layer->reads,
                                        layer->kernel, layer->kernel));
        if (r->image && r->mean[i])
            json_put(build, row, "mean_activation",
                     json_real(network_layer_mean(r->network, i, r->mean)));
        json_add(build, array, row);
    }
    return array;
}

static json_t *tensors_object(JsonBuild *build, const NamedTensors *list) {
    json_t *object = json_built(build, json_object());
    for (size_t i = 0; i < list->count; i++) {
        int sides[NUMBER_SIDES];
        json_t *shape = json_built(build, json_array());
        sides_from_shape(list->items[i].tensor.shape, list->items[i].rank, sides);
        for (int k = 0; k < list->items[i].rank; k++)
            json_add(build, shape, json_integer(sides[k]));
        json_put(build, object, NAME(list->items[i].name), shape);
    }
    return object;
}

static json_t *network_object(JsonBuild *build, const Report *r) {
    const Normalize n = network_normalize(r->network);
    const Preprocess p = network_preprocessing(r->network);
    json_t *object = json_built(
        build, json_pack("{s:s, s:s, s:s, s:s, s:s?}", "network",
                         network_name(r->network), "deepest", network_deepest(r->network),
                         "preprocess", preprocess_name((int)p), "order",
                         p == PREPROCESS_CAFFE ? "BGR" : "RGB", "image", r->image));
    json_put(build, object, "mean", triple(build, n.mean));
    json_put(build, object, "deviation", triple(build, n.deviation));
    json_put(build, object, "layers", layers_array(build, r));
    return object;
}

static bool print_json(const Report *r, Error *err) {
    JsonBuild build = {0};
    json_t *all =
        json_built(&build, json_pack("{s:o, s:s, s:I, s:s, s:s?}", "file",
                                     json_path(&build, r->path), "format", r->file.format,
                                     "bytes", (json_int_t)r->file.size, "sha256",
                                     r->file.sha256, "known_as", r->file.known));
    json_put(&build, all, "tensors", tensors_object(&build, &r->file.tensors));
    if (r->strange.text[0])
        json_put(&build, all, "refused", json_string(r->strange.text));
    if (r->network) json_merge(&build, all, network_object(&build, r));
    const bool good =
        json_print(&build, all, JSON_INDENT(2) | JSON_REAL_PRECISION(17), stdout, err);
    json_decref(all);
    return good;
}

static const Option own_options[] = {
    {"image", &option_text, offsetof(WeightsOptions, image), .takes = "FILE",
     .help = "what the mean activations are of (assets/scene.png)"},
    {"size", &setting_count, offsetof(WeightsOptions, size), MIN_IMAGE_SIDE,
     MAX_IMAGE_SIDE, .help = "its longer side in pixels (512)"},
    {"json", &setting_flag, offsetof(WeightsOptions, json),
     .help = "print one JSON object"},
    {0},
};

static const char *const of_network[] = {"net", "preprocess", NULL};

static const OptionGroup groups[] = {
    {.rows = network_options,
     .offset = offsetof(WeightsOptions, network),
     .only = of_network},
    {.rows = own_options},
    {.rows = thread_options, .offset = offsetof(WeightsOptions, network.threads)},
    {0},
};

static int weights(const CommandLine *line) {
    Error err;
    WeightsOptions own = {.size = 512};
    const WeightsOptions *options = &own;
    if (!options_read(line, &own, &err)) return options_refuse(line, &err);
    Report report = {.path = line->operand[0]};
    Arena *arena = arena_new();
    if (own.network.threads) threads_set(own.network.threads);
    bool good = find_out(&report, arena, options, &err);
    if (good && options->json)
        good = print_json(&report, &err);
    else if (good)
        print_text(&report);
    arena_free(arena);
    return good ? 0 : session_complain("weights", &err);
}

const Command command_weights = {
    .name = "weights",
    .operands = "FILE",
    .operands_least = 1,
    .operands_most = 1,
    .summary = "say what a file of weights is: network, layers, hash, preprocessing",
    .details =
        "Reads .safetensors, PyTorch's .pth and .pt (without running what is in them) "
        "and "
        ".npz.\n"
        "The activations are means after each convolution's ReLU, over an image.\n"
        "mean and deviation are for RGB in [0,1]: the network reads (x - mean) / "
        "deviation.\n\n"
        "--preprocess\n"
        "  torch      (x - (.485,.456,.406)) / (.229,.224,.225)    torchvision, timm\n"
        "  caffe      255 x - (123.68,116.779,103.939), as BGR     Gatys, Keras\n"
        "  caffe-rgb  the same as RGB                              our own files\n"
        "  none       x\n"
        "Without it, it is inferred from the metadata (\"preprocess\"), from the hash of "
        "published files,\n"
        "from the first filters, and from the names of the tensors, in this order.\n",
    .groups = groups,
    .less_memory = "a smaller --size",
    .run = weights,
};
