import pytest

torch = pytest.importorskip("torch")

import checkpoint  # noqa: E402
import nets  # noqa: E402
import losses  # noqa: E402


def test_locate_shapes_and_cost():
    net = nets.make("locate")
    region, kind, score = nets.Exported(net)(torch.rand(2, 3, 128, 192))
    assert region.shape == (2, 1, 32, 48) and kind.shape == (2, 4, 32, 48) and score.shape == (2, 1)
    assert torch.allclose(kind.sum(1), torch.ones(2, 32, 48), atol=1e-5)
    assert nets.cost(net, 512) < 6.1  # docs/decisions/0022


def test_restore_shapes_and_cost():
    net = nets.make("restore")
    mask, alpha, colour = nets.Exported(net)(torch.rand(2, 4, 64, 96))
    assert mask.shape == alpha.shape == (2, 1, 64, 96) and colour.shape == (2, 3, 64, 96)
    assert 0 <= mask.min() and mask.max() <= 1 and (colour <= alpha + 1e-6).all()
    assert nets.cost(net, 256) < 3.7  # of the 8 that are allowed


def test_the_true_matte_has_no_loss():
    opacity = torch.zeros(1, 1, 32, 32)
    opacity[..., 8:20, 8:20] = .5
    clean = torch.rand(1, 3, 32, 32)
    premultiplied = opacity * torch.tensor([1., .5, 0.]).view(1, 3, 1, 1)
    batch = dict(image=clean * (1 - opacity) + premultiplied, clean=clean, opacity=opacity, premultiplied=premultiplied)
    total, _ = losses.restore_loss(((opacity > 0).float() * 40 - 20, opacity, premultiplied), batch)
    wrong, _ = losses.restore_loss(((opacity > 0).float() * 40 - 20, opacity * .5, premultiplied), batch)
    assert total < 1e-3 < wrong


def test_judge_answers_once_for_each_view():
    net = nets.make("judge").eval()
    view = torch.rand(2, 8, 160, 160)
    (odds,) = nets.Exported(net)(view)
    assert odds.shape == (2, 1)
    nothing = view.clone()
    nothing[:, 6] = 0  # nothing would be changed: no strokes to pool
    assert torch.isfinite(net(nothing)).all() and not torch.allclose(net(nothing), odds)


@pytest.mark.parametrize("name", ["locate", "restore", "judge"])
def test_export_matches_and_warm_starts(name, tmp_path):
    pytest.importorskip("onnx")
    import export
    import warm_start
    net = nets.make(name)
    for p in net.parameters():  # the exporter merges equal weights, as all the biases of an untrained network are
        p.data += .01 * torch.randn_like(p)
    path = str(tmp_path / "n.onnx")
    module = export.to_onnx(net, path)
    assert export.check(module, path, sizes=export.sizes_of(net)[:1])["opencv"] < 1e-3
    export.store_weights_in_16_bits(path)
    other = nets.make(name)
    warm_start.load(warm_start.exported(path), other)
    read = dict(other.named_parameters())
    assert all(torch.equal(v, read[k]) for k, v in net.named_parameters() if not k.startswith("matte."))


@pytest.mark.parametrize("name", ["locate", "restore"])
def test_a_larger_network_begins_as_the_smaller_one(name):
    import warm_start
    widths = {"locate": (8, 16, 24, 32, 32, 32), "restore": (8, 16, 24, 32, 32)}[name]
    small, large = type(nets.make(name))(widths), nets.make(name)
    warm_start.load(small.state_dict(), large)
    image = torch.rand(1, nets.planes(small), 64, 128)
    for one, other in zip(small.eval()(image), large.eval()(image)):
        assert torch.allclose(one, other, atol=1e-4)


@pytest.mark.parametrize("name", ["locate", "restore", "judge"])
def test_8_bits_say_much_the_same(name, tmp_path):
    pytest.importorskip("onnxruntime")
    openvino = pytest.importorskip("openvino")
    import export
    import quantise
    torch.manual_seed(1)
    net = nets.make(name)
    for p in net.parameters():
        p.data += .01 * torch.randn_like(p)
    path, small = str(tmp_path / "n.onnx"), str(tmp_path / "n.int8.onnx")
    export.to_onnx(net, path)
    images = [torch.rand(1, nets.planes(net), *export.sizes_of(net)[0]).numpy() for _ in range(4)]
    quantise.quantise(name, path, small, images)
    whole, quantised = ([openvino.Core().compile_model(p, "CPU")(i)[0] for i in images] for p in (path, small))
    for one, other in zip(whole, quantised):
        assert 0 < abs(one - other).max() < .05


def test_training_resumes(cache, banks, tmp_path, capsys):
    import shutil
    import train
    shutil.copytree(cache, tmp_path / "cache")
    arguments = ["restore", "--cache", str(tmp_path / "cache"), "--seed", "1", "--max-steps", "2"]
    train.main(arguments)
    train.main(arguments + ["--resume"])
    lines = [line for line in capsys.readouterr().out.split("\n") if "parameters, from" in line]
    assert "from 0 samples" in lines[0] and "from 0 samples" not in lines[1]


def test_gossips_meet_half_way(tmp_path):
    one, other = nets.make("locate"), nets.make("locate")
    mean = [(a + b) / 2 for a, b in zip(one.parameters(), other.parameters())]
    paths = str(tmp_path / "one"), str(tmp_path / "other")
    first, second = checkpoint.Gossip(*paths, every_steps=2), checkpoint.Gossip(*paths[::-1], every_steps=2)
    first.talk(one, step=2)  # nobody has spoken yet
    second.heard = 0
    second.talk(other, step=1)  # not its turn
    second.talk(other, step=2)
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(other.parameters(), mean))


def test_recall_is_at_a_false_rate(banks, cache, tmp_path):
    import cv2
    import numpy as np
    import by_heart
    other = np.arange(1000.)
    assert by_heart.recalls([np.array([995., 985.]), np.array([999.5])], other) == pytest.approx([.75, .5])
    # A network that says no more where overlays lie than elsewhere, however much it says, has hardly any.
    cv2.imwrite(str(tmp_path / "a.png"), np.random.default_rng(1).integers(0, 256, (150, 200, 3), np.uint8))
    chosen = by_heart.some_photographs(str(tmp_path), 4)
    assert [c.shape for c in chosen] == [(128, 192, 3)]
    import quick_eval

    class Noise(torch.nn.Module):
        def forward(self, image):
            return (10 + torch.rand(1, 1, image.shape[2] // 4, image.shape[3] // 4),)
    outside, clean = by_heart.measure(Noise(), quick_eval.drawn_on(chosen * 7, cache, 1), chosen)
    assert max(outside + clean) < .1
