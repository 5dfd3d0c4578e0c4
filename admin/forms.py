"""The staff pages' forms. Every one carries the session's form token; there is no form without it."""

from __future__ import annotations

import hmac
from typing import Any, Self

from werkzeug.datastructures import MultiDict
from wtforms import Form, PasswordField, StringField
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Length, ValidationError

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
