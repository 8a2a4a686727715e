/* The table and the script of a plot, and what they are called: see plot.h. */
#include "io/plot_files.h"

#include <ctype.h>
#include <string.h>

#include "io/file.h"
#include "io/plot_script.h"

static char *join(Arena *arena, const char *a, const char *b) {
    size_t room = strlen(a) + strlen(b) + 1;
    char *out = arena_alloc(arena, room);
    snprintf(out, room, "%s%s", a, b);
    return out;
}

/* A name that gnuplot always reads as a file: "./" before '|', '<', '$', '-', '~'.
 */
static const char *plain(Arena *arena, const char *name) {
    unsigned char c = (unsigned char)*name;
    return isalnum(c) || strchr("_./", c) || c >= 128 ? name : join(arena, "./", name);
}

static const char *last_name(Arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    return plain(arena, slash ? slash + 1 : path);
}

bool plot_names(Arena *arena, const char *path, PlotNames *out, Error *err) {
    size_t length = strlen(path);
    const char *slash = strrchr(path, '/'), *end = path + length - (length < 4 ? 0 : 4);
    out->svg = strcmp(end, ".svg") == 0;
    if (!out->svg && strcmp(end, ".png") != 0)
        return error_set(err, "%s: a plot ends in .png or .svg; choose one of them",
                         path);
    if (end == (slash ? slash + 1 : path))
        return error_set(err, "%s: a plot needs a name before its ending", path);
    for (const char *c = path; *c; c++)
        if (iscntrl((unsigned char)*c))
            return error_set(err,
                             "a plot cannot be written to a name with a line break or "
                             "another control character; choose another name");
    char *stem = arena_string(arena, path), *folder = arena_string(arena, path);
    stem[length - 4] = 0;
    if (slash) folder[slash == path ? 1 : slash - path] = 0;
    out->folder = slash ? plain(arena, folder) : ".";
    out->table_path = join(arena, stem, ".csv");
    out->script_path = join(arena, stem, ".gp");
    out->part_path = join(arena, path, ".part");
    out->image = last_name(arena, path);
    out->table = last_name(arena, out->table_path);
    out->script = last_name(arena, out->script_path);
    out->part = last_name(arena, out->part_path);
    return true;
}

static void print_script(FILE *out, const Plot *plot, PlotMarks marks,
                         const PlotNames *names) {
    fprintf(out, "# Draws %s from %s: gnuplot %s\n", names->image, names->table,
            names->script);
    fprintf(out, "if (!exists('picture')) picture = ");
    plot_print_quoted(out, names->image);
    fprintf(out, "\nset encoding utf8\n");
    if (names->svg)
        fprintf(out, "set terminal svg size 960,600 font 'DejaVu Sans,15' noenhanced "
                     "background '#ffffff'\nset title font ',19'\n");
    else
        fprintf(out,
                "set terminal pngcairo size 960,600 font 'DejaVu Sans,12' noenhanced "
                "background '#ffffff'\n");
    fprintf(out, "set output picture\n");
    plot_print_style(out);
    plot_print_marks(out, marks);
    plot_print_commands(out, plot, names->table);
}

bool plot_table_write(const Plot *plot, const PlotNames *names, Error *err) {
    FileOutput file;
    if (!file_begin(&file, names->table_path, err)) return false;
    plot_print_names(file.stream, plot);
    plot_print_numbers(file.stream, plot);
    return file_commit(&file, err);
}

bool plot_script_write(const Plot *plot, PlotMarks marks, const PlotNames *names,
                       Error *err) {
    FileOutput file;
    if (!file_begin(&file, names->script_path, err)) return false;
    print_script(file.stream, plot, marks, names);
    return file_commit(&file, err);
}
