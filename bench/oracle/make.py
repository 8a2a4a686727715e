"""Writes every golden file: python3 bench/oracle/make.py, from anywhere."""
import pathlib
import sys

import numpy as np
import torch

import golden_anystyle
import golden_eval
import golden_flow
import golden_generator
import golden_layers
import golden_losses
import golden_network
import golden_ops
import golden_recipes
import golden_style
import golden_transfer

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden"


def main():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    FOLDER.mkdir(exist_ok=True)
    for name, module in (("torch_layers", golden_layers), ("torch_losses", golden_losses),
                         ("torch_ops", golden_ops), ("torch_network", golden_network),
                         ("torch_generator", golden_generator),
                         ("torch_style", golden_style),
                         ("torch_anystyle", golden_anystyle),
                         ("torch_transfer", golden_transfer),
                         ("torch_recipes", golden_recipes),
                         ("torch_eval", golden_eval), ("torch_flow", golden_flow)):
        arrays = {key: np.asarray(value) for key, value in module.golden().items()}
        assert all(np.isfinite(a).all() for a in arrays.values())
        path = FOLDER / f"{name}.npz"
        np.savez_compressed(path, **arrays)
        print(f"{path}: {len(arrays)} arrays, {path.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
