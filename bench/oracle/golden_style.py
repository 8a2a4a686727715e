"""The losses that a generator is trained with (train/style_loss.h): their terms, their sum
and its gradients, at up to 64 elements of some parameters of the generator.

Both networks have the library's random weights: the generator with scales of 1 and shifts
of 0, and the first five convolutions of paintnet, with reflection at the edges. Pictures
are uniform numbers of one stream each.
"""
import torch
import torch.nn.functional as F

import golden_generator
import seeded

SEED, LOOKS, SAMPLES = 5, 6, 64
N, SIDE, MOVE = 2, 24, 3
DOWN, RIGHT = 1, 2
CONTENT = {"relu2_1": 1.0}
STYLE = {"relu1_1": 1.0, "relu1_2": 2.0, "relu3_1": 1.0}
WEIGHTS = {"content": 1.0, "style": 3.0, "tv": 0.5, "stability": 2.0}
WATCHED = ("conv1.weight", "norm1.bias", "block2.norm2.weight", "conv5.weight",
           "conv6.bias")
PAINTNET = {"conv1_1": (32, 3, 3), "conv1_2": (32, 32, 3), "conv2_1": (64, 32, 3),
            "conv2_2": (64, 64, 3), "conv3_1": (128, 64, 3), "conv3_2": (128, 128, 3),
            "conv3_3": (128, 128, 3), "conv4_1": (192, 128, 3)}


def parameters():
    drawn = seeded.weights(SEED, golden_generator.convolutions())
    found = {}
    for name, (out, _, _) in golden_generator.convolutions().items():
        found[f"{name}.weight"] = drawn[f"{name}.weight"]
        if name == "conv6":
            found["conv6.bias"] = torch.zeros(out)
        else:
            norm = name.replace("conv", "norm")
            found[f"{norm}.weight"] = torch.ones(out)
            found[f"{norm}.bias"] = torch.zeros(out)
    return {name: t.clone().requires_grad_() for name, t in found.items()}


def features(w, x):
    column = (1, 3, 1, 1)
    x = (x - torch.tensor(golden_generator.MEAN).view(column)) \
        / torch.tensor(golden_generator.DEVIATION).view(column)
    found = {}
    for name in ("1_1", "1_2", "2_1", "2_2", "3_1"):
        if name in ("2_1", "3_1"):
            x = F.max_pool2d(x, 2)
        x = F.pad(x, (1, 1, 1, 1), mode="reflect")
        x = F.relu(F.conv2d(x, w[f"conv{name}.weight"]))
        found[f"relu{name}"] = x
    return found


def gram(f):
    """(n, c, c), of each picture."""
    flat = f.flatten(2)
    return flat @ flat.transpose(1, 2) / flat.shape[2]


def relative(a, b):
    return ((a - b) ** 2).sum() / (b ** 2).sum()


def terms(x, y, painting):
    looks = seeded.weights(LOOKS, PAINTNET)
    of_y, of_x = features(looks, y[:N]), features(looks, x[:N])
    target = features(looks, painting)
    style = 0
    for layer, weight in STYLE.items():
        each = [relative(g, gram(target[layer])[0]) for g in gram(of_y[layer])]
        style = style + weight * sum(each) / N / sum(STYLE.values())
    drawn = y[:N]
    tv = ((drawn[..., 1:, :] - drawn[..., :-1, :]) ** 2).mean() \
        + ((drawn[..., 1:] - drawn[..., :-1]) ** 2).mean()
    shown, change = SIDE - MOVE, y - x
    moved = change[N, :, :shown, :shown]
    first = change[0, :, DOWN:DOWN + shown, RIGHT:RIGHT + shown]
    return {"content": relative(of_y["relu2_1"], of_x["relu2_1"]), "style": style, "tv": tv,
            "stability": ((moved - first) ** 2).mean()}


def golden():
    w = parameters()
    x = golden_generator.uniform(600, (N + 1, 3, SIDE, SIDE))
    painting = golden_generator.uniform(601, (1, 3, 20, 28))
    found = terms(x, golden_generator.painted(w, x), painting)
    total = sum(WEIGHTS[name] * value for name, value in found.items())
    total.backward()
    out = {"total": total.detach(), **{name: v.detach() for name, v in found.items()}}
    for name in WATCHED:
        flat = w[name].grad.flatten()
        count = min(SAMPLES, len(flat))
        out[f"d{name}"] = flat[[i * len(flat) // count for i in range(count)]]
    return out
