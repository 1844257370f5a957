"""The fixtures; what they hand out is in verbs.py."""

import contextlib
import secrets
import subprocess

import psycopg2
import pytest

from verbs import BINARY, ROOT, Server


@pytest.fixture(scope="session", autouse=True)
def binary():
    assert BINARY.exists(), f"{BINARY} is missing: make build"
    return BINARY


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One server for all tests that need no settings of their own."""
    shared = Server(tmp_path_factory.mktemp("shared")).start()
    yield shared
    shared.check_books()
    assert shared.stop() == 0, shared.log()


@pytest.fixture
def new_server(tmp_path):
    """Makes servers that are this test's own; their books are checked at its end. Called with the options of serve."""
    made = []

    def make(*options, folder=None, start=True, ready=True, **settings):
        made.append(Server(folder or tmp_path / f"server{len(made)}", *options, **settings))
        return made[-1].start(ready) if start else made[-1]

    yield make
    for one in made:
        if one.process and one.process.poll() is None:
            one.stop()
        one.check_books()


@pytest.fixture(scope="session")
def postgresql():
    """The URL of a PostgreSQL server that is gone with the tests."""
    script = ROOT / "tests/with_postgresql.sh"
    server = subprocess.Popen([script, "sh", "-c", "echo $REMOVR_TEST_DATABASE; exec cat"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    said = server.stdout.readline().strip()
    if not said.startswith("postgresql://"):
        pytest.skip(said)
    yield said
    server.stdin.close()
    assert server.wait(30) == 0


@pytest.fixture
def new_database(postgresql):
    """Makes empty databases on it; returns their URLs."""

    def make():
        name = "removr_" + secrets.token_hex(6)
        with contextlib.closing(psycopg2.connect(postgresql)) as db:
            db.autocommit = True
            db.cursor().execute(f"CREATE DATABASE {name}")
        return postgresql.replace("/postgres?", f"/{name}?")

    return make


@pytest.fixture
def database(new_database):
    return new_database()


@pytest.fixture
def alice(server):
    return server.account(credits=20)


@pytest.fixture
def bob(server):
    return server.account(credits=20)


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a file system of 24 MB; needs root."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)
