/* stylegrad video: a film, painted frame by frame, without flicker. */
#include <math.h>
#include <string.h>

#include "app/commands.h"
#include "app/out_of_memory.h"
#include "app/video_options.h"
#include "tensor/text.h"

#define RECIPE "paint" /* when none is named */
#define AT(field) offsetof(VideoOptions, field)

static const Option rows[] = {
    {"out", &option_text, AT(out), .takes = "FILE|FOLDER", .letter = 'o',
     .help = "the video (.mp4, .mkv, .mov, .webm, .gif), or a folder for numbered frames "
             "(out.mp4)"},
    {"frame-steps", &setting_count, AT(frame_steps), 1, 1e6,
     .help = "steps for each frame that follows another (8); --steps is for the first"},
    {"temporal-weight", &setting_number, AT(temporal_weight), 0, HUGE_VAL,
     .unit = "a weight", .help = "of being like the frame before (300)"},
    {"blend", &setting_number, AT(blend), 0, 1,
     .help = "with a style file: share of the frame before where the flow is reliable "
             "(0.8)"},
    {"independent", &setting_flag, AT(independent),
     .help = "paint every frame on its own, to compare"},
    {"flow-out", &option_text, AT(flow_out), .takes = "FOLDER",
     .help = "also write the flow of each frame to the one before, flow-00002.flo, ..."},
    {"flow-picture", &option_text, AT(flow_picture), .takes = "FOLDER",
     .help = "the same as pictures in the colours of Middlebury, flow-00002.png, ..."},
    {"quick-flow", &setting_flag, AT(quick_flow),
     .help = "a flow in a third of the time, without the finest size"},
    {"frames", &setting_count, AT(frames), 1, 1e9, .help = "only the first N frames"},
    {"rate", &setting_count, AT(rate), 1, 240,
     .help = "frames a second of a video that is made from a folder (25)"},
    {"keep-frames", &setting_flag, AT(keep_frames),
     .help = "keep the folder of finished frames beside the video"},
    {0},
};

/* What belongs to a photograph and has no place for every frame. */
static const char *const style_rows[] = {"style-blend", "style-size", NULL};

static const OptionGroup groups[] = {
    {.rows = rows},
    {.rows = thread_options, .offset = AT(scene.threads)},
    {.rows = network_options, .offset = AT(scene)},
    {.rows = style_options, .offset = AT(scene), .only = style_rows},
    {.rows = recipe_memory_fields, .offset = AT(scene.recipe)},
    {.heading = "The recipe of the first frame, and what differs from it (=no turns a "
                "switch off: --line-search=no):",
     .rows = recipe_options,
     .offset = AT(scene)},
    {.rows = recipe_fields, .offset = AT(scene.recipe)},
    {0},
};

/* Options that change no pixel of a frame. */
static bool is_free(const char *name) {
    static const char *const names[] = {"out",  "flow-out",    "flow-picture", "frames",
                                        "rate", "keep-frames", "threads"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

static const char *said_by(const CommandLine *line, Arena *arena) {
    const char *all = "";
    for (int i = 0; i < line->count; i++)
        if (!is_free(line->said[i].option->name))
            all = text_format(arena, "%s--%s=%s\n", all, line->said[i].option->name,
                              line->said[i].text);
    return all;
}

static bool read_options(const CommandLine *line, VideoOptions *options, Error *err) {
    Options *scene = &options->scene;
    if (!scene_options_read(line, RECIPE, false, options, scene, err)) return false;
    if (!options_said(line, "size")) scene->recipe.size.pixels = 0;
    if (scene->recipe.size.stages.count > 0)
        return error_set(err,
                         "stages of a recipe are for one picture; use another recipe, "
                         "or --size and --pyramid");
    if (options_said(line, "size-of"))
        return error_set(err,
                         "--size-of: frames are scaled by their longer side, --size");
    return scene_options_check(scene, err);
}

static int run(const CommandLine *line) {
    Error err;
    Arena *arena = arena_new();
    VideoOptions options = {.out = "out.mp4",
                            .frame_steps = 8,
                            .temporal_weight = 300,
                            .blend = 0.8,
                            .rate = 25,
                            .said = said_by(line, arena)};
    const int status = read_options(line, &options, &err) ? video_run(&options)
                                                          : options_refuse(line, &err);
    arena_free(arena);
    return status;
}

const Command command_video = {
    .name = "video",
    .operands = "FILM STYLE [STYLE...]",
    .operands_least = 2,
    .operands_most = 1 + STYLES_MOST,
    .summary = "paint a film without flicker: by optimisation, or in one pass",
    .details =
        "FILM is a video of any format that ffmpeg reads, or a folder of numbered "
        "pictures. STYLE is a\npainting, or several: each frame is optimised, beginning "
        "with the one before, moved by the optical\nflow. Or STYLE is a file of "
        "'stylegrad train-style', or the name of one that comes with the program:\neach "
        "frame is painted in one pass and blended with the one before.\n"
        "Sound is kept. Frames have the film's own size, or --size.\n"
        "Finished frames are in FILE.frames beside the video, or in the folder of -o. "
        "When the run is ended,\nthe same command goes on with the next frame, and ends "
        "in the same bits.\n"
        "At the end it prints the warp error: how much consecutive frames differ where "
        "the flow is reliable.\n"
        "docs/en/video.md explains it.\n\n"
        "examples:\n"
        "  stylegrad video walk.mp4 painting.jpg -o painted.mp4\n"
        "  stylegrad video walk.mp4 painting.jpg -o trial.mp4 --frames 25 --size 320\n"
        "  stylegrad video walk.mp4 my.style -o painted.mp4\n"
        "  stylegrad video frames/ painting.jpg -o painted/ --flow-picture flow/\n",
    .groups = groups,
    .less_memory = OPTIONS_OF_MEMORY,
    .run = run,
};
