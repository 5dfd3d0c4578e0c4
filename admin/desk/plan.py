"""The desk's own settings, staff/desk.json: they stay on the staff host. No passphrase stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from survey_app.instrument.problems import Finding, Problem, problem
from survey_app.instrument.reading import NotReadError, read_json
from survey_app.instrument.shape import misfits

RULE = "impossible_desk"
HERE = ("localhost", "127.0.0.1", "::1")
EVERY_MINUTES, HIDE_SECONDS, ESCALATE_DAYS = range(5, 1441), range(30, 601), range(1, 31)
PORTS = range(1, 65_536)
_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_ADDRESS = re.compile(r"[!-~]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_ODD = re.compile(r"[<>()\[\]\\,;:\"]|@.*@")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,252})")
_LONGEST = 500


class DeskPlanError(ValueError):
    """staff/desk.json says something impossible; `problems` and the text say what to write instead."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class _Closed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A struct of desk.json: unknown fields are refused."""


class Mail(_Closed, frozen=True, kw_only=True):
    """How alerts leave by SMTP. `password_file`: its first line is the password of `user`."""

    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: str = ""
    sender: str
    to: tuple[str, ...]


class Webhook(_Closed, frozen=True, kw_only=True):
    """An address that is told {"text": "A request is waiting."} by POST."""

    url: str


class Alerts(_Closed, frozen=True, kw_only=True):
    """Where it is told that somebody waits; at most once in `every_minutes`, at a whole multiple of it."""

    every_minutes: int = 60
    mail: Mail | None = None
    webhook: Webhook | None = None


class ClosingReason(_Closed, frozen=True, kw_only=True):
    """Why a request ends; `reached` tells whether somebody spoke with the young person."""

    code: str
    text: str
    reached: bool = True


REASONS = (
    ClosingReason(code="done", text="We talked; nothing more is needed"),
    ClosingReason(code="referred", text="We talked; passed on to a service or a person, with consent"),
    ClosingReason(code="declined", text="We talked; they do not want anything"),
    ClosingReason(code="unreached", text="Could not reach them", reached=False),
    ClosingReason(code="no_way", text="There was no way to reach them", reached=False),
    ClosingReason(code="not_real", text="Not a request", reached=False),
)

STEPS = (
    "Do not investigate and do not promise to keep it secret.",
    "If somebody may be in danger now, call 911.",
    "If a person under 18 may be abused, neglected or trafficked, call your county's child protection "
    "hotline as the law and your department's policy ask of you, and file the written report.",
    "Tell the young person, if it is safe, what you have to do and why, before you do it.",
    "Write down in a note when you called and whom. Then keep going with the follow-up.",
)

COMMENT_STEPS = (
    "If somebody may be in danger now, call 911.",
    "Read it once more together with another supervisor.",
    "If it says that young people are hurt, neglected or trafficked, or that somebody here does it, report "
    "it as the law and your department's policy ask of you, even though nobody knows who wrote it.",
    "Do not try to find out who wrote it, and do not ask young people about it.",
    "Say how it ended, on this page.",
)


class DeskPlan(_Closed, frozen=True, kw_only=True):
    """The desk's rules. `holidays` are no working days. `hide_seconds`: so long an opened request stays on
    the screen. `escalate_days`: so many working days after its due day everybody is told again.

    `safeguarding_steps` and `comment_steps`: what staff do where a request, or a comment that nobody's name
    stands under, tells of danger.
    """

    closing_reasons: tuple[ClosingReason, ...] = REASONS
    safeguarding_steps: tuple[str, ...] = STEPS
    comment_steps: tuple[str, ...] = COMMENT_STEPS
    holidays: tuple[date, ...] = ()
    hide_seconds: int = 120
    escalate_days: int = 1
    alerts: Alerts = Alerts()


def load_desk_plan(path: Path) -> DeskPlan:
    """staff/desk.json, or the default plan where there is none; raises DeskPlanError with every problem."""
    if not (path.exists() or path.is_symlink() or path.with_name(f"{path.name}.txt").exists()):
        return DeskPlan()
    raw = _raw(path)
    unfit = tuple(problem("E", rule, path.name, finding) for rule, finding in misfits(raw, DeskPlan))
    if unfit:
        raise DeskPlanError(unfit)
    plan = msgspec.convert(raw, DeskPlan)
    impossible = tuple(problem("E", RULE, path.name, finding) for finding in _faults(plan))
    if impossible:
        raise DeskPlanError(impossible)
    return plan


def _raw(path: Path) -> object:
    try:
        if path.exists() and not path.is_file():
            finding = Finding("This is no plain file.", "Write a text file with this name.")
            raise NotReadError("unreadable_file", finding)  # a pipe would keep the reader waiting
        return read_json(path)
    except NotReadError as error:
        unread = tuple(problem("E", error.rule, path.name, finding) for finding in error.findings)
        raise DeskPlanError(unread) from error


def _faults(plan: DeskPlan) -> Iterator[Finding]:
    yield from _reason_faults(plan.closing_reasons)
    for place in ("safeguarding_steps", "comment_steps"):
        for number, step in enumerate(getattr(plan, place), start=1):
            yield from _text_faults(place, f"Step {number}", step)
    numbers = (
        ("hide_seconds", plan.hide_seconds, HIDE_SECONDS),
        ("escalate_days", plan.escalate_days, ESCALATE_DAYS),
        ("alerts.every_minutes", plan.alerts.every_minutes, EVERY_MINUTES),
    )
    for name, value, allowed in numbers:
        yield from _range_faults(name, value, allowed)
    if plan.alerts.mail:
        yield from _mail_faults(plan.alerts.mail)
    if plan.alerts.webhook:
        yield from _webhook_faults(plan.alerts.webhook)


def _reason_faults(reasons: tuple[ClosingReason, ...]) -> Iterator[Finding]:
    if not reasons:
        remedy = "Write at least one, or leave the field out for the usual ones."
        yield Finding("closing_reasons is empty: no request could ever be closed.", remedy)
    codes = [reason.code for reason in reasons]
    for code in dict.fromkeys(codes):
        if not _CODE.fullmatch(code):
            remedy = "Use small letters, digits and _, up to 32, a letter first."
            yield Finding(f'The code "{code}" is not well formed.', remedy, item="closing_reasons")
        if codes.count(code) > 1:
            message = f'The code "{code}" is used more than once.'
            yield Finding(message, "Give each reason its own.", item="closing_reasons")
    for reason in reasons:
        yield from _text_faults("closing_reasons", f'The text of "{reason.code}"', reason.text)


def _text_faults(place: str, what: str, text: str) -> Iterator[Finding]:
    if not text.strip():
        yield Finding(f"{what} is empty.", "Write what staff shall read, or take it out.", item=place)
    if len(text) > _LONGEST:
        yield Finding(f"{what} is too long.", f"Stay below {_LONGEST} characters.", item=place)
    if not all(letter.isprintable() for letter in text):
        yield Finding(f"{what} has a line break or a sign that cannot be seen.", "Take it out.", item=place)


def _range_faults(name: str, value: int, allowed: range) -> Iterator[Finding]:
    if value not in allowed:
        yield Finding(f"{name} is {value}.", f"Write a number from {allowed[0]} to {allowed[-1]}.")


def _mail_faults(mail: Mail) -> Iterator[Finding]:
    place = "alerts.mail"
    if not _HOST.fullmatch(mail.host):
        remedy = "Write the mail server's name, like mail.example.org."
        yield Finding(f'"{mail.host}" is no name of a server.', remedy, item=place)
    yield from _range_faults("alerts.mail.port", mail.port, PORTS)
    if not mail.to:
        yield Finding("Nobody stands in to.", "Write at least one address, or take mail out.", item=place)
    for address in (mail.sender, *mail.to):
        if not _ADDRESS.fullmatch(address) or _ODD.search(address):
            remedy = "Write one like desk@example.org, without a name around it."
            yield Finding(f'"{address}" is no e-mail address.', remedy, item=place)
    if not mail.user.isprintable():
        yield Finding("user has a sign that cannot be seen.", "Take it out.", item=place)
    if bool(mail.user) != bool(mail.password_file):
        remedy = "Write both, or neither where the server asks for no password."
        yield Finding("user and password_file go together.", remedy, item=place)
    if mail.user and mail.security == "none" and mail.host not in HERE:
        message = "The password would cross the network in clear."
        yield Finding(message, 'Write "starttls" or "tls" in security.', item=place)


def _webhook_faults(webhook: Webhook) -> Iterator[Finding]:
    place, url = "alerts.webhook", webhook.url
    safe = "Write one that begins with https://, without a name or password in it."
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port in PORTS
    except ValueError:
        yield Finding(f'"{url}" is no address.', safe, item=place)
        return
    encrypted = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
    plain = url.isascii() and url.isprintable() and not set(url) & set(' "<>\\^`{|}')
    if not (encrypted and plain and parts.hostname and port_fits) or "@" in parts.netloc or parts.fragment:
        yield Finding(f'"{url}" is not a safe address.', safe, item=place)
