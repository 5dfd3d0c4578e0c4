"""What the running servers cannot do even if somebody makes them try: open, read back, show (P7, P8)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from admin.wsgi import create_app
from survey_app.roles import Role
from tests.attacks import traces
from tests.attacks.county import ROOT, staff_settings
from tests.attacks.loot import Loot
from tests.attacks.onlooker import Onlooker
from tests.attacks.youths import NEEDLE

pytestmark = pytest.mark.slow

WATCHED = """
import json, sys
opened = []
ways = ("open", "sqlite3.connect")
sys.addaudithook(lambda event, about: opened.append(str(about[0])) if event in ways else 0)
from pathlib import Path
from survey_app.instrument.snapshot import load_snapshot
from survey_app import serve_cli, handover_cli
from survey_app.custodian import Custodian
data = Path(sys.argv[1])
snapshot = load_snapshot(next((data / "snapshots").glob("*.json")))
loaded = set(sys.modules)
from tests.attacks.phone import Phone
from tests.attacks.youths import crowd
phone, custodian = Phone(data, snapshot), Custodian(data)
for number, youth in enumerate(crowd(snapshot, 3, ("north",))):
    phone.take_survey(youth)
    custodian.step(1000.0 * (number + 1))
phone.close()
custodian.close()
print(json.dumps([opened, sorted(loaded)]))
"""


def test_the_public_side_opens_no_file_of_the_staff_side_and_loads_none_of_its_code(
    handful: Loot, tmp_path: Path
) -> None:
    """P7: keys, credential and released answers lie beside it on the same disk, and it never looks."""
    data = shutil.copytree(handful.root / "evening", tmp_path / "data")
    command = [sys.executable, "-c", WATCHED, str(data)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    opened, loaded = json.loads(ended.stdout)
    assert str(data / "public" / "intake.db") in opened
    assert str(data / "public" / "keys.json") in opened
    assert not [path for path in opened if path.startswith(str(data / "staff"))]
    assert not [name for name in loaded if name.split(".")[0] in ("admin", "pandas", "numpy")]


@pytest.fixture(scope="module")
def office(handful: Loot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A staff host with 23 letters and 28 ballots that were brought and not opened yet."""
    return shutil.copytree(handful.root / "imported", tmp_path_factory.mktemp("office") / "data")


def told(client: FlaskClient, path: str) -> bytes:
    """All that this address answers, to every method."""
    found = b""
    for method in ("GET", "POST", "HEAD", "PUT"):
        answer = client.open(path, method=method)
        found += answer.data + str(answer.headers).encode()
        answer.close()
    return found


@pytest.mark.parametrize("role", [None, *Role])
def test_no_address_shows_anything_of_a_letter(office: Path, role: Role | None) -> None:
    """P8: without a second factor no address shows anything of a letter, whatever the role."""
    letters = traces.letters_in(office / "staff" / "letters")
    marks = {mark for letter_id, _ in letters.values() for mark in (letter_id, letter_id.hex().encode())}
    assert len(letters) > 20
    app = create_app(staff_settings(office))
    client = Onlooker(office, second_factor=False).client(role) if role else app.test_client()
    paths = {
        rule.rule.replace("<wave>", "now").replace("<scale>", "voi") for rule in app.url_map.iter_rules()
    }
    for path in paths | {"/letters", "/desk", "/contacts", "/static/../staff/letters", "/staff/letters"}:
        found = told(client, path)
        assert NEEDLE.encode() not in found
        assert not [mark for mark in marks if mark in found]
