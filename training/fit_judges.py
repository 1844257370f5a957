#!/usr/bin/env python3
"""Fits what the engine judges by, and says how good it is on photographs it was not fitted on.

  fit_judges.py trust TABLE.csv …   the judge of findings (engine/erase/trust.h): boosted trees, on tables that bench/trust wrote
  fit_judges.py strokes TABLE.csv … what tells an overlay's strokes from strays (engine/erase/strays.h): a logistic regression, on tables that bench/trust --strokes wrote
  fit_judges.py gone CASES.json …   the verdict on results (engine/erase/remains.h): a logistic regression, on what bench/quality --json wrote

Cross-validated by photograph: the same one with another overlay, or as another file, deceives in the same place. Prints the area under the
curve, errors for each threshold and the reliability, and writes engine/erase/trust_trees.h, strays_weights.h or remains_weights.h, fitted on all.
"""
import csv
import dataclasses
import functools
import json
import math
import os
import sys
import zlib

FOLDS = 6
ERASE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "engine", "erase")
HEADER = """// Written by training/fit_judges.py.
#pragma once

#include <array>
{include}
namespace removr::erase {{

// {names}
{constants}

}}  // namespace removr::erase
"""


@dataclasses.dataclass
class Example:
    kind: str      # of overlay, or of clean file
    photo: str     # examples of one photograph are fitted on, or judged, together
    features: list
    true: bool
    family: tuple = ()  # of a finding: the file, and the finding of it that this one fell out of


# Of a finding: whether it is an overlay.
CHANGED_MIN, RIGHT_MIN, WRONG_MAX = 20, .6, .25  # px; shares of what would be changed: in between, a finding is neither
NOT_JUDGED = "tiled text"  # judged as a whole where it is found, and hardly like a single overlay where it is not
CLEAN = ("clean photo", "scene text")


def read_findings(path):
    """Names of the features, examples."""
    names, rows = read_table(path)
    return names, [Example(r.kind, r.photo, r.features, r.share >= RIGHT_MIN, (path, r.kind, r.photo, r.finding)) for r in rows if r.share >= RIGHT_MIN or r.share < WRONG_MAX]


@dataclasses.dataclass
class Row:
    kind: str
    photo: str
    share: float   # of what would be changed, rightly
    views: range   # of the file that bench/trust --views wrote
    finding: str   # of the file, that this one is or fell out of
    features: list


def read_table(path):
    """Names of the features, rows of findings that are judged."""
    with open(path, newline="", encoding="utf-8") as f:
        lines = csv.reader(f)
        names, rows, seen = next(lines)[6:], [], 0
        for kind, photo, changed, right, views, finding, *features in lines:
            changed, views = int(changed), range(seen, seen + int(views))
            seen = views.stop
            if changed >= CHANGED_MIN and kind != NOT_JUDGED:
                rows.append(Row(kind, photo, int(right) / changed, views, finding, [float(x) for x in features]))
    return names, rows


STROKE_MIN = 10  # px


def read_strokes(path):
    """Of a stroke: whether it is the overlay's; shares as of findings."""
    with open(path, newline="", encoding="utf-8") as f:
        lines = csv.reader(f)
        names, examples = next(lines)[4:], []
        for kind, photo, px, right, *features in lines:
            share = int(right) / int(px)
            if int(px) >= STROKE_MIN and not WRONG_MAX <= share < RIGHT_MIN:
                examples.append(Example(kind, photo, [float(x) for x in features], share >= RIGHT_MIN))
    return names, examples


# Of a result: whether nothing is to be seen.
VISIBLE = .1  # share of the true mask, as in docs/quality.md


def read_results(path):
    with open(path, encoding="utf-8") as f:
        cases = [c for c in json.load(f)["cases"] if c["verdict"] != "no_overlay_found"]
    names = list(cases[0]["remains"])
    return names, [Example(c["kind"], os.path.splitext(c["photo"])[0], [c["remains"][n] for n in names], c["rest"] <= VISIBLE) for c in cases]


DEPTH = 3


def fit_trees(examples):
    """Boosted trees (Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 2001)."""
    from sklearn.ensemble import GradientBoostingClassifier
    model = GradientBoostingClassifier(n_estimators=300, max_depth=DEPTH, learning_rate=.05, subsample=.5, min_samples_leaf=10, random_state=1)
    return model.fit([e.features for e in examples], [e.true for e in examples])


def trees_header(model, names):
    """Complete trees, level by level: a leaf that was not split further stands for all below it."""
    trees = []
    for (one,) in model.estimators_:
        t, level, nodes = one.tree_, [0], []
        for _ in range(DEPTH):
            nodes += level
            level = [child for n in level for child in ((t.children_left[n], t.children_right[n]) if t.children_left[n] >= 0 else (n, n))]
        splits = [(t.feature[n], t.threshold[n]) if t.children_left[n] >= 0 else (0, 0.) for n in nodes]
        numbers = (", ".join(str(f) for f, _ in splits), ", ".join(f"{s:#.9g}F" for _, s in splits),
                   ", ".join(f"{model.learning_rate * t.value[leaf, 0, 0]:.5f}F" for leaf in level))
        trees.append("    {" + ", ".join(f"{{{list_}}}" for list_ in numbers) + "},")
    prior = model.init_.class_prior_
    constants = "\n".join([f"inline constexpr float kTrustBias = {math.log(prior[1] / prior[0]):.5f}F;",
                           f"inline constexpr std::array<Tree, {len(trees)}> kTrustTrees = {{{{", *trees, "}};"])
    return HEADER.format(include='\n#include "engine/erase/trees.h"\n', names=", ".join(names), constants=constants)


def fit_weights(examples):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    return make_pipeline(StandardScaler(), LogisticRegression(C=.3)).fit([e.features for e in examples], [e.true for e in examples])


def weights_header(name, model, names):
    """With the features' means and deviations in the weights."""
    scaler, regression = model
    weights = regression.coef_[0] / scaler.scale_
    bias = regression.intercept_[0] - weights @ scaler.mean_
    constants = "\n".join([f"inline constexpr float k{name}Bias = {bias:.5f}F;",
                           f"inline constexpr std::array<float, {len(weights)}> k{name}Weights = {{\n    {', '.join(f'{w:.5f}F' for w in weights)}}};"])
    return HEADER.format(include="", names=", ".join(names), constants=constants)


def fold(example):
    return zlib.crc32(example.photo.encode()) % FOLDS


def judge_unseen(fit, examples):
    """[(example, probability)], each by a judge that did not see its photograph."""
    judged = []
    for k in range(FOLDS):
        model, unseen = fit([e for e in examples if fold(e) != k]), [e for e in examples if fold(e) == k]
        if unseen:
            judged += zip(unseen, model.predict_proba([e.features for e in unseen])[:, 1])
    return judged


def print_beside(judged, threshold):
    """What a lower threshold is worth beside a finding of the same family that reaches the full one (engine/erase/choose.h)."""
    surest = {}
    for e, p in judged:
        surest[e.family] = max(p, surest.get(e.family, 0))
    for lower in (.9, .85, .8) if any(surest) else ():
        taken = [e for e, p in judged if p >= threshold or (p >= lower and surest[e.family] >= threshold)]
        true = sum(e.true for e in taken)
        print(f"from {threshold}, beside such from {lower}: {true / sum(e.true for e, _ in judged):.0%} of the true, {len(taken) - true} false")


def print_quality(judged, of_kind_from):
    true, false = ([p for e, p in judged if e.true is truth] for truth in (True, False))
    print(f"{len(judged)} examples, {len(true)} of them true; area under the curve "
          f"{sum((t > f) + .5 * (t == f) for t in true for f in false) / (len(true) * len(false)):.3f}")
    for threshold in (.5, .6, .7, .8, .9, .95):
        on_clean = [e.photo for e, p in judged if e.kind in CLEAN and p >= threshold]
        print(f"from {threshold}: {sum(p >= threshold for p in true) / len(true):.0%} of the true, {sum(p >= threshold for p in false)} false"
              + (f", {len(on_clean)} of these in clean files of {len(set(on_clean))} photographs" if on_clean else ""))
    print_beside(judged, of_kind_from)
    for kind in sorted({e.kind for e, _ in judged if e.true}):
        of_kind = [p for e, p in judged if e.true and e.kind == kind]
        print(f"  {kind}: {len(of_kind)} true, {sum(p >= of_kind_from for p in of_kind) / len(of_kind):.0%} of them from {of_kind_from}")
    print("| probability | examples | true |\n| --- | ---: | ---: |")
    for low in range(10):
        inside = [e.true for e, p in judged if low <= p * 10 < low + 1]
        print(f"| {low / 10:g} to {(low + 1) / 10:g} | {len(inside)} | {sum(inside) / max(1, len(inside)):.0%} |")


# What is fitted: how its examples are read, and it from them, the file it is written to and how, and the threshold in the engine.
MODES = {"trust": (read_findings, fit_trees, "trust_trees.h", trees_header, .95),
         "strokes": (read_strokes, fit_weights, "strays_weights.h", functools.partial(weights_header, "Stroke"), .4),
         "gone": (read_results, fit_weights, "remains_weights.h", functools.partial(weights_header, "Remains"), .8)}


def main(argv):
    if len(argv) < 2 or argv[0] not in MODES:
        sys.exit(__doc__)
    read, fit, file, header, threshold = MODES[argv[0]]
    tables = [read(p) for p in argv[1:]]
    names, examples = tables[0][0], [e for _, of_table in tables for e in of_table]
    print_quality(judge_unseen(fit, examples), threshold)
    with open(os.path.join(ERASE, file), "w", encoding="utf-8") as f:
        f.write(header(fit(examples), names))


if __name__ == "__main__":
    main(sys.argv[1:])
