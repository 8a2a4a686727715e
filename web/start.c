/* Memory for the page, and what happens when something cannot go on. */
#include <stdio.h>
#include <stdlib.h>

#include "tensor/check.h"
#include "tensor/no_memory.h"
#include "web/play.h"

Error play_err;

/* The page's: throws an error with this text. */
#ifdef __wasm__
__attribute__((import_module("page"), import_name("stop")))
#endif
__attribute__((noreturn)) void
play_stop(const char *text);

static void stop_check(void *context, const char *text) {
    (void)context;
    play_stop(text);
}

static void stop_memory(size_t bytes, const MemoryUse *use) {
    snprintf(play_err.text, sizeof play_err.text,
             "there is no memory for %zu more bytes of %s; choose a smaller size", bytes,
             use->what ? use->what : "the run");
    play_stop(play_err.text);
}

void PLAY_EXPORT(play_begin)(void) {
    check_handler(stop_check, NULL);
    no_memory_handler(stop_memory);
}

void *PLAY_EXPORT(play_alloc)(size_t bytes) {
    return memory_take(bytes);
}

void PLAY_EXPORT(play_free)(void *block) {
    free(block);
}

const char *PLAY_EXPORT(play_error)(void) {
    return play_err.text;
}
