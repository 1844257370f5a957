"""Overlays: a kind, a sprite, a place on the canvas, colours and opacities; and the blend itself.

The blend is I = (1 - a) B + aW per pixel, with a the total opacity and aW the premultiplied overlay colour. A *canvas*
is the whole (virtual) image; a *view* is the part of it that is really drawn.
"""
import dataclasses

import cv2
import numpy as np

from . import sprites, words

KINDS = ("translucent_text", "tiled_text", "translucent_logo", "solid_logo", "caption", "band", "stamp")
# What locate reports: 0 watermark, 1 logo, 2 text, 3 timestamp.
CLASSES = ("watermark", "logo", "text", "timestamp")
CLASS_OF_KIND = {"translucent_text": 0, "tiled_text": 0, "translucent_logo": 1, "solid_logo": 1, "caption": 2, "band": 2, "stamp": 3}
VISIBLE = .03  # the true mask is where the total opacity exceeds this

_STAMP_COLOURS = np.array([[1, .55, .1], [1, .75, .1], [1, .2, .1], [1, 1, 1], [1, .65, .3], [1, .9, .2]])


@dataclasses.dataclass
class View:
    """A window of the canvas: left, top, width and height in canvas pixels."""
    x: int
    y: int
    w: int
    h: int


@dataclasses.dataclass
class Overlay:
    kind: str
    sprite: np.ndarray          # see sprites.py
    matrix: np.ndarray          # 2 x 3, sprite -> canvas
    colour: np.ndarray          # of the fill, RGB [0,1]
    opacity: float
    under_colour: np.ndarray
    under_opacity: float
    colour_end: np.ndarray = None   # a gradient's other end
    colour_step: float = 0.         # where above 0, no gradient: the second colour starts at this fraction
    tiled: bool = False

    def corners(self):
        h, w = self.sprite.shape[:2]
        pts = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float64)
        return pts @ self.matrix[:, :2].T + self.matrix[:, 2]


class Layers:
    """What has been laid over a view so far."""

    def __init__(self, view):
        self.opacity = np.zeros((view.h, view.w), np.float32)
        self.premultiplied = np.zeros((view.h, view.w, 3), np.float32)
        self.region = np.zeros((view.h, view.w), np.uint8)
        self.kind = np.full((view.h, view.w), 255, np.uint8)

    def blend_over(self, background):
        blended = background * (1 - self.opacity)[..., None]
        blended += self.premultiplied
        return blended


def _flat_colour(rng):
    r = rng.random()
    if r < .5:
        return np.ones(3) * (1. if rng.random() < .7 else rng.uniform(.8, 1))
    if r < .66:
        return np.ones(3) * (0. if rng.random() < .6 else rng.uniform(0, .25))
    if r < .76:
        return np.ones(3) * rng.uniform(.3, .8)
    return rng.uniform(0, 1, 3)


def _affine(rng, sprite, scale, angle_deg, cx, cy):
    h, w = sprite.shape[:2]
    m = cv2.getRotationMatrix2D((w / 2, h / 2), float(angle_deg), float(scale)).astype(np.float64)
    m[:, 2] += [cx - w / 2, cy - h / 2]
    if angle_deg == 0 and scale == 1 and rng.random() < .6:  # most overlays sit on whole pixels
        m[:, 2] = np.round(m[:, 2])
    return m


def _log_uniform(rng, low, high):
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _place(rng, kind, w, h, canvas_w, canvas_h):
    """The overlay's centre on the canvas."""
    margin = .02 * canvas_w
    if kind == "stamp" or (kind in ("solid_logo", "translucent_logo") and rng.random() < .5) or (kind == "translucent_text" and rng.random() < .3):
        margin = rng.uniform(.01, .06) * canvas_w
        x = canvas_w - margin - w / 2 if rng.random() < .65 else margin + w / 2
        y = canvas_h - margin - h / 2 if rng.random() < .7 else margin + h / 2
        return x, y
    if kind in ("caption", "band") and rng.random() < .6:
        y = canvas_h - margin - h / 2 if rng.random() < .7 else margin + h / 2
        return canvas_w / 2 + rng.normal(0, .05) * canvas_w, y
    if rng.random() < .2:
        return canvas_w / 2, canvas_h / 2
    return rng.uniform(.0, 1.) * canvas_w, rng.uniform(.0, 1.) * canvas_h


def _tile_cell(rng, sprite, spread):
    """One period of a brick (or plain) layout: two rows, the second shifted."""
    h, w = sprite.shape[:2]
    px, py = int(w * spread[0]) + 2, int(h * spread[1]) + 2
    shift = rng.choice([0, px // 2, px // 2, int(rng.integers(px))])
    cell = np.zeros((2 * py, px, 3), np.uint8)
    cell[:h, :w] = sprite
    row = np.zeros((h, px, 3), np.uint8)
    row[:, :w] = sprite
    cell[py:py + h] = np.roll(row, shift, 1)
    return cell


def make(rng, fonts, icons, kind, canvas_w, canvas_h, ease=0.):
    """A random overlay of this kind for a canvas, or None where the text could not be drawn.

    `ease` is 1 at the start of a training and falls to 0: faint and tiny overlays teach nothing before plain ones are known.
    """
    def width_between(low, high):
        return canvas_w * _log_uniform(rng, min(low * (1 + 2 * ease), .5 * high), high)

    under, under_opacity, under_colour = "none", 0., np.zeros(3)
    colour, colour_end = _flat_colour(rng), None
    dark = rng.uniform(0, .2) * np.ones(3) if rng.random() < .8 else _flat_colour(rng)
    opposite = dark if colour.mean() > .4 else 1 - dark
    angle, tiled = 0., False
    opacity = rng.uniform(.15, .8)
    opacity += ease * .7 * (.8 - opacity)
    if kind in ("translucent_text", "tiled_text", "translucent_logo"):
        if rng.random() < .25:
            under, under_opacity, under_colour = rng.choice(["outline", "shadow"]), opacity * rng.uniform(.4, 1), opposite
    elif rng.random() < .85:
        opacity = 1. if rng.random() < .6 else rng.uniform(.75, 1)
    else:
        opacity = rng.uniform(.4, .8)

    if kind == "translucent_text":
        width = width_between(.05, .8)
        sprite = sprites.text_sprite(rng, fonts, words.mark(rng), width, under)
        angle = rng.choice([0., 0., 0., rng.uniform(-45, 45), -30., 30., -45., 90.])
    elif kind == "tiled_text":
        width = width_between(.06, .35)
        if rng.random() < .85:
            sprite = sprites.text_sprite(rng, fonts, words.mark(rng), width, under)
        else:
            sprite = sprites.logo_sprite(rng, fonts, icons, words.mark(rng), width * .6, under)
        if sprite is not None and max(sprite.shape[:2]) > 700:
            return None
        angle = rng.choice([0., -30., 30., -45., 45., rng.uniform(-90, 90)])
        tiled = True
        if sprite is not None:
            sprite = _tile_cell(rng, sprite, (rng.uniform(1.05, 2.), _log_uniform(rng, 1.1, 4.)))
    elif kind in ("translucent_logo", "solid_logo"):
        width = width_between(.025, .6)
        if kind == "solid_logo" and rng.random() < .3:
            under, under_opacity, under_colour = rng.choice(["outline", "shadow", "box"]), rng.uniform(.3, 1), opposite
        sprite = sprites.logo_sprite(rng, fonts, icons, words.mark(rng), width, under)
        angle = 0. if rng.random() < .85 else rng.uniform(-45, 45)
    elif kind == "caption":
        under = rng.choice(["outline", "outline", "shadow", "none", "glow"])
        under_opacity, under_colour = rng.choice([1., rng.uniform(.3, 1)]), opposite
        sprite = sprites.text_sprite(rng, fonts, words.caption(rng), width_between(.08, .8), under)
        angle = 0. if rng.random() < .93 else rng.uniform(-20, 20)
    elif kind == "band":
        under, under_colour = "box", opposite if rng.random() < .8 else _flat_colour(rng)
        under_opacity = rng.choice([1., rng.uniform(.3, .9), rng.uniform(.3, .9)])
        sprite = sprites.text_sprite(rng, fonts, words.caption(rng), width_between(.08, .6), under)
    else:
        colour = _STAMP_COLOURS[rng.integers(len(_STAMP_COLOURS))] * rng.uniform(.85, 1)
        opacity = rng.uniform(.75, 1)
        under = rng.choice(["glow", "none", "outline", "none"])
        under_colour, under_opacity = (colour * .9, rng.uniform(.2, .6)) if under == "glow" else (np.zeros(3), rng.uniform(.5, 1))
        font = fonts.segment_font(rng) if rng.random() < .5 else fonts.text_font(rng)
        sprite = sprites.text_sprite(rng, fonts, words.stamp(rng), width_between(.06, .35), under, font)
    if sprite is None or not sprite[..., 0].any():
        return None
    colour_step = 0.
    if kind != "stamp" and rng.random() < .04:
        colour_end = _flat_colour(rng)
    elif "logo" in kind and rng.random() < .35:  # logos of two colours
        colour_end, colour_step = _flat_colour(rng), rng.uniform(.2, .8)
    # A sprite stays as large as it was drawn, but for huge text, where drawing stops at MAX_TEXT_PX.
    scale = 1.
    if kind in ("translucent_text", "caption") and sprite.shape[0] > 150 and sprite.shape[1] < .6 * canvas_w:
        scale = rng.uniform(1, .9 * canvas_w / sprite.shape[1])
    elif rng.random() < .2:
        scale = rng.uniform(.8, 1.2)
    cx, cy = _place(rng, kind, sprite.shape[1] * scale, sprite.shape[0] * scale, canvas_w, canvas_h)
    if kind == "band" and rng.random() < .5:  # a box becomes a band across the whole canvas
        more = int(canvas_w * 1.1)
        sprite = np.pad(sprite, ((0, 0), (more, more), (0, 0)))
        sprite[..., 1] = 255
    if kind == "band":
        sprite[..., 2] = 255
    matrix = _affine(rng, sprite, scale, angle, cx, cy)
    return Overlay(kind, sprite, matrix, colour, opacity, np.asarray(under_colour, float), float(under_opacity), colour_end, colour_step, tiled)


def _warp(overlay, view):
    """The sprite seen through the view: (left, top, planes as float [0,1]) of the part it covers, or None."""
    m = overlay.matrix.copy()
    m[:, 2] -= [view.x, view.y]
    if overlay.tiled:
        planes = cv2.warpAffine(overlay.sprite, m, (view.w, view.h), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
        return 0, 0, planes
    c = overlay.corners() - [view.x, view.y]
    x0, y0 = np.maximum(np.floor(c.min(0)).astype(int) - 1, 0)
    x1, y1 = np.minimum(np.ceil(c.max(0)).astype(int) + 1, [view.w, view.h])
    if x1 <= x0 or y1 <= y0:
        return None
    m[:, 2] -= [x0, y0]
    return x0, y0, cv2.warpAffine(overlay.sprite, m, (int(x1 - x0), int(y1 - y0)), flags=cv2.INTER_LINEAR)


def lay(overlay, view, layers):
    """Lays the overlay over `layers`; returns whether any of it is in the view."""
    warped = _warp(overlay, view)
    if warped is None or not warped[2][..., 2].any():
        return False
    x0, y0, planes = warped
    h, w = planes.shape[:2]
    part = np.s_[y0:y0 + h, x0:x0 + w]
    planes_f = planes.astype(np.float32) / 255
    fill = planes_f[..., 0]
    colour = overlay.colour.astype(np.float32)
    if overlay.colour_end is not None:
        t = np.linspace(0, 1, h, dtype=np.float32)[:, None, None] if h < w * 2 else np.linspace(0, 1, w, dtype=np.float32)[None, :, None]
        if overlay.colour_step > 0:
            t = (t > overlay.colour_step).astype(np.float32)
        colour = colour * (1 - t) + overlay.colour_end.astype(np.float32) * t
    a_fill = fill * overlay.opacity
    opacity, premultiplied = layers.opacity[part], layers.premultiplied[part]
    if overlay.under_opacity > 0 and planes[..., 1].any():
        # The fill stands instead of what is under it, as where a group is drawn and then made translucent.
        a_under = planes_f[..., 1] * (1 - fill) * np.float32(overlay.under_opacity)
        _over(opacity, premultiplied, a_under, overlay.under_colour.astype(np.float32))
    _over(opacity, premultiplied, a_fill.astype(np.float32), colour)
    inside = planes[..., 2] > 127
    layers.region[part][inside] = 255
    layers.kind[part][inside] = CLASS_OF_KIND[overlay.kind]
    return True


def _over(opacity, premultiplied, a, colour):
    """Porter and Duff's `over`, in place: a layer of opacity `a` and this colour on top of what is there."""
    premultiplied *= (1 - a)[..., None]
    premultiplied += a[..., None] * colour
    opacity += a * (1 - opacity)
