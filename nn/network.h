/* A network is a table of named layers and the weights that go with it.
 *
 * Style transfer never classifies anything: it looks at what some layers of a trained
 * network make of a picture. So a network here is a list that can be asked for layers by
 * name, and that records on the tape what those layers need and nothing deeper.
 *
 *     Network *vgg = network_new(arena, "vgg19", POOL_AVG, &err);
 *     const char *style[] = {"relu1_1", "relu2_1", "relu3_1"};
 *     network_load(vgg, &weights, "vgg19.safetensors", style, 3, &err);
 *     Node *x = ag_normalize(picture, network_normalize(vgg));     picture: RGB in [0, 1]
 *     Node *features[3];
 *     network_record(vgg, tape, x, style, 3, features, &err);
 *
 * Layers are named as Gatys and Caffe do (conv1_1, relu1_1, pool1; fire2,
 * fire2/squeeze1x1). Wherever a name is asked for, two other spellings are understood:
 *
 *     block1_conv1, block1_pool   Keras: relu1_1 and pool1, for a Keras convolution
 *                                 includes its activation
 *     features.5                  torchvision (and CS231n's SqueezeNet): index in the
 *                                 list, from 0. torchvision's ReLUs overwrite their
 *                                 input: features.0 as stored there is features.1 here */
#ifndef NN_NETWORK_H
#define NN_NETWORK_H

#include <stdint.h>

#include "nn/network_types.h"
#include "nn/ops.h"
#include "nn/preprocess.h"
#include "tensor/error.h"
#include "tensor/named.h"

/* The network of that name, without weights: vgg19, vgg16, squeezenet1_1,
 * squeezenet1_0, vgg19_small16x or paintnet. Returns NULL and lists the known names when
 * there is no such network.
 */
Network *network_new(Arena *arena, const char *name, Pooling pooling, Error *err);

/* How convolutions continue beyond the edge, from now on. */
void network_padding(Network *network, Padding padding);

/* Names of all known networks, i from 0; NULL after the last. */
const char *network_known(int i);

const char *network_name(const Network *network);

/* The layers in the order of computation, and their number. */
int network_count(const Network *network);
const Layer *network_layer(const Network *network, int index);

/* The place of a layer, in any of the three spellings. False with a list of the layers
 * when there is none of that name. */
bool network_layer_find(const Network *network, const char *name, int *index, Error *err);

/* The place of the deepest of the named layers, or -1 when count is 0. False when one is
 * unknown. */
bool network_deepest_of(const Network *network, const char *const *layers, int count,
                        int *deepest, Error *err);

/* Says, before loading, what the weights were made for. PREPROCESS_AUTO, which holds
 * until then, tells it by two things:
 *     first the filters: Oxford's VGG-19 is known by its first ones, scaled or not, in
 *     either order of the channels, whatever its file calls them;
 *     then the names: features.0 is torch, Keras' block1_conv1 is caffe, conv1_1 and
 *     fire2 are caffe-rgb for VGG and torch for SqueezeNet.
 * The size of the weights is not asked: a factor of 60 in the input can hide in any
 * layer. So a VGG-16 from Caffe under torchvision's names needs to be named here. */
void network_preprocess(Network *network, Preprocess preprocess);

/* What was said or told; the network's own before loading. */
Preprocess network_preprocessing(const Network *network);

/* That as means and deviations, for ag_normalize. Ask after loading. */
Normalize network_normalize(const Network *network);

/* The shape of a layer's output for an input shape, which has 3 channels. False, with the
 * smallest side that works, when the picture is too small. */
bool network_shape(const Network *network, const char *layer, Shape input, Shape *output,
                   Error *err);

/* Number of weights and biases of all layers up to this one. */
size_t network_parameters(const Network *network, int index);

/* ---- Weights ---- */

/* Takes the weights of all layers up to the deepest of the `count` named ones, or, when
 * count is 0, of all that the list has. Convolution conv1_1 reads the tensors
 * conv1_1.weight (out, in, kh, kw) and conv1_1.bias (out); fire2/squeeze1x1 reads
 * fire2.squeeze1x1.weight. Understood as well are torchvision's and timm's names
 * (features.0.weight), those of torchvision's features saved alone (0.weight) and those
 * of Keras (block1_conv1.weight), each behind any prefix that they share (vgg.) and with
 * the words of wrappers anywhere in them (module., slice1.). Other tensors are passed
 * over. The numbers are used in place, but for BGR: the list must outlive the network.
 *
 * `file` is what messages call the list. Refuses, and leaves the network as it was, when
 * a tensor is missing, has a problem or another shape, or holds NaN or infinity; and when
 * the list is of a network that network_identify refuses, or has Theano's kernels. A file
 * that ends early is fine as long as no deeper layer is asked for. */
bool network_load(Network *network, const NamedTensors *list, const char *file,
                  const char *const *layers, int count, Error *err);

/* Copies the weights into the network's arena, after which the list may be freed: a file
 * of VGG-19 is mostly the classifier, which no layer here reads. */
void network_copy_weights(Network *network);

/* The name of the known network that these tensors are of, or begin; NULL when they are
 * of none. */
const char *network_recognise(const NamedTensors *list);

/* The same into *name. False when they are of a relative that is not read, VGG-11, VGG-13
 * or a VGG with batch normalisation; *err then says so without the name of a file. */
bool network_identify(const NamedTensors *list, const char **name, Error *err);

/* Random weights instead: normal, mean 0, variance 2 / (in kh kw), which keeps the size
 * of activations through a ReLU (He et al. 2015), biases 0. Each convolution draws from a
 * generator of its own when it is first recorded, so its numbers depend on the seed and
 * its place only. */
void network_random(Network *network, uint64_t seed);

/* Whether the layer exists and all weights up to it are there. */
bool network_has(const Network *network, const char *layer);

/* The deepest layer that network_has, or NULL. Poolings and ReLUs need no weights, so
 * with the weights of conv3_4 this is pool3. */
const char *network_deepest(const Network *network);

/* From now on network_record makes variables of the weights, so that they get gradients
 * and can be trained; at the start they are constants. */
void network_trainable(Network *network, bool trainable);

/* All weights and biases that are there, named as in a file, read in place: for an
 * optimiser, or to write them. The first convolution's read RGB, whatever its file had.
 */
NamedTensors network_weights(const Network *network, Arena *arena);

/* ---- Size of the features ----
 *
 * A ReLU hands on a factor above 0, and so do poolings and concatenations: channel c of a
 * layer can be divided by any number if whatever reads it multiplies by the same, and all
 * else stays as it was. Gatys et al. 2016 (section 2) bring every filter of VGG to a mean
 * activation of 1 that way. */

/* Means of the features, channel by channel, over positions and pictures: for every
 * convolution up to layer `last` that a ReLU follows and that has its weights, mean[i] is
 * one number a channel, in the arena, taken behind the ReLU; for other layers it is NULL.
 * `pictures` are `count` tensors (n,3,h,w), RGB in [0, 1], `reads` is what the network
 * gets of them. False when one is too small. */
bool network_means(Network *network, Arena *arena, const Tensor *pictures, int count,
                   Normalize reads, int last, double **mean, Error *err);

/* The mean of a layer's channels: of mean[index], which is there. */
double network_layer_mean(const Network *network, int index, double *const *mean);

/* Divides channel c of convolution i by by[i][c], which is above 0, and multiplies what
 * reads it by the same. With s_o for the divisor of output channel o and r_c for that of
 * input channel c,
 *     W_oc -> W_oc r_c / s_o,  b_o -> b_o / s_o.
 * Layers with NULL in `by`, which has one entry for each, keep their features. The
 * weights are changed in place. */
void network_divide(Network *network, double *const *by);

/* ---- Recording ---- */

/* Records what the `count` named layers need and puts their nodes into `out`, in the
 * order asked. Every node is labelled with its layer's name, leaves with conv1_1.weight
 * and conv1_1.bias. A convolution that is not asked for and the ReLU after it are one
 * node, with the name of the ReLU. `input` has 3 channels and is in the network's own
 * space: see network_normalize. False when a layer is unknown, has no weights, or the
 * picture is too small for it; then nothing is recorded. */
bool network_record(Network *network, Tape *tape, Node *input, const char *const *layers,
                    int count, Node **out, Error *err);

#endif
