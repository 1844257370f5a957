"""How a photograph came about, before anything was laid over it: held, lit, developed, resized, sharpened, grainy, scanned with its frame.

No two views of a photograph are alike: a network that sees some hundreds of them a thousand times each knows by heart what is theirs, and takes
what a stranger shows for overlays (at the threshold of .2 % of the clean cells, recall was .80 on photographs of the training, .53 on others).

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


def turn(rng, image, width_px, height_px):
    """The middle of H x W x 3 uint8, which is larger, a little askew or any way round; what lies beyond its border is its mirror image."""
    degrees = rng.normal(0, 8) if rng.random() < .7 else rng.uniform(-180, 180)
    stretch = np.exp(rng.normal(0, .12, 2))
    h, w = image.shape[:2]
    turned = cv2.getRotationMatrix2D((w / 2, h / 2), float(degrees), 1.) * np.float64([[stretch[0]], [stretch[1]]])
    middle = turned @ [w / 2, h / 2, 1]
    turned[:, 2] += [width_px / 2 - middle[0], height_px / 2 - middle[1]]
    method = int(rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4], p=[.2, .4, .4]))
    return cv2.warpAffine(image, turned, (width_px, height_px), flags=method, borderMode=cv2.BORDER_REFLECT_101)


_LUMA = np.float32([.299, .587, .114])


def _tint(rng):
    """3 x 3: colours exchanged, other hues, paler or stronger, or gray."""
    mixed = np.eye(3, dtype=np.float32)[rng.permutation(3) if rng.random() < .3 else slice(None)]
    hue, saturation = rng.normal(0, .4), 0. if rng.random() < .08 else np.exp(rng.normal(0, .35))
    axis = np.sqrt(1 / 3)
    across = np.float32([[0, -axis, axis], [axis, 0, -axis], [-axis, axis, 0]])
    about = np.full((3, 3), 1 / 3, np.float32)  # a rotation about gray
    turned = np.cos(hue) * np.eye(3) + np.sin(hue) * across + (1 - np.cos(hue)) * about
    return (np.tile(_LUMA, (3, 1)) * (1 - saturation) + saturation * turned @ mixed).astype(np.float32)


def develop(rng, image):
    """H x W x 3 uint8 to float [0,1], mostly in other light and other colours."""
    levels = np.linspace(0, 1, 256)[:, None]
    if rng.random() < .25:
        return np.multiply(image, np.float32(1 / 255), dtype=np.float32, order="C")
    curve = levels ** np.exp(rng.normal(0, .3) + rng.normal(0, .08, 3))
    if rng.random() < .4:
        curve = rng.uniform(0, .15) + curve * rng.uniform(.6, .85)
    if rng.random() < .06:
        curve = 1 - curve
    out = cv2.LUT(image, curve.astype(np.float32)[:, None, :])
    if rng.random() < .6:
        out = cv2.transform(out, _tint(rng))
    return np.clip(out, 0, 1, out=out)


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
