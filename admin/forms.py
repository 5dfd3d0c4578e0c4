"""The staff pages' forms. Every one carries the session's form token; there is no form without it."""

from __future__ import annotations

import hmac
from typing import Any, Self

from werkzeug.datastructures import MultiDict
from wtforms import Form, HiddenField, PasswordField, StringField
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from admin.sessions import form_token


class SessionToken(CSRF):
    """WTForms' token, derived from the session's own (`form_token`)."""

    def setup_form(self, form: BaseForm) -> list[tuple[str, UnboundField[Any]]]:
        """Remember which session this form belongs to."""
        self._expected = form_token(str(form.meta.csrf_context))
        return super().setup_form(form)

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        """The token written into the page."""
        return self._expected

    def validate_csrf_token(self, form: BaseForm, field: CSRFTokenField) -> None:
        """Refuse a form that does not carry it."""
        if not hmac.compare_digest((field.data or "").encode(), self._expected.encode()):
            raise ValidationError("This form is not from your own page.")


class StaffForm(Form):
    """A form of nothing but the token: what sign-out sends, and what the gate checks on every form."""

    class Meta:
        csrf = True
        csrf_class = SessionToken
        csrf_field_name = "form_token"

    @classmethod
    def for_token(cls, token: str, sent: MultiDict[str, str] | None = None) -> Self:
        """The form of the session with this token, filled with what was sent."""
        return cls(sent, meta={"csrf_context": token})


class SignInForm(StaffForm):
    """Name and passphrase."""

    name = StringField("Name", [InputRequired("Please write your name."), Length(max=64)])
    passphrase = PasswordField(
        "Passphrase", [InputRequired("Please write your passphrase."), Length(max=1024)]
    )


class ConfirmForm(StaffForm):
    """The passphrase once more, before something about the account changes."""

    passphrase = PasswordField(
        "Your passphrase", [InputRequired("Please write your passphrase."), Length(max=1024)]
    )


class CodeForm(StaffForm):
    """A code of an authenticator app, or a recovery code."""

    code = StringField("Code", [InputRequired("Please type the code."), Length(max=64)])


class AnswerForm(StaffForm):
    """What a passkey answered; written by the page's script."""

    credential = HiddenField(validators=[InputRequired("The passkey did not answer. Please try again.")])


class NewAppForm(ConfirmForm, CodeForm):
    """An app's first code."""


class NewPasskeyForm(ConfirmForm, AnswerForm):
    """A new passkey and what to call it."""

    label = StringField("A name for it", [Length(max=40)])


class ChosenForm(StaffForm):
    """A new passphrase, twice."""

    new = PasswordField("New passphrase", [InputRequired("Please choose a passphrase."), Length(max=1024)])
    again = PasswordField(
        "The same once more",
        [
            InputRequired("Please write it a second time."),
            EqualTo("new", "The two are not the same. Please write both again."),
        ],
    )


class ChangeForm(ConfirmForm, ChosenForm):
    """A new passphrase in place of the present one."""
