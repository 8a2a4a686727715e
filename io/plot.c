#include "io/plot.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "io/file.h"
#include "io/gnuplot.h"
#include "io/interrupt.h"
#include "io/plot_script.h"
#include "tensor/check.h"

/* The names around "folder/loss.png". Names without folder are what the script uses: it
 * runs in the folder. */
typedef struct Names {
    const char *folder;                               /* "folder", or "." */
    const char *image, *table;                        /* "loss.png", "loss.csv" */
    const char *table_path, *script_path, *part_path; /* "folder/loss.csv", ... */
    const char *script, *part;                        /* "loss.gp", "loss.png.part" */
    bool svg;
} Names;

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

static bool find_names(Arena *arena, const char *path, Names *out, Error *err) {
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
                         const Names *names) {
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

static bool write_table(const Plot *plot, const Names *names, Error *err) {
    FileOutput file;
    if (!file_begin(&file, names->table_path, err)) return false;
    plot_print_names(file.stream, plot);
    plot_print_numbers(file.stream, plot);
    return file_commit(&file, err);
}

static bool write_script(const Plot *plot, PlotMarks marks, const Names *names,
                         Error *err) {
    FileOutput file;
    if (!file_begin(&file, names->script_path, err)) return false;
    print_script(file.stream, plot, marks, names);
    return file_commit(&file, err);
}

/* Runs the script in its folder, with the temporary name for its image. */
static bool draw(const Names *names, Error *err) {
    FILE *commands = tmpfile(), *printed = tmpfile();
    bool good = commands && printed;
    if (!good)
        error_set(err, "no temporary file: %s; make room in /tmp", strerror(errno));
    if (good) {
        fprintf(commands, "cd ");
        plot_print_quoted(commands, names->folder);
        fprintf(commands, "\npicture = ");
        plot_print_quoted(commands, names->part);
        fprintf(commands, "\nload ");
        plot_print_quoted(commands, names->script);
        fprintf(commands, "\n");
        good = gnuplot_run(commands, printed, err);
    }
    if (commands) fclose(commands);
    if (printed) fclose(printed);
    return good;
}

/* Gives the complete image its name. */
static bool finish(const Names *names, const char *path, Error *err) {
    int file = open(names->part_path, O_RDONLY);
    bool good = file >= 0 && lseek(file, 0, SEEK_END) > 0 && !fsync(file);
    if (file >= 0) close(file);
    if (good && !rename(names->part_path, path)) return true;
    return error_set(err, "%s: gnuplot left no image; make room or choose another folder",
                     path);
}

static bool write_all(const char *path, const Plot *plot, PlotMarks marks,
                      const Names *names, Error *err) {
    if (!write_table(plot, names, err) || !write_script(plot, marks, names, err))
        return false;
    if (!plot_has_points(plot))
        return error_set(err, "%s: not drawn, no point lies on the axes; look at %s",
                         path, names->table_path);
    Error reason;
    interrupt_remember(names->part_path);
    bool good = draw(names, &reason) && finish(names, path, &reason);
    if (!good) remove(names->part_path);
    interrupt_forget(names->part_path);
    if (good) return true;
    return error_set(err, "%s: not drawn: %s and run gnuplot on %s", path, reason.text,
                     names->script_path);
}

bool plot_paths(Arena *arena, const char *path, PlotPaths *out, Error *err) {
    Names names = {0};
    if (!find_names(arena, path, &names, err)) return false;
    *out = (PlotPaths){names.table_path, names.script_path, names.part_path};
    return true;
}

bool plot_write_check(const char *path, Error *err) {
    Arena *scratch = arena_new();
    PlotPaths all;
    bool good = plot_paths(scratch, path, &all, err) && file_write_check(path, err) &&
                file_write_check(all.table, err) && file_write_check(all.script, err) &&
                file_write_check(all.part, err);
    arena_free(scratch);
    return good;
}

bool plot_write(const char *path, const Plot *plot, Error *err) {
    return plot_write_marked(path, plot, (PlotMarks){0}, err);
}

bool plot_write_marked(const char *path, const Plot *plot, PlotMarks marks, Error *err) {
    CHECK(plot->series_count >= 1, "a plot of %d series", plot->series_count);
    Arena *scratch = arena_new();
    Names names = {0};
    bool good = find_names(scratch, path, &names, err) &&
                write_all(path, plot, marks, &names, err);
    arena_free(scratch);
    return good;
}

/* Copies the drawing without trailing spaces and without empty lines at the start. */
static void copy_drawing(FILE *out, FILE *in) {
    int spaces = 0;
    bool begun = false;
    rewind(in);
    for (int c; (c = getc(in)) != EOF;) {
        if (c == ' ') spaces++;
        if (c == ' ' || c == '\f') continue;
        begun = begun || c != '\n';
        if (c != '\n') fprintf(out, "%*s", spaces, "");
        spaces = 0;
        if (begun) putc(c, out);
    }
    if (spaces) putc('\n', out);
}

bool plot_print(FILE *out, const Plot *plot, int columns, int rows, Error *err) {
    CHECK(plot->series_count >= 1, "a plot of %d series", plot->series_count);
    CHECK(columns >= 20 && rows >= 8, "a plot of %d x %d letters", columns, rows);
    if (!plot_has_points(plot))
        return error_set(err,
                         "not drawn, no point lies on the axes; look at the numbers");
    FILE *commands = tmpfile(), *printed = tmpfile();
    bool good = commands && printed;
    if (!good)
        error_set(err, "no temporary file: %s; make room in /tmp", strerror(errno));
    if (good) {
        /* Numbers only: a name that starts like the last line would end the block. */
        fprintf(commands, "$table << END\n");
        plot_print_numbers(commands, plot);
        fprintf(commands,
                "END\nset encoding utf8\n"
                "set terminal dumb size %d,%d nofeed noenhanced mono\n",
                columns, rows);
        plot_print_commands(commands, plot, "$table");
        good = gnuplot_run(commands, printed, err);
    }
    if (good) copy_drawing(out, printed);
    if (commands) fclose(commands);
    if (printed) fclose(printed);
    return good;
}
