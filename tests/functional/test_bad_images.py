"""Files that are no good: each becomes a failed image with the right code and a refund; the others of the job are done."""

import pytest

import images

JPEG, PNG, WEBP = images.jpeg(), images.png(), images.webp()

BAD = {
    "empty": (b"", "unsupported_format"),
    "text": (b"just some text, no picture\n" * 50, "unsupported_format"),
    "gif": (images.gif(), "unsupported_format"),
    "zeros": (bytes(5000), "unsupported_format"),
    "truncated jpeg": (JPEG[: len(JPEG) // 3], "corrupt_image"),
    "truncated png": (PNG[: len(PNG) // 2], "corrupt_image"),
    "truncated webp": (WEBP[: len(WEBP) // 2], "corrupt_image"),
    "jpeg of a header": (JPEG[:20], "corrupt_image"),
    "png of a header": (PNG[:33], "corrupt_image"),
    "jpeg start, then noise": (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8, "corrupt_image"),
    "png with a wrong checksum": (PNG[:-20] + bytes([PNG[-20] ^ 1]) + PNG[-19:], "corrupt_image"),
    "huge dimensions": (images.png_claiming(60_000, 60_000), "too_many_pixels"),
    "over 100 megapixels": (images.png_claiming(10_001, 10_000), "too_many_pixels"),
    "animated": (images.animated_webp(), "animated"),
}


@pytest.fixture(scope="module")
def mixed_job(server):
    """All bad files in one job, good ones first, in the middle and last."""
    account = server.account(credits=50)
    bad = [(f"{name}.jpg", data) for name, (data, _) in BAD.items()]
    good = ("good.png", images.plain_png())
    job = account.remove(good, *bad[:7], good, *bad[7:], good)
    return account, job


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_fails_with_its_code_and_its_credit_comes_back(mixed_job, name):
    _, job = mixed_job
    [image] = [image for image in job["images"] if image["filename"] == f"{name}.jpg"]
    assert image["ok"] is False
    assert "url" not in image
    assert image["code"] == BAD[name][1], image
    assert len(image["error"]) > 5
    assert image["creditRefunded"] is True


def test_the_good_files_beside_them_are_done(mixed_job):
    account, job = mixed_job
    good = [image for image in job["images"] if image["ok"]]
    assert len(good) == 3
    for image in good:
        assert account.get(image["url"]).content == images.plain_png()


def test_the_whole_job_cost_nothing_and_each_image_was_refunded_once(mixed_job):
    account, job = mixed_job
    assert account.balance() == 50
    assert sorted(account.entries()) == sorted([("grant", 50), ("charge", -len(job["images"]))] + [("refund", 1)] * len(job["images"]))
