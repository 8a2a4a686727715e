"""The losses of losses/ in every form, written again in PyTorch from the formulas.

Nothing here is shared with the C library: raw Gram matrices, the factor of each published
program written out, gradients by PyTorch's own autograd.
"""
import torch

CONTENT_FORMS = ["half-sum", "sum", "mean", "relative"]
STYLE_FORMS = ["gatys", "cs231n", "mean", "sum", "raw-mean", "image-size", "relative"]
TV_FORMS = ["squares", "abs", "pow1.25"]


def gram(f):
    """(n, c, h, w) -> raw Gram matrices (n, 1, c, c)."""
    n, c, h, w = f.shape
    rows = f.reshape(n, c, h * w)
    return torch.bmm(rows, rows.transpose(1, 2)).reshape(n, 1, c, c)


def content(f, p, form):
    squares = (f - p) ** 2
    if form == "half-sum":
        return squares.sum() / 2
    if form == "sum":
        return squares.sum()
    if form == "mean":
        return squares.mean()
    assert form == "relative"
    if (p ** 2).mean() < 1e-24:
        return squares.mean()
    return squares.sum() / (p ** 2).sum()


def style(f, painting, form, picture_size):
    """f and painting: features (1, c, h, w), sizes may differ; picture_size (H0, W0)."""
    _, c, h, w = f.shape
    m = h * w
    g = gram(f)
    a = gram(painting) * (m / (painting.shape[2] * painting.shape[3]))
    d = ((g - a) ** 2).sum()
    if form == "gatys":
        return d / (4 * c ** 2 * m ** 2)
    if form == "cs231n":
        return ((g / (c * m) - a / (c * m)) ** 2).sum()
    if form == "mean":
        return torch.nn.functional.mse_loss(g / (c * m), a / (c * m))
    if form == "sum":
        return d
    if form == "raw-mean":
        return torch.nn.functional.mse_loss(g, a)
    if form == "image-size":
        return d / (4 * 3 ** 2 * (picture_size[0] * picture_size[1]) ** 2)
    assert form == "relative"
    if ((a / m) ** 2).mean() < 1e-24:
        return ((g / m - a / m) ** 2).mean()
    return d / (a ** 2).sum()


def tv(x, form):
    if form == "squares":
        down = x[:, :, 1:, :] - x[:, :, :-1, :]
        right = x[:, :, :, 1:] - x[:, :, :, :-1]
        return (down ** 2).sum() + (right ** 2).sum()
    if form == "abs":
        down = x[:, :, 1:, :] - x[:, :, :-1, :]
        right = x[:, :, :, 1:] - x[:, :, :, :-1]
        return down.abs().sum() + right.abs().sum()
    assert form == "pow1.25"
    corner = x[:, :, :-1, :-1]
    a = (corner - x[:, :, 1:, :-1]) ** 2
    b = (corner - x[:, :, :-1, 1:]) ** 2
    return ((a + b) ** 1.25).sum()
