"""Writes tests/golden/wolfe.inc: the trials of PyTorch's line search, one by one.

    python3 bench/oracle/wolfe.py        (from the repository root; PyTorch 1.13, float64)

The function along the line is a script: the k-th trial has the k-th loss and slope, for
any t. So every branch is reached, with brackets to either side and equal losses, which no
real function would do. Random losses and slopes are eighths, exact in C.
Scripts whose cubic has an undefined minimum (0/0) are left out: there the two searches
differ, and the test of the cubic states how. Two more kinds are left out: scripts in which
PyTorch chooses between two equal losses by the order in which the ends of the bracket were
found, and scripts whose bracket becomes so short that the choice is due to rounding.
"""
import random

import torch
from torch.optim import lbfgs

TRIALS, CASES = 10, 120

# First trial, slope at 0, most evaluations, points: cases that no random script contains.
BY_HAND = [
    # The third trial is higher than the second and is the end of the bracket.
    (1.0, -1.0, 10, [(-1, -2), (-3, -2), (-2.5, -2), (-4, 0)]),
    # The second is higher than the first, which has no effect yet.
    (1.0, -1.0, 10, [(-2, -2), (-1.5, -2), (-3, -2), (-4, 0)]),
    # Far away, losses are lower than the start but not low enough: the cubic's minimum is
    # outside the bracket, and the trial is moved inside. The next trial is near an end for
    # the first time and is accepted.
    (1e5, -1.0, 10, [(-5, -2e-4), (0, 1e-4), (-1e5, 1), (-2e5, 0)]),
    (1e5, -1.0, 10, [(-0.1, 5.6e-5), (-3.2, 1e-5), (-1e5, 0)]),
    # A trial in the bracket is as low as its lower end, which stays.
    (1.0, -1.0, 10, [(-1, -2), (5, 1), (-1, -2), (-3, 0)]),
    # A trial is lower than the start, but not low enough for its distance.
    (1e5, -1.0, 2, [(10, 1), (-1, 1)]),
    (1e5, -1.0, 10, [(10, 1), (-1, 1), (-0.5, -2), (-1e5, 0)]),
    # A short bracket, which is reversed by the slope at the trial.
    (0.25, -1.0, 10, [(1, 1), (-1, 2), (-2, 0)]),
    # The only trial is as low as the start, which stays.
    (1.0, -1.0, 1, [(0, 1)]),
]


def script(rng):
    """Losses and slopes of TRIALS points; many go on falling, for a while."""
    falling, loss, points = rng.random() < 0.6, 0.0, []
    for k in range(TRIALS):
        if falling and k < 3:
            loss -= rng.randint(0, 8) / 8
            points.append((loss, -rng.randint(8, 24) / 8))
        else:
            points.append((loss + rng.randint(-6, 6) / 8, rng.randint(-16, 16) / 8))
    return points


def search(first, slope, most, points, picky=True):
    trials, bad = [], []
    cubic = lbfgs._cubic_interpolate

    def at(x, t, d):
        trials.append(float(t))
        loss, slope = points[len(trials) - 1]
        return float(loss), torch.tensor([float(slope)])

    def watched(*arguments, **bounds):
        t = cubic(*arguments, **bounds)
        x1, f1, g1, x2, f2, g2 = (float(a) for a in arguments)
        d1 = g1 + g2 - 3 * (f1 - f2) / (x1 - x2)
        square = d1 * d1 - g1 * g2
        bad.append(f1 == f2 and x1 > x2 or square >= 0 and
                   abs(abs(g2 - g1) - 2 * square ** 0.5) < 1e-9)
        return t

    lbfgs._cubic_interpolate = watched
    try:
        _, _, end, count = lbfgs._strong_wolfe(
            at, None, first, torch.tensor([1.0]), 0.0, torch.tensor([slope]),
            torch.tensor(slope), max_ls=most - 1)
    except (ZeroDivisionError, ValueError):
        return None
    finally:
        lbfgs._cubic_interpolate = cubic
    assert count == len(trials)
    return None if picky and any(bad) else (trials, float(end))


def write(out, first, slope, most, points, trials, end):
    out.write("    {%.17g, %.17g, %d, %d, %.17g,\n     {" % (
        first, slope, most, len(trials), end))
    rows = ["{%.17g, %.17g, %.17g}" % (t, *p) for t, p in zip(trials, points)]
    out.write(",\n      ".join(rows) + "}},\n")


def main():
    torch.set_default_dtype(torch.float64)
    rng, done = random.Random(7), 0
    with open("tests/golden/wolfe.inc", "w") as out:
        out.write("/* Written by bench/oracle/wolfe.py with PyTorch %s: first trial, "
                  "slope at 0,\n * most evaluations, their number, end; then t, loss and "
                  "slope of each trial. */\n" % torch.__version__.split("+")[0])
        out.write("static const Script scripts[] = {\n")
        for first, slope, most, points in BY_HAND:
            trials, end = search(first, slope, most, points, False)
            write(out, first, slope, most, points, trials, end)
        while done < CASES:
            first, slope = rng.choice([0.25, 1.0, 3.0]), -rng.choice([1.0, 2.0])
            most, points = rng.choice([2, 3, 4, 10, 10, 10]), script(rng)
            found = search(first, slope, most, points)
            if not found or len(found[0]) < 2:
                continue
            trials, end = found
            ordered = sorted(trials)
            if min(b - a for a, b in zip(ordered, ordered[1:])) < 1e-6:
                continue
            losses = [0.0] + [loss for loss, _ in points[:len(trials)]]
            if losses.count(dict(zip([0.0] + trials, losses))[end]) > 1:
                continue
            write(out, first, slope, most, points, trials, end)
            done += 1
        out.write("};\n")


if __name__ == "__main__":
    main()
