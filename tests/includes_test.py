"""Reads every #include of the tree and fails on an edge that the architecture forbids.

The table below is docs/architecture in one place: who may include whom, directly. A file may always include its own folder
and base; tests beside the sources obey the same table.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

EVERYTHING = None  # may include any folder

ALLOWED = {
    "base": set(),
    "engine/image": set(),
    "engine/codec": {"engine/image"},
    "engine/nn": {"engine/image"},
    "engine/locate": {"engine/image", "engine/nn"},
    "engine/erase": {"engine/image", "engine/nn"},
    "engine/owner": {"engine/image", "engine/nn"},
    "engine/receipt": {"engine/image", "engine/codec"},
    "engine": {"engine/image", "engine/codec", "engine/locate", "engine/erase", "engine/owner", "engine/receipt"},
    "service/store": set(),
    "service/http": set(),
    "service/ledger": {"service/store"},
    "service/account": {"service/store", "service/ledger"},
    "service/job": {"service/ledger", "service/store"},
    "service/sandbox": {"engine/engine.h", "service/job/processor.h"},
    "service/api": {"service/http", "service/store", "service/account", "service/ledger", "service/job"},
    "app": EVERYTHING,
    "bench": EVERYTHING,
    "fuzz": EVERYTHING,
    "tests": EVERYTHING,
}

# What nobody outside a folder may name, so that a library can be exchanged in one place.
PRIVATE_LIBRARIES = {
    r"openvino": {"engine/nn"},
    r"opencv2/dnn": {"engine/nn"},
    r"soci": {"service/store"},
    r"sqlite3|libpq": {"service/store"},
    r"jpeglib\.h|png\.h|webp/": {"engine/codec", "tests", "bench", "fuzz"},
    r"boost/(asio|beast)": {"service/http"},
    r"curl/": {"service/store", "service/account"},
    r"CLI/": {"app", "bench"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def folder_of(path):
    """The longest folder of the table that holds `path` (relative to the root, with /)."""
    parts = path.split("/")[:-1]
    for length in range(len(parts), 0, -1):
        folder = "/".join(parts[:length])
        if folder in ALLOWED:
            return folder
    return None


def is_ours(header):
    return header.split("/")[0] in {folder.split("/")[0] for folder in ALLOWED}


def violations(path, text):
    """What is wrong with the includes of one file, as sentences."""
    folder = folder_of(path)
    if folder is None:
        return [f"{path}: its folder is not in the table of tests/includes_test.py"]
    found = []
    for bracket, header in INCLUDE.findall(text):
        if bracket == '"' and not is_ours(header):
            found.append(f'{path}: "{header}" is not written from the root of the tree')
        elif bracket == '"':
            target = folder_of(header)
            allowed = ALLOWED[folder]
            fine = target in (folder, "base") or allowed is EVERYTHING or target in allowed or header in allowed
            if not fine:
                found.append(f"{path}: {folder} may not include {header}")
        else:
            for library, owners in PRIVATE_LIBRARIES.items():
                if re.match(library, header) and folder not in owners:
                    found.append(f"{path}: <{header}> belongs to {', '.join(sorted(owners))} alone")
    return found


def sources():
    tops = sorted({folder.split("/")[0] for folder in ALLOWED})
    return [file for top in tops for file in sorted((ROOT / top).rglob("*")) if file.suffix in {".cc", ".h"}]


def test_no_include_crosses_a_forbidden_edge():
    found = []
    for file in sources():
        found += violations(file.relative_to(ROOT).as_posix(), file.read_text())
    assert not found, "\n" + "\n".join(found)


def test_the_check_sees_the_tree():
    """An empty list of files, or a pattern that matches nothing, would pass the test above."""
    files = sources()
    edges = sum(len(INCLUDE.findall(file.read_text())) for file in files)
    assert len(files) > 50 and edges > 300
    assert {folder_of(file.relative_to(ROOT).as_posix()) for file in files} >= {"app", "engine", "service/api", "base"}


def test_the_check_finds_each_kind_of_forbidden_edge():
    forbidden = {
        ("base/clock.h", '#include "engine/engine.h"'),
        ("engine/locate/locate.cc", '#include "engine/erase/erase.h"'),
        ("engine/erase/erase.cc", '#include "engine/codec/decode.h"'),
        ("engine/pipeline.cc", '#include "engine/nn/session.h"'),
        ("engine/engine.cc", '#include "service/job/processor.h"'),
        ("service/job/worker.cc", '#include "engine/engine.h"'),
        ("service/store/blobs.cc", '#include "service/ledger/rules.h"'),
        ("service/http/server.cc", '#include "service/store/blobs.h"'),
        ("service/ledger/ledger.cc", '#include "service/account/account.h"'),
        ("service/sandbox/child.cc", '#include "service/job/worker.h"'),
        ("service/api/jobs.cc", '#  include "engine/engine.h"'),
        ("service/job/new/thing.cc", '#include "service/api/api.h"'),
        ("service/api/jobs.cc", '#include "jobs.h"'),
        ("elsewhere/file.cc", ""),
        ("app/clean.cc", "#include <openvino/c/openvino.h>"),
        ("service/ledger/ledger.cc", "#include <soci/soci.h>"),
        ("service/api/files.cc", "#include <boost/asio.hpp>"),
        ("service/api/files.cc", "#include <curl/curl.h>"),
    }
    for path, text in forbidden:
        assert len(violations(path, text + "\n")) == 1, (path, text)


def test_the_check_lets_what_is_allowed_pass():
    allowed = {
        ("app/clean.cc", '#include "engine/engine.h"\n#include "service/job/worker.h"\n#include <CLI/CLI.hpp>'),
        ("engine/pipeline.cc", '#include "engine/codec/decode.h"\n#include "base/result.h"\n#include <vector>'),
        ("service/sandbox/child.cc", '#include "engine/engine.h"\n#include "service/job/processor.h"'),
        ("service/api/jobs.cc", '#include "service/job/jobs.h"\n#include "service/api/json.h"'),
    }
    for path, text in allowed:
        assert violations(path, text) == []
