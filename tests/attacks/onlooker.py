"""Members of staff of every role who look at every page again and again. They only read."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from flask.testing import FlaskClient

from admin.wsgi import create_app
from survey_app.roles import Role
from tests.attacks.county import PASSPHRASE, staff_settings

LINK = re.compile(r'href="(/[^"#]*)"')
NEAR = {
    Role.SUPERVISOR: ("/waves", "/ledger", "/waves/now", "/waves/now/topics/voi"),
    Role.OPERATOR: ("/operations",),
}
HIDDEN = re.compile(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"')


class Onlooker:
    """One of each role, signed in the whole time; what they may see is found by following the links."""

    def __init__(self, data: Path) -> None:
        app = create_app(staff_settings(data))
        self._clients = {role: app.test_client() for role in Role}
        for role, client in self._clients.items():
            fields = dict(HIDDEN.findall(client.get("/sign-in").text))
            typed = {"name": f"the.{role.value}", "passphrase": PASSPHRASE}
            headers = {"Sec-Fetch-Site": "same-origin"}
            assert client.post("/sign-in", data=fields | typed, headers=headers).status_code == 303

    def client(self, role: Role) -> FlaskClient:
        """The browser of this role's member of staff."""
        return self._clients[role]

    def look_everywhere(self) -> dict[str, str]:
        """Role and address -> a hash of status, headers and body, of all pages that can be reached."""
        return {f"{role.value} {path}": seen for role in Role for path, seen in self._walk(role).items()}

    def look(self) -> dict[str, str]:
        """The same of the pages where something would show first."""
        return {
            f"{role.value} {path}": _open(self._clients[role], path)[0]
            for role, near in NEAR.items()
            for path in near
        }

    def _walk(self, role: Role) -> dict[str, str]:
        found: dict[str, str] = {}
        ahead = ["/", "/waves", "/ledger", "/operations", "/static/staff.css"]
        while ahead:
            path = ahead.pop()
            if path not in found and not path.startswith("/audit"):  # it shows that the onlooker looks
                found[path], links = _open(self._clients[role], path)
                ahead += links
        return found


def _open(client: FlaskClient, path: str) -> tuple[str, list[str]]:
    answer = client.get(path)
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers if name != "Date")
    told = f"{answer.status_code}\n{head}\n".encode() + answer.data
    answer.close()
    return sha256(told).hexdigest(), LINK.findall(answer.text) if answer.mimetype == "text/html" else []
