"""Text that belongs to the scene (signs, shirts, shop fronts): what must not be reported.

Unlike overlays it lies on a surface: in perspective, shaded by the scene's light, as blurred and noisy as the photo.
"""
import cv2
import numpy as np

from . import sprites, words


def add_text(rng, fonts, image):
    """Paints text or a lettered sign onto a surface of `image` (H x W x 3 float, in place)."""
    h, w = image.shape[:2]
    width = float(np.exp(rng.uniform(np.log(30), np.log(.6 * w))))
    sprite = sprites.text_sprite(rng, fonts, words.caption(rng) if rng.random() < .5 else words.word(rng), width, rng.choice(["none", "none", "box", "box", "outline"]))
    if sprite is None:
        return
    sh, sw = sprite.shape[:2]
    src = np.float32([[0, 0], [sw, 0], [sw, sh], [0, sh]])
    scale = width / sw
    bend = rng.uniform(-.25, .25, (4, 2)) * [sw * .6, sh] * scale
    angle = np.deg2rad(rng.normal(0, 14))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    dst = ((src - [sw / 2, sh / 2]) * scale + bend) @ turn + [rng.uniform(0, w), rng.uniform(0, h)]
    x0, y0 = np.maximum(np.floor(dst.min(0)).astype(int), 0)
    x1, y1 = np.minimum(np.ceil(dst.max(0)).astype(int), [w, h])
    if x1 - x0 < 4 or y1 - y0 < 4:
        return
    m = cv2.getPerspectiveTransform(src, (dst - [x0, y0]).astype(np.float32))
    planes = cv2.warpPerspective(sprite, m, (int(x1 - x0), int(y1 - y0)), flags=cv2.INTER_LINEAR).astype(np.float32) / 255
    part = image[y0:y1, x0:x1]
    light = cv2.GaussianBlur(part, (0, 0), float(rng.uniform(2, 10))).mean(2, keepdims=True)
    light = .15 + .85 * light / max(.15, float(light.max()))
    fill_colour, under_colour = rng.uniform(0, 1, 3), rng.uniform(0, 1, 3)
    if rng.random() < .5:
        fill_colour, under_colour = (np.full(3, .9), under_colour) if rng.random() < .5 else (np.full(3, .1), np.full(3, .85))
    painted = part.copy()
    for plane, colour in ((planes[..., 1], under_colour), (planes[..., 0], fill_colour)):
        a = (plane * rng.uniform(.8, 1))[..., None]
        painted = painted * (1 - a) + a * colour.astype(np.float32) * light
    cover = planes.max(2)
    # Paint takes on the surface's texture, and lies in the photograph's own sharpness.
    painted += float(rng.uniform(.2, .6)) * (part - cv2.GaussianBlur(part, (0, 0), 3.))
    painted = cv2.GaussianBlur(painted, (0, 0), float(rng.uniform(.7, 2.)))
    painted += rng.normal(0, rng.uniform(.005, .03), painted.shape).astype(np.float32)
    near = cv2.GaussianBlur(cv2.dilate(cover, np.ones((3, 3))), (0, 0), 1.)[..., None]
    image[y0:y1, x0:x1] = np.clip(part * (1 - near) + painted * near, 0, 1)
