"""What paints in any style: nn/decoder.c, its picture and the gradients of
sum(picture * r) with respect to features, code, palette and every parameter, at up to 61 elements of
each; the same picture with light, and the gradients of it with respect to that and the palette; and losses/manner.c, the map from one Gaussian to another.

Every parameter is uniform numbers of a stream of its own, in the order of a file, so that
nothing but results is stored.
"""
import numpy as np
import torch
import torch.nn.functional as F

import seeded

SAMPLES, HIDDEN, CODE, REST, GREY, LIGHT = 61, 64, 1280, 0.02, 1e-5, 0.7
CONVOLUTIONS = {"block1": (128, 128), "block2": (128, 128), "conv3": (128, 64),
                "conv4": (64, 64), "conv5": (64, 32), "conv6": (32, 32), "conv7": (32, 3)}


def uniform(stream, shape, low=0.0, high=1.0):
    numbers = seeded.uniform(stream, int(np.prod(shape)))
    return torch.tensor(low + (high - low) * numbers).reshape(shape)


def parameters():
    """{name: tensor} in the order of a file."""
    shapes = {"code.weight": (HIDDEN, CODE), "code.bias": (HIDDEN,)}
    for name, (reads, out) in CONVOLUTIONS.items():
        shapes[f"{name}.weight"] = (out, reads, 3, 3)
        for part in ("scale", "shift"):
            shapes[f"{name}.{part}.weight"] = (out, HIDDEN)
            shapes[f"{name}.{part}.bias"] = (out,)
    return {name: uniform(1000 + i, shape, -0.1, 0.1).requires_grad_()
            for i, (name, shape) in enumerate(shapes.items())}


def painted(w, features, code, palette, light=None):
    z = F.relu(F.linear(code, w["code.weight"], w["code.bias"]))

    def styled(name, y):
        def said(part):
            numbers = F.linear(z, w[f"{name}.{part}.weight"], w[f"{name}.{part}.bias"])
            return numbers[:, :, None, None]
        y = F.conv2d(F.pad(y, (1,) * 4, mode="reflect"), w[f"{name}.weight"])
        return (1 + said("scale")) * y + said("shift")

    def up(y):
        return F.interpolate(y, scale_factor=2, mode="nearest")

    y = styled("block2", F.relu(styled("block1", F.avg_pool2d(features, 2))))
    y = F.relu(styled("conv3", features + up(y)))
    y = F.relu(styled("conv5", F.relu(styled("conv4", up(y)))))
    z = styled("conv7", F.relu(styled("conv6", up(y))))
    if light is not None:
        z = z + LIGHT * F.interpolate(light, scale_factor=4, mode="bilinear", align_corners=False)
    root, mean = palette[:, 0, :, :3], palette[:, 0, :, 3]
    return torch.einsum("nij,njhw->nihw", root, z) + mean[:, :, None, None]


def sampled(t):
    flat = t.flatten()
    count = min(SAMPLES, len(flat))
    return flat[[i * len(flat) // count for i in range(count)]]


def root(c):
    values, vectors = np.linalg.eigh(c)
    return (vectors * np.sqrt(values)) @ vectors.T


def gaussian(f):
    """Mean and covariance of (channels, positions), with REST on the diagonal."""
    mean = f.mean(1)
    return mean, f @ f.T / f.shape[1] - np.outer(mean, mean) + REST * np.eye(len(f))


def transport():
    """T = C^(-1/2) (C^(1/2) P C^(1/2))^(1/2) C^(-1/2): T C T = P, T symmetric."""
    f = uniform(601, (128, 200)).numpy() ** 2
    g = uniform(602, (128, 300), 0.5, 2.5).numpy() ** 3
    (m, c), (p, q) = gaussian(f), gaussian(g)
    half = root(c)
    inverse = np.linalg.inv(half)
    t = inverse @ root(half @ q @ half) @ inverse
    return t, p - t @ m


def golden():
    w = parameters()
    features = uniform(500, (2, 128, 4, 6), 0, 2).requires_grad_()
    code = uniform(501, (2, CODE)).requires_grad_()
    palette = uniform(503, (2, 1, 3, 4)).requires_grad_()
    y = painted(w, features, code, palette)
    (y * uniform(502, y.shape)).sum().backward()
    out = {"y": y.detach(), "dfeatures": sampled(features.grad),
           "dcode": sampled(code.grad), "dpalette": sampled(palette.grad)}
    for name, t in w.items():
        out[f"d{name}"] = sampled(t.grad)
    light = uniform(504, (2, 1, 4, 6), -1, 1).requires_grad_()
    palette.grad = None
    lit = painted(w, features, code, palette, light)
    (lit * uniform(502, lit.shape)).sum().backward()
    out |= {"lit_y": lit.detach(), "lit_dlight": sampled(light.grad),
            "lit_dpalette": sampled(palette.grad)}
    matrix, shift = transport()
    colours = uniform(603, (3, 50)).numpy() ** np.array([[1], [2], [3]])
    mean = colours.mean(1)
    cov = colours @ colours.T / 50 - np.outer(mean, mean) + GREY * np.eye(3)
    out["palette"] = np.column_stack([root(cov), mean])
    out["map"], out["shift"] = matrix.flatten()[::97], shift
    return out
