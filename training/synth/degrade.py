"""What happens to a file after the overlay was put on: rescaling and lossy compression."""
import io

import cv2
import numpy as np
from PIL import Image


def to_bytes(image):
    return cv2.convertScaleAbs(image, alpha=255)  # rounds and saturates; nothing here is negative by more than rounding


def jpeg(image_u8, quality, subsampling=2):
    """Through JPEG and back. `subsampling`: 2 is 4:2:0, 0 is 4:4:4 (libjpeg via PIL, which decodes as browsers do)."""
    buffer = io.BytesIO()
    Image.fromarray(image_u8).save(buffer, "JPEG", quality=int(quality), subsampling=subsampling)
    return np.asarray(Image.open(buffer))


def webp(image_u8, quality):
    ok, data = cv2.imencode(".webp", image_u8[:, :, ::-1], [cv2.IMWRITE_WEBP_QUALITY, int(quality)])
    assert ok
    return cv2.imdecode(data, cv2.IMREAD_COLOR)[:, :, ::-1]


def compress(rng, image):
    """Float [0,1] in and out: PNG (8 bits), JPEG or, seldom, WebP."""
    u8 = to_bytes(image)
    r = rng.random()
    if r < .28:
        out = u8
    elif r < .97:
        quality = rng.integers(72, 99) if rng.random() < .85 else rng.integers(40, 76)
        out = jpeg(u8, quality, 2 if rng.random() < .75 else 0)
    else:
        out = webp(u8, rng.integers(60, 96))
    return np.multiply(out, np.float32(1 / 255), dtype=np.float32)
