#include "app/resume.h"

#include "app/session.h"
#include "tensor/text.h"

bool resume_wanted(const CommandLine *line) {
    return options_said(line, "resume");
}

bool resume_check_line(const CommandLine *line, const char *const *allowed, Error *err) {
    if (line->operands > 0)
        return error_set(err,
                         "--resume takes its inputs from the checkpoint; leave out %s",
                         line->operand[0]);
    for (int i = 0; i < line->count; i++)
        if (!text_is_among(line->said[i].option->name, allowed))
            return error_set(err,
                             "--%s: a run that is continued keeps the settings of its "
                             "checkpoint; leave it out",
                             line->said[i].option->name);
    return true;
}

bool resume_check_outputs(const CommandLine *line, const RunReading *r, Error *err) {
    for (int i = 0; i < r->far_outputs; i++)
        if (!options_said(line, r->far[i]))
            return error_set(err,
                             "%s: its --%s is in another folder than the checkpoint and "
                             "the current one; say --%s",
                             r->path, r->far[i], r->far[i]);
    return true;
}

int resume_from(const CommandLine *line, const CheckpointOptions *asked, ResumeRun *go,
                const void *context) {
    Error err;
    CheckpointFile file;
    int status;
    Arena *arena = arena_new();
    if (checkpoint_read(arena, asked->resume, &file, &err)) {
        const RunReading reading = {.path = asked->resume,
                                    .text = file.text,
                                    .arena = arena,
                                    .trusted = asked->trust};
        status = go(line, reading, &file, context);
    } else {
        status = session_complain(line->command->name, &err);
    }
    arena_free(arena);
    return status;
}
