"""The losses of one picture and their gradient, by PyTorch in double precision.

An independent second opinion on `stylegrad eval`: nothing is shared with the C library
but the weight files, and the options are the same. Pictures are image files or .npy
arrays, (3, h, w) or (1, 3, h, w), RGB in [0, 1], and are taken at the size they have.

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

VGG_BLOCKS = [2, 2, 4, 4, 4]


def read_weights(path):
    """A safetensors file: length, JSON header, raw float32."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    weights = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        assert entry["dtype"] == "F32", f"{name} is {entry['dtype']}"
        start, stop = entry["data_offsets"]
        values = np.frombuffer(data[start:stop], "<f4").reshape(entry["shape"])
        weights[name] = torch.tensor(values.astype(np.float64))
    return weights


def read_picture(path):
    """RGB in [0, 1], (1, 3, h, w)."""
    if path.endswith(".npy"):
        x = np.load(path).astype(np.float64)
        x = x.reshape((1,) + x.shape[-3:])
        assert x.shape[1] == 3, f"{path}: expected (3, h, w), got {x.shape}"
        return torch.tensor(x)
    pixels = np.asarray(Image.open(path).convert("RGB"), dtype=np.float64) / 255
    return torch.tensor(pixels.transpose(2, 0, 1)[None].copy())


def channels(*values):
    return torch.tensor(values, dtype=torch.float64).reshape(1, 3, 1, 1)


class Network:
    """preprocess(rgb) and features(x, names) -> {name: map}; stops after the last name."""

    def __init__(self, weights, pool):
        self.weights, self.kind = weights, pool

    def conv(self, x, name, stride=1, pad=0):
        w, b = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return F.conv2d(x, w, b, stride, pad)

    def pool(self, x, kernel, ceil):
        pool = F.max_pool2d if self.kind == "max" else F.avg_pool2d
        return pool(x, kernel, 2, ceil_mode=ceil)

    def features(self, x, names):
        found, missing = {}, set(names)
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
    def preprocess(self, rgb):
        return 255 * rgb - channels(123.68, 116.779, 103.939)

    def steps(self):
        for block, convolutions in enumerate(VGG_BLOCKS, 1):
            for i in range(1, convolutions + 1):
                yield (f"conv{block}_{i}",
                       lambda x, name=f"conv{block}_{i}": self.conv(x, name, pad=1))
                yield f"relu{block}_{i}", F.relu
            yield f"pool{block}", lambda x: self.pool(x, 2, False)


class Vgg19Small(Vgg19):
    """A VGG-19 of a quarter of the channels: conv0 preprocesses, padding by reflection."""

    def preprocess(self, rgb):
        return rgb

    def conv(self, x, name, stride=1, pad=0):
        return super().conv(F.pad(x, (pad,) * 4, mode="reflect"), name, stride)

    def steps(self):
        yield "conv0", lambda x: self.conv(x, "conv0")
        yield from super().steps()


class SqueezeNet(Network):
    def preprocess(self, rgb):
        return (rgb - channels(0.485, 0.456, 0.406)) / channels(0.229, 0.224, 0.225)

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


NETWORKS = {"vgg19": Vgg19, "vgg19_small16x": Vgg19Small, "squeezenet": SqueezeNet,
            "squeezenet1_1": SqueezeNet}


def layer_list(text):
    """"relu1_1:0.5,relu2_1" -> [("relu1_1", 0.5), ("relu2_1", 1.0)]."""
    pairs = [part.partition(":") for part in text.split(",") if part]
    return [(name, float(weight) if weight else 1.0) for name, _, weight in pairs]


def arguments():
    p = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    p.add_argument("--net", choices=list(NETWORKS), default="vgg19")
    p.add_argument("--weights", required=True)
    p.add_argument("content")
    p.add_argument("style")
    p.add_argument("--image", help="default: the content picture")
    p.add_argument("--content-layers", type=layer_list, default=[])
    p.add_argument("--style-layers", type=layer_list, default=[])
    p.add_argument("--content-form", choices=losses.CONTENT_FORMS, default="half-sum")
    p.add_argument("--style-form", choices=losses.STYLE_FORMS, default="gatys")
    p.add_argument("--tv-form", choices=losses.TV_FORMS, default="squares")
    p.add_argument("--tv-space", choices=["unit", "input"], default="unit",
                   help="unit: RGB in [0, 1]; input: what the network is given")
    p.add_argument("--pool", choices=["max", "avg"], default="max")
    p.add_argument("--content-weight", type=float, default=1)
    p.add_argument("--style-weight", type=float, default=1)
    p.add_argument("--tv-weight", type=float, default=0)
    p.add_argument("--json", action="store_true")
    p.add_argument("--grad", help="write d total / d RGB as .npy, float64 (1, 3, h, w)")
    return p.parse_args()


def measure(args, network, picture):
    """All losses of the picture: (total, {"content": ..., "content:relu3_3": ..., ...})."""
    names = [name for name, _ in args.content_layers + args.style_layers]
    with torch.no_grad():
        p = network.features(network.preprocess(read_picture(args.content)), names)
        a = network.features(network.preprocess(read_picture(args.style)), names)
    x = network.preprocess(picture)
    f = network.features(x, names)
    size, zero = picture.shape[2:], torch.zeros(())
    parts = {"content": zero, "style": zero}
    for name, weight in args.content_layers:
        parts[f"content:{name}"] = losses.content(f[name], p[name], args.content_form)
        parts["content"] = parts["content"] + weight * parts[f"content:{name}"]
    for name, weight in args.style_layers:
        parts[f"style:{name}"] = losses.style(f[name], a[name], args.style_form, size)
        parts["style"] = parts["style"] + weight * parts[f"style:{name}"]
    parts["tv"] = losses.tv(picture if args.tv_space == "unit" else x, args.tv_form)
    total = (args.content_weight * parts["content"] + args.style_weight * parts["style"]
             + args.tv_weight * parts["tv"])
    return total, parts


def main():
    torch.set_default_dtype(torch.float64)
    args = arguments()
    network = NETWORKS[args.net](read_weights(args.weights), args.pool)
    picture = read_picture(args.image or args.content).requires_grad_()
    total, parts = measure(args, network, picture)
    result = {"total": total.item()}
    result.update((name, value.item()) for name, value in parts.items())
    if args.grad:
        total.backward()
        np.save(args.grad, picture.grad.numpy())
        result["gradient_norm"] = picture.grad.norm().item()
    if args.json:
        print(json.dumps(result, indent=2))
    else:
        for name, value in result.items():
            print(f"{name:24} {value:.15g}")


if __name__ == "__main__":
    main()
