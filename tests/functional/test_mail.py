"""Reset links by mail (docs/operating.md), with a real SMTP server: aiosmtpd."""

import contextlib
import email
import email.policy
import re
import socket
import ssl
from pathlib import Path

import pytest

from test_tls import make_certificate
from test_web_account import PASSWORD, Browser, check_problem
from verbs import run, wait_until

smtpd = pytest.importorskip("aiosmtpd.smtp", reason="needs python3-aiosmtpd")
from aiosmtpd.controller import Controller  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")  # it overlooks that smtps is TLS

SITE = "https://images.example.org"
USER, SECRET = "removr", "hush hush"


class MailServer:
    """Takes mail from whoever knows USER and SECRET. `answers`: what the first mails are told instead."""

    def __init__(self, folder, scheme):
        folder.mkdir()
        self.certificate, key = make_certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self.mails, self.answers = [], []
        secure = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context, "require_starttls": True}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.scheme = scheme
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=30, auth_required=True,
                                     authenticator=self.authenticate, auth_require_tls=scheme != "smtps", **secure)
        self.controller.start()

    def authenticate(self, server, session, envelope, mechanism, data):
        right = (data.login, data.password) == (USER.encode(), SECRET.encode())
        return smtpd.AuthResult(success=right, handled=False)

    async def handle_DATA(self, server, session, envelope):
        if self.answers:
            return self.answers.pop(0)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos,
                           email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 taken"

    def settings(self, folder, user=USER, secret=SECRET):
        path = folder / "removr.toml"
        path.write_text(f'smtp_url = "{self.scheme}://127.0.0.1:{self.port}"\nsmtp_user = "{user}"\nsmtp_password = "{secret}"\n'
                        f'mail_from = "removr <noreply@example.org>"\npublic_url = "{SITE}/"\n')
        return path

    def next(self):
        """Waits for a mail, and takes it."""
        wait_until(lambda: self.mails, 30, "a mail")
        return self.mails.pop(0)


@pytest.fixture
def mail_server(tmp_path):
    with contextlib.ExitStack() as stack:
        def start(scheme="smtps"):
            made = MailServer(tmp_path / "mail", scheme)
            stack.callback(made.controller.stop)
            return made

        yield start


def serve(new_server, mail, folder, trust=True, **settings):
    """A server that mails there."""
    environment = {"SSL_CERT_FILE": str(mail.certificate)} if trust else {}
    return new_server("--config", mail.settings(folder, **settings), workers=0, ready=False, env=environment)


def link_in(mail):
    return re.search(rf"{re.escape(SITE)}/reset#(\S+)", mail.get_content())


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
def test_a_forgotten_password_is_set_anew_by_mail(mail_server, new_server, tmp_path, scheme):
    mail = mail_server(scheme)
    server = serve(new_server, mail, tmp_path)
    browser = Browser(server)
    browser.sign_up("ann@example.org")
    assert browser.get("session").json()["mailsResetLinks"] is True
    assert Browser(server).post("password-forgotten", {"email": " Ann@Example.org"}).status_code == 204
    sender, receivers, message = mail.next()
    assert (sender, receivers) == ("noreply@example.org", ["ann@example.org"])
    assert (message["From"], message["To"]) == ("removr <noreply@example.org>", "ann@example.org")
    assert message["Date"] and message["Message-ID"].endswith("@example.org>") and message["Auto-Submitted"]
    token = link_in(message)[1]
    assert Browser(server).post("password-reset", {"token": token, "password": "another sentence"}).status_code == 204
    assert not browser.signed_in()
    assert browser.sign_in("ann@example.org", "another sentence").status_code == 200
    check_problem(Browser(server).post("password-reset", {"token": token, "password": "a third sentence"}), 410, "gone")
    assert SECRET not in server.log() and token not in server.log()
    assert SECRET.encode() not in Path(f"/proc/{server.process.pid}/cmdline").read_bytes()


def test_the_answer_is_the_same_for_everybody_and_mails_have_a_bound(mail_server, new_server, tmp_path):
    mail = mail_server()
    server = serve(new_server, mail, tmp_path)
    Browser(server).sign_up("ann@example.org")

    def ask(address):
        answer = Browser(server).post("password-forgotten", {"email": address})
        told = {name: value for name, value in answer.headers.items() if name not in ("X-Request-Id", "Date")}
        return answer.status_code, answer.content, told

    assert ask("nobody@example.org") == ask("ann@example.org")
    assert mail.next()[1] == ["ann@example.org"]
    for address in ("nobody@example.org", "ann@example.org"):
        assert [ask(address)[0] for _ in range(3)] == [204, 204, 429]
    assert [mail.next()[1] for _ in range(2)] == [["ann@example.org"]] * 2
    assert mail.mails == []
    check_problem(Browser(server).post("password-forgotten", {"email": "no address"}), 400, "bad_request")


def test_a_mail_that_is_refused_for_now_is_sent_later(mail_server, new_server, tmp_path):
    mail = mail_server()
    mail.answers = ["451 later"]
    server = serve(new_server, mail, tmp_path)
    Browser(server).sign_up("ann@example.org")
    Browser(server).post("password-forgotten", {"email": "ann@example.org"})
    assert link_in(mail.next()[2])
    assert "no reset link was mailed yet" in server.log()


@pytest.mark.parametrize("trouble", ["refused", "password", "certificate"])
def test_a_mail_that_cannot_be_sent_is_given_up_and_said(mail_server, new_server, tmp_path, trouble):
    mail = mail_server()
    mail.answers = ["550 no"] if trouble == "refused" else []
    server = serve(new_server, mail, tmp_path, trust=trouble != "certificate",
                   **({"secret": "wrong hush"} if trouble == "password" else {}))
    Browser(server).sign_up("ann@example.org")
    assert Browser(server).post("password-forgotten", {"email": "ann@example.org"}).status_code == 204
    wait_until(lambda: "no reset link was mailed: " in server.log(), 20, "a word in the log")
    assert mail.mails == [] and "hush" not in server.log()


def test_without_mail_the_operator_is_named(new_server):
    server = new_server(workers=0, ready=False)
    assert Browser(server).get("session").json()["mailsResetLinks"] is False
    told = check_problem(Browser(server).post("password-forgotten", {"email": "ann@example.org"}), 404, "not_found")
    assert "operator" in told["detail"]


def test_settings_that_make_no_sense_are_refused_at_the_start(tmp_path):
    good = {"smtp_url": "smtps://mail.example.org", "mail_from": "a@example.org", "public_url": SITE}
    wrong = [{"public_url": ""}, {"mail_from": ""}, {"mail_from": "a b"}, {"smtp_url": "https://mail.example.org"},
             {"smtp_url": "smtps://id:hush@mail.example.org"}, {"smtp_user": "id"}, {"smtp_password": "hush"}]
    for change in wrong:
        config = tmp_path / "removr.toml"
        config.write_text("".join(f'{name} = "{value}"\n' for name, value in {**good, **change}.items()))
        done = run("serve", "--config", config, "--data", tmp_path / "data", "--workers", 0, "--listen", "127.0.0.1:0")
        assert (done.returncode, "hush" in done.stderr) == (2, False), (change, done.stderr)
