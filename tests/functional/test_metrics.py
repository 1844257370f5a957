"""GET /metrics, and the log (docs/operating.md)."""

import json
import re
import socket

import pytest
import requests

import images
from test_errors import check_problem
from test_web_account import PASSWORD, Browser
from verbs import ROOT, wait_until

SAMPLE = re.compile(r'^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\]|\\.)*",?)*)\})? (-?[0-9.e+-]+|\+Inf)$')


def read(server, **headers):
    answer = requests.get(server.url + "/metrics", headers=headers, timeout=30)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return answer.text


def figures(server):
    """{(name, frozenset of labels): value}; every line is checked against the format."""
    found, typed = {}, set()
    for line in read(server).splitlines():
        if line.startswith("# "):
            _, kind, name, _ = line.split(" ", 3)
            assert kind in ("HELP", "TYPE")
            typed.add(name)
            continue
        name, labels, value = SAMPLE.match(line).groups()
        assert re.sub("_(bucket|sum|count)$", "", name) in typed or name in typed, line
        key = name, frozenset(re.findall(r'([a-z_]+)="((?:[^"\\]|\\.)*)"', labels or ""))
        assert key not in found, line
        found[key] = float(value)
    return found


def value(found, name, **labels):
    return found.get((name, frozenset(labels.items())), 0)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    from verbs import Server
    made = Server(tmp_path_factory.mktemp("metrics"), "--metrics-token", "a-long-metrics-token").start()
    yield made
    made.check_books()
    assert made.stop() == 0


def test_a_jobs_figures_are_counted(site):
    alice = site.account(credits=5)
    before = figures(site)
    job = alice.remove(("a.png", images.plain_png()), ("b.txt", b"no image"))
    verdict = job["images"][0]["verdict"]
    after = figures(site)

    def grown(name, **labels):
        return value(after, name, **labels) - value(before, name, **labels)

    assert grown("removr_images_total", task="remove", outcome=verdict) == 1
    assert grown("removr_images_total", task="remove", outcome="unsupported_format") == 1
    pixels = job["images"][0]["width"] * job["images"][0]["height"]
    assert grown("removr_megapixels_total", task="remove") == pytest.approx(pixels / 1e6)
    assert grown("removr_credits_charged_total") == 2
    assert grown("removr_refunds_total") == sum(image["creditRefunded"] for image in job["images"])
    route = {"method": "POST", "route": "/api/v1/remove", "status": "202"}
    assert grown("removr_http_request_duration_seconds_count", **route) == 1
    assert grown("removr_http_request_duration_seconds_bucket", le="+Inf", **route) == 1
    assert value(after, "removr_queue_images", state="waiting") == 0
    assert value(after, "removr_workers") == 1
    assert value(after, "removr_stored_bytes") > 0
    assert 0 < value(after, "removr_disk_free_bytes") <= value(after, "removr_disk_size_bytes")
    assert value(after, "process_resident_memory_bytes") > 1e6


def test_methods_that_clients_invent_are_one_figure(site):
    for method in ("QUERY", "X-Y"):
        assert requests.request(method, site.url + "/healthz", timeout=30).status_code == 405
    # An answer is counted once it is sent.
    wait_until(lambda: re.search(r'method="other",route="none",status="405"\} 2', requests.get(site.url + "/metrics", timeout=30).text))


def test_a_worker_that_dies_is_counted(site):
    import os
    import signal
    before = value(figures(site), "removr_worker_ends_total", how="killed")
    os.kill(site.worker_pids()[0], signal.SIGKILL)
    wait_until(lambda: value(figures(site), "removr_worker_ends_total", how="killed") == before + 1, 20, "the count")


def test_routes_are_templates_so_that_labels_stay_few(site):
    alice = site.account()
    for i in range(5):
        alice.get(f"/api/v1/jobs/nonesuch{i}")
        requests.get(f"{site.url}/random/{i}", timeout=30)
    text = read(site)
    assert "nonesuch" not in text and "/random" not in text
    assert 'route="/api/v1/jobs/:job",status="404"' in text


def test_only_this_machine_and_the_tokens_owner_may_read(site):
    for headers in ({"X-Forwarded-For": "192.0.2.1"}, {"Via": "1.1 proxy"}, {"Forwarded": "for=192.0.2.1"},
                    {"X-Forwarded-For": "192.0.2.1", "Authorization": "Bearer wrong"}):
        check_problem(requests.get(site.url + "/metrics", headers=headers, timeout=30), 401, "unauthorized")
    assert "removr_workers" in read(site, **{"X-Forwarded-For": "192.0.2.1", "Authorization": "Bearer a-long-metrics-token"})


def test_the_dashboard_asks_for_figures_that_there_are(site):
    dashboard = json.loads((ROOT / "packaging/grafana/removr.json").read_text())
    there = {re.sub("_(bucket|sum|count)$", "", name) for name, _ in figures(site)} | {
        line.split()[2] for line in read(site).splitlines() if line.startswith("# TYPE")}
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            for name in re.findall(r"\b(?:removr|process)_[a-z_]+", target["expr"]):
                assert re.sub("_(bucket|sum|count)$", "", name) in there, name


# The log


def lines(server):
    return [json.loads(line) for line in server.log().splitlines()]


def test_the_log_is_json_with_the_requests_id(site):
    alice = site.account()
    answer = alice.get("/api/v1/jobs/nonesuch?secret=query", X_Request_Id="test-request-7")
    assert answer.headers["X-Request-Id"] == "test-request-7"
    [line] = wait_until(lambda: [line for line in lines(site) if line.get("requestId") == "test-request-7"], 10, "the line")
    assert (line["message"], line["method"], line["path"], line["route"], line["status"]) == (
        "request", "GET", "/api/v1/jobs/nonesuch", "/api/v1/jobs/:job", 404)
    assert line["ms"] >= 0 and line["level"] == "info" and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])


def test_no_secret_is_in_the_log_the_figures_or_an_error(new_server, tmp_path):
    """Each kind of secret is used rightly and wrongly, with everything logged that can be."""
    server = new_server("--log-level", "trace", "--metrics-token", "metrics-secret-0815")
    alice, ann = server.account(credits=5), Browser(server)
    seen = []

    def note(answer):
        if answer.status_code >= 400:
            seen.append(answer.text)
        return answer

    assert ann.sign_up().status_code == 201
    note(ann.sign_in(ann.email, "a wrong passphrase"))
    assert ann.sign_in(ann.email).status_code == 200
    made = ann.post("keys", {"name": "laptop"}).json()["text"]
    link = server.cli("account", "reset-link", ann.email).stdout
    token = re.search(r"#(\w+)", link)[1]
    note(ann.post("password-reset", {"token": token, "password": "short"}))
    alice.remove(("a.png", images.png()))
    for key in (alice.key, made, alice.key[:-1] + "x"):
        for path in (f"/api/v1/jobs/{key}", f"/api/v1/files/{key}/{key}", f"/{key}", f"/api/v1/account?key={key}"):
            note(requests.get(server.url + path, headers={"Authorization": f"Bearer {key}"}, timeout=30))
            note(requests.get(server.url + path, timeout=30))
    note(requests.post(server.url + "/api/v1/remove", headers={"Authorization": f"Bearer {alice.key}"}, data=alice.key, timeout=30))
    requests.get(server.url + "/metrics", headers={"Authorization": "Bearer metrics-secret-0815"}, timeout=30)
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
        raw.sendall(f"GARBAGE {alice.key}\r\n\r\n".encode())
        seen.append(raw.recv(65536).decode())
    session = next(cookie.value for cookie in ann.session.cookies if "session" in cookie.name)
    text = server.log() + read(server) + "".join(seen)
    assert len(seen) > 10 and server.log().count("requestId") > 20
    for secret in (alice.key, made, session, token, ann.csrf, PASSWORD, "a wrong passphrase", "metrics-secret-0815"):
        assert secret not in text and secret[:24] not in text, secret
