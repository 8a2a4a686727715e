#include "transfer/any_stylizer.h"

#include <string.h>

#include "autograd/node.h"
#include "autograd/tape_plan.h"
#include "io/interrupt.h"
#include "tensor/check.h"
#include "transfer/any_sums.h"
#include "transfer/colors.h"
#include "transfer/stylize_windows.h"

/* Where layers of other parts begin: the coarsest has a feature every 8 pixels, and the
 * kernels compute squares of 4 features. A pixel of the picture depends on 46 pixels
 * around it: 10 by the features, 33 by the decoder, 3 by rounding to its squares. */
static const WindowRule rule = {.unit = 32, .halo = 64};

struct AnyStylizer {
    Arena *arena;
    Network *network;
    const Decoder *decoder;
    Decoder *painter; /* the decoder for `target` */
    Manner style;     /* of all paintings, in their proportion */
    double weight;    /* of them; 0: there is none */
    double alpha;
    Manner photo, target; /* of the photograph, and how it is painted */
    bool folded;          /* whether the painter is that of the style alone */
    AnySums *sums;
    MannerMap *map;
    /* For windows of one size: */
    Arena *own;
    int layers; /* that are looked at: all, or only MANNER_PLACE */
    Tape *look; /* NULL: none yet */
    Tape *paint;
    bool looked, painted;      /* whether the tapes are planned */
    Tensor pixels;             /* (1,3,h,w), sides multiples of DECODER_STEP */
    Node *seen[MANNER_LAYERS]; /* the features */
    Tensor moved;              /* those that are painted */
    Tensor light;              /* of the photograph; no data: the decoder has none */
    Node *picture;
    Tensor cut; /* what any_stylizer_paint gives */
};

AnyStylizer *any_stylizer_new(Network *network, const Decoder *decoder) {
    Arena *arena = arena_new();
    AnyStylizer *s = ARENA_NEW(arena, AnyStylizer, 1);
    *s = (AnyStylizer){.arena = arena,
                       .network = network,
                       .decoder = decoder,
                       .painter = decoder_new(arena),
                       .style = manner_new(arena),
                       .photo = manner_new(arena),
                       .target = manner_new(arena),
                       .alpha = 1,
                       .sums = any_sums_new(arena),
                       .map = ARENA_NEW(arena, MannerMap, 1)};
    return s;
}

static void drop(AnyStylizer *s) {
    tape_free(s->look);
    tape_free(s->paint);
    arena_free(s->own);
    s->look = s->paint = NULL;
    s->own = NULL;
    s->cut.data = NULL;
}

void any_stylizer_free(AnyStylizer *s) {
    drop(s);
    arena_free(s->arena);
}

void any_stylizer_alpha(AnyStylizer *s, double alpha) {
    CHECK(alpha >= 0 && alpha <= 1, "alpha is %g", alpha);
    s->alpha = alpha;
    s->folded = false;
    drop(s);
}

static bool large_enough(Shape shape, const char *what, Error *err) {
    return (shape.h >= ANY_LEAST && shape.w >= ANY_LEAST) ||
           error_set(err,
                     "the %s is too small: any style needs at least %d x %d pixels, got "
                     "%d x %d (width x height); use a larger one",
                     what, ANY_LEAST, ANY_LEAST, shape.w, shape.h);
}

bool any_stylizer_add(AnyStylizer *s, Tensor painting, double weight, Error *err) {
    MannerNodes nodes;
    Node *kept[MANNER_NODES];
    CHECK(weight > 0, "a style of weight %g", weight);
    if (!large_enough(painting.shape, "painting", err)) return false;
    Tape *tape = tape_new_planned();
    const bool good =
        manner_record(s->network, tape, tape_constant(tape, painting), &nodes, err);
    if (good) {
        manner_kept(&nodes, kept);
        tape_plan(tape, NULL, MANNER_NODES, kept);
        const Manner added = manner_of(&nodes, 0);
        const double sum = s->weight + weight;
        if (s->weight > 0)
            manner_mix(s->style, 2, (Manner[]){s->style, added},
                       (double[]){s->weight / sum, weight / sum});
        else
            manner_mix(s->style, 1, &added, &(double){1});
        s->weight = sum;
        s->folded = false;
    }
    tape_free(tape);
    return good;
}

/* ---- Windows of one size ---- */

static int rounded(int side) {
    return (side + DECODER_STEP - 1) / DECODER_STEP * DECODER_STEP;
}

/* The layers that are looked at. */
static const char *const *layers_of(const AnyStylizer *s) {
    return s->layers == 1 ? &manner_layers[MANNER_AT] : manner_layers;
}

static Node *features_of(const AnyStylizer *s) {
    return s->seen[s->layers == 1 ? 0 : MANNER_AT];
}

static Tensor light_alloc(Arena *arena, Shape picture) {
    return tensor_alloc(
        arena, (Shape){1, 1, picture.h / DECODER_LIGHT, picture.w / DECODER_LIGHT});
}

static bool record_tapes(AnyStylizer *s, Arena *arena, Error *err) {
    Node *x =
        ag_normalize(tape_constant(s->look, s->pixels), network_normalize(s->network));
    if (!network_record(s->network, s->look, x, layers_of(s), s->layers, s->seen, err))
        return false;
    s->moved = tensor_alloc(arena, features_of(s)->shape);
    Node *light = NULL;
    if (decoder_light(s->decoder) > 0) {
        s->light = light_alloc(arena, s->pixels.shape);
        light = tape_constant(s->paint, s->light);
    }
    s->picture = decoder_record_folded(s->painter, s->paint,
                                       tape_constant(s->paint, s->moved), light);
    return true;
}

/* The tapes for windows of h x w pixels. */
static bool record(AnyStylizer *s, int h, int w, Error *err) {
    const Shape shape = {1, 3, rounded(h), rounded(w)};
    if (s->look && shape_equal(s->pixels.shape, shape)) return true;
    drop(s);
    s->own = arena_new();
    s->pixels = tensor_alloc(s->own, shape);
    s->layers = s->alpha < 1 ? MANNER_LAYERS : 1;
    s->look = tape_new_planned();
    s->paint = tape_new_planned();
    s->looked = s->painted = false;
    if (record_tapes(s, s->own, err)) return true;
    drop(s);
    return false;
}

/* Repeats the last of h rows and w columns up to the end. */
static void extend(Tensor x, int h, int w) {
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < x.shape.h; i++) {
            real *row = tensor_at(x, 0, c, i, 0);
            if (i >= h) memcpy(row, row - x.shape.w, (size_t)x.shape.w * sizeof *row);
            for (int j = w; j < x.shape.w; j++)
                row[j] = row[j - 1];
        }
}

/* Computes the features of the window's pixels, of which w x h are there. */
static void look(AnyStylizer *s, const Window *window) {
    extend(s->pixels, window->y.count, window->x.count);
    if (s->looked)
        tape_forward(s->look);
    else
        tape_plan(s->look, NULL, s->layers, s->seen); /* and runs forward */
    s->looked = true;
}

/* Adds what this window owns of the picture. */
static void add(AnyStylizer *s, const Window *window, Shape whole) {
    AnyBox pixels;
    window_inner(&window->y, whole.h, 1, s->pixels.shape.h, &pixels.top, &pixels.bottom);
    window_inner(&window->x, whole.w, 1, s->pixels.shape.w, &pixels.left, &pixels.right);
    any_sums_add_colours(s->sums, s->pixels, pixels, ANY_BLOCK);
    for (int i = 0; i < s->layers; i++) {
        const Tensor f = node_tensor(s->seen[i]);
        const int step = s->pixels.shape.h / f.shape.h;
        AnyBox box;
        window_inner(&window->y, whole.h, step, f.shape.h, &box.top, &box.bottom);
        window_inner(&window->x, whole.w, step, f.shape.w, &box.left, &box.right);
        any_sums_add(s->sums, s->layers == 1 ? MANNER_AT : i, f, box, ANY_BLOCK / step);
    }
}

/* From the sums: how features are moved, and the painter. */
static void decide(AnyStylizer *s) {
    real code[DECODER_CODE], palette[DECODER_PALETTE];
    any_sums_colours(s->sums, &s->photo);
    for (int i = 0; i < s->layers; i++) {
        const int layer = s->layers == 1 ? MANNER_AT : i;
        any_sums_manner(s->sums, layer, &s->photo);
    }
    const bool mixed = s->alpha < 1;
    if (mixed)
        manner_mix(s->target, 2, (Manner[]){s->style, s->photo},
                   (double[]){s->alpha, 1 - s->alpha});
    const Manner *target = mixed ? &s->target : &s->style;
    manner_map(&s->photo, target, s->map);
    if (s->folded && !mixed) return;
    manner_code(target, code);
    manner_palette(target, palette);
    decoder_fold(s->painter, s->decoder, code, palette);
    s->folded = !mixed;
}

/* Paints the features that were looked at last. */
static void paint_features(AnyStylizer *s) {
    manner_apply(s->map, node_tensor(features_of(s)), s->moved);
    if (decoder_light(s->decoder) > 0) manner_light(&s->photo, s->pixels, s->light);
    if (s->painted)
        tape_forward(s->paint);
    else
        tape_plan(s->paint, NULL, 1, &s->picture);
    s->painted = true;
}

/* ---- Whole ---- */

static void copy_rows(Tensor from, Tensor to) {
    const int h = from.shape.h < to.shape.h ? from.shape.h : to.shape.h;
    const int w = from.shape.w < to.shape.w ? from.shape.w : to.shape.w;
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < h; i++)
            memcpy(tensor_at(to, 0, c, i, 0), tensor_at(from, 0, c, i, 0),
                   (size_t)w * sizeof(real));
}

bool any_stylizer_paint(AnyStylizer *s, Tensor photo, Tensor *picture, Error *err) {
    const int h = photo.shape.h, w = photo.shape.w;
    const Window window = {{0, h, 0, h}, {0, w, 0, w}};
    CHECK(s->weight > 0, "there is no style");
    if (!large_enough(photo.shape, "photograph", err) || !record(s, h, w, err))
        return false;
    copy_rows(photo, s->pixels);
    any_sums_clear(s->sums);
    look(s, &window);
    add(s, &window, photo.shape);
    decide(s);
    paint_features(s);
    *picture = node_tensor(s->picture);
    if (shape_equal(picture->shape, photo.shape)) return true;
    if (!s->cut.data || !shape_equal(s->cut.shape, photo.shape))
        s->cut = tensor_alloc(s->own, photo.shape);
    copy_rows(*picture, s->cut);
    *picture = s->cut;
    return true;
}

size_t any_stylizer_bytes(AnyStylizer *s, int h, int w) {
    Error none;
    size_t bytes = 0;
    Arena *arena = arena_new_sketch();
    AnyStylizer sketch = *s;
    sketch.layers = s->alpha < 1 ? MANNER_LAYERS : 1;
    sketch.pixels = tensor_alloc(arena, (Shape){1, 3, rounded(h), rounded(w)});
    sketch.look = tape_new_sketch();
    sketch.paint = tape_new_sketch();
    if (record_tapes(&sketch, arena, &none)) {
        tape_plan(sketch.look, NULL, sketch.layers, sketch.seen);
        tape_plan(sketch.paint, NULL, 1, &sketch.picture);
        bytes = tape_bytes(sketch.look) + tape_bytes(sketch.paint) + arena_used(arena);
    }
    tape_free(sketch.look);
    tape_free(sketch.paint);
    arena_free(arena);
    return bytes;
}

/* ---- In parts ---- */

/* Looks at a window of the photograph. */
static bool look_at(AnyStylizer *s, const ImageRgb *photo, const Window *window,
                    Error *err) {
    if (interrupt_signal()) return error_set(err, "ended by a signal");
    if (!record(s, window->y.count, window->x.count, err)) return false;
    window_read(photo, window, s->pixels);
    look(s, window);
    return true;
}

static bool paint_window(AnyStylizer *s, const ImageRgb *photo, const Window *window,
                         const ImageRgb *out, bool keep_colors, Error *err) {
    if (!look_at(s, photo, window, err)) return false;
    paint_features(s);
    Arena *arena = arena_new();
    Tensor picture = node_tensor(s->picture);
    if (keep_colors) picture = colors_recombine(arena, picture, s->pixels);
    window_write(window, picture, out);
    arena_free(arena);
    return true;
}

bool any_stylizer_paint_parts(AnyStylizer *s, const ImageRgb *photo,
                              const ImageRgb *picture, int tile, bool keep_colors,
                              Error *err) {
    const Shape whole = {1, 3, photo->h, photo->w};
    CHECK(s->weight > 0 && tile % ANY_BLOCK == 0, "parts of %d", tile);
    if (!large_enough(whole, "photograph", err)) return false;
    Arena *arena = arena_new();
    const Windows windows = windows_cut_by(arena, rule, photo->h, photo->w, tile);
    bool good = true;
    any_sums_clear(s->sums);
    for (int i = 0; good && i < windows.count; i++) {
        good = look_at(s, photo, &windows.window[i], err);
        if (good) add(s, &windows.window[i], whole);
    }
    if (good) decide(s);
    for (int i = 0; good && i < windows.count; i++)
        good = paint_window(s, photo, &windows.window[i], picture, keep_colors, err);
    arena_free(arena);
    return good;
}

size_t any_stylizer_part_bytes(AnyStylizer *s, int tile) {
    const int side = tile + 2 * rule.halo + rule.unit;
    return any_stylizer_bytes(s, side, side);
}
