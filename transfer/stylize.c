#include "transfer/stylize.h"

#include "autograd/tape_plan.h"
#include "nn/generator.h"
#include "transfer/stylize_struct.h"

Stylizer *stylizer_new(Network *style) {
    Arena *arena = arena_new();
    Stylizer *s = ARENA_NEW(arena, Stylizer, 1);
    *s = (Stylizer){.arena = arena, .style = style};
    return s;
}

void stylizer_free(Stylizer *s) {
    stylizer_drop(s);
    arena_free(s->arena);
}

void stylizer_drop(Stylizer *s) {
    if (!s->tape) return;
    tape_free(s->tape);
    arena_free(s->own);
    s->tape = NULL;
}

/* The tape, for photographs of one size. */
static bool record(Stylizer *s, Shape shape, Error *err) {
    s->own = arena_new();
    s->photo = tensor_alloc(s->own, shape);
    s->tape = tape_new_planned();
    Node *photo = tape_constant(s->tape, s->photo);
    if (!generator_record(s->style, s->tape, photo, &s->out, err)) {
        stylizer_drop(s);
        return false;
    }
    return true;
}

bool stylizer_paint(Stylizer *s, Tensor photo, Tensor *picture, Error *err) {
    const bool again = s->tape && !s->layer && shape_equal(s->photo.shape, photo.shape);
    if (!again) {
        stylizer_drop(s);
        s->layer = NULL;
        if (!record(s, photo.shape, err)) return false;
    }
    tensor_copy(s->photo, photo);
    if (again)
        tape_forward(s->tape);
    else
        tape_plan(s->tape, NULL, 1, &s->out); /* and runs forward */
    *picture = node_tensor(s->out);
    return true;
}

size_t stylizer_bytes(Stylizer *s, int h, int w) {
    Error none;
    size_t bytes = 0;
    Tape *tape = tape_new_sketch();
    Arena *arena = arena_new_sketch();
    Node *picture, *photo = tape_constant(tape, tensor_alloc(arena, (Shape){1, 3, h, w}));
    if (generator_record(s->style, tape, photo, &picture, &none)) {
        tape_plan(tape, NULL, 1, &picture);
        bytes = tape_bytes(tape) + 2 * arena_used(arena);
    }
    tape_free(tape);
    arena_free(arena);
    return bytes;
}
