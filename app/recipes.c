/* stylegrad recipes: what --recipe can name. */
#include "app/commands.h"
#include "tensor/check.h"

static void print_list(const char *title, const LayerList *layers) {
    printf("%s", title);
    for (int i = 0; i < layers->count; i++)
        printf(" %s:%g", layers->item[i].name, layers->item[i].weight);
    printf("%s\n", layers->count ? "" : " the network's own");
}

static int list(const Options *options) {
    (void)options;
    for (const Recipe *r = recipes; r->name; r++) {
        printf("%-8s %s\n", r->name, r->source);
        printf("         %s, %s, %d steps at %d pixels\n", r->net, method_name(r->method),
               r->steps, r->size);
        print_list("         content", &r->content_layers);
        print_list("         style  ", &r->style_layers);
        printf("         weights: content %g, style %g, tv %g\n", r->content_weight,
               r->style_weight, r->tv_weight);
    }
    return 0;
}

const Command command_recipes = {
    .name = "recipes",
    .operands = "",
    .summary = "list the recipes",
    .details = "",
    .mask = FOR_RECIPES,
    .run = list,
};
