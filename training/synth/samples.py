"""Training samples for both networks, deterministic for a given random generator."""
import dataclasses

import cv2
import numpy as np

from . import camera, degrade, overlay, scene

cv2.setNumThreads(1)  # the trainer already uses every core


HIDDEN = 127


@dataclasses.dataclass
class Sample:
    image: np.ndarray          # H x W x 3 float [0,1], after compression
    clean: np.ndarray          # H x W x 3, what lies below
    opacity: np.ndarray        # H x W, total
    premultiplied: np.ndarray  # H x W x 3
    region: np.ndarray         # H x W, 0, 255, or HIDDEN where an overlay lies that nobody can see
    kind: np.ndarray           # H x W, overlay.CLASSES index, 255 outside
    decoy: np.ndarray          # H x W, 255 where the scene itself has deceived locate

    def mask(self):
        return self.opacity > overlay.VISIBLE


class Banks:
    def __init__(self, photos, fonts, icons):
        self.photos, self.fonts, self.icons = photos, fonts, icons


# Harder ones come more often; tiles are found by their repetition as well.
_KIND_ODDS = dict(translucent_text=.27, tiled_text=.09, translucent_logo=.2, solid_logo=.17, caption=.12, band=.06, stamp=.09)


def random_kind(rng):
    return rng.choice(list(_KIND_ODDS), p=list(_KIND_ODDS.values()))


def _background(rng, banks, h, w, scene_text_odds, decoy_odds):
    """A photograph's part, and where in it a decoy lies."""
    decoy = banks.photos.decoy(rng, h, w) if rng.random() < decoy_odds else None
    image, decoy = decoy if decoy else (banks.photos.view(rng, h, w), np.zeros((h, w), np.uint8))
    r = rng.random()
    if r < .15:
        image *= (rng.uniform(.75, 1.25) * rng.uniform(.9, 1.1, 3)).astype(np.float32)
        image += np.float32(rng.uniform(-.05, .05))
        np.clip(image, 0, 1, out=image)
    elif r < .2:
        image = np.repeat(image.mean(2, keepdims=True), 3, 2)
    if rng.random() < scene_text_odds:
        for _ in range(rng.integers(1, 4)):
            scene.add_text(rng, banks.fonts, image)
    return camera.take(rng, image), decoy


def _canvas(rng):
    w = int(np.exp(rng.uniform(np.log(480), np.log(1400)))) if rng.random() < .6 else 768
    return w, int(w * rng.choice([2 / 3, 3 / 4, 1., 9 / 16, 1.4]))


def _view_onto(rng, ov, canvas_w, canvas_h, w, h):
    """A view that shows a random point of the overlay, clamped to the canvas (which is at least as large)."""
    if ov is None or ov.tiled:
        cx, cy = rng.uniform(0, canvas_w), rng.uniform(0, canvas_h)
    else:
        c = ov.corners()
        t = rng.random(2)
        p = c[0] + t[0] * (c[1] - c[0]) + t[1] * (c[3] - c[0])
        cx, cy = np.clip(p, 0, [canvas_w, canvas_h]) + rng.uniform(-.35, .35, 2) * [w, h]
    x = int(np.clip(cx - w / 2, 0, max(0, canvas_w - w)))
    y = int(np.clip(cy - h / 2, 0, max(0, canvas_h - h)))
    return overlay.View(x, y, w, h)


def _bring_into(rng, ov, view):
    """Moves an overlay so that the view shows some of it: what is not seen teaches nothing."""
    if ov.tiled:
        return
    c = ov.corners()
    target = rng.random(2) * [view.w, view.h] + [view.x, view.y]
    ov.matrix[:, 2] += target - (c[0] + rng.uniform(.2, .8) * (c[1] - c[0]) + rng.uniform(.2, .8) * (c[3] - c[0]))


def _hide_invisible(layers, background):
    """Marks the regions whose overlay does not show (black on black, or so faint that the photograph drowns it): they teach nothing."""
    r, g, b = cv2.split(cv2.absdiff(layers.premultiplied, layers.opacity[..., None] * background))  # numpy's max over three is slow
    contrast = cv2.max(cv2.max(r, g), b)
    strokes = layers.opacity > overlay.VISIBLE
    grey = cv2.transform(background, np.full((1, 3), 1 / 3, np.float32))
    texture = cv2.blur(np.abs(grey - cv2.blur(grey, (5, 5))), (15, 15))
    count, labels = cv2.connectedComponents(layers.region)
    shown = np.bincount(labels[strokes], contrast[strokes], count)
    noise = np.bincount(labels[strokes], .024 + 1.2 * texture[strokes], count)  # six levels of 255, more where it is busy
    hidden = shown < noise
    hidden[0] = False
    layers.region[hidden[labels]] = HIDDEN


def _finish(rng, view, layers, background, decoy, size):
    """Blends, rescales now and then, compresses."""
    w, h = size
    planes = [layers.blend_over(background), background, layers.opacity, layers.premultiplied]
    region, kind = layers.region, layers.kind
    if (view.w, view.h) != size:
        method = cv2.INTER_AREA if view.w > w else rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC])
        planes = [cv2.resize(p, size, interpolation=int(method)) for p in planes]
        for p in planes:
            np.clip(p, 0, 1, out=p)
        region, kind, decoy = (cv2.resize(p, size, interpolation=cv2.INTER_NEAREST) for p in (region, kind, decoy))
    return Sample(degrade.compress(rng, planes[0]), *planes[1:], region, kind, decoy)


def _rescaled(rng, size, odds, low, high):
    """The size at which the view is drawn, so that it ends at `size` after the rescaling."""
    w, h = size
    if rng.random() >= odds:
        return w, h
    f = np.exp(rng.uniform(np.log(low), np.log(high)))
    return max(32, round(w / f)), max(32, round(h / f))


def _fit(canvas, w, h):
    return max(canvas[0], w), max(canvas[1], h)


def restore_sample(rng, banks, side_px, kind=None, ease=0.):
    """A crop near native resolution that mostly shows overlays."""
    # JPEG's grid must not tell the network where its own 4 x 4 cells lie.
    shift_x, shift_y = rng.integers(0, 8, 2)
    full = side_px + 8
    w, h = _rescaled(rng, (full, full), .12, .6, 1.6)
    canvas = _fit(_canvas(rng), w, h)
    count = rng.choice([0, 1, 2, 3], p=[.15, .48, .26, .11])
    ovs = [overlay.make(rng, banks.fonts, banks.icons, kind or random_kind(rng), *canvas, ease) for _ in range(count)]
    ovs = [o for o in ovs if o is not None]
    view = _view_onto(rng, ovs[0] if ovs else None, *canvas, w, h)
    layers = overlay.Layers(view)
    for i, o in enumerate(ovs):
        if i and rng.random() < .8:
            _bring_into(rng, o, view)
        overlay.lay(o, view, layers)
    background, decoy = _background(rng, banks, h, w, .05 * (1 - ease), .15 if ovs else .6)
    s = _finish(rng, view, layers, background, decoy, (full, full))
    cut = np.s_[shift_y:shift_y + side_px, shift_x:shift_x + side_px]
    return Sample(*(getattr(s, f.name)[cut] for f in dataclasses.fields(Sample)))


def _random_box(rng, w, h):
    """A slanted rectangle somewhere, as a contour."""
    size = np.exp(rng.uniform(np.log(12), np.log([max(16, w), max(16, h * .6)])))
    angle = 0. if rng.random() < .6 else rng.uniform(-90, 90)
    return np.int32(cv2.boxPoints(((rng.uniform(0, w), rng.uniform(0, h)), tuple(map(float, size)), float(angle))))


def region_hint(rng, region, decoy):
    """What locate might have said where the truth is `region` (H x W, 0 or 255): grown, cut, with false finds, or simply everywhere."""
    h, w = region.shape
    r = rng.random()
    if r < .12:
        return np.full_like(region, 255)
    found = region.any()
    hint = region.copy()
    if found:
        side = int(rng.integers(1, 22))
        hint = cv2.dilate(hint, np.ones((side, side), np.uint8))
    hint |= decoy
    if rng.random() < (.25 if found or decoy.any() else .8):
        cv2.fillPoly(hint, [_random_box(rng, w, h)], 255)
    if found and rng.random() < .2:
        cv2.fillPoly(hint, [_random_box(rng, w, h)], 0)
    return hint


def locate_sample(rng, banks, width_px, height_px, ease=0.):
    """A whole image, or a full-resolution tile of a larger one."""
    w, h = _rescaled(rng, (width_px, height_px), .1, .7, 1.4)
    # A small view is more often a part of a larger image than a whole one: there, thin text would be illegible.
    whole = rng.random() < (.1 if width_px * height_px < 120000 else .75)
    canvas = (w, h) if whole else _fit(_canvas(rng), w, h)
    clean = rng.random() < .33 - .23 * ease
    count = 0 if clean else rng.choice([1, 2, 3], p=[.45, .33, .22])
    ovs = [overlay.make(rng, banks.fonts, banks.icons, random_kind(rng), *canvas, ease) for _ in range(count)]
    ovs = [o for o in ovs if o is not None]
    view = overlay.View(0, 0, w, h) if whole else _view_onto(rng, ovs[0] if ovs and rng.random() < .8 else None, *canvas, w, h)
    layers = overlay.Layers(view)
    for i, o in enumerate(ovs):
        if i and not whole and rng.random() < .8:
            _bring_into(rng, o, view)
        overlay.lay(o, view, layers)
    background, decoy = _background(rng, banks, h, w, (1 - ease) * (.3 if clean else .08), .4 if clean else .1)
    _hide_invisible(layers, background)
    return _finish(rng, view, layers, background, decoy, (width_px, height_px))


def whole_image(rng, banks, photo, kind, compressed):
    """An evaluation image: one overlay of this kind on `photo` (H x W x 3 uint8), at the photo's own resolution."""
    h, w = photo.shape[:2]
    view = overlay.View(0, 0, w, h)
    background = photo.astype(np.float32) / 255
    while True:
        layers = overlay.Layers(view)
        ov = overlay.make(rng, banks.fonts, banks.icons, kind, w, h)
        if ov is not None and overlay.lay(ov, view, layers) and (layers.opacity > overlay.VISIBLE).sum() > 60:
            break
    u8 = degrade.to_bytes(layers.blend_over(background))
    if compressed:
        u8 = degrade.jpeg(u8, rng.integers(75, 96), 2)
    return Sample(u8.astype(np.float32) / 255, background, layers.opacity, layers.premultiplied, layers.region, layers.kind, np.zeros_like(layers.region))
