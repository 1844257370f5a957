#!/usr/bin/env python3
"""Looks for what deceives locate: its findings on the clean training photographs go to decoys.json in the cache, and from there into
the samples of both networks (samples.py). To be run now and then during a training.
"""
import argparse
import json
import os

import cv2
import numpy as np
import torch

import checkpoint
import feed
import heap
import nets
import quick_eval
from synth import camera

HERE = os.path.dirname(os.path.abspath(__file__))
CELLS_MIN = 6


@torch.no_grad()
def findings(net, photo, threshold, rng):
    """Boxes (x, y, width, height) in px of the photograph where the network sees an overlay, at full and at half size, sharpened or grainy
    as the samples are."""
    found = []
    for scale in (1, 2):
        h, w = (side // scale // 64 * 64 for side in photo.shape[:2])
        if min(h, w) < 192:
            continue
        image = camera.shrink_or_enlarge(rng, photo, photo.shape[1] // scale, photo.shape[0] // scale)[:h, :w]
        image = camera.take(rng, image.astype(np.float32) / 255)
        region = torch.sigmoid(net(quick_eval.as_tensor(image))[0])[0, 0].numpy()
        _, _, stats, _ = cv2.connectedComponentsWithStats((region > threshold).astype(np.uint8))
        found += [[int(v) * 4 * scale for v in s[:4]] for s in stats[1:] if s[cv2.CC_STAT_AREA] >= CELLS_MIN]
    return found


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--cache", default=os.path.join(HERE, "cache"))
    p.add_argument("--threshold", type=float, default=.25, help="probability of a cell")
    args = p.parse_args(argv)
    heap.keep()
    torch.set_num_threads(1)
    net = nets.make("locate")
    print(checkpoint.load_average(os.path.join(args.cache, "locate.pt"), net), "samples")
    net.eval()
    rng = np.random.default_rng(0)
    decoys = [[name, *box] for name, photo in feed.load_banks(args.cache, "train").photos for box in findings(net, photo, args.threshold, rng)]
    path = os.path.join(args.cache, "decoys.json")
    with open(path + ".tmp", "w") as f:
        json.dump(decoys, f)
    os.replace(path + ".tmp", path)
    print(len(decoys), "decoys")


if __name__ == "__main__":
    main()
