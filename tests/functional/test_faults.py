"""What goes wrong around the service: it is stopped, killed, loses its workers, its disk is full. Every job ends, and the
books are right (new_server checks them at the end of each test)."""

import contextlib
import os
import signal
import time
from pathlib import Path

import pytest
import requests

import images
from verbs import SOAK, multipart, run, wait_until

def some_files(count):
    """Half photographs that take a while, a quarter small, a quarter bad."""
    kinds = (images.jpeg(1000, 800), images.plain_png(), images.jpeg(1000, 800, seed=2), b"no image")
    return [(f"{i}.jpg", kinds[i % 4]) for i in range(count)]


def alive(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def descriptors(pid):
    return [os.readlink(fd) for fd in Path(f"/proc/{pid}/fd").iterdir()]


def check_outcome(account, job, credits):
    """All images are finished, and what was not clean was paid back, once each."""
    assert job["completed"] == job["total"] == len(job["images"])
    bad = [image for image in job["images"] if image["filename"] in {f"{i}.jpg" for i in range(3, 100, 4)}]
    assert all(image["code"] == "unsupported_format" for image in bad)
    paid = sum(1 for image in job["images"] if image["ok"] and image["verdict"] == "clean")
    assert account.balance() == credits - paid
    refunds = [entry for entry in account.entries() if entry[0] == "refund"]
    assert refunds == [("refund", 1)] * (job["total"] - paid)


def test_sigterm_ends_the_server_in_order_and_the_next_one_goes_on(new_server):
    server = new_server(workers=2)
    alice = server.account(credits=40)
    job_id = alice.begin(*some_files(8))
    assert server.stop() == 0, server.log()
    assert server.query("SELECT count(*) FROM images WHERE state = 'working'") == [(0,)]  # finished or handed back
    server.start()
    check_outcome(alice, alice.finished(job_id), 40)


def test_sigterm_lets_a_request_in_flight_end(new_server):
    server = new_server()
    alice = server.account()
    body, content_type = multipart(("a.png", images.png()))
    with alice.connection() as (raw, answer):
        raw.sendall(alice.head_of_upload(len(body), content_type) + body[:100])
        wait_until(lambda: server.query("SELECT 1 FROM uploads"), 10, "the upload")
        server.process.terminate()
        time.sleep(0.3)
        raw.sendall(body[100:])
        assert answer.readline().split()[1] == b"202"
    assert server.process.wait(30) == 0


def test_a_stopped_server_leaves_no_process_behind(new_server):
    server = new_server(workers=2)
    pids = server.worker_pids()
    assert len(pids) == 2
    server.stop()
    assert not any(os.path.exists(f"/proc/{pid}") for pid in pids)


def test_workers_end_with_a_killed_server(new_server):
    server = new_server(workers=2)
    pids = server.worker_pids()
    server.kill()
    wait_until(lambda: not any(alive(pid) for pid in pids), 20, "the end of the workers")
    server.start()


@pytest.mark.parametrize("round_", range(20 if SOAK else 1))
def test_killed_workers_are_replaced_and_every_job_ends(new_server, round_):
    server = new_server(workers=2)
    alice = server.account(credits=40)
    job_id = alice.begin(*some_files(8))
    for _ in range(3):
        time.sleep(0.3 + 0.05 * round_)
        for pid in server.worker_pids():
            os.kill(pid, signal.SIGKILL)
    check_outcome(alice, alice.finished(job_id), 40)


def test_workers_hold_none_of_the_servers_sockets(new_server):
    server = new_server(workers=2)
    sockets = {name for name in descriptors(server.process.pid) if name.startswith("socket:")}
    held = [name for pid in server.worker_pids() for name in descriptors(pid)]
    assert sockets and held and not sockets.intersection(held)


@pytest.mark.parametrize("round_", range(20 if SOAK else 1))
def test_after_kill_9_of_everything_every_job_ends(new_server, round_):
    server = new_server(workers=2)
    alice = server.account(credits=40)
    job_id = alice.begin(*some_files(8))
    body, content_type = multipart(("a.png", images.png()))
    with alice.connection() as (raw, _):  # and an upload is on its way
        raw.sendall(alice.head_of_upload(len(body), content_type, "Idempotency-Key: half\r\n") + body[:50])
        time.sleep(0.4 + 0.1 * round_)
        server.kill(workers=True)
    server.start()
    check_outcome(alice, alice.finished(job_id), 40)


def test_a_full_disk_is_503_and_leaves_nothing(small_disk, new_server):
    server = new_server("--storage", f"file:{small_disk}/files")
    alice = server.account(credits=10)
    answer = alice.submit(("big.jpg", images.jpeg() + bytes(20 << 20)), ("b.jpg", images.jpeg() + bytes(20 << 20)))
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert int(answer.headers["Retry-After"]) >= 1
    assert alice.entries() == [("grant", 10)]
    left = [path for path in small_disk.rglob("*") if path.is_file() and path.stat().st_size > 4096]
    assert left == []
    job = alice.remove(("small.png", images.plain_png()))  # there is room again
    assert job["images"][0]["ok"] is True


def test_a_disk_full_to_the_last_byte_is_503_and_net_zero(small_disk, new_server):
    server = new_server(folder=small_disk)  # database, files and log
    alice = server.account(credits=10)
    filler = small_disk / "filler"
    with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    answer = alice.submit(("a.png", images.png()))
    filler.unlink()
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert alice.entries() == [("grant", 10)]
    assert alice.remove(("a.png", images.plain_png()))["images"][0]["ok"] is True  # there is room again


def test_two_servers_do_not_share_a_data_folder(new_server):
    server = new_server()
    second = run("serve", "--listen", "127.0.0.1:0", "--data", server.data, "--workers", 0)
    assert second.returncode == 1
    assert "another server" in second.stderr
    assert requests.get(server.url + "/healthz", timeout=10).status_code == 200


def test_a_port_that_is_taken_is_a_clear_error(new_server, tmp_path):
    server = new_server()
    second = run("serve", "--listen", f"127.0.0.1:{server.port}", "--data", tmp_path / "other", "--workers", 0)
    assert second.returncode == 1
    assert str(server.port) in second.stderr
