"""Sprites: what an overlay looks like before it is coloured and placed.

A sprite is H x W x 3 uint8: coverage of the fill, coverage of what lies under it (outline, shadow, glow or box),
and the region that locate should report for it (a filled blob, not strokes).
"""
import cv2
import numpy as np
from PIL import Image, ImageDraw

from . import fonts

MIN_TEXT_PX, MAX_TEXT_PX = 7, 150


def text_matte(text, font_path, size_px, pad_px):
    """Coverage of one line of text, with `pad_px` of room on every side; None where the font draws nothing."""
    font = fonts.load(font_path, size_px)
    left, top, right, bottom = font.getbbox(text)
    w, h = right - left, bottom - top
    if w < 3 or h < 3 or w > 4000:
        return None
    image = Image.new("L", (w + 2 * pad_px, h + 2 * pad_px))
    ImageDraw.Draw(image).text((pad_px - left, pad_px - top), text, fill=255, font=font)
    return np.array(image)


def size_for_width(text, font_path, width_px):
    """The font size at which the text is about `width_px` wide, within what we render."""
    length = max(1., fonts.load(font_path, 64).getlength(text))
    return int(np.clip(64 * width_px / length, MIN_TEXT_PX, MAX_TEXT_PX))


def grow(matte, radius_px):
    r = max(1, int(np.ceil(radius_px)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * r + 1, 2 * r + 1))
    grown = cv2.dilate(matte, kernel)
    return cv2.GaussianBlur(grown, (0, 0), .5)


def _shadow(matte, dx, dy, blur_px):
    shifted = cv2.warpAffine(matte, np.float32([[1, 0, dx], [0, 1, dy]]), matte.shape[::-1])
    return cv2.GaussianBlur(shifted, (0, 0), blur_px) if blur_px > .3 else shifted


def box_region(matte, margin_px):
    """The bounding box of what is drawn, filled: a word is one blob."""
    region = np.zeros_like(matte)
    ys, xs = np.where(matte.max(1) > 8)[0], np.where(matte.max(0) > 8)[0]
    if len(ys):
        m = margin_px
        region[max(0, ys[0] - m):ys[-1] + 1 + m, max(0, xs[0] - m):xs[-1] + 1 + m] = 255
    return region


def _stack_lines(rng, mattes):
    width = max(m.shape[1] for m in mattes)
    align = rng.choice([0., .5, .5, 1.])
    rows = []
    for m in mattes:
        left = int((width - m.shape[1]) * align)
        rows.append(np.pad(m, ((0, 0), (left, width - m.shape[1] - left))))
    return np.concatenate(rows, 0)


def text_sprite(rng, bank, text, width_px, under, font_path=None):
    """Text about `width_px` wide. `under`: 'none', 'outline', 'shadow', 'glow' or 'box'."""
    font_path = font_path or bank.text_font(rng)
    lines = [text]
    words = text.split(" ")
    if len(words) > 2 and rng.random() < .3:
        k = len(words) // 2
        lines = [" ".join(words[:k]), " ".join(words[k:])]
    size = min(size_for_width(line, font_path, width_px) for line in lines)
    pad = 2 + int(size * (.35 if under == "box" else .22))
    if len(lines) > 1:
        pad_line = max(1, int(size * .1))
        mattes = [text_matte(t, font_path, size, pad_line) for t in lines]
        if any(m is None for m in mattes):
            return None
        fill = np.pad(_stack_lines(rng, mattes), pad)
    else:
        fill = text_matte(text, font_path, size, pad)
        if fill is None:
            return None
    if rng.random() < .04:  # hollow letters
        thick = max(1, int(size * .04))
        fill = cv2.subtract(grow(fill, thick), fill)
    return np.dstack([fill, make_under(rng, fill, under, size), box_region(fill, max(2, size // 8))])


def make_under(rng, fill, under, size_px):
    if under == "outline":
        return grow(fill, max(1, size_px * rng.uniform(.02, .09)))
    if under == "shadow":
        d = max(1., size_px * rng.uniform(.02, .1))
        return _shadow(fill, d * rng.choice([-1, 1, 1, 1]), d * rng.choice([-1, 1, 1, 1]), rng.choice([0., rng.uniform(.3, 1 + size_px * .05)]))
    if under == "glow":
        return cv2.GaussianBlur(grow(fill, max(1, size_px * .03)), (0, 0), max(.6, size_px * rng.uniform(.03, .09)))
    if under == "box":
        return np.full_like(fill, 255)
    return np.zeros_like(fill)


def _scaled(matte, side_px):
    shrink = side_px < matte.shape[0]
    out = cv2.resize(matte, (side_px, side_px), interpolation=cv2.INTER_AREA if shrink else cv2.INTER_CUBIC)
    if not shrink:  # an enlarged matte gets its one-pixel edge back
        k = side_px / matte.shape[0]
        out = np.clip((out.astype(np.float32) - 127.5) * k + 127.5, 0, 255).astype(np.uint8)
    return out


def _emblem(rng, side_px):
    """A generated shape: ring, polygon, star, shield or bars, drawn at twice the size for smooth edges."""
    s = 2 * side_px
    m = np.zeros((s, s), np.uint8)
    c, r = s / 2, s * .48
    kind = rng.integers(5)
    if kind == 0:
        cv2.circle(m, (int(c), int(c)), int(r), 255, max(2, int(s * rng.uniform(.03, .12))) if rng.random() < .7 else -1, cv2.LINE_AA)
    elif kind in (1, 2):
        n = int(rng.integers(3, 9))
        a = np.arange(2 * n if kind == 2 else n) * (np.pi / n if kind == 2 else 2 * np.pi / n) + rng.uniform(0, 6.28)
        rad = np.where(np.arange(len(a)) % 2 == 0, r, r * rng.uniform(.4, .8)) if kind == 2 else np.full(len(a), r)
        pts = np.stack([c + rad * np.cos(a), c + rad * np.sin(a)], 1).astype(np.int32)
        if rng.random() < .5:
            cv2.fillPoly(m, [pts], 255, cv2.LINE_AA)
        else:
            cv2.polylines(m, [pts], True, 255, max(2, int(s * rng.uniform(.03, .1))), cv2.LINE_AA)
    elif kind == 3:
        pts = np.array([[.1, .08], [.9, .08], [.9, .55], [.5, .97], [.1, .55]]) * s
        cv2.fillPoly(m, [pts.astype(np.int32)], 255, cv2.LINE_AA)
    else:
        n = int(rng.integers(2, 6))
        for i in range(n):
            y = int(s * (i + .2) / n)
            cv2.rectangle(m, (int(s * rng.uniform(0, .3)), y), (int(s * rng.uniform(.6, 1)), y + int(s * .6 / n)), 255, -1)
    return cv2.resize(m, (side_px, side_px), interpolation=cv2.INTER_AREA)


def _symbol(rng, icons, side_px):
    """An icon, an emblem, or an icon cut out of or set into an emblem."""
    r = rng.random()
    if r < .55:
        return _scaled(icons.icon(rng), side_px)
    emblem = _emblem(rng, side_px)
    if r < .7:
        return emblem
    inner = _scaled(icons.icon(rng), max(6, int(side_px * rng.uniform(.45, .65))))
    o = (side_px - inner.shape[0]) // 2
    full = np.zeros_like(emblem)
    full[o:o + inner.shape[0], o:o + inner.shape[1]] = inner
    return cv2.absdiff(emblem, full)


def logo_sprite(rng, bank, icons, text, width_px, under):
    """A symbol alone, or with text beside or below it, about `width_px` wide."""
    layout = rng.random()
    width_px = int(max(10, width_px))
    if layout < .55 or width_px < 40:
        fill = _symbol(rng, icons, min(width_px, 420))
    elif layout < .85:  # beside
        side = int(np.clip(width_px * rng.uniform(.18, .4), 10, 300))
        font = bank.text_font(rng)
        matte = text_matte(text, font, int(min(size_for_width(text, font, width_px - side), side)), 1)
        if matte is None:
            return None
        gap = max(1, side // 6)
        h = max(side, matte.shape[0])
        fill = np.zeros((h, side + gap + matte.shape[1]), np.uint8)
        fill[(h - side) // 2:(h - side) // 2 + side, :side] = _symbol(rng, icons, side)
        fill[(h - matte.shape[0]) // 2:(h - matte.shape[0]) // 2 + matte.shape[0], side + gap:] = matte
    else:  # below
        side = int(np.clip(width_px * rng.uniform(.4, .8), 10, 300))
        font = bank.text_font(rng)
        matte = text_matte(text, font, size_for_width(text, font, width_px), 1)
        if matte is None:
            return None
        w = max(side, matte.shape[1])
        fill = np.zeros((side + matte.shape[0] + side // 10, w), np.uint8)
        fill[:side, (w - side) // 2:(w - side) // 2 + side] = _symbol(rng, icons, side)
        fill[-matte.shape[0]:, (w - matte.shape[1]) // 2:(w - matte.shape[1]) // 2 + matte.shape[1]] = matte
    size = max(8, min(60, fill.shape[0] // 2))
    fill = np.pad(fill, 2 + size // 5)
    return np.dstack([fill, make_under(rng, fill, under, size), box_region(fill, 2 + size // 10)])
