"""serve --tls-cert --tls-key: the server speaks https itself (cli.md)."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading

import pytest
import requests

import images
from test_web_account import PASSWORD
from verbs import BINARY, Server, clean_environment, multipart, run, wait_until

MIB = 1024 * 1024


def make_certificate(folder, name="site", days=30):
    """A self-signed certificate for 127.0.0.1 and its key."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", certificate, "-days", str(days), "-subj", f"/CN={name}",
                    "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"], check=True, capture_output=True)
    return certificate, key


class TlsServer(Server):
    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A server behind https; `requests` believes its certificate."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = make_certificate(folder)
    before = os.environ.get("REQUESTS_CA_BUNDLE")
    os.environ["REQUESTS_CA_BUNDLE"] = str(certificate)
    made = TlsServer(folder / "server", "--tls-cert", certificate, "--tls-key", key)
    made.certificate, made.key = certificate, key
    try:
        yield made.start()
        made.check_books()
        assert made.stop() == 0, made.log()
    finally:
        os.environ.pop("REQUESTS_CA_BUNDLE")
        if before:
            os.environ["REQUESTS_CA_BUNDLE"] = before


@pytest.fixture
def carol(site):
    return site.account(credits=100)


def context_for(site, **limits):
    context = ssl.create_default_context(cafile=site.certificate)
    for name, value in limits.items():
        setattr(context, name, value)
    return context


def shake_hands(site, context):
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as raw:
        with context.wrap_socket(raw, server_hostname="127.0.0.1") as secure:
            return secure.version(), secure.cipher()[0], secure.selected_alpn_protocol(), secure.getpeercert(True)


def test_a_picture_goes_up_and_comes_back(site, carol):
    picture = images.png()
    job = carol.remove(("a.png", picture))
    assert job["images"][0]["url"].startswith(f"https://127.0.0.1:{site.port}/api/v1/files/")
    original = carol.get(job["images"][0]["originalUrl"])
    assert original.content == picture
    part = carol.get(job["images"][0]["originalUrl"], Range="bytes=10-19")
    assert part.status_code == 206 and part.content == picture[10:20]
    head = carol.call("HEAD", job["images"][0]["originalUrl"])
    assert head.status_code == 200 and int(head.headers["Content-Length"]) == len(picture) and not head.content
    assert carol.get(job["images"][0]["originalUrl"], If_None_Match=original.headers["ETag"]).status_code == 304


def test_large_files_stream_both_ways(site, carol):
    big = images.plain_png() + os.urandom(20 * MIB)
    job = carol.remove(*[(f"{i}.png", big) for i in range(3)])
    for image in job["images"]:
        assert image["ok"], image
        assert carol.get(image["originalUrl"]).content == big
    archive = carol.get(f"/api/v1/jobs/{job['id']}/archive")
    assert archive.status_code == 200 and len(archive.content) == int(archive.headers["Content-Length"])


def test_curl_trusts_it_and_reads_an_early_refusal(site, carol, tmp_path):
    (tmp_path / "a.png").write_bytes(images.png())
    (tmp_path / "big").write_bytes(bytes(30 * MIB))
    curl = ["curl", "-sS", "--cacert", site.certificate, "-H", f"Authorization: Bearer {carol.key}", "-w", "\n%{http_code}"]
    done = subprocess.run([*curl, "-F", f"files=@{tmp_path}/a.png", site.url + "/api/v1/remove"], capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.endswith("202"), done
    # 413 comes while curl still sends; it must be able to read it.
    done = subprocess.run([*curl, "-F", f"files=@{tmp_path}/big", site.url + "/api/v1/remove"], capture_output=True, text=True)
    assert done.stdout.endswith("413") and "file_too_large" in done.stdout, done


def test_events_end_with_a_proper_close(site, carol):
    job_id = carol.begin(("a.png", images.plain_png()))
    with socket.create_connection(("127.0.0.1", site.port), timeout=60) as raw:
        with context_for(site).wrap_socket(raw, server_hostname="127.0.0.1", suppress_ragged_eofs=False) as secure:
            secure.sendall(f"GET /api/v1/jobs/{job_id}/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {carol.key}\r\n\r\n".encode())
            got = b""
            while piece := secure.recv(65536):  # raises where the end is a cut
                got += piece
    assert b"event: done" in got


def test_versions_and_ciphers_are_modern(site):
    assert shake_hands(site, context_for(site))[0] == "TLSv1.3"
    version, cipher, _, _ = shake_hands(site, context_for(site, maximum_version=ssl.TLSVersion.TLSv1_2))
    assert version == "TLSv1.2" and cipher.startswith("ECDHE-") and ("GCM" in cipher or "CHACHA20" in cipher)
    old = context_for(site)
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        shake_hands(site, old)
    weak = context_for(site, maximum_version=ssl.TLSVersion.TLSv1_2)
    weak.set_ciphers("AES128-SHA:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        shake_hands(site, weak)
    offers = context_for(site)
    offers.set_alpn_protocols(["h2", "http/1.1"])
    assert shake_hands(site, offers)[2] == "http/1.1"


def test_plain_http_and_silence_on_the_port_harm_nothing(site, carol):
    for greeting in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", bytes(300), b""):
        with socket.create_connection(("127.0.0.1", site.port), timeout=10) as raw:
            raw.sendall(greeting)
            if greeting:
                raw.settimeout(10)
                try:
                    while raw.recv(4096):
                        pass
                except ConnectionResetError:
                    pass
    assert carol.balance() == 100


def test_the_sites_cookie_is_secure_and_hsts_waits_for_a_name(site):
    session = requests.Session()
    made = session.post(site.url + "/api/web/sign-up", json={
        "email": "tls@example.org", "password": PASSWORD,
        "rightsVersion": session.get(site.url + "/api/web/session", timeout=10).json()["rights"]["version"]}, timeout=30)
    assert made.status_code == 201, made.text
    cookie = made.headers["Set-Cookie"]
    assert cookie.startswith("__Host-removr_session=") and "; Secure" in cookie and "HttpOnly" in cookie
    assert session.get(site.url + "/api/web/account", timeout=10).status_code == 200
    assert "Strict-Transport-Security" not in made.headers


def test_hsts_is_sent_where_the_site_has_an_https_name(site, new_server, tmp_path):
    named = TlsServer(tmp_path / "named", "--tls-cert", site.certificate, "--tls-key", site.key, "--public-url",
                      "https://images.example.org", workers=0)
    named.start(ready=False)
    try:
        answer = requests.get(named.url + "/healthz", timeout=10)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    finally:
        assert named.stop() == 0
    plain = new_server("--public-url", "https://images.example.org", workers=0, ready=False)
    assert "Strict-Transport-Security" not in requests.get(plain.url + "/healthz", timeout=10).headers


def test_many_clients_at_once(site, carol):
    body, content_type = multipart(("a.png", images.plain_png()))
    statuses = []

    def send():
        for _ in range(3):
            statuses.append(carol.call("POST", "/api/v1/remove", data=body, headers={"Content-Type": content_type}).status_code)

    threads = [threading.Thread(target=send) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [202] * 36


def test_a_new_certificate_is_taken_on_sighup_and_a_broken_one_is_not(site, tmp_path):
    folder = tmp_path / "live"
    folder.mkdir()
    certificate, key = folder / "cert.pem", folder / "key.pem"

    def install(name):
        new_certificate, new_key = make_certificate(tmp_path, name)
        shutil.copy(new_certificate, certificate)
        shutil.copy(new_key, key)

    def shown():
        insecure = ssl._create_unverified_context()
        return shake_hands(live, insecure)[3]

    install("first")
    live = TlsServer(tmp_path / "server", "--tls-cert", certificate, "--tls-key", key, workers=0)
    live.answers = lambda path: "serving https" in live.log()
    live.start(ready=False)
    try:
        first = shown()
        install("second")
        live.process.send_signal(signal.SIGHUP)
        second = wait_until(lambda: shown() != first and shown(), 10, "the new certificate")
        certificate.write_text("broken")
        live.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "the certificate stays as it was" in live.log(), 10, "the refusal")
        assert shown() == second
    finally:
        assert live.stop() == 0


def test_files_that_will_not_do_are_said_at_the_start(tmp_path):
    certificate, key = make_certificate(tmp_path)
    _, other_key = make_certificate(tmp_path, "other")
    (tmp_path / "text").write_text("no certificate")
    locked = tmp_path / "locked.key"
    subprocess.run(["openssl", "ec", "-in", key, "-aes256", "-passout", "pass:secret", "-out", locked], check=True,
                   capture_output=True)
    serve = ("serve", "--data", tmp_path / "data", "--workers", "0", "--listen", "127.0.0.1:0")
    for cert_file, key_file, says in [
        (tmp_path / "absent", key, "absent: No such file"),
        (certificate, tmp_path / "absent", "absent: No such file"),
        (tmp_path / "text", key, r"no PEM certificate in \S*text"),
        (certificate, tmp_path / "text", r"no PEM key"),
        (certificate, locked, r"no PEM key without a passphrase"),
        (certificate, other_key, r"other\.key does not belong to the certificate \S*site\.pem"),
    ]:
        failed = run(*serve, "--tls-cert", cert_file, "--tls-key", key_file, check=2)
        assert re.search(says, failed.stderr), failed.stderr
    assert "--tls-key" in run(*serve, "--tls-cert", certificate, check=2).stderr


def test_a_certificate_that_is_over_is_said(tmp_path):
    certificate, key = make_certificate(tmp_path, "short", days=1)
    process = subprocess.Popen([BINARY, "serve", "--data", tmp_path / "data", "--workers", "0", "--listen", "127.0.0.1:0",
                                "--tls-cert", certificate, "--tls-key", key], stderr=subprocess.PIPE, text=True,
                               env=clean_environment())
    try:
        # Before anything is served; the other line says that it is, or that the web app was not built.
        lines = process.stderr.readline() + process.stderr.readline()
        assert re.search(r"ends in [01] day", lines), lines
    finally:
        process.terminate()
        process.wait(20)
