"""The service on PostgreSQL (docs/operating.md): accounts, keys, jobs and refunds as on SQLite, workers that are elsewhere,
a server that goes away and comes back, and a password that nobody gets to see."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

import images
from verbs import BINARY, clean_environment, run, wait_until


def words_of(pid):
    return Path(f"/proc/{pid}/cmdline").read_text()


@contextlib.contextmanager
def worker_elsewhere(server):
    """A worker that no server has started, with the options of cli.md; its log."""
    log = server.folder / "worker.log"
    with open(log, "ab") as written:
        process = subprocess.Popen([BINARY, "worker", "--database", server.database, "--storage", f"file:{server.data}/files"],
                                   stdout=written, stderr=written, env=clean_environment())
    yield log
    process.terminate()
    assert process.wait(30) == 0, log.read_text()


def test_the_service_from_an_account_to_a_download_and_a_refund(new_server, database):
    server = new_server(database=database)
    alice = server.account(credits=10)
    assert alice.email in server.cli("account", "list").stdout
    job = alice.finished(alice.begin(("a.jpg", images.marked_jpeg()), ("b.txt", b"no image"), idempotency_key="once"))
    first, second = job["images"]
    assert first["ok"] and second["code"] == "unsupported_format" and second["creditRefunded"]
    assert images.open_image(alice.get(first["url"]).content).size == (640, 480)
    again = alice.submit(("a.jpg", images.marked_jpeg()), ("b.txt", b"no image"), idempotency_key="once")
    assert again.json()["jobId"] == job["id"]
    refunds = alice.entries().count(("refund", 1))
    assert alice.entries()[:2] == [("grant", 10), ("charge", -2)]
    assert alice.balance() == 8 + refunds and refunds == 1 + (first["verdict"] != "clean")
    server.cli("account", "grant", alice.email, 5, "--reason", "thanks")
    assert alice.balance() == 13 + refunds
    server.cli("key", "revoke", alice.key)
    assert alice.get("/api/v1/account").status_code == 401
    assert not (server.data / "removr.db").exists()


def test_a_killed_worker_takes_no_image_with_it(new_server, database):
    server = new_server(database=database)
    alice = server.account(credits=20)
    job_id = alice.begin(("a.jpg", images.jpeg(1000, 800)), ("b.png", images.plain_png()), ("c.txt", b"no image"))
    wait_until(lambda: server.query("SELECT 1 FROM images WHERE engine_started_ms IS NOT NULL"), 30, "the work")
    for pid in server.worker_pids():
        os.kill(pid, signal.SIGKILL)
    job = alice.finished(job_id)
    assert [image["ok"] for image in job["images"]] == [True, True, False]
    paid = sum(1 for image in job["images"] if image["ok"] and image["verdict"] == "clean")
    assert alice.balance() == 20 - paid
    assert server.query("SELECT count(*) FROM images WHERE tries > 0") == [(0,)]


def test_a_worker_elsewhere_works_for_the_server(new_server, database):
    server = new_server(database=database, workers=0, ready=False)
    alice = server.account()
    with worker_elsewhere(server) as log:
        wait_until(lambda: server.answers("/readyz"), 60, "the worker")
        job = alice.remove(("a.png", images.plain_png()))
    assert job["images"][0]["ok"]
    assert "is ready" in log.read_text()


def test_the_service_goes_on_after_the_databases_connections_broke(new_server, database):
    server = new_server(database=database)
    alice = server.account()
    with contextlib.closing(psycopg2.connect(database)) as db, db.cursor() as cursor:
        cursor.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'removr'")
        assert cursor.fetchone()[0] >= 2  # the server's, the worker's
    assert alice.balance() == 10
    assert alice.remove(("a.png", images.plain_png()))["images"][0]["ok"]


def test_the_password_is_in_no_log_and_among_no_arguments(new_server, database, tmp_path):
    password = urlsplit(database).password
    server = new_server(database=database)
    assert all(password not in words_of(pid) for pid in [server.process.pid, *server.worker_pids()])
    alice = server.account()
    alice.remove(("a.png", images.plain_png()))
    server.stop()
    assert password not in server.log()
    outside = database.replace("host=/", "host=/nowhere/")
    wrong = database.replace(password, password + "x")
    malformed = database.replace("?", "?nonsense=1&")
    for url, status, says in [(outside, 1, "nowhere"), (wrong, 1, "password authentication failed"), (malformed, 2, "malformed")]:
        for command in [("serve", "--workers", 0, "--data", tmp_path / "other"), ("account", "list")]:
            failed = run(*command, env={"REMOVR_DATABASE": url}, check=status)
            assert says in failed.stderr and password not in failed.stderr + failed.stdout
    worker = run("worker", "--storage", f"file:{tmp_path}/files", env={"REMOVR_DATABASE": wrong}, check=1)
    assert "authentication failed" in worker.stderr and password not in worker.stderr
    by_option = run("account", "list", "--database", malformed, check=2)
    assert "malformed" in by_option.stderr and password not in by_option.stderr + by_option.stdout


def test_a_database_without_removrs_tables_is_left_as_it_is(database):
    refused = run("account", "list", env={"REMOVR_DATABASE": database}, check=1)
    assert "no table of removr's" in refused.stderr and "account create" in refused.stderr
    with contextlib.closing(psycopg2.connect(database)) as db, db.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert cursor.fetchone() == (0,)


def test_a_dump_restores_to_a_service_that_goes_on(new_server, database, new_database, tmp_path):
    server = new_server(database=database)
    alice = server.account(credits=10)
    done = alice.remove(("a.png", images.plain_png()))
    subprocess.run(["pg_dump", "--format=custom", "--file", tmp_path / "dump", database], check=True)
    server.stop()
    other = new_database()
    subprocess.run(["pg_restore", "--no-owner", "--dbname", other, tmp_path / "dump"], check=True)
    copy = new_server(database=other, folder=server.folder)
    alice.server = copy
    assert alice.get(alice.job(done["id"])["images"][0]["url"]).status_code == 200
    balance = alice.balance()
    copy.cli("account", "grant", alice.email, 5, "--reason", "thanks")
    assert alice.balance() == balance + 5
    with contextlib.closing(psycopg2.connect(other)) as db, db.cursor() as cursor:
        with pytest.raises(psycopg2.errors.IntegrityConstraintViolation):
            cursor.execute("UPDATE ledger_entries SET amount = 100")


def test_backup_names_the_tool_for_it(new_server, database, tmp_path):
    server = new_server(database=database, workers=0, ready=False)
    refused = server.cli("backup", tmp_path / "backup", check=2)
    assert "pg_dump" in refused.stderr
    assert list(tmp_path.glob("backup*")) == []
