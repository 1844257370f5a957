#!/usr/bin/env python3
"""Packs the prepared cache into one file below 55 MB that can be carried to another machine, and unpacks it there.

pack.py pack OUT.zip      photographs as JPEG of at most --side px, icons as PNG sheets, the names beside them
pack.py unpack IN.zip     fills the cache, as photos.prepare and icons.prepare would
Fonts are Debian packages and are installed there, or copied into the pack with --fonts.
"""
import argparse
import json
import os
import zipfile

import cv2
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ICONS_PER_SHEET = 64
ICON_PX = 128
MAX_FONT_BYTES = 200_000  # larger ones are large for scripts that are not drawn


def _photos(cache):
    with open(os.path.join(cache, "photos.json")) as f:
        index = json.load(f)
    pixels = np.memmap(os.path.join(cache, "photos.u8"), np.uint8, "r")
    for name, offset, h, w in index:
        yield name, np.array(pixels[offset:offset + h * w * 3]).reshape(h, w, 3)


def _font_files():
    from synth.fonts import FontBank
    for split in ("train", "holdout"):
        bank = FontBank(split)
        yield from bank.segment
        for family in bank.families:
            yield from family[:2]


def pack(cache, target, side, quality, with_fonts):
    from synth.photos import excluded
    left_out = excluded()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as out:
        for name, image in _photos(cache):
            if name in left_out:
                continue
            scale = min(1., side / max(image.shape[:2]))
            small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image
            out.writestr("photos/" + name, cv2.imencode(".jpg", small[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes())
        bank = np.load(os.path.join(cache, "icons.npy"), mmap_mode="r")
        for first in range(0, len(bank), ICONS_PER_SHEET):
            rows = [cv2.resize(i, (ICON_PX, ICON_PX), interpolation=cv2.INTER_AREA) for i in bank[first:first + ICONS_PER_SHEET]]
            out.writestr(f"icons/{first:05d}.png", cv2.imencode(".png", np.concatenate(rows))[1].tobytes())
        out.write(os.path.join(cache, "icons.txt"), "icons.txt")
        if with_fonts:
            for f in sorted(set(_font_files())):
                if os.path.getsize(f) > MAX_FONT_BYTES:
                    continue
                out.write(f, "fonts/" + os.path.basename(f), zipfile.ZIP_DEFLATED)
    return os.path.getsize(target)


def unpack(source, cache):
    os.makedirs(cache, exist_ok=True)
    with zipfile.ZipFile(source) as z:
        index, offset = [], 0
        with open(os.path.join(cache, "photos.u8"), "wb") as out:
            for name in sorted(n for n in z.namelist() if n.startswith("photos/")):
                image = cv2.imdecode(np.frombuffer(z.read(name), np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1]
                out.write(np.ascontiguousarray(image).tobytes())
                index.append([os.path.basename(name), offset, image.shape[0], image.shape[1]])
                offset += image.size
        with open(os.path.join(cache, "photos.json"), "w") as f:
            json.dump(index, f)
        sheets = [cv2.imdecode(np.frombuffer(z.read(n), np.uint8), cv2.IMREAD_GRAYSCALE) for n in sorted(n for n in z.namelist() if n.startswith("icons/"))]
        small = np.concatenate(sheets).reshape(-1, ICON_PX, ICON_PX)
        np.save(os.path.join(cache, "icons.npy"), np.stack([cv2.resize(i, (256, 256), interpolation=cv2.INTER_CUBIC) for i in small]))
        with open(os.path.join(cache, "icons.txt"), "wb") as f:
            f.write(z.read("icons.txt"))
        # fontconfig looks here.
        fonts = os.path.expanduser("~/.local/share/fonts/removr")
        for name in (n for n in z.namelist() if n.startswith("fonts/")):
            os.makedirs(fonts, exist_ok=True)
            with open(os.path.join(fonts, os.path.basename(name)), "wb") as f:
                f.write(z.read(name))


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("action", choices=("pack", "unpack"))
    p.add_argument("file")
    p.add_argument("--cache", default=os.path.join(HERE, "cache"))
    p.add_argument("--side", type=int, default=576)
    p.add_argument("--quality", type=int, default=84)
    p.add_argument("--fonts", action="store_true")
    args = p.parse_args(argv)
    if args.action == "pack":
        print(f"{args.file}: {pack(args.cache, args.file, args.side, args.quality, args.fonts) / 1e6:.1f} MB")
    else:
        unpack(args.file, args.cache)


if __name__ == "__main__":
    main()
