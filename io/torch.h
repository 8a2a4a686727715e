/* PyTorch's weight files, .pth or .pt: what torch.save makes of a state_dict.
 *
 *     NamedTensors weights;
 *     if (!torch_read(arena, "vgg19-dcbb9e9d.pth", &weights, &err)) ...
 *     const NamedTensor *w = named_find(&weights, "features.0.weight");
 *
 * Such a file is a pickle (io/pickle.h), which describes a dict of tensors as calls of
 * _rebuild_tensor_v2, and the storages, plain numbers, that the tensors lie in: a zip
 * archive of them since PyTorch 1.6, one after the other before. Nothing is called.
 *
 * The dict may stand in another one under state_dict, model_state_dict, model or
 * params_ema, params, net. What is no tensor in it is passed over. Tensors of float64,
 * float32, float16, bfloat16 and of whole numbers are read, with any strides.
 *
 * Refused: a pickle that mentions anything but tensors, storages and OrderedDict; a
 * storage that is not in the file or of another size; a tensor that reaches out of its
 * storage, has more elements than it, more than four sides or an empty one; two tensors
 * of one name; more than 4096 tensors or storages, or more than twice the file in all of
 * them, packed or shared; numbers in big-endian order; NaN and infinity. */
#ifndef IO_TORCH_H
#define IO_TORCH_H

#include "io/file.h"
#include "tensor/named.h"

#define TORCH_TENSORS_MOST 4096 /* tensors in one file */
#define TORCH_GROWTH_MOST 2     /* times the file, that its tensors have together */

/* Reads all tensors, in the order of the dict, rounded to `real`. Files of up to 2 GiB.
 */
bool torch_read(Arena *arena, const char *path, NamedTensors *out, Error *err);

/* The same from memory; `where` is what errors call the bytes. */
bool torch_read_bytes(Arena *arena, FileBytes file, const char *where, NamedTensors *out,
                      Error *err);

/* Whether the bytes begin as torch.save wrote files before PyTorch 1.6. */
bool torch_is_legacy(FileBytes file);

#endif
