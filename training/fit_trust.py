#!/usr/bin/env python3
"""Fits the judge of findings (engine/erase/trust.h) on tables that bench/trust wrote: fit_trust.py TABLE.csv …

Cross-validated by photograph: the same one with another overlay, or as another file, deceives in the same place. Prints how well the judge
does on photographs it was not fitted on (area under the curve, errors for each threshold, reliability), and writes engine/erase/trust_trees.h, fitted on all.
"""
import csv
import math
import os
import sys

CHANGED_MIN, RIGHT_MIN, WRONG_MAX = 20, .6, .25  # px; shares of what would be changed: in between, a finding is neither
NOT_JUDGED = "tiled text"  # judged as a whole where it is found, and hardly like a single overlay where it is not
CLEAN = ("clean photo", "scene text")
FOLDS = 6
TRUSTED = .8  # kTrusted of engine/erase/trust.h
TREES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "engine", "erase", "trust_trees.h")
HEADER = """// Written by training/fit_trust.py.
#pragma once

#include <array>
#include <cstdint>

namespace removr::erase {{

// Asks two of three features: the second where the first is not above its split, else the third. The leaves are in the
// same order: not above before above.
struct Tree {{
  std::array<std::uint8_t, 3> feature;
  std::array<float, 3> split;
  std::array<float, 4> leaf;  // log odds
}};

// {names}
inline constexpr float kTreesBias = {bias:.4f}F;
inline constexpr std::array<Tree, {count}> kTrees = {{{{
{trees}
}}}};

}}  // namespace removr::erase
"""


def read(path):
    """Names of the features, [(kind of file, index of its photograph, features, whether it is an overlay)]"""
    with open(path, newline="", encoding="utf-8") as f:
        rows = csv.reader(f)
        names = next(rows)[4:]
        findings = []
        for kind, photo, changed, right, *features in rows:
            share = int(right) / max(1, int(changed))
            if int(changed) >= CHANGED_MIN and kind != NOT_JUDGED and (share >= RIGHT_MIN or share < WRONG_MAX):
                findings.append((kind, int(photo), [float(x) for x in features], share >= RIGHT_MIN))
    return names, findings


def fit(findings):
    """Boosted trees with three splits each (Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 2001)."""
    from sklearn.ensemble import GradientBoostingClassifier
    judge = GradientBoostingClassifier(n_estimators=200, max_depth=2, learning_rate=.05, subsample=.5, min_samples_leaf=10, random_state=1)
    return judge.fit([f for _, _, f, _ in findings], [t for _, _, _, t in findings])


def constants(judge, names):
    """The fitted judge as C++. Trees are complete: a leaf that was not split stands for both of its children."""
    trees = []
    for (one,) in judge.estimators_:
        t, rate = one.tree_, judge.learning_rate
        split = lambda node: (t.feature[node], t.threshold[node]) if t.children_left[node] >= 0 else (0, 0.)
        children = lambda node: (t.children_left[node], t.children_right[node]) if t.children_left[node] >= 0 else (node, node)
        second = children(0)
        (f0, s0), (f1, s1), (f2, s2) = split(0), split(second[0]), split(second[1])
        leaves = ", ".join(f"{rate * t.value[leaf, 0, 0]:.4f}F" for child in second for leaf in children(child))
        trees.append(f"    {{{{{f0}, {f1}, {f2}}}, {{{s0:#.9g}F, {s1:#.9g}F, {s2:#.9g}F}}, {{{leaves}}}}},")
    prior = judge.init_.class_prior_
    return HEADER.format(names=", ".join(names), bias=math.log(prior[1] / prior[0]), count=len(trees), trees="\n".join(trees))


def main(paths):
    if not paths:
        sys.exit(__doc__)
    tables = [read(p) for p in paths]
    names, findings = tables[0][0], [f for _, of_table in tables for f in of_table]
    judged, photos = [], []  # (kind, probability, truth) and photograph, each by a judge that did not see the photograph
    for fold in range(FOLDS):
        judge = fit([f for f in findings if f[1] % FOLDS != fold])
        unseen = [f for f in findings if f[1] % FOLDS == fold]
        probabilities = judge.predict_proba([f for _, _, f, _ in unseen])[:, 1]
        judged += [(kind, p, truth) for (kind, _, _, truth), p in zip(unseen, probabilities)]
        photos += [photo for _, photo, _, _ in unseen]
    true = [p for _, p, t in judged if t]
    false = [p for _, p, t in judged if not t]
    print(f"{len(judged)} findings, {len(true)} of them overlays; area under the curve "
          f"{sum((t > f) + .5 * (t == f) for t in true for f in false) / (len(true) * len(false)):.3f}")
    for threshold in (.5, .6, .7, .8, .9):
        on_clean = [photo for (k, p, _), photo in zip(judged, photos) if k in CLEAN and p >= threshold]
        print(f"from {threshold}: keeps {sum(p >= threshold for p in true) / len(true):.0%} of the overlays, "
              f"{sum(p >= threshold for p in false)} others, {len(on_clean)} of these in clean files of {len(set(on_clean))} photographs")
    for kind in sorted({k for k, _, t in judged if t}):
        of_kind = [p for k, p, t in judged if t and k == kind]
        print(f"  {kind}: {len(of_kind)} overlays, from {TRUSTED} keeps {sum(p >= TRUSTED for p in of_kind) / len(of_kind):.0%}")
    print("| confidence | findings | true |\n| --- | ---: | ---: |")
    for low in range(10):
        inside = [t for _, p, t in judged if low <= p * 10 < low + 1]
        print(f"| {low / 10:g} to {(low + 1) / 10:g} | {len(inside)} | {sum(inside) / max(1, len(inside)):.0%} |")
    with open(TREES, "w", encoding="utf-8") as f:
        f.write(constants(fit(findings), names))


if __name__ == "__main__":
    main(sys.argv[1:])
