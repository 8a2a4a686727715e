"""Golden values of whole command lines of `stylegrad eval`, by eval.py.

The first is the one in README.md under "Check your own", literally; the others are in
tests/golden/eval_commands.txt, a name and a command in each line. The files that they name are made here and, with the same values, by tests/typed.h: VGG-19 to
relu3_3 with random weights of seed 7, three images of multiples of 1/256: random, flat yellow, and
yellow with a small square.

For each command NAME:
    NAME            total, content, style, tv
    NAME_layers     the losses of content layers, then of style layers, with their weights
    NAME_gradient   d total / d image

With the trained weights in $STYLEGRAD_SHARED, the README's command is repeated as
"trained".
"""
import json
import os
import pathlib
import shlex
import struct
import tempfile

import numpy as np
import torch

import eval as oracle
import seeded

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEED = 7
PICTURES = {"content.npy": (11, 24, 28), "style.npy": (12, 30, 21), "x.npy": (13, 24, 28)}
YELLOW = (1, 0.9375, 0)
WEIGHTS = "vgg19.safetensors"
TRAINED = "weights/vgg19_conv1_1-conv3_4.safetensors"


def convolutions():
    found, ins = {}, 3
    for block, (count, out) in enumerate(((2, 64), (2, 128), (3, 256)), 1):
        for i in range(1, count + 1):
            found[f"conv{block}_{i}"] = (out, ins, 3)
            ins = out
    return found


def write_weights(path):
    tensors = {name: t.numpy().astype("<f4")
               for name, t in seeded.weights(SEED, convolutions()).items()}
    header, data = {}, b""
    for name, t in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(t.shape),
                        "data_offsets": [len(data), len(data) + t.nbytes]}
        data += t.tobytes()
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def write_images(folder):
    for name, (seed, h, w) in PICTURES.items():
        x = np.floor(seeded.uniform(seed, 3 * h * w) * 256) / 256
        np.save(folder / name, x.reshape(3, h, w))
    flat = np.empty((3, 24, 28))
    flat[:] = np.array(YELLOW).reshape(3, 1, 1)
    np.save(folder / "flat.npy", flat)
    flat[:, 8:12, 8:12] = 0.25
    np.save(folder / "patch.npy", flat)


def from_readme():
    """The arguments of the first eval in the section."""
    section = (ROOT / "README.md").read_text().split("## Check your own")[1]
    block = section.split("```sh\n")[1].split("```")[0]
    words = shlex.split(block.replace("\\\n", " "))
    assert words[1] == "eval", block
    return words[2:]


def commands():
    yield "readme", from_readme()
    for line in (ROOT / "tests/golden/eval_commands.txt").read_text().splitlines():
        name, *words = shlex.split(line)
        yield name, words


def measure(out, name, words):
    args = oracle.arguments(words)
    network = oracle.open_network(args)
    image = oracle.open_image(args).requires_grad_()
    total, parts = oracle.measure(args, network, image)
    total.backward()
    out[name] = torch.stack([total, parts["content"], parts["style"],
                             parts["tv"]]).detach()
    out[f"{name}_layers"] = torch.stack(
        [weight * parts[f"{term}:{layer}"]
         for term, layers in (("content", args.content_layers), ("style", args.style_layers))
         for layer, weight in layers]).detach()
    out[f"{name}_gradient"] = image.grad


def golden():
    shared = pathlib.Path(os.environ.get("STYLEGRAD_SHARED", ROOT / ".." / "shared"))
    trained, out = (shared / TRAINED).resolve(), {}
    if not trained.is_file():
        raise SystemExit(f"{trained}: trained weights are needed; set STYLEGRAD_SHARED")
    with tempfile.TemporaryDirectory() as name:
        folder, before = pathlib.Path(name), os.getcwd()
        write_weights(folder / WEIGHTS)
        write_images(folder)
        (folder / "scene.png").symlink_to(ROOT / "assets" / "scene.png")
        os.chdir(folder)
        try:
            for key, words in commands():
                measure(out, key, words)
            (folder / WEIGHTS).unlink()
            (folder / WEIGHTS).symlink_to(trained)
            measure(out, "trained", from_readme())
        finally:
            os.chdir(before)
    return out
