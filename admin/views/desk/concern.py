"""What to do when somebody may be in danger: to be read before a concern is raised, and after."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from admin.access import requires
from admin.desk.forms import ActForm
from admin.views.desk.counter import Counter
from admin.views.desk.request import Requests
from survey_app.roles import Role


@dataclass(frozen=True)
class ConcernPage:
    """The steps of the plan, and how the request stands."""

    id: str
    name: str
    is_open: bool
    concern: bool
    steps: tuple[str, ...]
    form: ActForm


class Concern:
    """The view."""

    def __init__(self, counter: Counter, requests: Requests) -> None:
        self._counter, self._requests = counter, requests

    @requires(Role.SUPERVISOR, strong=True)
    def show(self, request_id: str) -> str:
        """The steps, then the act."""
        one = self._counter.found(request_id)
        form = ActForm.for_token(self._requests.form_token())
        form.version.data = str(one.version)
        steps = self._counter.plan.safeguarding_steps
        page = ConcernPage(one.id.hex(), one.name, one.is_open, one.concern, steps, form)
        return render_template("desk_concern.html", page=page)
