"""Who looks at every page again and again: staff of every role, a program with a token, a passer-by.

They only read. The supervisor has a second factor, so that the desk's pages are shown too.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from flask.testing import FlaskClient

from admin import tables
from admin.accounts import Account
from admin.api.tokens import Tokens
from admin.audit import Audit
from admin.sessions import Sessions
from admin.settings import Settings
from admin.wsgi import create_app
from survey_app.roles import Role
from survey_app.said_file import FORMAT, Finding, SaidFile, Told
from survey_app.settings import read_settings
from survey_app.wsgi import create_app as create_public_app
from tests.attacks.county import FIRST, LAST, PASSPHRASE, staff_settings

LINK = re.compile(r'href="(/[^"#]*)"')
NEAR = {
    Role.SUPERVISOR: ("/waves", "/ledger", "/waves/now", "/waves/now/topics/voi", "/waves/now/quality"),
    Role.OPERATOR: ("/operations",),
}
RESTLESS = ("/audit", "/account/second-factor/passkey")
"""Pages that are another at every look, visit or none: the trail shows that the onlooker looks, and a passkey
is asked something new each time."""

API = ("/api/waves", "/api/waves/now", "/api/waves/now/units")
PUBLIC = ("/en/said", "/en/said/now")
HIDDEN = re.compile(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"')


class Onlooker:
    """One of each role, signed in the whole time; what they may see is found by following the links."""

    def __init__(self, data: Path, *, second_factor: bool = True) -> None:
        settings = staff_settings(data)
        app = create_app(settings)
        self._clients = {role: app.test_client() for role in Role}
        for role, client in self._clients.items():
            fields = dict(HIDDEN.findall(client.get("/sign-in").text))
            typed = {"name": f"the.{role.value}", "passphrase": PASSPHRASE}
            headers = {"Sec-Fetch-Site": "same-origin"}
            assert client.post("/sign-in", data=fields | typed, headers=headers).status_code == 303
        if second_factor:
            self._clients[Role.SUPERVISOR].set_cookie("staff", _second_factor(settings))
        tokens = Tokens(settings.tokens)
        token = tokens.make(f"dashboard{len(tokens.all())}", datetime.now(UTC).date())
        self._program, self._authority = app.test_client(), {"Authorization": f"Bearer {token}"}
        _publish(data)
        self._passer_by = create_public_app(read_settings({"YOURVOICE_DATA": str(data)})).test_client()

    def client(self, role: Role) -> FlaskClient:
        """The browser of this role's member of staff."""
        return self._clients[role]

    def look_everywhere(self) -> dict[str, str]:
        """Role and address -> a hash of status, headers and body, of all pages that can be reached."""
        walked = {f"{role.value} {path}": seen for role in Role for path, seen in self._walk(role).items()}
        return walked | self._look_from_outside()

    def look(self) -> dict[str, str]:
        """The same of the pages where something would show first."""
        return {
            f"{role.value} {path}": _open(self._clients[role], path)[0]
            for role, near in NEAR.items()
            for path in near
        } | self._look_from_outside()

    def _look_from_outside(self) -> dict[str, str]:
        """What the program and the passer-by get."""
        told = {f"program {path}": _open(self._program, path, self._authority, status=200)[0] for path in API}
        return told | {f"public {path}": _open(self._passer_by, path, status=200)[0] for path in PUBLIC}

    def _walk(self, role: Role) -> dict[str, str]:
        found: dict[str, str] = {}
        ahead = ["/", "/waves", "/ledger", "/operations", "/static/staff.css"]
        while ahead:
            path = ahead.pop()
            if path not in found and not path.startswith(RESTLESS):
                found[path], links = _open(self._clients[role], path)
                ahead += links
        return found


def _open(
    client: FlaskClient, path: str, headers: dict[str, str] | None = None, status: int = 0
) -> tuple[str, list[str]]:
    answer = client.get(path, headers=headers)
    assert status in (0, answer.status_code), path
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers if name != "Date")
    told = f"{answer.status_code}\n{head}\n".encode() + answer.data
    answer.close()
    return sha256(told).hexdigest(), LINK.findall(answer.text) if answer.mimetype == "text/html" else []


def _second_factor(settings: Settings) -> str:
    """The cookie of the supervisor after the second step."""
    account = Account(f"the.{Role.SUPERVISOR.value}", Role.SUPERVISOR, active=True)
    head = str(Audit(settings.trail).head())
    return Sessions(tables.open_store(settings.accounts)).start(account, head, strong=True)


def _publish(data: Path) -> None:
    """Something was said and done, of an earlier time."""
    about, did = ({"en": Told("en", words)} for words in ("My officer listens.", "Longer office hours."))
    found = (Finding(share="72%", about=about, did=did),)
    page = SaidFile(
        format=FORMAT, wave="now", opens=FIRST, closes=LAST, people="", languages=("en",), findings=found
    )
    (data / "said").mkdir(exist_ok=True)
    (data / "said" / "now.json").write_bytes(page.to_bytes())
