/* stylegrad rerun: paints a picture again from its manifest, bit for bit. */
#include <string.h>

#include "app/commands.h"
#include "app/manifest.h"
#include "app/session.h"

#define ARGUMENTS_MOST 512

/* The command line that painted it, with another output when asked for. */
static bool parse(Options *again, const Manifest *manifest, const char *out, char **argv,
                  Error *err) {
    int count = 0;
    if (manifest->arguments > ARGUMENTS_MOST - 6)
        return error_set(err, "%d arguments are too many", manifest->arguments);
    argv[count++] = "stylegrad";
    argv[count++] = "paint";
    argv[count++] = "--out";
    argv[count++] = (char *)out;
    for (int i = 0; i < manifest->arguments; i++)
        argv[count++] = manifest->argument[i];
    argv[count] = NULL;
    return options_parse(again, &command_paint, count, argv, err);
}

static bool same_picture(const char *path, const Manifest *manifest, Error *err) {
    Hash now;
    if (!hash_file(path, &now, err)) return false;
    if (strcmp(now.digits, manifest->result.digits) == 0) return true;
    return error_set(err,
                     "%s is not the picture that it was: SHA-256 %.8s..., then %.8s...",
                     path, now.digits, manifest->result.digits);
}

static int run(const Options *options) {
    Error err;
    Manifest manifest;
    Options again;
    char *argv[ARGUMENTS_MOST];
    Arena *arena = arena_new();
    int status = 1;
    if (!manifest_read(arena, options->operand[0], &manifest, &err)) goto failed;
    const char *out = options->out ? options->out : manifest.out;
    if (!parse(&again, &manifest, out, argv, &err)) goto failed;
    status = command_paint.run(&again);
    if (status == 0) {
        if (!same_picture(out, &manifest, &err)) goto failed;
        fprintf(stderr, "the same picture, bit for bit\n");
    }
    arena_free(arena);
    return status;
failed:
    arena_free(arena);
    return session_complain("rerun", &err);
}

const Command command_rerun = {
    .name = "rerun",
    .operands = "MANIFEST",
    .operands_least = 1,
    .operands_most = 1,
    .summary = "paint a picture again, bit for bit, from its --manifest",
    .details = "Without --out the picture goes where it went. Files that are not what "
               "they were,\nand a program or processor that rounds otherwise, are "
               "refused.\n\n"
               "example:\n"
               "  stylegrad paint photo.jpg painting.jpg -o out.png --manifest out.json\n"
               "  stylegrad rerun out.json -o again.png\n",
    .mask = FOR_RERUN,
    .run = run,
};
