#include "app/paint_options.h"

#include <string.h>

#include "app/many.h"

#define AT(field) offsetof(PaintOptions, field)
#define COUNTED 1, 1e9

const Option paint_options[] = {
    {"out", &option_text, AT(out), .takes = "FILE", .letter = 'o',
     .help = "where the result goes (out.png); .npy keeps every digit; a folder for many "
             "photographs: DIR/"},
    {"type", &setting_choice, AT(type), .names = many_type,
     .help = "of the files in the folder of -o (png)"},
    {"style", &option_files, AT(styles),
     .help = "a style image; may be said several times, and then every operand is a "
             "photograph"},
    {"trace", &option_text, AT(trace), .takes = "FILE.csv",
     .help = "every step's losses"},
    {"plot", &option_text, AT(plot), .takes = "FILE.png",
     .help = "the curve, .png or .svg (gnuplot); FILE.csv and FILE.gp beside it"},
    {"manifest", &option_text, AT(manifest), .takes = "FILE.json",
     .help = "all settings and hashes, from which 'stylegrad rerun' repeats the image"},
    {"save-every", &setting_count, AT(save_every), COUNTED,
     .help = "also save the image every N steps, as out-00010.png"},
    {"timelapse", &option_text, AT(timelapse), .takes = "FILE.mp4",
     .help = "film the steps; .gif, .mkv, .webm, .mov as well (ffmpeg)"},
    {"timelapse-every", &setting_count, AT(timelapse_every), COUNTED,
     .help = "a frame for every N steps (so many that there are at most 250)"},
    {"preview", &setting_flag, AT(preview),
     .help = "sketch the image on the terminal while it is painted"},
    {"check-every", &setting_count, AT(check_every), COUNTED,
     .help =
         "compare the gradient with difference quotients along every Nth step, and say "
         "what is wrong when they disagree"},
    {"plan", &setting_flag, AT(plan),
     .help = "print how much memory and time it would take, and paint nothing"},
    {"init", &option_text, AT(init), .takes = "content|noise|style|FILE",
     .help = "the first image (as the recipe says)"},
    {"init-with", &setting_name, AT(init_with), .names = start_name,
     .help = "what is mixed into it (noise; into noise, the content)"},
    {"init-blend", &setting_number, AT(init_blend), 0, 1,
     .help = "how much, from 0 to 1 (0)"},
    {"pyramid", &setting_count, AT(scene.pyramid), COUNTED,
     .help = "from coarse to fine in N sizes, each twice the one before (as the recipe "
             "says)"},
    {0},
};

/* The kind of image of that name; what has no such name is a file. */
static Start start_of(const char *name) {
    int i = 0;
    while (start_name(i) && strcmp(start_name(i), name) != 0)
        i++;
    return start_name(i) ? (Start)i : START_FILE;
}

Start paint_mixed_with(const PaintOptions *options, Start from) {
    if (options->init_with) return start_of(options->init_with);
    return from == START_NOISE ? START_CONTENT : START_NOISE;
}

void paint_start_from(PaintOptions *options) {
    if (options->init) options->scene.recipe.start.from = start_of(options->init);
}
