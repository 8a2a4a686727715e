#include "app/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "app/preview.h"

#define PLAIN_LINES 20 /* in a run whose stderr is not a terminal */

static bool on_terminal(void) {
    return isatty(STDERR_FILENO);
}

void progress_print(const Recipe *recipe, const PaintStep *s) {
    const int steps = recipe_steps(recipe), every = steps / PLAIN_LINES + 1;
    if (!on_terminal() && s->step != 1 && s->step % every && s->step != steps) return;
    double per_step = s->seconds / s->step;
    int left = (int)(per_step * (steps - s->step) + 0.5);
    char line[256];
    snprintf(line, sizeof line,
             "step %d/%d  total %.4g = content %.4g + style %.4g + tv %.4g  %.2f s/step  "
             "%d:%02d left",
             s->step, steps, s->terms.total, recipe->content.weight * s->terms.content,
             recipe->style.weight * s->terms.style, recipe->tv.weight * s->terms.tv,
             per_step, left / 60, left % 60);
    if (on_terminal()) /* a line that is too long would not be rewritten in place */
        fprintf(stderr, "\r\033[K%.*s", preview_columns() - 1, line);
    else
        fprintf(stderr, "%s\n", line);
    fflush(stderr);
}

void progress_stage(const Recipe *recipe, int stage, Shape size, int done) {
    if (stage > 0) progress_end();
    fprintf(stderr, "size %d of %d: %d x %d pixels, steps %d to %d%s\n", stage + 1,
            recipe_stages(recipe), size.w, size.h, done + 1,
            done + recipe_stage(recipe, stage).run.steps,
            stage > 0 ? "; the loss of another size is another number" : "");
}

void progress_end(void) {
    if (on_terminal()) fputc('\n', stderr);
    preview_leave();
}
