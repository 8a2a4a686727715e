"""Writes the small PyTorch files of tests/golden with torch.save itself:

    python3 bench/oracle/torch_files.py

tests/test_torch.c states their contents. Keys of legacy storages are addresses, so those
files have other bytes each time."""
import collections
import pathlib

import torch

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden"


def state_dict():
    """Element i of the storage of 24 numbers is i / 4 - 1, exact in every format."""
    numbers = torch.arange(24.0) / 4 - 1
    box = numbers.reshape(2, 3, 4)
    return collections.OrderedDict([
        ("f32", box),
        ("permuted", box.permute(2, 0, 1)),
        ("slice", numbers[5:20:3]),
        ("f64", box.double()),
        ("f16", box.half()),
        ("bf16", box.bfloat16()),
        ("steps", torch.tensor(1234567)),
        ("small", torch.arange(5, dtype=torch.int32) - 2),
        ("bytes", torch.arange(250, 256, dtype=torch.uint8)),
    ])


def main():
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1), torch.nn.ReLU())
    with torch.no_grad():
        model[0].weight.copy_(torch.arange(6.0).reshape(2, 3, 1, 1))
        model[0].bias.copy_(torch.tensor([0.5, -0.5]))
    wrapped = {"module." + name: x for name, x in model.state_dict().items()}
    files = {
        "zip": (state_dict(), True),
        "legacy": (dict(state_dict()), False),
        "model": (model, True),
        "parameters": (dict(model.named_parameters()), True),
        "module_state": (model.state_dict(), True),  # with its _metadata
        "checkpoint": ({"epoch": 3, "loss": 0.25, "arch": "vgg19", "best": None,
                        "done": False, "milestones": [30, (60, 90)], 7: -100000,
                        "state_dict": wrapped}, True),
        "checkpoint_legacy": ({"epoch": 2 ** 40, "state_dict": wrapped}, False),
    }
    for name, (value, zipped) in files.items():
        torch.save(value, FOLDER / f"torch_{name}.pth",
                   _use_new_zipfile_serialization=zipped)


if __name__ == "__main__":
    main()
