#include "lessons/check/language.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifndef BUILD
#define BUILD "build" /* the folder that make builds in */
#endif

/* Of GNU gettext, and sorted: the sentences, and then their translations. It is read here,
 * because gettext() translates nothing in the locales C and, from glibc 2.39 on, C.UTF-8,
 * and a system may have no other ones. */
#define CATALOGUE BUILD "/locale/zh/LC_MESSAGES/stylegrad.mo"
#define MAGIC 0x950412DE
enum { MAGIC_AT = 0, COUNT_AT = 8, ENGLISH_AT = 12, CHINESE_AT = 16, HEAD = 28 };
enum { ENTRY = 8, OFFSET_IN_ENTRY = 4 }; /* bytes: a length, and where the text is */

static char *catalogue;
static size_t size;
static Language speaking = ENGLISH;

Language language_yours(void) {
    static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (int k = 0; k < 4; k++) {
        const char *value = getenv(names[k]);
        if (value && *value) return strncmp(value, "zh", 2) == 0 ? CHINESE : ENGLISH;
    }
    return ENGLISH;
}

static uint32_t number_at(size_t at) {
    uint32_t number = 0;
    if (at + sizeof number <= size) memcpy(&number, catalogue + at, sizeof number);
    return number;
}

/* Text k of the table that begins there; empty when the file is damaged. A 0 stands
 * behind the whole file. */
static const char *text_at(uint32_t table, uint32_t k) {
    const size_t entry = (size_t)table + (size_t)k * ENTRY;
    const uint32_t offset = number_at(entry + OFFSET_IN_ENTRY);
    return offset < size ? catalogue + offset : "";
}

static char *read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    char *bytes = NULL;
    const long length = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    rewind(file);
    if (length >= HEAD) bytes = calloc(1, (size_t)length + 1);
    if (bytes) size = fread(bytes, 1, (size_t)length, file);
    fclose(file);
    return bytes;
}

bool language_begin(void) {
    speaking = language_yours();
    if (!catalogue) catalogue = read_file(CATALOGUE);
    if (catalogue && number_at(MAGIC_AT) != MAGIC) {
        free(catalogue);
        catalogue = NULL;
    }
    return catalogue;
}

void language_speak(Language language) {
    speaking = language;
}

const char *tr(const char *english) {
    if (!catalogue || speaking == ENGLISH || !*english) return english;
    const uint32_t table = number_at(ENGLISH_AT);
    uint32_t low = 0, high = number_at(COUNT_AT);
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const int order = strcmp(english, text_at(table, middle));
        if (order == 0) {
            const char *chinese = text_at(number_at(CHINESE_AT), middle);
            return *chinese ? chinese : english;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return english;
}

/* ---- Columns ---- */

/* Chinese characters and their punctuation begin with 0xE2 0xBA, or with more. */
static bool is_wide(const unsigned char *character) {
    return character[0] > 0xE2 || (character[0] == 0xE2 && character[1] >= 0xBA);
}

int text_columns(const char *text) {
    int columns = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if ((*c & 0xC0) != 0x80) columns += is_wide(c) ? 2 : 1;
    return columns;
}

void print_cell(FILE *out, const char *text, int columns) {
    const int missing = columns - text_columns(text);
    fprintf(out, "%s%*s", text, missing > 0 ? missing : 0, "");
}
