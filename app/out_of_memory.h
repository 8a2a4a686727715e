/* The end of a program that finds no memory: one sentence that says what the memory was
 * for and what needs less, and exit status 1. */
#ifndef APP_OUT_OF_MEMORY_H
#define APP_OUT_OF_MEMORY_H

#include "app/options.h"

/* What takes less memory, of paint and eval. */
#define OPTIONS_OF_MEMORY "a smaller --size, --tile or --recompute"

/* From now on; first for the command line itself, then for a command. */
void out_of_memory_init(void);
void out_of_memory_command(const Command *command);

#endif
