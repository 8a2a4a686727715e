"""The losses of losses/ in every form, implemented in PyTorch from the formulas.

Nothing is shared with the C library: raw Gram matrices, the factors of the published
programs, gradients by PyTorch's autograd.
"""
import torch

CONTENT_FORMS = ["half-sum", "sum", "mean", "relative", "quarter-mean", "root",
                 "abs"]
STYLE_FORMS = ["gatys", "cs231n", "mean", "sum", "raw-mean", "image-size", "relative",
               "w2", "w2-ck"]
TV_FORMS = ["squares", "abs", "pow1.25", "half-cropped", "means", "mean-abs", "nine-point"]


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
    if form == "quarter-mean":
        return squares.sum() / (4 * f.numel())
    if form == "abs":  # document 001, section 3: L_1, of one image
        return (f - p).abs().sum()
    if form == "root":
        return squares.sum() / (2 * f.numel() ** 0.5)
    assert form == "relative"
    if (p ** 2).mean() < 1e-24:
        return squares.mean()
    return squares.sum() / (p ** 2).sum()


W2_STEPS = 12
W2_EPSILON = 1e-4


class Root(torch.autograd.Function):
    """The root of a symmetric matrix by Newton and Schulz, twelve steps of each: forward
    the coupled iteration Y -> A^(1/2), Z -> A^(-1/2), and backward the solution X of the
    Lyapunov equation X Y + Y X = dY by the iteration for the matrix sign."""

    @staticmethod
    def forward(ctx, a):
        size = a.pow(2).sum().sqrt()
        eye = torch.eye(a.shape[0], dtype=a.dtype)
        y, z = a / size, eye.clone()
        for _ in range(W2_STEPS):
            t = 1.5 * eye - 0.5 * z @ y
            y, z = y @ t, t @ z
        root = y * size.sqrt()
        ctx.save_for_backward(root)
        return root

    @staticmethod
    def backward(ctx, dy):
        root, = ctx.saved_tensors
        size = root.pow(2).sum().sqrt()
        a, x = root / size, dy / size
        eye = torch.eye(a.shape[0], dtype=a.dtype)
        for _ in range(W2_STEPS):
            e = 3 * eye - a @ a
            x = (x @ e - a @ (a @ x - x @ a)) / 2
            a = a @ e / 2
        return x / 2


def moments(f):
    """Mean (c) and covariance (c, c) over the positions, W2_EPSILON on the diagonal."""
    rows = f.reshape(f.shape[1], -1)
    mean = rows.mean(1)
    second = rows @ rows.T / rows.shape[1]
    eye = torch.eye(f.shape[1], dtype=f.dtype)
    return mean, second - mean[:, None] * mean[None, :] + W2_EPSILON * eye


def w2_ck(f, painting):
    """Squared Wasserstein distance of two Gaussians, per channel, as Crowson computes it."""
    mean, cov = moments(f)
    target_mean, target = moments(painting)
    root = Root.apply(target)
    mixed = Root.apply(root @ cov @ root)
    return ((mean - target_mean) ** 2).mean() + torch.diagonal(
        cov + target - 2 * mixed).mean()


def centred(f):
    """The features minus their means, over the root of their number, and the means."""
    rows = f.reshape(f.shape[1], -1)
    mean = rows.mean(1)
    return (rows - mean[:, None]) / rows.shape[1] ** 0.5, mean


def w2(f, painting):
    """The same distance by eigenvalues: tr (C P)^(1/2) is the sum of the singular values
    of S^T R for any S S^T = C and R R^T = P. S is the centred features and, beside them, the root of
    W2_EPSILON on the diagonal, or its triangular factor, so that no covariance is computed."""
    (a, mean), (b, target_mean) = centred(f), centred(painting)
    corner = W2_EPSILON ** 0.5 * torch.eye(a.shape[0], dtype=a.dtype)
    s, r = torch.cat([a, corner], 1), torch.cat([b, corner], 1)
    thin = [torch.linalg.qr(x.T)[1] for x in (s, r)]
    shared = torch.linalg.svdvals(thin[0] @ thin[1].T).sum()
    return (((mean - target_mean) ** 2).sum() + (s ** 2).sum() + (r ** 2).sum()
            - 2 * shared) / len(mean)


def style(f, painting, form, image_size):
    """f and painting: features (1, c, h, w), sizes may differ; image_size (H0, W0)."""
    if form in ("w2", "w2-ck"):
        return (w2 if form == "w2" else w2_ck)(f, painting)
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
        return d / (4 * 3 ** 2 * (image_size[0] * image_size[1]) ** 2)
    assert form == "relative"
    if ((a / m) ** 2).mean() < 1e-24:
        return ((g / m - a / m) ** 2).mean()
    return d / (a ** 2).sum()


def nine_point(x):
    """Weighted means of squared differences with the right, lower and diagonal neighbours, for
    an image whose edge is repeated once on every side, as Crowson computes them."""
    h, w = x.shape[2:]
    rows = torch.tensor([0, *range(h), h - 1])
    columns = torch.tensor([0, *range(w), w - 1])
    p = x[:, :, rows][:, :, :, columns]
    centre = p[:, :, 1:h + 1, 1:w + 1]
    right = ((p[:, :, 1:h + 1, 2:] - centre) ** 2).mean()
    down = ((p[:, :, 2:, 1:w + 1] - centre) ** 2).mean()
    falling = ((p[:, :, 1:, 1:] - p[:, :, :-1, :-1]) ** 2).mean()
    rising = ((p[:, :, 1:, :-1] - p[:, :, :-1, 1:]) ** 2).mean()
    return 2 * (right / 3 + down / 3 + falling / 12 + rising / 12)


def tv(x, form):
    if form == "squares":
        down = x[:, :, 1:, :] - x[:, :, :-1, :]
        right = x[:, :, :, 1:] - x[:, :, :, :-1]
        return (down ** 2).sum() + (right ** 2).sum()
    if form == "abs":
        down = x[:, :, 1:, :] - x[:, :, :-1, :]
        right = x[:, :, :, 1:] - x[:, :, :, :-1]
        return down.abs().sum() + right.abs().sum()
    if form in ("means", "mean-abs"):
        down = x[:, :, 1:, :] - x[:, :, :-1, :]
        right = x[:, :, :, 1:] - x[:, :, :, :-1]
        if form == "means":
            return (down ** 2).mean() + (right ** 2).mean()
        return (down.abs().mean() + right.abs().mean()) / 2
    if form == "nine-point":
        return nine_point(x)
    if form == "half-cropped":
        corner = x[:, :, :-1, :-1]
        return ((x[:, :, 1:, :-1] - corner) ** 2 + (x[:, :, :-1, 1:] - corner) ** 2).sum() / 2
    assert form == "pow1.25"
    corner = x[:, :, :-1, :-1]
    a = (corner - x[:, :, 1:, :-1]) ** 2
    b = (corner - x[:, :, :-1, 1:]) ** 2
    return ((a + b) ** 1.25).sum()
