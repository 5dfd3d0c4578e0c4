"""An alert by SMTP: one constant message to everybody in `to`. It logs nothing and keeps no password."""

from __future__ import annotations

import secrets
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

from admin.alerts.words import PATIENCE, SUBJECT, TEXT, AlertError, Fault, fault_of
from admin.desk.plan import Mail
from admin.passphrases import PassphraseError, first_line

_KINDS: tuple[tuple[type[Exception], Fault], ...] = (
    (smtplib.SMTPNotSupportedError, Fault.NO_ENCRYPTION),
    (smtplib.SMTPRecipientsRefused, Fault.ADDRESS),
    (smtplib.SMTPSenderRefused, Fault.ADDRESS),
    (smtplib.SMTPException, Fault.ANSWER),
)


def send_mail(mail: Mail, folder: Path, patience: float = PATIENCE) -> None:
    """Send the alert; a password file's name is meant within `folder`. Raises AlertError.

    Where only some addresses are refused the others have it: AlertError(SOME_ADDRESSES).
    """
    password = _password(folder / mail.password_file) if mail.user else ""
    try:
        with _line(mail, patience) as line:
            if mail.user:
                _sign_in(line, mail.user, password)
            refused = line.send_message(_message(mail), mail.sender, list(mail.to))
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise AlertError(_fault(error)) from None
    if refused:
        raise AlertError(Fault.SOME_ADDRESSES)


def _sign_in(line: smtplib.SMTP, user: str, password: str) -> None:
    try:
        line.login(user, password)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, UnicodeError):
        raise AlertError(Fault.PASSWORD) from None


def _fault(error: Exception) -> Fault:
    """Its kind; the library calls every line that ends a disconnection, and hangs what ended it behind."""
    if isinstance(error, smtplib.SMTPServerDisconnected):
        behind = error.__context__
        return fault_of(behind if isinstance(behind, OSError) else error)
    return next((fault for kind, fault in _KINDS if isinstance(error, kind)), None) or fault_of(error)


def _line(mail: Mail, patience: float) -> smtplib.SMTP:
    """A line to the server, encrypted as the plan says, its certificate verified."""
    if mail.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=patience, context=context, local_hostname=_HERE)
    line = smtplib.SMTP(mail.host, mail.port, timeout=patience, local_hostname=_HERE)
    try:
        if mail.security == "starttls":
            line.starttls(context=ssl.create_default_context())
    except BaseException:
        line.close()
        raise
    return line


_HERE = "localhost"
"""How this machine greets: its own name is nobody's business."""


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = SUBJECT
    message["From"] = mail.sender
    message["To"] = ", ".join(mail.to)
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{secrets.token_hex(12)}@{mail.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(TEXT + "\n")
    return message


def _password(path: Path) -> str:
    try:
        if not path.is_file() or path.stat().st_mode & 0o077:
            raise AlertError(Fault.PASSWORD_FILE)
        password = first_line(path)
    except (OSError, PassphraseError):
        raise AlertError(Fault.PASSWORD_FILE) from None
    if not password:
        raise AlertError(Fault.PASSWORD_FILE)
    return password
