/* stylegrad paint: two pictures in, one out. */
#include "app/commands.h"
#include "app/files.h"
#include "app/forecast.h"
#include "app/out_of_memory.h"
#include "app/paint_stages.h"
#include "app/trace.h"
#include "io/file.h"
#include "transfer/output.h"

/* The largest number that --save-every can reach. */
static bool series_ready(const Options *options, const char *out, Error *err) {
    if (!options->save_every) return true;
    Arena *arena = arena_new();
    const int most = recipe_steps(&options->recipe);
    bool good = file_write_check(files_numbered(arena, out, most), err);
    arena_free(arena);
    return good;
}

/* No file is written that is also read, or written twice. */
static bool files_differ(const Options *options, const char *out, Error *err) {
    Arena *arena = arena_new();
    Files files = {0};
    files_read_options(&files, arena, options);
    files_write(&files, "-o", out);
    files_write(&files, "--trace", options->trace);
    files_write(&files, "--manifest", options->manifest);
    if (options->save_every)
        files_write_series(&files, out, options->save_every,
                           recipe_steps(&options->recipe));
    bool good = files_write_plot(&files, arena, "--plot", options->plot, err) &&
                files_check(&files, err);
    arena_free(arena);
    return good;
}

/* Everything that can be wrong with the outputs, before any work is done. */
static bool outputs_ready(const Options *options, const char *out, Error *err) {
    return output_check(out, err) && trace_check(options->trace, options->plot, err) &&
           (!options->manifest || file_write_check(options->manifest, err)) &&
           series_ready(options, out, err) && files_differ(options, out, err);
}

/* In stages the pictures are read in several sizes, which a .npy tensor does not have. */
static bool stages_ready(const Options *options, Error *err) {
    const char *tensor =
        options->recipe.size.stages.count > 1 ? options_tensor(options) : NULL;
    return !tensor || error_set(err,
                                "%s: is never resized, and cannot be painted in stages; "
                                "use a picture or --pyramid 1",
                                tensor);
}

static int paint(const Options *options) {
    Error err;
    Session s;
    Images images;
    const char *out = options->out ? options->out : "out.png";
    if (!outputs_ready(options, out, &err) || !stages_ready(options, &err) ||
        !session_open_sizes(&s, &images, options, &err))
        return session_complain("paint", &err);
    const bool good = options->plan
                          ? forecast_print(&s, &images, options, stdout, &err)
                          : forecast_fits(&s, &s.recipe, &images, options, &err);
    if (!good || options->plan) {
        session_close(&s);
        return good ? 0 : session_complain("paint", &err);
    }
    if (!session_open_images(&s, &images, options, &err))
        return session_complain("paint", &err);
    const int status = paint_stages(&s, &images, options, out);
    session_close(&s);
    return status;
}

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
        "far.\n"
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
    .mask = FOR_PAINT,
    .less_memory = OPTIONS_OF_MEMORY,
    .run = paint,
};
