#!/usr/bin/env python3
"""What the service costs, beside nginx on the same machine in the same run, turn by turn:

    /usr/bin/python3 bench/service.py [--rounds 5] [--seconds 2]

Needs the built binary, nginx and wrk (Debian packages of these names). Prints the tables of docs/service.md. Everything stays
on the loopback; it takes about two minutes and 10 GB of disk for a moment.

nginx is what each number is held against: one worker process, sendfile, an access log, request bodies to disk. Both sides may
use all processors, so beside requests per second stand requests per second of the server's own CPU time: what a core of it can do.
"""

import argparse
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/functional"))

import images  # noqa: E402
from verbs import Server, multipart, wait_until  # noqa: E402

MIB = 2**20
LARGE = 25 * MIB
CONNECTIONS = 16
TICKS = os.sysconf("SC_CLK_TCK")

# wrk's script language is Lua. What it found out goes to standard output as one line of JSON.
WRK = """
wrk.method = "%(method)s"
wrk.headers["Authorization"] = "Bearer %(key)s"
%(body)s
function done(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  print(string.format('{"requests":%%d,"bytes":%%d,"us":%%d,"bad":%%d,"p50":%%f,"p99":%%f}', summary.requests, summary.bytes,
    summary.duration, bad, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
"""
WRK_BODY = """
local file = io.open("%s", "rb")
wrk.body = file:read("*a")
wrk.headers["Content-Type"] = "%s"
"""

NGINX = """
daemon off; master_process off; pid %(folder)s/pid; error_log %(folder)s/error.log;
events { worker_connections 512; }
http {
  access_log %(folder)s/access.log; client_body_temp_path %(folder)s/bodies; proxy_temp_path %(folder)s/proxy;
  fastcgi_temp_path %(folder)s/f; uwsgi_temp_path %(folder)s/u; scgi_temp_path %(folder)s/s;
  sendfile on; tcp_nopush on; keepalive_requests 100000000; client_max_body_size 4g;
  server {
    listen 127.0.0.1:%(port)d;
    location / { root %(folder)s/files; }
    location /upload {
      client_body_in_file_only clean;
      proxy_pass_request_body off; proxy_set_header Content-Length ""; proxy_pass http://127.0.0.1:%(port)d/taken;
    }
    location /taken { return 204; }
  }
}
"""


class Nginx:
    def __init__(self, folder):
        self.folder = Path(folder)
        (self.folder / "files").mkdir(parents=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        (self.folder / "conf").write_text(NGINX % {"folder": folder, "port": self.port})
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-c", self.folder / "conf", "-e", self.folder / "error.log"])
        self.url = f"http://127.0.0.1:{self.port}"

    def serve(self, name, data):
        (self.folder / "files" / name).write_bytes(data)
        return f"{self.url}/{name}"


def cpu_seconds(pid):
    """Of the process; its children are others."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def status(pid, name):
    """A line of /proc/PID/status, in MiB."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(lines[name].split()[0]) / 1024


class Measure:
    """One side of a comparison: the same requests for some seconds, again and again."""

    def __init__(self, pid, url, folder, key="", body=None, connections=CONNECTIONS):
        self.pid, self.url, self.connections, self.rounds = pid, url, connections, []
        self.body_bytes = len(body[0]) if body else 0
        self.script = Path(folder) / f"wrk{len(list(Path(folder).glob('wrk*.lua')))}.lua"
        lua = ""
        if body:
            data = self.script.with_suffix(".body")
            data.write_bytes(body[0])
            lua = WRK_BODY % (data, body[1])
        self.script.write_text(WRK % {"method": "POST" if body else "GET", "key": key, "body": lua})

    def round(self, seconds):
        before = cpu_seconds(self.pid)
        said = subprocess.run(["wrk", "-t1", f"-c{self.connections}", f"-d{seconds}s", "--timeout", "20s", "-s", self.script, self.url],
                              capture_output=True, text=True, check=True).stdout
        found = json.loads(said.splitlines()[-1])
        if found["bad"]:
            raise SystemExit(f"{self.url}: {found}\n{said}")
        found["cpu"] = max(cpu_seconds(self.pid) - before, 1 / TICKS)
        found["rate"] = found["requests"] / found["us"] * 1e6
        found["per_core"] = found["requests"] / found["cpu"]
        found["mb_s"] = (found["bytes"] + self.body_bytes * found["requests"]) / found["us"]
        found["mb_per_core"] = (found["bytes"] + self.body_bytes * found["requests"]) / found["cpu"] / 1e6
        self.rounds.append(found)

    def __getitem__(self, name):
        return statistics.median(one[name] for one in self.rounds)


def turn_by_turn(ours, theirs, rounds, seconds):
    for _ in range(rounds):
        ours.round(seconds)
        theirs.round(seconds)


def row(title, one):
    print(f"| {title} | {one['rate']:,.0f} | {one['p50']:.2f} | {one['p99']:.2f} | {one['mb_s']:,.0f} | {one['per_core']:,.0f} "
          f"| {one['mb_per_core']:,.0f} |", flush=True)


def compare(title, ours, theirs, rounds, seconds):
    """Two rows; our rate over theirs: as it came, and for the same CPU time."""
    turn_by_turn(ours, theirs, rounds, seconds)
    row(f"{title}: removr", ours)
    row(f"{title}: nginx", theirs)
    return ours["rate"] / theirs["rate"], ours["per_core"] / theirs["per_core"]


def memory_under_uploads(server, account, seconds):
    """8 clients send forms of 50 x 25 MiB; what came through, and the most that the server took. A client that is cut off in
    the middle leaves nothing behind."""
    part = os.urandom(MIB)
    head, tail = multipart(("a.jpg", b"|"))[0].split(b"|")
    boundary = multipart()[1]
    length = 50 * (len(head) + LARGE + 2) + len(tail) - 2
    until, sent, answers = time.monotonic() + seconds, [0] * 8, []

    def client(number):
        with account.connection() as (raw, answer):
            raw.sendall(account.head_of_upload(length, boundary))
            for _ in range(50):
                raw.sendall(head)
                for _ in range(LARGE // MIB):
                    if time.monotonic() > until:
                        return
                    raw.sendall(part)
                    sent[number] += MIB
                raw.sendall(b"\r\n")
            raw.sendall(tail[2:])
            answers.append(answer.readline().split()[1])

    before = status(server.process.pid, "VmRSS")
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")  # VmHWM from now on
    clients = [threading.Thread(target=client, args=(number,)) for number in range(8)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    if set(answers) - {b"202"}:
        raise SystemExit(f"an upload was refused: {answers}")
    wait_until(lambda: not server.query("SELECT 1 FROM uploads"), 60, "the end of the uploads that were cut off")
    return sum(sent) / 1e9, len(answers), before, status(server.process.pid, "VmHWM")


def family_cpu(pid):
    """Of all that descend from it, those that have ended and were waited for included."""
    total = 0.0
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()
            total += sum(int(field) for field in fields[11:15]) / TICKS + family_cpu(int(child))
    return total


def under_a_full_queue(folder, seconds):
    """Clients come again and again to a full queue and ask for their jobs: what the server takes of the machine's processors
    and the workers get of them, as fractions, and how often the server answered in a second."""
    server = Server(folder, "--max-queue", "16", workers=os.cpu_count()).start()
    account = server.account(credits=100_000)
    photo, over, answers = images.jpeg(1200, 900), threading.Event(), []

    def client():
        job = None
        while not over.is_set():
            answer = account.submit(("a.jpg", photo), ("b.jpg", photo))
            answers.append(answer.status_code)
            job = answer.json().get("jobId", job)
            for _ in range(4):
                if job:
                    answers.append(account.get(f"/api/v1/jobs/{job}").status_code)
                over.wait(0.25)

    clients = [threading.Thread(target=client) for _ in range(8)]
    for one in clients:
        one.start()
    wait_until(lambda: 503 in answers, 60, "a full queue")
    pid, begin = server.process.pid, time.monotonic()
    ours, engines, asked = cpu_seconds(pid), family_cpu(pid), len(answers)
    time.sleep(seconds)
    ours, engines = cpu_seconds(pid) - ours, family_cpu(pid) - engines
    took = time.monotonic() - begin
    rate = (len(answers) - asked) / took
    over.set()
    for one in clients:
        one.join()
    server.kill(workers=True)
    return ours / took / os.cpu_count(), engines / took / os.cpu_count(), rate


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of each round")
    arguments = parser.parse_args()
    how_long = (arguments.rounds, arguments.seconds)
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the beginning.\n")
    with tempfile.TemporaryDirectory(prefix="removr-bench-") as folder:
        server = Server(Path(folder) / "removr", "--max-queue", "10000000", "--requests-per-minute", "0", workers=1).start()
        nginx = Nginx(f"{folder}/nginx")
        try:
            account = server.account(credits=100_000_000)
            photo, large = images.jpeg(), images.jpeg(4000, 3000)
            job = account.finished(account.begin_form([("files", ("a.jpg", large)), ("roi", (None, "1 1 9 9"))]))
            poll, url = account.get(f"/api/v1/jobs/{job['id']}").content, job["images"][0]["url"]
            ours = lambda url, **options: Measure(server.process.pid, url, folder, account.key, **options)
            theirs = lambda url, **options: Measure(nginx.process.pid, url, folder, **options)

            print("| | requests/s | p50, ms | p99, ms | MB/s | requests/s of CPU | MB/s of CPU |\n| --- " + "| ---: " * 6 + "|")
            polling = compare("polling a job", ours(f"{server.url}/api/v1/jobs/{job['id']}"), theirs(nginx.serve("job", poll)), *how_long)
            content = account.get(url).content
            download = compare(f"download, {len(content) / 1e6:.1f} MB", ours(url), theirs(nginx.serve("file", content)), *how_long)
            with server.workers_paused():
                small = multipart(("a.jpg", photo))
                compare(f"submission, {len(photo) / 1e3:.0f} kB", ours(f"{server.url}/api/v1/remove", body=small),
                        theirs(f"{nginx.url}/upload", body=small), *how_long)
                big = multipart(("a.jpg", photo + bytes(LARGE - len(photo))))
                upload = compare("upload, 25 MiB", ours(f"{server.url}/api/v1/remove", body=big, connections=4),
                                 theirs(f"{nginx.url}/upload", body=big, connections=4), *how_long)
                gigabytes, whole, before, peak = memory_under_uploads(server, account, 20)
        finally:
            server.kill(workers=True)
            nginx.process.terminate()
            nginx.process.wait()
        server_share, engine_share, rate = under_a_full_queue(Path(folder) / "full", 20)
    print("\n| target | measured |\n| --- | --- |")
    print(f"| polling: half of nginx's rate per core | {polling[1]:.2f} of it (as it came: {polling[0]:.2f}) |")
    print(f"| download: 80 % of nginx's rate | {download[0]:.0%} (per core: {download[1]:.0%}) |")
    print(f"| upload beside nginx's bodies to disk | {upload[0]:.0%} (per core: {upload[1]:.0%}) |")
    print(f"| memory under 50 x 25 MiB from 8 clients | {peak:.0f} MiB resident at most, {before:.0f} before "
          f"({gigabytes:.1f} GB in 20 s, {whole} whole submissions) |")
    print(f"| engine, while the queue is full: 95 % of the machine | the server takes {server_share:.1%} of it for {rate:.0f} "
          f"requests/s; the workers got {engine_share:.0%} |")


if __name__ == "__main__":
    main()
