"""A prototype of what the engine may do after the networks: one opacity scale and one colour for a whole finding.

A real overlay mostly has one colour W and an opacity that differs only by the shape's coverage. The predicted matte is
right up to scale, and its errors differ from letter to letter. For a scale s, I = (1 - s a) B + s a W gives
B = P - W Q with P = I / (1 - s a), Q = s a / (1 - s a). B should be as smooth across the overlay's edges as the photograph
is elsewhere, so W = <grad P, grad Q> / <grad Q, grad Q> over the edge pixels (per channel, clamped to [0,1]), and s is the
one of a few candidates that leaves the least edge.
"""
import cv2
import numpy as np

SCALES = (.8, .9, 1., 1.1, 1.2, 1.35)


def _gradients(x):
    return cv2.Sobel(x, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(x, cv2.CV_32F, 0, 1, scale=1 / 8)


def _fit(image, alpha, edges, colour, scale):
    """(residual edge energy, W) for this scale; `colour` is the networks' guess, a prior worth a tenth of the evidence."""
    a = np.minimum(scale * alpha, .9)
    q = a / (1 - a)
    qx, qy = _gradients(q)
    wanted, energy = np.zeros(3, np.float32), 0.
    qq = float((qx[edges] ** 2 + qy[edges] ** 2).sum()) + 1e-6
    for c in range(3):
        px, py = _gradients(image[..., c] / (1 - a))
        pq = float((px[edges] * qx[edges] + py[edges] * qy[edges]).sum())
        w = np.clip((pq + .1 * qq * colour[c]) / (1.1 * qq), 0, 1)
        wanted[c] = w
        # The weight takes back the amplification of the photograph's own texture.
        weight = (1 - a[edges]) ** 2
        energy += float((weight * ((px[edges] - w * qx[edges]) ** 2 + (py[edges] - w * qy[edges]) ** 2)).sum())
    return energy, wanted


def refine(image, mask, alpha, alpha_color):
    """New (alpha, alpha_color) for one finding: `mask` H x W bool, `alpha` H x W, the others H x W x 3."""
    inside = mask & (alpha > .05)
    if inside.sum() < 40 or np.median(alpha[inside]) > .8:
        return alpha, alpha_color
    ys, xs = np.where(mask)
    box = np.s_[max(0, ys.min() - 4):ys.max() + 5, max(0, xs.min() - 4):xs.max() + 5]
    a, picture, ac, m = np.where(mask, alpha, 0)[box], image[box], alpha_color[box], mask[box]
    colours = ac[m] / np.maximum(a[m], .05)[:, None]
    strong = a[m] > .5 * np.quantile(a[m], .9)
    colour = np.median(colours[strong], 0)
    if np.abs(colours[strong] - colour).mean() > .15:  # more than one colour: leave it alone
        return alpha, alpha_color
    gx, gy = _gradients(a)
    slope = np.hypot(gx, gy)
    edges = slope > .25 * slope.max()
    energies = [(*_fit(picture, a, edges, colour, s), s) for s in SCALES]
    _, w, s = min(energies, key=lambda e: e[0])
    new_alpha, new_color = alpha.copy(), alpha_color.copy()
    na = np.minimum(s * alpha[box], .97)
    new_alpha[box] = np.where(m, na, alpha[box])
    new_color[box] = np.where(m[..., None], na[..., None] * w, alpha_color[box])
    return new_alpha, new_color
