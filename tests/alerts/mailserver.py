"""A real mail server: `python -m tests.alerts.mailserver FOLDER SECURITY`, until its input ends.

A process of its own, because its library and the tests of the public side both have a module "public".
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.alerts.postbox import CERTIFICATE, MAILS, PASSWORD, USER


class Postbox:
    """Writes down what it is given; refuses whom it does not know."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 no such box"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = bytes(envelope.content or b"").decode("ascii")
        mail = {
            "hello": session.host_name,
            "sender": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "content": content,
        }
        with self._path.open("a") as file:
            file.write(json.dumps(mail) + "\n")
        return "250 OK"


def knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
    """Whether these are its one user and password."""
    right = LoginPassword(login=USER.encode(), password=PASSWORD.encode())
    return AuthResult(success=given == right, handled=False)


async def serve(folder: Path, security: str) -> None:
    """Print the port, and serve."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / CERTIFICATE)
    asks = {"authenticator": knows, "auth_required": True}
    choices: dict[str, dict[str, Any]] = {
        "starttls": {"tls_context": context, "require_starttls": True, **asks},
        "tls": {"auth_require_tls": False, **asks},
        "none": {"auth_require_tls": False},
    }
    loop, box = asyncio.get_running_loop(), Postbox(folder / MAILS)
    server = await loop.create_server(
        lambda: SMTP(box, hostname="localhost", loop=loop, **choices[security]),
        "127.0.0.1",
        0,
        ssl=context if security == "tls" else None,
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2]))
