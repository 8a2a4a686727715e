/* stylegrad rerun: the picture of a manifest once more, bit for bit. */
#include <string.h>

#include "app/commands.h"
#include "app/files.h"
#include "app/manifest_read.h"
#include "app/session.h"
#include "app/version.h"
#include "io/number.h"
#include "io/sha256.h"

static bool output_said(const Options *asked, Error *err) {
    return asked->out ||
           error_set(err, "wants -o FILE: where to write is never taken from a manifest");
}

/* -o is neither the manifest nor what it names. */
static bool output_ready(const ManifestReading *r, const char *out, Error *err) {
    Files files = {0};
    files_read(&files, "MANIFEST", r->path);
    files_read_options(&files, r->arena, &r->options);
    files_write(&files, "-o", out);
    return files_check(&files, err);
}

/* Says which files a manifest had read. */
static void say_inputs(const Options *o) {
    for (int i = 0; i < o->operands; i++)
        fprintf(stderr, "%s%s", i ? ", " : "reads ", NAME(o->operand[i]));
    for (int i = 0; i < STYLES_MOST; i++) {
        if (o->masks.path[i]) fprintf(stderr, ", %s", NAME(o->masks.path[i]));
        if (o->parts.path[i]) fprintf(stderr, ", %s", NAME(o->parts.path[i]));
    }
    if (o->init) fprintf(stderr, ", %s", NAME(o->init));
    if (o->weights && strncmp(o->weights, MANIFEST_RANDOM, strlen(MANIFEST_RANDOM)) != 0)
        fprintf(stderr, ", %s", NAME(o->weights));
    fprintf(stderr, "\n");
}

/* Another compiler is named when the picture differs, and only then. */
static void name_compiler(const ManifestReading *r) {
    const char *compiler = json_string_value(json_object_get(r->root, "compiler"));
    if (compiler && strcmp(compiler, STYLEGRAD_COMPILER) != 0)
        fprintf(stderr,
                "made by a program of %s, this is one of " STYLEGRAD_COMPILER
                ": their last bits differ\n",
                NAME(compiler));
}

/* The proof. A picture under another kind of name has other bytes. */
static int compare(const ManifestReading *r) {
    Error err;
    Sha256 now;
    if (!sha256_file(r->options.out, &now, &err)) return session_complain("rerun", &err);
    if (strcmp(now.text, r->hash) == 0) {
        fprintf(stderr, "the same picture, bit for bit\n");
        return 0;
    }
    name_compiler(r);
    error_set(&err,
              "%s: differs from the picture of the manifest; another processor, "
              "compiler or kind of file rounds otherwise",
              r->options.out);
    return session_complain("rerun", &err);
}

static int rerun(const Options *asked) {
    Error err;
    ManifestReading r = {
        .path = asked->operand[0], .arena = arena_new(), .trusted = asked->trust};
    int status;
    if (manifest_load(&r, &err) && output_said(asked, &err) && manifest_read(&r, &err) &&
        output_ready(&r, asked->out, &err)) {
        r.options.out = asked->out;
        r.options.threads = asked->threads;
        r.options.memory_limit = asked->memory_limit;
        say_inputs(&r.options);
        status = command_paint.run(&r.options);
        if (status == 0) status = compare(&r);
    } else {
        status = session_complain("rerun", &err);
    }
    manifest_close(&r);
    arena_free(r.arena);
    return status;
}

const Command command_rerun = {
    .name = "rerun",
    .operands = "MANIFEST",
    .operands_least = 1,
    .operands_most = 1,
    .summary = "repeat the picture of a manifest, bit for bit",
    .details =
        "A manifest is what 'stylegrad paint --manifest FILE.json' leaves: all settings, "
        "and\n"
        "the hashes of all files. Each file must be there, under its old name or beside "
        "the\n"
        "manifest, and unchanged. Files in other folders than the manifest's and the "
        "current\n"
        "one are read after --trust-inputs only. The picture goes to --out and nothing "
        "else is\n"
        "written; it is compared with the old one's hash.\n\n"
        "example: stylegrad rerun out.json -o again.png\n",
    .mask = FOR_RERUN,
    .run = rerun,
};
