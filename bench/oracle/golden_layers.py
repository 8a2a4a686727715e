"""Golden values of single layers: inputs, a seed dy, y, and the gradients of sum(y dy).

Inputs are multiples of 1/16: float holds them exactly, the files pack well, and max pooling has ties (the first one wins). The inputs of ReLU are no such multiples,
because its slope at 0 is a convention.
"""
import numpy as np
import torch
import torch.nn.functional as F

CONV_CASES = [
    # n, c, h, w, o, kh, kw, stride, pad, mode
    (1, 3, 6, 7, 4, 3, 3, 1, 1, 0),
    (2, 2, 5, 8, 3, 3, 3, 1, 0, 0),
    (1, 3, 9, 7, 4, 3, 3, 2, 0, 0),
    (1, 2, 8, 9, 3, 3, 3, 2, 1, 0),
    (2, 5, 4, 3, 6, 1, 1, 1, 0, 0),
    (1, 2, 7, 6, 2, 5, 5, 1, 2, 0),
    (1, 2, 5, 6, 3, 3, 3, 1, 1, 1),
    (1, 1, 9, 8, 2, 7, 7, 2, 3, 1),
    (1, 2, 1, 1, 3, 3, 3, 1, 1, 0),
    (1, 2, 5, 6, 3, 3, 3, 1, 1, 2),
    (2, 1, 2, 3, 2, 5, 5, 1, 4, 2),
]
MODES = ["constant", "reflect", "replicate"]
POOL_CASES = [
    # n, c, h, w, kernel, stride, pad, ceil mode
    (1, 2, 6, 8, 2, 2, 0, 0),
    (1, 2, 7, 5, 2, 2, 0, 0),
    (2, 1, 7, 5, 2, 2, 0, 1),
    (1, 2, 8, 10, 3, 2, 0, 0),
    (1, 2, 8, 10, 3, 2, 0, 1),
    (1, 2, 7, 7, 3, 2, 1, 0),
    (1, 1, 9, 6, 3, 3, 1, 1),
]


def sixteenths(rng, shape):
    return torch.tensor(np.round(rng.standard_normal(shape) * 16) / 16 + 0.0)


def leaf(rng, *shape):
    return sixteenths(rng, shape).requires_grad_()


def seed(rng, y):
    return sixteenths(rng, y.shape)


def keep(out, name, y, dy, **inputs):
    """Runs the backward pass and stores y, dy and each input with its gradient."""
    y.backward(dy)
    out[f"{name}_y"], out[f"{name}_dy"] = y.detach(), dy
    for key, x in inputs.items():
        out[f"{name}_{key}"], out[f"{name}_d{key}"] = x.detach(), x.grad


def convolutions(rng, out):
    for i, case in enumerate(CONV_CASES):
        n, c, h, w, o, kh, kw, stride, pad, mode = case
        x, weight, b = leaf(rng, n, c, h, w), leaf(rng, o, c, kh, kw), leaf(rng, o)
        y = F.conv2d(F.pad(x, (pad,) * 4, mode=MODES[mode]), weight, b, stride)
        keep(out, f"conv{i}", y, seed(rng, y), x=x, w=weight, b=b)
        out[f"conv{i}_case"] = np.array([stride, pad, mode], dtype=np.float64)


def poolings(rng, out):
    for kind, pool in ("max", F.max_pool2d), ("avg", F.avg_pool2d):
        for i, (n, c, h, w, kernel, stride, pad, ceil) in enumerate(POOL_CASES):
            x = leaf(rng, n, c, h, w)
            extra = {"count_include_pad": False} if kind == "avg" else {}
            y = pool(x, kernel, stride, pad, ceil_mode=bool(ceil), **extra)
            keep(out, f"{kind}{i}", y, seed(rng, y), x=x)
            out[f"{kind}{i}_case"] = np.array([kernel, stride, pad, ceil], np.float64)


def dense(rng, out):
    for name, slope in ("relu", 0.0), ("leaky", 0.2):
        x = torch.tensor(rng.standard_normal((2, 3, 4, 5)), requires_grad=True)
        y = F.leaky_relu(x, slope)
        keep(out, name, y, seed(rng, y), x=x)
    x, w, b = leaf(rng, 3, 5), leaf(rng, 4, 5), leaf(rng, 4)
    y = F.linear(x, w, b)
    keep(out, "linear", y, seed(rng, y), x=x, w=w, b=b)
    for name, ta, tb in ("nn", 0, 0), ("tn", 1, 0), ("nt", 0, 1), ("tt", 1, 1):
        a = leaf(rng, *((5, 3) if ta else (3, 5)))
        b = leaf(rng, *((4, 5) if tb else (5, 4)))
        y = (a.t() if ta else a) @ (b.t() if tb else b)
        keep(out, f"matmul_{name}", y, seed(rng, y), a=a, b=b)


def golden():
    rng, out = np.random.RandomState(1), {}
    convolutions(rng, out)
    poolings(rng, out)
    dense(rng, out)
    return out
