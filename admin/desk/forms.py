"""The desk's forms. What is missing or wrong is said beside the field; nothing that was written is lost."""

from __future__ import annotations

from wtforms import DateField, HiddenField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from admin.desk.entries import NOTE_LENGTH
from admin.forms import StaffForm

_CHOOSE = "Please choose one."

REASONS = {
    "first": "First contact",
    "next": "Next try",
    "check": "To check something before calling back",
    "cover": "I cover for a colleague",
    "other": "Something else",
}
"""Why a request is opened. The codes stand in the audit trail."""

NAMESAKE, NAMESAKE_TEXT = "not_me", "It is somebody else of that name"
"""The reason of whoever has the same name as somebody who is to be kept out."""

WAYS = {"call": "Called", "text": "Texted", "voicemail": "Left a message on the phone", "email": "Emailed"}
RESULTS = {"none": "No answer", "left": "They have my message", "spoke": "We talked"}


def _cleaned(text: str | None) -> str:
    """As it was written, with the line ends of this side."""
    return (text or "").replace("\r\n", "\n")


class UnlockForm(StaffForm):
    """The passphrase of one's key."""

    passphrase = PasswordField(
        "Your key's passphrase", [InputRequired("Please write the passphrase of your key."), Length(max=1024)]
    )


class ActForm(StaffForm):
    """An act on a request as it was when the page was shown."""

    version = HiddenField(validators=[InputRequired("")])


class NoteForm(ActForm):
    """A note."""

    words = TextAreaField(
        "Note",
        [
            InputRequired("Please write something first."),
            Length(max=NOTE_LENGTH, message=f"A note may have {NOTE_LENGTH} characters."),
        ],
        filters=[_cleaned],
    )


class TryForm(ActForm):
    """Somebody tried to reach them."""

    way = RadioField("What did you do?", [InputRequired(_CHOOSE)], choices=WAYS)
    result = RadioField("What came of it?", [InputRequired(_CHOOSE)], choices=RESULTS)


class GiveForm(ActForm):
    """Who takes it."""

    to = SelectField("Who takes it?", [InputRequired(_CHOOSE)], choices={})


class CloseForm(ActForm):
    """Why it ends."""

    reason = RadioField("How did it end?", [InputRequired(_CHOOSE)], choices={})


class OpenForm(StaffForm):
    """Why it is opened. `once` lets it be shown once."""

    once = HiddenField()
    because = RadioField("Why do you open it now?", [InputRequired(_CHOOSE)], choices=REASONS)
    other = StringField("If something else: what?", [Optional(), Length(max=200)])


class AwayForm(StaffForm):
    """When somebody is away, and who covers."""

    first = DateField("First day away", [InputRequired("Please write the first day.")])
    last = DateField("Last day away", [InputRequired("Please write the last day.")])
    cover = SelectField("Who covers for you?", [InputRequired(_CHOOSE)], choices={})
