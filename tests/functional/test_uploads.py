"""How bodies arrive: in pieces, not in full, from clients that leave, and large."""

import socket


import images
from verbs import multipart, wait_until

MIB = 1024 * 1024


def uploads_of(account):
    return account.server.query("SELECT 1 FROM uploads u JOIN accounts a ON a.id = u.account_id WHERE a.email = ?", account.email)


def read_head(answer):
    """The status and the header fields of an answer on a raw socket."""
    status = int(answer.readline().split()[1])
    fields = {}
    while (line := answer.readline().strip()):
        name, _, value = line.decode().partition(":")
        fields[name.lower()] = value.strip()
    return status, fields


def test_a_body_may_come_byte_by_byte(alice):
    body, content_type = multipart(("a.png", images.png(8, 8)))
    with alice.connection() as (raw, answer):
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw.sendall(alice.head_of_upload(len(body), content_type))
        for i in range(len(body)):
            raw.sendall(body[i:i + 1])
        assert read_head(answer)[0] == 202


def test_a_chunked_body_is_understood(alice):
    body, content_type = multipart(("a.png", images.png()))
    pieces = iter([body[:10], body[10:11], body[11:]])
    assert alice.call("POST", "/api/v1/remove", data=pieces, headers={"Content-Type": content_type}).status_code == 202


def test_the_client_is_told_to_continue_before_it_sends(alice):
    body, content_type = multipart(("a.png", images.png()))
    with alice.connection() as (raw, answer):
        raw.sendall(alice.head_of_upload(len(body), content_type, "Expect: 100-continue\r\n"))
        assert read_head(answer)[0] == 100
        raw.sendall(body)
        assert read_head(answer)[0] == 202


def test_a_refusal_needs_no_body_where_the_client_asked_first(server):
    alice = server.account(credits=0)
    with alice.connection() as (raw, answer):
        raw.sendall(alice.head_of_upload(20 * MIB, "multipart/form-data; boundary=b", "Expect: 100-continue\r\n"))
        assert read_head(answer)[0] == 402


def test_a_client_that_leaves_in_the_middle_leaves_nothing(server):
    alice = server.account(credits=5)
    body, content_type = multipart(("a.png", images.png()), ("b.bin", bytes(3 * MIB)))
    with alice.connection() as (raw, _):
        raw.sendall(alice.head_of_upload(len(body), content_type) + body[:2 * MIB])
        wait_until(lambda: uploads_of(alice), 10, "the upload")
    wait_until(lambda: not uploads_of(alice), 10, "the end of the upload")
    assert alice.balance() == 5
    assert alice.entries() == [("grant", 5)]


def test_a_body_that_ends_early_is_400_where_it_can_still_be_sent(server):
    alice = server.account(credits=5)
    body, content_type = multipart(("a.png", images.png()))
    with alice.connection() as (raw, answer):
        raw.sendall(alice.head_of_upload(len(body), content_type) + body[:-30])
        raw.shutdown(socket.SHUT_WR)  # it will send no more, and still listens
        status, fields = read_head(answer)
        assert (status, fields["connection"]) == (400, "close")
    assert alice.entries() == [("grant", 5)]
    assert not uploads_of(alice)


def test_a_client_that_leaves_after_the_body_has_its_job_all_the_same(server):
    alice = server.account(credits=5)
    body, content_type = multipart(("a.png", images.plain_png()))
    with alice.connection() as (raw, _):
        raw.sendall(alice.head_of_upload(len(body), content_type) + body)
    find = lambda: server.query("SELECT j.id FROM jobs j JOIN accounts a ON a.id = j.account_id WHERE a.email = ?", alice.email)
    [(job_id,)] = wait_until(find, 10, "the job")
    assert alice.finished(job_id)["completed"] == 1


def test_two_requests_may_follow_each_other_on_one_connection(alice):
    with alice.connection() as (raw, answer):
        for _ in range(2):
            raw.sendall(f"GET /api/v1/account HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {alice.key}\r\n\r\n".encode())
            status, fields = read_head(answer)
            answer.read(int(fields["content-length"]))
            assert status == 200


def resident_kib(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS:"):
            return int(line.split()[1])


def peak_kib(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1])


def submit_large(alice, count):
    """Sends `count` files of 25 MiB as they are made; the answer's status."""
    boundary = b"big"
    head = b'--big\r\nContent-Disposition: form-data; name="files"; filename="f.jpg"\r\n\r\n'
    block = bytes(MIB)

    def body():
        for _ in range(count):
            yield head
            for _ in range(25):
                yield block
            yield b"\r\n"
        yield b"--big--\r\n"

    length = count * (len(head) + 25 * MIB + 2) + len(b"--big--\r\n")
    with alice.connection() as (raw, answer):
        raw.sendall(alice.head_of_upload(length, f"multipart/form-data; boundary={boundary.decode()}"))
        for piece in body():
            raw.sendall(piece)
        return read_head(answer)[0]


def test_receiving_50_files_of_25_mib_takes_no_more_than_64_mib(new_server):
    server = new_server()
    alice = server.account(credits=50)
    before = resident_kib(server.process.pid)
    assert submit_large(alice, 50) == 202
    assert peak_kib(server.process.pid) - before < 64 * 1024
    [(job_id,)] = server.query("SELECT id FROM jobs")
    job = alice.finished(job_id)
    assert [image["code"] for image in job["images"]] == ["unsupported_format"] * 50
    assert alice.balance() == 50
