"""The photo bank: every photograph decoded once into one flat memory-mapped file, which processes share.

Files in the cache: photos.u8 (pixels, RGB, concatenated) and photos.json ([name, offset, height, width] each).
"""
import glob
import json
import os

import cv2
import numpy as np

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
        self._photos = [pixels[o:o + h * w * 3].reshape(h, w, 3) for n, o, h, w in index
                        if is_holdout(n) == (split == "holdout") and n not in left_out]

    def photo(self, rng):
        return self._photos[rng.integers(len(self._photos))]

    def view(self, rng, height_px, width_px):
        """A random part of a random photograph, near its own resolution, as float [0,1] of the wanted size."""
        photo = self.photo(rng)
        h, w = photo.shape[:2]
        # Never more than 1.6 times enlarged unless the photograph is too small for the view.
        lowest = max(height_px / h, width_px / w)
        scale = float(np.exp(rng.uniform(np.log(max(.4, lowest)), np.log(max(1.3, lowest)))))
        ch, cw = min(h, round(height_px / scale)), min(w, round(width_px / scale))
        y, x = rng.integers(h - ch + 1), rng.integers(w - cw + 1)
        crop = np.array(photo[y:y + ch, x:x + cw])
        if (ch, cw) != (height_px, width_px):
            crop = cv2.resize(crop, (width_px, height_px), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        if rng.random() < .5:
            crop = crop[:, ::-1]
        return np.multiply(crop, np.float32(1 / 255), dtype=np.float32, order="C")
