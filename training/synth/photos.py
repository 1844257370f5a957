"""The photo bank: every photograph decoded once into one flat memory-mapped file, which processes share.

Files in the cache: photos.u8 (pixels, RGB, concatenated) and photos.json ([name, offset, height, width] each); and, once
mine.py has run, decoys.json ([name, x, y, width, height] each, px): places of training photographs where locate saw what is not there.
"""
import glob
import json
import os

import cv2
import numpy as np

from . import camera
from .split import is_holdout

MAX_SIDE_PX = 1536
_EXCLUDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "exclude.txt")


def excluded():
    with open(_EXCLUDED) as f:
        return {line.strip() for line in f if not line.startswith("#")}


def read_rgb(path):
    return np.ascontiguousarray(cv2.imread(path, cv2.IMREAD_COLOR)[:, :, ::-1])


def prepare(photo_dir, cache_dir):
    """Decodes the JPEG and PNG files of `photo_dir` into the cache; does nothing where that has been done."""
    index_path = os.path.join(cache_dir, "photos.json")
    if os.path.exists(index_path):
        return
    files = sorted(f for f in glob.glob(os.path.join(photo_dir, "*")) if f.lower().endswith((".jpg", ".jpeg", ".png")))
    index, offset = [], 0
    with open(os.path.join(cache_dir, "photos.u8"), "wb") as out:
        for f in files:
            image = read_rgb(f)
            scale = MAX_SIDE_PX / max(image.shape[:2])
            if scale < 1:
                image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            if min(image.shape[:2]) < 256:
                continue
            out.write(image.tobytes())
            index.append([os.path.basename(f), offset, image.shape[0], image.shape[1]])
            offset += image.size
    with open(index_path, "w") as out:
        json.dump(index, out)


class PhotoBank:
    def __init__(self, cache_dir, split):
        with open(os.path.join(cache_dir, "photos.json")) as f:
            index = json.load(f)
        pixels = np.memmap(os.path.join(cache_dir, "photos.u8"), np.uint8, "r")
        left_out = excluded()
        self._photos = {n: pixels[o:o + h * w * 3].reshape(h, w, 3) for n, o, h, w in index
                        if is_holdout(n) == (split == "holdout") and n not in left_out}
        self._names = list(self._photos)
        self._decoys = []
        path = os.path.join(cache_dir, "decoys.json")
        if os.path.exists(path):
            with open(path) as f:
                self._decoys = [d for d in json.load(f) if d[0] in self._photos]

    def __iter__(self):
        """(name, photograph) each."""
        return iter(self._photos.items())

    def photo(self, rng):
        return self._photos[self._names[rng.integers(len(self._names))]]

    def decoy(self, rng, height_px, width_px):
        """A view, as `view` gives it, of a place that has deceived locate, and where in it (H x W, 0 or 255); None where none is known."""
        if not self._decoys:
            return None
        name, x, y, w, h = self._decoys[rng.integers(len(self._decoys))]
        photo = self._photos[name]
        # At its own scale, but for what is larger than the view, or the photograph smaller.
        scale = min(float(np.exp(rng.uniform(np.log(.7), np.log(1.2)))), .9 * width_px / w, .9 * height_px / h)
        scale = max(scale, width_px / photo.shape[1], height_px / photo.shape[0])
        ch, cw = min(photo.shape[0], round(height_px / scale)), min(photo.shape[1], round(width_px / scale))
        left = int(np.clip(x + w / 2 - cw * rng.uniform(.3, .7), 0, photo.shape[1] - cw))
        top = int(np.clip(y + h / 2 - ch * rng.uniform(.3, .7), 0, photo.shape[0] - ch))
        place = np.zeros((ch, cw), np.uint8)
        place[max(0, y - top):max(0, y + h - top), max(0, x - left):max(0, x + w - left)] = 255
        size = (width_px, height_px)
        image = camera.shrink_or_enlarge(rng, photo[top:top + ch, left:left + cw], *size)
        place = cv2.resize(place, size, interpolation=cv2.INTER_NEAREST)
        if rng.random() < .5:
            image, place = image[:, ::-1], place[:, ::-1]
        return camera.develop(rng, np.ascontiguousarray(image)), np.ascontiguousarray(place)

    def view(self, rng, height_px, width_px):
        """A random part of a random photograph, mostly at its own resolution or smaller, as float [0,1] of the wanted size.

        The engine searches what has been made smaller, which has more texture per pixel than what comes from a camera; and large photographs
        at their own resolution, where there is less."""
        photo = self.photo(rng)
        if rng.random() < .2:
            photo = photo.transpose(1, 0, 2)
        h, w = photo.shape[:2]
        turned = rng.random() < .4
        grown_h, grown_w = (round(height_px * 1.25), round(width_px * 1.25)) if turned else (height_px, width_px)
        lowest = max(grown_h / h, grown_w / w)
        low, high = (1.2, 3.) if rng.random() < .08 else (.3, 1.2)
        scale = float(np.exp(rng.uniform(np.log(max(low, lowest)), np.log(max(high, lowest)))))
        ch, cw = min(h, round(grown_h / scale)), min(w, round(grown_w / scale))
        y, x = rng.integers(h - ch + 1), rng.integers(w - cw + 1)
        crop = np.array(photo[y:y + ch, x:x + cw], order="C")
        if (ch, cw) != (grown_h, grown_w):
            crop = camera.shrink_or_enlarge(rng, crop, grown_w, grown_h)
        if turned:
            crop = camera.turn(rng, crop, width_px, height_px)
        if rng.random() < .5:
            crop = crop[:, ::-1]
        if rng.random() < .15:
            crop = crop[::-1]
        return camera.develop(rng, np.ascontiguousarray(crop))
