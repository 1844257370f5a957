#!/usr/bin/env python3
"""Trains one network: train.py locate|restore --photos DIR --minutes N [--resume | --warm-start models/x.onnx].

Prints one line per evaluation. The checkpoint in the cache is written every few minutes and at the end, also on Ctrl-C
or SIGTERM.
"""
import argparse
import contextlib
import math
import os
import signal
import sys
import time

import torch

import checkpoint
import feed
import heap
import losses
import nets
import quick_eval
from synth import icons, photos

HERE = os.path.dirname(os.path.abspath(__file__))


def parse(argv=None):
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("network", choices=("locate", "restore"))
    p.add_argument("--photos", help="folder of training photographs; needed the first time, kept decoded in the cache after")
    p.add_argument("--benchmark", help="folder of benchmark photographs, for evaluation only")
    p.add_argument("--cache", default=os.path.join(HERE, "cache"))
    p.add_argument("--minutes", type=float, default=60)
    p.add_argument("--resume", action="store_true", help="continue from the checkpoint in the cache")
    p.add_argument("--warm-start", help="begin from an exported network (.onnx) or a checkpoint (.pt)")
    p.add_argument("--lr", type=float, default=1e-3)
    p.add_argument("--final-lr", type=float, help="cosine to this at the end; default: stay at --lr")
    p.add_argument("--device", default="auto")
    p.add_argument("--workers", type=int, default=0, help="processes that draw samples; 0 draws inline")
    p.add_argument("--threads", type=int, default=1, help="CPU threads: two single-threaded trainings beat one with two")
    p.add_argument("--batch-scale", type=int, default=1, help="multiplies the batch; for GPUs")
    p.add_argument("--eval-minutes", type=float, default=8)
    p.add_argument("--eval-per-kind", type=int, default=6)
    p.add_argument("--max-steps", type=int, default=0, help="stop after so many steps (tests)")
    p.add_argument("--easy-samples", type=int, default=40000, help="length of the curriculum, in samples since the very first")
    p.add_argument("--seed", type=int, default=None)
    p.add_argument("--gossip", nargs=2, metavar=("MINE", "THEIRS"), help="files through which two trainings of this network share their weights")
    return p.parse_args(argv)


def learning_rate(args, elapsed, step):
    end = args.lr if args.final_lr is None else args.final_lr
    t = min(1., elapsed / args.minutes)
    return (end + (args.lr - end) * .5 * (1 + math.cos(math.pi * t))) * min(1., (step + 1) / 200)


def fast_in_bf16(device):
    """bf16 needs no loss scaling. On a CPU without instructions for it, or on PyTorch 1, it would only be slower."""
    if device.type == "cuda":
        return True
    try:
        with open("/proc/cpuinfo") as f:
            return "avx512_bf16" in f.read() and int(torch.__version__.split(".")[0]) >= 2
    except OSError:
        return False


def start(args, device):
    """The network, its average and optimiser, and how many samples they have seen."""
    net = nets.make(args.network)
    average = checkpoint.Average(net)
    net.to(device, memory_format=torch.channels_last)
    average.net.to(device)
    optimiser = torch.optim.AdamW(net.parameters(), args.lr, weight_decay=1e-4, fused=True)
    path = os.path.join(args.cache, args.network + ".pt")
    seen = 0
    if args.resume and os.path.exists(path):
        seen = checkpoint.load(path, net, average, optimiser)
        for group in optimiser.param_groups:
            group["fused"] = True  # one written before says otherwise
    elif args.warm_start:
        import warm_start
        weights = warm_start.exported(args.warm_start) if args.warm_start.endswith(".onnx") else torch.load(args.warm_start, map_location="cpu")["average"]
        warm_start.load(weights, net)
        average.net.load_state_dict(net.state_dict())
    return net, average, optimiser, seen, path


def main(argv=None):
    args = parse(argv)
    heap.keep()
    torch.set_num_threads(args.threads)
    device = torch.device("cuda" if args.device == "auto" and torch.cuda.is_available() else "cpu" if args.device == "auto" else args.device)
    os.makedirs(args.cache, exist_ok=True)
    if args.photos:
        photos.prepare(args.photos, args.cache)
    icons.prepare(os.path.join(args.cache, "node_modules", "simple-icons", "icons"), args.cache)
    net, average, optimiser, seen, path = start(args, device)
    loss_of = losses.restore_loss if args.network == "restore" else losses.locate_loss
    scores_of = quick_eval.restore_scores if args.network == "restore" else quick_eval.locate_scores
    evaluation = quick_eval.images(args.benchmark, args.cache, args.eval_per_kind) if args.benchmark else None
    cast = (lambda: torch.autocast(device.type, torch.bfloat16)) if fast_in_bf16(device) else contextlib.nullcontext

    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))
    signal.signal(signal.SIGINT, lambda *_: stopping.append(1))
    began, next_eval, means, step, before = time.time(), args.eval_minutes, {}, 0, seen
    seed = args.seed if args.seed is not None else time.time_ns() % 2**32  # two that start together draw different samples
    print(f"{args.network}: {sum(p.numel() for p in net.parameters()) / 1e6:.2f} M parameters, from {seen} samples, seed {seed}", flush=True)

    def report(elapsed):
        parts = " ".join(f"{k} {v:.4f}" for k, v in means.items())
        scores = ""
        if evaluation:
            cpu = average.net if device.type == "cpu" else nets.make(args.network)
            if cpu is not average.net:
                cpu.load_state_dict({k: v.cpu() for k, v in average.net.state_dict().items()})
            scores = scores_of(cpu.eval(), *evaluation)
        print(f"{time.strftime('%H:%M')} {elapsed:.0f}min {seen} samples {(seen - before) / max(1e-6, elapsed * 60):.1f}/s lr {optimiser.param_groups[0]['lr']:.1e} {parts} || {scores}", flush=True)

    gossip = checkpoint.Gossip(*args.gossip) if args.gossip else None
    for batch in feed.stream(args.network, args.cache, seed, args.workers, args.batch_scale, seen, args.easy_samples):
        elapsed = (time.time() - began) / 60
        if elapsed > args.minutes or stopping or (args.max_steps and step >= args.max_steps):
            break
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(args, elapsed, step)
        batch = {k: v.to(device, non_blocking=True) for k, v in batch.items()}
        batch["image"] = batch["image"].contiguous(memory_format=torch.channels_last)
        with cast():
            outputs = net(batch["image"])
        total, parts = loss_of([o.float() for o in outputs], batch)
        optimiser.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.)
        optimiser.step()
        step += 1
        average.update(net, step)
        if gossip:
            gossip.talk(net, step)
        seen += len(batch["image"])
        for k, v in parts.items():
            means[k] = .995 * means.get(k, v.item()) + .005 * v.item()
        if elapsed > next_eval:
            next_eval = elapsed + args.eval_minutes
            checkpoint.save(path, net, average, optimiser, seen)
            report(elapsed)
    checkpoint.save(path, net, average, optimiser, seen)
    report((time.time() - began) / 60)


if __name__ == "__main__":
    sys.exit(main())
