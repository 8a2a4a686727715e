"""Whole paintings in stylegrad and in PyTorch: what `bench/compare paint` measures.

PyTorch runs Gatys' code (torch_paint.py) at the full size from the photograph. Against it:

    default      the picture of `stylegrad paint` with no settings but the size
    equal loss   Gatys' losses on the same weights, from coarse to fine, until the picture's loss
                 is as low as PyTorch's. `stylegrad eval` judges PyTorch's picture, so both are
                 judged by the same function.
"""
import csv
import os
import sys
import tempfile
import time

import measure

PHOTOGRAPH = os.path.join(measure.FOLDER, "..", "assets", "scene.png")
PAINTING = os.path.join(measure.FOLDER, "..", "assets", "painting.png")
LEVELS_FROM = 128  # pixels of the smallest size of a pyramid, at least


def add_options(parser):
    group = parser.add_argument_group("paint")
    group.add_argument("--photograph", default=PHOTOGRAPH, metavar="FILE")
    group.add_argument("--painting", default=PAINTING, metavar="FILE")
    group.add_argument("--weights", metavar="FILE",
                       help="Oxford's VGG-19, .safetensors or .npz, which reads RGB from 0 to 255 "
                            "minus its mean (random ones of the same shapes)")
    group.add_argument("--evaluations", type=measure.count, default=300, metavar="N",
                       help="of PyTorch's L-BFGS (300)")
    group.add_argument("--paint-steps", type=measure.count, default=300, metavar="N",
                       help="of stylegrad at most, in all sizes, to the same loss (300)")


def resized(path, side, out):
    """The image with this longer side as PNG, so that both programs read the same pixels."""
    try:
        from PIL import Image
    except ImportError:
        sys.exit("Pillow is missing; on Debian: apt-get install python3-pil")
    try:
        image = Image.open(path).convert("RGB")
    except OSError as error:
        sys.exit(f"{path}: {error}")
    scale = side / max(image.size)
    image.resize([round(n * scale) for n in image.size], Image.LANCZOS).save(out)


def timed(command):
    """Runs a program to its end: the seconds that it took."""
    start = time.perf_counter()
    measure.finished(command)
    return time.perf_counter() - start


def gatys(side, weights, theirs):
    """The settings that compute PyTorch's loss; `theirs` is what its program said."""
    return ["--recipe", "gatys-author", "--size", str(side), "--size-of", "longer",
            "--net", "vgg19", "--weights", weights, "--preprocess", "caffe-rgb",
            "--features", "any", "--content-layers", theirs["content_layers"],
            "--style-layers", theirs["style_layers"]]


def levels(side):
    return max(1, (side // LEVELS_FROM).bit_length())


def reached(path, side, loss):
    """(seconds, all seconds, loss): of the first step at the full size with at most this loss, or
    of the last step, as the trace tells."""
    with open(path, encoding="ascii") as file:
        rows = [row for row in csv.DictReader(file) if int(row["side"]) == side]
    good = [row for row in rows if float(row["total"]) <= loss]
    row = good[0] if good else rows[-1]
    return float(row["seconds"]), float(rows[-1]["seconds"]), float(row["total"])


def equal_loss(options, side, weights, images, theirs, folder):
    """Seconds to a picture with PyTorch's loss, and both losses."""
    picture, trace = os.path.join(folder, "torch.npy"), os.path.join(folder, "trace.csv")
    settings = gatys(side, weights, theirs)
    loss = measure.run([options.stylegrad, "eval", *images, *settings, "--image", picture,
                        "--json"], whole=True)["total"]
    seconds = timed([options.stylegrad, "paint", *images, *settings, "--line-search",
                     "--pyramid", str(levels(side)), "--steps", str(options.paint_steps),
                     "--threads", str(options.threads), "--trace", trace,
                     "-o", os.path.join(folder, "equal.npy")])
    at, end, found = reached(trace, side, loss)
    return {"seconds": seconds - end + at, "loss": found, "torch_loss": loss}


def torch_painting(options, weights, images, out):
    """What torch_paint.py said, and the seconds of the whole program."""
    environment, extra = measure.tuned(options)
    start = time.perf_counter()
    theirs = measure.run([options.python, os.path.join(measure.FOLDER, "torch_paint.py"), *images,
                          "--weights", weights, "--evaluations", str(options.evaluations),
                          "--threads", str(options.threads), "--out", out, *extra], environment)
    return {**theirs, "seconds": time.perf_counter() - start}


def measure_side(options, side):
    """{weights, torch, default_s, equal_loss} of one size."""
    with tempfile.TemporaryDirectory() as folder:
        images = [os.path.join(folder, name) for name in ("photograph.png", "painting.png")]
        for path, out in zip((options.photograph, options.painting), images):
            resized(path, side, out)
        weights = options.weights or os.path.join(folder, "random.npz")
        measure.progress(f"paint {side}: PyTorch, {options.evaluations} evaluations")
        theirs = torch_painting(options, weights, images, os.path.join(folder, "torch.npy"))
        measure.progress(f"paint {side}: stylegrad")
        default = timed([options.stylegrad, "paint", *images, "--size", str(side), "--threads",
                         str(options.threads), "-o", os.path.join(folder, "default.png")])
        equal = equal_loss(options, side, weights, images, theirs, folder)
        measure.progress("")
    return {"weights": options.weights or "random", "torch": theirs, "default_s": default,
            "equal_loss": equal}


def report(options, side, result):
    theirs, equal = result["torch"], result["equal_loss"]
    deepest = theirs["style_layers"].split(",")[-1].split(":")[0]
    lines = [f"\npaint, {side} pixels, {options.threads} threads, VGG-19 to {deepest}, weights "
             f"{result['weights']}",
             f"  {'PyTorch tuned':14} {theirs['seconds']:8.1f} s, {theirs['evaluations']} "
             f"evaluations of {theirs['evaluation_s']:.2f} s, loss {equal['torch_loss']:.4g}",
             f"  {'default':14} {result['default_s']:8.1f} s, "
             f"{theirs['seconds'] / result['default_s']:.1f} times faster"]
    if equal["loss"] <= equal["torch_loss"]:
        lines.append(f"  {'equal loss':14} {equal['seconds']:8.1f} s, "
                     f"{theirs['seconds'] / equal['seconds']:.1f} times faster, "
                     f"loss {equal['loss']:.4g}")
    else:
        lines.append(f"  {'equal loss':14} not reached: {equal['loss']:.4g} after "
                     f"{equal['seconds']:.1f} s and {options.paint_steps} steps")
    return "\n".join(lines)
