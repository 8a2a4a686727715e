#include "app/train_features_options.h"

#include <math.h>

#include "transfer/input.h"

#define AT(field) offsetof(TrainOptions, field)

const TrainOptions train_defaults = {
    .shared = {.out = "paintnet.safetensors", .steps = 6000},
    .batch = 24,
    .painted = 4,
    .side = 64,
    .rate = 4e-3};

const Option train_options[] = {
    {"out", &option_text, AT(shared.out), .takes = "FILE", .letter = 'o',
     .help = "where the result goes (paintnet.safetensors)"},
    {"teacher", &option_text, AT(teacher_list), .takes = "A,B",
     .help = "weights of the networks to learn from"},
    {"batch", &setting_count, AT(batch), 1, 4096, .help = "photographs a step (24)"},
    {"painted", &setting_count, AT(painted), 0, 4096,
     .help = "how many of them are paintings by the network itself (4)"},
    {"steps", &setting_count, AT(shared.steps), 10, 1e9, .help = "steps of Adam (6000)"},
    {"lr", &setting_number, AT(rate), 1e-12, HUGE_VAL,
     .help = "its highest learning rate, in one cycle (0.004)"},
    {"half", &setting_flag, AT(half), .help = "write 16-bit numbers, half the size"},
    {"size", &setting_count, AT(side), MIN_IMAGE_SIDE, MAX_IMAGE_SIDE,
     .help = "side of the squares that are learned from, a multiple of 4 (64)"},
    {"seed", &setting_seed, AT(seed), .help = "seed of the random choices (0)"},
    {"trace", &option_text, AT(shared.trace), .takes = "FILE.csv",
     .help = "the losses, a row every 100 steps"},
    {0},
};

const char *const train_settings[] = {"batch", "painted", "steps", "lr",
                                      "half",  "size",    "seed",  NULL};

const char *const train_outputs[] = {"out", "trace", "checkpoint", "checkpoint-every",
                                     NULL};
