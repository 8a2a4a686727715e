#include "app/train_open.h"

#include <stdio.h>

#include "app/files.h"
#include "app/memory.h"
#include "app/memory_limit.h"
#include "io/file.h"
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
    return o->teachers > 0 ||
           error_set(err, "wants --teacher FILE, the weights to learn "
                          "from; see 'stylegrad train-features --help'");
}

/* Before any work: all can be written, and over nothing that is read. */
static bool outputs_ready(const TrainRun *run, Error *err) {
    const TrainOptions *o = run->options;
    Files files = {0};
    for (int i = 0; i < o->teachers; i++)
        files_read(&files, "--teacher", o->teacher[i]);
    for (int i = 0; i < o->files; i++)
        files_read(&files, "PHOTOGRAPHS", o->photographs[i]);
    files_write(&files, "-o", o->out);
    files_write(&files, "--trace", o->trace);
    checkpoints_files(&o->checkpoint, run->arena, &files);
    return file_write_check(o->out, err) &&
           (!o->trace || file_write_check(o->trace, err)) &&
           checkpoints_ready(&o->checkpoint, err) && files_check(&files, err);
}

static bool open_teachers(TrainRun *run, Network *teacher[DISTILL_TEACHERS], Error *err) {
    const TrainOptions *o = run->options;
    const NetworkOptions wanted = {0};
    NetworkInfo info;
    for (int i = 0; i < o->teachers; i++) {
        teacher[i] = network_open(run->arena, o->teacher[i], &wanted, &info, err);
        if (!teacher[i]) return false;
        if (o->checkpoint.file &&
            !run_input_known(&run->inputs, "teacher", 0, o->teacher[i], &info.hash, err))
            return false;
    }
    return true;
}

static Photos *open_photographs(TrainRun *run, Error *err) {
    const TrainOptions *o = run->options;
    for (int i = 0; o->checkpoint.file && i < o->files; i++)
        if (!run_input(&run->inputs, "photographs", 0, o->photographs[i], err))
            return NULL;
    return photos_open(run->arena, o->photographs, o->files, err);
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
    return good && memory_limit_allows(o->memory_limit, &need, err);
}

bool train_open(TrainRun *run, Error *err) {
    static const char *const columns[] = {"step", "loss", "test", "seconds"};
    const TrainOptions *o = run->options;
    const DistillSettings settings = train_distillation(o);
    Network *teacher[DISTILL_TEACHERS];
    if (!check_options(o, err) || !outputs_ready(run, err) ||
        !open_teachers(run, teacher, err) || !fits(o, teacher, settings, err))
        return false;
    run->student = network_new(run->arena, "paintnet", POOL_DEFAULT, err);
    const Photos *photos = open_photographs(run, err);
    if (!run->student || !photos) return false;
    run->distill = distill_new(run->arena, teacher, o->teachers, run->student, photos,
                               settings, err);
    if (!run->distill) return false;
    run->training =
        training_new(run->arena, run->distill, o->rate, o->steps, TRAIN_REPORT);
    run->trace =
        table_open(run->arena, o->trace, columns, 4, o->checkpoint.file != NULL, err);
    if (!run->trace) return false;
    printf("%d photographs, %d a step, %d steps\n", photos_count(photos), settings.batch,
           o->steps);
    fflush(stdout);
    return true;
}
