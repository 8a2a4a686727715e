#include "app/run_record.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/compiler.h"
#include "app/input_hash.h"
#include "io/number.h"
#include "tensor/check.h"
#include "tensor/kernels/kernels.h"
#include "tensor/kernels/simd/peak.h"
#include "tensor/threads.h"

bool run_input_known(RunInputs *inputs, const char *use, int style, const char *path,
                     const Sha256 *hash, Error *err) {
    json_t *name = json_string(path);
    json_decref(name);
    if (!name)
        return error_set(err, "%s: a manifest holds names in UTF-8 only; rename the file",
                         NAME(path));
    CHECK(inputs->count < RUN_INPUTS_MOST, "more than %d inputs", RUN_INPUTS_MOST);
    inputs->item[inputs->count++] =
        (RunInput){.use = use, .style = style, .path = path, .hash = *hash};
    return true;
}

bool run_input(RunInputs *inputs, const char *use, int style, const char *path,
               Error *err) {
    Sha256 hash;
    struct stat about;
    if (!path) return true;
    const bool is_there = stat(path, &about) == 0;
    if (is_there && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode))
        return error_set(err,
                         "%s: is no regular file, and could not be read again; a "
                         "manifest or a checkpoint needs one",
                         NAME(path));
    return input_hash(path, &hash, err) &&
           run_input_known(inputs, use, style, path, &hash, err);
}

json_t *run_program(JsonBuild *build) {
    return json_built(build,
                      json_pack("{s:s, s:s, s:s, s:s, s:s, s:i}", "stylegrad",
                                STYLEGRAD_VERSION, "compiler", STYLEGRAD_COMPILER,
                                "variant", REAL_NAME, "kernels", kernels->name, "vectors",
                                fma_vector(), "threads", threads_count()));
}

json_t *run_options(JsonBuild *build, const Command *command, const char *const *names,
                    void *said, void *usual) {
    char text[SETTING_TEXT_MOST], usual_text[SETTING_TEXT_MOST] = "";
    json_t *object = json_built(build, json_object());
    for (; *names; names++) {
        void *owner, *usual_owner;
        const Option *option = options_find(command, *names, said, &owner);
        setting_print(option, owner, text);
        if (usual) {
            options_find(command, *names, usual, &usual_owner);
            setting_print(option, usual_owner, usual_text);
        }
        if (strcmp(text, usual_text) != 0)
            json_put(build, object, *names, json_string(text));
    }
    return object;
}

json_t *run_inputs(JsonBuild *build, const RunInputs *inputs) {
    json_t *array = json_built(build, json_array());
    for (int i = 0; i < inputs->count; i++) {
        const RunInput *input = &inputs->item[i];
        json_t *row =
            json_built(build, json_pack("{s:s, s:s, s:s}", "use", input->use, "file",
                                        input->path, "sha256", input->hash.text));
        if (input->style) json_put(build, row, "style", json_integer(input->style));
        json_add(build, array, row);
    }
    return array;
}

json_t *run_outputs(JsonBuild *build, const Command *command, const char *const *names,
                    void *said) {
    json_t *object = json_built(build, json_object());
    for (; *names; names++) {
        void *owner;
        const Option *option = options_find(command, *names, said, &owner);
        char text[SETTING_TEXT_MOST];
        setting_print(option, owner, text);
        const bool is_path = option->kind == &option_text;
        if (!*text || (!is_path && strcmp(text, "0") == 0)) continue; /* not said */
        /* A path can be longer than `text`. */
        json_put(build, object, *names,
                 is_path ? json_path(build, *(char **)((char *)owner + option->offset))
                         : json_string(text));
    }
    return object;
}

const char *run_text(Arena *arena, JsonBuild *build, json_t *run, const Command *command,
                     const char *const *outputs, void *said, Error *err) {
    json_put(build, run, "command", json_string(command->name));
    json_put(build, run, "outputs", run_outputs(build, command, outputs, said));
    char *text = json_text(build, run, JSON_COMPACT | JSON_REAL_PRECISION(17), err);
    const char *copy = text ? arena_string(arena, text) : NULL;
    free(text);
    json_decref(run);
    return copy;
}
