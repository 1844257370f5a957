#!/usr/bin/env python3
"""Trains the judge's network: train_judge.py NAME… [--minutes N], each NAME.csv and NAME.bin written by bench/trust --table and --views.

From composites of training photographs: what is fitted on its answers (fit_judges.py trust) needs those on photographs that it was not
trained on. It begins with what models/judge.onnx knows. Writes judge.pt into the cache; export.py makes models/judge.onnx of it.
"""
import argparse
import contextlib
import math
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

import checkpoint
import fit_judges
import heap
import nets
import train
import warm_start

HERE = os.path.dirname(os.path.abspath(__file__))
SIDE, PLANES = 160, 8
BATCH = 16
SHIFT_PX = 12
KEPT = 100


def read_views(path):
    """[count, side, side, plane], uint8, of bench/trust --views."""
    return np.memmap(path, np.uint8, "r").reshape(-1, SIDE, SIDE, PLANES)


def target(row):
    """1 where it is an overlay, 0 where it is none, between where it is one in part."""
    low, high = fit_judges.WRONG_MAX, fit_judges.RIGHT_MIN
    return min(1., max(0., (row.share - low) / (high - low)))


def alter(view, rng):
    """The same finding in other light, colours and place. [side, side, plane], float in [0,1]."""
    colours = view[..., :6]
    if rng.random() < .5:
        order = rng.permutation(3)
        colours = colours[..., np.r_[order, order + 3]]
    if rng.random() < .3:
        colours = 1 - colours
    if rng.random() < .5:
        colours = colours ** math.exp(rng.normal() * .25)
    view = np.concatenate([colours, view[..., 6:]], 2)
    if rng.random() < .5:
        view = view[:, ::-1]
    return np.roll(view, rng.integers(-SHIFT_PX, SHIFT_PX + 1, 2), (0, 1))


def to_tensor(views):
    return torch.from_numpy(np.ascontiguousarray(np.stack(views).transpose(0, 3, 1, 2)))


def keep_some(samples, rng, cache):
    """What export.py measures the ranges of the network's activations on."""
    chosen = [samples[i] for i in rng.integers(0, len(samples), KEPT)]
    np.save(os.path.join(cache, "judge_views.npy"), np.stack([views[i] for views, i, _ in chosen]))


def calibration_images(cache):
    """Those, one by one."""
    for view in np.load(os.path.join(cache, "judge_views.npy")):
        yield to_tensor([view.astype(np.float32) / 255]).numpy()


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("tables", nargs="+", metavar="NAME")
    p.add_argument("--minutes", type=float, default=45)
    p.add_argument("--cache", default=os.path.join(HERE, "cache"))
    p.add_argument("--resume", action="store_true", help="continue from the checkpoint in the cache")
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--final-lr", type=float, default=1.5e-5)
    p.add_argument("--threads", type=int, default=1)
    args = p.parse_args(argv)
    heap.keep()
    torch.set_num_threads(args.threads)
    rng = np.random.default_rng()
    samples = []  # views of a table, index, target
    for name in args.tables:
        views = read_views(name + ".bin")
        samples += [(views, i, target(row)) for row in fit_judges.read_table(name + ".csv")[1] for i in row.views]
    os.makedirs(args.cache, exist_ok=True)
    keep_some(samples, rng, args.cache)
    net, path = nets.Judge(), os.path.join(args.cache, "judge.pt")
    warm_start.load(warm_start.exported(os.path.join(HERE, "..", "models", "judge.onnx")), net)
    average, seen = checkpoint.Average(net), 0
    optimiser = torch.optim.AdamW(net.parameters(), args.lr, weight_decay=.02)
    if args.resume:
        seen = checkpoint.load(path, net, average, optimiser)
    in_bf16 = train.fast_in_bf16(torch.device("cpu"))
    start, step, losses = time.time(), 0, []
    while (elapsed := (time.time() - start) / 60) < args.minutes:
        for group in optimiser.param_groups:
            group["lr"] = train.learning_rate(args, elapsed, step)
        chosen = [samples[i] for i in rng.integers(0, len(samples), BATCH)]
        images = to_tensor([alter(views[i].astype(np.float32) / 255, rng) for views, i, _ in chosen])
        wanted = torch.tensor([[t] for _, _, t in chosen]) * .98 + .01
        with torch.autocast("cpu", torch.bfloat16) if in_bf16 else contextlib.nullcontext():
            answer = net(images)
        loss = F.binary_cross_entropy_with_logits(answer.float(), wanted)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.)
        optimiser.step()
        average.update(net, step)
        losses.append(loss.item())
        step, seen = step + 1, seen + BATCH
        if step % 500 == 0:
            print(f"{seen} samples of {len(samples)}, {(time.time() - start) / step / BATCH * 1e3:.0f} ms each, loss {np.mean(losses):.3f}", flush=True)
            losses = []
    checkpoint.save(path, net, average, optimiser, seen)


if __name__ == "__main__":
    main()
