"""Exactly once, on the real thing: eight clients submit without end, each request under an Idempotency-Key and again until it is
answered, while processes are killed, the disk fills up, or fsync fails, at random moments. Short here, 200 kills under REMOVR_SOAK."""

import contextlib
import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import threading
import time

import requests

import images
from verbs import SOAK, family, wait_until

CLIENTS = 8
KILLS = 200 if SOAK else 12
TROUBLED_S = 120 if SOAK else 6

PICTURES = {"a.png": images.plain_png(), "b.jpg": images.jpeg(), "c d é.jpg": images.jpeg(seed=2),
            "marked.jpg": images.marked_jpeg(), "bad.jpg": b"no image"}

NO_SYNC = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* One in three fails as long as the file $NO_SYNC is there. */
static int fails(void) {
  static __thread unsigned seed = 1;
  const char* path = getenv("NO_SYNC");
  if (!path || access(path, F_OK) != 0 || rand_r(&seed) % 3) return 0;
  errno = EIO;
  return 1;
}

int fsync(int fd) { return fails() ? -1 : ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd); }
int fdatasync(int fd) { return fails() ? -1 : ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd); }
"""


class Client(threading.Thread):
    """Submits until told to end. Never lets a request go before it is answered, and now and then asks for one again."""

    def __init__(self, account, seed, over):
        super().__init__()
        self.account, self.dice, self.over = account, random.Random(seed), over
        self.jobs = {}  # by Idempotency-Key: the job's id, and the names of its images
        self.failure = None

    def run(self):
        try:
            while not self.over.is_set():
                self.submit(f"{self.name}-{len(self.jobs)}", self.dice.choices(list(PICTURES), k=self.dice.choice((1, 1, 2, 5))))
                if self.dice.random() < 0.2:
                    key = self.dice.choice(list(self.jobs))
                    self.submit(key, self.jobs[key][1])
                time.sleep(self.dice.uniform(0.5, 3))
        except BaseException as failure:  # told by the test
            self.failure = failure

    def submit(self, key, names):
        deadline = time.monotonic() + 180
        while True:
            assert time.monotonic() < deadline, f"{key} was never answered"
            with contextlib.suppress(requests.RequestException):
                answer = self.account.submit(*((name, PICTURES[name]) for name in names), idempotency_key=key)
                if answer.status_code == 202:
                    assert self.jobs.setdefault(key, (answer.json()["jobId"], names))[0] == answer.json()["jobId"]
                    return
                # Its first attempt may still be on, or nothing can be taken in.
                assert answer.status_code in (409, 503), answer.text
            time.sleep(self.dice.uniform(0.05, 0.5))


@contextlib.contextmanager
def submitting(server):
    """Clients at work; at the end everything that they were promised has to be there."""
    over = threading.Event()
    clients = [Client(server.account(credits=100_000), seed, over) for seed in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        yield
    finally:
        over.set()
    for client in clients:
        client.join(240)
        assert not client.is_alive() and client.failure is None, client.failure
    assert all(client.jobs for client in clients)
    check_promises(server, clients)


def check_promises(server, clients):
    for client in clients:
        charged = 0
        for job_id, names in client.jobs.values():
            job = client.account.finished(job_id, timeout=600)
            assert [image["filename"] for image in job["images"]] == names
            charged += sum(1 for image in job["images"] if not image["creditRefunded"])
            for image in job["images"]:
                assert image["ok"] or image["creditRefunded"], image
                assert image["filename"] != "bad.jpg" or image["code"] == "unsupported_format"
        assert client.account.balance() == 100_000 - charged
        for image in job["images"]:  # of the last job: what is called done can be fetched
            if image["ok"]:
                assert client.account.get(image["url"]).status_code == 200
    jobs = {job_id for client in clients for job_id, _ in client.jobs.values()}
    assert jobs == {row[0] for row in server.query("SELECT id FROM jobs")}, "each request has made one job"
    server.check_books()
    check_files(server)


def check_files(server):
    """No record without its file, and no file without a record."""
    recorded = dict(server.query(" UNION ".join(f"SELECT {kind}_blob, {kind}_sha256 FROM images WHERE {kind}_blob <> ''"
                                                for kind in ("original", "result", "result_mask"))))
    folder = server.data / "files"
    for blob, digest in recorded.items():
        assert hashlib.sha256((folder / blob).read_bytes()).hexdigest() == digest, blob

    # What a crash leaves in between, a sweep at a start takes away once it is too old to be anybody's.
    def unknown():
        return {str(path.relative_to(folder)) for path in server.stored_files()} - set(recorded)

    def swept():
        assert server.stop() == 0
        server.start()
        with contextlib.suppress(AssertionError):
            return wait_until(lambda: not unknown(), 5)

    if unknown():
        wait_until(swept, 150, f"the sweep of {unknown()}")
    with contextlib.closing(sqlite3.connect(server.data / "removr.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_killed_at_random_moments_every_job_ends_and_nothing_is_charged_twice(new_server):
    server = new_server(workers=2)
    dice = random.Random(7)
    killed = {"server": 0, "worker": 0, "engine": 0}
    with submitting(server):
        while sum(killed.values()) < KILLS:
            time.sleep(dice.uniform(0.05, 0.6))
            workers = server.worker_pids()
            engines = [pid for worker in workers for pid in family(worker)[1:]]
            kind = dice.choice(list(killed))
            pids = {"server": [server.process.pid], "worker": workers, "engine": engines}[kind]
            if not pids:
                continue
            with contextlib.suppress(ProcessLookupError):
                os.kill(dice.choice(pids), signal.SIGKILL)
                killed[kind] += 1
            if kind == "server":
                server.process.wait()
                server.start()
    assert all(killed.values()), killed


def test_a_disk_that_fills_now_and_then_loses_nothing(small_disk, new_server):
    server = new_server(folder=small_disk, workers=1)
    dice = random.Random(8)
    end = time.monotonic() + TROUBLED_S
    with submitting(server):
        while time.monotonic() < end:
            filler = small_disk / "filler"
            with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
                while True:
                    file.write(bytes(1 << 14))
            time.sleep(dice.uniform(0.1, 1))
            filler.unlink()
            time.sleep(dice.uniform(0.2, 0.6))


def test_an_fsync_that_fails_now_and_then_loses_nothing(tmp_path, new_server):
    source, library, trouble = tmp_path / "no_sync.c", tmp_path / "no_sync.so", tmp_path / "trouble"
    source.write_text(NO_SYNC)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    server = new_server(workers=1, env={"LD_PRELOAD": str(library), "NO_SYNC": str(trouble)})
    dice = random.Random(9)
    end = time.monotonic() + TROUBLED_S
    with submitting(server):
        while time.monotonic() < end:
            trouble.touch()
            time.sleep(dice.uniform(0.2, 1))
            trouble.unlink()
            time.sleep(dice.uniform(0.2, 0.6))
    assert " EIO" in server.log() or "Input/output error" in server.log() or "disk I/O error" in server.log()
