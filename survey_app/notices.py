"""What can go wrong, each as one kind page in the youth's language. None repeats what was asked or sent."""

from __future__ import annotations

from survey_app.frames import Notice


def _(message: str) -> str:
    """Marks a message for translation; the page says it in its own language."""
    return message


DRAFT = _("draft")
"""A translation that nobody has checked yet."""

_AGAIN = _("Nothing was kept. Wait a moment, then reload this page to try again.")

CLOSED = Notice(410, _("This survey is closed"), _("No answers are taken right now. Nothing was kept."))
NO_KEY = Notice(503, CLOSED.title, CLOSED.words)
NO_NOTE = Notice(
    410,
    _("Nobody can be asked to contact you right now"),
    _("If you just wrote a note: it was not sent, and nothing was kept. You can call or text one of these:"),
)
NEVER_NOTE = Notice(404, NO_NOTE.title, _("You can call or text one of these:"))
UNCLEAR = Notice(
    400, _("That did not work"), _("Nothing was kept. Please open the link to the survey again.")
)
NOT_FOUND = Notice(404, _("There is nothing here"), _("Check the link, or ask for the survey's link again."))
NOT_ALLOWED = Notice(405, UNCLEAR.title, UNCLEAR.words)
TOO_LARGE = Notice(
    413, _("That was too much at once"), _("Nothing was kept. Please write a little less and try again.")
)
TOO_MANY = Notice(429, _("A lot of people are here"), _AGAIN)
UNAVAILABLE = Notice(503, _("That did not work"), _AGAIN)

BY_STATUS = {
    notice.status: notice
    for notice in (UNCLEAR, NOT_FOUND, NOT_ALLOWED, TOO_LARGE, TOO_MANY, UNAVAILABLE, CLOSED)
}


def notice_for(status: int) -> Notice:
    """The notice for an HTTP error; a fault of ours is 503: nothing was kept, and trying again may help."""
    return BY_STATUS.get(status, UNAVAILABLE if status >= 500 else UNCLEAR)
