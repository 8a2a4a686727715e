"""Ten steps of every published system: its three losses and the norm of its gradient.

The images are those of assets/, reduced; the network is the small VGG (or SqueezeNet 1.1)
with random weights from seed 7 and the preprocessing of the system's weights. Everything
else is that of the system: forms, weights, pixels, start, optimiser,
limits. What would not happen in the first ten steps happens earlier here, as in the test:
a drop of the rate at step 5, the last clamp before step 7, a decay every 3 steps, a new
L-BFGS after 12 evaluations.

For each system NAME:
    NAME      3 x 5: at the start, after step 1, after step 10:
              content, style, tv, total, norm of the gradient in the system's own pixels
    NAME_end  the result, as RGB: mean and norm
"""
import functools
import os
import pathlib

import numpy as np
import torch
from PIL import Image

import eval as networks
import losses
import seeded
from systems import REAL, SYSTEMS

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEED, STEPS = 7, 10
QUIET = 0.02  # of its layer's mean: the lower bound of a filter's divisor
DROP_AT, CLAMPS, DECAY_EVERY, ROUND = 5, 7, 3, 12
NORMALS = {"torch": {"mean": (0.485, 0.456, 0.406), "deviation": (0.229, 0.224, 0.225)},
           "caffe": {"scale": 255, "mean": (123.68, 116.779, 103.939)}}


class Pixels:
    """(scale x - mean) / deviation, and the inverse."""

    def __init__(self, scale=1, mean=(0, 0, 0), deviation=(1, 1, 1)):
        self.scale = scale
        self.mean, self.deviation = networks.channels(*mean), networks.channels(*deviation)

    def to(self, rgb):
        return (self.scale * rgb - self.mean) / self.deviation

    def back(self, x):
        return (x * self.deviation + self.mean) / self.scale


def small(path, width, height):
    image = Image.open(ROOT / "assets" / path).convert("RGB")
    pixels = np.asarray(image.resize((width, height), Image.BICUBIC))
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


def as_rgb(pixels):
    return torch.tensor(pixels[None] / 255.0)


@functools.lru_cache(None)
def random_weights(squeeze):
    return seeded.weights(SEED, seeded.squeezenet() if squeeze else seeded.small_vgg())


def network_of(system, folder=None):
    """With random weights, or with those in a folder."""
    squeeze = system.get("net") == "squeezenet"
    if folder:
        name = "squeezenet1_1" if squeeze else "vgg19_conv1_1-conv3_4"
        weights = networks.read_weights(f"{folder}/{name}.safetensors")
        return (networks.SqueezeNet if squeeze else networks.Vgg19)(weights, system["pool"])
    kind = networks.SqueezeNet if squeeze else networks.Vgg19Small
    return kind(random_weights(squeeze), system["pool"])


class Run:
    def __init__(self, system, images, folder=None):
        self.s, self.network = system, network_of(system, folder)
        self.pixels = Pixels(**system["pixels"])
        made_for = "caffe" if folder and system.get("net") != "squeezenet" else system["made_for"]
        reads = self.pixels if system.get("reads_pixels") else Pixels(**NORMALS[made_for])
        self.read = lambda rgb: reads.to(rgb)
        content, style = as_rgb(images["content"]), as_rgb(images["style"])
        self.means = {}
        if system.get("normalised"):
            self.means = self.mean_activations([content, style])
        self.content, self.style = self.features(content), self.features(style)
        self.x = self.start(content, images).clone().requires_grad_()

    @property
    def layers(self):
        """The small VGG ends at relu5_1, which stands in for relu5_2."""
        def names(pairs):
            return [(name.replace("relu5_2", "relu5_1"), weight) for name, weight in pairs]
        return names(self.s["content"][1]), names(self.s["style"][1])

    def features(self, rgb):
        """The features, divided by the means of their filters if the system scales its
        weights, which is equivalent."""
        names = {name for pairs in self.layers for name, _ in pairs}
        found = self.network.features(self.read(rgb), names)
        return {name: f / self.means.get(name, 1) for name, f in found.items()}

    def mean_activations(self, images):
        """{layer: (1, channels, 1, 1)}"""
        found = [self.features(rgb) for rgb in images]
        means = {name: sum(f[name].mean((0, 2, 3), keepdim=True) for f in found) / len(found)
                 for name in found[0]}
        return {name: m.clamp(min=QUIET * float(m.mean())) for name, m in means.items()}

    def start(self, content, images):
        start, own = self.s["start"], self.pixels.to(content)
        if start == "content":
            return own
        if start == "style":
            return self.pixels.to(as_rgb(images["restyled"]))
        count = own.numel()
        if start == "unit":
            return self.pixels.to(torch.tensor(seeded.uniform(0, count)).reshape(own.shape))
        if start[0] == "normal":
            noise = start[1] * seeded.normal(0, count)
        else:
            noise = start[1] + (start[2] - start[1]) * seeded.uniform(0, count)
        share = self.s.get("noise_share", 1)
        return share * torch.tensor(noise).reshape(own.shape) + (1 - share) * own

    def terms(self):
        rgb = self.pixels.back(self.x)
        found, (content, style) = self.features(rgb), self.layers
        parts = [sum(w * losses.content(found[n], self.content[n], self.s["content"][0])
                     for n, w in content),
                 sum(w * losses.style(found[n], self.style[n], self.s["style"][0],
                                      self.x.shape[2:]) for n, w in style),
                 torch.zeros(())]
        if "tv" in self.s:
            form, space = self.s["tv"]
            parts[2] = losses.tv(self.x if space == "pixels" else rgb, form)
        total = sum(w * part for w, part in zip(self.s["weights"], parts) if w != 0)
        return parts, total

    def closure(self):
        self.evaluations += 1
        self.x.grad = None
        total = self.terms()[1]
        total.backward()
        return total

    def measure(self):
        self.x.grad = None
        parts, total = self.terms()
        total.backward()
        return [float(v) for v in (*parts, total, self.x.grad.norm())]

    def clamp(self, when, step):
        rule = self.s.get("clamp")
        last = CLAMPS if self.s.get("net") == "squeezenet" else STEPS
        if rule and rule[0] == when and step < last:
            self.x.data.clamp_(rule[1], rule[2])

    def rate(self, step):
        o = self.s["optimizer"]
        if "drop" in o and step >= DROP_AT:
            return o["drop"]
        if "decay" in o:
            passed = step // DECAY_EVERY if o["stairs"] else step / DECAY_EVERY
            return o["lr"] * o["decay"] ** passed
        return o.get("lr", 1)

    def new_lbfgs(self):
        o = self.s["optimizer"]
        off = {"tolerance_grad": -1, "tolerance_change": -1} if o.get("never_stops") else {}
        search = "strong_wolfe" if o["method"] == "wolfe" else None
        return torch.optim.LBFGS([self.x], lr=1, max_iter=1, history_size=o["history"],
                                 line_search_fn=search, **off)

    def step_lbfgs(self, step):
        """PyTorch evaluates the start of each step again, although a line search knows it."""
        o = self.s["optimizer"]
        if step == 0 or (o.get("rounds") and self.counted // ROUND != self.round):
            self.lbfgs, self.fresh = self.new_lbfgs(), True
            self.round = self.counted // ROUND
        self.evaluations = 0
        self.lbfgs.step(self.closure)
        known = o["method"] == "wolfe" and not self.fresh
        self.counted += self.evaluations - known
        self.fresh = False

    def step_adam(self, step):
        """Kingma and Ba 2015, section 2; `hat`: with the epsilon hat of the end of that section."""
        o = self.s["optimizer"]
        if step == 0 or ("drop" in o and step == DROP_AT):
            self.m = self.v = torch.zeros_like(self.x)
            self.t = 0
        self.t += 1
        self.closure()
        g, (b1, b2) = self.x.grad, o["betas"]
        self.m = b1 * self.m + (1 - b1) * g
        self.v = b2 * self.v + (1 - b2) * g * g
        c1, c2 = 1 - b1 ** self.t, 1 - b2 ** self.t
        if o["hat"]:
            move = (c2 ** 0.5 / c1) * self.m / (self.v.sqrt() + o["epsilon"])
        else:
            move = (self.m / c1) / ((self.v / c2).sqrt() + o["epsilon"])
        self.x.data -= self.rate(step) * move

    def step_sgd(self, step):
        self.closure()
        self.x.data -= self.rate(step) * self.x.grad

    def run(self):
        take = {"lbfgs": self.step_lbfgs, "wolfe": self.step_lbfgs, "adam": self.step_adam,
                "sgd": self.step_sgd}[self.s["optimizer"]["method"]]
        decay, seen = self.s.get("average", 0), [self.x.detach().clone()]
        self.evaluations = self.counted = self.round = 0
        table = [self.measure()]
        for step in range(STEPS):
            self.clamp("before", step)
            take(step)
            self.clamp("after", step)
            seen.append(self.x.detach().clone())
            if step in (0, STEPS - 1):
                table.append(self.measure())
        weights = [decay ** (len(seen) - 1 - i) for i in range(len(seen))]
        mean = sum(w * x for w, x in zip(weights, seen)) / sum(weights)
        end = self.pixels.back(mean)
        return np.array(table), np.array([float(end.mean()), float(end.norm())])


def golden():
    """The rows with trained weights need the folder that $STYLEGRAD_SHARED names."""
    shared = os.environ.get("STYLEGRAD_SHARED", str(ROOT / ".." / "shared"))
    folder = pathlib.Path(shared) / "weights"
    if not folder.is_dir():
        raise SystemExit(f"{folder}: trained weights are needed; set STYLEGRAD_SHARED")
    out = {"content": small("scene.png", 40, 32), "style": small("painting.png", 36, 44),
           "restyled": small("painting.png", 40, 32)}
    images = dict(out)
    for name, system in SYSTEMS.items():
        out[name], out[f"{name}_end"] = Run(system, images).run()
        out[f"{name}_caffe"] = np.float64(system["made_for"] == "caffe")
    for name in REAL:
        out[f"real-{name}"], out[f"real-{name}_end"] = \
            Run(SYSTEMS[name], images, folder).run()
    return out
