"""Every refusal of the API, with its status, its code and nothing charged (api.md, sections 1, 2 and 5)."""


import pytest
import requests

import images
from verbs import SOAK, multipart, wait_until

MIB = 1024 * 1024


def check_problem(answer, status, code):
    """An RFC 9457 problem in full."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Request-Id"]
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert all(problem[member] for member in ("type", "title", "detail", "error"))
    return problem


def check_nothing_happened(account, credits):
    assert account.balance() == credits
    assert account.entries() == ([("grant", credits)] if credits else [])


# 400


@pytest.mark.parametrize("content_type, body", [
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=", b"x"),
    ("multipart/form-data; boundary=b", b""),
    ("multipart/form-data; boundary=b", b"nothing with a boundary"),
    ("multipart/form-data; boundary=b", b"--b--\r\n"),
    ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="files"\r\n\r\nno end'),
    ("multipart/form-data; boundary=b", b"--b\r\nno colon\r\n\r\nx\r\n--b--\r\n"),
    ("multipart/form-data; boundary=b", b"--b\r\n\r\nno disposition\r\n--b--\r\n"),
], ids=["no boundary", "empty boundary", "empty body", "no parts", "end at once", "no last boundary", "bad header",
        "no disposition"])
def test_a_malformed_form_is_400(server, content_type, body):
    alice = server.account(credits=3)
    answer = alice.call("POST", "/api/v1/remove", data=body, headers={"Content-Type": content_type})
    check_problem(answer, 400, "bad_request")
    check_nothing_happened(alice, 3)


def test_an_unknown_field_is_400_so_that_a_typing_mistake_costs_nothing(server):
    alice = server.account(credits=3)
    problem = check_problem(alice.submit(("a.png", images.png()), field="file"), 400, "bad_request")
    assert "file" in problem["detail"]
    check_nothing_happened(alice, 3)


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", '"unbalanced', "Schlüssel".encode().decode("latin-1")])
def test_an_idempotency_key_of_another_form_is_400(alice, key):
    check_problem(alice.submit(("a.png", images.png()), idempotency_key=key), 400, "bad_request")


def test_a_malformed_request_line_is_400(alice):
    with alice.connection() as (raw, answer):
        raw.sendall(b"GARBAGE\r\n\r\n")
        assert answer.readline().split()[1] == b"400"


# 401


@pytest.mark.parametrize("header", [
    None,
    "",
    "Bearer",
    "Bearer ",
    "Bearer nonsense",
    "Bearer rmvr_live_" + "A" * 38,
    "Basic dXNlcjpwYXNz",
])
def test_a_missing_or_wrong_key_is_401(server, header):
    headers = {} if header is None else {"Authorization": header}
    for method, path in (("POST", "remove"), ("GET", "jobs/x"), ("GET", "files/x/y"), ("GET", "account")):
        answer = requests.request(method, f"{server.url}/api/v1/{path}", headers=headers, timeout=10)
        problem = check_problem(answer, 401, "unauthorized")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert problem["detail"] == requests.get(server.url + "/api/v1/account", timeout=10).json()["detail"]


def test_a_mistyped_key_is_401(alice):
    alice.key = alice.key[:-1] + ("a" if alice.key[-1] != "a" else "b")
    check_problem(alice.get("/api/v1/account"), 401, "unauthorized")


def test_a_revoked_key_is_401_at_once(alice):
    assert alice.get("/api/v1/account").status_code == 200
    alice.server.cli("key", "revoke", alice.key)
    check_problem(alice.get("/api/v1/account"), 401, "unauthorized")


# 402


def test_too_few_credits_are_402_with_the_balance(server):
    alice = server.account(credits=1)
    problem = check_problem(alice.submit(("a.png", images.png()), ("b.png", images.png())), 402, "insufficient_credits")
    assert (problem["balance"], problem["required"]) == (1, 2)
    check_nothing_happened(alice, 1)


def test_no_credits_are_402_before_the_body_is_sent(server):
    alice = server.account(credits=0)
    with alice.connection() as (raw, answer):
        raw.sendall(alice.head_of_upload(10 * MIB, "multipart/form-data; boundary=b"))
        assert answer.readline().split()[1] == b"402"
    problem = check_problem(alice.submit(("a.png", images.png()), ("b.png", images.png())), 402, "insufficient_credits")
    assert (problem["balance"], problem["required"]) == (0, 1)


def test_no_credits_with_an_idempotency_key_are_402_after_it(server):
    alice = server.account(credits=0)
    answer = alice.submit(("a.png", images.png()), ("b.png", images.png()), idempotency_key="k")
    problem = check_problem(answer, 402, "insufficient_credits")
    assert (problem["balance"], problem["required"]) == (0, 2)


# 404, 405


def test_what_is_not_there_is_404(alice, bob):
    job = alice.remove(("a.png", images.png()))
    for account, path in ((bob, f"/api/v1/jobs/{job['id']}"), (alice, "/api/v1/jobs/absent"),
                          (bob, job["images"][0]["url"]), (alice, f"/api/v1/files/{job['id']}/absent.jpg"),
                          (alice, f"/api/v1/files/{job['id']}/..%2f..%2fremovr.db"), (alice, "/api/v1/nothing")):
        check_problem(account.get(path), 404, "not_found")


def test_another_method_is_405_with_those_allowed(alice):
    answer = alice.get("/api/v1/remove")
    check_problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"
    assert "GET" in alice.call("DELETE", "/api/v1/account").headers["Allow"]
    for method in ("QUERY", "X-Y"):  # a method that nobody knows is one of those that are not there
        check_problem(alice.call(method, "/api/v1/account"), 405, "method_not_allowed")


# 408


@pytest.mark.skipif(not SOAK, reason="it takes the server 15 s to lose patience; make soak runs it")
def test_a_request_that_does_not_get_on_is_408(alice):
    with alice.connection() as (raw, answer):
        raw.sendall(b"GET /healthz HTTP/1.1\r\nHost: ")
        assert answer.readline().split()[1] == b"408"


# 409, 422


def test_a_key_whose_first_request_is_still_arriving_is_409(server):
    alice = server.account(credits=5)
    body, content_type = multipart(("a.png", images.png()))
    with alice.connection() as (raw, answer):
        raw.sendall(alice.head_of_upload(len(body), content_type, "Idempotency-Key: slow\r\n") + body[:50])
        wait_until(lambda: server.query("SELECT 1 FROM uploads WHERE idempotency_key = 'slow'"), 10, "the claim")
        second = alice.submit(("a.png", images.png()), idempotency_key="slow")
        check_problem(second, 409, "conflict")
        assert int(second.headers["Retry-After"]) >= 1
        raw.sendall(body[50:])
        assert answer.readline().split()[1] == b"202"
    assert alice.submit(("a.png", images.png()), idempotency_key="slow").headers["Idempotent-Replayed"] == "true"


def test_a_disconnect_gives_the_key_back(server):
    alice = server.account(credits=5)
    body, content_type = multipart(("a.png", images.png()))
    with alice.connection() as (raw, _):
        raw.sendall(alice.head_of_upload(len(body), content_type, "Idempotency-Key: gone\r\n") + body[:50])
        wait_until(lambda: server.query("SELECT 1 FROM uploads WHERE idempotency_key = 'gone'"), 10, "the claim")
    wait_until(lambda: alice.submit(("a.png", images.png()), idempotency_key="gone").status_code == 202, 10, "the release")
    assert alice.entries()[1:2] == [("charge", -1)]


def test_the_same_key_for_other_images_is_422(alice):
    alice.begin(("a.png", images.png()), idempotency_key="order")
    balance_of_one = len([entry for entry in alice.entries() if entry[0] == "charge"])
    answer = alice.submit(("a.png", images.plain_png()), idempotency_key="order")
    check_problem(answer, 422, "idempotency_mismatch")
    assert len([entry for entry in alice.entries() if entry[0] == "charge"]) == balance_of_one


# 410


def test_files_that_have_expired_are_410_and_the_record_stays(new_server):
    server = new_server("--keep", "3s")
    alice = server.account()
    job = alice.remove(("a.png", images.png()))
    url = job["images"][0]["url"]
    wait_until(lambda: alice.get(url).status_code == 410, 20, "the expiry")
    check_problem(alice.get(url), 410, "gone")
    assert alice.call("HEAD", url).status_code == 410
    assert alice.job(job["id"])["status"] == "done"
    check_problem(alice.get(f"/api/v1/files/{job['id']}/absent.jpg"), 404, "not_found")
    wait_until(lambda: not server.stored_files(), 20, "the removal of the files")


# 413


def test_more_than_fifty_files_are_413(server):
    alice = server.account(credits=60)
    answer = alice.submit(*[(f"{i}.png", b"x") for i in range(51)])
    check_problem(answer, 413, "too_many_files")
    assert answer.headers["Connection"] == "close"
    check_nothing_happened(alice, 60)


def test_a_file_over_25_mib_is_413_as_soon_as_that_is_known(server):
    """The client announces more than it ever sends: the answer comes all the same."""
    alice = server.account(credits=3)
    body, content_type = multipart(("big.jpg", bytes(30 * MIB)))
    with alice.connection() as (raw, answer):
        raw.sendall(alice.head_of_upload(len(body), content_type) + body[:26 * MIB])
        lines = [answer.readline()]
        while lines[-1].strip():
            lines.append(answer.readline())
        assert lines[0].split()[1] == b"413"
        assert b"connection: close\r\n" in [line.lower() for line in lines]
        assert b"file_too_large" in answer.read()
    check_nothing_happened(alice, 3)
    assert not server.query("SELECT 1 FROM uploads u JOIN accounts a ON a.id = u.account_id WHERE a.email = ?", alice.email)


def test_a_file_of_exactly_25_mib_is_taken(alice):
    [image] = alice.remove(("full.jpg", images.jpeg() + bytes(25 * MIB - len(images.jpeg()))))["images"]
    assert image["id"] == "full-0"


# 415, 416, 431


def test_another_body_than_a_form_is_415(alice):
    answer = alice.call("POST", "/api/v1/remove", json={"files": []})
    check_problem(answer, 415, "unsupported_media_type")
    check_problem(alice.call("POST", "/api/v1/remove", data=b"x"), 415, "unsupported_media_type")


def test_a_range_beyond_the_end_is_416(alice):
    [image] = alice.remove(("a.png", images.plain_png()))["images"]
    answer = alice.get(image["url"], Range="bytes=99999999-")
    check_problem(answer, 416, "range_not_satisfiable")
    assert answer.headers["Content-Range"] == f"bytes */{len(images.plain_png())}"


def test_endless_headers_are_431(alice):
    answer = alice.get("/healthz", X_Long="x" * 100_000)
    check_problem(answer, 431, "headers_too_large")


# 503


def test_a_full_queue_is_503_and_free(new_server):
    server = new_server("--max-queue", "2")
    alice = server.account()
    with server.workers_paused():
        alice.begin(("a.png", images.png()), ("b.png", images.png()))
        answer = alice.submit(("c.png", images.png()))
        check_problem(answer, 503, "busy")
        assert int(answer.headers["Retry-After"]) >= 1
        assert alice.entries() == [("grant", 10), ("charge", -2)]
    wait_until(lambda: alice.submit(("c.png", images.png())).status_code == 202, 30, "room in the queue")


def test_no_worker_is_503_and_free(new_server):
    server = new_server(start=False, workers=0).start(ready=False)
    alice = server.account()
    answer = alice.submit(("a.png", images.png()))
    check_problem(answer, 503, "busy")
    assert int(answer.headers["Retry-After"]) >= 1
    assert requests.get(server.url + "/readyz", timeout=10).status_code == 503
    check_nothing_happened(alice, 10)
    assert server.stored_files() == []


def test_every_answer_has_a_request_id_of_its_own(server):
    ids = {requests.get(server.url + "/healthz", timeout=10).headers["X-Request-Id"] for _ in range(3)}
    assert len(ids) == 3
