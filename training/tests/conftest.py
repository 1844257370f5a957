"""Tests of the pipeline on made-up photographs and icons. Where a library or the fonts are missing they are skipped."""
import json
import os
import shutil
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
np = pytest.importorskip("numpy")
pytest.importorskip("cv2")
pytest.importorskip("PIL")


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """A cache folder with forty small photographs (noise) and forty icons (discs)."""
    folder = tmp_path_factory.mktemp("cache")
    rng = np.random.default_rng(0)
    index, offset = [], 0
    with open(folder / "photos.u8", "wb") as out:
        for i in range(40):
            image = rng.integers(0, 256, (300, 320, 3), np.uint8)
            out.write(image.tobytes())
            index.append([f"photo-{i:03d}.jpg", offset, 300, 320])
            offset += image.size
    (folder / "photos.json").write_text(json.dumps(index))
    y, x = np.mgrid[:256, :256]
    np.save(folder / "icons.npy", np.stack([np.where(np.hypot(y - 128, x - 128) < 60 + i, 255, 0).astype(np.uint8) for i in range(40)]))
    (folder / "icons.txt").write_text("\n".join(f"icon{i}.svg" for i in range(40)))
    return str(folder)


@pytest.fixture(scope="session")
def banks(cache):
    if not shutil.which("fc-list"):
        pytest.skip("no fontconfig")
    from synth import fonts, icons, photos, samples
    try:
        bank = fonts.FontBank("train")
    except AssertionError:
        pytest.skip("no fonts")
    return samples.Banks(photos.PhotoBank(cache, "train"), bank, icons.IconBank(cache, "train"))
