/* PyTorch's weight files, .pth or .pt: what torch.save makes of a state_dict.
 *
 *     NamedTensors weights;
 *     if (!torch_read(arena, "vgg19-dcbb9e9d.pth", &weights, &err)) ...
 *     const NamedTensor *w = named_find(&weights, "features.0.weight");
 *
 * Such a file is a pickle (io/pickle.h), which describes a dict of tensors as calls of
 * _rebuild_tensor_v2, and the storages, arrays of numbers, that hold the tensors: in a
 * zip archive since PyTorch 1.6, one after the other before. Nothing is called.
 *
 * The dict may be inside other dicts and lists (io/torch_find.h), beside other data that
 * a training program saves: options, counters, dates, the optimiser's state. Tensors of
 * float64, float32, float16 and bfloat16 are read, with any strides. Every other one is
 * listed with its problem (tensor/named.h): elements of another type; more than four
 * dimensions or an empty one; a storage that is not in the file or of another size; a
 * tensor that exceeds its storage or has more elements than it; NaN and infinity; and
 * tensors from the point on where all together, shared or not, have more bytes than
 * twice the file.
 *
 * Refused: a file without a dict of tensors; two tensors of one name; more than 4096
 * tensors or storages; storages that unpack to more than twice the file; numbers in
 * big-endian order. */
#ifndef IO_TORCH_H
#define IO_TORCH_H

#include "io/file.h"
#include "io/limits.h"
#include "tensor/named.h"

/* Lists all tensors, in the order of the dict, rounded to `real`. Files of up to 2 GiB.
 */
bool torch_read(Arena *arena, const char *path, NamedTensors *out, Error *err);

/* The same from memory; `where` is what errors call the bytes. */
bool torch_read_bytes(Arena *arena, FileBytes file, const char *where, NamedTensors *out,
                      Error *err);

#endif
