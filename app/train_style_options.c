#include "app/train_style_options.h"

#include <math.h>

#define AT(field) offsetof(TrainStyleOptions, field)
#define SMALLEST 32 /* side of a square, pixels */

const TrainStyleOptions train_style_defaults = {
    .squares = {.shared = {.out = "my.style", .steps = 4000},
                .preview_every = 200,
                .training = {.batch = 4,
                             .first = 128,
                             .last = 256,
                             .rate = 2e-3,
                             .weights = {.content = 1,
                                         .style = 10,
                                         .tv = 0.01,
                                         .stability = 10}}},
    .painting_side = 256};

const Option train_style_options[] = {
    {"out", &option_text, AT(squares.shared.out), .takes = "FILE", .letter = 'o',
     .help = "where the style goes (my.style)"},
    {"steps", &setting_count, AT(squares.shared.steps), 1, 1e7,
     .help = "updates of the network (4000)"},
    {"style-weight", &setting_number, AT(squares.training.weights.style), 0, HUGE_VAL,
     .help = "more: nearer to the painting, farther from the photograph (10)"},
    {"content-weight", &setting_number, AT(squares.training.weights.content), 0, HUGE_VAL,
     .help = "the other way round (1)"},
    {"tv-weight", &setting_number, AT(squares.training.weights.tv), 0, HUGE_VAL,
     .help = "more: smoother (0.01)"},
    {"stability-weight", &setting_number, AT(squares.training.weights.stability), 0,
     HUGE_VAL, .help = "more: less flicker in a film; 0 saves a tenth of the time (10)"},
    {"style-size", &setting_count, AT(painting_side), 64, 4096,
     .help = "longer side to which the painting is reduced: larger gives coarser strokes "
             "(256)"},
    {"size", &setting_count, AT(squares.training.first), SMALLEST, CROPS_SIDE,
     .help = "side of the squares of photographs at first, a multiple of 4 (128)"},
    {"last-size", &setting_count, AT(squares.training.last), SMALLEST, CROPS_SIDE,
     .help = "and in the end (256)"},
    {"batch", &setting_count, AT(squares.training.batch), 1, 64,
     .help = "squares in an update (4)"},
    {"lr", &setting_number, AT(squares.training.rate), 1e-12, HUGE_VAL,
     .help =
         "Adam's highest learning rate: soon reached, falling along a cosine (0.002)"},
    {"weights", &option_text, AT(squares.network), .takes = "FILE",
     .help = "the network whose features are compared (paintnet's own)"},
    {"content-layers", &setting_layers, AT(content),
     .help = "its layers for the content (relu3_1)"},
    {"style-layers", &setting_layers, AT(style),
     .help = "and for the style (the usual ones of the network)"},
    {"seed", &setting_seed, AT(squares.training.seed),
     .help = "seed of the random choices (0)"},
    {"trace", &option_text, AT(squares.shared.trace), .takes = "FILE.csv",
     .help = "the losses, a row every 100 updates"},
    {"preview", &option_text, AT(squares.preview), .takes = "FILE.png",
     .help = "the first photograph as the network paints it, again and again"},
    {"preview-every", &setting_count, AT(squares.preview_every), 1, 1e7,
     .help = "how often: after this many updates, and at the end (200)"},
    {0},
};

const char *const train_style_settings[] = {
    "steps",          "style-weight", "content-weight", "tv-weight", "stability-weight",
    "style-size",     "size",         "last-size",      "batch",     "lr",
    "content-layers", "style-layers", "seed",           NULL};

const char *const train_style_outputs[] = {
    "out", "trace", "preview", "preview-every", "checkpoint", "checkpoint-every", NULL};
