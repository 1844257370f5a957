"""Signing up, in and out, passwords, keys and the operator's page, as the web app does it (docs/web-api.md)."""

import json
import re
import secrets
import threading
import time

import pytest
import requests

import images
from verbs import KEY_FORM, Server, multipart, wait_until

PASSWORD = "correct horse battery"


class Browser:
    """The app in one browser: keeps the cookie, and sends the session's token with what changes something."""

    def __init__(self, server):
        self.server, self.session, self.csrf = server, requests.Session(), None
        # One address for each, so that tests do not use up each other's attempts; a server that trusts no proxy ignores it.
        self.session.headers["X-Forwarded-For"] = ".".join(str(secrets.randbelow(200) + 1) for _ in range(4))

    def call(self, method, path, csrf=True, **options):
        headers = options.pop("headers", {})
        if csrf and self.csrf and method != "GET":
            headers = {"X-CSRF-Token": self.csrf, **headers}
        answer = self.session.request(method, f"{self.server.url}/api/web/{path}", headers=headers, timeout=60,
                                      **options)
        if path in ("session", "sign-up", "sign-in") and answer.ok:
            self.csrf = answer.json()["csrfToken"]
        return answer

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.call("POST", path, json=body or {}, **options)

    def sign_up(self, email=None, password=PASSWORD):
        self.email = email or f"web-{secrets.token_hex(4)}@example.org"
        version = self.get("session").json()["rights"]["version"]
        return self.post("sign-up", {"email": self.email, "password": password, "rightsVersion": version})

    def sign_in(self, email, password=PASSWORD):
        self.email = email
        return self.post("sign-in", {"email": email, "password": password})

    def submit(self, *files, **headers):
        body, content_type = multipart(*files)
        return self.call("POST", "remove", data=body, headers={"Content-Type": content_type, **headers})

    def signed_in(self):
        return self.get("session").json()["account"] is not None


def check_problem(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    return answer.json()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One for this file, behind a proxy that it trusts."""
    shared = Server(tmp_path_factory.mktemp("web"), "--trusted-proxy", "127.0.0.1").start()
    yield shared
    shared.check_books()
    assert shared.stop() == 0, shared.log()


@pytest.fixture
def browser(server):
    return Browser(server)


@pytest.fixture
def ann(browser):
    """Someone who has just signed up."""
    assert browser.sign_up().status_code == 201
    return browser


@pytest.fixture
def operator(server, browser):
    email = f"op-{secrets.token_hex(4)}@example.org"
    server.cli("account", "create", email, "--password-stdin", stdin=PASSWORD + "\n")
    server.cli("account", "operator", email, "on")
    assert browser.sign_in(email).status_code == 200
    return browser


# The session


def test_a_visitor_has_no_account_but_reads_statement_and_limits(browser):
    session = browser.get("session")
    assert session.status_code == 200 and session.headers["Cache-Control"] == "no-store"
    assert session.json()["account"] is None and session.json()["csrfToken"] is None
    assert session.json()["rights"]["text"].startswith("I own")
    assert session.json()["limits"] == {"filesMax": 50, "fileMaxBytes": 25 * 1024 * 1024, "pixelsMax": 100_000_000,
                                        "passwordMinChars": 10, "passwordMaxChars": 200}


def test_who_signs_up_is_signed_in_and_has_the_free_credits_once(server, browser):
    signed_up = browser.sign_up("  New.Person@Example.org ")
    assert signed_up.status_code == 201
    account = signed_up.json()["account"]
    assert (account["email"], account["plan"], account["balance"]) == ("new.person@example.org", "free", 25)
    assert account["isOperator"] is False
    assert account["rights"]["version"] == signed_up.json()["rights"]["version"]
    assert browser.get("session").json() == signed_up.json()
    shown = server.cli("account", "show", "new.person@example.org").stdout
    assert re.search(r"rights\s+accepted by user on 20", shown) and "free credits" in shown
    check_problem(Browser(server).sign_up("NEW.person@example.org"), 409, "conflict")
    assert server.query("SELECT count(*) FROM ledger_entries WHERE reference LIKE 'signup/%' AND to_account ="
                        " (SELECT id FROM accounts WHERE email = 'new.person@example.org')") == [(1,)]


def test_the_cookie_is_kept_from_scripts_and_other_sites(browser):
    cookie = browser.sign_up().headers["Set-Cookie"]
    assert re.fullmatch(r"removr_session=[0-9A-Za-z]{43}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax", cookie)


def test_behind_https_the_cookie_is_secure_and_bound_to_the_host(new_server):
    site = new_server("--public-url", "https://removr.example", workers=0, start=False)
    site.start(ready=False)
    answer = Browser(site).sign_up()
    assert answer.headers["Set-Cookie"].startswith("__Host-removr_session=")
    assert answer.headers["Set-Cookie"].endswith("; HttpOnly; SameSite=Lax; Secure")


def test_no_session_token_or_reset_token_is_stored_in_the_clear(server, ann):
    token = ann.session.cookies["removr_session"]
    link = server.cli("account", "reset-link", ann.email).stdout.strip()
    for file in server.data.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert token.encode() not in data and link.split("#")[1].encode() not in data, file
    assert token not in server.log() and PASSWORD not in server.log()


def test_signing_out_ends_the_session_for_good(server, ann):
    token = ann.session.cookies["removr_session"]
    answer = ann.post("sign-out")
    assert answer.status_code == 204 and "Max-Age=0" in answer.headers["Set-Cookie"]
    assert not ann.signed_in()
    kept = requests.get(server.url + "/api/web/keys", cookies={"removr_session": token}, timeout=30)
    check_problem(kept, 401, "unauthorized")
    assert ann.post("sign-out").status_code == 204


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "A" * 42 + "%", "A" * 5000])
def test_a_made_up_cookie_is_no_session(server, cookie):
    answer = requests.get(server.url + "/api/web/account", headers={"Cookie": f"removr_session={cookie}"}, timeout=30)
    check_problem(answer, 401, "unauthorized")


def test_two_session_cookies_are_none(server, ann):
    token = ann.session.cookies["removr_session"]
    for pair in (f"removr_session={token}; removr_session=x", f"removr_session=x; a=b; removr_session={token}"):
        check_problem(requests.get(server.url + "/api/web/account", headers={"Cookie": pair}, timeout=30), 401, "unauthorized")
    assert requests.get(server.url + "/api/web/account", headers={"Cookie": f"a=b; removr_session={token};c"},
                        timeout=30).status_code == 200


def test_a_session_opens_no_door_of_v1_and_a_key_none_of_the_web(server, ann):
    check_problem(ann.session.get(server.url + "/api/v1/account", timeout=30), 401, "unauthorized")
    key = ann.post("keys", {"name": "k"}).json()["text"]
    check_problem(requests.get(server.url + "/api/web/account", headers={"Authorization": f"Bearer {key}"}, timeout=30),
                  401, "unauthorized")


# Other sites


@pytest.mark.parametrize("method, path", [("POST", "keys"), ("POST", "password"), ("POST", "rights"), ("POST", "remove"),
                                          ("POST", "sign-out"), ("DELETE", "keys/x")])
@pytest.mark.parametrize("token", [None, "", "0" * 64])
def test_what_changes_something_needs_the_sessions_token(ann, method, path, token):
    headers = {} if token is None else {"X-CSRF-Token": token}
    check_problem(ann.call(method, path, json={}, csrf=False, headers=headers), 403, "forbidden")
    assert ann.signed_in()


def test_a_token_of_another_session_does_not_help(server, ann):
    bob = Browser(server)
    bob.sign_up()
    check_problem(ann.post("keys", {"name": "x"}, headers={"X-CSRF-Token": bob.csrf}), 403, "forbidden")


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"},
])
def test_requests_from_other_sites_are_refused_sign_in_included(server, ann, headers):
    check_problem(ann.post("keys", {"name": "x"}, headers=headers), 403, "forbidden")
    check_problem(Browser(server).post("sign-in", {"email": ann.email, "password": PASSWORD}, headers=headers), 403, "forbidden")
    check_problem(Browser(server).post("sign-up", {}, headers=headers), 403, "forbidden")


def test_requests_from_the_site_itself_pass(server, ann):
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": server.url}):
        assert ann.post("keys", {"name": "x"}, headers=headers).status_code == 201


# Passwords


@pytest.mark.parametrize("email, password", [("{ann}", "wrong password"), ("nobody@example.org", PASSWORD), ("no address", PASSWORD)])
def test_a_refusal_tells_nothing(server, ann, email, password):
    problem = check_problem(Browser(server).sign_in(email.format(ann=ann.email), password), 401, "unauthorized")
    assert problem["error"] == "The address or the password is wrong."


def test_an_unknown_address_takes_as_long_as_a_known_one(server, ann):
    def took(email):
        began = time.monotonic()
        Browser(server).sign_in(email, "wrong password")
        return time.monotonic() - began

    took("warm@example.org")
    known, unknown = min(took(ann.email) for _ in range(3)), min(took("absent@example.org") for _ in range(3))
    assert 0.3 < known / unknown < 3


@pytest.mark.parametrize("body", [
    {}, {"email": "x@example.org"}, {"email": 1, "password": PASSWORD, "rightsVersion": "2026-01"},
    {"email": "x@example.org", "password": PASSWORD, "rightsVersion": "1999-01"},
    {"email": "x@example.org", "password": "short", "rightsVersion": "2026-01"},
    {"email": "x@example.org", "password": "x" * 201, "rightsVersion": "2026-01"},
    {"email": "no address", "password": PASSWORD, "rightsVersion": "2026-01"},
    {"email": "x@example.org", "password": PASSWORD, "rightsVersion": "2026-01", "isOperator": True},
])
def test_a_sign_up_that_will_not_do_is_400_and_makes_nothing(server, browser, body):
    accounts = server.cli("account", "list").stdout
    check_problem(browser.post("sign-up", body), 400, "bad_request")
    assert server.cli("account", "list").stdout == accounts


@pytest.mark.parametrize("data, content_type, status", [
    (b"{", "application/json", 400), (b"[]", "application/json", 400), (b"", "application/json", 400),
    (b"{}", "text/plain", 415), (b"email=a", "application/x-www-form-urlencoded", 415), (b"\xff" * 100, "application/json", 400),
    (b"[" * 5000, "application/json", 400), (b'{"email":"' + b"x" * 20_000 + b'"}', "application/json", 413),
])
def test_a_body_that_is_no_small_json_object_is_refused(browser, data, content_type, status):
    assert browser.call("POST", "sign-in", data=data, headers={"Content-Type": content_type}).status_code == status


def test_a_changed_password_ends_the_other_sessions(server, ann):
    elsewhere = Browser(server)
    assert elsewhere.sign_in(ann.email).status_code == 200
    wrong = ann.post("password", {"currentPassword": "wrong password", "newPassword": "a new password"})
    check_problem(wrong, 401, "unauthorized")
    check_problem(ann.post("password", {"currentPassword": PASSWORD, "newPassword": "short"}), 400, "bad_request")
    assert ann.post("password", {"currentPassword": PASSWORD, "newPassword": "a new password"}).status_code == 204
    assert ann.signed_in() and not elsewhere.signed_in()
    check_problem(elsewhere.sign_in(ann.email), 401, "unauthorized")
    assert elsewhere.sign_in(ann.email, "a new password").status_code == 200


def test_a_reset_link_works_once_and_ends_all_sessions(server, ann):
    link = server.cli("account", "reset-link", ann.email, "--public-url", "https://removr.example/").stdout
    token = re.fullmatch(r"https://removr\.example/reset#([0-9A-Za-z]{43})\n", link)[1]
    visitor = Browser(server)
    assert visitor.post("password-reset", {"token": token, "password": "a new password"}).status_code == 204
    check_problem(visitor.post("password-reset", {"token": token, "password": "another password"}), 410, "gone")
    assert not ann.signed_in()
    assert visitor.sign_in(ann.email, "a new password").status_code == 200
    server.cli("account", "reset-link", "absent@example.org", check=1)


def test_guessing_is_slowed_for_the_account_and_for_the_address(new_server):
    site = new_server(workers=0, start=False)
    site.start(ready=False)
    ann, guesser = Browser(site), Browser(site)
    ann.sign_up()
    ann.post("sign-out")
    answers = [guesser.sign_in(ann.email, f"wrong password {i}") for i in range(14)]
    assert [answer.status_code for answer in answers[:10]] == [401] * 10
    refused = next(answer for answer in answers if answer.status_code == 429)
    check_problem(refused, 429, "rate_limited")
    assert 1 <= int(refused.headers["Retry-After"]) <= 30
    assert guesser.sign_in("another@example.org").status_code == 401


def test_addresses_behind_a_trusted_proxy_are_told_apart(server):
    for browser in (Browser(server), Browser(server)):
        answers = [browser.post("password-reset", {"token": "x", "password": PASSWORD}).status_code for _ in range(40)]
        assert answers[:20] == [410] * 20 and 429 in answers


def test_many_sign_ins_at_once_are_all_answered(new_server):
    site = new_server(workers=0, start=False)
    site.start(ready=False)
    answers = []
    threads = [threading.Thread(target=lambda i=i: answers.append(Browser(site).sign_in(f"a{i}@example.org").status_code))
               for i in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [401] * 16


# Rights


def test_an_account_without_acceptance_accepts_before_it_submits(server, ann):
    with_rights = ann.get("session").json()
    assert with_rights["account"]["rights"]["version"] == with_rights["rights"]["version"]
    check_problem(ann.post("rights", {"version": "1999-01"}), 409, "conflict")
    again = ann.post("rights", {"version": with_rights["rights"]["version"]})
    assert again.status_code == 200 and again.json()["account"]["rights"] == with_rights["account"]["rights"]


# Keys


def test_a_key_is_shown_once_works_and_is_revoked(server, ann):
    created = ann.post("keys", {"name": "laptop"})
    assert created.status_code == 201 and re.fullmatch(KEY_FORM, created.json()["text"])
    key = created.json()["key"]
    assert key["name"] == "laptop" and key["lastUsedAt"] is None and key["revokedAt"] is None
    bearer = {"Authorization": "Bearer " + created.json()["text"]}
    assert requests.get(server.url + "/api/v1/account", headers=bearer, timeout=30).json()["balance"] == 25
    listed = ann.get("keys")
    assert created.json()["text"] not in listed.text
    [row] = listed.json()["keys"]
    assert (row["id"], row["prefix"]) == (key["id"], created.json()["text"][:14]) and row["lastUsedAt"]
    assert ann.call("DELETE", "keys/" + key["id"]).status_code == 204
    assert requests.get(server.url + "/api/v1/account", headers=bearer, timeout=30).status_code == 401
    assert ann.get("keys").json()["keys"][0]["revokedAt"]
    check_problem(ann.call("DELETE", "keys/" + key["id"]), 404, "not_found")


def test_nobody_elses_key_can_be_revoked(server, ann):
    bob = Browser(server)
    bob.sign_up()
    key = bob.post("keys", {"name": "k"}).json()
    for name in (key["key"]["id"], key["key"]["prefix"], key["text"]):
        check_problem(ann.call("DELETE", "keys/" + name), 404, "not_found")
    assert bob.get("keys").json()["keys"][0]["revokedAt"] is None


def test_a_key_name_has_a_bound_and_so_has_the_number_of_keys(ann):
    check_problem(ann.post("keys", {"name": "x" * 101}), 400, "bad_request")
    for i in range(100):
        assert ann.post("keys", {"name": str(i)}).status_code == 201
    check_problem(ann.post("keys", {"name": "one more"}), 409, "conflict")
    assert ann.call("DELETE", "keys/" + ann.get("keys").json()["keys"][0]["id"]).status_code == 204
    assert ann.post("keys", {"name": "one more"}).status_code == 201


# Jobs, by the same handlers


def events_of(answer):
    """(name, data) of each event, until the stream ends."""
    name = None
    for line in answer.iter_lines(decode_unicode=True):
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, line[6:]


def test_a_job_of_the_web_stays_on_the_web(server, ann):
    accepted = ann.submit(("a.jpg", images.jpeg()), ("b.txt", b"no image"))
    assert accepted.status_code == 202, accepted.text
    job_id = accepted.json()["jobId"]
    assert accepted.headers["Location"] == f"/api/web/jobs/{job_id}"
    with ann.get(f"jobs/{job_id}/events", stream=True) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        events = [(name, json.loads(data)) for name, data in events_of(stream)]
    assert [name for name, _ in events] == ["image", "image", "done"]
    job = ann.get(f"jobs/{job_id}").json()
    assert events[-1][1] == job and job["status"] == "done"
    assert sorted((data["id"] for name, data in events[:2])) == ["a-0", "b-1"]
    assert all(data in job["images"] for _, data in events[:2])
    url = job["images"][0]["url"]
    assert url.startswith(f"/api/web/files/{job_id}/")
    image = ann.session.get(server.url + url, timeout=30)
    assert image.status_code == 200 and image.headers["Content-Type"] == "image/jpeg"
    assert requests.get(server.url + url, timeout=30).status_code == 401
    # The same balance as every key's: one for the image where its result is clean, none for the other.
    assert ann.get("account").json()["balance"] == ann.get("session").json()["account"]["balance"] >= 24


def test_events_come_while_the_job_is_worked_on(server, ann):
    with server.workers_paused():
        job_id = ann.submit(("a.png", images.png())).json()["jobId"]
        streams = [ann.get(f"jobs/{job_id}/events", stream=True) for _ in range(4)]
        assert all(stream.status_code == 200 for stream in streams)
        check_problem(ann.get(f"jobs/{job_id}/events"), 503, "busy")  # the fifth of one account
        for stream in streams[1:]:
            stream.close()
    assert [name for name, _ in events_of(streams[0])] == ["image", "done"]
    wait_until(lambda: ann.get(f"jobs/{job_id}/events").status_code == 200, 10)


def test_a_key_hears_the_events_of_v1(server):
    alice = server.account(credits=2)
    job_id = alice.begin(("a.png", images.png()))
    answer = alice.get(f"/api/v1/jobs/{job_id}/events")  # to its end
    assert "event: image" in answer.text and "event: done" in answer.text
    assert f'"{server.url}/api/v1/files/{job_id}/' in answer.text.replace("\\/", "/")


def test_nobody_hears_anothers_job(server, ann):
    bob = Browser(server)
    bob.sign_up()
    job_id = ann.submit(("a.png", images.png())).json()["jobId"]
    for path in (f"jobs/{job_id}", f"jobs/{job_id}/events", "jobs/none/events"):
        check_problem(bob.get(path), 404, "not_found")
    check_problem(Browser(server).get(f"jobs/{job_id}/events"), 401, "unauthorized")


def test_a_stopping_server_ends_the_streams(new_server):
    site = new_server()
    ann = Browser(site)
    ann.sign_up()
    with site.workers_paused():
        job_id = ann.submit(("a.png", images.png())).json()["jobId"]
        stream = ann.get(f"jobs/{job_id}/events", stream=True)
    began = time.monotonic()
    site.process.terminate()
    for _ in stream.iter_content(None):
        pass
    assert time.monotonic() - began < 5
    assert site.process.wait(30) == 0


# The operator


def test_only_operators_see_the_operators_page(ann, browser):
    for path in ("admin/overview", "admin/accounts", "admin/failures"):
        check_problem(ann.get(path), 403, "forbidden")
    check_problem(ann.post("admin/accounts/x/credits", {"amount": 1, "reason": "x"}), 403, "forbidden")


def test_visitors_have_no_operators_page(browser):
    check_problem(browser.get("admin/overview"), 401, "unauthorized")


def test_an_operator_sees_the_service(server, operator):
    overview = operator.get("admin/overview").json()
    assert overview["accounts"] >= 1 and len(overview["workers"]) == 1
    assert set(overview["queue"]) == {"waiting", "working"}
    assert 0 < overview["disk"]["freeBytes"] <= overview["disk"]["totalBytes"]
    assert overview["ledger"]["granted"] >= 0


def test_an_operator_pages_through_the_accounts(server, operator):
    for _ in range(3):
        server.account()
    seen, cursor = [], ""
    while cursor is not None:
        page = operator.get("admin/accounts", params={"limit": 2, "cursor": cursor}).json()
        seen += [row["email"] for row in page["accounts"]]
        cursor = page["nextCursor"]
    assert seen == sorted(set(seen)) and operator.email in seen
    for limit in ("0", "101", "x", "-1"):
        check_problem(operator.get("admin/accounts", params={"limit": limit}), 400, "bad_request")


def test_an_operator_grants_credits_with_a_reason_and_a_retry_grants_once(server, operator):
    alice = server.account(credits=1)
    [(account_id,)] = server.query("SELECT id FROM accounts WHERE email = ?", alice.email)
    grant = {"amount": 5, "reason": "sorry for the outage"}
    for _ in range(2):
        granted = operator.post(f"admin/accounts/{account_id}/credits", grant, headers={"Idempotency-Key": "g1"})
        assert granted.json() == {"balance": 6}
    assert operator.post(f"admin/accounts/{account_id}/credits", grant).json() == {"balance": 11}
    assert "sorry for the outage" in server.cli("account", "show", alice.email).stdout
    for bad in ({"amount": 0, "reason": "x"}, {"amount": -1, "reason": "x"}, {"amount": 1.5, "reason": "x"},
                {"amount": "1", "reason": "x"}, {"amount": 1, "reason": ""}, {"amount": 1}, {"amount": 10**18, "reason": "x"}):
        check_problem(operator.post(f"admin/accounts/{account_id}/credits", bad), 400, "bad_request")
    check_problem(operator.post("admin/accounts/nobody/credits", grant), 404, "not_found")
    check_problem(operator.post("admin/accounts/system:usage/credits", grant), 404, "not_found")
    assert alice.balance() == 11


def test_an_operator_sees_what_failed(server, operator):
    alice = server.account(credits=1)
    job = alice.remove(("broken.jpg", b"\xff\xd8\xff\xe0 broken"))
    [failure] = [row for row in operator.get("admin/failures").json()["failures"] if row["jobId"] == job["id"]]
    assert failure["email"] == alice.email and failure["imageId"] == "broken-0"
    assert failure["code"] == job["images"][0]["code"] and failure["error"]
