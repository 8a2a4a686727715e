#include "app/train_any_options.h"

#include <math.h>

#include "nn/decoder.h"

#define AT(field) offsetof(TrainAnyOptions, field)
#define SMALLEST 64 /* side of a square: fewer features than channels say too little */

const TrainAnyOptions train_any_defaults = {
    .light = 0.4,
    .squares = {.shared = {.out = "anystyle.safetensors", .steps = 20000},
                .preview_every = 200,
                .training = {.batch = 4,
                             .first = 64,
                             .last = 128,
                             .rate = 2e-3,
                             .clip = 1.5,
                             .weights = {.content = 1, .style = 20, .tv = 1e-3}}}};

const Option train_any_options[] = {
    {"styles", &option_texts, AT(styles), .takes = "PAINTINGS",
     .unit = "a folder, an archive or a file",
     .help = "paintings to learn from: a folder, a .tar or a file; may be said again "
             "(the photographs and the program's own pictures)"},
    {"out", &option_text, AT(squares.shared.out), .takes = "FILE", .letter = 'o',
     .help = "where the decoder goes (anystyle.safetensors)"},
    {"steps", &setting_count, AT(squares.shared.steps), 1, 1e7,
     .help = "updates of the decoder (20000)"},
    {"style-weight", &setting_number, AT(squares.training.weights.style), 0, HUGE_VAL,
     .help = "more: nearer to paintings, farther from photographs (20)"},
    {"content-weight", &setting_number, AT(squares.training.weights.content), 0, HUGE_VAL,
     .help = "the other way round (1)"},
    {"tv-weight", &setting_number, AT(squares.training.weights.tv), 0, HUGE_VAL,
     .help = "more: smoother (0.001)"},
    {"light", &setting_number, AT(light), 0, DECODER_LIGHT_MOST,
     .help = "how much light and dark of the photograph are added; 0: nothing (0.4)"},
    {"size", &setting_count, AT(squares.training.first), SMALLEST, CROPS_SIDE,
     .help = "side of the squares at first, a multiple of 8 (64)"},
    {"last-size", &setting_count, AT(squares.training.last), SMALLEST, CROPS_SIDE,
     .help = "and in the end (128)"},
    {"batch", &setting_count, AT(squares.training.batch), 1, 64,
     .help = "photographs in an update, and as many paintings (4)"},
    {"lr", &setting_number, AT(squares.training.rate), 1e-12, HUGE_VAL,
     .help = "Adam's highest learning rate, after a short warm-up (0.002)"},
    {"clip", &setting_number, AT(squares.training.clip), 0, HUGE_VAL,
     .help = "shorten gradients to so many times their usual length; 0: never (1.5)"},
    {"seed", &setting_seed, AT(squares.training.seed),
     .help = "seed of the random choices (0)"},
    {"trace", &option_text, AT(squares.shared.trace), .takes = "FILE.csv",
     .help = "the losses, a row every 100 updates"},
    {"preview", &option_text, AT(squares.preview), .takes = "FILE.png",
     .help = "photographs, paintings and pictures of the latest update, again and again"},
    {"preview-every", &setting_count, AT(squares.preview_every), 1, 1e7,
     .help = "how often: after this many updates, and at the end (200)"},
    {0},
};

const char *const train_any_settings[] = {
    "steps", "style-weight", "content-weight", "tv-weight", "light", "size", "last-size",
    "batch", "lr",           "clip",           "seed",      NULL};

const char *const train_any_outputs[] = {
    "out", "trace", "preview", "preview-every", "checkpoint", "checkpoint-every", NULL};
