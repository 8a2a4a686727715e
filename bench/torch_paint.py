"""A whole painting in PyTorch as Gatys' code makes it, as one line of JSON.

    /usr/bin/python3 bench/torch_paint.py photo.png painting.png --weights vgg19.npz \\
        --evaluations 300 --out picture.npy

VGG-19 with maximum pooling, content relu4_2, style relu1_1 to relu5_1 (of these, the layers that the
weights have), L-BFGS with a history of 100 from the photograph. The network reads RGB from 0 to 255
minus its mean. If there is no file of weights, it is made: random ones of the same shapes. Needs
torch, NumPy and Pillow.
"""
import argparse
import json
import os
import resource
import statistics
import struct
import time

parser = argparse.ArgumentParser()
parser.add_argument("content")
parser.add_argument("style")
parser.add_argument("--weights", required=True)
parser.add_argument("--evaluations", type=int, default=300)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--channels-last", action="store_true")
parser.add_argument("--out", required=True)
options = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = str(options.threads)
os.environ["OPENBLAS_NUM_THREADS"] = str(options.threads)

import numpy  # noqa: E402  reads the environment when it is loaded
import torch  # noqa: E402
from PIL import Image  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(options.threads)
torch.manual_seed(1)

MEAN = torch.tensor([123.68, 116.779, 103.939]).view(1, 3, 1, 1)
CHANNELS = [(64, 2), (128, 2), (256, 4), (512, 4), (512, 1)]
layout = torch.channels_last if options.channels_last else torch.contiguous_format


def convolutions():
    """(name, inputs, outputs) up to conv5_1."""
    reads = 3
    for block, (channels, count) in enumerate(CHANNELS, 1):
        for i in range(1, count + 1):
            yield f"conv{block}_{i}", reads, channels
            reads = channels


def random_weights():
    """As large as keeps the features of every layer as large as the ones before (He et al. 2015)."""
    random, weights = numpy.random.default_rng(1), {}
    for name, reads, writes in convolutions():
        deviation = (2 / (9 * reads)) ** 0.5
        weights[f"{name}.weight"] = (deviation * random.standard_normal(
            (writes, reads, 3, 3))).astype(numpy.float32)
        weights[f"{name}.bias"] = numpy.zeros(writes, numpy.float32)
    return weights


def read_safetensors(path):
    with open(path, "rb") as file:
        length, = struct.unpack("<Q", file.read(8))
        head, data = json.loads(file.read(length)), file.read()
    head.pop("__metadata__", None)
    return {name: numpy.frombuffer(data[slice(*entry["data_offsets"])], numpy.float32)
            .reshape(entry["shape"]).copy() for name, entry in head.items()}


def read_weights(path):
    if not os.path.exists(path):
        numpy.savez(path, **random_weights())
    return read_safetensors(path) if path.endswith(".safetensors") else dict(numpy.load(path))


def network_of(weights):
    """The modules up to the last convolution that has weights, and their names."""
    modules, names, before = [], [], "1"
    for name, reads, writes in convolutions():
        if f"{name}.weight" not in weights:
            break
        if name[4] != before:
            modules.append(nn.MaxPool2d(2))
            names.append(f"pool{before}")
            before = name[4]
        layer = nn.Conv2d(reads, writes, 3, padding=1)
        layer.weight.data = torch.from_numpy(weights[f"{name}.weight"])
        layer.bias.data = torch.from_numpy(weights[f"{name}.bias"])
        modules += [layer, nn.ReLU(inplace=True)]
        names += [name, name.replace("conv", "relu")]
    network = nn.Sequential(*modules).eval().to(memory_format=layout)
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    return names, network


def read_image(path):
    pixels = numpy.asarray(Image.open(path).convert("RGB"), numpy.float32)
    return torch.from_numpy(pixels.transpose(2, 0, 1)[None].copy()) - MEAN


names, network = network_of(read_weights(options.weights))
content_at = next(name for name in ("relu4_2", "relu3_3") if name in names)
style_at = {f"relu{block}_1": 1e3 / CHANNELS[block - 1][0] ** 2 for block in range(1, 6)
            if f"relu{block}_1" in names}
last = max(map(names.index, [content_at, *style_at]))


def features(image):
    found, image = {}, image.contiguous(memory_format=layout)
    for name, module in zip(names[:last + 1], network):
        image = module(image)
        if name in style_at or name == content_at:
            found[name] = image
    return found


def gram(f):
    _, c, h, w = f.shape
    f = f.reshape(c, h * w)
    return f @ f.t() / (h * w)


content = read_image(options.content)
with torch.no_grad():
    content_target = features(content)[content_at].clone()
    painting = features(read_image(options.style))
    style_targets = {name: gram(painting[name]) for name in style_at}
    del painting
image = content.clone().requires_grad_(True)
optimizer = torch.optim.LBFGS([image], lr=1, max_iter=1, max_eval=1, history_size=100,
                              tolerance_grad=-1, tolerance_change=-1)
losses = []


def total_loss():
    optimizer.zero_grad()
    found = features(image)
    loss = nn.functional.mse_loss(found[content_at], content_target)
    for name, weight in style_at.items():
        loss = loss + weight * nn.functional.mse_loss(gram(found[name]), style_targets[name])
    loss.backward()
    losses.append(loss.item())
    return loss


seconds = []
for _ in range(options.evaluations):
    start = time.perf_counter()
    optimizer.step(total_loss)
    seconds.append(time.perf_counter() - start)
numpy.save(options.out, ((image.detach() + MEAN) / 255).numpy())
print(json.dumps({
    "evaluations": len(losses), "evaluation_s": statistics.median(seconds),
    "evaluations_s": sum(seconds), "losses": losses,
    "content_layers": content_at,
    "style_layers": ",".join(f"{name}:{weight!r}" for name, weight in style_at.items()),
    "peak_bytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    "torch": torch.__version__}))
