"""How a photograph came about, before anything was laid over it: resized, sharpened, grainy, scanned with its frame.

The one thing that tells an overlay from the scene is that the scene is softer. Where it is not (small scans, sharpened pictures,
film grain), a network that never saw such photographs misses overlays and takes skies for bands: on the Kodak set, blurring the
photographs (Gaussian, .6 px) raised recall from .53 to .64 with nothing else changed.
"""
import cv2
import numpy as np


def shrink_or_enlarge(rng, image, width_px, height_px):
    """To a size, as cameras and programs do it; half of the time without the low-pass that keeps a smaller picture smooth."""
    if width_px >= image.shape[1]:
        method = cv2.INTER_LINEAR
    else:
        method = int(rng.choice([cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4], p=[.5, .2, .15, .15]))
    return cv2.resize(image, (width_px, height_px), interpolation=method)


def _sharpen(rng, image):
    soft = cv2.GaussianBlur(image, (0, 0), float(rng.uniform(.5, 1.2)))
    amount = np.float32(rng.uniform(.3, 1.5))
    return np.add(image, amount * (image - soft), out=soft)


def _add_grain(rng, image):
    """Of film and of sensors: mostly of brightness, sometimes coarser than a pixel."""
    h, w = image.shape[:2]
    grain = rng.standard_normal((h, w, 1 if rng.random() < .6 else 3), np.float32)
    if rng.random() < .5:
        sigma = rng.uniform(.4, .8)
        grain = cv2.GaussianBlur(grain, (0, 0), float(sigma)).reshape(grain.shape)
        grain /= grain.std() + 1e-6
    image += np.float32(np.exp(rng.uniform(np.log(.003), np.log(.03)))) * grain


def _add_frame(rng, image):
    """A dark or light line along some of the borders, as scans keep it."""
    h, w = image.shape[:2]
    shade = np.float32(rng.uniform(0, .4) if rng.random() < .75 else rng.uniform(.7, 1))
    for side in rng.permutation(4)[:rng.integers(1, 5)]:
        width = int(rng.integers(1, 7))
        edge = (np.s_[:width], np.s_[h - width:], np.s_[:, :width], np.s_[:, w - width:])[side]
        image[edge] += np.float32(rng.uniform(.3, 1)) * (shade - image[edge])


def take(rng, image):
    """Changes H x W x 3 float [0,1], possibly in place, and returns it."""
    if rng.random() < .35:
        image = _sharpen(rng, image)
    if rng.random() < .35:
        _add_grain(rng, image)
    if rng.random() < .12:
        _add_frame(rng, image)
    return np.clip(image, 0, 1, out=image)
