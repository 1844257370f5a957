#!/usr/bin/env python3
"""Scores the exported pair the way the engine uses it, on benchmark photographs with unseen fonts and icons.

evaluate.py --benchmark DIR [--per-kind N] [--sheet out.png]: per kind, the mask's IoU and recall and the PSNR inside the
true mask before and after; what is touched on clean photographs.
Runs on OpenCV's dnn, so that the exported files are what is scored.
"""
import argparse
import os

import cv2
import numpy as np

import heap
import quick_eval
from quick_eval import psnr
from synth import overlay

HERE = os.path.dirname(os.path.abspath(__file__))
LOWEST = .15  # 1 - alpha is not divided by less


class Pair:
    """Both exported networks."""

    def __init__(self, folder):
        self.nets = {n: cv2.dnn.readNetFromONNX(os.path.join(folder, n + ".onnx")) for n in ("locate", "restore")}

    def run(self, name, image, outputs):
        """`image`: H x W x C float. Pads to multiples of 64 by reflection; outputs as H x W x C at their own scale."""
        h, w = image.shape[:2]
        padded = cv2.copyMakeBorder(image, 0, -h % 64, 0, -w % 64, cv2.BORDER_REFLECT_101)
        self.nets[name].setInput(np.ascontiguousarray(padded.transpose(2, 0, 1)[None]), "image")
        answers = self.nets[name].forward(outputs)
        step = 4 if name == "locate" else 1
        return [a[0].transpose(1, 2, 0)[:-(-h // step), :-(-w // step)] if a.ndim == 4 else a.ravel() for a in answers]


def regions(pair, image, threshold):
    """Where locate sees an overlay: H x W bool, a little larger than its cells; and the image score."""
    region, kind, score = pair.run("locate", image, ["region", "kind", "score"])
    cells = (region[..., 0] > threshold).astype(np.uint8)
    grown = cv2.dilate(cells, np.ones((5, 5), np.uint8))
    full = cv2.resize(grown, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST)[:image.shape[0], :image.shape[1]]
    return full > 0, float(score[0])


def clean(pair, image, options):
    """(mask, result, image score)."""
    region, score = regions(pair, image, options.region_threshold)
    mask, alpha, colour = pair.run("restore", np.dstack([image, region.astype(np.float32)]), ["mask", "alpha", "alpha_color"])
    found = (mask[..., 0] > options.mask_threshold) & region
    alpha = alpha[..., 0]

    below = (image - colour) / np.maximum(1 - alpha, LOWEST)[..., None]
    return found, np.where(found[..., None], below.clip(0, 1), image), score


def score(pair, made, cleans, options):
    rows, tiles = {}, []
    for kind, s in made:
        found, result, image_score = clean(pair, s.image, options)
        truth = s.mask()
        before = psnr(s.image, s.clean, truth)
        rows.setdefault(kind, []).append((
            (found & truth).sum() / max(1, (found | truth).sum()), found[truth].mean(), before, psnr(result, s.clean, truth) - before,
            image_score))
        tiles.append((s, found, result))
    print(f"{'kind':18s} {'n':>3s} {'IoU':>5s} {'recall':>6s} {'before':>6s} {'gain':>6s} {'score':>5s}")
    for kind in [*overlay.KINDS, "all"]:
        values = rows.get(kind) if kind != "all" else [r for v in rows.values() for r in v]
        if values:
            m = np.mean(values, 0)
            print(f"{kind:18s} {len(values):3d} {m[0]:5.2f} {m[1]:6.2f} {m[2]:6.1f} {m[3]:6.2f} {m[4]:5.2f}")
    touched = [clean(pair, c.astype(np.float32) / 255, options)[0].mean() for c in cleans]
    print(f"clean photographs touched: {sum(t > 0 for t in touched)}/{len(touched)}, over .1 %: {sum(t > .001 for t in touched)}, mean {np.mean(touched) * 100:.3f} %")
    return tiles


def sheet(tiles, path):
    """Input, truth, found and result side by side, two samples a row, for looking at."""
    rows = []
    for s, found, result in tiles:
        h, w = found.shape
        strip = np.concatenate([s.image, np.repeat(s.opacity[..., None], 3, 2), np.repeat(found[..., None].astype(np.float32), 3, 2), result], 1)
        rows.append(cv2.resize(strip, (1536, round(384 * h / w)), interpolation=cv2.INTER_AREA)[:256])
    cv2.imwrite(path, cv2.convertScaleAbs(np.ascontiguousarray(np.concatenate([np.pad(r, ((0, 256 - len(r)), (0, 0), (0, 0))) for r in rows])[..., ::-1]), alpha=255))


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--benchmark", required=True)
    p.add_argument("--models", default=os.path.join(HERE, "..", "models"))
    p.add_argument("--cache", default=os.path.join(HERE, "cache"))
    p.add_argument("--per-kind", type=int, default=12)
    p.add_argument("--seed", type=int, default=7)
    p.add_argument("--region-threshold", type=float, default=.5)
    p.add_argument("--mask-threshold", type=float, default=.5)
    p.add_argument("--sheet", help="write pictures here")
    options = p.parse_args(argv)
    heap.keep()
    cv2.setNumThreads(1)
    made, cleans = quick_eval.images(options.benchmark, options.cache, options.per_kind, options.seed)
    tiles = score(Pair(options.models), made, cleans, options)
    if options.sheet:
        sheet(tiles, options.sheet)


if __name__ == "__main__":
    main()
