"""The short evaluation that runs during training: seeded overlays of every kind on the benchmark's photographs.

Photographs, fonts and icons are all unseen. evaluate.py is the thorough one.
"""
import glob
import os

import cv2
import numpy as np
import torch

import feed
from nets import invert
from synth import overlay, photos, samples
from synth.fonts import FontBank
from synth.icons import IconBank


def images(photo_dir, cache_dir, per_kind, seed=7):
    """[(kind, Sample)], the same for the same seed, and the clean photographs."""
    clean = [photos.read_rgb(f) for f in sorted(glob.glob(os.path.join(photo_dir, "*.png")))]
    return drawn_on(clean, cache_dir, per_kind, seed), clean


def drawn_on(clean, cache_dir, per_kind, seed=7):
    """[(kind, Sample)]: overlays of fonts and icons that were held out, on some of these photographs."""
    banks = samples.Banks(None, FontBank("holdout"), IconBank(cache_dir, "holdout"))
    made = []
    for k, kind in enumerate(overlay.KINDS):
        for i in range(per_kind):
            rng = np.random.default_rng([seed, k, i])
            made.append((kind, samples.whole_image(rng, banks, clean[(i * 7 + k * 3) % len(clean)], kind, i % 3 != 2)))
    return made


def psnr(a, b, mask):
    return float(-10 * np.log10(((a - b)[mask] ** 2).mean() + 1e-8))


def as_tensor(image):
    return torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)[None]))


def _iou(found, truth):
    return float((found & truth).sum() / max(1, (found | truth).sum()))


@torch.no_grad()
def restore_scores(net, made, clean):
    rows = {}
    for kind, s in made:
        # The engine looks only where locate has seen something; here the true regions stand for it.
        near = cv2.dilate(s.region, np.ones((17, 17), np.uint8)) > 0
        x = torch.from_numpy(feed.with_region(s.image, near)[None])
        logit, alpha, colour = net(x)
        found = (logit[0, 0] > 0).numpy() & near
        result = np.where(found[..., None], invert(x, alpha, colour)[0].numpy().transpose(1, 2, 0), s.image)
        truth = s.mask()
        rows.setdefault(kind, []).append((_iou(found, truth), psnr(result, s.clean, truth) - psnr(s.image, s.clean, truth), float(found[truth].mean())))
    everywhere = [torch.from_numpy(feed.with_region(c.astype(np.float32) / 255, np.ones(c.shape[:2]))[None]) for c in clean[::4]]
    false = [float((net(x)[0] > 0).float().mean()) for x in everywhere]
    parts = [f"{k}: iou {m[0]:.2f} gain {m[1]:.1f} rec {m[2]:.2f}" for k, m in ((k, np.mean(v, 0)) for k, v in rows.items())]
    everything = np.mean([r for v in rows.values() for r in v], 0)
    return f"iou {everything[0]:.3f} gain {everything[1]:.2f} clean-fp {np.mean(false) * 100:.2f}% | " + "; ".join(parts)


@torch.no_grad()
def locate_scores(net, made, clean):
    rows = {}
    for kind, s in made:
        logit, kinds, score = net(as_tensor(s.image))
        truth = feed.quarter_targets(s)[0][0] == 1
        found = (logit[0, 0] > 0).numpy()
        best = kinds[0].argmax(0).numpy()
        right = float((best[truth] == overlay.CLASS_OF_KIND[kind]).mean()) if truth.any() else 0.
        rows.setdefault(kind, []).append((_iou(found, truth), float(found[truth].mean()), right, float(torch.sigmoid(score))))
    false = []
    for c in clean:
        logit, _, score = net(as_tensor(c.astype(np.float32) / 255))
        false.append((float((logit > 0).float().mean()), float(torch.sigmoid(score))))
    false = np.array(false)
    parts = [f"{k}: iou {m[0]:.2f} rec {m[1]:.2f} kind {m[2]:.2f} score {m[3]:.2f}" for k, m in ((k, np.mean(v, 0)) for k, v in rows.items())]
    everything = np.mean([r for v in rows.values() for r in v], 0)
    return (f"iou {everything[0]:.3f} rec {everything[1]:.3f} kind {everything[2]:.2f} clean-fp {false[:, 0].mean() * 100:.2f}% "
            f"in {int((false[:, 0] > .001).sum())}/{len(false)} score {false[:, 1].mean():.2f} | " + "; ".join(parts))
