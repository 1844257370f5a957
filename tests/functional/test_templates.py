"""The overlay itself, which its owner still has: the field template of the API (that of the command line: test_clean.py)."""

import io

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

import images
from test_errors import check_problem

PLACE = (200, 150)


def encoded(picture, kind="PNG"):
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def logo():
    picture = Image.new("RGBA", (180, 80))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((5, 5, 75, 75), outline="white", width=8)
    draw.polygon([(40, 20), (60, 58), (20, 58)], fill=(250, 180, 40))
    draw.text((85, 40), "OWN", font=ImageFont.truetype(images.FONT, 36), fill="white", anchor="lm")
    return picture


def scene():
    return images.open_image(images.jpeg(640, 480)).convert("RGB")


def marked(opacity=0.45):
    picture, layer = scene(), logo()
    layer.putalpha(layer.getchannel("A").point(lambda value: value * opacity))
    picture.paste(layer, PLACE, layer)
    return encoded(picture)


def error_inside(data, mask):
    """Root of the mean square to the scene without the logo, where the mask is white."""
    difference = ImageChops.difference(images.open_image(data).convert("RGB"), scene())
    return sum(value * value / 3 for value in ImageStat.Stat(difference, mask=mask).rms) ** 0.5


def test_exactly_the_owners_overlay_is_taken_off_all_files(alice):
    before = alice.balance()
    files = [("files", ("a.png", marked())), ("template", ("t.png", encoded(logo()))), ("files", ("b.png", images.plain_png()))]
    first, second = alice.finished(alice.begin_form(files))["images"]
    assert (first["verdict"], len(first["findings"])) == ("clean", 1)
    left, top, width, height = first["findings"][0]["box"]
    assert abs(left - PLACE[0]) < 12 and abs(top - PLACE[1]) < 12 and abs(width - 180) < 20 and abs(height - 80) < 20
    mask = images.open_image(alice.get(first["maskUrl"]).content)
    result = alice.get(first["url"]).content
    assert error_inside(marked(), mask) > 20 and error_inside(result, mask) < 3
    assert first["outsideMaskMaxDifference"] == 0
    assert (second["verdict"], second["creditRefunded"]) == ("no_overlay_found", True)
    assert alice.balance() == before - 1


def test_detection_takes_a_template_too(alice):
    parts = [("template", ("t.webp", encoded(logo(), "WEBP"))), ("files", ("a.png", marked()))]
    [image] = alice.finished(alice.begin_form(parts, path="/api/v1/detect"))["images"]
    assert len(image["findings"]) == 1 and "url" not in image


@pytest.mark.parametrize("template, words", [
    (encoded(logo().convert("RGB")), "no transparency"),
    (encoded(Image.new("RGBA", (64, 64))), "all of it is transparent"),
    (encoded(Image.new("RGBA", (6, 64), (255, 255, 255, 128))), "too small"),
    (encoded(Image.new("RGBA", (5000, 4000), (255, 255, 255, 128))), "16 megapixels"),
    (images.png_claiming(60000, 60000), "16 megapixels"),
    (encoded(logo())[:200], "can't be read"),
    (b"no image", "can't be read"),
    (b"", "can't be read"),
], ids=["opaque", "empty", "small", "large", "bomb", "cut", "text", "nothing"])
def test_a_template_that_is_none_is_400_and_costs_nothing(alice, template, words):
    before = alice.balance()
    answer = alice.submit_form([("files", ("a.png", images.png())), ("template", ("t.png", template))])
    assert words in check_problem(answer, 400, "bad_request")["error"]
    assert alice.balance() == before and not alice.server.query("SELECT 1 FROM uploads")


@pytest.mark.parametrize("others", [
    [("template", ("t.png", encoded(logo())))], [("kinds", (None, "logo"))], [("roi", (None, "1 1 9 9"))],
    [("mask", ("m.png", images.png()))],
], ids=["template", "kinds", "roi", "mask"])
def test_a_template_stands_alone(alice, others):
    before = alice.balance()
    answer = alice.submit_form([("files", ("a.png", images.png())), ("template", ("t.png", encoded(logo()))), *others])
    check_problem(answer, 400, "bad_request")
    assert alice.balance() == before


def test_a_template_belongs_to_what_an_idempotency_key_stands_for(alice):
    parts = [("files", ("a.png", images.plain_png())), ("template", ("t.png", encoded(logo())))]
    first = alice.submit_form(parts, idempotency_key="lifted")
    again = alice.submit_form(parts, idempotency_key="lifted")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (202, "true")
    assert again.json() == first.json()
    other = ("template", ("t.png", encoded(logo().resize((90, 40)))))
    for changed in (parts[:1], [parts[0], other]):
        check_problem(alice.submit_form(changed, idempotency_key="lifted"), 422, "idempotency_mismatch")
