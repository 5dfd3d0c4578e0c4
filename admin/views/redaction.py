"""Going through a wave's comments one by one: keep, black out or withhold each, then let others read them.

Nothing decides but a person: no program looks for names, it would miss most. No word goes into the trail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug import Response

from admin.access import requires, signed_in
from admin.asked import Asked, Question
from admin.audit import Audit
from admin.comments import Comment, Comments, Fate, Judgement
from admin.redaction import Piece, blacked, what_is_left
from admin.reports import Reports, WaveCard
from admin.views.addressed import card_of, id_of
from survey_app.instrument.snapshot import Said
from survey_app.plaintext import clean_text
from survey_app.roles import Sight, who_sees
from survey_app.site import Site

READERS = who_sees(Sight.WORDS)
LONGEST = 4000
"""Of an edited comment: as long as any comment, and its marks."""

TAKEN_OUT = {
    "names": "Names of people",
    "places": "Places, schools, addresses",
    "events": "Something that happened and that others know of",
    "family_health": "Family, health, or what somebody is accused of",
    "other": "Something else",
}
WITHHELD = {
    "tells_who": "It tells who wrote it, whatever is taken out",
    "about_others": "It would harm somebody it is about",
    "nothing_said": "It says nothing",
    "danger": "Somebody may be in danger: it is dealt with as a concern",
}
SLIP = (
    "Only take out, and write [...] where something was. The rest must stay as it was written, and some of it"
    " must be left. What you wrote is still below."
)
MEANWHILE = (
    "Somebody else decided about this comment meanwhile. This is their decision; yours was not kept."
)


@dataclass(frozen=True)
class Progress:
    """A question's comments, and which of them wait for a decision."""

    question: Question
    waiting: tuple[Comment, ...]


@dataclass(frozen=True)
class RedactionPage:
    """How far a wave is. `ready`: how many others would read now; `is_over`: whether they may; `settled`: the
    day after which the originals are destroyed."""

    wave: WaveCard
    k: int
    questions: tuple[Progress, ...]
    decided: int
    ready: int
    is_over: bool


@dataclass(frozen=True)
class CommentPage:
    """One comment to decide about. `edited`: what stands in the field; `pieces`: what is blacked out."""

    wave: WaveCard
    comment: Comment
    said: Said
    in_other_words: bool
    judgement: Judgement | None
    pieces: tuple[Piece, ...]
    edited: str
    following: Comment | None
    problem: str = ""
    taken_out: tuple[tuple[str, str], ...] = tuple(TAKEN_OUT.items())
    withheld: tuple[tuple[str, str], ...] = tuple(WITHHELD.items())


class Redaction:
    """The pages on which comments are made ready for others."""

    def __init__(
        self,
        reports: Reports,
        written: Comments,
        asked: Asked,
        audit: Audit,
        site: Site,
        clock: Callable[[], float],
    ) -> None:
        self._reports, self._written, self._asked = reports, written, asked
        self._audit = audit
        self._site = site
        self._clock = clock

    def blueprint(self) -> Blueprint:
        """The routes."""
        pages = Blueprint("redaction", __name__)
        pages.add_url_rule("/waves/<wave>/redaction", "overview", self.overview)
        pages.add_url_rule("/waves/<wave>/redaction", "share", self.share, methods=["POST"])
        pages.add_url_rule("/waves/<wave>/redaction/<comment>", "one", self.one)
        pages.add_url_rule("/waves/<wave>/redaction/<comment>", "decide", self.decide, methods=["POST"])
        return pages

    @requires(*READERS)
    def overview(self, wave: str) -> str:
        """How far one is, and the way to the next comment."""
        decided = self._written.judgements(wave)
        questions = self._asked.by_question(self._written.of(wave))
        page = RedactionPage(
            wave=card_of(self._reports, wave),
            k=self._site.k,
            questions=tuple(
                Progress(one, tuple(comment for comment in one.comments if comment.id not in decided))
                for one in questions
            ),
            decided=len(decided),
            ready=self._written.ready(wave, self._site.k),
            is_over=self._is_over(wave),
        )
        return render_template("redaction.html", page=page)

    @requires(*READERS)
    def share(self, wave: str) -> Response:
        """Let others read what is ready: on record first, and only when the wave is over."""
        card_of(self._reports, wave)
        if self._is_over(wave) and self._written.ready(wave, self._site.k):
            self._audit.note("comments_shown", signed_in().name, wave=wave)
            self._written.share(wave, self._site.k)
            return redirect(url_for("shown.words", wave=wave), 303)
        return redirect(url_for("redaction.overview", wave=wave), 303)

    @requires(*READERS)
    def one(self, wave: str, comment: str) -> str:
        """One comment."""
        return render_template("redaction_one.html", page=self._page(wave, self._found(wave, comment)))

    @requires(*READERS)
    def decide(self, wave: str, comment: str) -> Response | tuple[str, int]:
        """Keep a decision, and go on to the next comment; what was blacked out is looked at once more."""
        found = self._found(wave, comment)
        page, sent = self._page(wave, found), clean_text(request.form.get("edited"), LONGEST)
        judgement = _judgement(found, request.form.get("fate", ""), sent, request.form.get)
        if judgement is None:
            return self._again(replace(page, edited=sent or page.edited, problem=SLIP)), 422
        about = {"wave": wave, "comment": found.id.hex()[:8], "fate": judgement.fate.value}
        self._audit.note("comment_judged", signed_in().name, **about, reason=judgement.reason)
        if not self._written.judge(found.id, judgement):
            return self._again(replace(self._page(wave, found), problem=MEANWHILE)), 409
        on = page.following if judgement.fate is not Fate.BLACKED else found
        if on is None:
            return redirect(url_for("redaction.overview", wave=wave), 303)
        return redirect(url_for("redaction.one", wave=wave, comment=on.id.hex()), 303)

    def _again(self, page: CommentPage) -> str:
        return render_template("redaction_one.html", page=page)

    def _page(self, wave: str, comment: Comment) -> CommentPage:
        decided = self._written.judgements(wave)
        judgement = decided.get(comment.id)
        left = judgement.words if judgement and judgement.fate is Fate.BLACKED else comment.words
        waiting = [
            one
            for question in self._asked.by_question(self._written.of(wave))
            for one in question.comments
            if one.id not in decided and one.id != comment.id
        ]
        said, in_other_words = self._asked.said(comment.snapshot, comment.item)
        return CommentPage(
            wave=card_of(self._reports, wave),
            comment=comment,
            said=said,
            in_other_words=in_other_words,
            judgement=judgement,
            pieces=blacked(comment.words, left) or (),
            edited=left,
            following=waiting[0] if waiting else None,
        )

    def _found(self, wave: str, comment: str) -> Comment:
        found = self._written.find(id_of(comment))
        return found if found and found.wave == wave else abort(404)

    def _is_over(self, wave: str) -> bool:
        planned = self._site.wave(wave)
        return planned is not None and planned.is_over(self._today())

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock(), UTC).date()


def _judgement(
    comment: Comment, fate: str, edited: str, field: Callable[[str, str], str]
) -> Judgement | None:
    """What the form says; None where it cannot be kept."""
    version = field("version", "0")
    seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 9 else -1
    if fate == Fate.KEPT:
        return Judgement(Fate.KEPT, "", comment.words, seen)
    if fate == Fate.WITHHELD and field("withheld", "") in WITHHELD:
        return Judgement(Fate.WITHHELD, field("withheld", ""), "", seen)
    pieces = blacked(comment.words, edited) if fate == Fate.BLACKED else None
    reason = field("taken_out", "")
    if pieces and reason in TAKEN_OUT:
        return Judgement(Fate.BLACKED, reason, what_is_left(pieces), seen)
    return None
