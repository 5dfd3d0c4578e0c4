"""The attacks: each takes the loot and returns how well each of its scripts did, see `odds.strength`.

Where a script counts hits that chance never makes, its strength is that number. None is told the truth; only
the score is taken against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from pathlib import Path

from tests.attacks import traces
from tests.attacks.loot import Loot, Traces
from tests.attacks.odds import Trace, strength
from tests.attacks.youths import NEEDLE

Scores = dict[str, float]

DISK = ("ctime", "inode", "listing")
"""What the disk itself keeps of each letter's file: threat-model.md says that it tells when a letter left."""


def arrival_of_ballots(loot: Loot) -> Scores:
    """In which order did the ballots come?"""
    return _arrival(loot, "ballot", loot.ballots)


def arrival_of_letters(loot: Loot) -> Scores:
    """In which order did the letters come? (Without what only the disk itself tells.)"""
    return _arrival(loot, "letter", {n: trace for n, trace in loot.letters.items() if not n.endswith(DISK)})


def arrival_of_responses(loot: Loot) -> Scores:
    """In which order were the opened responses given?"""
    return _arrival(loot, "response", loot.opened("responses"))


def arrival_of_comments(loot: Loot) -> Scores:
    """In which order were the comments written?"""
    came = {name: (0, float(place)) for place, note in enumerate(loot.truth) for name in note["words"]}
    return {name: strength(trace, came, _same(came)) for name, trace in loot.opened("comments").items()}


def letter_and_ballot(loot: Loot) -> Scores:
    """Whose letter belongs to which ballot? Every order of the one against every order of the other."""
    return _every(loot.letters, loot.ballots, loot.joined("letter", "ballot"))


def same_name(loot: Loot) -> Scores:
    """Does anything in the clear part of a letter stand in the clear part of a ballot? Counts right pairs."""
    same, found = loot.joined("letter", "ballot"), Counter[str]()
    ballots = traces.ids_in_boxes(loot.root / "handed" / "public" / "outbox")
    for letter_id, name in traces.letters_in(loot.root / "handed" / "public" / "outbox").values():
        for size in (16, 8, 6):
            close = {ballots[one] for one in ballots if one[:size] == letter_id[:size]}
            found[f"first {size} bytes"] += same.get(name) in close
    return {name: float(hits) for name, hits in found.items()}


def ballot_and_response(loot: Loot) -> Scores:
    """Which ballot, known by its id from two backups, became which opened response?"""
    return _every(loot.ballots, loot.opened("responses"), loot.joined("ballot", "response"))


def comment_and_response(loot: Loot) -> Scores:
    """Whose words belong to which answers?"""
    return _every(loot.opened("comments"), loot.opened("responses"), loot.comments)


def lines_of_a_box(loot: Loot) -> Scores:
    """Do a box's lines stand in an order that something else knows: that of the ids, or of the intake?"""
    lines = dict(traces.of_boxes(loot.root / "handed" / "public" / "outbox"))
    others = {name: trace for name, trace in loot.ballots.items() if name.startswith("evening")}
    return _every(lines, others, _same(name for trace in lines.values() for name in trace))


def lengths(loot: Loot) -> Scores:
    """Does anything about a ballot or a letter tell how much was written, in which language, and whether
    its youth asked to be contacted?"""
    scores: Scores = {}
    for kind, found in (("ballot", loot.ballots), ("letter", loot.letters)):
        for what, trace in _facts(loot, kind).items():
            scores |= {f"{what}, {n}": strength(one, trace, _same(one)) for n, one in found.items()}
    return scores


def answers_on_the_wire(loot: Loot) -> Scores:
    """Do the lengths of the server's answers to Send and to the contact form tell what was sent?"""
    facts = _facts(loot, "ballot")
    scores: Scores = {}
    for place, what in ((1, "Send"), (3, "contact")):
        for part, name in enumerate(("status", "head", "body")):
            seen = {n["ballot"]: (0, float(n["answers"][place][part])) for n in loot.truth}
            scores |= {
                f"{fact}, {what} {name}": strength(seen, told, _same(seen)) for fact, told in facts.items()
            }
    return scores


def dates(loot: Loot) -> Scores:
    """Does the date of the intake or of a folder say when the last visit was? Counts visits so found."""
    visits = loot.read("stamps")
    return {
        where: float(sum(visit["began"] <= visit[where] < visit["settled"] for visit in visits))
        for where in ("intake.db", "outbox", ".")
    }


def live_pages(loot: Loot) -> Scores:
    """Does any page of any role, of the API or of the public host change with a visit? Counts the changes
    until the release, but not at the desk: that a request came is what those pages are there to say."""
    *waiting, released = loot.read("pages")
    assert waiting[-1] != released, "not even a release changes a page: this attack sees nothing"
    first = waiting[0]
    changes = Counter(
        page
        for look, later in pairwise(waiting)
        for page in look.keys() & later.keys()
        if first[page] != later[page] and page not in at_the_desk(first)
    )
    return {page: float(hits) for page, hits in changes.items()} | {"looks": 0.0}


def at_the_desk(look: Mapping[str, str]) -> set[str]:
    """The addresses at which supervisors see that requests wait."""
    return {page for page in look if page.partition(" ")[2].startswith("/desk")}


def clear_words(loot: Loot) -> Scores:
    """Is a word, a name, a browser or an address anywhere but among the released comments? Counts files."""
    needles = (NEEDLE.encode(), "needle".encode("utf-16-le"), b"127.0.0.1")
    scores = {"looked": 0.0}
    for path in _files(loot):
        if path.match("released/staff/released.db"):
            continue
        content = path.read_bytes()
        scores |= {str(path): float(content.count(needle)) for needle in needles if needle in content}
    return scores


Attack = Callable[[Loot], Scores]

ATTACKS: tuple[Attack, ...] = (
    arrival_of_ballots,
    arrival_of_letters,
    arrival_of_responses,
    arrival_of_comments,
    letter_and_ballot,
    same_name,
    ballot_and_response,
    comment_and_response,
    lines_of_a_box,
    lengths,
    answers_on_the_wire,
    dates,
    clear_words,
)
"""All but `live_pages`, which needs a scene in which staff look on."""


def best(scores: Scores) -> tuple[float, str]:
    """The script that did best. An attack that had nothing to look at proves nothing."""
    assert scores, "nothing was found to look at"
    return max((score, name) for name, score in scores.items())


def _files(loot: Loot) -> list[Path]:
    copies = [path for step in loot.steps for path in (loot.root / step).rglob("*") if path.is_file()]
    exports = [path for path in (loot.root / "exports").rglob("*") if path.is_file()]
    return [*copies, *exports, loot.root / "stdout", loot.root / "stderr", loot.root / "said"]


def _arrival(loot: Loot, kind: str, found: Traces) -> Scores:
    came = loot.arrival(kind)
    return {name: strength(trace, came, _same(came)) for name, trace in found.items()}


def _every(ones: Traces, others: Traces, same: Mapping[str, str]) -> Scores:
    return {
        f"{name} against {other}": strength(one, two, same)
        for name, one in ones.items()
        for other, two in others.items()
    }


def _same(names: Iterable[str]) -> dict[str, str]:
    return {name: name for name in names}


def _facts(loot: Loot, kind: str) -> dict[str, Trace]:
    """What nobody may learn of a ballot or letter."""
    known = [note for note in loot.truth if note[kind]]
    facts = {"length": "length", "asks": "asks"} if kind == "ballot" else {"length": "length"}
    told: dict[str, Trace] = {
        fact: {n[kind]: (0, float(n[key])) for n in known} for fact, key in facts.items()
    }
    return told | {"language": {n[kind]: (0, float(n["language"] == "es")) for n in known}}
