"""README.txt: what is in the bundle, under which rules, out of which releases. No response stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from admin.export.drift import Verdict, drift
from admin.export.export import Export
from admin.export.layout import languages_of
from admin.export.scope import FEWEST, Scope

_FILES = """\
responses.csv          one line for each response; a blank is a skipped answer
responses.sav          the same for SPSS and PSPP, with labels; -9 "Skipped" is user-missing
responses.dta          the same for Stata 14 and later, with labels; .a is "Skipped"
report.xlsx            scores, items and codebook to look through; the rows too, up to 100,000
codebook.csv           every column: what it is, its wording in every language
values.csv             every code and what it stands for
comments.csv           what others may read of comments, blacked out by a person; nothing joins them to rows
scoring.csv            what each answer counts in each score
reliability.csv        alpha with its interval and McDonald's omega of each score, among these rows
datapackage.json       the same for programs (Data Package, Table Schema)
ddi-codebook.xml       the same for archives (DDI-Codebook 2.5)
scores.R               works the scores out again from the raw answers, in R
scores.py, scores.qmd  the same in Python, and as a Quarto page"""

_DRIFT_FILE = "\ndrift.csv              which scores and items stand together, which do not, and why"
_TOGETHER = (
    "Several waves stand in this file, told apart by the column `wave`. A score has columns only where every "
    "wave asks the same items, keys them and scores them the same. An item that was asked in other words or "
    "with other answers has a column for each, whose name ends in the first wave that asked it so. What a "
    "wave did not ask is blank in its rows (system-missing in SPSS, . in Stata): nobody skipped it. Numbers "
    "in report.xlsx and reliability.csv are of all these waves together."
)

RULES = (
    "Answers stand as they were given. A skipped answer is blank; nothing is filled in. There is no total "
    "over all items.",
    "NAME_n is how many items of a topic were answered. NAME_mean is their mean after turning reversed "
    "items round (NAME_r: lowest + highest - x), if enough were answered, else blank. NAME_pomp is the same "
    "mean in percent of the maximum possible. NAME_pos is 1 where it lies above the threshold, strictly.",
    "The boxes of a check-all question are 1 or 0; all are blank where none was ticked. NAME__conflict is 1 "
    "where an option that excludes others came with others: then the named ones are kept.",
    "Alpha, means and shares of a whole wave are on the results pages; scores.R and scores.py work them out. "
    "Omega is McDonald's, of one common factor by maximum likelihood, on complete cases; where it cannot be "
    "estimated, reliability.csv says why.",
)

PRIVACY = (
    "Young people were promised that nobody sees their single answers next to anything that tells who they "
    "are. These rows hold no name, no number, no time and no language, and their order means nothing: it is "
    "drawn anew for every export. Do not join them with other lists, do not look for a person in them, and "
    "publish nothing that rests on fewer than {k} of them."
)


def readme_txt(export: Export) -> Iterator[bytes]:
    """Plain text, UTF-8."""
    yield "\n\n".join(_sections(export)).encode() + b"\n"


def _sections(export: Export) -> Iterator[str]:
    scope, snapshot = export.scope, export.layout.snapshot
    title = snapshot.wording(export.language)("title")
    dates = f"{scope.wave.opens} to {scope.wave.closes}"
    yield f"{title}\n{scope.wave.title}, {dates}\n{export.origin.jurisdiction}"
    yield f"FILES\n{_FILES}" + (_DRIFT_FILE if scope.waves else "")
    if scope.waves:
        yield "WAVES IN ONE FILE\n" + "\n".join(_drift(export))
    yield "RULES\n" + "\n".join(_wrapped(rule) for rule in RULES)
    yield "PRIVACY\n" + _wrapped(PRIVACY.format(k=export.origin.k))
    yield "ROWS\n" + "\n".join(_rows(export))
    yield "WHERE THIS COMES FROM\n" + "\n".join(_origin(export))
    yield "CITATION OF THE QUESTIONS\n" + _wrapped(snapshot.instrument.source)
    yield "LICENCE OF THE QUESTIONS\n" + _wrapped(snapshot.instrument.licence)


def _rows(export: Export) -> Iterator[str]:
    scope, k = export.scope, export.origin.k
    yield f"{scope.n} rows"
    for one in scope.each:
        if scope.waves:
            yield f"  {one.wave.id}: {one.n} ({one.wave.title})"
        yield from (f"  {cell.name}: {cell.n} ({cell.title})" for cell in one.cells)
    yield _wrapped(
        f"Rows leave {FEWEST} or more at a time, of a wave that is over. A unit with fewer than {k} "
        "responses behind any score stands together with others under one name. A wave's rows are fixed at "
        "their first export and never change after it."
    )
    for one in scope.each:
        of = f" of {one.wave.id}" if scope.waves else ""
        back = one.held_back_in_words(k)
        yield f"Held back{of} (other versions of the questions, releases that came later): {back}"


def _origin(export: Export) -> Iterator[str]:
    yield f"Software: Your Voice {export.origin.version}"
    for one in export.scope.each:
        if export.scope.waves:
            yield f"Wave {one.wave.id}"
        yield from _of_wave(one)
    yield f"Audit trail, with this export in it: {export.origin.head}"


def _of_wave(scope: Scope) -> Iterator[str]:
    snapshot = scope.snapshot
    yield f"Questions: {snapshot.instrument.id} {snapshot.instrument.version}, snapshot {snapshot.hash}"
    reviewed = ", ".join(f"{language} ({snapshot.status[language]})" for language in languages_of(snapshot))
    yield f"Languages and how far their wording was reviewed: {reviewed}"
    releases = sorted({entry.line.release for entry in scope.lines})
    yield f"Releases: {', '.join(map(str, releases))}"
    yield f"Checksum of the ledger after the last of them: {scope.lines[-1].checksum}"


def _drift(export: Export) -> Iterator[str]:
    """What stands together, in plain words."""
    yield _wrapped(_TOGETHER)
    found = drift(export)
    apart = [one for one in found if one.verdict is not Verdict.SAME]
    same = [one.id for one in found if one.what == "score" and one.verdict is Verdict.SAME]
    yield _wrapped(f"Scores that are the same in all waves: {', '.join(same) or 'none'}.")
    for one in apart:
        common = f" (common items: {', '.join(one.common)})" if one.common else ""
        yield _wrapped(f"{one.what} {one.id}: {one.verdict.value}{common}: {'; '.join(one.why)}.")
    if not apart:
        yield "Nothing that is asked or scored changed between these waves."


def _wrapped(text: str) -> str:
    return fill(text, 100)
