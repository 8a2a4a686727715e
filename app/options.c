#include "app/options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/memory_limit.h"
#include "app/option_rows.h"
#include "tensor/check.h"
#include "transfer/input.h"
#include "transfer/pyramid.h"
#include "transfer/recipe_file.h"

#define RECIPE_OF_PAINT "paint"

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

static bool set_part(const Row *row, const char *text, double *out, Error *err) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= 0 && value <= 1))
        return error_set(err, "--%s %s: wants a number from 0 to 1", row->name, text);
    *out = value;
    return true;
}

static bool add_file(const Row *row, const char *text, PathList *list, Error *err) {
    if (!*text) return error_set(err, "--%s: wants a file, or - for none", row->name);
    if (list->count == STYLES_MOST)
        return error_set(err, "--%s: is said more than %d times", row->name, STYLES_MOST);
    list->path[list->count++] = strcmp(text, "-") == 0 ? NULL : text;
    return true;
}

static bool set_blend(const Row *row, const char *text, Blend *blend, Error *err) {
    const char *at = text;
    double sum = 0;
    for (blend->count = 0; blend->count < STYLES_MOST; at++) {
        char *end;
        double x = strtod(at, &end);
        if (end == at || !isfinite(x) || x < 0) break;
        sum += blend->share[blend->count++] = x;
        at = end;
        if (!*at && sum > 0 && isfinite(sum)) return true;
        if (*at != ',') break;
    }
    return error_set(err,
                     "--%s %s: wants a number for each style, none negative and not all "
                     "0, with a finite sum, such as 2,1",
                     row->name, text);
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
    case PART:
        return set_part(row, text, place, err);
    case FILES:
        return add_file(row, text, place, err);
    case BLEND:
        return set_blend(row, text, place, err);
    case MEMORY:
        return memory_limit_parse(text, place, err);
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

/* The argument in which getopt_long met what it does not know. It has gone past a long
 * option and the last letter of short ones; before that letter it stays in front. */
static const char *unknown_option(int argc, char **argv) {
    const char *past = argv[optind - 1];
    const size_t length = strlen(past);
    const bool ended = optopt == 0 || optind == argc ||
                       (length > 1 && past[0] == '-' && past[1] != 'o' &&
                        (past[1] == '-' || past[length - 1] == optopt));
    return ended ? past : argv[optind];
}

static bool refuse_option(const char *said, const Command *command, Error *err) {
    const bool is_file = access(said, F_OK) == 0;
    return error_set(err, "unknown option %s; 'stylegrad %s --help' lists them all%s%s",
                     said, command->name,
                     is_file ? ", and the file of that name is ./" : "",
                     is_file ? said : "");
}

/* Walks argv once; `only` restricts the walk to one option, NULL takes them all. */
static bool walk(Options *options, const Command *command, int argc, char **argv,
                 const char *only, Error *err) {
    struct option table[OPTIONS_MOST + 1] = {{0}};
    CHECK(option_count <= OPTIONS_MOST, "%d options", option_count);
    for (int i = 0, n = 0; i < option_count; i++)
        if (accepts(command, &option_rows[i]))
            table[n++] = (struct option){option_rows[i].name,
                                         option_rows[i].kind == FLAG ? no_argument
                                                                     : required_argument,
                                         NULL, 1000 + i};
    opterr = 0;
    optind = 0; /* glibc: start over */
    for (int code; (code = getopt_long(argc, argv, ":o:h", table, NULL)) != -1;) {
        const char *said = argv[optind - 1];
        if (code == '?') return refuse_option(unknown_option(argc, argv), command, err);
        if (code == ':')
            return error_set(err, "%s wants a value; see 'stylegrad %s --help'", said,
                             command->name);
        int i = code - 1000;
        if (code < 1000)
            for (i = 0; option_rows[i].letter != code;)
                i++;
        if (!accepts(command, &option_rows[i])) {
            const char letter[] = {'-', (char)code, 0};
            return refuse_option(letter, command, err);
        }
        if (only && strcmp(option_rows[i].name, only) != 0) continue;
        if (!set(options, &option_rows[i], optarg, err)) return false;
    }
    return true;
}

/* content, noise, style, or a file: what --init says, into the recipe. */
static void choose_start(Options *options) {
    if (!options->init) return;
    int index = choice_index("content|noise|style", options->init);
    options->recipe.start = index < 0 ? START_FILE : (Start)index;
}

/* What was not said stays as the recipe has it; a rate and how it changes belong to their
 * method. Commands that look at one picture look at the last stage. */
static void fit_recipe(Options *options, const Command *command, const Recipe *plan) {
    Recipe *recipe = &options->recipe;
    const int size = recipe->size, steps = recipe->steps;
    recipe->size = plan->size, recipe->steps = plan->steps;
    recipe_fit(recipe, size, steps);
    if (!(command->mask & FOR_PAINT))
        *recipe = recipe_stage(recipe, recipe_stages(recipe) - 1);
    if (recipe->rate < 0) recipe->rate = recipe->method == plan->method ? plan->rate : 0;
    if (recipe->method == plan->method) return;
    recipe->decay = recipe_defaults.decay, recipe->decay_every = 0;
    recipe->drop_step = 0, recipe->drop_rate = 0;
}

/* Reads the recipe that a command line names, or for paint its own; who measures without
 * naming one gets the plain network. Who is only asked for help needs no file. */
static bool read_recipe(Options *options, const Command *command, Error *err) {
    if (command->mask & FOR_PAINT && !options->recipe_name)
        options->recipe_name = RECIPE_OF_PAINT;
    options->recipe = recipe_plain();
    if (options->help || !options->recipe_name) return true;
    Error why;
    if (recipe_read(options->recipe_name, &options->recipe, &why)) return true;
    return error_set(err, "--recipe %s: %s", options->recipe_name, why.text);
}

bool options_check_lists(const Options *options, Error *err) {
    const int styles = options->operands - 1, blends = options->blend.count;
    const struct {
        const char *name;
        int count;
    } lists[] = {{"mask", options->masks.count}, {"style-mask", options->parts.count}};
    if (blends > 0 && blends != styles)
        return error_set(err, "--style-blend: has %d numbers for %d style picture%s",
                         blends, styles, styles == 1 ? "" : "s");
    for (int i = 0; i < 2; i++)
        if (lists[i].count > styles)
            return error_set(err, "--%s: is said %d times for %d style picture%s",
                             lists[i].name, lists[i].count, styles,
                             styles == 1 ? "" : "s");
    return true;
}

const char *options_tensor(const Options *options) {
    for (int i = 0; i < options->operands; i++)
        if (input_is_tensor(options->operand[i])) return options->operand[i];
    return NULL;
}

/* What --pyramid says must fit; of a recipe's own pyramid what fits is taken. */
static bool build_pyramid(Options *options, Error *err) {
    Recipe *recipe = &options->recipe;
    if (options->pyramid) return pyramid_stages(recipe, options->pyramid, err);
    if (recipe->pyramid && !recipe->stages.count)
        pyramid_fit(recipe, options_tensor(options) ? 1 : recipe->pyramid);
    return true;
}

bool options_set(Options *options, const Command *command, const char *name,
                 const char *text, Error *err) {
    for (int i = 0; i < option_count; i++)
        if (accepts(command, &option_rows[i]) && strcmp(option_rows[i].name, name) == 0)
            return set(options, &option_rows[i], text, err);
    return error_set(err, "there is no option --%s", name);
}

bool options_parse(Options *options, const Command *command, int argc, char **argv,
                   Error *err) {
    *options = (Options){.painted = -1, .init_with = -1};
    argv[1] = argv[0];
    if (!walk(options, command, argc - 1, argv + 1, "recipe", err) ||
        !walk(options, command, argc - 1, argv + 1, "help", err) ||
        !read_recipe(options, command, err))
        return false;
    const Recipe plan = options->recipe;
    options->recipe.rate = -1; /* until --lr, --size and --steps say otherwise */
    options->recipe.size = options->recipe.steps = 0;
    if (!walk(options, command, argc - 1, argv + 1, NULL, err)) return false;
    choose_start(options);
    if (options->net) options->recipe.net = options->net;
    fit_recipe(options, command, &plan);
    if (options->help) return true;
    int count = argc - 1 - optind;
    if (count < command->operands_least || count > command->operands_most)
        return error_set(err, "wants %s, got %d; see 'stylegrad %s --help'",
                         *command->operands ? command->operands : "no operands", count,
                         command->name);
    options->operands = count;
    for (int i = 0; i < count; i++)
        options->operand[i] = argv[1 + optind + i];
    if (!(command->mask & (FOR_PICTURES | FOR_CONVERT))) return true;
    return options_check_lists(options, err) && recipe_check(&options->recipe, err) &&
           (!(command->mask & FOR_PAINT) || build_pyramid(options, err));
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
    for (int i = 0; i < option_count; i++)
        if (option_rows[i].mask & command->mask) print_row(&option_rows[i], out);
    if (*command->details) fprintf(out, "\n%s", command->details);
    if (command->explain) command->explain(out);
}
