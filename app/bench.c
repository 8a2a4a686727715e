/* stylegrad bench: what one step of style transfer costs on this machine, layer by layer,
 * beside what the machine could do. */
#include "app/bench.h"

#include <string.h>

#include "app/bench_style.h"
#include "app/bench_train.h"
#include "app/commands.h"
#include "app/memory.h"
#include "app/session.h"
#include "app/stopwatch.h"
#include "tensor/clock.h"
#include "tensor/kernels/kernels.h"
#include "tensor/threads.h"
#include "transfer/input.h"
#include "transfer/problem.h"
#include "transfer/recipe_file.h"
#include "transfer/recipe_usual.h"

#define SIDE 256
#define TRAIN_SIDE 64
#define TRAIN_BATCH 100
#define UPDATE_SIDE 128
#define UPDATE_BATCH 4
#define PASS_SIDE 512
#define ROUNDS 5

/* Operations of the textbook's loops: a product and a sum for each product of the op, say
 * for every weight that a convolution uses. The gradient of one input takes as many. */
static double flop_of(const Node *y) {
    return y->op->plan.work ? 2 * y->op->plan.work(y) : 0;
}

static void name_row(BenchRow *row, const Node *y) {
    const char *of = y->inputs ? y->in[0]->label : NULL;
    if (y->label)
        snprintf(row->name, sizeof row->name, "%s", y->label);
    else
        snprintf(row->name, sizeof row->name, "%s %s", y->op->name, of ? of : "");
}

/* Adds node y with its times to a row. */
static void add_node(BenchRow *row, const Node *y, Timer *timer, int rounds) {
    row->forward += spread_of(timer->forward, rounds).median;
    row->backward += spread_of(timer->backward, rounds).median;
    row->flop_forward += flop_of(y);
    if (y->in[0]->grad) row->flop_backward += flop_of(y);
    if (y->inputs > 1 && y->in[1]->grad) row->flop_backward += flop_of(y);
    row->bytes += shape_size(y->shape) * sizeof(real) * (y->grad ? 2 : 1);
}

/* A row for each node that is more than one number; what remains are losses. */
static void fill_rows(Bench *bench, Arena *arena, const Stopwatch *watch) {
    const int nodes = tape_size(watch->tape);
    bench->row = ARENA_NEW(arena, BenchRow, (size_t)nodes);
    snprintf(bench->losses.name, sizeof bench->losses.name, "losses");
    bench->losses.op = "all";
    bench->losses.shape = SCALAR;
    for (int id = 0; id < nodes; id++) {
        const Node *y = tape_node(watch->tape, id);
        if (y->inputs == 0) continue;
        BenchRow *row = &bench->losses;
        if (shape_size(y->shape) > 1) {
            row = &bench->row[bench->count++];
            row->op = y->op->name;
            row->shape = y->shape;
            name_row(row, y);
        }
        add_node(row, y, &watch->timer[id], bench->rounds);
    }
    bench->flop = bench->losses.flop_forward + bench->losses.flop_backward;
    for (int i = 0; i < bench->count; i++)
        bench->flop += bench->row[i].flop_forward + bench->row[i].flop_backward;
}

/* One round to warm up, then the rounds that count. Without a loss they are forward only.
 * Adam (or NULL) takes the gradients as they are after backward. */
static void run_rounds(Bench *bench, Arena *arena, Tape *tape, Node *loss,
                       Optimizer *adam) {
    const size_t rounds = (size_t)bench->rounds;
    double *forward = ARENA_NEW(arena, double, rounds),
           *backward = ARENA_NEW(arena, double, rounds),
           *move = ARENA_NEW(arena, double, rounds),
           *step = ARENA_NEW(arena, double, rounds);
    tape_forward(tape);
    if (loss) tape_backward(tape, loss);
    Stopwatch *watch = stopwatch_new(arena, tape, bench->rounds);
    for (int i = 0; i < bench->rounds; i++) {
        stopwatch_round(watch, i);
        double start = seconds_now();
        tape_forward(tape);
        double middle = seconds_now();
        if (loss) tape_backward(tape, loss);
        double end = seconds_now();
        if (adam) optimizer_step(adam);
        double moved = adam ? seconds_now() : end;
        forward[i] = middle - start;
        backward[i] = end - middle;
        move[i] = moved - end;
        step[i] = moved - start;
    }
    stopwatch_remove(watch);
    bench->forward = spread_of(forward, bench->rounds);
    bench->backward = spread_of(backward, bench->rounds);
    bench->move = spread_of(move, bench->rounds);
    bench->step = spread_of(step, bench->rounds);
    fill_rows(bench, arena, watch);
}

static Tensor random_image(Arena *arena, int side, uint64_t seed) {
    Tensor image = tensor_alloc(arena, (Shape){1, 3, side, side});
    Rng rng = rng_seed(seed);
    tensor_fill_uniform(image, &rng, 0, 1);
    return image;
}

/* Fills everything but the roofline, whose arrays would show in the peak of memory. */
static bool measure(Bench *bench, const Session *s, Error *err) {
    Shape last;
    Tensor content, style, image;
    Problem problem;
    Recipe recipe = s->recipe;
    if (!recipe_complete(&recipe, s->network, err)) return false;
    const LayerList *layers = &recipe.style.layers;
    if (!network_shape(s->network, layers->item[layers->count - 1].name,
                       (Shape){1, 3, bench->side, bench->side}, &last, err))
        return false;
    content = random_image(s->arena, bench->side, 1);
    style = random_image(s->arena, bench->side, 2);
    image = random_image(s->arena, bench->side, 3);
    if (!problem_init(&problem, s->arena, &recipe, s->network, content, style, image,
                      err))
        return false;
    run_rounds(bench, s->arena, problem.losses->tape, problem.losses->total, NULL);
    bench->tape_bytes = problem_bytes(&problem);
    bench->peak_bytes = memory_peak();
    problem_free(&problem);
    return true;
}

/* The layers and losses of document 002 for SqueezeNet, Gatys' losses for the others, at
 * the layers that are usual for them and their weights. */
static bool recipe_for(const Recipe *asked, Recipe *out, Error *err) {
    bool squeezenet = strncmp(asked->net.name, "squeezenet", 10) == 0;
    const char *net = asked->net.name;
    const Pooling pool = asked->net.pool;
    const bool recompute = asked->run.recompute;
    const Store store = asked->run.store;
    if (!recipe_read(squeezenet ? "c2-starry" : "seed0-formula", out, err)) return false;
    if (!squeezenet) out->content.layers = out->style.layers = (LayerList){0};
    out->net.name = net;
    out->net.pool = pool;
    out->run.recompute = recompute;
    out->run.store = store;
    return true;
}

/* What the command can be told. */
typedef struct BenchOptions {
    Options network;
    const char *kernels; /* name of the table */
    int side, batch, rounds;
    bool train, update, pass, json;
} BenchOptions;

static int print(Bench *bench, const BenchOptions *options) {
    Error err;
    bench->roof = roofline_measure(bench->threads);
    if (options->json && !bench_print_json(bench, stdout, &err))
        return session_complain("bench", &err);
    if (!options->json) bench_print(bench, stdout);
    return 0;
}

static bool begin(Arena *arena, const BenchOptions *options, BenchRun *out, Error *err) {
    if (options->update)
        return bench_style_update(arena, options->side, options->batch, out, err);
    if (options->pass)
        return bench_style_pass(arena, options->side, options->batch, out, err);
    *out = bench_training(arena, options->side, options->batch);
    return true;
}

static bool measure_run(Bench *bench, Arena *arena, const BenchOptions *options,
                        Error *err) {
    BenchRun run = {0};
    if (!begin(arena, options, &run, err)) return false;
    run_rounds(bench, arena, run.tape, run.loss, run.adam);
    bench->tape_bytes = tape_bytes(run.tape);
    bench->peak_bytes = memory_peak();
    tape_free(run.tape);
    return true;
}

/* What needs no network of the options: a training, or a style. */
static int run_other(const BenchOptions *options) {
    Error err;
    if (options->network.threads) threads_set(options->network.threads);
    kernels = kernels_find(options->kernels);
    Bench bench = {.net = options->update ? "train-style"
                          : options->pass ? "stylize"
                                          : "training",
                   .kernels = kernels->name,
                   .side = options->side,
                   .batch = options->batch,
                   .threads = threads_count(),
                   .rounds = options->rounds};
    Arena *arena = arena_new();
    const bool good = measure_run(&bench, arena, options, &err);
    const int status = good ? print(&bench, options) : session_complain("bench", &err);
    arena_free(arena);
    return status;
}

static int run_step(BenchOptions *options) {
    Error err;
    Session s;
    const Recipe asked = options->network.recipe;
    kernels = kernels_find(options->kernels);
    if (!recipe_for(&asked, &options->network.recipe, &err) ||
        !session_open_network(&s, &options->network, &err))
        return session_complain("bench", &err);
    Bench bench = {.net = options->network.recipe.net.name,
                   .kernels = kernels->name,
                   .side = options->side,
                   .batch = 1,
                   .threads = threads_count(),
                   .rounds = options->rounds};
    int status;
    if (measure(&bench, &s, &err)) {
        bench_optimizers(&bench);
        status = print(&bench, options);
    } else {
        status = session_complain("bench", &err);
    }
    session_close(&s);
    return status;
}

#define AT(field) offsetof(BenchOptions, field)

static const Option own_options[] = {
    {"size", &setting_count, AT(side), MIN_IMAGE_SIDE, MAX_IMAGE_SIDE,
     .help = "side of the square image in pixels (256; with --train 64, --train-style "
             "128, --stylize 512)"},
    {"kernels", &setting_name, AT(kernels), .names = kernels_known,
     .help = "the default ones, those without Winograd, or the textbook loops"},
    {"rounds", &setting_count, AT(rounds), 1, 1e9,
     .help = "steps to measure, after one to warm up (5)"},
    {"train", &setting_flag, AT(train),
     .help = "measure a training step of a small network instead"},
    {"train-style", &setting_flag, AT(update),
     .help = "measure an update of train-style instead"},
    {"stylize", &setting_flag, AT(pass), .help = "measure one pass of stylize instead"},
    {"batch", &setting_count, AT(batch), 1, 4096,
     .help = "their images (100; with --train-style 4, --stylize 1)"},
    {"json", &setting_flag, AT(json), .help = "print one JSON object"},
    {0},
};

static const char *const of_network[] = {"net", "weights", NULL};
static const char *const of_recipe[] = {"pool", NULL};
static const char *const of_memory[] = {"recompute", "store", NULL};

static const OptionGroup groups[] = {
    {.rows = network_options, .offset = AT(network), .only = of_network},
    {.rows = recipe_fields, .offset = AT(network.recipe), .only = of_recipe},
    {.rows = own_options},
    {.rows = recipe_memory_fields, .offset = AT(network.recipe), .only = of_memory},
    {.rows = thread_options, .offset = AT(network.threads)},
    {0},
};

/* Of the sizes, those that were not said. */
static void complete(BenchOptions *own) {
    const int side = own->train    ? TRAIN_SIDE
                     : own->update ? UPDATE_SIDE
                     : own->pass   ? PASS_SIDE
                                   : SIDE;
    const int batch = own->train ? TRAIN_BATCH : own->update ? UPDATE_BATCH : 1;
    if (own->side == 0) own->side = side;
    if (own->batch == 0) own->batch = batch;
}

static int run(const CommandLine *line) {
    Error err;
    BenchOptions own = {.kernels = kernels->name, .rounds = ROUNDS};
    if (!scene_options_read(line, NULL, true, &own, &own.network, &err))
        return options_refuse(line, &err);
    if (own.train + own.update + own.pass > 1) {
        error_set(&err, "--train, --train-style and --stylize: name one of them");
        return options_refuse(line, &err);
    }
    complete(&own);
    return own.train || own.update || own.pass ? run_other(&own) : run_step(&own);
}

const Command command_bench = {
    .name = "bench",
    .operands = "",
    .summary = "measure one step, layer by layer, beside what the machine could do",
    .details =
        "A step is forward, all losses, and backward to the image, with frozen "
        "weights.\n"
        "VGG: style of relu1_1 to relu5_1, content of relu4_2, total variation;\n"
        "SqueezeNet: the layers of document 002. GFLOP/s and share of peak count the\n"
        "operations of direct convolution, whatever the kernel saves; the peak is a loop "
        "of\n"
        "multiply-adds, measured on the spot. bench/compare does the same in PyTorch, "
        "and\n"
        "docs/en/kernels.md explains how the tables of kernels differ.\n\n"
        "With --train: forward, cross-entropy, backward to all weights, and Adam, of a "
        "small\n"
        "network (3x3 convolutions to 16, 32, 64, 128 channels, each with ReLU and max\n"
        "pooling, then linear) on a batch of images; --net and the like do not "
        "matter.\n\n"
        "With --train-style: all that one update of train-style computes, with its "
        "usual\n"
        "network and losses, on random squares. With --stylize: one pass, forward "
        "only.\n\n"
        "examples:\n"
        "  stylegrad bench --net vgg19 --size 512 --threads 2\n"
        "  stylegrad bench --train-style --size 256 --threads 1\n",
    .groups = groups,
    .less_memory = "a smaller --size, a smaller --batch or --recompute",
    .run = run,
};
