"""Downloads (api.md, section 4)."""

import hashlib

import pytest

import images


@pytest.fixture(scope="module")
def download(server):
    """(account, URL, bytes) of one result."""
    account = server.account()
    [image] = account.remove(("a b.png", images.plain_png()))["images"]
    return account, image["url"], images.plain_png()


def test_a_file_comes_with_all_its_headers(download):
    account, url, data = download
    answer = account.get(url)
    assert (answer.status_code, answer.content) == (200, data)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Length"] == str(len(data))
    assert "private" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a_b-0-clean.png"'
    assert answer.headers["ETag"] == f'"{hashlib.sha256(data).hexdigest()}"'


def test_head_says_the_same_without_the_bytes(download):
    account, url, data = download
    head, full = account.call("HEAD", url), account.get(url)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Content-Disposition"):
        assert head.headers[name] == full.headers[name]


@pytest.mark.parametrize("asked, first, last", [
    ("bytes=0-9", 0, 9),
    ("bytes=10-10", 10, 10),
    ("bytes=-7", -7, -1),
    ("bytes=20-", 20, -1),
    ("bytes=5-99999999", 5, -1),
])
def test_a_range_is_206_with_those_bytes(download, asked, first, last):
    account, url, data = download
    first, last = first % len(data), last % len(data)
    answer = account.get(url, Range=asked)
    assert (answer.status_code, answer.content) == (206, data[first:last + 1])
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(data)}"
    assert answer.headers["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", ["bytes=9-0", "lines=1-2", "bytes=x"])
def test_a_range_that_makes_no_sense_is_ignored(download, asked):
    account, url, data = download
    assert account.get(url, Range=asked).status_code == 200


def test_a_download_is_resumed_only_where_the_file_is_the_same(download):
    account, url, data = download
    etag = account.get(url).headers["ETag"]
    assert account.get(url, Range="bytes=3-", If_Range=etag).status_code == 206
    assert account.get(url, Range="bytes=3-", If_Range='"another"').content == data


def test_what_the_client_has_already_is_304(download):
    account, url, _ = download
    etag = account.get(url).headers["ETag"]
    for asked in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = account.get(url, If_None_Match=asked)
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)
    assert account.get(url, If_None_Match='"other"').status_code == 200


def test_another_accounts_key_gets_404(download, bob):
    assert bob.get(download[1]).status_code == 404
