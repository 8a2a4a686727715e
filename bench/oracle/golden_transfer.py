"""A small style transfer: three convolutions, an image of 12 x 10.

image -> conv1 3x3 pad 1, relu1 -> average pooling 2 -> conv2, relu2 -> max pooling 2
        -> conv3, relu3

total = 1 content(relu2, half-sum) + 5 (style(relu1) + 1/2 style(relu2) + 2 style(relu3),
        gatys) + 0.01 tv(squares)
"""
import numpy as np
import torch
import torch.nn.functional as F

import losses

STEPS = 10
CHANNELS = [3, 4, 6, 5]
STYLE_WEIGHTS = [1, 0.5, 2]


def features(x, weights):
    maps = []
    for i, (w, b) in enumerate(weights):
        if i == 1:
            x = F.avg_pool2d(x, 2)
        if i == 2:
            x = F.max_pool2d(x, 2)
        x = F.relu(F.conv2d(x, w, b, padding=1))
        maps.append(x)
    return maps


def total(x, weights, content, painting):
    size = x.shape[2:]
    maps = features(x, weights)
    loss = losses.content(maps[1], content[1], "half-sum")
    for f, a, weight in zip(maps, painting, STYLE_WEIGHTS):
        loss = loss + 5 * weight * losses.style(f, a, "gatys", size)
    return loss + 0.01 * losses.tv(x, "squares")


def trace(make_optimiser, start, loss_of):
    """The loss before each of STEPS steps, the loss after the last, and the image."""
    x = start.clone().requires_grad_()
    optimiser = make_optimiser([x])
    seen = []

    def closure():
        optimiser.zero_grad()
        loss = loss_of(x)
        loss.backward()
        return loss

    for _ in range(STEPS):
        seen.append(loss_of(x).item())
        optimiser.step(closure)
    seen.append(loss_of(x).item())
    return np.array(seen), x.detach()


def golden():
    rng, out = np.random.RandomState(3), {}

    def normal(*shape):
        return torch.tensor(np.round(rng.standard_normal(shape) * 64) / 64)

    weights = []
    for i in range(3):
        c, o = CHANNELS[i:i + 2]
        weights.append((normal(o, c, 3, 3) / [4, 4, 6][i], normal(o) / 8))
        out[f"conv{i + 1}_w"], out[f"conv{i + 1}_b"] = weights[-1]
    photograph, painting = normal(1, 3, 12, 10), normal(1, 3, 8, 14)
    start = normal(1, 3, 12, 10)
    out.update(content=photograph, style=painting, start=start)
    p, a = features(photograph, weights), features(painting, weights)

    def loss_of(x):
        return total(x, weights, p, a)

    x = start.clone().requires_grad_()
    loss = loss_of(x)
    loss.backward()
    out.update(loss=loss.detach(), gradient=x.grad)
    optimisers = {
        "sgd": lambda v: torch.optim.SGD(v, lr=0.01),
        "momentum": lambda v: torch.optim.SGD(v, lr=0.01, momentum=0.9),
        "nesterov": lambda v: torch.optim.SGD(v, lr=0.01, momentum=0.9, nesterov=True),
        "adam": lambda v: torch.optim.Adam(v, lr=0.05),
        "lbfgs": lambda v: torch.optim.LBFGS(v, lr=1, max_iter=1),
        "short": lambda v: torch.optim.LBFGS(v, lr=1, max_iter=1, history_size=3),
        "wolfe": lambda v: torch.optim.LBFGS(v, lr=1, max_iter=1,
                                             line_search_fn="strong_wolfe"),
    }
    for name, make in optimisers.items():
        out[f"{name}_losses"], out[f"{name}_picture"] = trace(make, start, loss_of)
    return out
