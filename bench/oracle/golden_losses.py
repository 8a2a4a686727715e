"""Golden values of Gram matrices and of every form of every loss, with gradients."""
import numpy as np
import torch

import losses

PICTURE = (10, 13)  # rows and columns of the generated image, for the form image-size


def keep(out, name, loss, *leaves):
    """Stores a loss and its gradients, the first as _df and the second as _dp."""
    gradients = torch.autograd.grad(loss, leaves)
    out[name] = loss.detach()
    for suffix, gradient in zip(("df", "dp"), gradients):
        out[f"{name}_{suffix}"] = gradient


def nearly_flat(rng):
    """Features whose deviations are a part in ten thousand of their means, and a painting's after a ReLU, with more channels than positions. All are exact in float."""
    level = 100 * rng.uniform(size=(1, 12, 1, 1))
    flat = level + 0.01 * rng.standard_normal((1, 12, 5, 6))
    steep = np.maximum(20 * rng.standard_normal((1, 12, 2, 4)), 0)
    flat, steep = (torch.tensor(x.astype(np.float32).astype(np.float64))
                   for x in (flat, steep))
    return flat.requires_grad_(), steep


def golden():
    rng, out = np.random.RandomState(2), {}
    f, p, x = (torch.tensor(rng.standard_normal(s), requires_grad=True)
               for s in ((1, 4, 5, 6), (1, 4, 5, 6), (1, 3, 6, 5)))
    painting = torch.tensor(rng.standard_normal((1, 4, 3, 7)))
    batch = torch.tensor(rng.standard_normal((2, 3, 2, 5)), requires_grad=True)
    out.update(f=f.detach(), p=p.detach(), x=x.detach(), painting=painting)
    g = losses.gram(batch) / 7
    dg = torch.tensor(rng.standard_normal(g.shape))
    out.update(gram_f=batch.detach(), gram_g=g.detach(), gram_dg=dg,
               gram_df=torch.autograd.grad(g, batch, dg)[0])
    for form in losses.CONTENT_FORMS:
        keep(out, f"content_{form}", losses.content(f, p, form), f, p)
    for form in losses.STYLE_FORMS:
        keep(out, f"style_{form}", losses.style(f, painting, form, PICTURE), f)
    flat, steep = nearly_flat(rng)
    out.update(flat_f=flat.detach(), flat_painting=steep)
    for form in ("w2", "w2-ck"):
        keep(out, f"flat_{form}", losses.style(flat, steep, form, PICTURE), flat)
    for form in losses.TV_FORMS:
        keep(out, f"tv_{form}", losses.tv(x, form), x)
    return out
