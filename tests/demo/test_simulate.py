"""Simulated young people on a real server: what they answered is what the key holder finds in the box."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from admin.commands import main
from admin.demo_folder import DESK, HOLDER, County, furnish, plan
from admin.keys import KeyRing
from admin.phone import Phone, SimulationError, form_to
from admin.respondents import Respondents
from admin.simulate import Crowd, spread
from admin.snapshot_cli import TRANSLATIONS, frozen
from admin.unsealing import Opener, unlock
from survey_app.ballot import Ballot, Letter, unpack, unpack_letter
from survey_app.boxes import read_letter
from survey_app.instrument.snapshot import save
from survey_app.site import Site

YOURVOICE = str(Path(sys.executable).with_name("yourvoice"))
OTHER_INSTRUMENT = Path(__file__).parents[1] / "instruments" / "neighbourhood.json"


@dataclass(frozen=True)
class Place:
    """A public server at work."""

    url: str
    county: County
    site: Site

    @property
    def ballots(self) -> list[Ballot]:
        """The ballots in the intake, opened."""
        opener = self.opener(HOLDER)
        return [unpack(opener.open(sealed, "answers")) for sealed in self._rows("ballots").values()]

    @property
    def letters(self) -> list[Letter]:
        """The letters in the intake and those that have left already, opened."""
        sealed = self._rows("letters") | dict(map(read_letter, self.county.data.rglob("*.letter")))
        opener = self.opener(DESK)
        return [unpack_letter(opener.open(one, "contact")) for one in sealed.values()]

    def opener(self, holder: str) -> Opener:
        passphrase = {HOLDER: self.county.passphrase, DESK: self.county.desk_passphrase}[holder]
        return unlock(KeyRing(self.county.data / "staff" / "keys"), holder, passphrase)

    def _rows(self, table: str) -> dict[bytes, bytes]:
        with closing(sqlite3.connect(self.county.data / "public" / "intake.db")) as intake:
            return dict(intake.execute(f"SELECT id, sealed FROM {table}"))  # noqa: S608  our own two names

    @property
    def crowd(self) -> Crowd:
        return Crowd(self.url, self.site, {self.county.snapshot.hash: self.county.snapshot}, seed=5)


@pytest.fixture(scope="module", params=["appendix_b", "another_instrument"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    data = tmp_path_factory.mktemp("demo") / "data"
    county = furnish(data, datetime.now().astimezone().date(), seconds=3600)
    if request.param == "another_instrument":
        county = replace(county, snapshot=frozen(OTHER_INSTRUMENT, TRANSLATIONS))
        save(county.snapshot, data / "snapshots")
    site = plan(county.snapshot, county.today, filling=True, seconds=3600)
    (data / "site.json").write_bytes(msgspec.json.encode(site))
    command = [YOURVOICE, "serve", "--data", str(data), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as server:
        assert server.stdout is not None
        found = re.search(r"http://[\d.:]+", server.stdout.readline())
        assert found
        yield Place(found[0], county, site)
        server.terminate()


def test_what_they_answered_is_what_the_key_holder_opens(place: Place) -> None:
    errands = spread(place.site, [box.id for _, box in place.site.boxes()], responses=40, seed=5)
    kept = sum(place.crowd.rush(errands))
    people = Respondents(place.county.snapshot, seed=5)
    sheets = [people.sheet(errand.unit, errand.wave, errand.number) for errand in errands]
    shown = {question.id for question in place.county.snapshot.items() if question.item.show_if is None}

    def certain(answers: Mapping[str, object]) -> dict[str, object]:
        return {key: value for key, value in answers.items() if key.removesuffix("__other") in shown}

    said = [certain(sheet.answers) for sheet in sheets]
    opened = [certain(ballot.answers) for ballot in place.ballots]
    assert len(opened) == kept == sum(bool(sheet.answers) for sheet in sheets)
    assert sorted(map(str, opened)) == sorted(str(answers) for answers in said if answers)
    letters = [str(letter.fields) for letter in place.letters]
    assert sorted(letters) == sorted(str(sheet.letter) for sheet in sheets if sheet.letter)


def test_a_page_is_never_sent_what_it_does_not_offer(place: Place) -> None:
    form = form_to(Phone(place.url).page("/"), "/send")
    with pytest.raises(SimulationError, match="offers no 'strongly'"):
        form.filled([("a1", "strongly")])


def test_a_closed_box_and_a_silent_server_are_told_in_one_sentence(place: Place) -> None:
    with pytest.raises(SimulationError, match=r"nowhere answered 4\d\d"):
        Phone(place.url).page("/en/s/nowhere")
    with pytest.raises(SimulationError, match="no answer"):
        Phone("http://127.0.0.1:9").page("/")


def test_the_command_takes_as_many_surveys_as_it_is_told(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(place.ballots)
    data = str(place.county.data)
    assert main(["simulate", "--data", data, "--url", place.url, "--responses", "6", "--rate", "6000"]) == 0
    assert "6 surveys taken" in capsys.readouterr().out
    assert before < len(place.ballots) <= before + 6


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--responses", "0"], "--responses must be from 1"),
        (["--responses", "1", "--rate", "0"], "--rate must be above 0"),
        (["--responses", "1", "--box", "nowhere"], "no box nowhere"),
    ],
)
def test_a_wrong_flag_is_refused_with_a_sentence(
    place: Place, capsys: pytest.CaptureFixture[str], flags: list[str], sentence: str
) -> None:
    assert main(["simulate", "--data", str(place.county.data), "--url", place.url, *flags]) == 1
    assert sentence in capsys.readouterr().err
