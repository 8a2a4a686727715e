"""The settings of the published systems, independent of recipes/.

They are written from tables of what each system does, not from the files in recipes/, so
that a mistake in one of the two is detected. Only settings that affect the first ten steps;
weights are beside their layers.
"""
FIVE = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"]
IMAGENET = {"mean": (0.485, 0.456, 0.406), "deviation": (0.229, 0.224, 0.225)}
BYTES = {"scale": 255, "mean": (123.68, 116.779, 103.939)}
UNIT = {}

LBFGS = {"method": "lbfgs", "history": 100}
WOLFE = {"method": "wolfe", "history": 100}


def adam(lr, beta1=0.9, beta2=0.999, epsilon=1e-8, hat=False):
    return {"method": "adam", "lr": lr, "betas": (beta1, beta2), "epsilon": epsilon,
            "hat": hat}


def each(names, weight):
    return [(name, weight) for name in names]


def of(base, **changes):
    return {**base, **changes}


SYSTEMS = {}

# Gatys, Ecker, Bethge 2016
SYSTEMS["gatys"] = gatys = dict(
    made_for="caffe", normalised=True, pool="avg", pixels=UNIT,
    content=("mean", [("relu4_2", 1)]), style=("gatys", each(FIVE, 1 / 5)),
    weights=(1e-3, 1, 0), start="unit", optimizer=WOLFE)
SYSTEMS["gatys-formula"] = of(gatys, normalised=False,
                              content=("half-sum", [("relu4_2", 1)]))
SYSTEMS["gatys-author"] = dict(
    made_for="caffe", pool="max", pixels=BYTES, content=("mean", [("relu4_2", 1)]),
    style=("cs231n", [(name, 1e3 / n ** 2) for name, n in
                      zip(FIVE, (64, 128, 256, 512, 512))]),
    weights=(1, 1, 0), start="content", optimizer=LBFGS)

# jcjohnson/neural-style and its descendants
SYSTEMS["ns"] = ns = dict(
    made_for="caffe", pool="max", pixels=of(BYTES, scale=256), reads_pixels=True,
    content=("mean", [("relu4_2", 1)]), style=("mean", each(FIVE, 1)),
    tv=("half-cropped", "pixels"), weights=(5, 100, 1e-3), start=("normal", 0.001),
    optimizer=of(LBFGS, never_stops=True))
SYSTEMS["ns-adam"] = of(ns, optimizer=adam(10, hat=True))
SYSTEMS["pt"] = pt = of(ns, pixels=BYTES, reads_pixels=False, tv=("abs", "pixels"))
SYSTEMS["pt-adam"] = of(pt, optimizer=adam(1))
SYSTEMS["aa"] = of(pt, style=("mean", each(FIVE, 1 / 5)), tv=("means", "pixels"),
                   weights=(5, 500, 100), start=("normal", 0.256),
                   optimizer=adam(10, hat=True))
SYSTEMS["cy"] = cy = dict(
    made_for="caffe", pool="avg", pixels=BYTES, content=("root", [("conv4_2", 1)]),
    style=("gatys", each(FIVE, 0.2 / 5)), tv=("abs", "pixels"), weights=(5, 1e4, 1e-3),
    start="content", optimizer=of(WOLFE, history=10))
SYSTEMS["cy-random"] = of(cy, start=("uniform", -20, 20))
SYSTEMS["cy-adam"] = of(cy, optimizer=adam(1, hat=True))

# gordicaleksa: conv4_2 is overwritten by the ReLU after it, which works in place
SYSTEMS["go"] = go = dict(
    made_for="torch", pool="max", reads_pixels=True,
    pixels={"scale": 255, "mean": (123.675, 116.28, 103.53)},
    content=("mean", [("relu4_2", 1)]), style=("cs231n", each(FIVE, 1 / 5)),
    tv=("abs", "pixels"), weights=(1e5, 3e4, 1), start="content", optimizer=WOLFE)
SYSTEMS["go-style-init"] = of(go, weights=(1e5, 1e1, 1e-1), start="style")
SYSTEMS["go-random"] = of(go, weights=(1e5, 1e3, 1), start=("normal", 90))
SYSTEMS["go-adam"] = of(go, weights=(1e5, 1e5, 1e-1), optimizer=adam(10))
SYSTEMS["go-adam-style-init"] = of(go, weights=(1e5, 1e2, 1e-1), start="style",
                                   optimizer=adam(10))
SYSTEMS["go-adam-random"] = of(go, weights=(1e5, 1e2, 1e-1), start=("normal", 90),
                               optimizer=adam(10))

# crowsonkb
SYSTEMS["ck"] = ck = dict(
    made_for="torch", pool="max", pixels=UNIT, content=("mean", [("relu4_2", 1)]),
    style=("w2-ck", [(name, w / 341) for name, w in zip(FIVE, (256, 64, 16, 4, 1))]),
    tv=("nine-point", "unit"), weights=(0.015, 1, 2), start="content",
    optimizer=adam(0.02, 0.9, 0.99), clamp=("after", 0, 1), average=0.99)
SYSTEMS["ck-lbfgs"] = of(ck, optimizer=of(LBFGS, history=10), clamp=None)

# CS231n, PyTorch and TensorFlow
SQUEEZE = ["relu1", "fire3", "fire4", "fire5"]
SYSTEMS["c2-composition"] = c2 = dict(
    net="squeezenet", made_for="torch", pool="max", pixels=IMAGENET,
    content=("sum", [("fire2", 1)]), style=("cs231n", list(zip(SQUEEZE, (2e4, 500, 12, 1)))),
    tv=("squares", "pixels"), weights=(5e-2, 1, 5e-2), start="content",
    optimizer=of(adam(3), drop=0.1), clamp=("before", -1.5, 1.5))
SYSTEMS["c2-scream"] = scream = of(
    c2, style=("cs231n", list(zip(SQUEEZE, (2e5, 800, 12, 1)))), weights=(3e-2, 1, 2e-2))
SYSTEMS["c2-starry"] = starry = of(
    c2, style=("cs231n", list(zip(SQUEEZE, (3e5, 1000, 15, 3)))), weights=(6e-2, 1, 2e-2))
SYSTEMS["c2-inversion"] = of(starry, style=("cs231n", each(SQUEEZE, 0)),
                             start=("uniform", 0, 1))
for name, base in (("composition", c2), ("scream", scream), ("starry", starry)):
    SYSTEMS[f"c2-tf-{name}"] = of(base, optimizer=adam(3, hat=True))

# Courses, tutorials, books
SYSTEMS["coursera"] = dict(
    made_for="caffe", pool="avg", pixels=BYTES, content=("quarter-mean", [("relu4_2", 1)]),
    style=("gatys", each(FIVE, 0.2)), weights=(10, 40, 0), start=("uniform", -20, 20),
    noise_share=0.6, optimizer=adam(2, hat=True))
SYSTEMS["pytorch"] = dict(
    made_for="torch", pool="max", pixels=UNIT, content=("mean", [("conv2_2", 1)]),
    style=("mean", each(["conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1"], 1)),
    weights=(1, 1e6, 0), start="content", optimizer=LBFGS, clamp=("before", 0, 1))
SYSTEMS["keras"] = keras = dict(
    made_for="caffe", pool="max", pixels=BYTES, content=("sum", [("relu5_2", 1)]),
    style=("image-size", each(FIVE, 1 / 5)), tv=("pow1.25", "pixels"),
    weights=(2.5e-8, 1e-6, 1e-6), start="content",
    optimizer={"method": "sgd", "lr": 100, "decay": 0.96, "stairs": False})
SYSTEMS["keras-book"] = of(keras, weights=(0.025, 1, 1e-4),
                           optimizer=of(WOLFE, history=10, rounds=True))
SYSTEMS["d2l"] = d2l = dict(
    made_for="torch", pool="max", pixels=IMAGENET, content=("mean", [("relu4_4", 1)]),
    style=("mean", each(["relu1_1", "relu2_1", "relu3_1", "relu4_1", "conv5_1"], 1)),
    tv=("mean-abs", "pixels"), weights=(1, 1e4, 10), start="content",
    optimizer=of(adam(0.3), decay=0.8, stairs=True))
SYSTEMS["d2l-mxnet"] = mxnet = of(
    d2l, content=("mean", [("conv4_4", 1)]),
    optimizer=of(adam(0.9, hat=True), decay=0.8, stairs=True),
    style=("mean", each(["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1"], 1)))
SYSTEMS["d2l-first"] = of(mxnet, weights=(1, 1e3, 10),
                          optimizer=of(adam(0.01, hat=True), decay=0.1, stairs=True))
SYSTEMS["tf"] = dict(
    made_for="caffe", pool="max", pixels=UNIT, content=("mean", [("relu5_2", 1)]),
    style=("cs231n", each(FIVE, 1 / 5)), tv=("abs", "unit"), weights=(1e4, 1e-2, 30),
    start="content", optimizer=adam(0.02, 0.99, 0.999, 0.1, hat=True),
    clamp=("after", 0, 1))
SYSTEMS["fn-slow"] = fn = dict(
    made_for="caffe", pool="max", pixels=BYTES, content=("mean", [("relu3_3", 1)]),
    style=("mean", each(["relu1_2", "relu2_2", "relu3_3", "relu4_3"], 1)),
    tv=("half-cropped", "pixels"), weights=(1, 5, 1e-6), start=("normal", 1),
    optimizer=LBFGS)
SYSTEMS["fn-slow-adam"] = of(fn, optimizer=adam(1, hat=True))
SYSTEMS["ps"] = dict(
    made_for="torch", pool="max", pixels=UNIT, content=("mean", [("relu4_2", 1)]),
    style=("cs231n", each(FIVE, 1 / 5)), weights=(1, 1e3, 0), start="content",
    optimizer=LBFGS)

# The documents
SYSTEMS["seed0-formula"] = dict(
    made_for="caffe", pool="max", pixels=UNIT, content=("half-sum", [("relu4_2", 1)]),
    style=("gatys", each(FIVE, 1 / 5)), tv=("squares", "unit"), weights=(1e-3, 1, 10),
    start="content", optimizer=WOLFE)
SYSTEMS["seed0-code"] = dict(
    made_for="torch", pool="max", pixels=UNIT, reads_pixels=True,
    content=("mean", [("relu2_2", 1)]),
    style=("raw-mean", each(["relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_1"], 1)),
    tv=("abs", "unit"), weights=(1, 1e6, 1e-6), start="content", optimizer=LBFGS)
SYSTEMS["seed2"] = starry
SYSTEMS["seed3"] = SYSTEMS["keras-book"]

# This project
SYSTEMS["paint"] = dict(
    made_for="torch", pool="max", pixels=UNIT, content=("relative", [("relu4_2", 1)]),
    style=("relative", each(FIVE, 1 / 5)), tv=("squares", "unit"), weights=(1, 100, 1e-5),
    start="content", optimizer=of(WOLFE, history=20))

# With trained weights, for systems that need no layer after conv3_4.
REAL = ["seed0-code", "c2-composition", "c2-starry"]
