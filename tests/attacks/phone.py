"""Youths' phones: they take the survey in the real public application, and note what the wire shows of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from survey_app.ballot import clean
from survey_app.coding import encode
from survey_app.instrument.snapshot import Snapshot
from survey_app.intake import Writer, open_intake
from survey_app.settings import read_settings
from survey_app.wsgi import create_app
from tests.attacks.labels import label
from tests.attacks.youths import Youth

HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
AGENT = "needle-agent"
FORM = "application/x-www-form-urlencoded"


class Note(NamedTuple):
    """The truth about one visit. `ballot`, `letter`, `response` and `words` are labels, see `label`;
    `answers` are what the wire showed of each answer: status, length of the head, length of the body;
    `sent` is the length of the form itself, as a browser without script sends it."""

    box: str
    language: str
    length: int
    asks: bool
    ballot: str
    letter: str
    response: str
    words: list[str]
    answers: list[list[int]]
    sent: int


class Noting:
    """A writer that lets the scene know what was stored for whom."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.last: dict[str, str] = {}

    def store_ballot(self, box: str, ballot_id: bytes, sealed: bytes) -> None:
        """Store it."""
        self.last["ballot"] = label(sealed)
        self._writer.store_ballot(box, ballot_id, sealed)

    def store_letter(self, letter_id: bytes, sealed: bytes) -> None:
        """Store it."""
        self.last["letter"] = label(sealed)
        self._writer.store_letter(letter_id, sealed)

    def close(self) -> None:
        """Let go of the intake."""
        self._writer.close()


class Phone:
    """Each youth's own, one after another: nothing is kept between two visits."""

    def __init__(self, data: Path, snapshot: Snapshot) -> None:
        settings = read_settings({"YOURVOICE_DATA": str(data)})
        self._noting, self._snapshot = Noting(open_intake(settings.intake)), snapshot
        self._app = create_app(settings, self._noting)  # type: ignore[arg-type]

    def close(self) -> None:
        """The server ends."""
        self._noting.close()

    def take_survey(self, youth: Youth) -> Note:
        """Open the page, send it, and say yes or no to being contacted."""
        self._noting.last = {"ballot": "", "letter": ""}
        client = self._app.test_client(use_cookies=False)
        headers = {"User-Agent": f"{AGENT} {youth.number}"}
        page = client.get(f"/{youth.language}/s/{youth.box}", headers=headers)
        answers = [*HIDDEN.findall(page.text), *youth.answers]
        sent = client.post("/send", data=urlencode(answers), content_type=FORM, headers=headers)
        thanks = client.get(sent.headers["Location"], headers=headers)
        note = [*HIDDEN.findall(thanks.text), *(youth.letter or (("no", "1"),))]
        done = client.post("/contact", data=urlencode(note), content_type=FORM, headers=headers)
        assert (sent.status_code, done.status_code) == (303, 303)
        ballot = clean(self._snapshot, MultiDict(youth.answers), youth.language)
        return Note(
            box=youth.box,
            language=youth.language,
            length=sum(map(len, youth.words)),
            asks=bool(youth.letter),
            **self._noting.last,
            response=label(encode(self._snapshot, ballot)),
            words=[label(words.encode()) for words in youth.words],
            answers=[_seen(answer) for answer in (page, sent, thanks, done)],
            sent=len(urlencode(answers)),
        )


def _seen(answer: TestResponse) -> list[int]:
    head = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
    return [answer.status_code, len(head), len(answer.data)]
