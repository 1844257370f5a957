import re

import numpy as np
import pytest

pytest.importorskip("sklearn")
import fit_judges  # noqa: E402


def examples(count, seed):
    rng = np.random.default_rng(seed)
    features = rng.random((count, 3), np.float32)
    return [fit_judges.Example("caption", f"photo{i % 40}", list(f), bool(f[0] + .2 * f[2] > .6)) for i, f in enumerate(features)]


def probability(header, features):
    """What engine/erase/trees.cc computes from the header."""
    log_odds = float(re.search(r"Bias = ([-\d.]+)F", header).group(1))
    for line in re.findall(r"^    \{\{(.+)\}\},$", header, re.M):
        feature, split, leaf = ([float(x.strip(" {}F")) for x in part.split(",")] for part in line.split("}, {"))
        node = 0
        while node < len(split):
            node = 2 * node + (2 if features[int(feature[node])] > split[node] else 1)
        log_odds += leaf[node - len(split)]
    return 1 / (1 + np.exp(-log_odds))


def test_the_trees_header_says_what_the_model_says():
    known = examples(400, 1)
    model = fit_judges.fit_trees(known)
    header = fit_judges.trees_header(model, ["a", "b", "c"])
    assert "kTrustTrees" in header and "// a, b, c" in header
    for e in examples(50, 2):
        assert probability(header, e.features) == pytest.approx(model.predict_proba([e.features])[0, 1], abs=1e-3)


def test_the_weights_header_says_what_the_model_says():
    known = examples(400, 1)
    model = fit_judges.fit_weights(known)
    header = fit_judges.weights_header("Stroke", model, ["a", "b", "c"])
    assert "kStrokeBias" in header and "kStrokeWeights" in header
    bias = float(re.search(r"Bias = ([-\d.]+)F", header).group(1))
    weights = [float(w.strip("F ")) for w in re.search(r"Weights = \{\n(.+)\};", header).group(1).split(",")]
    for e in examples(50, 2):
        assert 1 / (1 + np.exp(-bias - np.dot(weights, e.features))) == pytest.approx(model.predict_proba([e.features])[0, 1], abs=1e-3)


def test_each_is_judged_by_trees_that_did_not_see_its_photograph():
    judged = fit_judges.judge_unseen(fit_judges.fit_trees, examples(400, 1))
    assert len(judged) == 400
    assert np.mean([(p > .5) == e.true for e, p in judged]) > .9
    # Where every photograph says something else, what others say is of no use.
    rng = np.random.default_rng(3)
    truth = rng.random(60) > .5
    alone = [fit_judges.Example("caption", f"photo{i % 60}", [float(i % 60)], bool(truth[i % 60])) for i in range(600)]
    assert np.mean([(p > .5) == e.true for e, p in fit_judges.judge_unseen(fit_judges.fit_trees, alone)]) < .75


def test_a_table_is_read_with_its_views_and_without_what_is_neither(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("file,photo,changed,right,views,finding,a\ncaption,0,100,90,2,0,.5\ntiled text,1,100,90,1,0,.4\ncaption,2,100,40,1,0,.3\nscene text,3,100,0,2,1,.2\n"
                    "band,4,10,10,1,0,.1\n")
    names, rows = fit_judges.read_table(path)
    assert names == ["a"] and [(r.photo, r.views) for r in rows] == [("0", range(0, 2)), ("2", range(3, 4)), ("3", range(4, 6))]
    assert [(e.photo, e.true) for e in fit_judges.read_findings(path)[1]] == [("0", True), ("3", False)]


def test_beside_a_sure_finding_less_is_asked(capsys):
    family, other = ("t.csv", "caption", "0", "0"), ("t.csv", "caption", "0", "1")
    judged = [(fit_judges.Example("caption", "0", [], truth, of), p) for truth, of, p in
              ((True, family, .97), (True, family, .86), (False, family, .83), (True, other, .86), (False, other, .1))]
    fit_judges.print_beside(judged, .95)
    assert [line.split(": ")[1] for line in capsys.readouterr().out.splitlines()] == ["33% of the true, 0 false", "67% of the true, 0 false", "67% of the true, 1 false"]


def test_strokes_are_read_without_crumbs_and_what_is_neither(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("file,photo,px,right,a,b\ncaption,0,100,90,.5,1\ncaption,0,100,0,.1,2\ncaption,0,100,40,.1,3\ncaption,0,9,9,.1,4\n")
    names, read = fit_judges.read_strokes(path)
    assert names == ["a", "b"] and [(e.features, e.true) for e in read] == [([.5, 1.], True), ([.1, 2.], False)]
