#include "app/paint_run.h"

#include "app/files.h"
#include "app/forecast.h"
#include "app/paint_stages.h"
#include "app/trace.h"
#include "io/file.h"
#include "io/video.h"
#include "transfer/output.h"

/* The largest number that --save-every can reach. */
static bool series_ready(const PaintOptions *options, Error *err) {
    if (!options->save_every) return true;
    Arena *arena = arena_new();
    const int most = recipe_steps(&options->scene.recipe);
    bool good = file_write_check(files_numbered(arena, options->out, most), err);
    arena_free(arena);
    return good;
}

/* No file is written that is also read, or written twice. */
static bool files_differ(const PaintOptions *options, Error *err) {
    Arena *arena = arena_new();
    Files files = {0};
    files_read_options(&files, arena, &options->scene);
    if (options->scene.recipe.start.from == START_FILE)
        files_read(&files, "--init", options->init);
    files_write(&files, "-o", options->out);
    files_write(&files, "--trace", options->trace);
    files_write(&files, "--manifest", options->manifest);
    files_write(&files, "--timelapse", options->timelapse);
    checkpoints_files(&options->checkpoint, arena, &files);
    if (options->save_every)
        files_write_series(&files, options->out, options->save_every,
                           recipe_steps(&options->scene.recipe));
    bool good = files_write_plot(&files, arena, "--plot", options->plot, err) &&
                files_check(&files, err);
    arena_free(arena);
    return good;
}

/* Everything that can be wrong with the outputs, before any work is done. */
static bool outputs_ready(const PaintOptions *options, Error *err) {
    return output_check(options->out, err) &&
           trace_check(options->trace, options->plot, err) &&
           (!options->manifest || file_write_check(options->manifest, err)) &&
           (!options->timelapse || video_write_check(options->timelapse, err)) &&
           checkpoints_ready(&options->checkpoint, err) && series_ready(options, err) &&
           files_differ(options, err);
}

/* In stages the images are read in several sizes, which a .npy tensor does not have. */
static bool stages_ready(const PaintOptions *options, Error *err) {
    const char *tensor = options->scene.recipe.size.stages.count > 1
                             ? options_tensor(&options->scene)
                             : NULL;
    return !tensor || error_set(err,
                                "%s: is never resized, and cannot be painted in stages; "
                                "use an image or --pyramid 1",
                                tensor);
}

/* Everything but the contents of large images. */
static bool open_sizes(Session *s, Images *images, const PaintOptions *options,
                       const PaintShared *shared, Error *err) {
    return outputs_ready(options, err) && stages_ready(options, err) &&
           (shared && shared->network
                ? session_share_sizes(s, shared->network, images, &options->scene, err)
                : session_open_sizes(s, images, &options->scene, err));
}

bool paint_one(const PaintOptions *options, PaintShared *shared, int *status,
               Error *err) {
    Session s;
    Images images;
    if (!open_sizes(&s, &images, options, shared, err)) return false;
    const bool good = options->plan
                          ? forecast_print(&s, &images, &options->scene, stdout, err)
                          : forecast_fits(&s, &s.recipe, &images, &options->scene, err);
    *status = 0;
    if (!good || options->plan) {
        session_close(&s);
        return good;
    }
    if (!session_open_images(&s, &images, &options->scene, err)) return false;
    *status = paint_stages(&s, &images, options, shared);
    session_close(&s);
    return true;
}

int paint(const PaintOptions *options) {
    Error err;
    int status;
    return paint_one(options, NULL, &status, &err) ? status
                                                   : session_complain("paint", &err);
}
