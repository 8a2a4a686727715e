/* stylegrad rerun: the image of a manifest once more, bit for bit. */
#include <string.h>

#include "app/commands.h"
#include "app/compiler.h"
#include "app/files.h"
#include "app/manifest_read.h"
#include "app/paint_run.h"
#include "app/session.h"
#include "io/number.h"
#include "io/sha256.h"

/* What the command can be told. */
typedef struct RerunOptions {
    const char *out;
    bool trust;          /* inputs may lie anywhere */
    int threads;         /* 0: as many as there are */
    size_t memory_limit; /* bytes; 0: what the machine has */
} RerunOptions;

static bool output_said(const RerunOptions *asked, Error *err) {
    return asked->out ||
           error_set(err, "wants -o FILE: where to write is never taken from a manifest");
}

/* -o is neither the manifest nor what it names. */
static bool output_ready(const ManifestReading *r, const char *out, Error *err) {
    Files files = {0};
    files_read(&files, "MANIFEST", r->run.path);
    files_read_options(&files, r->run.arena, &r->options.scene);
    files_read(&files, "--init", r->options.init);
    files_write(&files, "-o", out);
    return files_check(&files, err);
}

/* Says which files a manifest had read. */
static void say_inputs(const PaintOptions *options) {
    const Options *o = &options->scene;
    for (int i = 0; i < o->operands; i++)
        fprintf(stderr, "%s%s", i ? ", " : "reads ", NAME(o->operand[i]));
    for (int i = 0; i < STYLES_MOST; i++) {
        if (o->masks.path[i]) fprintf(stderr, ", %s", NAME(o->masks.path[i]));
        if (o->parts.path[i]) fprintf(stderr, ", %s", NAME(o->parts.path[i]));
    }
    if (options->init) fprintf(stderr, ", %s", NAME(options->init));
    if (o->weights && strncmp(o->weights, MANIFEST_RANDOM, strlen(MANIFEST_RANDOM)) != 0)
        fprintf(stderr, ", %s", NAME(o->weights));
    fprintf(stderr, "\n");
}

/* Another compiler is named when the image differs, and only then. */
static void name_compiler(const ManifestReading *r) {
    const char *compiler = json_string_value(json_object_get(r->run.root, "compiler"));
    if (compiler && strcmp(compiler, STYLEGRAD_COMPILER) != 0)
        fprintf(stderr,
                "made by a program of %s, this is one of " STYLEGRAD_COMPILER "\n",
                NAME(compiler));
}

/* The proof. An image under another kind of name has other bytes. */
static int compare(const ManifestReading *r) {
    Error err;
    Sha256 now;
    if (!sha256_file(r->options.out, &now, &err)) return session_complain("rerun", &err);
    if (strcmp(now.text, r->hash) == 0) {
        fprintf(stderr, "the same image, bit for bit\n");
        return 0;
    }
    name_compiler(r);
    error_set(&err,
              "%s: differs from the image of the manifest; another processor, "
              "version or kind of file rounds otherwise",
              r->options.out);
    return session_complain("rerun", &err);
}

static const Option own_options[] = {
    {"out", &option_text, offsetof(RerunOptions, out), .takes = "FILE", .letter = 'o',
     .help = "where the result goes"},
    {"trust-inputs", &setting_flag, offsetof(RerunOptions, trust),
     .help = "also read files in other folders than the manifest's and the current one"},
    {0},
};

static const OptionGroup groups[] = {
    {.rows = own_options},
    {.rows = thread_options, .offset = offsetof(RerunOptions, threads)},
    {.rows = memory_options, .offset = offsetof(RerunOptions, memory_limit)},
    {0},
};

static int rerun(const CommandLine *line) {
    Error err;
    RerunOptions own = {0};
    const RerunOptions *asked = &own;
    if (!options_read(line, &own, &err)) return options_refuse(line, &err);
    ManifestReading r = {
        .run = {.path = line->operand[0], .arena = arena_new(), .trusted = asked->trust}};
    int status;
    if (manifest_load(&r, &err) && output_said(asked, &err) && manifest_read(&r, &err) &&
        output_ready(&r, asked->out, &err)) {
        r.options.out = asked->out;
        r.options.scene.threads = asked->threads;
        r.options.scene.memory_limit = asked->memory_limit;
        say_inputs(&r.options);
        status = paint(&r.options);
        if (status == 0) status = compare(&r);
    } else {
        status = session_complain("rerun", &err);
    }
    manifest_close(&r);
    arena_free(r.run.arena);
    return status;
}

const Command command_rerun = {
    .name = "rerun",
    .operands = "MANIFEST",
    .operands_least = 1,
    .operands_most = 1,
    .summary = "repeat the image of a manifest, bit for bit",
    .details =
        "A manifest is what 'stylegrad paint --manifest FILE.json' leaves: all settings, "
        "and\n"
        "the hashes of all files. Each file must be there, under its old name or beside "
        "the\n"
        "manifest, and unchanged. Files in other folders than the manifest's and the "
        "current\n"
        "one are read after --trust-inputs only. The image goes to --out and nothing "
        "else is\n"
        "written; it is compared with the old one's hash.\n\n"
        "example: stylegrad rerun out.json -o again.png\n",
    .groups = groups,
    .run = rerun,
};
