#!/usr/bin/env python3
"""Fits the judge of findings (engine/erase/trust.cc) on tables that bench/trust wrote: fit_trust.py A.csv B.csv …

Each table is a fold: from another seed, so that its composites are others. Prints how well the judge does on the tables it was not
fitted on (area under the curve, errors for each threshold, reliability), and the constants fitted on all of them.
"""
import csv
import math
import sys

CHANGED_MIN, RIGHT_MIN, WRONG_MAX = 20, .6, .25  # px; shares of what would be changed: in between, a finding is neither
NOT_JUDGED = "tiled text"  # judged as a whole where it is found, and hardly like a single overlay where it is not
CLEAN = ("clean photo", "scene text")


def read(path):
    """[(kind of file, features, whether it is an overlay)]"""
    with open(path, newline="", encoding="utf-8") as f:
        rows = csv.reader(f)
        names = next(rows)[3:]
        findings = []
        for kind, changed, right, *features in rows:
            share = int(right) / max(1, int(changed))
            if int(changed) >= CHANGED_MIN and kind != NOT_JUDGED and (share >= RIGHT_MIN or share < WRONG_MAX):
                findings.append((kind, [float(x) for x in features], share >= RIGHT_MIN))
    return names, findings


def fit(findings, penalty=.002):
    """Bias and weights of a logistic regression, by Newton's method; the penalty is on standardised weights."""
    import numpy as np
    x = np.array([f for _, f, _ in findings])
    y = np.array([float(t) for _, _, t in findings])
    mean, std = x.mean(0), x.std(0) + 1e-6
    a = np.c_[(x - mean) / std, np.ones(len(x))]
    w = np.zeros(a.shape[1])
    ridge = penalty * len(x) * np.diag([1.] * x.shape[1] + [0.])
    for _ in range(50):
        p = 1 / (1 + np.exp(-a @ w))
        w -= np.linalg.solve(a.T @ (a * (p * (1 - p))[:, None]) + ridge + 1e-9 * np.eye(len(w)), a.T @ (p - y) + ridge @ w)
    weights = w[:-1] / std
    return w[-1] - weights @ mean, weights


def probability(bias, weights, features):
    return 1 / (1 + math.exp(-(bias + sum(w * x for w, x in zip(weights, features)))))


def main(paths):
    if len(paths) < 2:
        sys.exit(__doc__)
    tables = [read(p) for p in paths]
    names, folds = tables[0][0], [t[1] for t in tables]
    judged = []  # (kind, probability, truth), each by a judge that did not see its table
    for i, fold in enumerate(folds):
        bias, weights = fit([f for j, other in enumerate(folds) if j != i for f in other])
        judged += [(kind, probability(bias, weights, x), truth) for kind, x, truth in fold]
    true = [p for _, p, t in judged if t]
    false = [p for _, p, t in judged if not t]
    print(f"{len(judged)} findings, {len(true)} of them overlays; area under the curve "
          f"{sum((t > f) + .5 * (t == f) for t in true for f in false) / (len(true) * len(false)):.3f}")
    for threshold in (.5, .6, .7, .8, .9):
        on_clean = sum(k in CLEAN and p >= threshold for k, p, _ in judged)
        print(f"from {threshold}: keeps {sum(p >= threshold for p in true) / len(true):.0%} of the overlays, "
              f"{sum(p >= threshold for p in false)} others, {on_clean} of these in clean files")
    for kind in sorted({k for k, _, t in judged if t}):
        of_kind = [p for k, p, t in judged if t and k == kind]
        print(f"  {kind}: {len(of_kind)} overlays, from .9 keeps {sum(p >= .9 for p in of_kind) / len(of_kind):.0%}")
    print("| confidence | findings | true |\n| --- | ---: | ---: |")
    for low in range(10):
        inside = [t for _, p, t in judged if low <= p * 10 < low + 1]
        print(f"| {low / 10} to {(low + 1) / 10} | {len(inside)} | {sum(inside) / max(1, len(inside)):.0%} |")
    bias, weights = fit([f for fold in folds for f in fold])
    print("// " + ", ".join(names))
    print(f"constexpr double kBias = {bias:.2f};")
    print("constexpr Features kWeights = {" + ", ".join(f"{w:.2f}" for w in weights) + "};")


if __name__ == "__main__":
    main(sys.argv[1:])
