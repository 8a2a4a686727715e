#include "io/plot.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "io/file.h"
#include "io/gnuplot.h"
#include "io/interrupt.h"
#include "io/plot_files.h"
#include "io/plot_script.h"
#include "tensor/check.h"

/* Runs the script in its folder, with the temporary name for its image. */
static bool draw(const PlotNames *names, Error *err) {
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
static bool finish(const PlotNames *names, const char *path, Error *err) {
    int file = open(names->part_path, O_RDONLY);
    bool good = file >= 0 && lseek(file, 0, SEEK_END) > 0 && !fsync(file);
    if (file >= 0) close(file);
    if (good && !rename(names->part_path, path)) return true;
    return error_set(err, "%s: gnuplot left no image; make room or choose another folder",
                     path);
}

static bool write_all(const char *path, const Plot *plot, PlotMarks marks,
                      const PlotNames *names, Error *err) {
    if (!plot_table_write(plot, names, err) ||
        !plot_script_write(plot, marks, names, err))
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
    PlotNames names = {0};
    if (!plot_names(arena, path, &names, err)) return false;
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
    PlotNames names = {0};
    bool good = plot_names(scratch, path, &names, err) &&
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
