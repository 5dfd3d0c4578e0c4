"""What stands round every signed-in page: place, person, ways on, the trail's head. No score stands here."""

from dataclasses import dataclass
from importlib.metadata import version

from flask import Flask, current_app, g, request, url_for

from admin.access import roles_of, signed_in
from admin.forms import StaffForm
from admin.sessions import Stage
from survey_app.roles import SEES, Role, Sight

_WAYS = (
    ("results.waves", "Results"),
    ("results.trends", "Trends"),
    ("desk.queue", "Follow-up"),
    ("ledger.show", "Releases"),
    ("operations.show", "Operations"),
    ("trail.show", "Audit"),
)


@dataclass(frozen=True)
class Way:
    """A link of the page's head."""

    title: str
    url: str
    here: bool


@dataclass(frozen=True)
class Frame:
    """The frame of one page. `head` is the audit trail's as it stood at sign-in, so that it does not tick;
    `own` leads to one's own account. Before the sign-in is complete there is no way on."""

    place: str
    version: str
    name: str
    role: Role
    head: str
    ways: tuple[Way, ...]
    own: str
    sign_out: StaffForm

    @property
    def reads_words(self) -> bool:
        """Whether whoever is signed in may read comments."""
        return Sight.WORDS in SEES[self.role]

    @property
    def reads_redacted(self) -> bool:
        """Whether whoever is signed in may read what is left of comments."""
        return Sight.REDACTED in SEES[self.role]

    @property
    def exports_rows(self) -> bool:
        """Whether whoever is signed in may carry rows away."""
        return Sight.ROWS in SEES[self.role]


class Frames:
    """Gives every template its frame; sign-in and error pages have none."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._version = version("yourvoice")

    def init_app(self, app: Flask) -> None:
        """Offer the frame to the application's templates as `frame`."""
        app.context_processor(lambda: {"frame": self.frame() if "session" in g else None})

    def frame(self) -> Frame:
        """The frame for whoever is signed in: only the ways that their role may go."""
        session = signed_in()
        complete = session.stage is Stage.FULL
        own = url_for("account.show") if complete else ""
        ways = tuple(
            Way(title, url_for(endpoint), endpoint == request.endpoint)
            for endpoint, title in _WAYS
            if complete and session.role in (roles_of(current_app.view_functions[endpoint]) or ())
        )
        return Frame(self._place, self._version, session.name, session.role, session.head, ways, own, g.form)
