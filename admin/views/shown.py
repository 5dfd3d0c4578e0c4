"""What others than the supervisor read of comments: blacked out by a person, k or more to one question.

No original is read here, and there is no search and no filter: a word or a unit would single somebody out.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug import Response

from admin.access import requires, signed_in
from admin.asked import Asked, Question
from admin.audit import Audit
from admin.comments import Comment, Comments
from admin.reports import Reports, WaveCard
from admin.views.addressed import card_of, id_of
from survey_app.roles import Sight, who_sees


@dataclass(frozen=True)
class WordsPage:
    """What may be read of a wave's comments."""

    wave: WaveCard
    k: int
    questions: tuple[Question, ...]


class Shown:
    """The pages of what is left of comments."""

    def __init__(self, reports: Reports, written: Comments, asked: Asked, audit: Audit, k: int) -> None:
        self._reports, self._written, self._asked = reports, written, asked
        self._audit = audit
        self._k = k

    def blueprint(self) -> Blueprint:
        """The routes."""
        pages = Blueprint("shown", __name__)
        pages.add_url_rule("/waves/<wave>/words", "words", self.words)
        pages.add_url_rule("/waves/<wave>/words/<shown>", "one", self.one)
        pages.add_url_rule("/waves/<wave>/words/<shown>", "take_back", self.take_back, methods=["POST"])
        return pages

    @requires(*who_sees(Sight.REDACTED))
    def words(self, wave: str) -> str:
        """What may be read, question by question."""
        card = card_of(self._reports, wave)
        questions = self._asked.by_question(self._written.shown(wave))
        return render_template("words.html", page=WordsPage(card, self._k, questions))

    @requires(*who_sees(Sight.WORDS))
    def one(self, wave: str, shown: str) -> str:
        """One of them, to be taken back."""
        card = card_of(self._reports, wave)
        return render_template("words_one.html", wave=card, comment=self._found(wave, shown))

    @requires(*who_sees(Sight.WORDS))
    def take_back(self, wave: str, shown: str) -> Response:
        """Take its words out, for good."""
        found = self._found(wave, shown)
        if found.words:
            self._audit.note("comment_taken_back", signed_in().name, wave=wave)
            self._written.take_back(wave, found.id)
        return redirect(url_for("shown.words", wave=wave), 303)

    def _found(self, wave: str, shown: str) -> Comment:
        wanted = id_of(shown)
        return next((one for one in self._written.shown(wave) if one.id == wanted), None) or abort(404)
