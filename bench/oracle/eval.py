"""The losses of one image and their gradient, by PyTorch in double precision.

An independent implementation of `stylegrad eval`: it shares only the weight files with the
C library. Options, their defaults and the numbers are the same: the published network, the losses of Gatys et al. 2016, images scaled to 512
pixels. Images are image files or .npy arrays, (3, h, w) or (1, 3, h, w), RGB in [0, 1], which keep their
size.

    python3 bench/oracle/eval.py photo.png painting.png --image now.npy \\
        --net vgg19 --weights vgg19.safetensors \\
        --content-layers relu3_3:1 --style-layers relu1_1:0.5,relu2_1:0.5 \\
        --content-form half-sum --style-form gatys --tv-form squares --tv-space unit \\
        --pool avg --content-weight 1 --style-weight 1000 --tv-weight 1e-4 \\
        --json --grad gradient.npy
"""
import argparse
import json
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

import losses

TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}
SCALES = {"uint8": 255, "uint16": 65535}


def read_file(path):
    """Reads a safetensors file: length, JSON header, data. Returns tensors in double, metadata."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    metadata, weights = header.pop("__metadata__", {}), {}
    for name, entry in header.items():
        start, stop = entry["data_offsets"]
        values = np.frombuffer(data[start:stop], TYPES[entry["dtype"]])
        weights[name] = torch.tensor(values.reshape(entry["shape"]).astype(np.float64))
    return weights, metadata


def read_weights(path):
    return read_file(path)[0]


def read_image(path):
    """RGB in [0, 1], (1, 3, h, w)."""
    if path.endswith(".npy"):
        x = np.load(path)
        x = x.astype(np.float64) / SCALES.get(x.dtype.name, 1)
        x = x.reshape((1,) + x.shape[-3:])
        assert x.shape[1] == 3, f"{path}: expected (3, h, w), got {x.shape}"
        return torch.tensor(x)
    pixels = np.asarray(Image.open(path).convert("RGB"), dtype=np.float64) / 255
    return torch.tensor(pixels.transpose(2, 0, 1)[None].copy())


def triangle(old, new):
    """The matrix (new, old) of linear interpolation; the kernel is as wide as a new pixel when
    the image is reduced."""
    s = old / new
    r = max(s, 1)
    centre = (np.arange(new) + 0.5)[:, None] * s
    k = np.maximum(0, 1 - np.abs(np.arange(old)[None] + 0.5 - centre) / r)
    return torch.tensor(k / k.sum(1, keepdims=True))


def resize(x, h, w):
    return triangle(x.shape[2], h) @ x @ triangle(x.shape[3], w).T


def fitted(path, size):
    """An image scaled to `size` pixels on its longer side; an array is not scaled."""
    x = read_image(path)
    if path.endswith(".npy"):
        return x
    h, w = x.shape[2:]
    longest = max(h, w)
    return resize(x, *(max(1, (2 * side * size + longest) // (2 * longest))
                       for side in (h, w)))


def channels(*values):
    return torch.tensor(values, dtype=torch.float64).reshape(1, 3, 1, 1)


MADE_FOR = {
    "torch": lambda rgb: ((rgb - channels(0.485, 0.456, 0.406))
                          / channels(0.229, 0.224, 0.225)),
    "caffe-rgb": lambda rgb: 255 * rgb - channels(123.68, 116.779, 103.939),
    "caffe": lambda rgb: (255 * rgb - channels(123.68, 116.779, 103.939)).flip(1),
    "none": lambda rgb: rgb,
}


class Network:
    """preprocess(rgb) and features(x, names) -> {name: map}; stops after the last name.
    Images are padded with zeros, or by `pad`."""

    def __init__(self, weights, pool="default", pad="default", made_for="auto"):
        self.weights, self.kind = weights, "max" if pool == "default" else pool
        self.made_for = self.own if made_for == "auto" else made_for
        self.mode = self.own_mode if pad == "default" else pad
        self.first = True

    own, own_mode = "caffe-rgb", "constant"

    def preprocess(self, rgb):
        return MADE_FOR[self.made_for](rgb)

    def conv(self, x, name, stride=1, pad=0):
        w, b = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        mode = self.mode
        if mode == "replicate-first":
            mode = "replicate" if self.first else "constant"
        self.first = False
        return F.conv2d(F.pad(x, (pad,) * 4, mode=mode), w, b, stride)

    def pool(self, x, kernel, ceil):
        pool = F.max_pool2d if self.kind == "max" else F.avg_pool2d
        return pool(x, kernel, 2, ceil_mode=ceil)

    def features(self, x, names):
        found, missing, self.first = {}, set(names), True
        for name, step in self.steps():
            if not missing:
                break
            x = step(x)
            if name in missing:
                found[name] = x
                missing.remove(name)
        if missing:
            sys.exit(f"eval.py: no layer named {', '.join(sorted(missing))}")
        return found


class Vgg19(Network):
    blocks = [2, 2, 4, 4, 4]

    def steps(self):
        for block, convolutions in enumerate(self.blocks, 1):
            for i in range(1, convolutions + 1):
                yield (f"conv{block}_{i}",
                       lambda x, name=f"conv{block}_{i}": self.conv(x, name, pad=1))
                yield f"relu{block}_{i}", F.relu
            yield f"pool{block}", lambda x: self.pool(x, 2, False)


class Vgg19Small(Vgg19):
    """A VGG-19 of a quarter of the channels: conv0 preprocesses, padding by reflection."""
    own, own_mode = "none", "reflect"

    def steps(self):
        yield "conv0", lambda x: self.conv(x, "conv0")
        yield from super().steps()


class Vgg16(Vgg19):
    blocks = [2, 2, 3, 3, 3]


class Paintnet(Vgg19):
    blocks, own = [2, 2, 3, 1], "torch"


class SqueezeNet(Network):
    own = "torch"

    def fire(self, x, name):
        x = F.relu(self.conv(x, f"{name}.squeeze1x1"))
        one = F.relu(self.conv(x, f"{name}.expand1x1"))
        three = F.relu(self.conv(x, f"{name}.expand3x3", pad=1))
        return torch.cat([one, three], 1)

    def steps(self):
        yield "conv1", lambda x: self.conv(x, "conv1", stride=2)
        yield "relu1", F.relu
        yield "pool1", lambda x: self.pool(x, 3, True)
        for i in range(2, 10):
            yield f"fire{i}", lambda x, name=f"fire{i}": self.fire(x, name)
            if i in (3, 5):
                yield f"pool{i}", lambda x: self.pool(x, 3, True)


NETWORKS = {"paintnet": Paintnet, "vgg19": Vgg19, "vgg16": Vgg16,
            "vgg19_small16x": Vgg19Small, "squeezenet": SqueezeNet,
            "squeezenet1_1": SqueezeNet}

# The default layers of a network: the first row whose layers have weights.
FIVE = "relu1_1,relu2_1,relu3_1,relu4_1,relu5_1"
USUAL = {
    "paintnet": [("relu3_3", "relu1_1,relu1_2,relu2_1,relu2_2,relu3_1,relu3_3,relu4_1")],
    "vgg19": [("relu4_2", FIVE), ("relu3_3", "relu1_1,relu2_1,relu3_1,relu3_4"),
              ("relu2_2", "relu1_1,relu2_1")],
    "vgg16": [("relu4_2", FIVE), ("relu3_2", "relu1_1,relu2_1,relu3_1,relu3_3"),
              ("relu2_2", "relu1_1,relu2_1")],
    "vgg19_small16x": [("relu4_2", FIVE)],
    "squeezenet1_1": [("fire2", "relu1,fire3,fire4,fire5")],
}


def network_of(weights):
    """The network of a file, recognised by its names and the width of its first layer."""
    if "fire2.squeeze1x1.weight" in weights:
        return "squeezenet1_1"
    if "conv0.weight" in weights:
        return "vgg19_small16x"
    if weights["conv1_1.weight"].shape[0] == 32:
        return "paintnet"
    deep = "conv3_4.weight" in weights or "conv4_1.weight" not in weights
    return "vgg19" if deep else "vgg16"


def reached(weights, names):
    return all(name.startswith(("relu1", "fire")) or f"conv{name[4:]}.weight" in weights
               for name in names)


def complete(args, weights):
    """Replaces empty lists of layers by the network's defaults, with equal weights for style."""
    for content, style in USUAL.get(args.net, []):
        shares = [(name, 1 / len(style.split(","))) for name in style.split(",")]
        contents, styles = args.content_layers or [(content, 1)], args.style_layers or shares
        if reached(weights, [name for name, _ in contents + styles]):
            args.content_layers, args.style_layers = contents, styles
            return


def layer_list(text):
    """"relu1_1:0.5,relu2_1" -> [("relu1_1", 0.5), ("relu2_1", 1.0)]."""
    pairs = [part.partition(":") for part in text.split(",") if part]
    return [(name, float(weight) if weight else 1.0) for name, _, weight in pairs]


def arguments(words=None):
    p = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    p.add_argument("--net", choices=list(NETWORKS), help="default: as the weights are")
    p.add_argument("--weights", required=True)
    p.add_argument("content")
    p.add_argument("style")
    p.add_argument("--image", help="default: the content image")
    p.add_argument("--size", type=int, default=512, help="the longer side of images")
    p.add_argument("--preprocess", choices=["auto"] + list(MADE_FOR), default="auto")
    p.add_argument("--content-layers", type=layer_list, default=[])
    p.add_argument("--style-layers", type=layer_list, default=[])
    p.add_argument("--content-form", choices=losses.CONTENT_FORMS, default="half-sum")
    p.add_argument("--style-form", choices=losses.STYLE_FORMS, default="gatys")
    p.add_argument("--tv-form", choices=losses.TV_FORMS, default="squares")
    p.add_argument("--tv-space", choices=["unit", "input", "pixels"], default="unit",
                   help="unit, pixels: RGB in [0, 1]; input: what the network is given")
    p.add_argument("--pool", choices=["default", "max", "avg"], default="default")
    p.add_argument("--pad", choices=["default", "reflect", "replicate-first"],
                   default="default")
    p.add_argument("--content-weight", type=float, default=1)
    p.add_argument("--style-weight", type=float, default=1)
    p.add_argument("--tv-weight", type=float, default=0)
    p.add_argument("--json", action="store_true")
    p.add_argument("--grad", help="write d total / d RGB as .npy, float64 (1, 3, h, w)")
    return p.parse_args(words)


def open_network(args):
    """The network with its weights; fills in the defaults of options."""
    weights, metadata = read_file(args.weights)
    args.net = args.net or network_of(weights)
    if args.preprocess == "auto":
        args.preprocess = metadata.get("preprocess", "auto")
    complete(args, weights)
    network = NETWORKS[args.net](weights, args.pool, args.pad, args.preprocess)
    args.preprocess, args.pool, args.pad = network.made_for, network.kind, network.mode
    return network


def open_image(args):
    """--image in the size of the content image."""
    content = fitted(args.content, args.size)
    if not args.image:
        return content
    image = read_image(args.image)
    return image if args.image.endswith(".npy") else resize(image, *content.shape[2:])


def measure(args, network, image):
    """All losses of the image: (total, {"content": ..., "content:relu3_3": ..., ...})."""
    names = [name for name, _ in args.content_layers + args.style_layers]
    with torch.no_grad():
        p = network.features(network.preprocess(fitted(args.content, args.size)),
                             names)
        a = network.features(network.preprocess(fitted(args.style, args.size)), names)
    x = network.preprocess(image)
    f = network.features(x, names)
    size, zero = image.shape[2:], torch.zeros(())
    parts = {"content": zero, "style": zero}
    for name, weight in args.content_layers:
        parts[f"content:{name}"] = losses.content(f[name], p[name], args.content_form)
        parts["content"] = parts["content"] + weight * parts[f"content:{name}"]
    for name, weight in args.style_layers:
        parts[f"style:{name}"] = losses.style(f[name], a[name], args.style_form, size)
        parts["style"] = parts["style"] + weight * parts[f"style:{name}"]
    parts["tv"] = losses.tv(x if args.tv_space == "input" else image, args.tv_form)
    total = (args.content_weight * parts["content"] + args.style_weight * parts["style"]
             + args.tv_weight * parts["tv"])
    return total, parts


def main():
    torch.set_default_dtype(torch.float64)
    args = arguments()
    network = open_network(args)
    image = open_image(args).requires_grad_()
    total, parts = measure(args, network, image)
    result = {"total": total.item()}
    result.update((name, value.item()) for name, value in parts.items())
    if args.grad:
        total.backward()
        np.save(args.grad, image.grad.numpy())
        result["gradient_norm"] = image.grad.norm().item()
    settings = {name: value for name, value in vars(args).items()
                if name not in ("json", "grad")}
    if args.json:
        print(json.dumps({**result, "settings": settings}, indent=2))
    else:
        for name, value in settings.items():
            print(f"{name:24} {value}")
        for name, value in result.items():
            print(f"{name:24} {value:.15g}")


if __name__ == "__main__":
    main()
