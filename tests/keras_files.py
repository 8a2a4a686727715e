"""Writes small HDF5 files as Keras 1, Keras 2 and keras-squeezenet lay them out, and the
numbers that must come out of weights/convert_h5.py: for test_scripts.c.

    python3 tests/keras_files.py FOLDER

Keras itself is not asked; the layouts are those of its published files."""
import pathlib
import sys
import zipfile

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

# Keras 3 counts its layers; a VGG may stand in a model beside others of their kind, and
# under its own names as well.
second, deeper = np.ones((3, 3, 64, 64), "<f4"), np.ones((3, 3, 64, 128), "<f4")
keras3 = {"conv2d/vars/0": kernel, "conv2d/vars/1": bias,
          "conv2d_1/vars/0": second, "conv2d_1/vars/1": bias,
          "conv2d_2/vars/0": deeper, "conv2d_2/vars/1": np.zeros(128, "<f4"),
          "dense/vars/0": np.zeros((4, 5), "<f4"), "dense/vars/1": np.zeros(5, "<f4")}
save("keras3.h5", keras3, "layers/")
save("keras3_inside.h5",
     {**{"layers/functional/layers/" + path: array for path, array in keras3.items()},
      "layers/conv2d/vars/0": np.zeros((3, 3, 64, 2), "<f4"),
      "layers/conv2d/vars/1": np.zeros(2, "<f4")})
with zipfile.ZipFile(folder / "keras3.keras", "w") as archive:
    archive.write(folder / "keras3.h5", "model.weights.h5")
save("inside.h5", {"vgg19/block1_conv1/kernel:0": kernel, "vgg19/block1_conv1/bias:0": bias,
                   "top/top/kernel:0": np.zeros((1, 1, 64, 2), "<f4"),
                   "top/top/bias:0": np.zeros(2, "<f4")}, "model_weights/")

# Theano's kernels are turned by 180 degrees, and may be (out, in, height, width).
turned = {"block1_conv1/block1_conv1/kernel:0": kernel[::-1, ::-1],
          "block1_conv1/block1_conv1/bias:0": bias}
save("vgg19_tf_dim_ordering_th_kernels.h5", turned)
save("said.h5", turned)
save("backend.h5", turned)
with h5py.File(folder / "backend.h5", "a") as file:
    file.attrs["backend"] = "theano"
save("vgg19_th_dim_ordering_th_kernels.h5",
     {**turned, "block1_conv1/block1_conv1/kernel:0":
      kernel[::-1, ::-1].transpose(3, 2, 0, 1)})

# Not to be believed: 36 TiB in a file of a few kilobytes, numbers of another file, texts.
KERNEL = "block1_conv1/block1_conv1/kernel:0"
with h5py.File(folder / "promise.h5", "w") as file:
    file.create_dataset(KERNEL, (3, 3, 1 << 20, 1 << 20), "<f4", chunks=(3, 3, 64, 64))
with h5py.File(folder / "elsewhere.h5", "w") as file:
    file.create_dataset(KERNEL, (3, 3, 3, 4), "<f4", external=[("README.md", 0, 432)])
save("text.h5", {KERNEL: np.array([b"word"] * 9)})
