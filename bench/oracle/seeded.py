"""The library's random numbers and random networks, implemented in NumPy.

tensor/rng.h describes the generator: SplitMix64 is a counter and a hash, so all numbers of a stream are
computed at once; normal numbers by Marsaglia's polar method, one of each pair.
nn/network.h describes random networks: each convolution, in the order of computation, has
its own stream, seeded by one number of the network's stream.
"""
import numpy as np
import torch

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def bits(seed, count):
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + GOLDEN * np.arange(1, count + 1, dtype=np.uint64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def uniform(seed, count):
    return (bits(seed, count) >> np.uint64(11)).astype(np.float64) * 2.0 ** -53


def normal(seed, count):
    """A pair of uniform numbers is inside the circle with probability pi / 4."""
    pairs = 2 * uniform(seed, 2 * (2 * count + 100)).reshape(-1, 2) - 1
    s = (pairs ** 2).sum(1)
    good = (s < 1) & (s > 0)
    u, s = pairs[good, 0][:count], s[good][:count]
    assert len(u) == count
    return u * np.sqrt(-2 * np.log(s) / s)


def weights(seed, convolutions):
    """{name: (out, in, side)} in order -> the tensors of a random network."""
    tensors = {}
    for own, (name, (out, ins, side)) in zip(bits(seed, len(convolutions)),
                                             convolutions.items()):
        shape, inputs = (out, ins, side, side), ins * side * side
        numbers = normal(own, out * inputs) * np.sqrt(2 / inputs)
        tensors[f"{name}.weight"] = torch.tensor(numbers.reshape(shape))
        tensors[f"{name}.bias"] = torch.zeros(out)
    return tensors


def small_vgg():
    """VGG-19 with a quarter of the channels, conv0 before it."""
    found, ins = {"conv0": (3, 3, 1)}, 3
    for block, (count, out) in enumerate(((2, 16), (2, 32), (4, 64), (4, 128), (1, 128)), 1):
        for i in range(1, count + 1):
            found[f"conv{block}_{i}"] = (out, ins, 3)
            ins = out
    return found


def squeezenet():
    """SqueezeNet 1.1 to fire5."""
    found, ins = {"conv1": (64, 3, 3)}, 64
    for name, few, many in (("fire2", 16, 64), ("fire3", 16, 64), ("fire4", 32, 128),
                            ("fire5", 32, 128)):
        found[f"{name}.squeeze1x1"] = (few, ins, 1)
        found[f"{name}.expand1x1"] = (many, few, 1)
        found[f"{name}.expand3x3"] = (many, few, 3)
        ins = 2 * many
    return found
