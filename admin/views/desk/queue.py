"""The queue: what waits, how long, until when, with whom. Nothing of a person stands in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import make_response, redirect, render_template, request, url_for
from werkzeug import Response

from admin.access import requires, signed_in
from admin.desk.absences import Absence
from admin.desk.days import age, due_in_words
from admin.desk.store import Request, State
from admin.desk.unlocked import Unlocked
from admin.views.desk.counter import Counter, Unreadable
from admin.views.desk.door import Door, locked_door
from survey_app.roles import Role

PAGE = 50
STATES = {
    State.NEW: "New",
    State.TRYING: "Trying",
    State.REACHED: "Reached",
    State.UNREACHED: "Could not reach",
    State.CLOSED: "Closed",
}
KEPT_OUT = "Somebody else should open this"


@dataclass(frozen=True)
class Card:
    """One request as the queue shows it. `who`: "you", a name, or "" for nobody; `covering`: for whom."""

    id: str
    name: str
    age: str
    due: str
    is_late: bool
    state: str
    is_open: bool
    concern: bool
    who: str
    covering: str
    topics: tuple[str, ...]
    problem: str


@dataclass(frozen=True)
class Choice:
    """One way to look at the queue."""

    title: str
    url: str
    count: int
    here: bool


@dataclass(frozen=True)
class QueuePage:
    """The page. `door`: how to unlock it, None where it is; `silent`: by which ways alerts do not leave;
    `concerns`: how many concerns about comments nobody has dealt with."""

    cards: tuple[Card, ...]
    choices: tuple[Choice, ...]
    open_ones: int
    absences: tuple[Absence, ...]
    door: Door | None
    before: str
    after: str
    silent: tuple[str, ...]
    concerns: int


class Queue:
    """The queue's view."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    @requires(Role.SUPERVISOR, strong=True)
    def show(self) -> Response:
        """All that waits, concerns and the oldest first."""
        return self.page(locked_door(self._counter))

    def page(self, door: Door | None, status: int = 200) -> Response:
        """The queue as the address asks for it; also what a wrong passphrase is answered with."""
        today = self._counter.today()
        self._counter.store.take_in(today)
        found = self._counter.store.queue()
        covered = self._counter.absences.covered(signed_in().name, today)
        choices = _choices(covered)
        here = request.args.get("show", "") if request.args.get("show", "") in choices else ""
        kept = [one for one in found if choices[here][1](one)]
        number = _page_number(len(kept))
        page = QueuePage(
            cards=self._cards(kept[number * PAGE : (number + 1) * PAGE], covered),
            choices=tuple(
                Choice(title, _address(code), sum(map(fits, found)), code == here)
                for code, (title, fits) in choices.items()
            ),
            open_ones=sum(one.is_open for one in found),
            absences=self._counter.absences.all(today),
            door=door,
            before=_address(here, number - 1) if number else "",
            after=_address(here, number + 1) if (number + 1) * PAGE < len(kept) else "",
            silent=self._counter.silent(),
            concerns=self._counter.open_concerns(),
        )
        return make_response(render_template("desk.html", page=page), status)

    def _cards(self, shown: Iterable[Request], covered: frozenset[str]) -> tuple[Card, ...]:
        unlocked = self._counter.unlocked()
        keys = self._counter.key_ids() if unlocked else frozenset()
        return tuple(self._card(one, covered, unlocked, keys) for one in shown)

    def _card(
        self, one: Request, covered: frozenset[str], unlocked: Unlocked | None, keys: frozenset[bytes]
    ) -> Card:
        today, (topics, problem) = self._counter.today(), self._read(one, unlocked, keys)
        return Card(
            id=one.id.hex(),
            name=one.name,
            age=age(one.arrived, today),
            due=due_in_words(one.due, today) if one.is_waiting else "",
            is_late=one.is_waiting and one.due < today,
            state=STATES[one.state],
            is_open=one.is_open,
            concern=one.concern,
            who="you" if one.assigned == signed_in().name else one.assigned,
            covering=one.assigned if one.assigned in covered else "",
            topics=topics,
            problem=problem,
        )

    def _read(
        self, one: Request, unlocked: Unlocked | None, keys: frozenset[bytes]
    ) -> tuple[tuple[str, ...], str]:
        """What it is about, and what is wrong with the letter. A locked desk knows neither."""
        if unlocked is None:
            return (), ""
        sheet = self._counter.sheet(one, unlocked, keys)
        if isinstance(sheet, Unreadable):
            return (), sheet.value
        if self._counter.is_kept_out(sheet, one, unlocked):
            return (), KEPT_OUT
        return sheet.topics(), ""


def _choices(covered: frozenset[str]) -> dict[str, tuple[str, Callable[[Request], bool]]]:
    """Code in the address -> title, and which requests it means."""
    mine = covered | {signed_in().name}

    def in_state(state: State) -> Callable[[Request], bool]:
        return lambda one: one.state is state

    return {
        "": ("Open", lambda one: one.is_open),
        "mine": ("Mine", lambda one: one.is_open and one.assigned in mine),
        **{state.value: (title, in_state(state)) for state, title in STATES.items()},
    }


def _page_number(size: int) -> int:
    """The page that the address asks for, from 0; the last one where there are fewer."""
    asked = request.args.get("page", "")
    number = int(asked) - 1 if asked.isascii() and asked.isdecimal() and len(asked) < len("10000") else 0
    return max(0, min(number, (size - 1) // PAGE))


def _address(code: str, number: int = 0) -> str:
    return url_for("desk.queue", show=code or None, page=number + 1 if number else None)


def back_to_queue() -> Response:
    """On to the queue after an act."""
    return redirect(url_for("desk.queue"), 303)
