"""One step of style transfer in PyTorch: the work of `stylegrad bench`, as one line of JSON.

    /usr/bin/python3 bench/torch_step.py --net vgg19 --size 256 --threads 2

The layers and losses are the same, the weights are random. Only torch is needed.
"""
import argparse
import json
import os
import resource
import statistics
import time

parser = argparse.ArgumentParser()
parser.add_argument("--net", choices=["vgg19", "squeezenet1_1"], default="vgg19")
parser.add_argument("--size", type=int, default=256)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--channels-last", action="store_true")
options = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = str(options.threads)
os.environ["OPENBLAS_NUM_THREADS"] = str(options.threads)

import torch  # noqa: E402  reads the environment when it is loaded
from torch import nn  # noqa: E402

torch.set_num_threads(options.threads)
torch.manual_seed(1)


class Fire(nn.Module):
    def __init__(self, reads, squeezed, expanded):
        super().__init__()
        self.squeeze = nn.Conv2d(reads, squeezed, 1)
        self.expand1 = nn.Conv2d(squeezed, expanded, 1)
        self.expand3 = nn.Conv2d(squeezed, expanded, 3, padding=1)

    def forward(self, x):
        x = torch.relu_(self.squeeze(x))
        return torch.cat([torch.relu_(self.expand1(x)), torch.relu_(self.expand3(x))], 1)


def vgg19():
    """The modules up to relu5_1, and the names of those that a loss uses."""
    modules, names, reads = [], [], 3
    for block, (channels, count) in enumerate([(64, 2), (128, 2), (256, 4), (512, 4), (512, 1)], 1):
        for i in range(1, count + 1):
            modules += [nn.Conv2d(reads, channels, 3, padding=1), nn.ReLU(inplace=True)]
            names += [f"conv{block}_{i}", f"relu{block}_{i}"]
            reads = channels
        if block < 5:
            modules.append(nn.MaxPool2d(2))
            names.append(f"pool{block}")
    return modules, names


def squeezenet():
    """The modules up to fire5, the deepest that document 002 uses."""
    def pool():
        return nn.MaxPool2d(3, 2, ceil_mode=True)
    modules = [nn.Conv2d(3, 64, 3, stride=2), nn.ReLU(inplace=True), pool(), Fire(64, 16, 64),
               Fire(128, 16, 64), pool(), Fire(128, 32, 128), Fire(256, 32, 128)]
    return modules, ["conv1", "relu1", "pool1", "fire2", "fire3", "pool3", "fire4", "fire5"]


if options.net == "vgg19":
    modules, names = vgg19()
    content_at, content_weight, tv_weight = "relu4_2", 1e-3, 10.0
    style_at = {f"relu{block}_1": 0.2 for block in range(1, 6)}
else:
    modules, names = squeezenet()
    content_at, content_weight, tv_weight = "fire2", 6e-2, 2e-2
    style_at = {"relu1": 3e5, "fire3": 1000.0, "fire4": 15.0, "fire5": 3.0}
layout = torch.channels_last if options.channels_last else torch.contiguous_format
network = nn.Sequential(*modules).eval().to(memory_format=layout)
for parameter in network.parameters():
    parameter.requires_grad_(False)
mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
deviation = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


def features(image):
    found, x = {}, (image - mean) / deviation
    for name, module in zip(names, network):
        x = module(x)
        if name in style_at or name == content_at:
            found[name] = x
    return found


def gram(f):
    _, c, h, w = f.shape
    f = f.reshape(c, h * w)
    return f @ f.t() / (c * h * w)


def random_image():
    return torch.rand(1, 3, options.size, options.size).contiguous(memory_format=layout)


with torch.no_grad():
    content_target = features(random_image())[content_at].clone()
    painting = features(random_image())
    style_targets = {name: gram(painting[name]) for name in style_at}
    del painting
image = random_image().requires_grad_(True)


def total_loss():
    found = features(image)
    loss = content_weight * ((found[content_at] - content_target) ** 2).sum()
    for name, weight in style_at.items():
        loss = loss + weight * ((gram(found[name]) - style_targets[name]) ** 2).sum()
    down, right = image[:, :, 1:] - image[:, :, :-1], image[..., 1:] - image[..., :-1]
    return loss + tv_weight * ((down ** 2).sum() + (right ** 2).sum())


def step():
    image.grad = None
    start = time.perf_counter()
    loss = total_loss()
    middle = time.perf_counter()
    loss.backward()
    end = time.perf_counter()
    return middle - start, end - middle, end - start


for _ in range(2):
    step()
seconds = [step() for _ in range(options.rounds)]
medians = [1e3 * statistics.median(column) for column in zip(*seconds)]
print(json.dumps({
    "forward_ms": medians[0], "backward_ms": medians[1], "step_ms": medians[2],
    "peak_bytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    "torch": torch.__version__}))
