"""The running server against its own description, /openapi.json: schemathesis makes requests that the schema allows and such
that it does not, follows jobs from one call to the next, and compares every answer. Under REMOVR_SOAK for ten minutes, and with
other dice each time."""

import json
import os
import subprocess
from pathlib import Path

import pytest
import requests

import images
from verbs import ROOT, SOAK

HERE = Path(__file__).parent
SCHEMATHESIS = ROOT / ".venv-tests/bin/schemathesis"
HOW_LONG = ["--max-time", "600"] if SOAK else ["--max-examples", "8", "--generation-deterministic"]


def test_the_description_is_served_as_it_was_written(server):
    answer = requests.get(server.url + "/openapi.json", timeout=30)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == json.loads((ROOT / "docs/openapi.json").read_text())


@pytest.mark.skipif(not SCHEMATHESIS.exists(), reason="schemathesis could not be installed (scripts/install.sh)")
def test_every_answer_is_as_the_description_says(new_server, tmp_path):
    server = new_server("--max-queue", "1000000", "--requests-per-minute", "0")
    accounts = {name: server.account(credits=1_000_000) for name in ("alice", "bob")}
    header = {name: [{"name": "Authorization", "value": f"Bearer {one.key}"}] for name, one in accounts.items()}
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"auth": [{"name": name, "fixedHeaders": fields} for name, fields in header.items()]}))
    file = accounts["alice"].remove(("a.png", images.plain_png()))["images"][0]["url"].split("/files/")[1]

    done = subprocess.run(
        [SCHEMATHESIS, "--config-file", HERE / "contract.toml", "run", server.url + "/openapi.json", "--checks", "all",
         "--no-color", *HOW_LONG],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(HERE), "CONTRACT_KEYS": str(keys), "CONTRACT_FILE": file},
        capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
