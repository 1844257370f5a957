"""Verbs for the tests: start a server, make an account, send pictures, wait for the job, look at credits.

    def test_it(server):
        alice = server.account(credits=3)
        job = alice.remove(("a.jpg", images.jpeg()))
        assert job["images"][0]["ok"] and alice.balance() in (2, 3)

The binary is $REMOVR_BINARY, else build/release/removr. Every server has a folder, a port and a database of its own.
"""

import contextlib
import itertools
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import psycopg2
import requests

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("REMOVR_BINARY", ROOT / "build/release/removr"))
SOAK = bool(os.environ.get("REMOVR_SOAK"))  # the long versions
KEY_FORM = r"rmvr_live_[0-9A-Za-z]{38}"


def clean_environment():
    """The caller's settings must not reach the program under test."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("REMOVR_", "AWS_"))}


def run(*arguments, check=None, cwd=None, stdin=None, env=None, timeout=120):
    """Runs the binary to its end. `check` is the exit status it must have."""
    done = subprocess.run([BINARY, *map(str, arguments)], cwd=cwd, input=stdin, env={**clean_environment(), **(env or {})},
                          capture_output=True, timeout=timeout, text=True, errors="replace")
    if check is not None:
        assert done.returncode == check, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def wait_until(condition, timeout=60, what="it"):
    """The first true value of condition(); fails after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not happen in {timeout} s"
        time.sleep(0.05)


def family(pid):
    """The process and all that descend from it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [pid] + [one for child in children for one in family(int(child))]


def multipart(*files, field="files", boundary="removr-test-boundary"):
    """The body that curl and browsers send: file names in raw UTF-8. Returns it and its Content-Type."""
    body = b""
    for name, data in files:
        escaped = name.replace('"', "%22")
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{escaped}"\r\n'
        body += head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + data + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


class Account:
    """Someone with a key."""

    def __init__(self, server, email):
        self.server, self.email = server, email
        self.key = server.cli("key", "create", email).stdout.strip()

    def call(self, method, path, **options):
        headers = {"Authorization": f"Bearer {self.key}", **options.pop("headers", {})}
        url = path if path.startswith("http") else self.server.url + path
        return requests.request(method, url, headers=headers, timeout=120, **options)

    def get(self, path, **headers):
        return self.call("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def submit(self, *files, idempotency_key=None, field="files"):
        """POST /remove; the answer, whatever it is."""
        body, content_type = multipart(*files, field=field)
        headers = {"Content-Type": content_type}
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        return self.call("POST", "/api/v1/remove", data=body, headers=headers)

    def submit_form(self, parts, path="/api/v1/remove", idempotency_key=None, headers=None):
        """POST of a form as `requests` takes it: (field, (file name or None, content)) in order; the answer."""
        headers = dict(headers or {})
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        return self.call("POST", path, files=parts, headers=headers)

    def begin_form(self, parts, **options):
        """Submits such a form and returns the job's id."""
        answer = self.submit_form(parts, **options)
        assert answer.status_code == 202, answer.text
        return answer.json()["jobId"]

    def begin(self, *files, **options):
        """Submits and returns the job's id."""
        answer = self.submit(*files, **options)
        assert answer.status_code == 202, answer.text
        return answer.json()["jobId"]

    def job(self, job_id):
        answer = self.get(f"/api/v1/jobs/{job_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def finished(self, job_id, timeout=90):
        """Waits for the job and returns it."""

        def done():
            job = self.job(job_id)
            return job if job["status"] == "done" else None

        return wait_until(done, timeout, f"the end of job {job_id}")

    def remove(self, *files):
        """Submits, waits, and returns the finished job."""
        return self.finished(self.begin(*files))

    def balance(self):
        return self.get("/api/v1/account").json()["balance"]

    def entries(self):
        """The account's ledger entries, oldest first: (reason, signed amount)."""
        rows = self.server.query(
            "SELECT reason, CASE WHEN to_account = a.id THEN amount ELSE -amount END FROM ledger_entries"
            " JOIN accounts a ON a.id IN (from_account, to_account) WHERE a.email = ? ORDER BY ledger_entries.id", self.email)
        return [tuple(row) for row in rows]

    @contextlib.contextmanager
    def connection(self):
        """A raw socket to the server, with a file to read the answer from."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=60) as raw, raw.makefile("rb") as answer:
            yield raw, answer

    def head_of_upload(self, length, content_type, extra=""):
        return (f"POST /api/v1/remove HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.key}\r\n"
                f"Content-Type: {content_type}\r\nContent-Length: {length}\r\n{extra}\r\n").encode()


class Server:
    """`removr serve` in a folder of its own, with a database there or the PostgreSQL database of that URL."""

    def __init__(self, folder, *options, workers=1, database=None, env=None):
        self.folder, self.data, self.database = Path(folder), Path(folder) / "data", database
        self.env = {**(env or {}), **({"REMOVR_DATABASE": database} if database else {})}
        self.options, self.workers = options, workers
        self.process = None
        self.port = 0
        self.emails = itertools.count()

    def start(self, ready=True):
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--listen", f"127.0.0.1:{self.port}", "--data", self.data, "--workers", str(self.workers),
                 *map(str, self.options)], stderr=log, stdout=log, env={**clean_environment(), **self.env})
        path = "/readyz" if ready else "/healthz"
        wait_until(lambda: self.answers(path), 60, f"{path} of the server; its log:\n{self.log()}")
        return self

    def answers(self, path):
        assert self.process.poll() is None, self.log()
        with contextlib.suppress(requests.ConnectionError):
            return requests.get(self.url + path, timeout=10).status_code == 200

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def stop(self, timeout=30):
        """SIGTERM; its exit status."""
        self.process.terminate()
        return self.process.wait(timeout)

    def kill(self, workers=False):
        """SIGKILL, and to its workers too where asked."""
        pids = self.worker_pids() if workers else []
        self.process.kill()
        self.process.wait()
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def worker_pids(self):
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    @contextlib.contextmanager
    def workers_paused(self):
        """Jobs that are submitted meanwhile stay as they are."""
        pids = self.worker_pids()
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def cli(self, command, *arguments, check=0, stdin=None):
        sub, *rest = arguments
        return run(command, sub, "--data", self.data, *rest, check=check, stdin=stdin, env=self.env)

    def account(self, credits=10, email=None):
        email = email or f"user{next(self.emails)}-{secrets.token_hex(3)}@example.org"
        self.cli("account", "create", email, "--credits", credits)
        return Account(self, email)

    def query(self, sql, *values):
        if self.database:
            with contextlib.closing(psycopg2.connect(self.database)) as db, db.cursor() as cursor:
                cursor.execute(sql.replace("%", "%%").replace("?", "%s"), values)
                return cursor.fetchall()
        with contextlib.closing(sqlite3.connect(f"file:{quote(str(self.data))}/removr.db?mode=ro", uri=True, timeout=30)) as db:
            return db.execute(sql, values).fetchall()

    def stored_files(self):
        """All originals and results that lie in storage."""
        return [path for path in (self.data / "files").rglob("*") if path.is_file()]

    def check_books(self):
        """All balances add up to zero, each is the sum of its entries, and no image was refunded twice."""
        assert self.query("SELECT coalesce(sum(balance), 0) FROM ledger_accounts") == [(0,)]
        wrong = self.query(
            "SELECT id FROM ledger_accounts a WHERE balance <>"
            " (SELECT coalesce(sum(amount), 0) FROM ledger_entries WHERE to_account = a.id) -"
            " (SELECT coalesce(sum(amount), 0) FROM ledger_entries WHERE from_account = a.id)")
        assert wrong == []
        assert self.query("SELECT reference FROM ledger_entries GROUP BY reason, reference HAVING count(*) > 1") == []
        refunded = self.query("SELECT count(*) FROM images WHERE credit_refunded = 1")
        assert refunded == self.query("SELECT count(*) FROM ledger_entries WHERE reason = 'refund'")
