/* stylegrad train-features: makes a feature network of our own, by distillation. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/files.h"
#include "app/memory.h"
#include "app/memory_limit.h"
#include "app/save.h"
#include "app/session.h"
#include "io/csv.h"
#include "io/file.h"
#include "io/interrupt.h"
#include "io/safetensors.h"
#include "optim/schedule.h"
#include "tensor/clock.h"
#include "tensor/threads.h"
#include "train/distill.h"
#include "transfer/input.h"
#include "transfer/network_open.h"

#define OPTIONS_OF_TRAINING "a smaller --batch or --size" /* that take less memory */
#define REPORT 100                                        /* steps between two lines */
#define PHOTOGRAPHS_MOST 64                               /* files */
#define TESTS 8 /* batches of photographs never learned from, for such a line */

/* Which layer of VGG-19 teaches each layer of paintnet. The last of three is taught by the
 * last of four. */
static const DistillSettings defaults = {
    .batch = 24,
    .side = 64,
    .painted = 4,
    .layers = 7,
    .layer = {{"relu1_1", "relu1_1"},
              {"relu1_2", "relu1_2"},
              {"relu2_1", "relu2_1"},
              {"relu2_2", "relu2_2"},
              {"relu3_1", "relu3_1"},
              {"relu3_3", "relu3_4"},
              {"relu4_1", "relu4_1"}},
};

/* What the command can be told. */
typedef struct TrainOptions {
    const char *out, *teacher;
    const char *trace; /* NULL: none */
    int batch, painted, side, steps;
    double rate;
    bool half;
    uint64_t seed;
    int threads;         /* 0: as many as there are */
    size_t memory_limit; /* bytes; 0: what the machine has */
} TrainOptions;

typedef struct Training {
    Arena *arena;
    const TrainOptions *options;
    const CommandLine *line;
    Network *student;
    Distill *distill;
    Optimizer *adam;
    int done;
    Csv *trace; /* or NULL */
} Training;

static Network *open_teacher(const Training *t, const char *path, Error *err) {
    const NetworkOptions wanted = {0};
    return network_open(t->arena, path, &wanted, NULL, err);
}

/* The files of --teacher A,B; their number, 0 on failure. */
static int open_teachers(Training *t, Network *teacher[DISTILL_TEACHERS], Error *err) {
    int count = 0;
    if (!t->options->teacher) {
        error_set(err, "wants --teacher FILE, the weights to learn from; see 'stylegrad "
                       "train-features --help'");
        return 0;
    }
    char *rest = arena_string(t->arena, t->options->teacher);
    for (char *path; (path = strtok_r(rest, ",", &rest));) {
        if (count == DISTILL_TEACHERS) {
            error_set(err, "--teacher: at most %d files", DISTILL_TEACHERS);
            return 0;
        }
        if (!(teacher[count] = open_teacher(t, path, err))) return 0;
        count++;
    }
    return count;
}

/* Before any work: all can be written, and over nothing that is read. */
static bool outputs_ready(const Training *t, Error *err) {
    const TrainOptions *o = t->options;
    Files files = {0};
    char *rest = arena_string(t->arena, o->teacher ? o->teacher : "");
    for (int i = 0; i < DISTILL_TEACHERS; i++)
        files_read(&files, "--teacher", strtok_r(rest, ",", &rest));
    for (int i = 0; i < t->line->operands; i++)
        files_read(&files, "PHOTOGRAPHS", t->line->operand[i]);
    files_write(&files, "-o", o->out);
    files_write(&files, "--trace", o->trace);
    return file_write_check(o->out, err) &&
           (!o->trace || file_write_check(o->trace, err)) && files_check(&files, err);
}

/* Whether there is room for the tapes and what comes with them: the losses of the
 * paintings, the threads' workspaces, the means at the end. They took a sixth of the
 * whole when it was measured. */
static bool fits(const TrainOptions *o, Network *const *teacher, int teachers,
                 DistillSettings settings, Error *err) {
    char what[80];
    size_t bytes = 0;
    Arena *arena = arena_new();
    Network *student = network_new(arena, "paintnet", POOL_DEFAULT, err);
    const bool good =
        student && distill_forecast(teacher, teachers, student, settings, &bytes, err);
    arena_free(arena);
    snprintf(what, sizeof what, "%d photographs of %d x %d pixels a step", settings.batch,
             settings.side, settings.side);
    const size_t now = memory_now(), rest = bytes / 5;
    const MemoryNeed need = {now, now + bytes + rest, what,
                             OPTIONS_OF_TRAINING " needs less"};
    return good && memory_limit_allows(o->memory_limit, &need, err);
}

static bool open_everything(Training *t, Error *err) {
    const TrainOptions *o = t->options;
    static const char *const columns[] = {"step", "loss", "test", "seconds"};
    DistillSettings settings = defaults;
    settings.seed = o->seed;
    settings.batch = o->batch;
    settings.painted = o->painted;
    settings.side = o->side / 4 * 4;
    if (settings.painted > settings.batch)
        return error_set(err, "--painted %d: there are only %d in a batch; see --batch",
                         settings.painted, settings.batch);
    if (!outputs_ready(t, err)) return false;
    Network *teacher[DISTILL_TEACHERS];
    const int teachers = open_teachers(t, teacher, err);
    if (teachers == 0) return false;
    if (!fits(o, teacher, teachers, settings, err)) return false;
    t->student = network_new(t->arena, "paintnet", POOL_DEFAULT, err);
    const Photos *photos =
        photos_open(t->arena, t->line->operand, t->line->operands, err);
    if (!t->student || !photos) return false;
    t->distill =
        distill_new(t->arena, teacher, teachers, t->student, photos, settings, err);
    if (!t->distill) return false;
    if (o->trace && !(t->trace = csv_new(o->trace, columns, 4, err))) return false;
    interrupt_wait();
    t->adam = adam_new(t->arena, distill_objective(t->distill), ADAM_DEFAULTS);
    printf("%d photographs, %d a step, %d steps\n", photos_count(photos), settings.batch,
           t->options->steps);
    fflush(stdout);
    return true;
}

static bool report(Training *t, int step, double loss, double since, Error *err) {
    double test, layer[DISTILL_LAYERS];
    if (!distill_test(t->distill, TESTS, &test, layer, err)) return false;
    printf("step %5d  loss %.4f  unseen %.4f  (", step, loss, test);
    for (int l = 0; l < defaults.layers; l++)
        printf("%s%s %.3f", l ? ", " : "", defaults.layer[l].learns, layer[l]);
    printf(")  %.0f s\n", since);
    fflush(stdout);
    if (t->trace) csv_row(t->trace, (double[]){step, loss, test, since});
    return true;
}

static bool train(Training *t, Error *err) {
    const Schedule schedule = schedule_one_cycle(t->options->rate, t->options->steps);
    const double start = seconds_now();
    double mean = 0;
    for (int i = 0; i < t->options->steps; i++) {
        if (!distill_batch(t->distill, PHOTOS_TRAIN, err)) return false;
        schedule_apply(&schedule, t->adam, i);
        Step step = optimizer_step(t->adam);
        if (step.stop)
            return error_set(err, "stopped at step %d: %s; try a lower --lr", i,
                             step.stop);
        mean += (step.loss - mean) / (i % REPORT + 1);
        t->done = i + 1;
        const bool last = t->done == t->options->steps || interrupt_signal();
        if (t->done % REPORT && !last) continue;
        if (!report(t, t->done, mean, seconds_now() - start, err)) return false;
        if (last) break;
        mean = 0;
    }
    return distill_normalize(t->distill, err);
}

/* The student's weights as a SaveWriter. */
static bool write_weights(void *context, const char *path, Error *err) {
    const Training *t = context;
    NamedTensors weights = network_weights(t->student, t->arena);
    return t->options->half ? safetensors_write_half(path, &weights, err)
                            : safetensors_write(path, &weights, err);
}

static bool save(Training *t, Error *err) {
    Saved saved;
    if (!save_result(t->arena, t->options->out, write_weights, t, &saved, err))
        return false;
    if (!interrupt_signal() && !saved.in_place) return true;
    save_report(&saved, stderr);
    fprintf(stderr, " after %d of %d steps\n", t->done, t->options->steps);
    return true;
}

#define AT(field) offsetof(TrainOptions, field)

static const Option own_options[] = {
    {"out", &option_text, AT(out), .takes = "FILE", .letter = 'o',
     .help = "where the result goes (paintnet.safetensors)"},
    {"teacher", &option_text, AT(teacher), .takes = "A,B",
     .help = "weights of the networks to learn from"},
    {"batch", &setting_count, AT(batch), 1, 4096, .help = "photographs a step (24)"},
    {"painted", &setting_count, AT(painted), 0, 4096,
     .help = "how many of them are paintings by the network itself (4)"},
    {"steps", &setting_count, AT(steps), 10, 1e9, .help = "steps of Adam (6000)"},
    {"lr", &setting_number, AT(rate), 1e-12, HUGE_VAL,
     .help = "its highest learning rate, in one cycle (0.004)"},
    {"half", &setting_flag, AT(half), .help = "write 16-bit numbers, half the size"},
    {"size", &setting_count, AT(side), MIN_IMAGE_SIDE, MAX_IMAGE_SIDE,
     .help = "side of the squares that are learned from, a multiple of 4 (64)"},
    {"seed", &setting_seed, AT(seed), .help = "seed of the random choices (0)"},
    {"trace", &option_text, AT(trace), .takes = "FILE.csv",
     .help = "every step's losses"},
    {0},
};

static const OptionGroup groups[] = {
    {.rows = own_options},
    {.rows = thread_options, .offset = offsetof(TrainOptions, threads)},
    {.rows = memory_options, .offset = offsetof(TrainOptions, memory_limit)},
    {0},
};

static int run(const CommandLine *line) {
    Error err, second;
    TrainOptions own = {.out = "paintnet.safetensors",
                        .batch = defaults.batch,
                        .painted = defaults.painted,
                        .side = defaults.side,
                        .steps = 6000,
                        .rate = 4e-3};
    if (!options_read(line, &own, &err)) return options_refuse(line, &err);
    Training t = {.arena = arena_new(), .options = &own, .line = line};
    if (own.threads) threads_set(own.threads);
    bool good = open_everything(&t, &err) && train(&t, &err) && save(&t, &err);
    if (t.done == 0)
        csv_abandon(t.trace);
    else if (!csv_close(t.trace, good ? &err : &second))
        good = false;
    distill_free(t.distill);
    arena_free(t.arena);
    if (!good) return session_complain("train-features", &err);
    return interrupt_signal() ? 128 + interrupt_signal() : 0;
}

const Command command_train_features = {
    .name = "train-features",
    .operands = "PHOTOGRAPHS...",
    .operands_least = 1,
    .operands_most = PHOTOGRAPHS_MOST,
    .summary = "train our own small feature network, with a large one as teacher",
    .details =
        "PHOTOGRAPHS are .tar archives of images, or single images. The network is\n"
        "paintnet; it learns to explain VGG-19's layers relu1_1 to relu4_1 (see "
        "train/distill.h).\n"
        "Each layer is taught by the first teacher that has it: the whole VGG-19, or\n"
        "parts and relatives of it one after the other.\n"
        "'unseen' is the same loss on photographs that are never learned from: 1 is "
        "nothing\n"
        "explained, 0 everything, summed over the layers.\n"
        "Ctrl-C, SIGTERM and SIGHUP end the training and save the weights so far.\n\n"
        "example: stylegrad train-features photographs.tar --teacher vgg19.safetensors\n"
        "  --steps 6000 --half -o paintnet.safetensors --trace loss.csv\n",
    .groups = groups,
    .less_memory = OPTIONS_OF_TRAINING,
    .run = run,
};
