#include "app/preview.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "io/image.h"
#include "tensor/clock.h"

#define OFTEN 0.5  /* seconds between two sketches at least */
#define SHARE 100  /* times what one costs, too */
#define COLUMNS 80 /* when the terminal does not say */
#define ROWS 24
#define ROWS_KEPT 3 /* of the terminal, for other text */
#define WIDEST 120  /* characters of a sketch */

/* There is one terminal. */
static struct {
    int rows;     /* of the sketch above the cursor; 0: none */
    int columns;  /* of the terminal when it was drawn */
    double again; /* when the next may be drawn: seconds_now() */
} shown;

static struct winsize terminal_size(void) {
    struct winsize size = {0};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || size.ws_col == 0 || size.ws_row == 0)
        return (struct winsize){.ws_col = COLUMNS, .ws_row = ROWS};
    return size;
}

int preview_columns(void) {
    return terminal_size().ws_col;
}

bool preview_possible(void) {
    const char *kind = getenv("TERM");
    if (isatty(STDERR_FILENO) && kind && strcmp(kind, "dumb") != 0) return true;
    fprintf(stderr, "--preview: standard error is no terminal that shows colours; the "
                    "picture is painted without\n");
    return false;
}

bool preview_due(void) {
    return seconds_now() >= shown.again;
}

/* The first variable that is set says what characters the terminal has. */
static bool has_blocks(void) {
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (int i = 0; i < 3; i++) {
        const char *said = getenv(names[i]);
        if (said && *said) return strstr(said, "UTF-8") || strstr(said, "utf8");
    }
    return false;
}

static bool has_all_colours(void) {
    const char *said = getenv("COLORTERM");
    return said && (strstr(said, "truecolor") || strstr(said, "24bit"));
}

/* The cube of 6 x 6 x 6 colours has the levels 0, 95, 135, 175, 215 and 255. */
static int cube_level(int value) {
    return value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40;
}

/* A colour as the terminal names it: 24 bits, or one of the cube, which begins at 16. */
static int colour_at(Tensor image, int y, int x, bool all) {
    int value[3];
    for (int c = 0; c < 3; c++) {
        const double v = (double)*tensor_at(image, 0, c, y, x);
        value[c] = (int)((v > 0 ? v < 1 ? v : 1 : 0) * 255 + 0.5);
        if (!all) value[c] = cube_level(value[c]);
    }
    return all ? value[0] << 16 | value[1] << 8 | value[2]
               : 16 + 36 * value[0] + 6 * value[1] + value[2];
}

/* `ground` is 38 for the character, 48 for what is behind it. */
static void set_colour(FILE *out, int ground, int colour, bool all) {
    if (all)
        fprintf(out, "\033[%d;2;%d;%d;%dm", ground, colour >> 16, colour >> 8 & 255,
                colour & 255);
    else
        fprintf(out, "\033[%d;5;%dm", ground, colour);
}

/* One line of characters, from pixel row y on; colours are only named where they change.
 * Without blocks a character is one pixel, of the lower row. */
static void draw_line(FILE *out, Tensor image, int y, bool blocks, bool all) {
    int front = -1, back = -1;
    for (int x = 0; x < image.shape.w; x++) {
        const int upper = blocks ? colour_at(image, y, x, all) : -1,
                  lower = colour_at(image, blocks ? y + 1 : y, x, all);
        if (upper != front) set_colour(out, 38, front = upper, all);
        if (lower != back) set_colour(out, 48, back = lower, all);
        fputs(blocks ? "\u2580" : " ", out);
    }
    fputs("\033[0m\033[K\n", out);
}

/* As many pixels as the terminal has places for: a character is twice as high as wide. */
static Shape fit(Shape shape, struct winsize size, bool blocks, int *rows) {
    const int widest = size.ws_col < WIDEST ? size.ws_col : WIDEST;
    const int highest = size.ws_row > ROWS_KEPT + 1 ? size.ws_row - ROWS_KEPT : 1;
    double scale = (double)widest / shape.w;
    if (scale * shape.h > 2 * highest) scale = 2.0 * highest / shape.h;
    const int w = (int)(scale * shape.w), h = (int)(scale * shape.h / 2 + 0.5);
    *rows = h < 1 ? 1 : h > highest ? highest : h;
    return (Shape){1, 3, blocks ? 2 * *rows : *rows, w < 1 ? 1 : w};
}

void preview_draw(Tensor image, double began) {
    Arena *arena = arena_new();
    const bool blocks = has_blocks(), all = has_all_colours();
    const struct winsize terminal = terminal_size();
    int rows;
    const Shape size = fit(image.shape, terminal, blocks, &rows);
    const Tensor small = image_resize(arena, image, size.h, size.w);
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length); /* stderr has no buffer */
    if (out) {
        fputs("\r\033[K", out);
        if (shown.rows == rows && shown.columns == terminal.ws_col)
            fprintf(out, "\033[%dA", rows);
        for (int i = 0; i < rows; i++)
            draw_line(out, small, blocks ? 2 * i : i, blocks, all);
        if (fclose(out) == 0) fwrite(text, 1, length, stderr);
        shown.rows = rows;
        shown.columns = terminal.ws_col;
    }
    free(text);
    arena_free(arena);
    const double now = seconds_now(), pause = SHARE * (now - began);
    shown.again = now + (pause > OFTEN ? pause : OFTEN);
}

void preview_leave(void) {
    shown.rows = 0;
}
