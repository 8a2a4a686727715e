#include "app/out_of_memory.h"

#include <stdio.h>
#include <unistd.h>

#include "app/memory.h"
#include "app/trace.h"
#include "io/interrupt.h"
#include "tensor/no_memory.h"

#define MIB (1024.0 * 1024.0)

static const char *name;

/* Needs next to no memory itself. The rows of a trace are kept; an image would have to
 * be computed first. */
static void end(size_t bytes, const MemoryUse *use) {
    fprintf(
        stderr,
        "stylegrad %s: no memory for %s: it asks for %.0f MiB beside the %.0f MiB that "
        "the program has",
        name, use->what ? use->what : "its data", (double)bytes / MIB,
        (double)memory_now() / MIB);
    fprintf(stderr, use->less ? "; %s needs less\n" : "; close other programs\n",
            use->less);
    fflush(stderr);
    trace_save_table();
    interrupt_clean_up();
    _exit(1);
}

void out_of_memory_init(const Command *command) {
    name = command->name;
    memory_for(NULL, command->less_memory);
    no_memory_handler(end);
}
