"""The sandbox from outside: real images in every form pass through a process that may do next to nothing, and whatever
happens to that process, the service goes on."""

import io
import os
import signal
import time
from pathlib import Path

import pytest
from PIL import Image

import images
from verbs import wait_until


def children(pid):
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def hosts(server):
    return [host for worker in server.worker_pids() for host in children(worker)]


def engines(server):
    """The processes that are working on an image now."""
    return [engine for host in hosts(server) for engine in children(host)]


def status(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def alive(pid):
    try:
        return status(pid)["State"][0] != "Z"
    except FileNotFoundError:
        return False


def encode(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def forms():
    """One picture in many forms: (name, bytes)."""
    marked = images.open_image(images.marked_jpeg())
    gray16 = marked.convert("L").convert("I").point(lambda v: v * 257).convert("I;16")
    alpha = marked.convert("RGBA")
    alpha.putalpha(200)
    exif = Image.Exif()
    exif[0x0112] = 6  # stored on its side
    return [
        ("plain.jpg", images.marked_jpeg()),
        ("progressive.jpg", encode(marked, "JPEG", progressive=True, subsampling=2)),
        ("cmyk.jpg", encode(marked.convert("CMYK"), "JPEG")),
        ("gray.jpg", encode(marked.convert("L"), "JPEG")),
        ("turned.jpg", encode(marked, "JPEG", exif=exif.tobytes())),
        ("plain.png", encode(marked, "PNG")),
        ("deep.png", encode(gray16, "PNG")),
        ("alpha.png", encode(alpha, "PNG")),
        ("palette.png", encode(marked.quantize(64), "PNG")),
        ("lossy.webp", encode(marked, "WEBP", quality=80)),
        ("lossless.webp", encode(alpha, "WEBP", lossless=True)),
    ]


@pytest.mark.parametrize("options", [{}, {"roi": "10% 10% 60% 60%"}])
def test_images_in_every_form_pass(server, options):
    """Searched by the networks, and, with a region, erased and encoded whatever the networks see."""
    alice = server.account(credits=20)
    parts = [("files", form) for form in forms()] + [(name, (None, value)) for name, value in options.items()]
    job = alice.finished(alice.begin_form(parts), timeout=300)
    failed = [image for image in job["images"] if not image["ok"]]
    assert failed == [], server.log()[-3000:]
    for image, (name, _) in zip(job["images"], forms()):
        assert not options or image["verdict"] != "no_overlay_found", name
        assert Image.open(io.BytesIO(alice.get(image["url"]).content)).size


@pytest.mark.parametrize("options", [{"format": "webp"}, {"format": "jpg", "quality": "70"}, {"roi": "10% 10% 60% 60%"}])
def test_options_reach_the_engine(server, options):
    alice = server.account()
    parts = [("files", ("a.png", images.png(320, 240)))] + [(name, (None, value)) for name, value in options.items()]
    job = alice.finished(alice.begin_form(parts))
    assert job["images"][0]["ok"] is True, job
    assert job["images"][0]["format"] == options.get("format", "png")


def test_a_detection_goes_through_it_too(server):
    alice = server.account()
    job_id = alice.begin_form([("files", ("a.jpg", images.marked_jpeg()))], path="/api/v1/detect")
    assert alice.finished(job_id)["images"][0]["findings"]


def test_the_process_that_sees_an_image_has_nothing(new_server):
    server = new_server()
    alice = server.account()
    job_id = alice.begin(("big.jpg", images.jpeg(3000, 2000)))
    engine = wait_until(lambda: engines(server), 30, "an engine at work")[0]
    wait_until(lambda: status(engine).get("Seccomp") == "2", 10, "the filter")
    os.kill(engine, signal.SIGSTOP)  # so that it does not end meanwhile
    try:
        assert status(engine)["NoNewPrivs"] == "1"
        assert status(engine)["Threads"] == "1"
        assert list(Path(f"/proc/{engine}/fd").iterdir()) == []
        assert Path(f"/proc/{engine}/environ").read_bytes() == b""
        limits = dict((line[:26].strip(), line[26:].split()[0]) for line in Path(f"/proc/{engine}/limits").read_text().splitlines())
        assert limits["Max open files"] == limits["Max file size"] == limits["Max core file size"] == "0"
        assert int(limits["Max data size"]) < 2 << 30
        assert int(limits["Max cpu time"]) == 30 + 3 * 6
    finally:
        os.kill(engine, signal.SIGCONT)
    assert alice.finished(job_id)["images"][0]["ok"] is True


@pytest.mark.parametrize("victims", [engines, hosts])
def test_killed_engines_cost_nothing_and_are_replaced(new_server, victims):
    server = new_server()
    alice = server.account()
    job_id = alice.begin(("big.jpg", images.jpeg(2000, 1500)), ("small.png", images.plain_png()))
    for pid in wait_until(lambda: engines(server) and victims(server), 30, "an engine at work"):
        os.kill(pid, signal.SIGKILL)
    assert all(image["ok"] for image in alice.finished(job_id)["images"])
    assert server.query("SELECT max(tries), sum(losses) FROM images") == [(0, 1)]


def test_a_crash_is_tried_three_times_and_refunded_and_the_worker_lives(new_server):
    server = new_server()
    alice = server.account()
    workers = server.worker_pids()
    job_id = alice.begin(("big.jpg", images.jpeg(3000, 2000)), ("small.png", images.plain_png()))
    killed = set()

    def crash_what_begins_on_the_first():
        for engine in engines(server):
            if engine not in killed and len(killed) < 3:
                os.kill(engine, signal.SIGSEGV)
                killed.add(engine)
        return len(killed) == 3

    wait_until(crash_what_begins_on_the_first, 60, "three tries")
    first, second = alice.finished(job_id)["images"]
    assert (first["ok"], first["code"], first["creditRefunded"]) == (False, "engine_failure", True)
    assert second["ok"] is True
    assert server.worker_pids() == workers


def test_no_engine_outlives_its_server(new_server):
    server = new_server(workers=2)
    alice = server.account()
    alice.begin(("a.jpg", images.jpeg(3000, 2000)), ("b.jpg", images.jpeg(3000, 2000, seed=5)))
    wait_until(lambda: engines(server), 30, "an engine at work")
    pids = server.worker_pids() + hosts(server) + engines(server)
    server.kill()
    wait_until(lambda: not any(alive(pid) for pid in pids), 20, "the end of them all")
    server.start()


def test_the_replacement_takes_less_than_a_second(new_server):
    """From the death of an engine to the next one at work on the same image."""
    server = new_server()
    alice = server.account()
    alice.begin(("big.jpg", images.jpeg(3000, 2000)))
    first = wait_until(lambda: engines(server), 30, "an engine at work")[0]
    os.kill(first, signal.SIGSEGV)
    begin = time.monotonic()
    wait_until(lambda: [pid for pid in engines(server) if pid != first], 10, "the next engine")
    assert time.monotonic() - begin < 1
