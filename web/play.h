/* The library as a module of WebAssembly: what a page in a browser, or Node, can call.
 * web/page/module.js is the other side. One network, one recipe and one run at a time:
 *
 *     play_begin();
 *     play_network(...); play_weight(...) for each tensor; play_network_end();
 *     play_recipe_begin(); play_set("content-form", "relative") ...; play_fit(256, 100);
 *     play_picture(PLAY_PHOTOGRAPH, w, h), play_picture(PLAY_PAINTING, w, h): pixels go there
 *     play_run();
 *     while (play_step()) ... play_numbers(), play_result() ...
 *
 * What the outside world did wrong is an Error, as everywhere: the functions that can fail
 * return false, and play_error() is the sentence. A CHECK that does not hold, and memory that
 * ends, call play_stop, which the page provides and which throws; the instance is of no use
 * after that, and the page makes another one.
 *
 * Pictures are bytes of red, green, blue and alpha, pixel by pixel, as a canvas has them:
 * reading files is the page's business. A size_t has 32 bits here, so sides end at
 * PLAY_MOST_SIDE. */
#ifndef WEB_PLAY_H
#define WEB_PLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nn/network.h"
#include "tensor/error.h"
#include "tensor/named.h"
#include "transfer/colors.h"
#include "transfer/recipe.h"

/* Pixels: the longer side of what is painted, and of a picture that is given. */
#define PLAY_MOST_SIDE 1024
#define PLAY_MOST_PICTURE 4096

/* Makes a function one that the page can call. */
#ifdef __wasm__
#define PLAY_EXPORT(name) __attribute__((export_name(#name))) name
#else
#define PLAY_EXPORT(name) name
#endif

/* ---- start.c: memory and errors ---- */

/* To be called first, once. */
void play_begin(void);

/* Bytes for what the page passes to a function, and back again. */
void *play_alloc(size_t bytes);
void play_free(void *block);

/* What the last function that failed says: a sentence in UTF-8. */
const char *play_error(void);

/* The room for it. */
extern Error play_err;

/* ---- network.c: the network that compares ---- */

/* Begins a list of `count` tensors of the network `name`. */
void play_weights(int count);

/* Adds a tensor of this rank (1 to 4) and shape; the floats are copied. */
void play_weight(const char *name, int rank, int n, int c, int h, int w,
                 const float *numbers);

/* Checks that the list has the weights of paintnet; they are kept for all runs. */
bool play_weights_end(void);

/* The list as it is now. */
const NamedTensors *play_weight_list(void);

/* A new network with these weights, as a recipe wants it, in the arena. */
Network *play_network_new(Arena *arena, const Recipe *recipe);

/* ---- settings.c: the recipe ---- */

/* All settings of a run. */
typedef struct PlaySettings {
    Recipe recipe;
    Colors colors; /* whose colours the result has */
} PlaySettings;

extern PlaySettings play_settings;

/* Begins with the defaults of all settings. */
void play_recipe_begin(void);

/* Sets one of transfer/recipe_fields.h, as a line of a recipe or an option does; `colors`
 * is another one. */
bool play_set(const char *name, const char *value);

/* Size and steps of the whole run, 0 for what the recipe says; what the recipe says of steps
 * moves along. */
void play_fit(int size, int steps);

/* The value as play_set reads it; "" when there is no such setting. Good until the next call. */
const char *play_setting(const char *name);

/* Whether all settings can be done together. */
bool play_check(void);

/* ---- pictures.c: what is painted, and from what ---- */

/* Which picture. PLAY_FIRST is where a run begins when PLAY_GIVEN asks for it. */
typedef enum PlayPicture { PLAY_PHOTOGRAPH, PLAY_PAINTING, PLAY_FIRST } PlayPicture;
#define PLAY_PICTURES 3

/* Room for a picture of w x h pixels, 4 w h bytes, which stays until another one takes its
 * place; NULL when its size is none. The page writes there. */
uint8_t *play_picture(int which, int w, int h);

/* A picture as RGB in [0, 1], with `size` pixels on the side that `of` names. */
bool play_picture_sized(Arena *arena, int which, int size, SizeOf of, Tensor *out);

/* The same in exactly this size. */
bool play_picture_fitted(Arena *arena, int which, Shape shape, Tensor *out);

/* The shape that play_picture_sized would give. */
bool play_picture_shape(int which, int size, SizeOf of, Shape *out);

/* RGB in [0, 1] as bytes, rounded as io/image.h does. */
void play_bytes(Tensor image, uint8_t *rgba);

/* ---- run.c: painting ---- */

/* The places of play_numbers(). Losses are those of Terms: `total` alone has weights. */
typedef enum PlayNumber {
    PLAY_STEP,        /* taken, in all stages */
    PLAY_STEPS,       /* of the whole run */
    PLAY_EVALUATIONS, /* of loss and gradient, in this stage */
    PLAY_WIDTH,       /* of the picture now, pixels */
    PLAY_HEIGHT,
    PLAY_STAGE,  /* from 0 */
    PLAY_STAGES, /* of the whole run */
    PLAY_TOTAL,
    PLAY_CONTENT,
    PLAY_STYLE,
    PLAY_TV,
    PLAY_RATE,  /* of the last step */
    PLAY_WORK,  /* steps so far, each times its pixels: what the time goes with */
    PLAY_WORKS, /* of the whole run */
    PLAY_NUMBERS
} PlayNumber;

/* Sets up a run of the recipe. `given`: it begins with PLAY_FIRST. The loss of the first
 * picture is in the numbers then. */
bool play_run(bool given);

/* One step, and what belongs to it: the next stage begins where one has ended. False when the
 * run is over, for whatever reason: play_why() says it. */
bool play_step(void);

/* How the run ended; "" while it goes on. When the next stage could not begin, or the loss is
 * no number any more, the result is the last good one. */
const char *play_why(void);

/* The numbers of the run now. */
const double *play_numbers(void);

/* The losses of each layer, with its weight: content first, then style, in the order of the
 * recipe; and how many of each there are. */
const double *play_layers(void);
int play_layer_count(bool style);

/* The picture now, PLAY_WIDTH x PLAY_HEIGHT, as bytes. Good until the next call. */
const uint8_t *play_result(void);

/* d total / d picture, 3 x h x w, at the picture now. Good until the next step. */
const real *play_gradient(void);

/* Frees the run; the pictures, the recipe and the weights stay. */
void play_run_end(void);

/* ---- stylize.c: in one pass ---- */

/* Checks that the list has the weights of a style (transfer/style_file.h), with which
 * photographs are painted from now on. */
bool play_style_end(void);

/* Paints the photograph with its longer side scaled to `side` pixels, in one pass. */
bool play_stylize(int side);

/* Width and height of that picture, and its bytes; good until the next call. */
const int *play_stylized_size(void);
const uint8_t *play_stylized(void);

/* What both ways share: whether a picture may have that side, and the picture as bytes. */
bool play_stylize_side(int side);
void play_stylized_set(Tensor picture);

/* ---- any_style.c: the same as any painting ---- */

/* Checks that the list has the weights of paintnet, and keeps them for looking. */
bool play_any_network_end(void);

/* Checks that the list has the weights of the decoder; its file says how much light it has
 * (transfer/any_file.h). */
bool play_decoder_end(double light);

/* The painting, with at most `side` pixels on its longer side, is the style from now on;
 * `alpha` is how far to go there from the photograph, from 0 to 1. */
bool play_any_style(int side, double alpha);

/* Paints the photograph; the picture is where that of play_stylize is. */
bool play_stylize_any(int side);

#endif
