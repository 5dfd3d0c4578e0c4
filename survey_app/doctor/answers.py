"""Checks of what the server answers, through whatever stands before it. It asks nothing itself."""

from __future__ import annotations

import base64
import hashlib
import re
from email.utils import parsedate_to_datetime

from survey_app.doctor.asking import Answer
from survey_app.doctor.finding import Check, Findings, failed, untried, warned
from survey_app.doctor.machine import MINUTES
from survey_app.doctor.questions import MAY_HANG_UP, OURS, PAGES, REFUSED, STRANGER, Answers
from survey_app.doctor.tree import printable
from survey_app.privacy import HEADERS, POLICY, TLS_HEADER
from survey_app.rendering import POLICY as POLICY_TEXT

FORGETS = '"cache", "storage"'
FORBIDDEN = (
    "Set-Cookie", "ETag", "Last-Modified", "Age", "NEL", "Report-To", "Reporting-Endpoints", "Server-Timing",
    "Link", "Access-Control-Allow-Origin", "X-Powered-By",
)  # fmt: skip
UNCHANGED = "Let the proxy hand on the server's answers as they are: no header added, hidden or changed."
NOTICES = (410, 503)
_STYLE = re.compile(rb"<style[^>]*>(.*?)</style>", re.DOTALL)
_SCRIPT = re.compile(rb"<script[^>]*>(.*?)</script>", re.DOTALL)


def silence(answers: Answers) -> Findings:
    """Everything is answered; what is refused may also be hung up on."""
    for name, why in answers.silent.items():
        if name not in MAY_HANG_UP:
            yield failed(
                f'The question "{name}" was not answered: {why}.', "Look at the server and the proxy."
            )


def headers(answers: Answers) -> Findings:
    """Every promised header, once and word for word, on whatever our own server answers."""
    wanted = {**HEADERS, **({TLS_HEADER[0]: TLS_HEADER[1]} if answers.tls else {})}
    for header, value in wanted.items():
        for name, answer in answers.of(*OURS):
            if answer.all(header) != (value,):
                yield failed(f'{header} {_instead(answer, header)} on "{name}".', UNCHANGED)
                break


def forbidden(answers: Answers) -> Findings:
    """Nothing by which a browser remembers, or tells others of, the visit."""
    for header in FORBIDDEN:
        found = [name for name, answer in answers.given.items() if answer.all(header)]
        if found:
            yield failed(f'"{found[0]}" is answered with {header}, which no answer may carry.', UNCHANGED)


def version(answers: Answers) -> Findings:
    """Nobody needs to know which version of which server this is."""
    for name, answer in answers.given.items():
        if re.search(r"\d", answer.header("Server")):
            said = printable(answer.header("Server"))[:60]
            yield failed(f'"{name}" tells the server\'s version: {said}.', "In nginx: server_tokens off.")
            break


def status(answers: Answers) -> Findings:
    """203 keeps the pages with answers in them out of the browser's back/forward cache."""
    for name, answer in answers.of("survey", "thanks"):
        if name == "survey" and answer.status in NOTICES:
            yield untried("the survey's own page: it is closed now.", "Ask again when it is open.")
        elif answer.status != 203:
            yield failed(
                f'"{name}" comes with status {answer.status} instead of 203: Back shows the answers.',
                UNCHANGED,
            )


def caching(answers: Answers) -> Findings:
    """Each page is made for one visit, and by the visitor's language and browser."""
    (_, first), *others = answers.of("survey", "zipped")
    if any(first.page == other.page for _, other in others) and first.status not in NOTICES:
        yield failed(
            "The same page came twice: something before the server keeps it.", "Switch its cache off."
        )
    vary = {word.strip().lower() for word in first.header("Vary").split(",")}
    if not {"accept-encoding", "accept-language"} <= vary:
        yield failed(f"Vary {_instead(first, 'Vary')}.", UNCHANGED)


def zipping(answers: Answers) -> Findings:
    """Pages travel small."""
    for _, answer in answers.of("zipped"):
        if answer.page is None:
            yield failed("The zipped page cannot be unzipped.", UNCHANGED)
        elif answer.header("content-encoding") != "gzip":
            yield warned("Pages travel unzipped: slow phones wait.", "Let the proxy hand Accept-Encoding on.")
    for _, answer in answers.of("survey"):
        if answer.header("content-encoding"):
            yield failed("The page comes zipped though it was not asked for.", UNCHANGED)


def policy(answers: Answers) -> Findings:
    """The page is byte for byte ours: the policy allows just the style and script that are in it."""
    for name, answer in answers.of(*PAGES):
        page = answer.page
        if page is not None and answer.all(POLICY) != (_policy_for(page),):
            yield failed(
                f'Style or script of "{name}" do not fit its policy: something changes pages on the way.',
                "Switch off whatever adds, shortens or translates (a CDN's optimising, mod_pagespeed).",
            )
            return


def strangers(answers: Answers) -> Findings:
    """Other names are not answered to."""
    for _, answer in answers.of("stranger"):
        if 200 <= answer.status < 300 or STRANGER in answer.header("Location"):
            yield failed(
                f"It answers to the name {STRANGER}.",
                "Set YOURVOICE_HOSTS to the survey's own name, and hand Host on in the proxy.",
            )


def trace(answers: Answers) -> Findings:
    """TRACE would send back what the browser keeps from the page."""
    for _, answer in answers.of("trace"):
        if answer.status < 400 or answers.mark.word.encode() in answer.body:
            yield failed(f"TRACE is answered with {answer.status}.", "Refuse it in the proxy.")


def forgetting(answers: Answers) -> Findings:
    """The stylesheet after leaving makes the browser forget."""
    for _, answer in answers.of("left"):
        if answer.status != 200 or answer.all("Clear-Site-Data") != (FORGETS,):
            yield failed(f"Clear-Site-Data {_instead(answer, 'Clear-Site-Data')} on /left.css.", UNCHANGED)


def refusals(answers: Answers) -> Findings:
    """What is wrong is refused, and nothing of it repeated."""
    for name, answer in answers.of(*REFUSED):
        if not 400 <= answer.status < 500:
            yield failed(f'"{name}" is answered with {answer.status} instead of {REFUSED[name]}.', UNCHANGED)
        if answers.mark.word.encode() in answer.body:
            yield failed(f'The answer to "{name}" repeats what was asked.', UNCHANGED)


def date(answers: Answers) -> Findings:
    """The server's clock and ours agree."""
    said = answers.given["survey"].header("Date")
    try:
        theirs = parsedate_to_datetime(said).timestamp()
    except ValueError:
        yield untried("the clock against the server's: it sends no date.", "Compare it with another clock.")
        return
    if not answers.asked - MINUTES <= theirs <= answers.heard + MINUTES:
        yield failed(
            "The server's clock and this one are more than five minutes apart.",
            "Set both (timedatectl set-ntp true): by them keys are valid and waves are open.",
        )


CHECKS = (
    Check("answering", "Every question is answered.", silence),
    Check("headers", "Every promised header is there, word for word.", headers),
    Check("no-traces", "No cookie, no ETag, nothing by which a browser remembers.", forbidden),
    Check("version", "The server does not tell its version.", version),
    Check("status", "The pages keep their status 203.", status),
    Check("caching", "Every visitor has a page of their own; nothing keeps it on the way.", caching),
    Check("zipping", "Pages travel zipped.", zipping),
    Check("policy", "Pages arrive byte for byte.", policy),
    Check("host-names", "Other names are refused.", strangers),
    Check("trace", "TRACE is refused.", trace),
    Check("forgetting", "After leaving, the browser is told to forget.", forgetting),
    Check("refusals", "What is wrong is refused, and nothing of it repeated.", refusals),
    Check("date", "The server's clock agrees with this one.", date),
)


def _instead(answer: Answer, header: str) -> str:
    found = answer.all(header)
    if not found:
        return "is missing"
    return f"is there {len(found)} times" if len(found) > 1 else f"is {printable(found[0])[:60]!r}"


def _policy_for(page: bytes) -> str:
    style, script = (
        "".join(f" 'sha256-{_digest(text)}'" for text in found.findall(page)) for found in (_STYLE, _SCRIPT)
    )
    return POLICY_TEXT.format(style=style, script=script)


def _digest(text: bytes) -> str:
    return base64.b64encode(hashlib.sha256(text).digest()).decode()
