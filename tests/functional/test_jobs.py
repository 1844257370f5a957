"""Lists, deletion, archives, detection, waiting (api.md, section 6)."""

import hashlib
import io
import time
import zipfile

import images


def test_a_detection_is_free_and_changes_nothing(server):
    poor = server.account(credits=0)
    answer = poor.submit_form([("files", ("a.jpg", images.marked_jpeg()))], path="/api/v1/detect")
    assert answer.status_code == 202, answer.text
    job = poor.finished(answer.json()["jobId"])
    [image] = job["images"]
    assert job["task"] == "detect" and image["ok"] and "url" not in image
    assert image["findings"] and poor.get(image["maskUrl"]).status_code == 200
    assert poor.balance() == 0 and [reason for reason, _ in poor.entries()] == []


def test_jobs_are_listed_newest_first_by_cursor(alice):
    jobs = [alice.begin((f"{number}.png", images.plain_png())) for number in range(3)]
    for job in jobs:
        alice.finished(job)
    seen, cursor = [], ""
    while cursor is not None:
        page = alice.get(f"/api/v1/jobs?limit=2&cursor={cursor}").json()
        seen += page["jobs"]
        cursor = page["nextCursor"]
    assert [job["id"] for job in seen] == jobs[::-1]
    assert seen[0]["images"][0]["id"] == "2-0"
    assert alice.get("/api/v1/jobs?cursor=nonsense").status_code == 400


def test_a_deleted_job_is_gone_at_once(server):
    anna, ben = server.account(), server.account()
    job = anna.remove(("a.png", images.plain_png()))
    path = f"/api/v1/jobs/{job['id']}"
    assert ben.call("DELETE", path).status_code == 404
    assert anna.call("DELETE", path).status_code == 204
    assert anna.get(path).status_code == anna.get(job["images"][0]["url"]).status_code == 404
    assert anna.call("DELETE", path).status_code == 404
    assert not [file for file in server.stored_files() if job["id"] in str(file)]


def test_deleting_refunds_what_had_not_begun(new_server):
    server = new_server()
    anna = server.account(credits=5)
    with server.workers_paused():
        job = anna.begin(*[(f"{number}.png", images.plain_png()) for number in range(5)])
        assert anna.balance() == 0
        assert anna.call("DELETE", f"/api/v1/jobs/{job}").status_code == 204
        assert anna.balance() >= 4, "one may have been claimed"


def test_an_archive_holds_all_results(alice):
    job = alice.remove(("a.png", images.plain_png()), ("b.txt", b"text"), ("c.jpg", images.jpeg()))
    answer = alice.get(f"/api/v1/jobs/{job['id']}/archive")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a-0-clean.png", "c-2-clean.jpg"]
        for info, image in zip(archive.infolist(), (job["images"][0], job["images"][2])):
            assert hashlib.sha256(archive.read(info)).hexdigest() == image["sha256"]
            assert info.compress_type == zipfile.ZIP_STORED


def test_a_submission_may_wait_for_its_job(alice):
    answer = alice.submit_form([("files", ("a.png", images.plain_png()))], headers={"Prefer": "wait=30"})
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (200, "wait=30")
    assert answer.json()["status"] == "done" and answer.json()["images"][0]["ok"]


def test_a_wait_that_is_too_short_ends_with_the_202(new_server):
    server = new_server()
    anna = server.account()
    with server.workers_paused():
        begun = time.monotonic()
        answer = anna.submit_form([("files", ("a.png", images.plain_png()))], headers={"Prefer": "wait=1"})
        assert (answer.status_code, answer.json()["status"]) == (202, "processing")
        assert 0.9 < time.monotonic() - begun < 10



def test_the_ledger_shows_where_credits_went(server):
    anna = server.account(credits=5)
    job = anna.remove(("a.png", images.plain_png()), ("b.txt", b"text"))
    entries, cursor = [], ""
    while cursor is not None:
        page = anna.get(f"/api/v1/account/ledger?limit=2&cursor={cursor}").json()
        entries += page["entries"]
        cursor = page["nextCursor"]
    assert [(entry["reason"], entry["amount"]) for entry in entries] == [("refund", 1), ("refund", 1), ("charge", -2), ("grant", 5)]
    assert {entry["imageIndex"] for entry in entries[:2]} == {0, 1}
    assert all(entry["jobId"] == job["id"] for entry in entries[:3]) and entries[3]["jobId"] is None
