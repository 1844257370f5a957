#!/usr/bin/env python3
"""Where locate's probability of one half should lie: prints, per shift of the region's logit, how many clean hold-out
photographs would be touched and how much of the overlays on others would be found. export.py --region-shift applies one.

Hold-out photographs of the training collection, never the benchmark's.
"""
import argparse
import os

import cv2
import numpy as np
import torch

import checkpoint
import feed
import nets
import quick_eval
from synth import overlay, samples

HERE = os.path.dirname(os.path.abspath(__file__))


def _fitted(photo, side_px=768):
    """At most 768 px long, sides cut to multiples of 64."""
    scale = min(1., side_px / max(photo.shape[:2]))
    small = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    h, w = small.shape[0] // 64 * 64, small.shape[1] // 64 * 64
    return np.ascontiguousarray(small[:h, :w])


@torch.no_grad()
def logits(net, image):
    return net(quick_eval.as_tensor(image))[0][0, 0].numpy()


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--cache", default=os.path.join(HERE, "cache"))
    p.add_argument("--photos", type=int, default=48)
    args = p.parse_args(argv)
    torch.set_num_threads(1)
    net = nets.make("locate")
    print(checkpoint.load_average(os.path.join(args.cache, "locate.pt"), net), "samples")
    banks = feed.load_banks(args.cache, "holdout")
    rng = np.random.default_rng(11)
    clean, marked = [], []
    for i in range(args.photos):
        photo = _fitted(banks.photos.photo(rng))
        clean.append(logits(net, photo.astype(np.float32) / 255))
        s = samples.whole_image(rng, banks, photo, overlay.KINDS[i % len(overlay.KINDS)], i % 3 != 2)
        marked.append((logits(net, s.image), feed.quarter_targets(s)[0][0] == 1))
    for shift in np.arange(-4, 1.1, .5):
        touched = np.mean([(c + shift > 0).mean() > .001 for c in clean])
        area = np.mean([(c + shift > 0).mean() for c in clean])
        recall = np.mean([(m + shift > 0)[t].mean() for m, t in marked if t.any()])
        found = np.mean([(m + shift > 0)[t].mean() > .3 for m, t in marked if t.any()])
        iou = np.mean([((m + shift > 0) & t).sum() / max(1, ((m + shift > 0) | t).sum()) for m, t in marked])
        print(f"shift {shift:+.1f}: clean touched {touched:.2f} (area {area * 100:.2f} %), overlays found {found:.2f}, recall {recall:.2f}, IoU {iou:.2f}")


if __name__ == "__main__":
    main()
