"""THREATS.md names a test for each row; each must be there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\[([A-Za-z_]\w*)\]\(([^)]+)\)")


def rows():
    lines = (ROOT / "THREATS.md").read_text().splitlines()
    return [line for line in lines if line.startswith("| ") and not line.startswith("| what they try")]


def test_each_threat_names_a_test_that_is_there():
    missing = []
    for row in rows():
        named = LINK.findall(row.rsplit("|", 2)[1])
        if not named:
            missing.append(f"no test: {row[:80]}")
        for name, path in named:
            file = ROOT / path
            if not file.is_file() or not re.search(rf"\b{name}\b", file.read_text()):
                missing.append(f"{path} has no {name}")
    assert not missing, "\n".join(missing)


def test_the_table_is_read():
    assert len(rows()) > 25
