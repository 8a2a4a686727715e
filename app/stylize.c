/* stylegrad stylize: paints photographs with a trained style, in one pass. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/files.h"
#include "app/many.h"
#include "app/session.h"
#include "app/stylize_picture.h"
#include "io/assets.h"
#include "io/interrupt.h"
#include "tensor/clock.h"
#include "tensor/no_memory.h"
#include "tensor/text.h"
#include "tensor/threads.h"
#include "tensor/version.h"
#include "transfer/output.h"
#include "transfer/style_file.h"

#define PHOTOS_MOST 100000

typedef struct StylizeOptions {
    const char *out;
    int type; /* of pictures in a folder: many_type */
    bool again;
    StylizePicture picture;
    int threads;
} StylizeOptions;

/* What is opened once for all photographs. */
typedef struct StylizeRun {
    const StylizeOptions *options;
    Arena *arena;
    const char *style; /* its file */
    StyleInfo info;
    Stylizer *stylizer;
} StylizeRun;

/* A name without a folder that is no file here is that of a style of the program. */
static const char *style_path(Arena *arena, const char *said) {
    Error none;
    if (access(said, F_OK) == 0 || strchr(said, '/')) return said;
    const char *name = text_format(arena, "styles/%s.style", said);
    const char *path = assets_path(arena, name, &none);
    return path ? path : said;
}

static bool open_style(StylizeRun *run, const CommandLine *line, Error *err) {
    Network *network;
    run->style = style_path(run->arena, line->operand[0]);
    if (!style_file_read(run->arena, run->style, &network, &run->info, err)) return false;
    run->stylizer = stylizer_new(network);
    return true;
}

/* ---- One photograph ---- */

static bool files_ready(const StylizeRun *run, const char *photo, Error *err) {
    Files files = {0};
    files_read(&files, "STYLE", run->style);
    files_read(&files, "PHOTO", photo);
    files_write(&files, "-o", run->options->out);
    return output_check(run->options->out, err) && files_check(&files, err);
}

static int stylize_one(StylizeRun *run, const char *photo) {
    Error err;
    const double began = seconds_now();
    if (!files_ready(run, photo, &err) ||
        !stylize_picture(run->stylizer, &run->options->picture, photo, run->options->out,
                         &err)) {
        if (interrupt_signal()) return 128 + interrupt_signal();
        return session_complain("stylize", &err);
    }
    fprintf(stderr, "saved %s, %.2f s\n", SHOWN(run->options->out),
            seconds_now() - began);
    return 0;
}

/* ---- Many ---- */

/* What all pictures of a run have in common. */
static Sha256 settings_of(const StylizeRun *run) {
    const StylizePicture *p = &run->options->picture;
    const char *text = text_format(
        run->arena, "stylize %s %s size %d tile %d exact %d colors %d limit %zu",
        STYLEGRAD_VERSION, run->info.hash.text, p->size, p->tile, p->exact,
        p->keep_colors, p->memory_limit);
    return sha256_bytes(text, strlen(text));
}

static void forget(const StylizeRun *run) {
    if (run->options->again)
        unlink(text_format(run->arena, "%s/%s", run->options->out, MANY_RECORD));
}

static int stylize_many(StylizeRun *run, int count, const char *const *photos) {
    Error err;
    Many many;
    const StylizeOptions *options = run->options;
    const Sha256 settings = settings_of(run);
    forget(run);
    if (!many_find(&many, run->arena, count, photos, options->out,
                   many_type(options->type), &err) ||
        !many_begin(&many, &settings, &err))
        return session_complain("stylize", &err);
    for (int i = 0; i < many.count && many_goes_on(); i++) {
        const ManyItem *item = &many.item[i];
        if (many_is_done(&many, i)) continue;
        if (stylize_picture(run->stylizer, &options->picture, item->in, item->out, &err))
            many_painted(&many, i);
        else if (many_goes_on())
            many_failed(&many, i, &err);
    }
    return many_end(&many);
}

static int paint_all(StylizeRun *run, const CommandLine *line) {
    const int count = line->operands - 1;
    const char *const *photos = line->operand + 1;
    Error err;
    if (many_is_folder(run->options->out)) return stylize_many(run, count, photos);
    if (count == 1 && !many_is_folder(photos[0])) return stylize_one(run, photos[0]);
    error_set(&err, "-o %s: is one file for several photographs; name a folder",
              run->options->out);
    return session_complain("stylize", &err);
}

static int run(const CommandLine *line) {
    Error err;
    StylizeOptions options = {.out = "out.png", .picture.tile = 0};
    StylizeRun run = {.options = &options};
    if (!options_read(line, &options, &err)) return options_refuse(line, &err);
    if (options.threads) threads_set(options.threads);
    options.picture.tile = (options.picture.tile + 3) / 4 * 4;
    run.arena = arena_new();
    int status = 1;
    if (open_style(&run, line, &err)) {
        interrupt_wait();
        status = paint_all(&run, line);
        stylizer_free(run.stylizer);
    } else {
        session_complain("stylize", &err);
    }
    arena_free(run.arena);
    return status;
}

#define AT(field) offsetof(StylizeOptions, field)

static const Option rows[] = {
    {"out", &option_text, AT(out), .takes = "FILE|FOLDER", .letter = 'o',
     .help = "where the picture goes, or the pictures (out.png)"},
    {"type", &setting_choice, AT(type), .names = many_type,
     .help = "of pictures in a folder (png)"},
    {"again", &setting_flag, AT(again), .help = "also paint what is done in the folder"},
    {"size", &setting_count, AT(picture.size), MIN_IMAGE_SIDE, MAX_IMAGE_SIDE,
     .help = "scale the longer side of the photographs to N pixels"},
    {"original-colors", &setting_flag, AT(picture.keep_colors),
     .help = "keep the photograph's colours, paint its lightness only"},
    {"tile", &setting_count, AT(picture.tile), STYLIZE_LEAST_TILE, MAX_IMAGE_SIDE,
     .help = "paint in parts of N x N pixels (only what does not fit, of 512)"},
    {"exact", &setting_flag, AT(picture.exact),
     .help = "in parts, measure the statistics on every pixel: eight times as long"},
    {0},
};

static const OptionGroup groups[] = {
    {.rows = rows},
    {.rows = thread_options, .offset = AT(threads)},
    {.rows = memory_options, .offset = AT(picture.memory_limit)},
    {0},
};

const Command command_stylize = {
    .name = "stylize",
    .operands = "STYLE PHOTO [PHOTO...]",
    .operands_least = 2,
    .operands_most = PHOTOS_MOST,
    .summary = "paint photographs with a trained style, in one pass",
    .details =
        "STYLE is a file of 'stylegrad train-style', or the name of one that comes with "
        "the\nprogram. With a folder for -o, PHOTO may be many, or folders of them: what "
        "cannot\nbe read is reported and the rest goes on (exit status 1), and a second "
        "run skips\nwhat is done: same photograph, style and options, and the picture "
        "still there.\n\n"
        "A picture that takes more than 2 GiB (some 6 megapixels), or more than the "
        "limit "
        "of\nmemory, is painted in parts of 512 x 512 pixels, which join without a seam. "
        "The means\nand variances of the normalisations, which a whole picture has from "
        "all its pixels,\nare then measured on 64 parts of 128 x 128 pixels spread "
        "evenly "
        "over it; or on all,\nwith --exact. docs/en/stylize.md says how large the "
        "difference "
        "is.\n\n"
        "examples:\n"
        "  stylegrad stylize my.style photo.jpg -o out.png\n"
        "  stylegrad stylize my.style holidays/ -o painted/ --type jpg\n"
        "  stylegrad stylize my.style poster.png -o poster-painted.png --exact\n",
    .groups = groups,
    .less_memory = "a smaller --tile",
    .run = run,
};
