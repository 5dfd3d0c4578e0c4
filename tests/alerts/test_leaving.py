"""An alert as it leaves, for a real mail server and a real web server: what it says, and why one does not."""

import email
import email.policy
import json
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from admin.alerts.mail import send_mail
from admin.alerts.webhook import call_webhook
from admin.alerts.words import REMEDIES, AlertError, Fault, fault_of
from admin.desk.plan import Mail, Webhook
from tests.alerts.hook import hook_server
from tests.alerts.postbox import PASSWORD, USER, mail_server

SOON = 5.0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the password's file, whose certificate is trusted."""
    (tmp_path / "mail.password").write_text(f"{PASSWORD}\n")
    (tmp_path / "mail.password").chmod(0o600)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "mail.pem"))
    return tmp_path


def mail(port: int, **changes: object) -> Mail:
    usual: dict[str, object] = {
        "host": "localhost",
        "port": port,
        "user": USER,
        "password_file": "mail.password",
        "sender": "desk@example.org",
        "to": ("ana@example.org", "bo@example.org"),
    }
    return Mail(**{**usual, **changes})  # type: ignore[arg-type]


def fault(plan: Mail, folder: Path, patience: float = SOON) -> Fault:
    with pytest.raises(AlertError) as failed:
        send_mail(plan, folder, patience)
    assert str(failed.value) == REMEDIES[failed.value.fault]
    return failed.value.fault


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_it_reaches_everybody_and_says_one_thing(folder: Path, security: str) -> None:
    with mail_server(folder, security) as (port, box):
        signed_in = {} if security != "none" else {"user": "", "password_file": ""}
        send_mail(mail(port, security=security, **signed_in), folder)
    (envelope,) = box.envelopes
    assert (envelope.sender, envelope.to) == ("desk@example.org", ["ana@example.org", "bo@example.org"])
    message = email.message_from_string(envelope.content, policy=email.policy.default)
    assert message["Subject"] == "Your Voice: a request is waiting"
    assert message.get_content().strip() == "A request is waiting."
    assert set(message.keys()) - {"X-Peer", "X-MailFrom", "X-RcptTo"} == {
        "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted",
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    assert socket.gethostname() not in envelope.content
    assert envelope.hello == "localhost"


def test_a_wrong_password_is_told_from_a_missing_and_an_open_file(folder: Path) -> None:
    file = folder / "mail.password"
    with mail_server(folder) as (port, box):
        file.chmod(0o644)
        assert fault(mail(port), folder) is Fault.PASSWORD_FILE
        file.write_text("\n")
        file.chmod(0o600)
        assert fault(mail(port), folder) is Fault.PASSWORD_FILE
        assert fault(mail(port, password_file="nowhere"), folder) is Fault.PASSWORD_FILE
        for wrong in ("wrong", "pässwörd"):
            file.write_text(wrong)
            assert fault(mail(port), folder) is Fault.PASSWORD
    assert box.envelopes == []


def test_a_certificate_that_is_not_trusted_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for security in ("starttls", "tls"):
        with mail_server(folder, security) as (port, box):
            monkeypatch.setenv("SSL_CERT_FILE", str(folder / "mail.pem"))
            assert fault(mail(port, security=security, host="127.0.0.1"), folder) is Fault.CERTIFICATE
            monkeypatch.delenv("SSL_CERT_FILE")
            assert fault(mail(port, security=security), folder) is Fault.CERTIFICATE
        assert box.envelopes == []


def test_a_server_without_the_encryption_that_was_asked_for_gets_nothing(folder: Path) -> None:
    with mail_server(folder, "none") as (port, box):
        assert fault(mail(port, security="starttls"), folder) is Fault.NO_ENCRYPTION
        assert fault(mail(port, security="tls"), folder) is Fault.NO_ENCRYPTION
    assert box.envelopes == []


def test_addresses_that_are_refused_are_told_apart(folder: Path) -> None:
    with mail_server(folder) as (port, box):
        assert fault(mail(port, to=("nobody@example.org",)), folder) is Fault.ADDRESS
        assert box.envelopes == []
        some = mail(port, to=("nobody@example.org", "ana@example.org"))
        assert fault(some, folder) is Fault.SOME_ADDRESSES
    assert [envelope.to for envelope in box.envelopes] == [["ana@example.org"]]


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of somebody who takes a line and never speaks."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture
def closed() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_nobody_there_silence_and_no_such_name_are_told_apart(folder: Path, silent: int, closed: int) -> None:
    assert fault(mail(closed, host="127.0.0.1"), folder) is Fault.REFUSED
    assert fault(mail(silent, host="127.0.0.1"), folder, 0.2) is Fault.TOO_SLOW
    assert fault(mail(silent, host="a..b"), folder) is Fault.NO_SUCH_HOST
    assert fault_of(socket.gaierror()) is Fault.NO_SUCH_HOST
    assert fault_of(ConnectionResetError()) is Fault.NETWORK
    assert fault_of(ssl.SSLCertVerificationError()) is Fault.CERTIFICATE


def hook_fault(url: str, patience: float = SOON) -> Fault:
    with pytest.raises(AlertError) as failed:
        call_webhook(Webhook(url=url), patience)
    return failed.value.fault


def test_a_webhook_is_told_one_thing() -> None:
    with hook_server() as (url, heard):
        call_webhook(Webhook(url=url))
    ((method, path, headers, body),) = heard.requests
    assert (method, path) == ("POST", "/hook?room=1")
    assert json.loads(body) == {"text": "A request is waiting."}
    assert set(headers) == {
        "Host", "Accept-Encoding", "Content-Type", "Content-Length", "User-Agent", "Connection",
    }  # fmt: skip
    assert headers["User-Agent"] == "yourvoice"


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 500])
def test_a_webhook_that_moves_or_refuses_is_not_followed(status: int) -> None:
    with hook_server(status) as (url, heard):
        assert hook_fault(url) is Fault.ANSWER
    assert len(heard.requests) == 1


def test_a_webhook_that_nobody_answers_is_told_apart(silent: int, closed: int) -> None:
    assert hook_fault(f"http://127.0.0.1:{closed}/") is Fault.REFUSED
    assert hook_fault(f"http://127.0.0.1:{silent}/", 0.2) is Fault.TOO_SLOW
    assert hook_fault("https://a..b/") is Fault.NO_SUCH_HOST
    with hook_server() as (url, heard):
        assert hook_fault(url.replace("http:", "https:")) is Fault.NO_ENCRYPTION
    assert heard.requests == []


def test_every_fault_says_what_to_do() -> None:
    assert set(REMEDIES) == set(Fault)
