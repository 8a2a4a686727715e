/* A painting in a program of one's own, with a function that sees every step.
 *
 *     cc paint.c $(pkg-config --cflags --libs stylegrad) -o paint
 *     ./paint photo.jpg painting.jpg out.png */
#include <stylegrad/stylegrad.h>

/* Called after each step; returning false ends the run with the image as it is. */
static bool progress(void *context, const Problem *problem, const PaintStep *step) {
    (void)problem;
    const int *steps = context;
    printf("\rstep %d of %d, loss %.4g ", step->step, *steps, step->terms.total);
    fflush(stdout);
    return true;
}

static bool paint(Arena *arena, char **paths, Error *err) {
    Recipe recipe;
    Tensor content, style;
    if (!recipe_read("paint", &recipe, err)) return false;
    recipe.run.steps = 40;
    const char *weights = assets_path(arena, "paintnet.safetensors", err);
    if (!weights) return false;
    Network *network = network_open(arena, weights, &(NetworkOptions){0}, NULL, err);
    if (!network || !input_image(arena, paths[1], 128, &content, err) ||
        !input_image(arena, paths[2], 128, &style, err))
        return false;

    Problem problem;
    if (!recipe_complete(&recipe, network, err) ||
        !recipe_choose_rate(&recipe, network, content.shape, err) ||
        !problem_init(&problem, arena, &recipe, network, content, style, content, err))
        return false;
    const PaintEnd end = paint_run(&problem, arena, progress, &recipe.run.steps);
    printf("\n%d steps: %s\n", end.steps, end.why);
    const bool written = output_image(paths[3], problem_image(&problem, arena), err);
    problem_free(&problem);
    return written;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: paint CONTENT STYLE OUT.png\n");
        return 2;
    }
    Arena *arena = arena_new();
    Error err;
    const bool done = paint(arena, argv, &err);
    if (!done) fprintf(stderr, "paint: %s\n", err.text);
    arena_free(arena);
    return !done;
}
