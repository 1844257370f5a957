"""What overlays say: marks, captions, web addresses, camera dates."""

_WORDS = (
    "sample preview photo studio copyright stock image demo draft proof media press agency world news digital art gallery "
    "light nature travel lens camera pictures shot frame color vision creative design free download watermark protected "
    "confidential do not copy property only official client review the and of in a for summer winter our best day family "
    "wedding memories paris london berlin tokyo new york morning evening with love happy birthday party holiday beach river "
    "mountain city street food recipe easy home garden sport team final live today breaking report market price sale offer "
    "black white red blue green golden silver north south east west island lake forest road trip adventure story life"
).split()
_NAMES = "Anna Maria John Peter Olga Yuki Chen Ali Fatima Carlos Lucia Ivan Nina Tom Emma Noah Liam Zoe Max Eva Smith Jones Garcia Müller Rossi Novak Silva Kim Lee Brown".split()
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _pick(rng, items):
    return items[rng.integers(len(items))]


def word(rng):
    if rng.random() < .75:
        w = _pick(rng, _WORDS)
    else:
        w = "".join(_pick(rng, _LETTERS) for _ in range(rng.integers(3, 10)))
    return _pick(rng, (w, w.upper(), w.title()))


def phrase(rng, low, high):
    words = [word(rng) for _ in range(rng.integers(low, high + 1))]
    case = rng.random()
    text = " ".join(words)
    return text.upper() if case < .3 else text.title() if case < .55 else text


def mark(rng):
    """The text of a watermark."""
    r = rng.random()
    if r < .45:
        return phrase(rng, 1, 3)
    if r < .6:
        return _pick(rng, ("© ", "© ", "(c) ", "@", "Photo by ", "#", "Photo: ", "© 2024 ")) + _pick(rng, _NAMES) + _pick(rng, ("", " Photography", " " + _pick(rng, _NAMES), " Studio"))
    if r < .75:
        return _pick(rng, ("www.", "", "")) + word(rng).lower() + _pick(rng, ("", word(rng).lower())) + _pick(rng, (".com", ".net", ".org", ".de", ".io", ".co.uk"))
    if r < .8:
        return "".join(str(rng.integers(10)) for _ in range(rng.integers(4, 10)))
    return word(rng)


def caption(rng):
    return phrase(rng, 1, 7) + _pick(rng, ("", "", "!", ".", "?", "..."))


def stamp(rng):
    """A date or time as cameras print it."""
    y, mo, d, h, mi, s = rng.integers(1990, 2027), rng.integers(1, 13), rng.integers(1, 32), rng.integers(24), rng.integers(60), rng.integers(60)
    return _pick(rng, (
        f"'{y % 100:02d} {mo:2d} {d:2d}", f"{y}/{mo:02d}/{d:02d}", f"{y}-{mo:02d}-{d:02d} {h:02d}:{mi:02d}", f"{d:02d}.{mo:02d}.{y}",
        f"{h:02d}:{mi:02d}:{s:02d}", f"{mo} {d} '{y % 100:02d}", f"{mo:02d}/{d:02d}/{y} {h:02d}:{mi:02d}", f"{y}:{mo:02d}:{d:02d} {h:02d}:{mi:02d}:{s:02d}",
        f"{d:02d}-{mo:02d}-{y}", f"{d} {mo} {y}"))
