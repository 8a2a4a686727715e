/* Writes out/index.html: a card for each lesson that has run, with its title, its
 * question and its first image.
 *
 *     gallery 01_tensor 02_tape ...
 *
 * Titles and questions are those of the tables in docs/en/README.md and
 * docs/zh/README.md. The image is the first one on the lesson's page.
 * lessons/gallery.html is the page around the cards. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/assets.h"
#include "io/file.h"

#define MAX_PAGE ((size_t)1 << 20)

typedef struct Row {
    char title[120];
    char question[240];
} Row;

/* The whole file as a string; empty when it cannot be read. */
static const char *text_of(Arena *arena, const char *root, const char *name) {
    Error err;
    FileBytes bytes;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", root, name);
    if (!file_read(arena, path, MAX_PAGE, &bytes, &err)) return "";
    char *text = arena_alloc(arena, bytes.size + 1);
    memcpy(text, bytes.data, bytes.size);
    return text;
}

/* The row "| [TITLE](NAME.md) | QUESTION | ..." of a table. Without such a row the title
 * is the name. */
static Row row_of(const char *table, const char *name) {
    Row row = {"", ""};
    char link[100];
    snprintf(link, sizeof link, "](%s.md) | ", name);
    const char *at = strstr(table, link);
    snprintf(row.title, sizeof row.title, "%s", name);
    if (!at) return row;
    const char *open = at;
    while (open > table && *open != '[')
        open--;
    const char *question = at + strlen(link);
    const char *end = strstr(question, " |");
    snprintf(row.title, sizeof row.title, "%.*s", (int)(at - open - 1), open + 1);
    if (end)
        snprintf(row.question, sizeof row.question, "%.*s", (int)(end - question),
                 question);
    return row;
}

/* The first image of out/NAME/ in the page that exists. */
static bool picture_of(const char *page, const char *name, char *file, size_t room) {
    char link[100];
    char path[400];
    snprintf(link, sizeof link, "](../figures/%s/", name);
    for (const char *at = strstr(page, link); at; at = strstr(at, link)) {
        at += strlen(link);
        snprintf(file, room, "%s/%.*s", name, (int)strcspn(at, ")"), at);
        snprintf(path, sizeof path, "out/%s", file);
        if (access(path, R_OK) == 0) return true;
    }
    return false;
}

/* Text as HTML. */
static void print_text(FILE *out, const char *text) {
    for (; *text; text++)
        if (*text == '&')
            fputs("&amp;", out);
        else if (*text == '<')
            fputs("&lt;", out);
        else
            fputc(*text, out);
}

static void print_words(FILE *out, const char *language, const Row *row) {
    fprintf(out, "<span class=\"%s\" lang=\"%s\"><b>", language,
            *language == 'z' ? "zh-CN" : "en");
    print_text(out, row->title);
    fputs("</b> ", out);
    print_text(out, row->question);
    fputs("</span>\n", out);
}

static void print_card(FILE *out, Arena *arena, const char *root, const char *name) {
    char page[200];
    char file[200];
    char path[400];
    snprintf(path, sizeof path, "out/%s/index.html", name);
    if (access(path, R_OK)) return;
    snprintf(page, sizeof page, "docs/en/%s.md", name);
    const Row en = row_of(text_of(arena, root, "docs/en/README.md"), name);
    const Row zh = row_of(text_of(arena, root, "docs/zh/README.md"), name);
    fprintf(out, "<a class=\"card\" href=\"%s/index.html\">", name);
    if (picture_of(text_of(arena, root, page), name, file, sizeof file))
        fprintf(out, "<span class=\"frame\"><img alt=\"\" src=\"%s\"></span>\n", file);
    print_words(out, "en", &en);
    print_words(out, "zh", &zh);
    fputs("</a>\n", out);
}

/* lessons/gallery.html with the cards where it says <!-- cards -->. */
static bool gallery_write(Arena *arena, int count, char **names, Error *err) {
    FileOutput file;
    const char *root = assets_root(arena, "lessons/gallery.html", err);
    if (!root || !file_begin(&file, "out/index.html", err)) return false;
    const char *page = text_of(arena, root, "lessons/gallery.html");
    const char *mark = "<!-- cards -->";
    const char *cards = strstr(page, mark);
    const char *rest = cards ? cards + strlen(mark) : "";
    fwrite(page, 1, strlen(page) - strlen(rest), file.stream);
    for (int k = 0; k < count; k++)
        print_card(file.stream, arena, root, names[k]);
    fputs(rest, file.stream);
    return file_commit(&file, err);
}

int main(int argc, char **argv) {
    Arena *arena = arena_new();
    Error err;
    const bool good = gallery_write(arena, argc - 1, argv + 1, &err);
    if (good)
        printf("look at out/index.html\n");
    else
        fprintf(stderr, "gallery: %s\n", err.text);
    arena_free(arena);
    return !good;
}
