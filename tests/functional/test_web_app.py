"""The web app's files as `removr serve --web` sends them (docs/web-api.md, "The app's files")."""

import gzip
import hashlib

import pytest
import requests

from verbs import Server, run

PAGE = "<!doctype html><title>removr</title>" + "<p>page</p>" * 50
SCRIPT = "console.log('app');" * 100


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A built app, a secret beside it, and a link to the secret inside."""
    root = tmp_path_factory.mktemp("app")
    app = root / "dist"
    (app / "assets").mkdir(parents=True)
    (root / "secret.txt").write_text("secret")
    (app / "index.html").write_text(PAGE)
    (app / "index.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    (app / "assets" / "app-1a2b3c.js").write_text(SCRIPT)
    (app / "assets" / "app-1a2b3c.js.br").write_bytes(b"as brotli")
    (app / "assets" / "app-1a2b3c.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (app / "icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (app / "link.txt").symlink_to(root / "secret.txt")
    (app / "up").symlink_to(root)
    return app


@pytest.fixture(scope="module")
def site(folder, tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("site"), "--web", folder, workers=0).start(ready=False)
    yield server
    assert server.stop() == 0, server.log()


def get(site, path, **headers):
    """Sent as it stands: nothing is normalised on the way."""
    request = requests.Request("GET", site.url + "/").prepare()
    request.url = site.url + path
    request.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    request.headers.setdefault("Accept-Encoding", "identity")
    with requests.Session() as session:
        return session.send(request, timeout=30, allow_redirects=False)


@pytest.mark.parametrize("path", ["/", "/account", "/docs", "/docs/errors", "/jobs", "/jobs/abc", "/admin", "/sign-in",
                                  "/sign-up", "/reset", "/terms", "/index.html", "/?x=1"])
def test_the_apps_own_paths_are_its_page(site, path):
    page = get(site, path)
    assert (page.status_code, page.text) == (200, PAGE)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-cache"


def test_every_page_has_a_strict_policy(site):
    headers = get(site, "/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    assert not any(word in policy for word in ("unsafe", "http", "data:", "*"))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_hashed_files_are_kept_for_ever_and_others_asked_for_again(site):
    script = get(site, "/assets/app-1a2b3c.js")
    assert script.text == SCRIPT
    assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    icon = get(site, "/icon.svg")
    assert (icon.headers["Content-Type"], icon.headers["Cache-Control"]) == ("image/svg+xml", "no-cache")
    again = get(site, "/icon.svg", If_None_Match=icon.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert "Content-Security-Policy" in again.headers


@pytest.mark.parametrize("accepted, encoding", [
    ("gzip, deflate, br", "br"), ("gzip", "gzip"), ("GZIP;q=0.5", "gzip"), ("br;q=0, gzip", "gzip"), ("*", "br"),
    ("identity", None), ("", None), ("br;q=0, gzip;q=0.000", None), ("*;q=0", None), ("deflate", None),
])
def test_a_browser_gets_the_form_that_it_takes(site, accepted, encoding):
    answer = get(site, "/assets/app-1a2b3c.js", Accept_Encoding=accepted)
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Type"].startswith("text/javascript")


def test_each_form_has_its_own_etag(site):
    etags = {get(site, "/assets/app-1a2b3c.js", Accept_Encoding=coding).headers["ETag"] for coding in ("br", "gzip", "")}
    assert len(etags) == 3


def test_what_is_nowhere_is_a_page_with_404_for_people_and_a_problem_for_programs(site):
    page = get(site, "/nowhere", Accept="text/html,application/xhtml+xml")
    assert (page.status_code, page.text) == (404, PAGE)
    assert get(site, "/nowhere", Accept="application/json").json()["code"] == "not_found"
    assert get(site, "/assets/gone-4d5e6f.js", Accept="*/*").status_code == 404


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/web", "/api/web/nothing", "/api/v1/nothing", "/api/v2", "/api/web/../../"])
def test_nothing_below_api_is_ever_the_page(site, path):
    answer = get(site, path, Accept="text/html")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", [
    "/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt", "/assets/../../secret.txt",
    "/assets/%2e%2e/%2e%2e/secret.txt", "/..%5csecret.txt", "/%252e%252e/secret.txt", "//secret.txt", "/./../secret.txt",
    "/link.txt", "/up/secret.txt", "/up/dist/index.html", "/assets/..%00/secret.txt", "/%c0%ae%c0%ae/secret.txt",
    "/assets", "/assets/", "/etc/passwd", "//etc/passwd",
])
def test_no_path_leads_out_of_the_folder(site, path):
    answer = get(site, path, Accept="*/*")
    assert answer.status_code in (400, 404), answer.text
    assert "secret" not in answer.text.replace("secret.txt", "")


def test_head_and_other_methods(site):
    head = requests.head(site.url + "/", headers={"Accept-Encoding": "identity"}, timeout=30)
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(PAGE)))
    for method in ("POST", "PUT", "DELETE"):
        refused = requests.request(method, site.url + "/", timeout=30)
        assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")


def test_an_etag_is_of_the_bytes(site, folder):
    etag = get(site, "/icon.svg").headers["ETag"]
    assert etag == '"' + hashlib.sha256((folder / "icon.svg").read_bytes()).hexdigest()[:32] + '"'


def test_a_folder_without_the_app_is_said_at_once(tmp_path):
    failed = run("serve", "--listen", "127.0.0.1:0", "--data", tmp_path / "data", "--workers", 0, "--web", tmp_path, check=1)
    assert "index.html" in failed.stderr


def test_the_api_goes_on_beside_the_app(site):
    assert requests.get(site.url + "/healthz", timeout=30).json() == {"status": "ok"}
    assert requests.get(site.url + "/api/v1/account", timeout=30).status_code == 401
