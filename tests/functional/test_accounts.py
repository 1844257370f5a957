"""removr account and removr key, while the server runs (cli.md)."""

import re

import pytest

import images
from verbs import KEY_FORM, run


def test_an_account_made_while_the_server_runs_can_work_at_once(server):
    server.cli("account", "create", "Ann@Example.org", "--credits", 3)
    key = server.cli("key", "create", "ann@example.org", "--name", "laptop")
    assert re.fullmatch(KEY_FORM + "\n", key.stdout)  # the key alone
    listed = server.cli("key", "list", "ann@example.org").stdout
    assert key.stdout[:14] in listed and "laptop" in listed
    assert key.stdout.strip() not in listed


def test_show_and_list_tell_balance_and_plan(server):
    alice = server.account(credits=7)
    shown = server.cli("account", "show", alice.email).stdout
    assert re.search(r"credits\s+7\b", shown) and re.search(r"plan\s+free\b", shown)
    [line] = [line for line in server.cli("account", "list").stdout.splitlines() if line.startswith(alice.email)]
    assert " 7 " in line


def test_granted_credits_can_be_spent_and_say_why(server):
    alice = server.account(credits=0)
    server.cli("account", "grant", alice.email, 2, "--reason", "welcome gift")
    assert alice.balance() == 2
    assert "welcome gift" in server.cli("account", "show", alice.email).stdout
    assert alice.submit(("a.png", images.png())).status_code == 202


def test_plan_and_operator_are_set(server):
    alice = server.account()
    server.cli("account", "operator", alice.email, "on")
    assert re.search(r"operator\s+yes", server.cli("account", "show", alice.email).stdout)
    server.cli("account", "operator", alice.email, "off")
    assert re.search(r"operator\s+no", server.cli("account", "show", alice.email).stdout)
    server.cli("account", "plan", alice.email, "free")
    assert alice.get("/api/v1/account").json()["plan"] == "free"


def test_a_password_comes_from_standard_input_alone(server):
    server.cli("account", "create", "pw@example.org", "--password-stdin", stdin="correct horse battery\n")
    assert re.search(r"password\s+set", server.cli("account", "show", "pw@example.org").stdout)
    server.cli("account", "create", "short@example.org", "--password-stdin", stdin="short\n", check=2)
    server.cli("account", "create", "none@example.org", "--password-stdin", stdin="", check=2)


def test_a_closed_account_has_no_working_key(server):
    alice = server.account()
    server.cli("account", "close", alice.email)
    assert alice.get("/api/v1/account").status_code == 401
    assert alice.email not in server.cli("account", "list").stdout
    server.cli("account", "show", alice.email, check=1)


def test_a_key_is_revoked_by_its_prefix(server):
    alice = server.account()
    server.cli("key", "revoke", alice.key[:14])
    assert alice.get("/api/v1/account").status_code == 401
    server.cli("key", "revoke", alice.key[:14], check=1)


@pytest.mark.parametrize("arguments, status, says", [
    (("account", "create", "no-address"), 2, "address"),
    (("account", "show", "absent@example.org"), 1, "account list"),
    (("account", "grant", "absent@example.org", "5", "--reason", "x"), 1, "absent@example.org"),
    (("key", "create", "absent@example.org"), 1, "account create"),
    (("key", "revoke", "rmvr_live_none"), 1, ""),
    (("account", "create", "plan@example.org", "--plan", "no such plan"), 2, "plan"),
])
def test_a_mistake_is_said_and_changes_nothing(server, arguments, status, says):
    accounts = server.cli("account", "list").stdout
    failed = server.cli(*arguments, check=status)
    assert failed.stdout == ""
    assert says in failed.stderr and failed.stderr.startswith("removr: ")
    assert server.cli("account", "list").stdout == accounts


def test_an_address_has_one_account(server):
    alice = server.account(credits=4)
    server.cli("account", "create", alice.email.upper(), "--credits", 9, check=1)
    assert alice.balance() == 4


@pytest.mark.parametrize("credits", ["0", "-5", "many", "1.5"])
def test_only_whole_credits_above_zero_are_granted(server, credits):
    alice = server.account(credits=4)
    server.cli("account", "grant", alice.email, credits, "--reason", "x", check=2)
    assert alice.balance() == 4


def test_a_wrong_folder_is_said_and_not_filled(tmp_path):
    failed = run("account", "list", "--data", tmp_path / "nowhere", check=1)
    assert "--data" in failed.stderr
    assert not (tmp_path / "nowhere").exists()


def test_an_account_can_be_made_before_the_first_start(tmp_path):
    run("account", "create", "early@example.org", "--data", tmp_path / "data", "--credits", 1, check=0)
    assert re.fullmatch(KEY_FORM + "\n", run("key", "create", "early@example.org", "--data", tmp_path / "data", check=0).stdout)


def test_no_key_is_stored_in_the_clear(server):
    alice = server.account()
    alice.get("/api/v1/account")
    for file in server.data.rglob("*"):
        if file.is_file():
            assert alice.key.encode() not in file.read_bytes(), file
