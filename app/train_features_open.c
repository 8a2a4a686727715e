#include "app/train_features_open.h"

#include <stdio.h>

#include "app/files.h"
#include "app/memory.h"
#include "app/memory_limit.h"
#include "transfer/network_open.h"

/* The last of three layers is taught by the last of four. */
DistillSettings train_distillation(const TrainOptions *o) {
    return (DistillSettings){
        .batch = o->batch,
        .painted = o->painted,
        .side = o->side / 4 * 4,
        .seed = o->seed,
        .layers = 7,
        .layer = {{"relu1_1", "relu1_1"},
                  {"relu1_2", "relu1_2"},
                  {"relu2_1", "relu2_1"},
                  {"relu2_2", "relu2_2"},
                  {"relu3_1", "relu3_1"},
                  {"relu3_3", "relu3_4"},
                  {"relu4_1", "relu4_1"}},
    };
}

static bool check_options(const TrainOptions *o, Error *err) {
    if (o->painted > o->batch)
        return error_set(err, "--painted %d: there are only %d in a batch; see --batch",
                         o->painted, o->batch);
    if (o->shared.files == 0)
        return error_set(err, "%s: names no photographs", o->shared.resumed->path);
    return o->teachers > 0 ||
           error_set(err, "wants --teacher FILE, the weights to learn "
                          "from; see 'stylegrad train-features --help'");
}

/* Before any work: all can be written, and over nothing that is read. */
static bool outputs_ready(const TrainRun *run, const TrainOptions *o, Error *err) {
    Files files = {0};
    for (int i = 0; i < o->teachers; i++)
        files_read(&files, "--teacher", o->teacher[i]);
    train_files(run, &files);
    return train_files_check(run, &files, err);
}

static bool open_teachers(TrainRun *run, const TrainOptions *o,
                          Network *teacher[DISTILL_TEACHERS], Error *err) {
    const NetworkOptions wanted = {0};
    NetworkInfo info;
    for (int i = 0; i < o->teachers; i++) {
        teacher[i] = network_open(run->arena, o->teacher[i], &wanted, &info, err);
        if (!teacher[i]) return false;
        if (o->shared.checkpoint.file &&
            !run_input_known(&run->inputs, "teacher", 0, o->teacher[i], &info.hash, err))
            return false;
    }
    return true;
}

/* Whether there is room for the tapes and what comes with them: the losses of the
 * paintings, the threads' workspaces, the means at the end. They took a sixth of the
 * whole when it was measured. */
static bool fits(const TrainOptions *o, Network *const *teacher, DistillSettings settings,
                 Error *err) {
    char what[80];
    size_t bytes = 0;
    Arena *arena = arena_new();
    Network *student = network_new(arena, "paintnet", POOL_DEFAULT, err);
    const bool good =
        student && distill_forecast(teacher, o->teachers, student, settings, &bytes, err);
    arena_free(arena);
    snprintf(what, sizeof what, "%d photographs of %d x %d pixels a step", settings.batch,
             settings.side, settings.side);
    const size_t now = memory_now(), rest = bytes / 5;
    const MemoryNeed need = {now, now + bytes + rest, what,
                             OPTIONS_OF_TRAINING " needs less"};
    return good && memory_limit_allows(o->shared.memory_limit, &need, err);
}

static bool open_training(TrainRun *run, TrainFeatures *t, Network *const *teacher,
                          DistillSettings settings, const Photos *photos, Error *err) {
    const TrainOptions *o = t->options;
    t->student = network_new(run->arena, "paintnet", POOL_DEFAULT, err);
    if (!t->student) return false;
    t->distill =
        distill_new(run->arena, teacher, o->teachers, t->student, photos, settings, err);
    if (!t->distill) return false;
    t->training =
        training_new(run->arena, t->distill, o->rate, o->shared.steps, TRAIN_REPORT);
    return true;
}

bool train_features_open(TrainRun *run, Error *err) {
    static const char *const columns[] = {"step", "loss", "test", "seconds"};
    const TrainOptions *o = run->options;
    const TrainShared *shared = run->shared;
    const DistillSettings settings = train_distillation(o);
    Network *teacher[DISTILL_TEACHERS];
    TrainFeatures *t = run->training = ARENA_NEW(run->arena, TrainFeatures, 1);
    t->options = o;
    if (!check_options(o, err) || !outputs_ready(run, o, err) ||
        !open_teachers(run, o, teacher, err) || !fits(o, teacher, settings, err) ||
        !train_inputs(run, err))
        return false;
    const Photos *photos =
        photos_open(run->arena, shared->photographs, shared->files, err);
    if (!photos || !open_training(run, t, teacher, settings, photos, err)) return false;
    run->trace = table_open(run->arena, shared->trace, columns, 4,
                            shared->checkpoint.file != NULL, err);
    if (!run->trace) return false;
    printf("%d photographs, %d a step, %d steps\n", photos_count(photos), settings.batch,
           shared->steps);
    fflush(stdout);
    return true;
}
