#include "app/paint_shared.h"

#include <string.h>

/* Those of this size, or a free place for them; NULL: there is none. */
static PaintSharedStyles *find(PaintShared *shared, int pixels) {
    for (int i = 0; i < STAGES_MOST; i++) {
        PaintSharedStyles *styles = &shared->styles[i];
        if (styles->pixels == 0) styles->pixels = pixels;
        if (styles->pixels == pixels) return styles;
    }
    return NULL;
}

void paint_shared_styles(PaintShared *shared, const PaintOptions *options,
                         const Recipe *stage, Scene *scene) {
    if (!shared || !shared->network || options->scene.colors != COLORS_STYLE) return;
    PaintSharedStyles *styles = find(shared, stage->size.pixels);
    for (int i = 0; styles && i < scene->styles; i++) {
        styles->style[i].arena = shared->arena;
        scene->style[i].kept = &styles->style[i];
    }
}

bool paint_shared_news(PaintShared *shared, const char *notes) {
    if (!shared) return true;
    const bool news = strcmp(shared->notes, notes) != 0;
    if (news) shared->notes = arena_string(shared->arena, notes);
    return news;
}
