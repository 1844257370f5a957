import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

import nets  # noqa: E402
import train_judge  # noqa: E402


def write_findings(folder):
    """Of overlays the strokes are gone after, of others nothing changes."""
    rng = np.random.default_rng(1)
    views, lines = [], ["file,photo,changed,right,views,finding,a"]
    for i in range(24):
        view = rng.integers(60, 120, (160, 160, 8), np.uint8)
        view[..., 3:6] = view[..., :3]
        view[..., 6:] = 0
        view[60:90, 40:120, 6:] = 255
        if i % 2:
            view[60:90, 40:120, :3] = 255
        views.append(view)
        lines.append(f"{'caption' if i % 2 else 'clean photo'},{i},100,{100 * (i % 2)},1,0,0")
    np.stack(views).tofile(folder / "t.bin")
    (folder / "t.csv").write_text("\n".join(lines) + "\n")
    return str(folder / "t")


def test_learns_and_goes_on(tmp_path):
    table = write_findings(tmp_path)
    train_judge.main([table, "--cache", str(tmp_path), "--minutes", ".2", "--lr", "1e-3"])
    train_judge.main([table, "--cache", str(tmp_path), "--minutes", ".02", "--resume"])
    state = torch.load(tmp_path / "judge.pt")
    net = nets.Judge().eval()
    net.load_state_dict(state["net"])
    views = [v.astype(np.float32) / 255 for v in train_judge.read_views(table + ".bin")]
    with torch.no_grad():
        odds = net(train_judge.to_tensor(views))[:, 0]
    assert odds[1::2].min() > odds[::2].max()
    assert len(list(train_judge.calibration_images(str(tmp_path)))) == train_judge.KEPT


def test_alters_the_image_before_and_after_alike():
    view = np.random.default_rng(2).random((160, 160, 8), np.float32)
    view[..., 3:6] = view[..., :3]
    for seed in range(8):
        altered = train_judge.alter(view, np.random.default_rng(seed))
        assert altered.shape == view.shape
        assert (altered[..., :3] == altered[..., 3:6]).all()
        assert np.allclose(np.sort(altered[..., 6], None), np.sort(view[..., 6], None))
