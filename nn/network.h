/* A network is a table of named layers and the weights that go with it.
 *
 * Style transfer never classifies anything: it uses the features of an image at some
 * layers of a trained network. So a network here is a list of layers with names, and it
 * records on the tape only what the requested layers need.
 *
 *     Network *vgg = network_new(arena, "vgg19", POOL_AVG, &err);
 *     const char *style[] = {"relu1_1", "relu2_1", "relu3_1"};
 *     network_load(vgg, &weights, "vgg19.safetensors", style, 3, &err);
 *     Node *x = ag_normalize(image, network_normalize(vgg));       image: RGB in [0, 1]
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

/* The name it was made by. */
const char *network_name(const Network *network);

/* The number of layers, and layer `index`, from 0, in the order of computation. */
int network_count(const Network *network);
const Layer *network_layer(const Network *network, int index);

/* The index of a layer, in any of the three spellings. False, with a list of the layers,
 * when there is none of that name. */
bool network_layer_find(const Network *network, const char *name, int *index, Error *err);

/* The index of the deepest of the named layers, or -1 when count is 0. False when one is
 * unknown. */
bool network_deepest_of(const Network *network, const char *const *layers, int count,
                        int *deepest, Error *err);

/* Sets, before loading, the preprocessing that the weights were trained with.
 * PREPROCESS_AUTO, the default, infers it, in this order:
 *     from the filters: Oxford's VGG-19 is recognised by its first filters, scaled or
 *     not, in either order of the channels, under any names;
 *     from the names: features.0 is torch, Keras' block1_conv1 is caffe, conv1_1 and
 *     fire2 are caffe-rgb for VGG and torch for SqueezeNet.
 * The size of the weights is not used: a factor of 60 in the input can be in any layer.
 * So for a VGG-16 from Caffe under torchvision's names, the caller must set it. */
void network_preprocess(Network *network, Preprocess preprocess);

/* The preprocessing that was set or inferred; before loading, the network's default. */
Preprocess network_preprocessing(const Network *network);

/* The same as means and deviations, for ag_normalize. Call it after loading. */
Normalize network_normalize(const Network *network);

/* The shape of a layer's output for an input shape, which has 3 channels. False, with
 * the smallest side that works, when the image is too small. */
bool network_shape(const Network *network, const char *layer, Shape input, Shape *output,
                   Error *err);

/* Number of weights and biases of all layers up to layer `index`. */
size_t network_parameters(const Network *network, int index);

/* ---- Weights ---- */

/* Takes the weights of all layers up to the deepest of the `count` named ones, or, when
 * count is 0, of all that the list has. Convolution conv1_1 reads the tensors
 * conv1_1.weight (out, in, kh, kw) and conv1_1.bias (out); fire2/squeeze1x1 reads
 * fire2.squeeze1x1.weight. Other names are accepted, too: torchvision's and timm's
 * (features.0.weight), those of torchvision's features saved alone (0.weight) and Keras'
 * (block1_conv1.weight), each after any common prefix (vgg.) and with the words of
 * wrappers anywhere in them (module., slice1.). Other tensors are ignored. The elements
 * are used in place, except for BGR: the list must outlive the network.
 *
 * `file` is what messages call the list. Refuses, and leaves the network as it was, when
 * a tensor is missing, has a problem or another shape, or holds NaN or infinity; and when
 * the list is of a network that network_identify refuses, or has Theano's kernels. A
 * file that ends early is accepted if no deeper layer is requested. */
bool network_load(Network *network, const NamedTensors *list, const char *file,
                  const char *const *layers, int count, Error *err);

/* Copies the weights into the network's arena, after which the list may be freed: a file
 * of VGG-19 is mostly the classifier, which no layer here reads. */
void network_copy_weights(Network *network);

/* The name of the known network whose weights these tensors are, or its first layers;
 * NULL when there is none. */
const char *network_recognise(const NamedTensors *list);

/* The same into *name. False when they are of a relative that is not read, VGG-11, VGG-13
 * or a VGG with batch normalisation, or of a generator (nn/generator.h), or have their
 * axes in another order; *err then says so without the name of a file. */
bool network_identify(const NamedTensors *list, const char **name, Error *err);

/* Random weights instead: normal, mean 0, variance 2 / (in kh kw), which keeps the size
 * of activations through a ReLU (He et al. 2015), biases 0; of a normalisation scale 1
 * and shift 0. Each convolution has its own
 * generator and draws when it is first recorded, so its weights depend only on the seed
 * and its index. */
void network_random(Network *network, uint64_t seed);

/* Whether the layer exists and all weights up to it are there. */
bool network_has(const Network *network, const char *layer);

/* The deepest layer that network_has, or NULL. Poolings and ReLUs need no weights, so
 * with the weights of conv3_4 this is pool3. */
const char *network_deepest(const Network *network);

/* From now on network_record makes variables of the weights, so that they get gradients
 * and can be trained; at the start they are constants. */
void network_trainable(Network *network, bool trainable);

/* All loaded weights and biases, named as in a file, read in place: for an optimiser, or
 * to write them. Of a normalisation the weight is the scale and the bias the shift. The first convolution reads RGB, also when its file had BGR.
 */
NamedTensors network_weights(const Network *network, Arena *arena);

/* ---- Size of the features ----
 *
 * ReLUs, poolings and concatenations are linear for positive factors: channel c of a
 * layer can be divided by any positive number if the layers that read it multiply by the
 * same number, and the outputs stay the same. Gatys et al. 2016 (section 2) scale every
 * filter of VGG to a mean activation of 1 that way. */

/* Means of the features, channel by channel, over positions and images: for every
 * convolution up to layer `last` that is followed by a ReLU and has its weights, mean[i]
 * has one number for each channel, in the arena, measured after the ReLU; for other
 * layers it is NULL. `images` are `count` tensors (n,3,h,w), RGB in [0, 1], which are
 * normalised by `reads`. False when one is too small. */
bool network_means(Network *network, Arena *arena, const Tensor *images, int count,
                   Normalize reads, int last, double **mean, Error *err);

/* The mean of mean[index], which must not be NULL, over the channels. */
double network_layer_mean(const Network *network, int index, double *const *mean);

/* Divides channel c of convolution i by by[i][c] > 0 and multiplies the weights that
 * read it by the same number. With s_o for the divisor of output channel o and r_c for
 * that of input channel c,
 *     W_oc -> W_oc r_c / s_o,  b_o -> b_o / s_o.
 * `by` has one entry for each layer; a layer with NULL keeps its features. The
 * weights are changed in place. */
void network_divide(Network *network, double *const *by);

/* ---- Recording ---- */

/* Records what the `count` named layers need and puts their nodes into `out`, in the
 * order asked. Every node is labelled with its layer's name, leaves with conv1_1.weight
 * and conv1_1.bias. A convolution that is not requested and the ReLU after it are one
 * node, with the name of the ReLU. `input` has 3 channels and is preprocessed: see
 * network_normalize. False when a layer is unknown, has no weights, or the image is too
 * small for it; then nothing is recorded. */
bool network_record(Network *network, Tape *tape, Node *input, const char *const *layers,
                    int count, Node **out, Error *err);

#endif
