"""Pictures for the tests, as bytes. All are drawn here; nothing is read from disk but the font."""

import functools
import io
import random
import struct
import zlib

from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"


def _encode(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _scene(width, height, seed):
    """A smooth, textured picture without anything written on it."""
    dice = random.Random(seed)

    def noise(columns, rows):
        return Image.frombytes("L", (columns, rows), dice.randbytes(columns * rows))

    tones = noise(max(width // 32, 2), max(height // 32, 2)).resize((width, height), Image.BICUBIC)
    sky = Image.linear_gradient("L").resize((width, height))
    texture = Image.blend(Image.blend(tones, sky, 0.6), noise(width, height), 0.06)
    return Image.merge("RGB", (texture, texture.point(lambda v: v * 0.9), texture.point(lambda v: v * 0.7 + 30)))


@functools.lru_cache(maxsize=None)
def jpeg(width=320, height=240, seed=1):
    return _encode(_scene(width, height, seed), "JPEG", quality=85)


MARK_BOX = (160, 200, 480, 280)  # holds the text of marked_jpeg


@functools.lru_cache(maxsize=None)
def marked_jpeg(width=640, height=480):
    """With a translucent text across its middle."""
    picture = _scene(width, height, 3)
    layer = Image.new("L", picture.size, 0)
    draw = ImageDraw.Draw(layer)
    font = ImageFont.truetype(FONT, height // 8)
    draw.text((width // 2, height // 2), "SAMPLE", fill=120, font=font, anchor="mm")
    picture.paste((255, 255, 255), mask=layer)
    return _encode(picture, "JPEG", quality=90)


def mark_left(data):
    """How far the pixels where marked_jpeg has its text are from the scene without it: root of the mean square."""
    truth = _scene(640, 480, 3).crop(MARK_BOX)
    difference = ImageChops.difference(truth, open_image(data).convert("RGB").crop(MARK_BOX))
    squares = [value * value for value in ImageStat.Stat(difference).rms]
    return (sum(squares) / len(squares)) ** 0.5


@functools.lru_cache(maxsize=None)
def png(width=160, height=120, mode="RGB"):
    return _encode(_scene(width, height, 2).convert(mode), "PNG")


@functools.lru_cache(maxsize=None)
def webp(width=160, height=120):
    return _encode(_scene(width, height, 4), "WEBP", quality=80)


@functools.lru_cache(maxsize=None)
def animated_webp():
    frames = [_scene(64, 64, 1), _scene(64, 64, 4).rotate(90)]
    return _encode(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100)


@functools.lru_cache(maxsize=None)
def gif():
    return _encode(Image.new("P", (8, 8)), "GIF")


def png_claiming(width, height):
    """A PNG whose header claims that size, with next to nothing behind it."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@functools.lru_cache(maxsize=None)
def plain_png(width=96, height=64):
    """So smooth that nothing can be found on it."""
    return _encode(Image.linear_gradient("L").resize((width, height)).convert("RGB"), "PNG")


def open_image(data):
    return Image.open(io.BytesIO(data))
