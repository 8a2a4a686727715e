/* stylegrad: neural style transfer from the command line.
 *
 * Exit status: 0 done, 1 something outside was wrong, 2 the command line was; 130, 143
 * and 129 after Ctrl-C, SIGTERM and SIGHUP, when what there was is saved; a reader that
 * closes the pipe of standard output ends the program with SIGPIPE.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/compiler.h"
#include "app/out_of_memory.h"
#include "app/standard.h"
#include "io/interrupt.h"
#include "io/spin_briefly.h"
#include "tensor/kernels/simd/simd.h"
#include "tensor/real.h"
#include "tensor/text.h"

static const Command *const commands[] = {
    &command_paint,          &command_rerun,        &command_stylize,
    &command_video,          &command_train_style,  &command_train_any_style,
    &command_train_features, &command_eval,         &command_features,
    &command_gradcheck,      &command_convert_loss, &command_recipes,
    &command_weights,        &command_bench,        &command_errata,
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void help(FILE *out) {
    fprintf(out, "usage: stylegrad COMMAND ...\n"
                 "Neural style transfer, built from scratch in C (" REAL_NAME ").\n\n");
    for (int i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-15s %s\n", commands[i]->name, commands[i]->summary);
    fprintf(out, "\n'stylegrad COMMAND --help' explains one of them. The first thing "
                 "to try:\n  stylegrad paint photo.jpg painting.jpg -o out.png\n");
}

static int run_command(const Command *command, Arena *arena, int count,
                       char *const *words) {
    CommandLine line;
    Error err;
    if (!options_parse(&line, arena, command, count, words, &err))
        return options_refuse(&line, &err);
    if (line.help) {
        options_help(command, stdout);
        return 0;
    }
    out_of_memory_command(command);
    return command->run(&line);
}

/* STYLEGRAD_VECTORS: the bits of a vector, when they should be fewer than this processor
 * has, as for an image of another processor. */
static bool limit_vectors(void) {
    static const char *const bits[] = {"128", "256", "512"};
    const char *said = getenv("STYLEGRAD_VECTORS");
    if (!said || !*said) return true;
    for (int i = 0; i < 3; i++) {
        if (strcmp(said, bits[i]) != 0) continue;
        simd_limit = i;
        return true;
    }
    fprintf(stderr, "stylegrad: STYLEGRAD_VECTORS is '%s'; set it to 128, 256 or 512\n",
            SHOWN(said));
    return false;
}

static int run(int argc, char **argv) {
    if (!limit_vectors()) return 2;
    if (argc < 2) {
        help(stderr);
        return 2;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("stylegrad " STYLEGRAD_VERSION " (" REAL_NAME ", " STYLEGRAD_COMPILER
               ")\n");
        return 0;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        help(stdout);
        return 0;
    }
    for (int i = 0; i < COMMANDS; i++) {
        if (strcmp(argv[1], commands[i]->name) != 0) continue;
        Arena *arena = arena_new();
        const int status = run_command(commands[i], arena, argc - 2, argv + 2);
        arena_free(arena);
        return status;
    }
    fprintf(stderr, "stylegrad: unknown command '%s'; 'stylegrad --help' lists them\n",
            SHOWN(argv[1]));
    return 2;
}

int main(int argc, char **argv) {
    standard_guard();
    spin_briefly(argv);
    signal(SIGPIPE, SIG_IGN); /* a closed pipe or a full disk is an error to report, */
    signal(SIGXFSZ, SIG_IGN); /* not a reason to die */
    interrupt_init();
    out_of_memory_init();
    return standard_end(run(argc, argv));
}
