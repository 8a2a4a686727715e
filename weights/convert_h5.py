#!/usr/bin/python3
"""Converts VGG-16, VGG-19 or SqueezeNet weights of Keras from HDF5 to safetensors:

    python3 weights/convert_h5.py vgg19_weights_tf_dim_ordering_tf_kernels.h5 vgg19.safetensors

Requires h5py and NumPy (Debian: python3-h5py). Reads the files of Keras 1, 2 and 3, .keras
archives, and whole models with a VGG inside. Kernels become (out, in, height, width) from
Keras' (height, width, in, out); names become block1_conv1.weight and .bias. Keras 3 only
numbers its convolutions: their VGG names follow from their order and sizes.

Theano rotates its kernels by 180 degrees. Files of that time say so in their name
(th_kernels) or in their attributes; for other files use --kernels.

The numbers and the order of the input channels do not change: these networks read BGR from 0 to
255 minus a mean, and the file says so in its metadata, "preprocess": "caffe", which stylegrad
understands. For weights that were trained otherwise say --preprocess torch.
"""
import argparse
import io
import json
import os
import pathlib
import re
import signal
import struct
import sys
import zipfile

import h5py
import numpy as np

MAX = 2 << 30  # bytes of one array, as stylegrad reads at most
KERAS3 = {"0": "weight", "1": "bias"}  # in layers/conv2d_1/vars/
KINDS = {"kernel": "weight", "W": "weight", "bias": "bias", "b": "bias"}


def shown(text):
    """A name out of a file or from the command line, without what could move the cursor."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(text))


def layer_and_kind(path):
    """('block1_conv1', 'weight') from block1_conv1/block1_conv1/kernel:0,
    block1_conv1/block1_conv1_W_1:0 or fire2/squeeze1x1/fire2/squeeze1x1/kernel:0;
    None for anything else."""
    parts = path.split("/")
    last = parts[-1].split(":")[0]
    if len(parts) > 2 and parts[-2] == "vars" and last in KERAS3:
        return ".".join(word for word in parts[:-2] if word != "layers"), KERAS3[last]
    if last in KINDS:
        kind, parts = last, parts[:-1]
    else:  # layer_W_1: as Keras 1 wrote it
        words = last.split("_")
        kind = words[-2] if words[-1].isdigit() and len(words) > 1 else words[-1]
        parts = parts[:-1]
    if kind not in KINDS:
        return None
    half = len(parts) // 2
    if len(parts) % 2 == 0 and parts[:half] == parts[half:]:
        parts = parts[:half]
    return ".".join(parts), KINDS[kind]


def numbers(path, item):
    """A dataset as float32. Its size is not believed before it is small enough, and it may
    not name another file to read from."""
    if item.external or item.is_virtual:
        sys.exit(f"convert_h5.py: {shown(path)} keeps its numbers in another file; "
                 "get the weights again")
    if item.dtype.kind != "f" or item.size * 4 > MAX:
        sys.exit(f"convert_h5.py: {shown(path)} holds {item.size} values of {item.dtype}, "
                 "which are no weights; get the file again")
    return np.asarray(item, dtype="<f4")


def theano_order(array):
    """Whether a kernel is (out, in, height, width), as Theano has it, and not (height, width,
    in, out): the two equal sides are those of the window."""
    a, b, c, d = array.shape
    return c == d and c <= 11 and not (a == b and a <= 11)


def tensors(group, turned):
    """Every convolution's weight (out, in, height, width) and bias (out), by name; `turned`
    kernels are turned back."""
    found = {}

    def visit(path, item):
        name = layer_and_kind(path) if isinstance(item, h5py.Dataset) else None
        if name is None:
            return
        array = numbers(path, item)
        if name[1] == "weight" and array.ndim == 4:
            if not theano_order(array):
                array = array.transpose(3, 2, 0, 1)
            if turned:
                array = array[:, :, ::-1, ::-1]
        key = ".".join(name)
        if key in found:
            sys.exit(f"convert_h5.py: {shown(key)} is there twice, "
                     f"the second time as {shown(path)}")
        found[key] = np.ascontiguousarray(array)

    group.visititems(visit)
    # Fully connected layers, and what has a bias only, are of no use to style transfer.
    kernels = {name[:-len(".weight")] for name, x in found.items()
               if name.endswith(".weight") and x.ndim == 4}
    return {name: x for name, x in found.items() if name.rsplit(".", 1)[0] in kernels}


def counted(layer):
    """('functional.', 12) for functional.conv2d_12; None for a layer with a name."""
    parts = re.fullmatch(r"(.*\.)?conv2d(?:_(\d+))?", layer)
    return parts and (parts[1] or "", int(parts[2] or 0))


def vgg_names(outputs):
    """What VGG calls convolutions with so many outputs, in order. A block is a row of
    convolutions that have as many; the two last blocks have 512 both, and are as long as the
    third. None when the row does not begin as VGG's does."""
    if outputs[:2] != [64, 64]:
        return None
    third, names, block, place = outputs.count(256), [], 1, 0
    for before, now in zip([outputs[0]] + outputs, outputs):
        place += 1
        if now != before or (now == 512 and place > third):
            block, place = block + 1, 1
        names.append(f"block{block}_conv{place}")
    return names


def with_vgg_names(arrays):
    """Where names only count, conv2d, conv2d_1, ..., those of VGG, model by model."""
    models, names = {}, {}
    for layer in {name.rsplit(".", 1)[0] for name in arrays}:
        if counted(layer):
            models.setdefault(counted(layer)[0], []).append(layer)
    for model, layers in models.items():
        layers.sort(key=counted)
        found = vgg_names([arrays[layer + ".weight"].shape[0] for layer in layers])
        names.update(zip(layers, [model + name for name in found or []]))
    return {names.get(layer, layer) + "." + kind: x for (layer, kind), x in
            ((name.rsplit(".", 1), x) for name, x in arrays.items())}


def opened(path):
    """The HDF5 file, which a .keras archive has inside."""
    if not zipfile.is_zipfile(path):
        return h5py.File(path, "r")
    with zipfile.ZipFile(path) as archive:
        inner = archive.getinfo("model.weights.h5")
        if inner.file_size > MAX:
            sys.exit(f"convert_h5.py: {path}: unpacks to more than {MAX} bytes")
        return h5py.File(io.BytesIO(archive.read(inner)), "r")


def is_theano(group, path):
    """Whether a file says that its kernels are Theano's."""
    backend = group.attrs.get("backend", "")
    return backend in ("theano", b"theano") or "th_kernels" in path.name


def write(path, arrays, metadata):
    """A safetensors file, under a temporary name until it is complete."""
    header, at = {"__metadata__": metadata}, 0
    for name, x in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(x.shape),
                        "data_offsets": [at, at + x.nbytes]}
        at += x.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(temporary, "wb") as out:
            out.write(struct.pack("<Q", len(text)) + text)
            for x in arrays.values():
                out.write(x.tobytes())
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=pathlib.Path, metavar="FILE.h5")
    parser.add_argument("target", type=pathlib.Path, metavar="FILE.safetensors")
    parser.add_argument("--preprocess", default="caffe",
                        choices=["caffe", "caffe-rgb", "torch", "none"],
                        help="what the network was trained to read (caffe)")
    parser.add_argument("--kernels", choices=["theano", "tensorflow"],
                        help="whose they are (as the file says, else tensorflow)")
    options = parser.parse_args()
    # Ended from outside, as with Ctrl-C: nothing half written stays.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if (options.source.exists() and options.target.exists()
            and options.target.samefile(options.source)):
        sys.exit(f"convert_h5.py: {options.target} is the file that is read; "
                 "choose another name")
    try:
        with opened(options.source) as file:
            group = file["model_weights"] if "model_weights" in file else file
            turned = (options.kernels == "theano" if options.kernels
                      else is_theano(group, options.source))
            arrays = with_vgg_names(tensors(group, turned))
    except (OSError, RuntimeError, ValueError, MemoryError, KeyError,
            zipfile.BadZipFile) as problem:
        sys.exit(f"convert_h5.py: {shown(options.source)}: cannot be read as HDF5: "
                 f"{shown(' '.join(str(problem).split()))}")
    if not arrays:
        sys.exit(f"convert_h5.py: {shown(options.source)}: no convolutions in it")
    try:
        write(options.target, arrays,
              {"preprocess": options.preprocess, "source": options.source.name})
    except OSError as problem:
        sys.exit(f"convert_h5.py: cannot write {shown(options.target)}: {problem.strerror}")
    print(f"{shown(options.target)}: {len(arrays)} tensors"
          + (", kernels turned back from Theano's" if turned else ""))


if __name__ == "__main__":
    main()
