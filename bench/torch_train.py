"""One training step of the small network in PyTorch: the work of `stylegrad bench --train`, as
one line of JSON.

    /usr/bin/python3 bench/torch_train.py --size 64 --batch 100 --threads 2

Convolutions 3x3 to 16, 32, 64, 128 channels, each with ReLU and max pooling, a linear layer to
10 classes, cross-entropy, backward to all weights, Adam; nothing but torch is needed.
"""
import argparse
import json
import os
import resource
import statistics
import time

parser = argparse.ArgumentParser()
parser.add_argument("--size", type=int, default=64)
parser.add_argument("--batch", type=int, default=100)
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

CLASSES = 10
modules, reads = [], 3
for channels in (16, 32, 64, 128):
    modules += [nn.Conv2d(reads, channels, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2)]
    reads = channels
modules += [nn.Flatten(), nn.Linear(reads * (options.size // 16) ** 2, CLASSES)]
layout = torch.channels_last if options.channels_last else torch.contiguous_format
network = nn.Sequential(*modules).to(memory_format=layout)
images = torch.rand(options.batch, 3, options.size, options.size).contiguous(memory_format=layout)
labels = torch.arange(options.batch) % CLASSES
adam = torch.optim.Adam(network.parameters(), lr=1e-3)


def step():
    adam.zero_grad()
    start = time.perf_counter()
    loss = nn.functional.cross_entropy(network(images), labels)
    middle = time.perf_counter()
    loss.backward()
    end = time.perf_counter()
    adam.step()
    moved = time.perf_counter()
    return middle - start, end - middle, moved - end, moved - start


for _ in range(2):
    step()
seconds = [step() for _ in range(options.rounds)]
medians = [1e3 * statistics.median(column) for column in zip(*seconds)]
print(json.dumps({
    "forward_ms": medians[0], "backward_ms": medians[1], "adam_ms": medians[2],
    "step_ms": medians[3],
    "peak_bytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    "torch": torch.__version__}))
