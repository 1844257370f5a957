"""Which installed fonts the generator draws with."""
import functools
import os
import subprocess

from PIL import ImageFont

from . import split as splits

# Symbol fonts claim Latin coverage and draw boxes or pictures.
_NOT_TEXT = ("Symbol", "Dingbat", "Emoji", "Ornament", "Weather", "Music", "Math", "Jazz", "Bullets", "Cursor", "Havana")


def _list(pattern):
    out = subprocess.run(["fc-list", "--format", "%{file}\n", pattern], capture_output=True, text=True, check=True).stdout
    return {f for f in out.split("\n") if f.endswith((".ttf", ".otf")) and not any(k in f for k in _NOT_TEXT)}


def _is_plain_noto(path):
    """Noto has hundreds of scripts, each with the same Latin glyphs or none: keep the Latin files only."""
    name = os.path.basename(path)
    return not name.startswith("Noto") or name.startswith(("NotoSans-", "NotoSerif-", "NotoSansMono-", "NotoSansDisplay-", "NotoSerifDisplay-"))


class FontBank:
    """Text fonts grouped by family prefix (a family with forty weights is not forty times as likely), and digit fonts."""

    def __init__(self, split):
        segment = {f for f in _list("") if "DSEG" in f}
        text = {f for f in _list(":lang=en") if _is_plain_noto(f)} - segment
        self.segment = splits.select(segment, split)
        families = {}
        for f in splits.select(text, split):
            families.setdefault(os.path.basename(f).split("-")[0].split(".")[0][:10], []).append(f)
        self.families = [families[k] for k in sorted(families)]
        assert self.families, "no fonts: run training/setup.sh"

    def text_font(self, rng):
        family = self.families[rng.integers(len(self.families))]
        return family[rng.integers(len(family))]

    def segment_font(self, rng):
        return self.segment[rng.integers(len(self.segment))] if self.segment else self.text_font(rng)


@functools.lru_cache(maxsize=2048)
def load(path, size_px):
    return ImageFont.truetype(path, size_px)
