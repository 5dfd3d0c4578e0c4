"""Weakened builds: copies of the real code with one protection taken out of each, word by word.

They show that the attacks can see. A change that no longer fits the code is an error, not a silent pass.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.attacks.attacks import (
    Attack,
    answers_on_the_wire,
    arrival_of_ballots,
    arrival_of_letters,
    ballot_and_response,
    clear_words,
    comment_and_response,
    dates,
    lengths,
    letter_and_ballot,
    lines_of_a_box,
    live_pages,
    same_name,
)
from tests.attacks.county import ROOT
from tests.attacks.exports import (
    few_in_exports,
    newcomers_in_exports,
    order_of_exports,
    order_of_shared_words,
)
from tests.attacks.requests import arrival_of_requests, request_and_ballot


@dataclass(frozen=True)
class Change:
    """In this file, `times` times, `old` becomes `new`."""

    file: str
    old: str
    new: str
    times: int = 1


@dataclass(frozen=True)
class Weakness:
    """One protection less, and the attacks that must then succeed."""

    name: str
    changes: tuple[Change, ...]
    seen_by: tuple[Attack, ...]
    shape: str = "handful"


ROWS, SCOPE = "admin/export/rows.py", "admin/export/scope.py"
FRESH = "np.argsort(np.frombuffer(os.urandom(8 * n), np.uint64)).astype(np.int32)"
TABLES, HANDOVER, RELEASE = "survey_app/tables.py", "survey_app/handover.py", "admin/release.py"
THANKS = '/thanks/{shared}{found.id}"'
NOW = '__import__("time").monotonic_ns()'
SHUFFLED = "SystemRandom().shuffle({})"
PENDING = (
    'sum(__import__("survey_app.waiting", fromlist=["Waiting"]).Waiting('
    'f"sqlite:///{self._snapshots.parent}/public/intake.db").counts().values())'
)
PENDING_API = PENDING.replace("self._snapshots.parent", "self._tokens.path.parents[2]").replace("'", '"')

WEAKNESSES = (
    Weakness(
        "write-ahead log",
        (Change(TABLES, '"journal_mode=DELETE"', '"journal_mode=WAL"'),),
        (arrival_of_ballots,),
    ),
    Weakness(
        "no VACUUM",
        (Change("survey_app/waiting.py", '("VACUUM",)', '("SELECT 1",)'),),
        (arrival_of_ballots,),
        "evening",
    ),
    Weakness(
        "table with row numbers",
        (Change(TABLES, "sqlite_with_rowid=False", "sqlite_with_rowid=True", 2),),
        (arrival_of_ballots,),
    ),
    Weakness(
        "ids that count up",
        (
            Change(
                "survey_app/slot.py",
                "return blake2b(packed + box.encode(), digest_size=ID_SIZE, key=nonces[0].encode()).digest()",
                f'return {NOW}.to_bytes(ID_SIZE, "big")',
            ),
        ),
        (arrival_of_ballots, arrival_of_letters, letter_and_ballot),
    ),
    Weakness(
        "a column for the time",
        (
            Change(
                TABLES,
                '    Column("box", Text,',
                f'    Column("at", Text, default=lambda: str({NOW})),\n    Column("box", Text,',
            ),
        ),
        (arrival_of_ballots,),
    ),
    Weakness(
        "no padding",
        (
            Change("survey_app/ballot.py", '.ljust(size, b"\\0")', ""),
            Change("survey_app/sealing.py", "if len(plaintext) != PLAIN_SIZE", "if 0 > PLAIN_SIZE"),
            Change(TABLES, '_sized("sealed", SEALED_SIZE', '_sized("id", ID_SIZE or SEALED_SIZE', 2),
            Change("survey_app/intake.py", " or len(sealed) != size", ""),
        ),
        (lengths,),
        "evening",
    ),
    Weakness(
        "no shuffle at the handover",
        (Change(HANDOVER, SHUFFLED.format("ballots"), "pass"),),
        (lines_of_a_box,),
    ),
    Weakness(
        "no shuffle at the release",
        (Change(RELEASE, SHUFFLED.format("order"), "pass"),),
        (ballot_and_response,),
    ),
    Weakness(
        "words in the order of the responses",
        (
            Change(
                RELEASE,
                "codes = _shuffled(ballot.codes for ballot in ballots)",
                "ballots = _shuffled(ballots)\n    codes = tuple(ballot.codes for ballot in ballots)",
            ),
            Change(
                RELEASE,
                "words=_shuffled(words for ballot in ballots for words in ballot.words)",
                "words=tuple(words for ballot in ballots for words in ballot.words)",
            ),
            Change("admin/released.py", SHUFFLED.format("heap"), "pass"),
        ),
        (comment_and_response,),
    ),
    Weakness(
        "dates of files not flattened",
        (Change("survey_app/files.py", "os.utime(file.fileno(), (FLAT_TIME, FLAT_TIME))", "pass"),),
        (arrival_of_letters,),
        "patient",
    ),
    Weakness(
        "dates of the intake and its folders left alone",
        (Change("survey_app/custodian.py", "os.utime(path)", "pass"),),
        (dates,),
    ),
    Weakness(
        "one name for a youth's ballot and letter",
        (
            Change(
                "survey_app/slot.py",
                "return blake2b(packed + box.encode(), digest_size=ID_SIZE, key=nonces[0].encode()).digest()",
                "return blake2b(nonces[0].encode(), digest_size=ID_SIZE).digest()",
            ),
            Change(
                "survey_app/views.py",
                THANKS,
                f'{THANKS[:-1]}?n=" + request.form["n"]',
            ),
            Change(
                "survey_app/views.py",
                'nonce = new_nonce() if page.tail else ""',
                'nonce = request.args.get("n") or new_nonce()',
            ),
        ),
        (same_name,),
    ),
    Weakness(
        "live totals on a page",
        (
            Change(
                "admin/views/operations.py",
                "releases=entries[-1].line.release if entries else 0",
                f"releases={PENDING}",
            ),
        ),
        (live_pages,),
        "watched",
    ),
    Weakness(
        "live totals for programs",
        (
            Change(
                "admin/api/routes.py",
                "jsonify(wave_list(self._reports.waves()))",
                f"jsonify({{**wave_list(self._reports.waves()), 'waiting': {PENDING_API}}})",
            ),
        ),
        (live_pages,),
        "watched",
    ),
    Weakness(
        "an answer as long as what was sent",
        (
            Change(
                "survey_app/views.py",
                THANKS,
                f'{THANKS[:-1]}?" + "x" * len(str(request.form))',
            ),
        ),
        (answers_on_the_wire,),
        "evening",
    ),
    Weakness(
        "a log line for each visit",
        (
            Change(
                "survey_app/slot.py",
                '        key = self._key("answers", wave)\n        ballot',
                '        key = self._key("answers", wave)\n        print(form)\n        ballot',
            ),
        ),
        (clear_words,),
    ),
    Weakness(
        "no shuffle at the export",
        (Change(ROWS, FRESH, "np.arange(n, dtype=np.int32)"),),
        (order_of_exports,),
        "closed",
    ),
    Weakness(
        "one shuffle for all exports",
        (Change(ROWS, FRESH, "np.random.default_rng(1).permutation(n).astype(np.int32)"),),
        (order_of_exports,),
        "closed",
    ),
    Weakness(
        "rows of a wave that is open",
        (Change(SCOPE, "if self._today() <= ready:", "if not ready:"),),
        (newcomers_in_exports,),
        "closed",
    ),
    Weakness(
        "row files that grow with late releases",
        (
            Change(SCOPE, "            if path.exists():\n", "            if not path:\n"),
            Change(SCOPE, " if first is None else first", ""),
        ),
        (newcomers_in_exports,),
        "closed",
    ),
    Weakness(
        "every unit's rows under its own name",
        (Change(SCOPE, "together = apart or (", "together = tuple((unit,) for unit in parts) or ("),),
        (few_in_exports,),
        "closed",
    ),
    Weakness(
        "row files however few the rows",
        (Change(SCOPE, "FEWEST = 50", "FEWEST = 1"),),
        (few_in_exports,),
        "closed",
    ),
    Weakness(
        "shared words under the ids of the comments",
        (Change("admin/comments.py", '{"id": os.urandom(ID_SIZE), **', '{"id": row.id, **'),),
        (order_of_shared_words,),
        "closed",
    ),
    Weakness(
        "words as they were written beside the rows",
        (
            Change(
                "admin/comments.py",
                "select(shown_words).where(shown_words.c.wave == wave).order_by(shown_words.c.id)",
                "select(comments).where(comments.c.wave == wave)",
            ),
        ),
        (clear_words,),
        "closed",
    ),
    Weakness(
        "requests with row numbers",
        (Change("admin/desk/tables.py", "sqlite_with_rowid=False", "sqlite_with_rowid=True"),),
        (arrival_of_requests,),
        "asked",
    ),
    Weakness(
        "alerts remembered in the order of asking",
        (
            Change(
                "admin/alerts/telling.py",
                "known = {name: _grown(known.get(name, ()), news.get(name, ())) for name in waiting}",
                "known = {n: _grown(known.get(n, ()), news.get(n, ())) for n in {**known, **waiting}}",
            ),
        ),
        (arrival_of_requests,),
        "asked",
    ),
    Weakness(
        "no VACUUM at either end",
        (
            Change("survey_app/waiting.py", '("VACUUM",)', '("SELECT 1",)'),
            Change("admin/desk/store.py", '.exec_driver_sql("VACUUM")', '.exec_driver_sql("SELECT 1")'),
        ),
        (arrival_of_requests, request_and_ballot),
        "asked",
    ),
    Weakness(
        "a request named by its number",
        (
            Change(
                "admin/desk/store.py",
                "[:KEY_ID_SIZE], today, due, *_BEGINNING)",
                '[:KEY_ID_SIZE], today, due, *_BEGINNING[:1], f"{len(known):03}", *_BEGINNING[2:])',
            ),
        ),
        (arrival_of_requests,),
        "asked",
    ),
)


def build(folder: Path, weakness: Weakness) -> Path:
    """A build with this weakness, in this folder."""
    for package in ("survey_app", "admin"):
        shutil.copytree(ROOT / package, folder / package)
    for shared in ("tests", "instruments", "translations"):
        (folder / shared).symlink_to(ROOT / shared)
    for change in weakness.changes:
        path = folder / change.file
        source = path.read_text()
        assert source.count(change.old) == change.times, f"{change.file} no longer says: {change.old}"
        path.write_text(source.replace(change.old, change.new))
    return folder
