#include "app/options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef enum Kind {
    TEXT,
    FLAG,
    COUNT,
    SIDE,
    BATCH,
    THREADS,
    NUMBER,
    SEED,
    CHOICE,
    LAYERS
} Kind;

typedef struct Row {
    const char *name;
    int letter; /* short form, or 0 */
    Kind kind;
    const char *takes; /* placeholder; for a CHOICE its names in the enum's order */
    size_t offset;     /* of the value in Options */
    double least;      /* smallest number */
    int mask;          /* FOR_... */
    const char *help;
} Row;

#define AT(field) offsetof(Options, field)
#define BOTH (FOR_PAINT | FOR_EVAL)
#define NET (BOTH | FOR_FEATURES)
#define PLOT (FOR_PAINT | FOR_GRADCHECK)
#define FORM (BOTH)

static const Row rows[] = {
    {"out", 'o', TEXT, "FILE", AT(out), 0, FOR_PAINT | FOR_FEATURES | FOR_TRAIN,
     "where the result goes (out.png; features.npz; paintnet.safetensors)"},
    {"teacher", 0, TEXT, "A,B", AT(teacher), 0, FOR_TRAIN,
     "weights of the networks to learn from"},
    {"batch", 0, BATCH, "N", AT(batch), 1, FOR_TRAIN, "photographs a step (24)"},
    {"painted", 0, BATCH, "N", AT(painted), 0, FOR_TRAIN,
     "how many of them are paintings by the network itself (4)"},
    {"steps", 0, COUNT, "N", AT(train_steps), 10, FOR_TRAIN, "steps of Adam (6000)"},
    {"lr", 0, NUMBER, "X", AT(train_rate), 1e-12, FOR_TRAIN,
     "its highest learning rate, in one cycle (0.004)"},
    {"half", 0, FLAG, NULL, AT(half), 0, FOR_TRAIN,
     "write 16-bit numbers, half the size"},
    {"image", 0, TEXT, "X", AT(image), 0, FOR_EVAL, "the picture to measure (CONTENT)"},
    {"recipe", 0, TEXT, "NAME", AT(recipe_name), 0, BOTH,
     "start from these settings; see 'stylegrad recipes' (paint)"},
    {"net", 0, TEXT, "NAME", AT(net), 0, NET | FOR_BENCH | FOR_WEIGHTS,
     "paintnet, vgg19, vgg16, squeezenet1_1, squeezenet1_0 (as the weights are)"},
    {"weights", 0, TEXT, "FILE", AT(weights), 0, NET | FOR_BENCH,
     ".safetensors, .pth or .npz, or random:SEED (paintnet's own, else random:1)"},
    {"preprocess", 0, CHOICE, "auto|torch|caffe|caffe-rgb|none", AT(preprocess), 0,
     NET | FOR_WEIGHTS, "what the weights were made to read (told from the file)"},
    {"picture", 0, TEXT, "FILE", AT(picture), 0, FOR_WEIGHTS,
     "what the mean activations are of (assets/scene.png)"},
    {"pool", 0, CHOICE, "default|max|avg", AT(recipe.pool), 0, NET | FOR_BENCH,
     "pooling (the network's own)"},
    {"size", 0, SIDE, "N", AT(recipe.size), 16, NET | FOR_WEIGHTS,
     "longer side in pixels"},
    {"tile", 0, SIDE, "N", AT(recipe.tile), 16, BOTH,
     "compute in tiles of N x N pixels: little memory, more time, the same result"},
    {"size", 0, SIDE, "N", AT(side), 16, FOR_BENCH,
     "side of the square picture in pixels (256; with --train 64)"},
    {"recompute", 0, FLAG, NULL, AT(recipe.recompute), 0, BOTH | FOR_BENCH,
     "less memory, more time, the same bits: compute features again"},
    {"size", 0, SIDE, "N", AT(side), 16, FOR_TRAIN,
     "side of the squares that are learned from, a multiple of 4 (64)"},
    {"train", 0, FLAG, NULL, AT(train), 0, FOR_BENCH,
     "measure a training step of a small network instead"},
    {"batch", 0, BATCH, "N", AT(batch), 1, FOR_BENCH, "its pictures (100)"},
    {"rounds", 0, COUNT, "N", AT(rounds), 1, FOR_BENCH,
     "steps to measure, after one to warm up (5)"},
    {"kernels", 0, CHOICE, "fast|gemm|ref", AT(kernels), 0, FOR_BENCH,
     "the default ones, those without Winograd, or the textbook loops"},
    {"layers", 0, LAYERS, "A,B", AT(layers), 0, FOR_FEATURES, "the layers to save"},
    {"content-layers", 0, LAYERS, "A,B", AT(recipe.content_layers), 0, BOTH,
     "layers whose features are kept, NAME or NAME:WEIGHT"},
    {"style-layers", 0, LAYERS, "A:W,B:W", AT(recipe.style_layers), 0, BOTH,
     "layers whose Gram matrices are kept"},
    {"content-weight", 0, NUMBER, "X", AT(recipe.content_weight), 0, BOTH,
     "weight of the content loss"},
    {"style-weight", 0, NUMBER, "X", AT(recipe.style_weight), 0, BOTH,
     "weight of the style loss"},
    {"tv-weight", 0, NUMBER, "X", AT(recipe.tv_weight), 0, BOTH,
     "weight of the total variation"},
    {"content-form", 0, CHOICE, "half-sum|sum|mean|relative", AT(recipe.content_form), 0,
     FORM, "formula of the content loss"},
    {"style-form", 0, CHOICE, "gatys|cs231n|mean|sum|raw-mean|image-size|relative",
     AT(recipe.style_form), 0, FORM, "formula of the style loss"},
    {"tv-form", 0, CHOICE, "squares|abs|pow1.25", AT(recipe.tv_form), 0, FORM,
     "formula of the total variation"},
    {"tv-space", 0, CHOICE, "unit|input", AT(recipe.tv_space), 0, FORM,
     "where it measures: RGB in [0,1], or the network's input"},
    {"init", 0, TEXT, "content|noise|style|FILE", AT(init), 0, FOR_PAINT,
     "the first picture"},
    {"steps", 0, COUNT, "N", AT(recipe.steps), 1, FOR_PAINT,
     "steps of the optimiser; a recipe's drop of the rate moves along"},
    {"optim", 0, CHOICE, "gd|adam|lbfgs|anneal", AT(recipe.method), 0, FOR_PAINT,
     "the optimiser"},
    {"lr", 0, NUMBER, "X", AT(recipe.rate), 0, FOR_PAINT, "its learning rate"},
    {"seed", 0, SEED, "N", AT(recipe.seed), 0, FOR_PAINT | FOR_TRAIN,
     "seed of noise and annealing (0)"},
    {"save-every", 0, COUNT, "N", AT(save_every), 1, FOR_PAINT,
     "also save the picture every N steps, as out-00010.png"},
    {"trace", 0, TEXT, "FILE.csv", AT(trace), 0, FOR_PAINT | FOR_TRAIN,
     "every step's losses"},
    {"plot", 0, TEXT, "FILE.png", AT(plot), 0, PLOT, "the curve, .png or .svg (gnuplot)"},
    {"grad", 0, TEXT, "FILE.npy", AT(grad), 0, FOR_EVAL,
     "save d total / d picture, RGB in [0,1]"},
    {"json", 0, FLAG, NULL, AT(json), 0, FOR_EVAL | FOR_BENCH | FOR_WEIGHTS,
     "print one JSON object"},
    {"png", 0, TEXT, "FOLDER", AT(folder), 0, FOR_FEATURES,
     "also save each layer as a sheet of grey pictures"},
    {"step", 0, NUMBER, "H", AT(step), 1e-12, FOR_GRADCHECK,
     "step of the central difference"},
    {"threads", 0, THREADS, "N", AT(threads), 1,
     NET | FOR_GRADCHECK | FOR_BENCH | FOR_TRAIN | FOR_WEIGHTS,
     "threads (all processors)"},
    {"help", 'h', FLAG, NULL, AT(help), 0, ~0, "this text"},
};
enum { ROWS = sizeof rows / sizeof *rows };

/* Index of `name` among the names "a|b|c", or -1. */
static int choice_index(const char *names, const char *name) {
    size_t wanted = strlen(name);
    for (int i = 0;; i++) {
        size_t length = strcspn(names, "|");
        if (length == wanted && strncmp(names, name, length) == 0) return i;
        if (!names[length]) return -1;
        names += length + 1;
    }
}

static bool set_number(const Row *row, const char *text, double *out, Error *err) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value) || value < row->least)
        return error_set(err, "--%s %s: wants a number of at least %g", row->name, text,
                         row->least);
    *out = value;
    return true;
}

static bool set_count(const Row *row, const char *text, long most, int *out, Error *err) {
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (end == text || *end || errno || (double)value < row->least || value > most)
        return error_set(err, "--%s %s: wants a whole number from %g to %ld", row->name,
                         text, row->least, most);
    *out = (int)value;
    return true;
}

static bool set_seed(const Row *row, const char *text, uint64_t *out, Error *err) {
    char *end;
    errno = 0;
    *out = strtoull(text, &end, 10);
    if (end == text || *end || errno || *text == '-')
        return error_set(err, "--%s %s: wants a whole number", row->name, text);
    return true;
}

static bool set(Options *options, const Row *row, const char *text, Error *err) {
    void *place = (char *)options + row->offset;
    switch (row->kind) {
    case TEXT:
        if (!*text) return error_set(err, "--%s: wants %s", row->name, row->takes);
        *(const char **)place = text;
        return true;
    case FLAG:
        *(bool *)place = true;
        return true;
    case COUNT:
        return set_count(row, text, 1000000000, place, err);
    case SIDE:
        return set_count(row, text, 16384, place, err);
    case BATCH:
        return set_count(row, text, 4096, place, err);
    case THREADS:
        return set_count(row, text, 256, place, err);
    case NUMBER:
        return set_number(row, text, place, err);
    case SEED:
        return set_seed(row, text, place, err);
    case LAYERS:
        return layers_parse(text, place, err);
    case CHOICE:
        break;
    }
    int index = choice_index(row->takes, text);
    if (index < 0)
        return error_set(err, "--%s %s: wants one of %s", row->name, text, row->takes);
    *(int *)place = index; /* an enum has an int's size in every ABI the project knows */
    return true;
}

static bool accepts(const Command *command, const Row *row) {
    int mask = command->mask & LIKE_PAINT ? command->mask | FOR_PAINT : command->mask;
    return row->mask & mask;
}

/* Walks argv once; `only` restricts the walk to one option, NULL takes them all. */
static bool walk(Options *options, const Command *command, int argc, char **argv,
                 const char *only, Error *err) {
    struct option table[ROWS + 1] = {{0}};
    for (int i = 0, n = 0; i < ROWS; i++)
        if (accepts(command, &rows[i]))
            table[n++] = (struct option){
                rows[i].name, rows[i].kind == FLAG ? no_argument : required_argument,
                NULL, 1000 + i};
    opterr = 0;
    optind = 0; /* glibc: start over */
    for (int code; (code = getopt_long(argc, argv, ":o:h", table, NULL)) != -1;) {
        const char *said = argv[optind - 1];
        if (code == '?')
            return error_set(err,
                             "unknown option %s; 'stylegrad %s --help' lists them all",
                             said, command->name);
        if (code == ':')
            return error_set(err, "%s wants a value; see 'stylegrad %s --help'", said,
                             command->name);
        int i = code - 1000;
        if (code < 1000)
            for (i = 0; rows[i].letter != code;)
                i++;
        if (!accepts(command, &rows[i]))
            return error_set(err,
                             "unknown option -%c; 'stylegrad %s --help' lists them all",
                             code, command->name);
        if (only && strcmp(rows[i].name, only) != 0) continue;
        if (!set(options, &rows[i], optarg, err)) return false;
    }
    return true;
}

/* content, noise, style, or a file: what --init says, into the recipe. */
static void choose_start(Options *options) {
    if (!options->init) return;
    int index = choice_index("content|noise|style", options->init);
    options->recipe.start = index < 0 ? START_FILE : (Start)index;
}

/* A recipe that changes its ways during the run does so at the same part of a run of
 * other length: document 002's drop at 180 of 200 is at 90 of 100. */
static void stretch_schedule(Recipe *recipe, int planned_steps) {
    double stretch = (double)recipe->steps / planned_steps;
    recipe->drop_step = (int)(recipe->drop_step * stretch + 0.5);
    recipe->clamp_steps = (int)(recipe->clamp_steps * stretch + 0.5);
}

bool options_parse(Options *options, const Command *command, int argc, char **argv,
                   Error *err) {
    *options =
        (Options){.recipe = recipes[0], .recipe_name = recipes[0].name, .painted = -1};
    argv[1] = argv[0];
    if (!walk(options, command, argc - 1, argv + 1, "recipe", err)) return false;
    const Recipe *recipe = recipe_find(options->recipe_name);
    if (!recipe)
        return error_set(err,
                         "--recipe %s: there is none of that name; 'stylegrad recipes' "
                         "lists them",
                         options->recipe_name);
    options->recipe = *recipe;
    options->recipe.rate = -1; /* until --lr says otherwise */
    if (!walk(options, command, argc - 1, argv + 1, NULL, err)) return false;
    choose_start(options);
    if (options->net) options->recipe.net = options->net;
    stretch_schedule(&options->recipe, recipe->steps);
    if (options->recipe.rate < 0)
        options->recipe.rate =
            options->recipe.method == recipe->method ? recipe->rate : 0;
    if (options->help) return true;
    int count = argc - 1 - optind;
    if (count < command->operands_least || count > command->operands_most)
        return error_set(err, "wants %s, got %d; see 'stylegrad %s --help'",
                         *command->operands ? command->operands : "no operands", count,
                         command->name);
    options->operands = count;
    for (int i = 0; i < count; i++)
        options->operand[i] = argv[1 + optind + i];
    return true;
}

/* "-o, --out FILE", padded to a column; a longer one gets a line of its own. */
static void print_row(const Row *row, FILE *out) {
    enum { COLUMN = 30 };
    char left[128], letter[8] = "    ";
    if (row->letter) snprintf(letter, sizeof letter, "-%c, ", row->letter);
    int length = snprintf(left, sizeof left, "%s--%s%s%s", letter, row->name,
                          row->takes ? " " : "", row->takes ? row->takes : "");
    fprintf(out, length > COLUMN ? "%s\n%*s " : "%s%*s ", left,
            length > COLUMN ? COLUMN : COLUMN - length, "");
    fprintf(out, "%s\n", row->help);
}

void options_help(const Command *command, FILE *out) {
    fprintf(out, "usage: stylegrad %s %s [options]\n%s\n\n", command->name,
            command->operands, command->summary);
    for (int i = 0; i < ROWS; i++)
        if (rows[i].mask & command->mask) print_row(&rows[i], out);
    if (*command->details) fprintf(out, "\n%s", command->details);
    if (command->explain) command->explain(out);
}
