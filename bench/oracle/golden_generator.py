"""The generator of nn/generator.c: its picture, and the gradients of sum(picture * r) with
respect to the photographs and to every parameter, at up to 64 elements of each.

The end of a block has a scale but no shift, which the next normalisation would take away.
Of the smallest picture there are no gradients of parameters: many are 0.

Kernels are the library's random ones; scales, shifts and the last bias are uniform numbers
of a stream for each tensor, in the order of a file, so that nothing but results is stored.
"""
import torch
import torch.nn.functional as F

import seeded

SEED, EPSILON, SAMPLES = 3, 1e-5, 64
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
CASES = {"odd": (2, 3, 13, 10), "even": (1, 3, 12, 16), "least": (1, 3, 5, 6)}


def convolutions():
    found = {"conv1": (16, 3, 9), "conv2": (32, 16, 3), "conv3": (64, 32, 3)}
    for block in (1, 2, 3):
        for i in (1, 2):
            found[f"block{block}.conv{i}"] = (64, 64, 3)
    return {**found, "conv4": (32, 64, 3), "conv5": (16, 32, 3), "conv6": (3, 16, 9)}


def parameters():
    """{name: tensor} in the order of a file."""
    drawn, found = seeded.weights(SEED, convolutions()), {}
    for name, (out, _, _) in convolutions().items():
        found[f"{name}.weight"] = drawn[f"{name}.weight"]
        if name == "conv6":
            found["conv6.bias"] = uniform(len(found), (out,), -0.5)
        else:
            norm = name.replace("conv", "norm")
            found[f"{norm}.weight"] = uniform(len(found), (out,), 0.5)
            if not name.endswith(".conv2"):
                found[f"{norm}.bias"] = uniform(len(found), (out,), -0.5)
    return {name: t.clone().requires_grad_() for name, t in found.items()}


def uniform(stream, shape, low=0.0):
    numbers = seeded.uniform(1000 + stream, int(torch.tensor(shape).prod()))
    return torch.tensor(low + numbers).reshape(shape)


def painted(w, x):
    def conv(name, y, stride=1):
        pad = w[f"{name}.weight"].shape[2] // 2
        y = F.pad(y, (pad,) * 4, mode="reflect")
        return F.conv2d(y, w[f"{name}.weight"], w.get(f"{name}.bias"), stride=stride)

    def normed(name, y, stride=1):
        norm = name.replace("conv", "norm")
        return F.instance_norm(conv(name, y, stride), weight=w[f"{norm}.weight"],
                               bias=w.get(f"{norm}.bias"), eps=EPSILON)

    column = (1, 3, 1, 1)
    y = (x - torch.tensor(MEAN).view(column)) / torch.tensor(DEVIATION).view(column)
    y = F.relu(normed("conv1", y))
    y = F.relu(normed("conv2", y, 2))
    y = F.relu(normed("conv3", y, 2))
    for block in ("block1", "block2", "block3"):
        y = y + normed(f"{block}.conv2", F.relu(normed(f"{block}.conv1", y)))
    for name in ("conv4", "conv5"):
        y = F.relu(normed(name, F.interpolate(y, scale_factor=2, mode="nearest")))
    return torch.sigmoid(conv("conv6", y)[..., :x.shape[2], :x.shape[3]])


def golden():
    out = {}
    for case, shape in CASES.items():
        w = parameters()
        x = uniform(500, shape).requires_grad_()
        y = painted(w, x)
        (y * uniform(501, shape)).sum().backward()
        out[f"{case}_y"], out[f"{case}_dx"] = y.detach(), x.grad
        for name, t in w.items() if case != "least" else ():
            flat = t.grad.flatten()
            count = min(SAMPLES, len(flat))
            out[f"{case}_d{name}"] = flat[[i * len(flat) // count for i in range(count)]]
    return out
