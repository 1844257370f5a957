"""The logo bank: simple-icons (CC0) rendered once to grey mattes, kept as one memory-mapped file.

Files in the cache: icons.npy (N x 256 x 256 uint8 coverage) and icons.txt (N base names, in the same order).
"""
import concurrent.futures
import glob
import io
import os
import subprocess

import numpy as np
from PIL import Image

from .split import is_holdout

SIDE_PX = 256


def _render(svg):
    png = subprocess.run(["rsvg-convert", "-w", str(SIDE_PX), "-h", str(SIDE_PX), svg], capture_output=True, check=True).stdout
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))[:, :, 3]


def prepare(svg_dir, cache_dir):
    """Renders every icon of `svg_dir` into the cache; does nothing where that has been done."""
    target = os.path.join(cache_dir, "icons.npy")
    if os.path.exists(target):
        return
    svgs = sorted(glob.glob(os.path.join(svg_dir, "*.svg")), key=os.path.basename)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        bank = np.stack(list(pool.map(_render, svgs)))
    with open(os.path.join(cache_dir, "icons.txt"), "w") as f:
        f.write("\n".join(os.path.basename(s) for s in svgs))
    np.save(target + ".tmp.npy", bank)
    os.replace(target + ".tmp.npy", target)


class IconBank:
    def __init__(self, cache_dir, split):
        with open(os.path.join(cache_dir, "icons.txt")) as f:
            names = f.read().split("\n")
        self._bank = np.load(os.path.join(cache_dir, "icons.npy"), mmap_mode="r")
        self._members = [i for i, n in enumerate(names) if is_holdout(n) == (split == "holdout")]

    def icon(self, rng):
        return np.array(self._bank[self._members[rng.integers(len(self._members))]])
