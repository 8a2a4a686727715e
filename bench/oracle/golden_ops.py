"""Golden values of the ops that users build their own networks from: inputs, a seed dy, y,
and the gradients of sum(y dy). Inputs are multiples of 1/16, as in golden_layers.py, so
that clamp meets its bounds.
"""
import numpy as np
import torch
import torch.nn.functional as F

from golden_layers import MODES, keep, leaf, seed

CONV_CASES = [
    # n, c, h, w, o, kh, kw, stride, pad, mode, groups, dilation
    (2, 4, 6, 7, 6, 3, 3, 1, 1, 0, 2, 1),
    (2, 5, 6, 5, 5, 3, 3, 1, 1, 0, 5, 1),
    (1, 4, 9, 8, 8, 3, 3, 2, 1, 0, 4, 1),
    (2, 3, 5, 6, 3, 3, 3, 1, 1, 1, 3, 1),
    (1, 6, 4, 5, 3, 1, 1, 1, 0, 0, 3, 1),
    (2, 3, 8, 9, 4, 3, 3, 1, 2, 0, 1, 2),
    (1, 2, 11, 10, 3, 3, 2, 2, 3, 0, 1, 3),
    (1, 2, 13, 12, 2, 3, 3, 2, 4, 0, 1, 4),
    (1, 2, 9, 9, 2, 3, 3, 4, 2, 0, 1, 2),
    (1, 2, 7, 6, 2, 3, 3, 1, 3, 1, 1, 3),
    (1, 2, 5, 4, 2, 3, 3, 1, 5, 2, 1, 5),
    (2, 4, 7, 8, 4, 3, 3, 1, 2, 0, 4, 2),
    (1, 4, 6, 7, 6, 5, 3, 3, 4, 2, 2, 2),
    (1, 1, 3, 3, 1, 3, 3, 1, 1, 0, 1, 2),
]
NAMES = "nchw"
SPREADS = [((1, 3, 1, 1), (2, 3, 4, 5)), ((2, 1, 4, 1), (2, 3, 4, 5)),
           ((1, 1, 1, 5), (2, 3, 4, 5)), ((1, 1, 1, 1), (2, 3, 1, 4)),
           ((2, 3, 2, 2), (2, 3, 2, 2))]
AXES = ["w", "hw", "nhw", "c", "nc", "nchw", ""]


def convolutions(rng, out):
    for i, case in enumerate(CONV_CASES):
        n, c, h, w, o, kh, kw, stride, pad, mode, groups, dilation = case
        x, weight = leaf(rng, n, c, h, w), leaf(rng, o, c // groups, kh, kw)
        b = leaf(rng, o)
        padded = F.pad(x, (pad,) * 4, mode=MODES[mode])
        y = F.conv2d(padded, weight, b, stride, dilation=dilation, groups=groups)
        keep(out, f"conv{i}", y, seed(rng, y), x=x, w=weight, b=b)
        out[f"conv{i}_case"] = np.array([stride, pad, mode, groups, dilation], np.float64)


def elementwise(rng, out):
    a = leaf(rng, 2, 3, 4, 5)
    b = torch.tensor(np.where(rng.rand(2, 3, 4, 5) < 0.5, -1, 1)
                     * (rng.randint(8, 40, (2, 3, 4, 5)) / 16.0), requires_grad=True)
    y = a / b
    keep(out, "div", y, seed(rng, y), a=a, b=b)
    for name, low, high in ("both", -0.5, 0.75), ("low", 0.25, np.inf), ("six", 0, 6):
        x = leaf(rng, 2, 3, 4, 5)
        y = x.clamp(low, high)
        keep(out, f"clamp_{name}", y, seed(rng, y), x=x)


def along_axes(rng, out):
    for axis in range(4):
        for name, function in ("softmax", torch.softmax), ("logsoftmax", torch.log_softmax):
            x = leaf(rng, 2, 3, 4, 5)
            y = function(x, axis)
            keep(out, f"{name}{axis}", y, seed(rng, y), x=x)
    for name, function in ("softmax", torch.softmax), ("logsoftmax", torch.log_softmax):
        x = torch.tensor([[1000., 999.5, -1000.], [-800., -800.25, -2000.]],
                         requires_grad=True)
        y = function(x, 1)
        keep(out, f"{name}_large", y, seed(rng, y), x=x)
    for i, axes in enumerate(AXES):
        for name in "sum", "mean":
            x = leaf(rng, 2, 3, 4, 5)
            y, dims = x, [NAMES.index(a) for a in axes]
            if dims:
                y = getattr(torch, name)(x, dims, keepdim=True)
            else:
                y = x * 1
            keep(out, f"{name}{i}", y, seed(rng, y), x=x)
            out[f"{name}{i}_case"] = np.array([a in axes for a in NAMES], np.float64)
    for i, (small, large) in enumerate(SPREADS):
        x = leaf(rng, *small)
        y = x.expand(large) * 1
        keep(out, f"broadcast{i}", y, seed(rng, y), x=x)


def products(rng, out):
    for name, ta, tb in ("nn", 0, 0), ("tn", 1, 0), ("nt", 0, 1), ("tt", 1, 1):
        a = leaf(rng, 2, 3, *((4, 3) if ta else (3, 4)))
        b = leaf(rng, 2, 3, *((5, 4) if tb else (4, 5)))
        y = (a.transpose(2, 3) if ta else a) @ (b.transpose(2, 3) if tb else b)
        keep(out, f"matmul_{name}", y, seed(rng, y), a=a, b=b)


def enlarged(rng, out):
    for factor in 1, 2, 3:
        for name, how in ("nearest", {}), ("bilinear", {"align_corners": False}):
            x = leaf(rng, 2, 2, 3, 4)
            y = F.interpolate(x, scale_factor=factor, mode=name, **how)
            keep(out, f"{name}{factor}", y, seed(rng, y), x=x)
    x = leaf(rng, 1, 2, 1, 1)
    y = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
    keep(out, "bilinear_pixel", y, seed(rng, y), x=x)


def normalised(rng, out):
    x, s, t = leaf(rng, 2, 3, 4, 5), leaf(rng, 3), leaf(rng, 3)
    y = F.instance_norm(x, weight=s, bias=t, eps=1e-5)
    keep(out, "norm", y, seed(rng, y), x=x, s=s, t=t)
    x, s = leaf(rng, 2, 3, 4, 5), leaf(rng, 3)
    y = F.instance_norm(x, weight=s, eps=0.25)
    keep(out, "norm_scale", y, seed(rng, y), x=x, s=s)
    x, s, t = leaf(rng, 2, 3, 4, 5), leaf(rng, 2, 3, 1, 1), leaf(rng, 2, 3, 1, 1)
    y = F.instance_norm(x, eps=1e-5) * s + t
    keep(out, "norm_each", y, seed(rng, y), x=x, s=s, t=t)
    for name, n in ("all", 1), ("each", 2):
        x, s, t = leaf(rng, 2, 3, 4, 5), leaf(rng, n, 3, 1, 1), leaf(rng, n, 3, 1, 1)
        y = x * s + t
        keep(out, f"affine_{name}", y, seed(rng, y), x=x, s=s, t=t)
    x, s = leaf(rng, 2, 3, 4, 5), leaf(rng, 2, 3, 1, 1)
    y = x * s
    keep(out, "affine_scale", y, seed(rng, y), x=x, s=s)


def adain(rng, out):
    """Means and deviations of a style image, put into x: Huang and Belongie 2017."""
    x, style = leaf(rng, 2, 3, 4, 5), leaf(rng, 2, 3, 3, 6)
    mean = style.mean((2, 3), keepdim=True)
    deviation = (style.var((2, 3), unbiased=False, keepdim=True) + 1e-5).sqrt()
    y = F.instance_norm(x, eps=1e-5) * deviation + mean
    keep(out, "adain", y, seed(rng, y), x=x, style=style)


def golden():
    rng, out = np.random.RandomState(16), {}
    convolutions(rng, out)
    elementwise(rng, out)
    along_axes(rng, out)
    products(rng, out)
    enlarged(rng, out)
    normalised(rng, out)
    adain(rng, out)
    return out
