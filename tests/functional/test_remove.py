"""The main road: photographs in, a job, cleaned photographs out, credits right (api.md, sections 2, 3 and 5)."""

import re

import pytest
import requests

import images
from verbs import multipart


def expected_charge(job):
    """Only images with the verdict clean stay charged."""
    return sum(1 for image in job["images"] if image["ok"] and image["verdict"] == "clean")


def test_a_submission_answers_202_with_the_job(alice):
    answer = alice.submit(("a.jpg", images.jpeg()), ("b.png", images.png()))
    assert answer.status_code == 202
    job = answer.json()
    assert job == {"jobId": job["jobId"], "count": 2, "status": "processing"}
    assert answer.headers["Location"] == f"/api/v1/jobs/{job['jobId']}"
    assert answer.headers["X-Credits-Charged"] == "2"
    assert answer.headers["X-Credits-Remaining"] == "18"
    assert answer.headers["X-Request-Id"]


def test_a_job_ends_with_its_images_in_the_order_sent(alice):
    job = alice.remove(("one.jpg", images.jpeg()), ("two.png", images.png()), ("three.webp", images.webp()))
    assert (job["status"], job["total"], job["completed"]) == ("done", 3, 3)
    assert [image["id"] for image in job["images"]] == ["one-0", "two-1", "three-2"]
    assert [image["ok"] for image in job["images"]] == [True] * 3
    assert [image["format"] for image in job["images"]] == ["jpg", "png", "webp"]
    assert [(image["width"], image["height"]) for image in job["images"]] == [(320, 240), (160, 120), (160, 120)]
    for image, extension in zip(job["images"], ("jpg", "png", "webp")):
        assert image["url"] == f"{alice.server.url}/api/v1/files/{job['id']}/{image['id']}-clean.{extension}"


def test_a_marked_photograph_comes_back_without_its_mark(alice):
    sent = images.marked_jpeg()
    [image] = alice.remove(("holiday.jpg", sent))["images"]
    assert image["verdict"] in ("clean", "residual")
    received = alice.get(image["url"]).content
    before, after = images.open_image(sent), images.open_image(received)
    assert (after.format, after.size) == (before.format, before.size)
    assert images.mark_left(received) < 0.7 * images.mark_left(sent)
    corner = (0, 0, 96, 96)  # far from the text: not a bit may change
    assert before.crop(corner).tobytes() == after.crop(corner).tobytes()


def test_nothing_found_returns_the_original_bytes_and_the_credit(alice):
    sent = images.plain_png()
    [image] = alice.remove(("sky.png", sent))["images"]
    assert (image["ok"], image["verdict"], image["creditRefunded"]) == (True, "no_overlay_found", True)
    assert alice.get(image["url"]).content == sent
    assert alice.balance() == 20
    assert alice.entries() == [("grant", 20), ("charge", -1), ("refund", 1)]


def test_only_clean_results_are_paid_for(alice):
    job = alice.remove(("a.jpg", images.marked_jpeg()), ("b.png", images.plain_png()), ("c.jpg", b"no image"))
    assert alice.balance() == 20 - expected_charge(job)
    for image in job["images"]:
        assert image["creditRefunded"] == (not image["ok"] or image["verdict"] != "clean")


@pytest.mark.parametrize("name, image_id", [
    ("my holiday photo.jpg", "my_holiday_photo-0"),
    ("Straße am Café.jpg", "Stra_e_am_Caf-0"),
    ("写真.jpg", "image-0"),
    ("../../etc/passwd.jpg", "passwd-0"),
    ("..\\windows\\a.jpg", "a-0"),
    (".jpg", "image-0"),
    ("no extension", "no_extension-0"),
    ("a.b.c.jpg", "a.b.c-0"),
    ("x" * 300 + ".jpg", "x" * 64 + "-0"),
    ('quote".jpg', None),
])
def test_any_file_name_becomes_a_safe_id(alice, name, image_id):
    [image] = alice.remove((name, images.png()))["images"]
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}-0", image["id"])
    assert image_id in (None, image["id"])
    assert alice.get(image["url"]).status_code == 200


def test_the_format_is_told_by_the_bytes_alone(alice):
    [image] = alice.remove(("wrong.jpg", images.png()))["images"]
    assert (image["ok"], image["format"]) == (True, "png")
    assert image["url"].endswith("/wrong-0-clean.png")
    assert alice.get(image["url"]).headers["Content-Type"] == "image/png"


def test_two_files_of_one_name_are_two_images(alice):
    job = alice.remove(("same.png", images.png()), ("same.png", images.png()))
    assert [image["id"] for image in job["images"]] == ["same-0", "same-1"]


def test_fifty_files_are_one_job(server):
    alice = server.account(credits=50)
    job = alice.remove(*[(f"{i}.png", images.png(16, 16)) for i in range(50)])
    assert (job["total"], job["completed"]) == (50, 50)
    assert [image["id"] for image in job["images"]] == [f"{i}-{i}" for i in range(50)]


def test_a_library_that_encodes_names_its_own_way_is_understood(alice):
    """requests writes a non-ASCII name as RFC 2231 says (filename*=)."""
    answer = alice.call("POST", "/api/v1/remove", files=[("files", ("Grüße.png", images.png(), "image/png"))])
    assert answer.status_code == 202, answer.text


def test_a_job_that_is_not_done_says_when_to_ask_again(new_server):
    server = new_server()
    alice = server.account()
    with server.workers_paused():
        job_id = alice.begin(("a.jpg", images.jpeg()))
        answer = alice.get(f"/api/v1/jobs/{job_id}")
        assert answer.json() == {**answer.json(), "id": job_id, "status": "processing", "total": 1, "completed": 0, "images": []}
        assert int(answer.headers["Retry-After"]) >= 1
    done = alice.finished(job_id)
    assert done["status"] == "done"
    assert "Retry-After" not in alice.get(f"/api/v1/jobs/{job_id}").headers


def test_every_key_of_an_account_spends_the_same_balance(alice):
    first_key = alice.key
    alice.key = alice.server.cli("key", "create", alice.email).stdout.strip()
    job = alice.remove(("a.png", images.plain_png()))
    alice.key = first_key
    assert alice.get(f"/api/v1/jobs/{job['id']}").status_code == 200
    assert alice.get(job["images"][0]["url"]).status_code == 200


def test_the_account_tells_its_balance(alice):
    answer = alice.get("/api/v1/account")
    assert answer.status_code == 200
    assert answer.json()["email"] == alice.email
    assert answer.json()["balance"] == 20
    assert {"plan", "renewsAt"} <= answer.json().keys()


def test_health_and_readiness_need_no_key(server):
    assert requests.get(server.url + "/healthz", timeout=10).status_code == 200
    assert requests.get(server.url + "/readyz", timeout=10).status_code == 200


def test_urls_begin_with_the_public_url_where_one_is_configured(new_server):
    alice = new_server("--public-url", "https://photos.example.org/removr").account()
    [image] = alice.remove(("a.png", images.png()))["images"]
    assert image["url"].startswith("https://photos.example.org/removr/api/v1/files/")


def test_forwarded_headers_count_only_from_a_trusted_proxy(new_server, alice):
    forwarded = {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "photos.example.org"}
    job = alice.remove(("a.png", images.png()))
    seen = alice.get(f"/api/v1/jobs/{job['id']}", **forwarded).json()
    assert seen["images"][0]["url"].startswith(alice.server.url)

    carol = new_server("--trusted-proxy", "127.0.0.0/8").account()
    job = carol.remove(("a.png", images.png()))
    seen = carol.get(f"/api/v1/jobs/{job['id']}", **forwarded).json()
    assert seen["images"][0]["url"].startswith("https://photos.example.org/")


# A replay of the same request under the same Idempotency-Key.


def test_a_replay_is_the_same_answer_and_free(alice):
    files = [("a.png", images.png()), ("b.png", images.plain_png())]
    first = alice.submit(*files, idempotency_key="order-1")
    alice.finished(first.json()["jobId"])
    balance = alice.balance()
    again = alice.submit(*files, idempotency_key="order-1")
    assert (again.status_code, again.json()) == (202, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["X-Credits-Charged"] == "0"
    assert alice.balance() == balance


def test_a_replay_with_another_boundary_or_a_quoted_key_is_the_same_request(alice):
    first = alice.submit(("a.png", images.png()), idempotency_key="order-2")
    body, content_type = multipart(("a.png", images.png()), boundary="another")
    again = alice.call("POST", "/api/v1/remove", data=body,
                       headers={"Content-Type": content_type, "Idempotency-Key": '"order-2"'})
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_replay_succeeds_with_no_credits_left(server):
    alice = server.account(credits=1)
    first = alice.submit(("a.jpg", images.marked_jpeg()), idempotency_key="last")
    again = alice.submit(("a.jpg", images.marked_jpeg()), idempotency_key="last")
    assert (again.status_code, again.json()) == (202, first.json())


def test_two_accounts_may_use_the_same_idempotency_key(alice, bob):
    assert alice.begin(("a.png", images.png()), idempotency_key="k") != bob.begin(("a.png", images.png()), idempotency_key="k")


def test_an_error_is_not_remembered_under_a_key(server):
    alice = server.account(credits=0)
    assert alice.submit(("a.png", images.png()), idempotency_key="later").status_code == 402
    server.cli("account", "grant", alice.email, 5, "--reason", "test")
    assert alice.submit(("a.png", images.png()), idempotency_key="later").status_code == 202
