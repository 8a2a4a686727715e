#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tensor/text.h"

/* libFuzzer's own; a program that replays files has none. */
__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);

void fuzz_check_message(const Error *err) {
    const size_t length = strnlen(err->text, sizeof err->text);
    if (length > 10 && length < sizeof err->text && text_is_plain(err->text)) return;
    fprintf(stderr, "the message is no sentence: \"%s\"\n", err->text);
    abort();
}

void fuzz_reader(FuzzReader *read, const uint8_t *data, size_t size) {
    if (size == 0) return;
    Error err = {""};
    Arena *arena = arena_new();
    unsigned char *exact = malloc(size);
    if (!exact) abort();
    memcpy(exact, data, size);
    if (!read(arena, (FileBytes){exact, size}, &err)) fuzz_check_message(&err);
    free(exact);
    arena_free(arena);
}

char *fuzz_text(Arena *arena, FileBytes file) {
    char *text = arena_alloc(arena, file.size + 1);
    return memcpy(text, file.data, file.size);
}

const char *fuzz_path(FileBytes file) {
    static char path[32];
    static FILE *opened;
    if (!opened) opened = tmpfile();
    if (!opened || ftruncate(fileno(opened), 0) ||
        pwrite(fileno(opened), file.data, file.size, 0) != (ssize_t)file.size ||
        lseek(fileno(opened), 0, SEEK_SET) != 0) {
        perror("temporary file");
        abort();
    }
    snprintf(path, sizeof path, "/dev/fd/%d", fileno(opened));
    return path;
}

size_t fuzz_mutate(FuzzRepair *repair, uint8_t *data, size_t size, size_t most,
                   unsigned seed) {
    size = LLVMFuzzerMutate(data, size, most);
    const bool as_it_is = seed % 16 == 0; /* wrong checksums are to be refused, too */
    if (!as_it_is) repair(data, size);
    return size;
}
