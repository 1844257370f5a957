"""Plans from the configuration file, renewals, closing an account, job records (docs/operating.md)."""

import calendar
import contextlib
import re
import sqlite3
import time
from datetime import datetime, timedelta, timezone

import pytest
import requests

import images
from test_errors import check_problem
from test_web_account import Browser
from verbs import Server, run, wait_until

PLANS = """
[plans.free]
credits_per_month = 3
[plans.studio]
credits_per_month = 100
price = "29 EUR a month"
unused = "roll over"
requests_per_minute = 20
"""


@pytest.fixture
def site(new_server, tmp_path):
    config = tmp_path / "removr.toml"
    config.write_text(PLANS)
    return new_server("--config", config)


def change(server, sql, *values):
    with contextlib.closing(sqlite3.connect(server.data / "removr.db", timeout=30)) as db:
        db.execute(sql, values)
        db.commit()


def test_an_account_on_a_plan_gets_its_credits_and_sees_its_terms(site):
    site.cli("account", "create", "ann@example.org", "--plan", "studio", "--credits", 5)
    shown = site.cli("account", "show", "ann@example.org").stdout
    assert re.search(r"credits\s+105\b", shown) and "100 credits, 29 EUR a month; unused ones roll over" in shown
    assert re.search(r"renews\s+20\d\d-", shown)
    key = site.cli("key", "create", "ann@example.org").stdout.strip()
    answer = requests.get(site.url + "/api/v1/account", headers={"Authorization": f"Bearer {key}"}, timeout=30)
    account = answer.json()
    assert (account["plan"], account["balance"], account["creditsPerMonth"], account["price"], account["rollsOver"]) == (
        "studio", 105, 100, "29 EUR a month", True)
    assert account["renewsAt"] > account["renewsAt"][:4]
    assert answer.headers["RateLimit-Policy"] == '"key";q=20;w=60'


def test_a_plan_is_changed_and_an_unknown_one_is_refused(site):
    alice = site.account(credits=0)
    assert alice.balance() == 3
    assert "no plan gold" in site.cli("account", "plan", alice.email, "gold", check=2).stderr
    site.cli("account", "create", "new@example.org", "--plan", "gold", check=2)
    site.cli("account", "plan", alice.email, "studio")
    assert alice.balance() == 103
    site.cli("account", "plan", alice.email, "studio")
    assert alice.balance() == 103


def test_who_signs_up_has_the_free_plan(site):
    ann = Browser(site)
    assert ann.sign_up().json()["account"]["balance"] == 25 + 3


def test_a_renewal_happens_once_also_when_it_fell_into_a_downtime(site):
    alice = site.account(credits=0)
    site.stop()
    since = datetime.now(timezone.utc) - timedelta(days=40)
    due = since.replace(day=1) + timedelta(days=32)
    due = due.replace(day=min(since.day, calendar.monthrange(due.year, due.month)[1]))
    change(site, "UPDATE accounts SET plan_since_ms = ?, renews_ms = ?", since.timestamp() * 1000, due.timestamp() * 1000)
    for _ in range(2):
        site.start()
        wait_until(lambda: site.query("SELECT 1 FROM accounts WHERE renews_ms > ?", time.time() * 1000), 20, "the renewal")
        time.sleep(0.3)
        site.stop()
    assert alice.entries() == [("grant", 3), ("grant", 3)]
    site.start()
    assert alice.balance() == 6


@pytest.mark.parametrize("toml, says", [
    ("[plans.studio]\ncredits = 5\n", "credits"),
    ("[plans.studio]\ncredits_per_month = -5\n", "credits_per_month"),
    ("[plans.studio]\nunused = \"keep\"\n", "unused"),
    ("[plans.Studio]\nprice = \"x\"\n", "a-z"),
])
def test_a_plan_that_is_not_understood_is_said(tmp_path, toml, says):
    (tmp_path / "removr.toml").write_text(toml)
    failed = run("serve", "--config", tmp_path / "removr.toml", "--data", tmp_path / "data", "--workers", 0, check=2)
    assert says in failed.stderr


def test_closing_deletes_the_files_and_whom_they_name_and_keeps_the_books(new_server):
    server = new_server()
    alice, bob = server.account(credits=5, email="anna.smith@example.org"), server.account()
    job_id = alice.remove(("Anna Smith passport.png", images.png()))["id"]
    kept = bob.remove(("b.png", images.png()))["id"]
    with server.workers_paused():
        waiting = alice.begin(("anna smith 2.png", images.png()), idempotency_key="anna-smith-1")
        entries = alice.entries()
        closed = server.cli("account", "close", alice.email).stdout
    assert "2 jobs" in closed
    assert not (server.data / "files" / job_id).exists() and not (server.data / "files" / waiting).exists()
    assert (server.data / "files" / kept).exists()
    check_problem(alice.get("/api/v1/account"), 401, "unauthorized")
    with contextlib.closing(sqlite3.connect(server.data / "removr.db", timeout=30)) as db:
        dump = "\n".join(db.iterdump())
    for word in ("anna", "Anna", "smith", "Smith"):
        assert word not in dump, word
    rows = server.query("SELECT reason FROM ledger_entries e JOIN accounts a ON a.id IN (from_account, to_account)"
                        " WHERE a.closed_ms IS NOT NULL")
    assert len(rows) == len(entries) + 1  # the image that waited was refunded
    assert bob.job(kept)["status"] == "done"
    server.cli("account", "create", "anna.smith@example.org")  # the address is free again


def test_a_jobs_record_goes_90_days_after_its_files(tmp_path):
    server = Server(tmp_path / "server", "--keep", "1s").start()  # its books have more refunds than records
    alice = server.account()
    job_id = alice.remove(("a.txt", b"no image"))["id"]
    wait_until(lambda: server.query("SELECT 1 FROM jobs WHERE files_deleted_ms IS NOT NULL"), 20, "the expiry")
    day = 86_400_000
    change(server, "UPDATE jobs SET files_deleted_ms = files_deleted_ms - ?", 89 * day)
    time.sleep(2.5)
    assert alice.job(job_id)["status"] == "done"
    change(server, "UPDATE jobs SET files_deleted_ms = files_deleted_ms - ?", day)
    wait_until(lambda: alice.get(f"/api/v1/jobs/{job_id}").status_code == 404, 20, "the end of the record")
    assert alice.entries()  # the books stay
    assert server.stop() == 0
