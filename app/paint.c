/* stylegrad paint: two pictures in, one out. */
#include "app/paint.h"

#include "app/checkpoints.h"
#include "app/commands.h"
#include "app/files.h"
#include "app/forecast.h"
#include "app/out_of_memory.h"
#include "app/paint_stages.h"
#include "app/resume.h"
#include "app/trace.h"
#include "io/file.h"
#include "transfer/output.h"
#include "transfer/pyramid.h"

#define RECIPE "paint" /* when none is named */

/* The largest number that --save-every can reach. */
static bool series_ready(const PaintOptions *options, const char *out, Error *err) {
    if (!options->save_every) return true;
    Arena *arena = arena_new();
    const int most = recipe_steps(&options->scene.recipe);
    bool good = file_write_check(files_numbered(arena, out, most), err);
    arena_free(arena);
    return good;
}

/* No file is written that is also read, or written twice. */
static bool files_differ(const PaintOptions *options, const char *out, Error *err) {
    Arena *arena = arena_new();
    Files files = {0};
    files_read_options(&files, arena, &options->scene);
    if (options->scene.recipe.start.from == START_FILE)
        files_read(&files, "--init", options->init);
    files_write(&files, "-o", out);
    files_write(&files, "--trace", options->trace);
    files_write(&files, "--manifest", options->manifest);
    files_write(&files, "--checkpoint", options->checkpoint);
    files_write(&files, "the checkpoint before it",
                options->checkpoint ? checkpoint_previous(arena, options->checkpoint)
                                    : NULL);
    if (options->save_every)
        files_write_series(&files, out, options->save_every,
                           recipe_steps(&options->scene.recipe));
    bool good = files_write_plot(&files, arena, "--plot", options->plot, err) &&
                files_check(&files, err);
    arena_free(arena);
    return good;
}

/* Everything that can be wrong with the outputs, before any work is done. */
static bool outputs_ready(const PaintOptions *options, const char *out, Error *err) {
    return output_check(out, err) && trace_check(options->trace, options->plot, err) &&
           (!options->manifest || file_write_check(options->manifest, err)) &&
           (!options->checkpoint || checkpoint_write_check(options->checkpoint, err)) &&
           checkpoints_every(&(Checkpoints){0}, options->checkpoint_every, err) &&
           series_ready(options, out, err) && files_differ(options, out, err);
}

/* In stages the pictures are read in several sizes, which a .npy tensor does not have. */
static bool stages_ready(const PaintOptions *options, Error *err) {
    const char *tensor = options->scene.recipe.size.stages.count > 1
                             ? options_tensor(&options->scene)
                             : NULL;
    return !tensor || error_set(err,
                                "%s: is never resized, and cannot be painted in stages; "
                                "use a picture or --pyramid 1",
                                tensor);
}

int paint(const PaintOptions *options) {
    Error err;
    Session s;
    Images images;
    const char *out = options->out;
    if (!outputs_ready(options, out, &err) || !stages_ready(options, &err) ||
        !session_open_sizes(&s, &images, &options->scene, &err))
        return session_complain("paint", &err);
    const bool good = options->plan
                          ? forecast_print(&s, &images, &options->scene, stdout, &err)
                          : forecast_fits(&s, &s.recipe, &images, &options->scene, &err);
    if (!good || options->plan) {
        session_close(&s);
        return good ? 0 : session_complain("paint", &err);
    }
    if (!session_open_images(&s, &images, &options->scene, &err))
        return session_complain("paint", &err);
    const int status = paint_stages(&s, &images, options, out);
    session_close(&s);
    return status;
}

/* What --pyramid says must fit; of a recipe's own pyramid what fits is taken. */
static bool build_pyramid(Options *options, Error *err) {
    Recipe *recipe = &options->recipe;
    if (options->pyramid) return pyramid_stages(recipe, options->pyramid, err);
    if (recipe->size.pyramid && !recipe->size.stages.count)
        pyramid_fit(recipe, options_tensor(options) ? 1 : recipe->size.pyramid);
    return true;
}

static bool read_options(const CommandLine *line, PaintOptions *options, Error *err) {
    Options *scene = &options->scene;
    if (!scene_options_read(line, RECIPE, false, options, scene, err)) return false;
    paint_start_from(options);
    return scene_options_check(scene, err) && build_pyramid(scene, err);
}

static int run(const CommandLine *line) {
    if (resume_wanted(line)) return resume(line);
    Error err;
    PaintOptions options = {.out = "out.png"};
    return read_options(line, &options, &err) ? paint(&options)
                                              : options_refuse(line, &err);
}

static const OptionGroup groups[] = {
    {.rows = paint_options},
    {.rows = checkpoint_options},
    {.rows = network_options, .offset = offsetof(PaintOptions, scene)},
    {.rows = thread_options, .offset = offsetof(PaintOptions, scene.threads)},
    {.rows = style_options, .offset = offsetof(PaintOptions, scene)},
    {.rows = recipe_memory_fields, .offset = offsetof(PaintOptions, scene.recipe)},
    {.heading = "The recipe, and what differs from it (=no turns a switch off: "
                "--line-search=no):",
     .rows = recipe_options,
     .offset = offsetof(PaintOptions, scene)},
    {.rows = recipe_fields, .offset = offsetof(PaintOptions, scene.recipe)},
    {0},
};

const Command command_paint = {
    .name = "paint",
    .operands = "CONTENT STYLE [STYLE...]",
    .operands_least = 2,
    .operands_most = 1 + STYLES_MOST,
    .summary = "paint the CONTENT picture in the manner of the STYLE pictures",
    .details =
        "Images are JPEG, PNG, BMP or PNM; a .npy tensor (3,h,w), RGB in [0,1] or uint8\n"
        "or uint16, keeps its size. -o FILE.npy writes every digit, not clamped, for\n"
        "'eval --image FILE.npy'.\n"
        "Ctrl-C, SIGTERM and SIGHUP end the run after the step and save the image so "
        "far; --checkpoint saves what 'paint --resume FILE' needs to go on.\n"
        "No file may be named twice: no output is an input, nor another output.\n"
        "docs/en/paint.md shows what each option does to a picture.\n\n"
        "examples:\n"
        "  stylegrad paint photo.jpg painting.jpg -o out.png --net vgg19 --weights "
        "vgg19.safetensors\n"
        "  stylegrad paint photo.jpg painting.jpg --recipe c2-starry --weights "
        "squeezenet1_1.safetensors\n"
        "  stylegrad paint photo.jpg day.jpg night.jpg --mask left.png --mask right.png\n"
        "  stylegrad paint photo.jpg painting.jpg --size 1024 --pyramid 4 --tile 512 "
        "--plan\n",
    .groups = groups,
    .less_memory = OPTIONS_OF_MEMORY,
    .run = run,
};
