"""Training and hold-out are split by a hash of the base file name, so that bench/ (C++) can repeat it.

A photograph, font or icon is held out iff CRC-32 (the one of zlib and PNG) of its base file name, extension
included, is divisible by 10.
"""
import os
import zlib


def is_holdout(path):
    return zlib.crc32(os.path.basename(path).encode()) % 10 == 0


def select(paths, split):
    """The members of `split` ('train' or 'holdout'), sorted by base name so that a seed means the same everywhere."""
    assert split in ("train", "holdout")
    return sorted((p for p in paths if is_holdout(p) == (split == "holdout")), key=os.path.basename)
