/* stylegrad paint: two images in, one out. */
#include "app/commands.h"
#include "app/many.h"
#include "app/out_of_memory.h"
#include "app/paint_many.h"
#include "app/paint_resume.h"
#include "app/paint_run.h"
#include "app/resume.h"
#include "transfer/pyramid.h"

#define RECIPE "paint" /* when none is named */

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
    if (resume_wanted(line)) return paint_resumed(line);
    Error err;
    PaintInputs inputs;
    PaintOptions options = {.out = PAINT_OUT};
    Arena *arena = arena_new();
    int status;
    if (!paint_inputs(&inputs, arena, line, &err) ||
        !read_options(&inputs.one, &options, &err))
        status = options_refuse(line, &err);
    else if (inputs.many)
        status = paint_many(&options, &inputs);
    else
        status = paint_inputs_one(&inputs, &err) ? paint(&options)
                                                 : session_complain("paint", &err);
    arena_free(arena);
    return status;
}

static const OptionGroup groups[] = {
    {.rows = paint_options},
    {.rows = checkpoint_options, .offset = offsetof(PaintOptions, checkpoint)},
    {.rows = network_options, .offset = offsetof(PaintOptions, scene)},
    {.rows = thread_options, .offset = offsetof(PaintOptions, scene.threads)},
    {.rows = memory_options, .offset = offsetof(PaintOptions, scene.memory_limit)},
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
    .summary = "paint the CONTENT image in the manner of the STYLE images",
    .details =
        "Images are JPEG, PNG, BMP or PNM; a .npy tensor (3,h,w), RGB in [0,1] or uint8\n"
        "or uint16, keeps its size. -o FILE.npy writes every digit, not clamped, for\n"
        "'eval --image FILE.npy'.\n"
        "Ctrl-C, SIGTERM and SIGHUP end the run after the step and save the image so "
        "far; --checkpoint saves what 'paint --resume FILE' needs to go on.\n"
        "No file may be named twice: no output is an input, nor another output.\n\n"
        "Many photographs: when -o names a folder (DIR/, one that exists, or a name "
        "without an\nending), all operands but the last are photographs or folders of "
        "them; "
        "with --style\nFILE all operands are. Network and styles are prepared once. A "
        "file "
        "that cannot be\npainted is reported, the rest goes on, and the exit status is "
        "1. A "
        "second run skips\nwhat is done: the record DIR/" MANY_RECORD
        " has the hashes of "
        "photograph, settings,\nstyles, weights and result, and none of them has "
        "changed. "
        "--trace, --plot and\n--manifest name folders then.\n\n"
        "docs/en/paint.md shows what each option does to an image.\n\n"
        "examples:\n"
        "  stylegrad paint photo.jpg painting.jpg -o out.png --net vgg19 --weights "
        "vgg19.safetensors\n"
        "  stylegrad paint photo.jpg painting.jpg --recipe c2-starry --weights "
        "squeezenet1_1.safetensors\n"
        "  stylegrad paint photos/ painting.jpg -o painted/\n"
        "  stylegrad paint a.jpg b.jpg --style day.jpg --style night.jpg -o painted/ "
        "--type jpg\n"
        "  stylegrad paint photo.jpg day.jpg night.jpg --mask left.png --mask right.png\n"
        "  stylegrad paint photo.jpg painting.jpg --size 1024 --pyramid 4 --tile 512 "
        "--plan\n",
    .groups = groups,
    .less_memory = OPTIONS_OF_MEMORY,
    .run = run,
};
