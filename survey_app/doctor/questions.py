"""The few questions that the doctor asks a server, some of them marked; not one of them sends a ballot."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.doctor.asking import Answer, NoAnswerError, Question, Target, ask
from survey_app.privacy import FORM_TYPE, MAX_BODY

STRANGER = "evil.example"
PAGES = ("survey", "zipped", "thanks", "help", "missing")
"""Questions that our own server answers with a page, whatever stands before it."""

OURS = (*PAGES, "left", "method", "form")
REFUSED = {"missing": 404, "method": 405, "form": 400, "large": 413}
MAY_HANG_UP = ("large", "trace", "stranger")


@dataclass(frozen=True)
class Mark:
    """What can be found again wherever it is written: a word, and an address from the range for examples."""

    word: str
    address: str


@dataclass(frozen=True)
class Answers:
    """What came back by question, and why nothing did. `asked` and `heard`: the time around the first."""

    target: Target
    tls: bool
    mark: Mark
    asked: float
    heard: float
    given: Mapping[str, Answer]
    silent: Mapping[str, str]

    def of(self, *names: str) -> tuple[tuple[str, Answer], ...]:
        """Those of these questions that were answered, with the answers."""
        return tuple((name, self.given[name]) for name in names if name in self.given)


def new_mark() -> Mark:
    """A mark that was never used before."""
    word = f"yv{secrets.token_hex(8)}"
    groups = (f"{0x1000 + secrets.randbelow(0xEFFF):x}" for _ in range(6))
    return Mark(word, "2001:db8:" + ":".join(groups))


def ask_all(target: Target, mark: Mark, tls: bool) -> Answers:
    """Ask everything. Raises NoAnswerError where nobody answers the first question."""
    questions = _questions(mark)
    asked = time.time()
    given = {"survey": ask(target, questions.pop("survey"))}
    heard = time.time()
    silent = {}
    for name, question in questions.items():
        try:
            given[name] = ask(target, question)
        except NoAnswerError as error:
            silent[name] = str(error)
    return Answers(target, tls, mark, asked, heard, given, silent)


def _questions(mark: Mark) -> dict[str, Question]:
    marked = {
        "User-Agent": mark.word,
        "Referer": f"https://{mark.word}.example/",
        "Cookie": f"a={mark.word}",
        "X-Forwarded-For": mark.address,
        "X-Real-IP": mark.address,
        "Forwarded": f'for="[{mark.address}]"',
    }
    form, parts = {"Content-Type": FORM_TYPE}, {"Content-Type": "multipart/form-data; boundary=x"}
    long = (mark.word.encode() * MAX_BODY)[: MAX_BODY + 1]
    return {
        "survey": Question("GET /", marked),
        "zipped": Question("GET /", {"Accept-Encoding": "gzip"}),
        "thanks": Question(f"GET /thanks?{mark.word}", marked),
        "help": Question("GET /help", marked),
        "left": Question("GET /left.css", marked),
        "missing": Question(f"GET /{mark.word}?{mark.word}", marked),
        "method": Question(f"PUT /send?{mark.word}", marked),
        "form": Question(f"POST /send?{mark.word}", {**marked, **parts}, mark.word.encode()),
        "large": Question(f"POST /send?{mark.word}", {**marked, **form}, long),
        "trace": Question("TRACE /", marked),
        "stranger": Question("GET /", marked, host=STRANGER),
    }
