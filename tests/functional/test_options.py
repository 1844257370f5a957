"""Kinds, formats, quality."""

import io
import json

import pytest
from PIL import Image

import images
from verbs import run


def write(folder, **files):
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_bytes(data)


@pytest.mark.parametrize("target, kind", [("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP")])
def test_results_come_in_the_format_asked_for(tmp_path, target, kind):
    write(tmp_path, a_jpg=images.marked_jpeg(), b_png=images.plain_png(), c_webp=images.webp())
    run("clean", ".", "-o", "out", "--format", target, "--report", "r.jsonl", cwd=tmp_path, check=0)
    for stem, size in (("a", (640, 480)), ("b", (96, 64)), ("c", (160, 120))):
        picture = Image.open(tmp_path / f"out/{stem}-clean.{target}")
        assert (picture.format, picture.size) == (kind, size)
    assert all(json.loads(line)["format"] == target for line in (tmp_path / "r.jsonl").read_text().splitlines())


def test_an_image_without_an_overlay_that_has_the_format_keeps_its_bytes(tmp_path):
    write(tmp_path, b_png=images.plain_png())
    run("clean", "b.png", "--format", "png", "--quality", "10", cwd=tmp_path, check=0)
    assert (tmp_path / "b-clean.png").read_bytes() == images.plain_png()


def test_png_and_lossless_webp_lose_nothing(tmp_path):
    write(tmp_path, b_png=images.plain_png())
    run("clean", "b.png", "--format", "webp", cwd=tmp_path, check=0)
    assert Image.open(tmp_path / "b-clean.webp").convert("RGB").tobytes() == images.open_image(images.plain_png()).tobytes()


def test_quality_is_a_matter_of_size(tmp_path):
    write(tmp_path, a_png=images.png())
    sizes = []
    for quality in (20, 60, 95):
        run("clean", "a.png", "-o", str(quality), "--format", "jpg", "--quality", quality, cwd=tmp_path, check=0)
        sizes.append((tmp_path / f"{quality}/a-clean.jpg").stat().st_size)
    assert sizes == sorted(sizes) and sizes[0] < sizes[-1] / 2


def test_metadata_comes_along(tmp_path):
    exif = Image.Exif()
    exif[0x010E], exif[0x0112], exif[0x8298] = "A harbour", 6, "(c) Anna"
    profile = b"\0" * 16 + b"RGB " + b"\0" * 180
    out = io.BytesIO()
    images.open_image(images.jpeg()).save(out, "JPEG", exif=exif, icc_profile=profile)
    write(tmp_path, a_jpg=out.getvalue())
    for target in ("png", "webp"):
        run("clean", "a.jpg", "--format", target, cwd=tmp_path, check=0)
        picture = Image.open(tmp_path / f"a-clean.{target}")
        assert picture.size == (240, 320), "turned upright"
        kept = picture.getexif()
        assert (kept[0x010E], kept[0x0112], kept[0x8298]) == ("A harbour", 1, "(c) Anna")
        assert picture.info["icc_profile"] == profile


@pytest.mark.parametrize("options", [["--format", "gif"], ["--quality", "0"], ["--quality", "best"], ["--kinds", "txt"],
                                     ["--kinds", ""]])
def test_options_that_mean_nothing_are_wrong_use(tmp_path, options):
    write(tmp_path, a_png=images.png())
    run("clean", "a.png", *options, cwd=tmp_path, check=2)


def test_only_findings_of_the_kinds_asked_for_are_removed(tmp_path):
    write(tmp_path, a_jpg=images.marked_jpeg())
    found = json.loads(run("detect", "a.jpg", "--json", cwd=tmp_path, check=0).stdout)["findings"]
    kinds = {finding["kind"] for finding in found}
    assert kinds
    others = {"watermark", "logo", "text", "timestamp"} - kinds
    run("clean", "a.jpg", "-o", "others", "--kinds", ",".join(others), cwd=tmp_path, check=0)
    assert (tmp_path / "others/a-clean.jpg").read_bytes() == images.marked_jpeg()
    run("clean", "a.jpg", "-o", "those", "--kinds", ",".join(kinds), cwd=tmp_path, check=0)
    assert (tmp_path / "those/a-clean.jpg").read_bytes() != images.marked_jpeg()


def test_the_api_names_its_files_by_the_format(alice):
    parts = [("files", ("a.png", images.plain_png())), ("format", (None, "jpg")), ("quality", (None, "80"))]
    [image] = alice.finished(alice.begin_form(parts))["images"]
    assert image["format"] == "jpg" and image["url"].endswith("/a-0-clean.jpg")
    assert image["originalUrl"].endswith("/a-0-original.png")
    answer = alice.get(image["url"])
    assert (answer.headers["Content-Type"], images.open_image(answer.content).format) == ("image/jpeg", "JPEG")
