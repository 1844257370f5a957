"""What schemathesis is told about the API beyond its schema: pictures for the form's files, a file that is there, and what no
schema can say. Loaded by schemathesis, not by pytest (test_contract.py)."""

import io
import os
import re

import schemathesis
from hypothesis import strategies as st
from PIL import Image, ImageDraw

SIZE = (24, 16)  # small, for the engine's sake


def _encoded(picture, kind):
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def _overlay():
    picture = Image.new("RGBA", SIZE)
    ImageDraw.Draw(picture).ellipse((4, 2, 20, 14), fill=(255, 255, 255, 128))
    return picture


# Any of them may be a photograph or a mask; a template is one with transparency.
schemathesis.openapi.media_type("image/jpeg", st.just(_encoded(Image.linear_gradient("L").resize(SIZE), "JPEG")))
schemathesis.openapi.media_type("image/png", st.just(_encoded(_overlay(), "PNG")))
schemathesis.openapi.media_type("image/webp", st.just(_encoded(_overlay(), "WEBP")))


def _ordered(roi):
    """The same four numbers as a rectangle."""
    percent = "%" if roi.endswith("%") else ""
    left, top, right, bottom = (float(number.rstrip("%")) for number in roi.split(" "))
    across, down = sorted((left, right)), sorted((top, bottom))
    if across[0] == across[1] or down[0] == down[1]:
        across, down = (1, 2), (1, 2)
    return " ".join(f"{number:g}{percent}" for number in (across[0], down[0], across[1], down[1]))


def _fields(body):
    """Of a form; schemathesis keeps the parts' content types beside them."""
    form = getattr(body, "body", body)
    return form if isinstance(form, dict) else {}


@schemathesis.hook
def filter_body(context, body):
    """No fields that each are right, and together are not (docs/api.md)."""
    form = _fields(body)
    alone = {"mask", "roi", "kinds"} if "template" in form else {"kinds"} if "mask" in form or "roi" in form else set()
    return not alone & form.keys()


@schemathesis.hook
def map_body(context, body):
    form = _fields(body)
    if re.fullmatch(r"([0-9.]+%? ){3}[0-9.]+%?", str(form.get("roi"))):
        form["roi"] = _ordered(form["roi"])
    return body


@schemathesis.hook
def before_call(context, case, **kwargs):
    is_positive = case.meta is not None and case.meta.generation.mode.is_positive
    if is_positive and case.operation.label == "GET /api/v1/files/{jobId}/{name}":
        job, name = os.environ["CONTRACT_FILE"].split("/")
        case.path_parameters = {"jobId": job, "name": name}
