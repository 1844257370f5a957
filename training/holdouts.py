#!/usr/bin/env python3
"""Makes the photographs that the engine's judges are fitted on: holdouts.py PHOTOS OUT [train]

Of the photographs that training never sees (synth/split.py): OUT/full (links), OUT/small (768 px at most), OUT/sharp (as small, and
sharpened, grainy or framed; synth/camera.py) and OUT/large (enlarged to 4000 px, grainy alike), under the same names, so that the judges are
cross-validated by photograph. With `train`: of those that it does see, for the judge's network, and no large ones.
"""
import glob
import os
import sys

import cv2
import numpy as np

from synth import camera, photos, split

SMALL_PX, LARGE_PX = 768, 4000


def size_of(photo, longest_px):
    """(width, height) at which the longer side is this."""
    scale = longest_px / max(photo.shape[:2])
    return round(photo.shape[1] * scale), round(photo.shape[0] * scale)


def main(argv):
    if len(argv) < 2 or argv[2:] not in ([], ["train"]):
        sys.exit(__doc__)
    source, out, of_training = *argv[:2], argv[2:] == ["train"]
    for name in ("full", "small", "sharp", "large"):
        os.makedirs(os.path.join(out, name), exist_ok=True)
    rng, left_out, count = np.random.default_rng(5), photos.excluded(), 0
    for path in sorted(glob.glob(os.path.join(source, "*"))):
        name = os.path.basename(path)
        if not name.lower().endswith((".jpg", ".jpeg", ".png")) or split.is_holdout(name) == of_training or name in left_out:
            continue
        link = os.path.join(out, "full", name)
        if not os.path.lexists(link):
            os.symlink(os.path.abspath(path), link)
        photo = cv2.imread(path, cv2.IMREAD_COLOR)
        small = size_of(photo, min(SMALL_PX, max(photo.shape[:2])))
        png = os.path.splitext(name)[0] + ".png"
        cv2.imwrite(os.path.join(out, "small", png), cv2.resize(photo, small, interpolation=cv2.INTER_AREA))
        sharp = camera.take(rng, camera.shrink_or_enlarge(rng, photo, *small).astype(np.float32) / 255)
        cv2.imwrite(os.path.join(out, "sharp", png), cv2.convertScaleAbs(sharp, alpha=255))
        count += 1
        if of_training:
            continue
        large = camera.take(rng, camera.shrink_or_enlarge(rng, photo, *size_of(photo, LARGE_PX)).astype(np.float32) / 255)
        cv2.imwrite(os.path.join(out, "large", os.path.splitext(name)[0] + ".jpg"), cv2.convertScaleAbs(large, alpha=255), [cv2.IMWRITE_JPEG_QUALITY, 95])
    print(count, "photographs")


if __name__ == "__main__":
    main(sys.argv[1:])
