"""A service whose files lie in S3 (docs/operating.md), with a real S3 server: Versity's gateway over a folder, where a bucket
is a folder and an object a file."""

import contextlib
import os
import signal
import socket
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import requests

import images
from test_tls import make_certificate
from test_uploads import MIB, peak_kib, resident_kib, submit_large
from verbs import BINARY, ROOT, SOAK, clean_environment, run, wait_until

GATEWAY = ROOT / ".tools/versitygw"
KEY, SECRET = "AKIDTESTER", "hush/hush+hush=hush"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}


class S3:
    def __init__(self, folder, certificate=None, key=None):
        self.root, self.certificate, self.key = Path(folder), certificate, key
        self.bucket = self.root / "photos"
        self.bucket.mkdir(parents=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()

    def start(self):
        environment = {**os.environ, "ROOT_ACCESS_KEY_ID": KEY, "ROOT_SECRET_ACCESS_KEY": SECRET}
        tls = ["--cert", self.certificate, "--key", self.key] if self.certificate else []
        self.process = subprocess.Popen([GATEWAY, "--quiet", "--keep-alive", "--port", f"127.0.0.1:{self.port}", *tls, "posix",
                                         self.root], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self.answers, 20, "the S3 server")

    def answers(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True

    def kill(self):
        self.process.kill()
        self.process.wait()

    @property
    def url(self):
        return f"s3://photos/a/removr?endpoint=http{'s' if self.certificate else ''}://127.0.0.1:{self.port}"

    def objects(self):
        return [path.relative_to(self.bucket).as_posix() for path in self.bucket.rglob("*") if path.is_file()]


@pytest.fixture
def s3(tmp_path):
    if not GATEWAY.exists():
        pytest.skip(f"{GATEWAY} is missing: scripts/install_s3_server.sh")
    server = S3(tmp_path / "s3")
    yield server
    server.kill()


def test_everything_works_on_s3(s3, new_server, tmp_path):
    config = tmp_path / "removr.toml"
    config.write_text(f'storage = "{s3.url}"\naws_access_key_id = "{KEY}"\naws_secret_access_key = "{SECRET}"\n')
    server = new_server("--config", config)
    alice = server.account(credits=5)
    job = alice.remove(("a.png", images.plain_png()), ("b.txt", b"no image"))
    assert [image["ok"] for image in job["images"]] == [True, False]
    url, original = job["images"][0]["url"], job["images"][0]["originalUrl"]
    whole = alice.get(url)
    assert whole.status_code == 200 and whole.content == images.plain_png()
    assert alice.get(original).content == images.plain_png()
    part = alice.get(url, Range="bytes=10-19")
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert alice.get(url, **{"If-None-Match": whole.headers["ETag"]}).status_code == 304
    archive = alice.get(f"/api/v1/jobs/{job['id']}/archive")
    assert zipfile.ZipFile(BytesIO(archive.content)).testzip() is None
    assert server.stored_files() == []
    assert s3.objects() and all(name.startswith(f"a/removr/{job['id']}/") for name in s3.objects())

    for pid in [server.process.pid, *server.worker_pids()]:
        assert SECRET.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()
    assert SECRET not in server.log() and KEY not in server.log()
    assert alice.call("DELETE", f"/api/v1/jobs/{job['id']}").status_code == 204
    assert s3.objects() == []


def test_an_outage_of_s3_and_a_restart_lose_nothing(s3, new_server):
    server = new_server("--storage", s3.url, env=CREDENTIALS)
    alice = server.account(credits=10)
    before = alice.remove(("a.png", images.plain_png()))
    with server.workers_paused():
        waiting = alice.begin(("b.png", images.plain_png()), ("c.png", images.plain_png()))
        s3.kill()
    balance = alice.balance()
    answer = alice.submit(("d.png", images.png()))
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert int(answer.headers["Retry-After"]) >= 1
    assert alice.get(before["images"][0]["url"]).status_code == 503
    assert requests.get(server.url + "/readyz", timeout=30).status_code == 503
    assert requests.get(server.url + "/healthz", timeout=30).status_code == 200
    assert alice.balance() == balance
    assert alice.job(waiting)["completed"] == 0
    s3.start()
    assert server.stop() == 0, server.log()
    server.start()
    job = alice.finished(waiting)
    assert [image["ok"] for image in job["images"]] == [True, True]
    assert alice.get(job["images"][1]["url"]).content == images.plain_png()
    assert alice.get(before["images"][0]["url"]).status_code == 200
    # d.png, whose submission failed while nothing could be deleted either, left nothing.
    assert {name.split("/")[2] for name in s3.objects()} == {before["id"], waiting}


def test_a_worker_elsewhere_needs_only_the_urls(s3, new_server):
    server = new_server("--storage", s3.url, workers=0, ready=False, env=CREDENTIALS)
    alice = server.account()
    worker = subprocess.Popen([BINARY, "worker", "--database", f"sqlite:{server.data}/removr.db", "--storage", s3.url],
                              env={**clean_environment(), **CREDENTIALS}, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: server.answers("/readyz"), 60, "a worker")
        job = alice.remove(("a.png", images.plain_png()))
        assert alice.get(job["images"][0]["url"]).content == images.plain_png()
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0


def test_objects_go_when_they_expire(s3, new_server):
    server = new_server("--storage", s3.url, "--keep", "3s", env=CREDENTIALS)
    job_id = server.account().begin(("a.png", images.plain_png()))
    assert any(job_id in name for name in s3.objects())
    wait_until(lambda: s3.objects() == [], 30, "the expiry")


def test_a_backup_from_s3_restores_into_a_folder_and_into_s3(s3, new_server, tmp_path):
    server = new_server("--storage", s3.url, env=CREDENTIALS)
    alice = server.account()
    job = alice.remove(("a.png", images.plain_png()))
    server.stop()
    server.cli("backup", tmp_path / "backup", "--storage", s3.url)
    for storage in ([], ["--storage", s3.url.replace("a/removr", "b")]):
        copy_folder = tmp_path / f"copy{len(storage)}"
        run("restore", "--data", copy_folder / "data", tmp_path / "backup", *storage, check=0, env=CREDENTIALS)
        copy = new_server(*storage, folder=copy_folder, env=CREDENTIALS)
        alice.server = copy
        assert alice.get(f"/api/v1/files/{job['id']}/a-0-clean.png").content == images.plain_png()
        assert (len(copy.stored_files()) > 0) == (not storage)
        copy.stop()
    alice.server = server


def test_https_asks_for_a_certificate_that_somebody_vouches_for(s3, new_server, tmp_path):
    s3.kill()
    certificate, key = make_certificate(tmp_path)
    s3 = S3(tmp_path / "secure", certificate, key)
    try:
        refused = run("serve", "--listen", "127.0.0.1:0", "--workers", 0, "--data", tmp_path / "data", "--storage", s3.url,
                      env=CREDENTIALS)
        assert refused.returncode == 1 and "certificate" in refused.stderr
        server = new_server("--storage", s3.url, env={**CREDENTIALS, "SSL_CERT_FILE": str(certificate)})
        assert server.account().remove(("a.png", images.plain_png()))["images"][0]["ok"] is True
        assert s3.objects()
    finally:
        s3.kill()


def test_what_is_wrong_is_said_at_the_start(s3, tmp_path):
    def said(url, **changes):
        done = run("serve", "--listen", "127.0.0.1:0", "--workers", 0, "--data", tmp_path / "data", "--storage", url,
                   env={**CREDENTIALS, **changes})
        assert "hush" not in done.stderr
        return done.returncode, done.stderr

    assert said(s3.url, AWS_SECRET_ACCESS_KEY="wrong") == (1, "removr: s3: GET list: 403 SignatureDoesNotMatch\n")
    assert said(s3.url.replace("photos", "absent")) == (1, "removr: s3: GET list: 404 NoSuchBucket\n")
    status, text = said(s3.url, AWS_ACCESS_KEY_ID="")
    assert status == 2 and "AWS_ACCESS_KEY_ID" in text
    status, text = said("s3://id:hush@photos/a")
    assert status == 2 and "credentials" in text
    s3.kill()
    status, text = said(s3.url)
    assert status == 1 and str(s3.port) in text


def test_a_store_without_room_is_503_and_net_zero(small_disk, new_server):
    if not GATEWAY.exists():
        pytest.skip(f"{GATEWAY} is missing: scripts/install_s3_server.sh")
    s3 = S3(small_disk / "s3")
    try:
        server = new_server("--storage", s3.url, env=CREDENTIALS)
        alice = server.account(credits=10)
        answer = alice.submit(("a.jpg", images.jpeg() + bytes(20 * MIB)), ("b.jpg", images.jpeg() + bytes(20 * MIB)))
        assert (answer.status_code, answer.json()["code"]) == (503, "busy"), server.log()
        assert alice.entries() == [("grant", 10)]
        assert s3.objects() == []
        assert alice.remove(("small.png", images.plain_png()))["images"][0]["ok"] is True
    finally:
        s3.kill()


def test_receiving_large_files_takes_no_more_than_64_mib(s3, new_server):
    server = new_server("--storage", s3.url, env=CREDENTIALS)
    alice = server.account(credits=50)
    before = resident_kib(server.process.pid)
    assert submit_large(alice, 50 if SOAK else 8) == 202
    assert peak_kib(server.process.pid) - before < 64 * 1024
