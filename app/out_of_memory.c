#include "app/out_of_memory.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/memory.h"
#include "app/table.h"
#include "io/interrupt.h"
#include "io/json_read.h"
#include "tensor/no_memory.h"

#define MIB ((size_t)1 << 20)

static const char *name; /* of the command; NULL: none yet */

/* What takes 40 kB fails in a machine that is full, and "0 MiB" would be a riddle. */
static void say_amount(size_t bytes) {
    if (bytes < MIB)
        fprintf(stderr, "%zu bytes", bytes);
    else
        fprintf(stderr, "%zu MiB", (bytes + MIB / 2) / MIB);
}

static void say(size_t bytes, const MemoryUse *use) {
    fprintf(stderr, "stylegrad%s%s: no memory for %s: it asks for ", name ? " " : "",
            name ? name : "", use->what ? use->what : "its data");
    say_amount(bytes);
    fprintf(stderr, " beside the ");
    say_amount(memory_now());
    fprintf(stderr, " that the program has");
    fprintf(stderr, use->less ? "; %s needs less\n" : "; close other programs\n",
            use->less);
    fflush(stderr);
}

/* The rows of a trace are kept; an image would have to be computed first. */
static void keep_what_is_there(void) {
    table_save_open();
    interrupt_clean_up();
}

static atomic_flag ending = ATOMIC_FLAG_INIT;
static _Thread_local bool ended_here;

/* Needs next to no memory itself. Where it does need some and finds none, it is called
 * again, and ends at once; other threads that find none wait for the end. */
static void end(size_t bytes, const MemoryUse *use) {
    if (ended_here) {
        interrupt_clean_up();
        _exit(1);
    }
    while (atomic_flag_test_and_set(&ending))
        pause();
    ended_here = true;
    say(bytes, use);
    keep_what_is_there();
    _exit(1);
}

/* The program ends well, or a library has ended it and said why. */
static void at_exit(void) {
    ended_here = true;
    keep_what_is_there();
}

void out_of_memory_init(void) {
    no_memory_handler(end);
    json_memory();
    atexit(at_exit);
}

void out_of_memory_command(const Command *command) {
    name = command->name;
    memory_for(NULL, command->less_memory);
}
