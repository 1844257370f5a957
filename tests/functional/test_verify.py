"""removr verify: what changed between two files, and that nothing else did."""

import io
import json

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

import images
from verbs import run


def verify(folder, before, after, check, *options):
    (folder / "before").write_bytes(before)
    (folder / "after").write_bytes(after)
    done = run("verify", "before", "after", "--json", *options, cwd=folder, check=check)
    return json.loads(done.stdout)


def saved(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def test_what_clean_makes_of_a_jpeg_passes(tmp_path):
    (tmp_path / "a.jpg").write_bytes(images.marked_jpeg())
    run("clean", "a.jpg", "--roi", "150 190 490 290", cwd=tmp_path, check=0)
    said = verify(tmp_path, images.marked_jpeg(), (tmp_path / "a-clean.jpg").read_bytes(), 0, "--picture", "p.png")
    assert said["onlyCompactRegions"] and said["sameQuantisation"] and said["metadata"] == []
    assert 0 < said["blocksChanged"] < said["blocks"] / 4
    [region] = said["regions"]
    assert 140 <= region[0] and region[0] + region[2] <= 500
    picture = Image.open(tmp_path / "p.png")
    assert (picture.mode, picture.size) == ("RGB", (640, 480))
    red, green, blue = picture.getpixel((10, 10))
    assert red == green == blue


def test_the_text_says_it_in_words(tmp_path):
    (tmp_path / "a.png").write_bytes(images.png())
    same = run("verify", "a.png", "a.png", cwd=tmp_path, check=0)
    assert "identical, byte for byte" in same.stdout
    picture = images.open_image(images.png())
    ImageDraw.Draw(picture).rectangle((20, 20, 49, 39), fill="white")
    (tmp_path / "b.png").write_bytes(saved(picture, "PNG"))
    done = run("verify", "a.png", "b.png", cwd=tmp_path, check=0)
    assert "30 x 20 px at 20,20" in done.stdout and "Only compact regions changed" in done.stdout


def test_another_encoder_does_not_pass(tmp_path):
    before = images.marked_jpeg()
    again = saved(images.open_image(before), "JPEG", quality=80)
    said = verify(tmp_path, before, again, 1)
    assert not said["sameQuantisation"] and said["changedPixels"] > 0.1
    lossy = saved(images.open_image(images.webp()), "WEBP", quality=60)
    assert not verify(tmp_path, images.webp(), lossy, 1)["onlyCompactRegions"]


def test_metadata_that_differs_is_named(tmp_path):
    note = PngInfo()
    note.add_text("Copyright", "Anna")
    with_note = saved(images.open_image(images.png()), "PNG", pnginfo=note)
    said = verify(tmp_path, with_note, images.png(), 1)
    assert said["metadata"] == [{"name": "tEXt", "change": "only before"}] and said["pixelsChanged"] == 0


def test_other_formats_and_sizes_do_not_pass(tmp_path):
    said = verify(tmp_path, images.png(), saved(images.open_image(images.png()), "WEBP", lossless=True), 1)
    assert (said["before"]["format"], said["after"]["format"], said["pixelsChanged"]) == ("png", "webp", 0)
    assert not verify(tmp_path, images.png(), images.png(80, 60), 1)["comparable"]


def test_what_cannot_be_read_is_said(tmp_path):
    (tmp_path / "a.png").write_bytes(images.png())
    (tmp_path / "text").write_text("no image")
    assert "text" in run("verify", "a.png", "text", cwd=tmp_path, check=1).stderr
    assert "absent" in run("verify", "absent", "a.png", cwd=tmp_path, check=1).stderr
    run("verify", "a.png", cwd=tmp_path, check=2)
