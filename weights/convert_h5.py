#!/usr/bin/python3
"""Converts VGG-16, VGG-19 or SqueezeNet weights of Keras from HDF5 to safetensors:

    python3 weights/convert_h5.py vgg19_weights_tf_dim_ordering_tf_kernels.h5 vgg19.safetensors

Wants h5py and NumPy (Debian: python3-h5py). Kernels become (out, in, height, width) from
Keras' (height, width, in, out); names become block1_conv1.weight and .bias. The numbers and
the order of the input channels stay: such networks read BGR from 0 to 255 minus a mean,
and the file says so in its metadata, "preprocess": "caffe", which stylegrad understands.
For weights that were trained otherwise say --preprocess torch.
"""
import argparse
import json
import os
import pathlib
import signal
import struct
import sys

import h5py
import numpy as np

MOST = 2 << 30  # bytes of one array, as stylegrad reads at most
KINDS = {"kernel": "weight", "W": "weight", "bias": "bias", "b": "bias"}


def layer_and_kind(path):
    """('block1_conv1', 'weight') from block1_conv1/block1_conv1/kernel:0,
    block1_conv1/block1_conv1_W_1:0 or fire2/squeeze1x1/fire2/squeeze1x1/kernel:0;
    None for anything else."""
    parts = path.split("/")
    last = parts[-1].split(":")[0]
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
        sys.exit(f"convert_h5.py: {path} keeps its numbers in another file; get the weights again")
    if item.dtype.kind != "f" or item.size * 4 > MOST:
        sys.exit(f"convert_h5.py: {path} holds {item.size} values of {item.dtype}, which are "
                 "no weights; get the file again")
    return np.asarray(item, dtype="<f4")


def tensors(group):
    """Every convolution's weight (out, in, height, width) and bias (out), by name."""
    found = {}

    def visit(path, item):
        name = layer_and_kind(path) if isinstance(item, h5py.Dataset) else None
        if name is None:
            return
        array = numbers(path, item)
        if name[1] == "weight" and array.ndim == 4:
            array = array.transpose(3, 2, 0, 1)
        key = ".".join(name)
        if key in found:
            sys.exit(f"convert_h5.py: {key} is there twice, the second time as {path}")
        found[key] = np.ascontiguousarray(array)

    group.visititems(visit)
    # Fully connected layers, and what has a bias only, are of no use to style transfer.
    kernels = {name[:-len(".weight")] for name, x in found.items()
               if name.endswith(".weight") and x.ndim == 4}
    return {name: x for name, x in found.items() if name.rsplit(".", 1)[0] in kernels}


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
    options = parser.parse_args()
    # Ended from outside, as with Ctrl-C: nothing half written stays.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if (options.source.exists() and options.target.exists()
            and options.target.samefile(options.source)):
        sys.exit(f"convert_h5.py: {options.target} is the file that is read; "
                 "choose another name")
    try:
        with h5py.File(options.source, "r") as file:
            arrays = tensors(file["model_weights"] if "model_weights" in file else file)
    except (OSError, RuntimeError, ValueError, MemoryError) as problem:
        sys.exit(f"convert_h5.py: {options.source}: cannot be read as HDF5: "
                 f"{' '.join(str(problem).split())}")
    if not arrays:
        sys.exit(f"convert_h5.py: {options.source}: no convolutions in it")
    try:
        write(options.target, arrays,
              {"preprocess": options.preprocess, "source": options.source.name})
    except OSError as problem:
        sys.exit(f"convert_h5.py: cannot write {options.target}: {problem.strerror}")
    print(f"{options.target}: {len(arrays)} tensors")


if __name__ == "__main__":
    main()
