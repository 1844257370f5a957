import os
import zlib

import cv2
import numpy as np
import pytest

from synth import camera, overlay, samples, split


def test_split_is_crc32_of_the_base_name():
    assert split.is_holdout("/some/where/a.jpg") == split.is_holdout("a.jpg") == (zlib.crc32(b"a.jpg") % 10 == 0)
    # Repeated by the benchmark in C++.
    assert [i for i in range(40) if split.is_holdout(f"photo-{i:03d}.jpg")] == [i for i in range(40) if zlib.crc32(f"photo-{i:03d}.jpg".encode()) % 10 == 0]


def test_splits_are_disjoint_and_complete():
    names = [f"photo-{i:03d}.jpg" for i in range(200)]
    train, holdout = split.select(names, "train"), split.select(names, "holdout")
    assert not set(train) & set(holdout) and set(train) | set(holdout) == set(names)
    assert 5 < len(holdout) < 40


@pytest.mark.parametrize("draw", [lambda r, b: samples.restore_sample(r, b, 96), lambda r, b: samples.locate_sample(r, b, 192, 128)])
def test_same_seed_same_sample(banks, draw):
    for seed in range(6):
        a, b = (draw(np.random.default_rng(seed), banks) for _ in range(2))
        assert np.array_equal(a.image, b.image) and np.array_equal(a.region, b.region)


@pytest.mark.parametrize("kind", overlay.KINDS)
def test_blend_is_exact(banks, kind):
    """I = (1 - a) B + aW before the file is compressed, to half a step of 8 bits after."""
    rng = np.random.default_rng(5)
    photo = rng.integers(0, 256, (256, 384, 3), np.uint8)
    s = samples.whole_image(rng, banks, photo, kind, compressed=False)
    blended = (1 - s.opacity[..., None]) * s.clean + s.premultiplied
    assert np.abs(blended - s.image).max() <= .5 / 255 + 1e-5
    assert s.mask().any() and s.opacity.min() >= 0 and s.opacity.max() <= 1
    assert np.array_equal(s.image[s.opacity == 0], s.clean[s.opacity == 0].astype(np.float32))


def test_inversion_recovers_the_photograph(banks):
    rng = np.random.default_rng(6)
    photo = rng.integers(0, 256, (256, 384, 3), np.uint8)
    s = samples.whole_image(rng, banks, photo, "translucent_logo", compressed=False)
    below = (s.image - s.premultiplied) / (1 - s.opacity[..., None])
    assert np.abs(below - s.clean).max() < 2.5 / 255 / (1 - s.opacity.max())


def test_regions_cover_the_strokes(banks):
    """What locate is asked for contains what restore is asked for."""
    rng = np.random.default_rng(7)
    photo = np.full((256, 384, 3), 128, np.uint8)
    for kind in overlay.KINDS:
        s = samples.whole_image(rng, banks, photo, kind, compressed=False)
        assert (s.region[s.opacity > .5 * s.opacity.max()] > 0).mean() > .9, kind


def test_samples_have_the_size_asked_for(banks):
    for seed in range(20):
        rng = np.random.default_rng(seed)
        assert samples.restore_sample(rng, banks, 96).image.shape == (96, 96, 3)
        s = samples.locate_sample(rng, banks, 256, 192)
        assert s.image.shape == (192, 256, 3) and s.region.shape == s.kind.shape == (192, 256)
        assert 0 <= s.image.min() and s.image.max() <= 1


def test_what_nobody_can_see_is_neither_right_nor_wrong():
    view = overlay.View(0, 0, 64, 64)
    layers = overlay.Layers(view)
    background = np.zeros((64, 64, 3), np.float32)
    for x, colour in ((4, 0.), (36, 1.)):  # black on black, and white on black
        layers.opacity[8:40, x:x + 20] = .5
        layers.premultiplied[8:40, x:x + 20] = .5 * colour
        layers.region[8:40, x:x + 20] = 255
    samples._hide_invisible(layers, background)
    assert layers.region[20, 10] == samples.HIDDEN and layers.region[20, 45] == 255 and layers.region[0, 0] == 0


def test_a_decoy_is_seen_and_hinted_at(cache, tmp_path):
    import json
    import shutil
    from synth import photos
    folder = tmp_path / "cache"
    shutil.copytree(cache, folder)
    name = next(n for n in (f"photo-{i:03d}.jpg" for i in range(40)) if not split.is_holdout(n))
    (folder / "decoys.json").write_text(json.dumps([[name, 100, 120, 40, 30], ["not-there.jpg", 0, 0, 9, 9]]))
    bank = photos.PhotoBank(str(folder), "train")
    for seed in range(8):
        rng = np.random.default_rng(seed)
        image, place = bank.decoy(rng, 96, 128)
        assert image.shape == (96, 128, 3) and place.shape == (96, 128) and 300 < (place > 0).sum() < 4000
        hint = samples.region_hint(rng, np.zeros_like(place), place)
        assert (hint[place > 0] == 255).all()
    assert photos.PhotoBank(cache, "train").decoy(np.random.default_rng(0), 96, 128) is None


def test_no_two_views_of_a_photograph_are_alike(cache):
    from synth import photos
    bank = photos.PhotoBank(cache, "train")
    name, photo = next(iter(bank))
    bank._names = [name]
    views = [bank.view(np.random.default_rng(seed), 96, 128) for seed in range(40)]
    assert all(v.shape == (96, 128, 3) and v.dtype == np.float32 and v.flags.c_contiguous and 0 <= v.min() and v.max() <= 1 for v in views)
    colours = np.array([v.mean((0, 1)) for v in views])
    assert (np.abs(colours - photo.mean((0, 1)) / 255).max(1) > .05).mean() > .4


def test_a_turned_view_has_no_empty_corners():
    flat = np.full((120, 160, 3), 77, np.uint8)
    for seed in range(20):
        assert (camera.turn(np.random.default_rng(seed), flat, 128, 96) == 77).all()


def test_developing_keeps_gray_gray_and_the_order_of_shades():
    """But for a negative, and where a channel has its own curve, which shifts gray by a little."""
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, 2)
    for seed in range(40):
        out = camera.develop(np.random.default_rng(seed), ramp)
        assert out.dtype == np.float32 and 0 <= out.min() and out.max() <= 1
        steps = np.diff(out.mean(2)[0])
        assert (steps >= -1e-6).all() or (steps <= 1e-6).all()
        assert np.ptp(out, axis=2).max() < .25


def test_pack_can_be_unpacked(cache, tmp_path):
    import pack
    from synth import icons, photos
    size = pack.pack(cache, str(tmp_path / "p.zip"), 256, 90, with_fonts=False)
    assert size == os.path.getsize(tmp_path / "p.zip")
    pack.unpack(str(tmp_path / "p.zip"), str(tmp_path / "cache"))
    rng = np.random.default_rng(0)
    assert photos.PhotoBank(str(tmp_path / "cache"), "train").photo(rng).shape == (240, 256, 3)
    assert icons.IconBank(str(tmp_path / "cache"), "train").icon(rng).shape == (256, 256)


def test_a_camera_keeps_size_and_range():
    rng = np.random.default_rng(3)
    photo = rng.random((90, 120, 3), np.float32)
    for _ in range(30):
        taken = camera.take(rng, camera.shrink_or_enlarge(rng, photo, 80, 60))
        assert taken.shape == (60, 80, 3) and taken.dtype == np.float32
        assert taken.min() >= 0 and taken.max() <= 1


def test_a_camera_makes_sharper_and_grainier_photographs():
    rng = np.random.default_rng(4)
    smooth = cv2.GaussianBlur(rng.random((64, 64, 3), np.float32), (0, 0), 1.5)
    contrast = lambda image: float(np.abs(np.diff(image, axis=1)).mean())
    contrasts = [contrast(camera.take(rng, smooth.copy())) for _ in range(40)]
    assert min(contrasts) > .9 * contrast(smooth) and np.median(contrasts) > 1.05 * contrast(smooth)
