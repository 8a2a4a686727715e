"""Writes small HDF5 files as Keras 1, Keras 2 and keras-squeezenet lay them out, and the
numbers that must come out of weights/convert_h5.py: for test_scripts.c.

    python3 tests/keras_files.py FOLDER

Keras itself is not asked; the layouts are those of its published files."""
import pathlib
import sys

import h5py
import numpy as np

folder = pathlib.Path(sys.argv[1])

# Kernel (height, width, in, out) = (3, 3, 3, 64): each number tells its place.
y, x, i, o = np.meshgrid(range(3), range(3), range(3), range(64), indexing="ij")
kernel = (1000 * o + 100 * i + 10 * y + x).astype("<f4")
bias = np.arange(64, dtype="<f4") / 2


def save(name, paths, root=""):
    with h5py.File(folder / name, "w") as file:
        for path, array in paths.items():
            file[root + path] = array


save("keras1.h5", {"block1_conv1/block1_conv1_W_1:0": kernel,
                   "block1_conv1/block1_conv1_b_1:0": bias,
                   "fc1/fc1_W_1:0": np.zeros((4, 5), "<f4"),
                   "fc1/fc1_b_1:0": np.zeros(5, "<f4")})
save("keras2.h5", {"block1_conv1/block1_conv1/kernel:0": kernel,
                   "block1_conv1/block1_conv1/bias:0": bias}, "model_weights/")
save("squeezenet.h5", {"conv1/conv1/kernel:0": kernel, "conv1/conv1/bias:0": bias,
                       "fire2/squeeze1x1/fire2/squeeze1x1/kernel:0":
                           np.ones((1, 1, 64, 16), "<f4"),
                       "fire2/squeeze1x1/fire2/squeeze1x1/bias:0": np.ones(16, "<f4")})
save("empty.h5", {})

# Not to be believed: 36 TiB in a file of a few kilobytes, numbers of another file, texts.
KERNEL = "block1_conv1/block1_conv1/kernel:0"
with h5py.File(folder / "promise.h5", "w") as file:
    file.create_dataset(KERNEL, (3, 3, 1 << 20, 1 << 20), "<f4", chunks=(3, 3, 64, 64))
with h5py.File(folder / "elsewhere.h5", "w") as file:
    file.create_dataset(KERNEL, (3, 3, 3, 4), "<f4", external=[("README.md", 0, 432)])
save("text.h5", {KERNEL: np.array([b"word"] * 9)})
