"""Golden values of optical flow: the warp and its gradients (torch's grid_sample), the
temporal loss, the reliability of a flow by the formulas of Ruder et al. (2016), and the
colours of the Middlebury benchmark (Baker et al. 2011), both written again in NumPy.
"""
import numpy as np
import torch
import torch.nn.functional as F

from golden_layers import keep, leaf, seed


def sampled(x, flow):
    """x at p + flow; grid_sample counts from -1 to 1 between the outermost centres."""
    n, _, h, w = x.shape
    rows, columns = torch.meshgrid(torch.arange(h, dtype=x.dtype),
                                   torch.arange(w, dtype=x.dtype), indexing="ij")
    across = 2 * (columns + flow[:, 0]) / (w - 1) - 1
    down = 2 * (rows + flow[:, 1]) / (h - 1) - 1
    return F.grid_sample(x, torch.stack([across, down], 3), mode="bilinear",
                         padding_mode="border", align_corners=True)


def warps(rng, out):
    for name, reach in ("near", 0.45), ("far", 6):
        x = leaf(rng, 2, 3, 5, 7)
        flow = torch.tensor(rng.uniform(-reach, reach, (2, 2, 5, 7)), requires_grad=True)
        y = sampled(x, flow)
        keep(out, f"warp_{name}", y, seed(rng, y), x=x, f=flow)


def temporal(rng, out):
    a, b = leaf(rng, 2, 3, 4, 5), leaf(rng, 2, 3, 4, 5)
    t = torch.tensor(rng.uniform(0, 1, (2, 1, 4, 5)), requires_grad=True)
    y = (t * (a - b) ** 2).mean()
    keep(out, "temporal", y, torch.tensor(0.75), a=a, b=b, t=t)


def difference(a, axis):
    """Central differences; beyond the edge the outermost number continues."""
    wide = np.pad(a, [(1, 1) if k == axis else (0, 0) for k in range(2)], "edge")
    at = [slice(None)] * 2
    at[axis] = slice(2, None)
    before = [slice(None)] * 2
    before[axis] = slice(None, -2)
    return (wide[tuple(at)] - wide[tuple(before)]) / 2


def gaussian(a, deviation):
    n = int(np.ceil(3 * deviation))
    k = np.exp(-np.arange(-n, n + 1) ** 2 / (2 * deviation ** 2))
    k /= k.sum()
    for axis in range(2):
        a = np.apply_along_axis(
            lambda line: np.convolve(np.pad(line, n, "edge"), k, "valid"), axis, a)
    return a


def reliability(flow, back):
    h, w = flow.shape[1:]
    b = sampled(torch.tensor(back)[None], torch.tensor(flow)[None])[0].numpy()
    rows, columns = np.mgrid[:h, :w]
    x, y = columns + flow[0], rows + flow[1]
    squares = (flow ** 2).sum(0)
    steep = sum(difference(f, axis) ** 2 for f in flow for axis in range(2))
    raw = np.where(steep > 0.01 * squares + 0.002, 0.0, 1.0)
    hidden = ((flow + b) ** 2).sum(0) > 0.01 * (squares + (b ** 2).sum(0)) + 0.5
    raw[hidden] = -1
    raw[(x < 0) | (x > w - 1) | (y < 0) | (y > h - 1)] = 0
    return raw, np.clip(gaussian(raw, 0.8), 0, 1)


def consistency(out):
    """A square of 16 pixels moves by (3, 1) over a background that moves by (-1, 0)."""
    h, w = 30, 40
    flow, back = np.zeros((2, h, w)), np.zeros((2, h, w))
    flow[0], back[0] = -1, 1
    flow[:, 8:24, 10:26] = np.array([3.0, 1.0])[:, None, None]
    back[:, 9:25, 13:29] = np.array([-3.0, -1.0])[:, None, None]
    flow[1] += 0.01 * np.arange(w)
    raw, smooth = reliability(flow, back)
    assert {-1, 0, 1} == set(np.unique(raw))
    out["sure_flow"], out["sure_back"], out["sure_y"] = flow[None], back[None], smooth


def colour_wheel():
    """55 colours in six arcs, as bytes."""
    arcs = [(15, (255, None, 0)), (6, (None, 255, 0)), (4, (0, 255, None)),
            (11, (0, None, 255)), (13, (None, 0, 255)), (6, (255, 0, None))]
    wheel = []
    for number, (steps, form) in enumerate(arcs):
        for k in range(steps):
            moved = 255 * k // steps
            value = moved if number % 2 == 0 else 255 - moved
            wheel.append([value if c is None else c for c in form])
    return np.array(wheel) / 255


def colours(rng, out):
    flow = rng.uniform(-3, 3, (2, 6, 9))
    u, v = flow / 2.5
    wheel, speed = colour_wheel(), np.sqrt(u * u + v * v)
    place = (np.arctan2(-v, -u) / np.pi + 1) / 2 * (len(wheel) - 1)
    first = np.floor(place).astype(int)
    part = (place - first)[..., None]
    full = (1 - part) * wheel[first] + part * wheel[(first + 1) % len(wheel)]
    picture = np.where(speed[..., None] <= 1, 1 - speed[..., None] * (1 - full),
                       0.75 * full)
    assert (speed > 1).any() and (speed < 1).any()
    out["wheel_flow"], out["wheel_y"] = flow[None], picture.transpose(2, 0, 1)[None]


def golden():
    rng, out = np.random.RandomState(17), {}
    warps(rng, out)
    temporal(rng, out)
    consistency(out)
    colours(rng, out)
    return out
