#include "app/checkpoints.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/file_place.h"
#include "io/number.h"
#include "tensor/text.h"

static bool every_set(const Option *option, const char *text, void *value, Error *err) {
    (void)option, (void)err;
    enum { MAX_SECONDS = 1000000, MAX_STEPS = 1000000000 };
    CheckpointEvery *every = value;
    char *end;
    if (*text < '0' || *text > '9') return false; /* no blank, no sign, no "inf" */
    const double number = strtod(text, &end);
    if (*end == 0 && number >= 1 && number <= MAX_STEPS && floor(number) == number)
        *every = (CheckpointEvery){.steps = (int)number};
    else if (strcmp(end, "s") == 0 && number > 0 && number <= MAX_SECONDS)
        *every = (CheckpointEvery){.seconds = number};
    else
        return false;
    return true;
}

static void every_print(const Option *option, const void *value, char *text) {
    (void)option;
    const CheckpointEvery *every = value;
    if (every->steps)
        snprintf(text, SETTING_TEXT_MOST, "%d", every->steps);
    else if (every->seconds > 0)
        snprintf(text, SETTING_TEXT_MOST, "%.17gs", every->seconds);
    else
        *text = 0;
}

static void every_wants(const Option *option, char *text) {
    (void)option;
    snprintf(text, SETTING_TEXT_MOST,
             "a number of steps (50), or of seconds with an s (30s)");
}

/* A CheckpointEvery: "50" is a number of steps, "30s" of seconds. */
static const SettingKind checkpoints_every = {every_set, every_print, every_wants, "N|Ns",
                                              false};

#define AT(field) offsetof(CheckpointOptions, field)

const Option checkpoint_options[] = {
    {"checkpoint", &option_text, AT(file), .takes = "FILE",
     .help =
         "save the run now and then, so that --resume continues it when it was killed"},
    {"checkpoint-every", &checkpoints_every, AT(every),
     .help = "how often: after N steps, or seconds with an s (60s)"},
    {"resume", &option_text, AT(resume), .takes = "FILE",
     .help = "continue from a checkpoint, to the same bytes; without the inputs"},
    {"trust-inputs", &setting_flag, AT(trust),
     .help = "with --resume: also read files in other folders than the checkpoint's and "
             "the current one"},
    {0},
};

bool checkpoints_ready(const CheckpointOptions *options, Error *err) {
    return !options->file || checkpoint_write_check(options->file, err);
}

void checkpoints_files(const CheckpointOptions *options, Arena *arena, Files *files) {
    if (!options->file) return;
    const char *previous = checkpoint_previous(arena, options->file);
    files_write(files, "--checkpoint", options->file);
    /* A run that is killed between the two steps of a replacement leaves one file with
     * both names. Then the first name stands for both. */
    if (!file_same(options->file, previous))
        files_write(files, "the checkpoint before it", previous);
    if (options->resume && !file_same(options->resume, options->file) &&
        !file_same(options->resume, previous))
        files_read(files, "--resume", options->resume);
}

void checkpoints_note(const CheckpointOptions *options, const char *command) {
    if (options->file && !options->resume && checkpoint_is_one(options->file))
        fprintf(stderr,
                "%s: is a checkpoint, which this new run replaces; 'stylegrad %s "
                "--resume' would continue it\n",
                SHOWN(options->file), command);
}

bool checkpoints_due(const CheckpointPlan *p, int step, double seconds) {
    const CheckpointEvery *every = &p->every;
    if (!p->path) return false;
    if (every->steps) return step % every->steps == 0;
    return seconds - p->last_seconds >=
           (every->seconds > 0 ? every->seconds : CHECKPOINT_SECONDS);
}

void checkpoints_resumed(CheckpointPlan *p, const char *from, int step, double seconds) {
    p->last_seconds = seconds;
    if (p->path && file_same(p->path, from)) p->last_step = step;
}

bool checkpoints_save(CheckpointPlan *p, int step, double seconds, const char *text,
                      const StateList *list, Error *err) {
    Error why;
    p->last_seconds = seconds; /* after a failure the next attempt waits as well */
    if (checkpoint_write(p->path, text, list, &why)) {
        p->last_step = step;
        return true;
    }
    p->failed = true;
    if (p->last_step == 0)
        return error_set(err, "%s; there is no checkpoint yet, the run goes on",
                         why.text);
    return error_set(err, "%s; the checkpoint of step %d is kept, the run goes on",
                     why.text, p->last_step);
}

void checkpoints_mention(const CheckpointPlan *p, Error *err) {
    const Error why = *err;
    if (p->path && p->last_step > 0)
        error_set(err, "%s; the checkpoint of step %d is kept in %s", why.text,
                  p->last_step, NAME(p->path));
}
