"""Writes tests/golden/optim.inc: losses of PyTorch's optimisers, step by step.

    python3 bench/oracle/optim.py        (from the repository root; PyTorch 1.13, float64)

Two objectives in 12 dimensions, made of + - * only, so that C computes the same values:

    rosenbrock   sum of 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2, from (-1.25, 1, ...)
    scaled       sum of 3^i u^2 / 2 + u^4, u = x[i] - i/8,      from 0.5, 0.75, 1, ...

Each run is 25 steps; the loss is the one at the start of the step, and L-BFGS makes one
iteration per step. For the line search, the number of trials in each step is stored, too.
"""
import torch

SIZE, STEPS, RESTART_AT = 12, 25, 12


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def scaled(x):
    i = torch.arange(SIZE, dtype=torch.float64)
    u = x - i / 8
    return (3 ** i * u ** 2 / 2 + u ** 4).sum()


def start(objective):
    i = torch.arange(SIZE, dtype=torch.float64)
    x = torch.where(i % 2 == 0, -1.25, 1.0) if objective is rosenbrock else 0.5 + i / 4
    return x.to(torch.float64).clone().requires_grad_()


# Gradient descent's rate: above 2 / (largest curvature) it diverges.
SLOW = {rosenbrock: 2e-4, scaled: 2e-6}
OPTIM = torch.optim
METHODS = {
    "gd": lambda x, f: OPTIM.SGD([x], lr=SLOW[f]),
    "momentum": lambda x, f: OPTIM.SGD([x], lr=SLOW[f], momentum=0.9),
    "nesterov": lambda x, f: OPTIM.SGD([x], lr=SLOW[f], momentum=0.9, nesterov=True),
    "dampened": lambda x, f: OPTIM.SGD([x], lr=SLOW[f], momentum=0.9, dampening=0.25),
    "decay": lambda x, f: OPTIM.SGD([x], lr=SLOW[f], weight_decay=0.5),
    "decay_momentum": lambda x, f: OPTIM.SGD([x], lr=SLOW[f], momentum=0.8, dampening=0.5,
                                             weight_decay=0.5),
    "decay_nesterov": lambda x, f: OPTIM.SGD([x], lr=SLOW[f], momentum=0.9, nesterov=True,
                                             weight_decay=20),
    "adam": lambda x, f: OPTIM.Adam([x], lr=0.05),
    "adam_decay": lambda x, f: OPTIM.Adam([x], lr=0.05, weight_decay=1),
    "adamw": lambda x, f: OPTIM.AdamW([x], lr=0.05, weight_decay=0.5),
    "adam_restart": lambda x, f: OPTIM.Adam([x], lr=0.05),
    "lbfgs": lambda x, f: OPTIM.LBFGS([x], lr=0.5, max_iter=1, history_size=5),
    "wolfe": lambda x, f: wolfe(x, 1),
    "wolfe_short": lambda x, f: wolfe(x, 0.02),  # the search must extend the step
    "wolfe_long": lambda x, f: wolfe(x, 40),     # the search must shorten the step
}


def wolfe(x, lr):
    return OPTIM.LBFGS([x], lr=lr, max_iter=1, history_size=5,
                       line_search_fn="strong_wolfe")


def run(method, objective):
    x = start(objective)
    optimizer = METHODS[method](x, objective)
    losses, evaluations = [], []

    def closure():
        evaluations[-1] += 1
        optimizer.zero_grad()
        loss = objective(x)
        loss.backward()
        return loss

    for step in range(STEPS):
        if method == "adam_restart" and step == RESTART_AT:
            optimizer = OPTIM.Adam([x], lr=0.02)
        evaluations.append(0)
        losses.append(float(optimizer.step(closure)))
    return losses, evaluations


def main():
    with open("tests/golden/optim.inc", "w") as out:
        out.write("/* Written by bench/oracle/optim.py with PyTorch %s. */\n"
                  % torch.__version__.split("+")[0])
        for objective in rosenbrock, scaled:
            for method in METHODS:
                losses, evaluations = run(method, objective)
                name = "%s_%s" % (objective.__name__, method)
                out.write("static const double %s[] = {\n" % name)
                out.write("".join("    %.17g,\n" % v for v in losses) + "};\n")
                if "wolfe" in method:
                    trials = ", ".join("%d" % (e - 1) for e in evaluations)
                    out.write("static const int %s_trials[] = {%s};\n" % (name, trials))


main()
