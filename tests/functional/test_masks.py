"""What a person marks by hand: --mask, --roi and the fields mask and roi. Exactly that is removed, and nothing else."""

import io
import json

import pytest
from PIL import Image, ImageChops, ImageDraw

import images
from verbs import run

SIZE = (640, 480)
SPOT = (300, 60, 360, 100)  # where spotted() has something that is no overlay


def painted(*boxes, size=SIZE, kind="PNG", mode="L"):
    mask = Image.new(mode, size)
    draw = ImageDraw.Draw(mask)
    for left, top, right, bottom in boxes:
        draw.rectangle((left, top, right - 1, bottom - 1), fill="white")
    out = io.BytesIO()
    mask.save(out, kind)
    return out.getvalue()


def spotted(kind="PNG"):
    picture = images.open_image(images.marked_jpeg()).convert("RGB")
    ImageDraw.Draw(picture).ellipse(SPOT, fill=(250, 20, 20))
    out = io.BytesIO()
    picture.save(out, kind, **({"quality": 92} if kind == "JPEG" else {}))
    return out.getvalue()


def changed_box(before, after):
    """Around all pixels that are different; None where none is."""
    both = [images.open_image(data).convert("RGB") for data in (before, after)]
    return ImageChops.difference(*both).getbbox()


def inside(box, allowed):
    return box[0] >= allowed[0] and box[1] >= allowed[1] and box[2] <= allowed[2] and box[3] <= allowed[3]


def redness(data, box=SPOT):
    red, green, _ = images.open_image(data).convert("RGB").crop(box).resize((1, 1), Image.BOX).getpixel((0, 0))
    return red - green


def test_what_is_painted_goes_and_nothing_else(tmp_path):
    rough = (290, 50, 372, 112)
    (tmp_path / "a.png").write_bytes(spotted())
    (tmp_path / "m.png").write_bytes(painted(rough))
    run("clean", "a.png", "--mask", "m.png", "--report", "r.jsonl", cwd=tmp_path, check=0)
    after = (tmp_path / "a-clean.png").read_bytes()
    assert redness(spotted()) > 150 and redness(after) < 40
    assert inside(changed_box(spotted(), after), rough)
    line = json.loads((tmp_path / "r.jsonl").read_text())
    assert line["outsideMaskMaxDifference"] == 0 and line["outsideMaskMeasure"] == "values"
    assert [finding["box"] for finding in line["findings"]] == [[290, 50, 82, 62]]


def test_a_region_is_a_mask_of_its_rectangle(tmp_path):
    (tmp_path / "a.png").write_bytes(spotted())
    for number, roi in enumerate(("290 50 372 112", "45.3125% 10.4167% 58.125% 23.3333%")):
        run("clean", "a.png", "-o", str(number), "--roi", roi, cwd=tmp_path, check=0)
    (tmp_path / "m.png").write_bytes(painted((290, 50, 372, 112)))
    run("clean", "a.png", "-o", "mask", "--mask", "m.png", cwd=tmp_path, check=0)
    by_mask = (tmp_path / "mask/a-clean.png").read_bytes()
    assert (tmp_path / "0/a-clean.png").read_bytes() == by_mask
    assert inside(changed_box(spotted(), (tmp_path / "1/a-clean.png").read_bytes()), (289, 49, 373, 113))


def test_a_jpegs_other_blocks_keep_their_coefficients(tmp_path):
    (tmp_path / "a.jpg").write_bytes(spotted("JPEG"))
    run("clean", "a.jpg", "--roi", "290 50 372 112", "--report", "r.jsonl", cwd=tmp_path, check=0)
    line = json.loads((tmp_path / "r.jsonl").read_text())
    assert (line["outsideMaskMaxDifference"], line["outsideMaskMeasure"]) == (0, "coefficients")
    run("verify", "a.jpg", "a-clean.jpg", cwd=tmp_path, check=0)
    assert redness((tmp_path / "a-clean.jpg").read_bytes()) < 40


@pytest.mark.parametrize("mask", [painted(SPOT, kind="JPEG"), painted(SPOT, kind="WEBP"), painted(SPOT, mode="RGBA"),
                                  painted(SPOT, mode="1")])
def test_a_mask_may_be_any_image(tmp_path, mask):
    (tmp_path / "a.png").write_bytes(spotted())
    (tmp_path / "m").write_bytes(mask)
    run("clean", "a.png", "--mask", "m", cwd=tmp_path, check=0)
    assert redness((tmp_path / "a-clean.png").read_bytes()) < 60


def test_an_empty_mask_gives_the_original_bytes(tmp_path):
    (tmp_path / "a.jpg").write_bytes(images.marked_jpeg())
    (tmp_path / "m.png").write_bytes(painted())
    run("clean", "a.jpg", "--mask", "m.png", cwd=tmp_path, check=0)
    assert (tmp_path / "a-clean.jpg").read_bytes() == images.marked_jpeg()


def test_an_input_of_another_size_fails_and_the_others_are_done(tmp_path):
    (tmp_path / "a.png").write_bytes(spotted())
    (tmp_path / "small.png").write_bytes(images.png())
    (tmp_path / "m.png").write_bytes(painted(SPOT))
    done = run("clean", "a.png", "small.png", "--mask", "m.png", cwd=tmp_path, check=1)
    assert "mask_mismatch" in done.stderr and "640 x 480" in done.stderr and "160 x 120" in done.stderr
    assert (tmp_path / "a-clean.png").exists() and not (tmp_path / "small-clean.png").exists()


@pytest.mark.parametrize("options", [["--mask", "absent.png"], ["--mask", "text.txt"], ["--roi", "1 2 3"],
                                     ["--roi", "5 5 5 9"], ["--mask", "m.png", "--kinds", "logo"]])
def test_wrong_use_is_said_before_anything_is_done(tmp_path, options):
    (tmp_path / "a.png").write_bytes(images.png())
    (tmp_path / "m.png").write_bytes(painted(size=(160, 120)))
    (tmp_path / "text.txt").write_text("no image")
    done = run("clean", "a.png", *options, cwd=tmp_path, check=2)
    assert done.stderr.strip()
    assert not (tmp_path / "a-clean.png").exists()


def test_the_api_takes_one_mask_for_all_or_one_for_each(alice):
    one, other = (290, 50, 372, 112), (10, 10, 60, 40)
    parts = [("files", ("a.png", spotted())), ("mask", ("m.png", painted(one))), ("files", ("b.png", spotted()))]
    job = alice.finished(alice.begin_form(parts))
    assert {image["verdict"] for image in job["images"]} <= {"clean", "residual"}
    for image in job["images"]:
        assert inside(changed_box(spotted(), alice.get(image["url"]).content), one)
        assert alice.get(image["maskUrl"]).headers["Content-Type"] == "image/png"
        assert alice.get(image["originalUrl"]).content == spotted()
        assert image["outsideMaskMaxDifference"] == 0
    parts.append(("mask", ("m2.png", painted(other))))
    job = alice.finished(alice.begin_form(parts))
    boxes = [changed_box(spotted(), alice.get(image["url"]).content) for image in job["images"]]
    assert inside(boxes[0], one) and inside(boxes[1], other)


def test_a_mask_of_another_size_fails_its_image_and_is_refunded(alice):
    before = alice.balance()
    job = alice.finished(alice.begin_form([("files", ("a.png", images.png())), ("mask", ("m.png", painted(SPOT)))]))
    assert (job["images"][0]["ok"], job["images"][0]["code"]) == (False, "mask_mismatch")
    assert job["images"][0]["creditRefunded"] and alice.balance() == before


def test_a_hostile_mask_fails_its_image_alone(alice):
    bomb = images.png_claiming(60000, 60000)
    job = alice.finished(alice.begin_form([("files", ("a.png", images.png())), ("mask", ("m.png", bomb))]))
    assert job["images"][0]["code"] == "mask_mismatch"


def test_masks_belong_to_what_an_idempotency_key_stands_for(alice):
    parts = [("files", ("a.png", images.png())), ("mask", ("m.png", painted(size=(160, 120))))]
    first = alice.submit_form(parts, idempotency_key="masked")
    again = alice.submit_form(parts, idempotency_key="masked")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (202, "true")
    assert again.json() == first.json()
    assert alice.submit_form(parts[:1], idempotency_key="masked").status_code == 422


@pytest.mark.parametrize("part", [("mask", ("m.png", b"no image")), ("roi", (None, "1 2 3")), ("kinds", (None, "txt")),
                                  ("format", (None, "gif")), ("quality", (None, "101")), ("Quality", (None, "90"))])
def test_a_field_that_means_nothing_costs_nothing(alice, part):
    before = alice.balance()
    answer = alice.submit_form([("files", ("a.png", images.png())), part])
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert alice.balance() == before
