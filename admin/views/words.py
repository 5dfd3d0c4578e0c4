"""What young people wrote in their own words, and what is done where somebody may be in danger.

A comment belongs to nobody: nothing here leads from it to other answers, and it cannot be searched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug import Response

from admin.access import requires, signed_in
from admin.asked import Asked, Question
from admin.audit import Audit
from admin.comments import Comment, Comments
from admin.desk.concerns import Concern, Concerns, Outcome
from admin.reports import Reports, WaveCard
from admin.views.addressed import card_of, id_of
from survey_app.roles import Sight, who_sees

READERS = who_sees(Sight.WORDS)

OUTCOMES = {
    Outcome.REPORTED: "It was reported as the law or our policy asks",
    Outcome.PASSED_ON: "It was passed on inside the department",
    Outcome.NO_DANGER: "Read again with somebody else: nobody is in danger",
    Outcome.NOTHING_TO_ACT_ON: "It says too little for anybody to act on",
}


@dataclass(frozen=True)
class CommentsPage:
    """A wave's comments. `raised`: the concerns about them, by comment."""

    wave: WaveCard
    k: int
    questions: tuple[Question, ...]
    raised: dict[bytes, Concern]


@dataclass(frozen=True)
class ConcernPage:
    """One comment that somebody worries about or may worry about; `concern` is None until it was raised."""

    wave: WaveCard
    comment: Comment | None
    concern: Concern | None
    steps: tuple[str, ...]
    outcomes: dict[Outcome, str]


class Words:
    """The pages of comments and concerns. `steps`: what staff who learn of danger are to do."""

    def __init__(
        self,
        reports: Reports,
        written: Comments,
        asked: Asked,
        concerns: Concerns,
        audit: Audit,
        steps: tuple[str, ...],
        k: int,
        clock: Callable[[], float],
    ) -> None:
        self._reports = reports
        self._written = written
        self._asked = asked
        self._concerns = concerns
        self._audit = audit
        self._steps = steps
        self._k = k
        self._clock = clock

    def blueprint(self) -> Blueprint:
        """The routes."""
        pages = Blueprint("words", __name__)
        pages.add_url_rule("/waves/<wave>/comments", "comments", self.comments)
        pages.add_url_rule("/waves/<wave>/comments/<comment>", "comment", self.comment)
        pages.add_url_rule("/waves/<wave>/comments/<comment>", "worry", self.worry, methods=["POST"])
        pages.add_url_rule("/concerns", "concerns", self.concerns)
        pages.add_url_rule("/concerns/<concern>", "concern", self.concern)
        pages.add_url_rule("/concerns/<concern>", "end", self.end, methods=["POST"])
        return pages

    @requires(*READERS)
    def comments(self, wave: str) -> str:
        """A wave's comments, question by question."""
        card = card_of(self._reports, wave)
        questions = self._asked.by_question(self._written.of(wave))
        raised = {one.comment: one for one in self._concerns.all()}
        return render_template("comments.html", page=CommentsPage(card, self._k, questions, raised))

    @requires(*READERS)
    def comment(self, wave: str, comment: str) -> str:
        """One comment, and what to do if somebody may be in danger: to read before a concern is raised."""
        found = self._found(wave, comment)
        return self._page(card_of(self._reports, wave), found, self._concerns.about(found.id))

    @requires(*READERS)
    def worry(self, wave: str, comment: str) -> Response:
        """Raise a concern: on record first, then to be seen by everybody at the desk."""
        found, me = self._found(wave, comment), signed_in().name
        concern = self._concerns.new(found.id, wave, me, self._today())
        if self._concerns.find(concern.id) is None:
            self._audit.note("concern_raised", me, concern=concern.name, wave=wave)
            self._concerns.keep(concern)
        kept = self._concerns.about(found.id) or abort(503)
        return redirect(url_for("words.concern", concern=kept.id.hex()), 303)

    @requires(*READERS)
    def concerns(self) -> str:
        """All concerns about comments."""
        titles = {wave.id: wave.title for wave in self._reports.waves()}
        concerns = self._concerns.all()
        return render_template("concerns.html", concerns=concerns, titles=titles, outcomes=OUTCOMES)

    @requires(*READERS)
    def concern(self, concern: str) -> str:
        """One concern with its comment."""
        found = self._concern(concern)
        return self._page(card_of(self._reports, found.wave), self._written.find(found.comment), found)

    @requires(*READERS)
    def end(self, concern: str) -> Response:
        """Say how a concern ended."""
        found, me = self._concern(concern), signed_in().name
        outcome = next((one for one in Outcome if one == request.form.get("outcome")), None)
        if outcome and found.closed is None:
            self._audit.note("concern_closed", me, concern=found.name, outcome=outcome.value)
            self._concerns.close(found.id, outcome, me, self._today())
        return redirect(url_for("words.concern", concern=found.id.hex()), 303)

    def _page(self, wave: WaveCard, comment: Comment | None, concern: Concern | None) -> str:
        page = ConcernPage(wave, comment, concern, self._steps, OUTCOMES)
        return render_template("concern.html", page=page)

    def _found(self, wave: str, comment: str) -> Comment:
        found = self._written.find(id_of(comment))
        return found if found and found.wave == wave else abort(404)

    def _concern(self, concern: str) -> Concern:
        return self._concerns.find(id_of(concern)) or abort(404)

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock(), UTC).date()
