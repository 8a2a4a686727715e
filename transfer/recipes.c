/* The recipes, as data. Numbers are those of the stated source; what a source leaves open
 * is chosen so that the picture comes out, and the comment says so. */
#include "transfer/recipe.h"

#define FIVE_OF(prefix, a, b, c, d, e, w)                                                \
    {                                                                                    \
        .count = 5, .item = {                                                            \
            {prefix a, w},                                                               \
            {prefix b, w},                                                               \
            {prefix c, w},                                                               \
            {prefix d, w},                                                               \
            {prefix e, w}                                                                \
        }                                                                                \
    }
#define VGG_STYLE(w) FIVE_OF("relu", "1_1", "2_1", "3_1", "4_1", "5_1", w)
#define KERAS_STYLE(w)                                                                   \
    FIVE_OF("block", "1_conv1", "2_conv1", "3_conv1", "4_conv1", "5_conv1", w)

const Recipe recipes[] = {
    {
        /* Losses relative to their targets, so that the same weights suit every network,
         * trained or random; the layers are the network's own. */
        .name = "paint",
        .source = "stylegrad's own: losses relative to their targets, any network",
        .net = "paintnet",
        .content_form = CONTENT_RELATIVE,
        .style_form = STYLE_RELATIVE,
        .tv_form = TV_SQUARES,
        .content_weight = 1,
        .style_weight = 100,
        .tv_weight = 1e-5,
        .start = START_CONTENT,
        .size = 384,
        .steps = 100,
        .method = METHOD_LBFGS,
        .history = 20,
        .line_search = true,
    },
    {
        /* alpha / beta = 1e-3 in the units of the paper, whose pixels are 0 to 255. */
        .name = "gatys",
        .source = "Gatys, Ecker, Bethge, CVPR 2016: white noise, L-BFGS, average pooling",
        .net = "vgg19",
        .pool = POOL_AVG,
        .content_layers = {1, {{"relu4_2", 1}}},
        .style_layers = VGG_STYLE(0.2),
        .content_form = CONTENT_HALF_SUM,
        .style_form = STYLE_GATYS,
        .tv_form = TV_SQUARES,
        .content_weight = 1e-3,
        .style_weight = 1,
        .start = START_NOISE,
        .size = 512,
        .steps = 500,
        .method = METHOD_LBFGS,
        .history = 100,
        .line_search = true,
    },
    {
        /* The formulas of section 4 with the layers of Gatys: the document's own listing
         * does not run (errata S0-1 to S0-4), and its weights belong to other units. */
        .name = "doc000",
        .source = "document 000, section 4: half sums, Gatys' style loss, tv of squares",
        .net = "vgg19",
        .content_layers = {1, {{"relu4_2", 1}}},
        .style_layers = VGG_STYLE(0.2),
        .content_form = CONTENT_HALF_SUM,
        .style_form = STYLE_GATYS,
        .tv_form = TV_SQUARES,
        .content_weight = 1e-3,
        .style_weight = 1,
        .tv_weight = 10,
        .start = START_CONTENT,
        .size = 512,
        .steps = 1000,
        .method = METHOD_LBFGS,
        .history = 100,
    },
    {
        /* CS231n's assignment 3, "Starry Night": Adam 3.0, a new Adam 0.1 at step 180. */
        .name = "doc002",
        .source =
            "document 002 (CS231n): SqueezeNet, Adam 3.0, then a new Adam 0.1 at 180",
        .net = "squeezenet1_1",
        .content_layers = {1, {{"fire2", 1}}},
        .style_layers = {4,
                         {{"relu1", 3e5}, {"fire3", 1000}, {"fire4", 15}, {"fire5", 3}}},
        .content_form = CONTENT_SUM,
        .style_form = STYLE_CS231N,
        .tv_form = TV_SQUARES,
        .tv_space = SPACE_INPUT,
        .content_weight = 6e-2,
        .style_weight = 1,
        .tv_weight = 2e-2,
        .start = START_CONTENT,
        .size = 256,
        .steps = 200,
        .method = METHOD_ADAM,
        .space = SPACE_INPUT,
        .rate = 3,
        .drop_step = 180,
        .drop_rate = 0.1,
        .clamp_low = -1.5,
        .clamp_high = 1.5,
        .clamp_steps = 190,
    },
    {
        /* Keras' example: pixels 0 to 255 less the mean, style divided by the picture's
         * size and 3 channels, which weights the layers 1024:256:64:16:1 (errata S3-2).
         */
        .name = "doc003",
        .source = "document 003 (Keras): image-size style loss, tv to the power 1.25",
        .net = "vgg19",
        .content_layers = {1, {{"block5_conv2", 1}}},
        .style_layers = KERAS_STYLE(0.2),
        .content_form = CONTENT_SUM,
        .style_form = STYLE_IMAGE_SIZE,
        .tv_form = TV_POW125,
        .tv_space = SPACE_INPUT,
        .content_weight = 0.025,
        .style_weight = 1,
        .tv_weight = 1e-4,
        .start = START_CONTENT,
        .size = 400,
        .steps = 400,
        .method = METHOD_LBFGS,
        .space = SPACE_INPUT,
        .history = 10,
        .line_search = true,
    },
    {0},
};
