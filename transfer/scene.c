#include "transfer/scene.h"

#include "io/image.h"
#include "losses/total.h"
#include "tensor/check.h"

Scene scene_of(Tensor content, Tensor style) {
    return (Scene){
        .content = content, .styles = 1, .style = {{.image = style, .blend = 1}}};
}

static Tensor fitted(Arena *arena, Tensor x, int longer_side) {
    if (!x.data || image_longest(x.shape) == longer_side) return x;
    Shape fit = image_fit(x.shape, longer_side);
    return image_resize(arena, x, fit.h, fit.w);
}

static Tensor sized(Arena *arena, Tensor x, Shape to) {
    if (!x.data || (x.shape.h == to.h && x.shape.w == to.w)) return x;
    return image_resize(arena, x, to.h, to.w);
}

Scene scene_resized(Arena *arena, const Scene *scene, int longer_side) {
    const double factor = (double)longer_side / image_longest(scene->content.shape);
    Scene out = *scene;
    out.content = fitted(arena, scene->content, longer_side);
    for (int i = 0; i < scene->styles; i++) {
        Style *s = &out.style[i];
        int side = (int)(image_longest(s->image.shape) * factor + 0.5);
        s->image = fitted(arena, s->image, side > 1 ? side : 1);
        s->mask = sized(arena, s->mask, out.content.shape);
        s->part = sized(arena, s->part, s->image.shape);
        s->kept = NULL; /* those are of another size */
    }
    return out;
}

Node *scene_style_loss(const Scene *scene, Node *const *losses) {
    if (scene->styles == 1 && scene->style[0].blend == 1) return losses[0];
    Node *sum = NULL;
    for (int s = 0; s < scene->styles; s++)
        sum = ag_add_term(sum, losses[s], scene->style[s].blend);
    CHECK(sum, "scene: all %d styles have the blend 0", scene->styles);
    return sum;
}
