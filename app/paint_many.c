#include "app/paint_many.h"

#include "app/manifest.h"
#include "app/many.h"
#include "app/paint_run.h"
#include "app/paint_shared.h"
#include "io/file.h"
#include "transfer/input.h"

/* What is about one run only. */
static bool options_fit(const PaintOptions *options, Error *err) {
    const struct {
        const char *name;
        bool said;
    } single[] = {{"checkpoint", options->checkpoint.file != NULL},
                  {"save-every", options->save_every > 0},
                  {"timelapse", options->timelapse != NULL}};
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (single[i].said)
            return error_set(err,
                             "--%s: is for one photograph; of many, the same command "
                             "paints those that are not done",
                             single[i].name);
    return true;
}

/* --trace, --plot and --manifest name folders then. */
static bool folder_ready(const char *name, const char *folder, bool to_make, Error *err) {
    if (!folder) return true;
    if (!many_is_folder(folder))
        return error_set(err,
                         "--%s %s: of many photographs each has its own file; name a "
                         "folder, such as %s/",
                         name, folder, name);
    return to_make ? file_make_folder(folder, err) : file_make_folder_check(folder, err);
}

static bool folders_ready(const PaintOptions *options, bool to_make, Error *err) {
    return folder_ready("trace", options->trace, to_make, err) &&
           folder_ready("plot", options->plot, to_make, err) &&
           folder_ready("manifest", options->manifest, to_make, err);
}

/* A style that cannot be read would fail once for each photograph. */
static bool styles_ready(const Options *scene, Error *err) {
    Shape shape;
    for (int i = 1; i < scene->operands; i++)
        if (!input_shape(scene->operand[i], &shape, err)) return false;
    return true;
}

/* The options of one of them. */
static PaintOptions options_of(const PaintOptions *all, const Many *many, int i) {
    PaintOptions one = *all;
    one.scene.operand[0] = many->item[i].in;
    one.out = many->item[i].out;
    if (all->trace) one.trace = many_beside(many, i, all->trace, ".csv");
    if (all->plot) one.plot = many_beside(many, i, all->plot, ".png");
    if (all->manifest) one.manifest = many_beside(many, i, all->manifest, ".json");
    return one;
}

static void paint_item(const PaintOptions *all, Many *many, int i, PaintShared *shared) {
    Error err;
    int status;
    const PaintOptions one = options_of(all, many, i);
    many_announce(many, i);
    if (!paint_one(&one, shared, &status, &err))
        many_failed(many, i, &err);
    else if (status == 0)
        many_painted(many, i);
    else if (many_goes_on())
        many_failed(many, i, NULL);
}

/* Memory and time of the first. Nothing is written, and the folder is not there yet. */
static int plan(const PaintOptions *all, const Many *many) {
    PaintOptions one = *all;
    one.scene.operand[0] = many->item[0].in;
    one.out = PAINT_OUT;
    one.trace = one.plot = one.manifest = NULL;
    if (many->count > 1) printf("the first of %d photographs:\n", many->count);
    return paint(&one);
}

static int paint_all(const PaintOptions *all, Many *many, PaintShared *shared) {
    Error err;
    Sha256 settings;
    if (!manifest_key(all, shared->network, &settings, &err) ||
        !folders_ready(all, true, &err) || !many_begin(many, &settings, &err))
        return session_complain("paint", &err);
    /* Filters that are normalised by the images are not those of another photograph. */
    if (all->scene.recipe.net.features == FEATURES_NORMALISED) shared->network = NULL;
    for (int i = 0; i < many->count && many_goes_on(); i++)
        if (!many_is_done(many, i)) paint_item(all, many, i, shared);
    return many_end(many);
}

int paint_many(const PaintOptions *options, const PaintInputs *inputs) {
    Error err;
    Many many;
    Session network;
    Arena *arena = arena_new();
    int status;
    if (!options_fit(options, &err) ||
        !many_find(&many, arena, inputs->count, inputs->photos, options->out,
                   many_type(options->type), &err) ||
        !file_make_folder_check(options->out, &err) ||
        !folders_ready(options, false, &err) || !styles_ready(&options->scene, &err)) {
        status = session_complain("paint", &err);
    } else if (options->plan) {
        status = plan(options, &many);
    } else if (!session_open_network(&network, &options->scene, &err)) {
        status = session_complain("paint", &err);
    } else {
        PaintShared shared = {.arena = arena, .network = &network, .notes = ""};
        status = paint_all(options, &many, &shared);
        paint_shared_release(&shared);
        session_close(&network);
    }
    arena_free(arena);
    return status;
}
