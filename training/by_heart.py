#!/usr/bin/env python3
"""What locate knows by heart: by_heart.py [--network NET] FOLDER… (holdouts.py makes folders of both kinds, training and hold-out).

For each folder of photographs, overlays that it never saw are drawn on some of them; printed is the recall of their cells at the thresholds that
1 % and .2 % of the cells outside of overlays, or of the clean photographs, exceed. Thresholds, so that a network that merely says more is
no better. Photographs that were trained on must not be easier than others.
"""
import argparse
import os

import cv2
import numpy as np
import torch

import feed
import heap
import nets
import quick_eval
import warm_start
from synth import photos

RATES = (.01, .002)
HERE = os.path.dirname(os.path.abspath(__file__))


def load(path):
    net = nets.Locate()
    warm_start.load(warm_start.exported(path) if path.endswith(".onnx") else torch.load(path, map_location="cpu")["average"], net)
    return net.eval()


def some_photographs(folder, count):
    """Evenly from all of the folder; the middle of each, in sides that locate takes."""
    files = sorted(f for f in os.listdir(folder) if f.lower().endswith((".png", ".jpg", ".jpeg")))
    chosen = [photos.read_rgb(os.path.join(folder, f)) for f in files[::max(1, len(files) // count)][:count]]

    def middle(image):
        h, w = (n // 64 * 64 for n in image.shape[:2])
        y, x = (image.shape[0] - h) // 2, (image.shape[1] - w) // 2
        return np.ascontiguousarray(image[y:y + h, x:x + w])
    return [middle(image) for image in chosen]


def recalls(covered, other):
    """For each of RATES the mean share of an image's covered cells above the threshold that this share of the others exceeds."""
    return [float(np.mean([(cells > np.quantile(other, 1 - rate)).mean() for cells in covered])) for rate in RATES]


@torch.no_grad()
def measure(net, made, clean):
    """Recalls at the false rates outside of overlays, and on clean photographs."""
    def cells(image):
        return net(quick_eval.as_tensor(image))[0][0, 0].numpy()
    covered, outside = [], []
    for _, sample in made:
        answer, truth = cells(sample.image), feed.quarter_targets(sample)[0][0] == 1
        if truth.any():
            covered.append(answer[truth])
        outside.append(answer[~truth])
    never = np.concatenate([cells(image.astype(np.float32) / 255).ravel() for image in clean])
    return recalls(covered, np.concatenate(outside)), recalls(covered, never)


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("folders", nargs="+")
    p.add_argument("--network", default=os.path.join(HERE, "..", "models", "locate.onnx"))
    p.add_argument("--cache", default=os.path.join(HERE, "cache"))
    p.add_argument("--photos", type=int, default=24)
    p.add_argument("--per-kind", type=int, default=10)
    args = p.parse_args(argv)
    heap.keep()
    net = load(args.network)
    print("recall at a false rate of " + " and ".join(f"{r:.1%}" for r in RATES))
    for folder in args.folders:
        chosen = some_photographs(folder, args.photos)
        outside, clean = measure(net, quick_eval.drawn_on(chosen, args.cache, args.per_kind), chosen)
        print(f"{folder}: outside of overlays {outside[0]:.3f} {outside[1]:.3f}, on clean photographs {clean[0]:.3f} {clean[1]:.3f}", flush=True)


if __name__ == "__main__":
    main()
