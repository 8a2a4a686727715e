/* stylegrad stylize: paints photographs with a trained style, in one pass. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/files.h"
#include "app/many.h"
#include "app/session.h"
#include "app/stylize_picture.h"
#include "app/stylize_way.h"
#include "io/interrupt.h"
#include "tensor/clock.h"
#include "tensor/no_memory.h"
#include "tensor/text.h"
#include "tensor/threads.h"
#include "tensor/version.h"
#include "transfer/output.h"

#define PHOTOS_MOST 100000
#define STYLE_SIDE 512 /* of paintings, when nothing is said */

typedef struct StylizeOptions {
    const char *out;
    int type; /* of pictures in a folder: many_type */
    bool again;
    StylizePicture picture;
    StylizeAny any; /* no styles: that of a file */
    int threads;
} StylizeOptions;

/* What is opened once for all photographs. */
typedef struct StylizeRun {
    StylizeOptions *options;
    Arena *arena;
    const char *style; /* its file; NULL: any style */
    StylizeWay way;
} StylizeRun;

static bool open_way(StylizeRun *run, const CommandLine *line, Error *err) {
    StylizeAny *any = &run->options->any;
    if (any->styles.count) return stylize_way_any(run->arena, any, &run->way, err);
    run->style = stylize_style_path(run->arena, line->operand[0]);
    return stylize_way_style(run->arena, run->style, &run->way, err);
}

/* ---- One photograph ---- */

static bool files_ready(const StylizeRun *run, const char *photo, Error *err) {
    Files files = {0};
    const StylizeAny *any = &run->options->any;
    if (run->style) files_read(&files, "STYLE", run->style);
    if (any->styles.count) files_read(&files, "--decoder", any->decoder);
    for (int i = 0; i < any->styles.count; i++)
        files_read(&files, "--style", any->path[i]);
    files_read(&files, "PHOTO", photo);
    files_write(&files, "-o", run->options->out);
    return output_check(run->options->out, err) && files_check(&files, err);
}

static int stylize_one(StylizeRun *run, const char *photo) {
    Error err;
    const double began = seconds_now();
    if (!files_ready(run, photo, &err) ||
        !stylize_picture(&run->way, &run->options->picture, photo, run->options->out,
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
        STYLEGRAD_VERSION, run->way.said, p->size, p->tile, p->exact, p->keep_colors,
        p->memory_limit);
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
        if (stylize_picture(&run->way, &options->picture, item->in, item->out, &err))
            many_painted(&many, i);
        else if (many_goes_on())
            many_failed(&many, i, &err);
    }
    return many_end(&many);
}

static int paint_all(StylizeRun *run, const CommandLine *line) {
    const int first = run->style ? 1 : 0, count = line->operands - first;
    const char *const *photos = line->operand + first;
    Error err;
    if (many_is_folder(run->options->out)) return stylize_many(run, count, photos);
    if (count == 1 && !many_is_folder(photos[0])) return stylize_one(run, photos[0]);
    error_set(&err, "-o %s: is one file for several photographs; name a folder",
              run->options->out);
    return session_complain("stylize", &err);
}

/* What no table of options can check. */
static bool complete(StylizeOptions *o, const CommandLine *line, Error *err) {
    if (o->any.side == 0) o->any.side = o->picture.size ? o->picture.size : STYLE_SIDE;
    if (o->any.styles.count) return true;
    for (int i = 0; stylize_any_options[i].name; i++)
        if (options_said(line, stylize_any_options[i].name))
            return error_set(err, "--%s is for any style; add --style PAINTING",
                             stylize_any_options[i].name);
    return line->operands > 1 ||
           error_set(err, "got 1 file, wants a STYLE and a PHOTO, or --style PAINTING "
                          "and a PHOTO");
}

static int run(const CommandLine *line) {
    Error err;
    StylizeOptions options = {.out = "out.png", .any.alpha = 1};
    StylizeRun run = {.options = &options};
    if (!options_read(line, &options, &err)) return options_refuse(line, &err);
    if (options.threads) threads_set(options.threads);
    if (!complete(&options, line, &err)) return options_refuse(line, &err);
    run.arena = arena_new();
    int status = 1;
    if (open_way(&run, line, &err)) {
        const int unit = run.way.unit;
        options.picture.tile = (options.picture.tile + unit - 1) / unit * unit;
        interrupt_wait();
        status = paint_all(&run, line);
        run.way.free(run.way.with);
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
    {"any style", .rows = stylize_any_options, .offset = AT(any)},
    {.rows = thread_options, .offset = AT(threads)},
    {.rows = memory_options, .offset = AT(picture.memory_limit)},
    {0},
};

const Command command_stylize = {
    .name = "stylize",
    .operands = "STYLE PHOTO [PHOTO...]  or  --style PAINTING PHOTO [PHOTO...]",
    .operands_least = 1,
    .operands_most = PHOTOS_MOST,
    .summary = "paint photographs in one pass, with a trained style or in any",
    .details =
        "STYLE is a file of 'stylegrad train-style', or the name of one that comes with "
        "the\nprogram. With a folder for -o, PHOTO may be many, or folders of them: what "
        "cannot\nbe read is reported and the rest goes on (exit status 1), and a second "
        "run skips\nwhat is done: same photograph, style and options, and the picture "
        "still there.\n\n"
        "With --style, PHOTO is painted as any PAINTING at once: nothing is trained. The "
        "\nresult is less like it than that of train-style or paint. Several paintings "
        "are\nmixed: --style a.jpg:2 --style b.jpg is two parts of a. Parts of large "
        "pictures\nare then exact, for there is one statistic only, of all pixels.\n\n"
        "A picture that takes more than 2 GiB (some 8 megapixels), or more than "
        "--memory-limit, is painted in\nparts of 512 x 512 pixels, which join without a "
        "seam. The means and variances\nof the normalisations, which a whole picture "
        "has from all its pixels, are then\nmeasured on 64 parts of 128 x 128 pixels "
        "spread evenly over it; with --exact,\non all. docs/en/stylize.md says how large "
        "the difference is.\n\n"
        "examples:\n"
        "  stylegrad stylize my.style photo.jpg -o out.png\n"
        "  stylegrad stylize --style painting.jpg photo.jpg -o out.png\n"
        "  stylegrad stylize --style a.jpg:2 --style b.jpg --alpha 0.8 photo.jpg\n"
        "  stylegrad stylize my.style holidays/ -o painted/ --type jpg\n"
        "  stylegrad stylize my.style poster.png -o poster-painted.png --exact\n",
    .groups = groups,
    .less_memory = "a smaller --tile",
    .run = run,
};
