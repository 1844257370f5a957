"""How often and how much: rate limits, wrong keys, uploads at once, the disk quota, slow clients (api.md, section 6)."""

import contextlib
import re
import socket
import threading
import time

import pytest
import requests

import images
from test_errors import check_problem
from test_uploads import read_head
from verbs import multipart, wait_until

MIB = 1024 * 1024


def ask(server, key="", **headers):
    fields = {**({"Authorization": f"Bearer {key}"} if key else {}), **headers}
    return requests.get(server.url + "/api/v1/account", headers=fields, timeout=30)


def test_every_answer_says_how_much_may_still_be_asked(alice):
    answer = alice.get("/api/v1/account")
    assert answer.headers["RateLimit-Policy"] == '"key";q=3000;w=60'
    assert re.fullmatch(r'"key";r=29\d\d;t=\d+', answer.headers["RateLimit"])
    assert "RateLimit" not in requests.get(alice.server.url + "/healthz", timeout=30).headers


def test_a_key_that_asks_too_often_waits_and_others_do_not(new_server):
    server = new_server("--requests-per-minute", 30, workers=0, ready=False)
    alice, bob = server.account(), server.account()
    first = alice.get("/api/v1/account")
    assert first.headers["RateLimit"] == '"key";r=29;t=2'
    answers = [alice.get("/api/v1/account") for _ in range(29)]
    assert [answer.status_code for answer in answers] == [200] * 29
    refused = next(answer for answer in (alice.get("/api/v1/account") for _ in range(30)) if answer.status_code != 200)
    check_problem(refused, 429, "rate_limited")
    assert refused.headers["Retry-After"] in ("1", "2")
    assert refused.headers["RateLimit-Policy"] == '"key";q=30;w=60'
    assert re.fullmatch(r'"key";r=0;t=\d+', refused.headers["RateLimit"])
    assert bob.get("/api/v1/account").status_code == 200
    # A refused submission costs nothing, and is answered before its body.
    body, content_type = multipart(("a.png", images.png()))
    while True:
        with alice.connection() as (raw, answer):
            raw.sendall(alice.head_of_upload(len(body), content_type, "Expect: 100-continue\r\n"))
            status = read_head(answer)[0]
        if status == 429:
            break
        assert status in (100, 503)  # a request had come back meanwhile; there is no worker
    time.sleep(int(refused.headers["Retry-After"]))
    assert alice.balance() == 10


def test_an_address_has_a_limit_for_all_its_keys(new_server):
    server = new_server("--requests-per-minute", 5, workers=0, ready=False)
    keys = [server.account().key for _ in range(5)]
    answers = [ask(server, key) for key in keys for _ in range(5)]
    assert [answer.status_code for answer in answers[:20]] == [200] * 20
    check_problem(answers[-1], 429, "rate_limited")
    assert answers[-1].headers["RateLimit-Policy"] == '"address";q=20;w=60'
    assert requests.get(server.url + "/healthz", timeout=30).status_code == 200


def test_behind_a_trusted_proxy_the_clients_have_addresses_of_their_own(new_server):
    server = new_server("--requests-per-minute", 5, "--trusted-proxy", "127.0.0.0/8", workers=0, ready=False)
    for client in ("192.0.2.1", "192.0.2.2", "2001:db8:1::1", "2001:db8:2::1"):
        answers = [ask(server, **{"X-Forwarded-For": f"203.0.113.9, {client}"}) for _ in range(22)]
        assert [answer.status_code for answer in answers] == [401] * 20 + [429] * 2, client
    # One household is one client.
    assert ask(server, **{"X-Forwarded-For": "2001:db8:1::2"}).status_code == 429


def test_an_untrusted_peer_cannot_choose_its_address(new_server):
    server = new_server("--requests-per-minute", 5, workers=0, ready=False)
    answers = [ask(server, **{"X-Forwarded-For": f"192.0.2.{i}"}).status_code for i in range(22)]
    assert answers == [401] * 20 + [429] * 2


def test_no_limit_where_the_operator_wants_none(new_server):
    server = new_server("--requests-per-minute", 0, workers=0, ready=False)
    answer = ask(server, server.account().key)
    assert answer.status_code == 200 and "RateLimit" not in answer.headers


def test_trying_keys_is_slowed_and_right_ones_still_work(new_server):
    server = new_server(workers=0, ready=False)
    alice = server.account()
    wrong = alice.key[:-1] + ("0" if alice.key[-1] != "0" else "1")
    answers = [ask(server, wrong) for _ in range(150)]
    assert [answer.status_code for answer in answers[:100]] == [401] * 100
    refused = next(answer for answer in answers if answer.status_code != 401)
    check_problem(refused, 429, "rate_limited")
    assert refused.headers["Retry-After"] == "1"
    assert ask(server).status_code == 401  # without any key
    assert alice.balance() == 10


def test_an_account_sends_16_submissions_at_once_and_no_more(server):
    alice, bob = server.account(), server.account()
    body, content_type = multipart(("a.png", images.png()))
    with contextlib.ExitStack() as stack:
        for _ in range(16):
            raw, answer = stack.enter_context(alice.connection())
            raw.sendall(alice.head_of_upload(len(body), content_type, "Expect: 100-continue\r\n"))
            assert read_head(answer)[0] == 100
        refused = alice.submit(("a.png", images.png()))
        check_problem(refused, 429, "rate_limited")
        assert refused.headers["Retry-After"]
        assert bob.submit(("a.png", images.png())).status_code == 202
    wait_until(lambda: alice.submit(("a.png", images.png())).status_code == 202, 10, "room for another")


def test_an_accounts_files_have_a_quota(new_server):
    server = new_server("--account-disk-mib", 2)
    alice, bob = server.account(credits=20), server.account(credits=20)
    noise = images.png() + bytes(700_000)
    first = alice.begin(("a.png", noise), ("b.png", noise))
    alice.finished(first)
    # 1.4 MB lie there: as much again is refused, by its announced length or as it comes.
    refused = alice.submit(("c.png", noise))
    check_problem(refused, 429, "rate_limited")
    assert "2 MiB" in refused.json()["error"] and refused.headers["Retry-After"] == "600"
    body, content_type = multipart(("c.png", noise))
    chunked = alice.call("POST", "/api/v1/remove", data=iter([body]), headers={"Content-Type": content_type})
    check_problem(chunked, 429, "rate_limited")
    assert not server.query("SELECT 1 FROM uploads")
    assert bob.submit(("c.png", noise)).status_code == 202
    assert alice.call("DELETE", f"/api/v1/jobs/{first}").status_code == 204
    assert alice.submit(("c.png", noise)).status_code == 202


@pytest.mark.parametrize("part, status", [
    (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431),
    (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Large: " + b"a" * 20_000 + b"\r\n\r\n", 431),
    (b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(3000)) + b"\r\n", 431),
], ids=["request line", "field", "fields"])
def test_request_lines_and_headers_have_a_bound(alice, part, status):
    with alice.connection() as (raw, answer):
        raw.sendall(part)
        head, fields = read_head(answer)
        assert head == status and fields["connection"] == "close"


def test_a_thousand_connections_that_never_finish_a_header_shut_nobody_out(server):
    """Slow loris: each sends a byte of its header now and then. All the while others are answered at once."""
    slow, longest = [], 0
    stop = threading.Event()

    def trickle():
        while not stop.wait(0.2):
            for raw in list(slow):
                with contextlib.suppress(OSError):
                    raw.send(b"x")

    drip = threading.Thread(target=trickle)
    drip.start()
    try:
        for i in range(1000):
            raw = socket.create_connection(("127.0.0.1", server.port), timeout=10)
            raw.setblocking(False)
            raw.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            slow.append(raw)
            if i % 50 == 49:
                began = time.monotonic()
                assert requests.get(server.url + "/healthz", timeout=10).status_code == 200
                longest = max(longest, time.monotonic() - began)
    finally:
        stop.set()
        drip.join()
        for raw in slow:
            raw.close()
    assert longest < 1


def test_slow_headers_and_slow_bodies_of_visitors_end(server):
    """Of people who are not signed in, 16 may send a body at once from one address; uploads have room beside them."""
    alice = server.account()
    head = ("POST /api/web/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 40\r\n"
            "Expect: 100-continue\r\n\r\n").encode()
    with contextlib.ExitStack() as stack:
        for i in range(20):
            raw = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            answer = stack.enter_context(raw.makefile("rb"))
            raw.sendall(head)
            assert read_head(answer)[0] == (100 if i < 16 else 503)
        assert alice.submit(("a.png", images.png())).status_code == 202
