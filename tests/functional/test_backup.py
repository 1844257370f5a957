"""removr backup and removr restore (docs/operating.md)."""

import threading

import images
from verbs import Server, run


def test_a_backup_under_load_restores_to_a_service_that_goes_on(new_server, tmp_path):
    server = new_server()
    alice = server.account(credits=1000)
    done = alice.remove(("done.png", images.plain_png()))
    accepted, stop = [], threading.Event()

    def submit():
        while not stop.is_set():
            accepted.append(alice.begin(("a.png", images.plain_png()), ("b.txt", b"no image")))

    threads = [threading.Thread(target=submit) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        while len(accepted) < 10:
            stop.wait(0.05)
        before = list(accepted)
        said = server.cli("backup", tmp_path / "backup").stdout
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert "backed up to" in said
    run("restore", "--data", tmp_path / "restored" / "data", tmp_path / "backup", check=0)
    copy = Server(tmp_path / "restored").start()
    try:
        alice.server = copy
        for job_id in before:  # what had been accepted is there and is finished
            job = alice.finished(job_id)
            assert job["completed"] == 2
        original = next(image for image in alice.job(done["id"])["images"])["originalUrl"]
        assert alice.get(original).content == images.plain_png()
        assert alice.submit(("c.png", images.plain_png())).status_code == 202
        copy.check_books()
    finally:
        alice.server = server
        assert copy.stop() == 0


def test_nothing_is_overwritten(new_server, tmp_path):
    server = new_server(workers=0, ready=False)
    server.account()
    server.cli("backup", tmp_path / "backup")
    assert "already" in server.cli("backup", tmp_path / "backup", check=1).stderr
    assert "already" in run("restore", "--data", server.data, tmp_path / "backup", check=1).stderr
    assert "no backup" in run("restore", "--data", tmp_path / "new", tmp_path / "absent", check=1).stderr
    assert not (tmp_path / "new").exists()
    assert "no database" in run("backup", "--data", tmp_path / "absent", tmp_path / "other", check=1).stderr
    assert not list(tmp_path.glob("other*"))
