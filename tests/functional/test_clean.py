"""removr clean and removr detect, as cli.md has them."""

import hashlib
import json
import os
import pty
import signal
import subprocess
import time

import pytest

import images
from verbs import BINARY, clean_environment, run, wait_until


@pytest.fixture
def folder(tmp_path):
    """An empty folder to work in."""
    place = tmp_path / "work"
    place.mkdir()
    return place


def write(folder, **files):
    """write(folder, a_jpg=..., sub__b_png=...) makes a.jpg and sub/b.png."""
    for name, data in files.items():
        stem, _, extension = name.replace("__", "/").rpartition("_")
        path = folder / f"{stem}.{extension}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def tree(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_result_lies_beside_the_input(folder):
    write(folder, a_jpg=images.jpeg())
    done = run("clean", "a.jpg", cwd=folder, check=0)
    assert tree(folder) == ["a-clean.jpg", "a.jpg"]
    assert (folder / "a.jpg").read_bytes() == images.jpeg()
    assert "a.jpg -> a-clean.jpg" in done.stdout and done.stderr == ""


def test_a_marked_photograph_is_cleaned_and_the_mask_says_where(folder):
    write(folder, a_jpg=images.marked_jpeg())
    run("clean", "a.jpg", "-o", "out", "--save-mask", "masks", "--report", "report.jsonl", cwd=folder, check=0)
    before, after = images.marked_jpeg(), (folder / "out/a-clean.jpg").read_bytes()
    mask = images.open_image((folder / "masks/a-mask.png").read_bytes())
    assert (mask.mode, mask.size) == ("L", (640, 480))
    assert {value for _, value in mask.getcolors()} == {0, 255}
    assert mask.crop((0, 0, 96, 96)).getextrema() == (0, 0)
    assert images.mark_left(after) < 0.7 * images.mark_left(before)
    [line] = [json.loads(line) for line in (folder / "report.jsonl").read_text().splitlines()]
    assert (line["path"], line["output"], line["mask"], line["status"]) == ("a.jpg", "out/a-clean.jpg", "masks/a-mask.png", "done")
    assert (line["sha256In"], line["sha256Out"]) == (hashlib.sha256(before).hexdigest(), hashlib.sha256(after).hexdigest())
    assert line["findings"] and line["changedPixels"] > 0 and line["timesMs"]["total"] > 0


def test_nothing_found_gives_the_original_bytes(folder):
    write(folder, a_png=images.plain_png())
    run("clean", "a.png", cwd=folder, check=0)
    assert (folder / "a-clean.png").read_bytes() == images.plain_png()


def test_a_folders_tree_is_kept(folder):
    write(folder, shots__a_jpg=images.jpeg(), shots__2024__may__b_png=images.png(), shots__notes_txt=b"text")
    run("clean", "shots", "-o", "out", "--save-mask", "masks", cwd=folder, check=0)
    assert tree(folder / "out") == ["2024/may/b-clean.png", "a-clean.jpg"]
    assert tree(folder / "masks") == ["2024/may/b-mask.png", "a-mask.png"]


def test_two_inputs_with_one_output_both_get_one(folder):
    write(folder, a_jpeg=images.jpeg(), a_jpg=images.jpeg(seed=2))
    run("clean", ".", "-o", "out", cwd=folder, check=0)
    assert tree(folder / "out") == ["a-clean.jpg", "a.jpg-clean.jpg"]


def test_what_is_there_is_skipped_and_said_unless_forced(folder):
    write(folder, a_png=images.png(), b_png=images.plain_png(), out__a_clean_png=b"")
    (folder / "out/a_clean.png").rename(folder / "out/a-clean.png")
    (folder / "out/a-clean.png").write_bytes(b"mine")
    done = run("clean", "a.png", "b.png", "-o", "out", "--report", "r.jsonl", cwd=folder, check=0)
    assert "a.png: skipped" in done.stdout and "1 skipped" in done.stdout
    assert (folder / "out/a-clean.png").read_bytes() == b"mine"
    assert [json.loads(line)["status"] for line in (folder / "r.jsonl").read_text().splitlines()] == ["skipped", "done"]
    run("clean", "a.png", "-o", "out", "--force", cwd=folder, check=0)
    assert (folder / "out/a-clean.png").read_bytes() != b"mine"


def test_a_second_run_over_a_folder_takes_no_result_for_an_input(folder):
    write(folder, a_png=images.png(), sub__b_png=images.png())
    for _ in range(2):
        run("clean", ".", "--save-mask", ".", cwd=folder, check=0)
    assert tree(folder) == ["a-clean.png", "a-mask.png", "a.png", "sub/b-clean.png", "sub/b-mask.png", "sub/b.png"]


def test_bad_inputs_fail_and_the_others_are_done(folder):
    write(folder, empty_jpg=b"", good_png=images.png(), text_png=b"text", cut_jpg=images.jpeg()[:2000])
    done = run("clean", ".", "absent.jpg", "-o", "out", "--report", "r.jsonl", cwd=folder, check=1)
    assert tree(folder / "out") == ["good-clean.png"]
    for said in ("empty.jpg", "text.png", "cut.jpg", "absent.jpg"):
        assert said in done.stderr
    reports = {line["path"]: line for line in map(json.loads, (folder / "r.jsonl").read_text().splitlines())}
    assert reports["./cut.jpg"]["error"] == "corrupt_image"
    assert reports["./empty.jpg"]["error"] == "unsupported_format"


def test_a_text_file_in_a_folder_is_ignored_and_a_named_one_is_an_error(folder):
    write(folder, notes_txt=b"text", a_png=images.png())
    run("clean", ".", "-o", "out", cwd=folder, check=0)
    run("clean", "notes.txt", "-o", "out", cwd=folder, check=1)


def test_an_input_is_never_written_over(folder):
    write(folder, a_png=images.png())
    (folder / "a-clean.png").write_bytes(images.plain_png())
    run("clean", "a.png", "a-clean.png", "--force", cwd=folder, check=0)
    assert (folder / "a-clean.png").read_bytes() == images.plain_png()
    run("clean", "a.png", "--report", "a.png", cwd=folder, check=2)
    assert (folder / "a.png").read_bytes() == images.png()


def test_a_loop_of_links_ends(folder):
    write(folder, a_png=images.png())
    (folder / "loop").symlink_to(folder)
    run("clean", ".", "-o", "out", cwd=folder, check=0)
    assert tree(folder / "out") == ["a-clean.png"]


def test_names_of_any_bytes_work(folder):
    names = [b"sp ace.png", "Ü写真.png".encode(), b"\xff\xfe.png", b"-dash.png", b"new\nline.png"]
    for name in names:
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:
            file.write(images.png())
    run("clean", ".", "-o", "out", "--report", "r.jsonl", cwd=folder, check=0)
    assert len(tree(folder / "out")) == len(names)
    assert all(json.loads(line)["status"] == "done" for line in (folder / "r.jsonl").read_text(encoding="utf-8").splitlines())


def test_a_folder_may_be_called_like_a_command(folder):
    write(folder, detect__a_png=images.png())
    run("clean", "detect", "-o", "key", cwd=folder, check=0)
    assert tree(folder) == ["detect/a.png", "key/a-clean.png"]


def test_the_same_input_gives_the_same_bytes_whatever_the_jobs(folder):
    write(folder, a_jpg=images.marked_jpeg(), b_jpg=images.jpeg(), c_jpg=images.jpeg(seed=2))
    for jobs in (1, 3):
        run("clean", "a.jpg", "b.jpg", "c.jpg", "-o", f"out{jobs}", "--jobs", jobs, cwd=folder, check=0)
    for name in ("a", "b", "c"):
        assert (folder / f"out1/{name}-clean.jpg").read_bytes() == (folder / f"out3/{name}-clean.jpg").read_bytes()


def test_an_interrupt_leaves_whole_files_and_the_next_run_goes_on(folder):
    for i in range(8):
        write(folder, **{f"in__{i:02}_jpg": images.jpeg(1000, 800)})
    process = subprocess.Popen([BINARY, "clean", "in", "-o", "out", "--jobs", "1"], cwd=folder, env=clean_environment(),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: (folder / "out").exists() and tree(folder / "out"), 30, "the first result")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    first = tree(folder / "out")
    if process.returncode == 0:
        pytest.skip("this machine finished before the interrupt came")
    assert process.returncode == 130 and "goes on from here" in said
    assert 0 < len(first) < 8 and all(name.endswith("-clean.jpg") for name in first)
    done = run("clean", "in", "-o", "out", cwd=folder, check=0)
    assert f"{len(first)} skipped" in done.stdout and len(tree(folder / "out")) == 8


def test_killed_at_any_moment_it_leaves_no_half_written_result(folder):
    write(folder, a_jpg=images.jpeg(1000, 800))
    run("clean", "a.jpg", "-o", "whole", cwd=folder, check=0)
    whole = (folder / "whole/a-clean.jpg").read_bytes()
    for delay in (0.3, 0.6, 0.9):
        process = subprocess.Popen([BINARY, "clean", "a.jpg", "-o", "out", "--force"], cwd=folder, env=clean_environment(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.kill()
        process.wait()
        result = folder / "out/a-clean.jpg"
        assert not result.exists() or result.read_bytes() == whole


def test_a_full_disk_is_said_and_nothing_is_half_written(small_disk, folder):
    write(folder, **{f"{i}_png": images.png(1200, 1000) for i in range(4)})
    (small_disk / "filler").write_bytes(bytes(20 << 20))
    done = run("clean", ".", "-o", small_disk / "out", cwd=folder, check=1)
    assert "No space left" in done.stderr and "the same command goes on" in done.stderr
    for name in tree(small_disk / "out"):
        images.open_image((small_disk / "out" / name).read_bytes()).load()


def test_a_terminal_shows_a_bar(folder):
    write(folder, a_png=images.png(), b_png=images.png())
    leader, follower = pty.openpty()
    done = subprocess.run([BINARY, "clean", "a.png", "b.png"], cwd=folder, stderr=follower, stdout=subprocess.PIPE,
                          env=clean_environment(), text=True, timeout=60)
    os.close(follower)
    shown = os.read(leader, 65536).decode()
    os.close(leader)
    assert done.returncode == 0 and "2/2" in shown and "[####" in shown


# detect


def test_detect_says_what_is_there_and_changes_nothing(folder):
    write(folder, a_jpg=images.marked_jpeg(), b_png=images.plain_png())
    done = run("detect", "a.jpg", "b.png", cwd=folder, check=0)
    assert tree(folder) == ["a.jpg", "b.png"]
    assert "b.png: 96x64 png, no overlay found" in done.stdout
    assert "a.jpg: 640x480 jpg, " in done.stdout and "finding" in done.stdout


def test_detect_as_json_is_one_object_a_line(folder):
    write(folder, a_jpg=images.marked_jpeg(), b_png=images.plain_png())
    done = run("detect", "a.jpg", "b.png", "--json", "--save-mask", "masks", cwd=folder, check=0)
    first, second = [json.loads(line) for line in done.stdout.splitlines()]
    assert first["findings"][0].keys() == {"kind", "box", "confidence"}
    assert second["findings"] == [] and second["mask"] == "masks/b-mask.png"
    assert tree(folder) == ["a.jpg", "b.png", "masks/a-mask.png", "masks/b-mask.png"]


# the program


@pytest.mark.parametrize("arguments", [
    [], ["unknown"], ["clean"], ["clean", "a.png", "--unknown"], ["clean", "a.png", "--jobs", "0"], ["serve", "--keep", "soon"],
    ["serve", "--listen", "nowhere"], ["serve", "--trusted-proxy", "x"], ["account"], ["account", "grant", "a@b.c"], ["key", "create"],
])
def test_wrong_use_is_exit_status_2(folder, arguments):
    done = run(*arguments, cwd=folder, check=2)
    assert done.stderr


@pytest.mark.parametrize("command", [[], ["clean"], ["detect"], ["serve"], ["worker"], ["account"], ["account", "create"],
                                     ["key"], ["key", "create"], ["version"]])
def test_every_command_has_help(command):
    assert "Usage" in run(*command, "--help", check=0).stdout


def test_the_version_is_printed():
    assert run("version", check=0).stdout.startswith("removr 0.")


def test_options_come_from_the_environment_and_from_a_file(folder):
    write(folder, a_png=images.png())
    (folder / "removr.toml").write_text('save-mask = "from_file"\n[clean]\noutput = "from_file"\n[detect]\njson = true\n')
    run("clean", "a.png", "--config", "removr.toml", cwd=folder, check=0)
    run("clean", "a.png", cwd=folder, check=0, env={"REMOVR_CONFIG": "removr.toml", "REMOVR_OUTPUT": "from_environment"})
    assert tree(folder) == ["a.png", "from_environment/a-clean.png", "from_file/a-clean.png", "from_file/a-mask.png", "removr.toml"]
    (folder / "wrong.toml").write_text("no-such-option = 1\n")
    assert "no-such-option" in run("clean", "a.png", "--config", "wrong.toml", cwd=folder, check=2).stderr


def test_missing_networks_are_said(folder):
    write(folder, a_png=images.png())
    assert "onnx" in run("clean", "a.png", "--models", "nowhere", cwd=folder, check=1).stderr
    assert "--models" in run("serve", "--data", "data", "--models", "nowhere", "--workers", "1", cwd=folder, check=1).stderr
