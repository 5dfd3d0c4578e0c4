"""Checks of what lies below the pages: the certificate, and the way from http to https."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from survey_app.doctor.asking import Answer, NoAnswerError, Question, Target, ask
from survey_app.doctor.finding import Check, Findings, failed, untried
from survey_app.doctor.tree import printable

RENEWAL = 14
DAY = 86_400.0


@dataclass(frozen=True)
class Transport:
    """The certificate ({} and `fault` where it is not valid), and what plain http answers (None: nobody)."""

    target: Target
    certificate: Mapping[str, Any]
    fault: str
    plain: Answer | None
    now: float


def look_at_transport(target: Target, http_port: int, now: float) -> Transport:
    """Connect once over TLS and ask once without. Raises OSError where nobody listens."""
    certificate: Mapping[str, Any] = {}
    fault = ""
    try:
        with target.connect() as line:
            certificate = line.getpeercert() or {} if isinstance(line, ssl.SSLSocket) else {}
    except ssl.SSLCertVerificationError as error:
        fault = error.verify_message
    except ssl.SSLError as error:
        fault = error.reason or "no TLS"
    try:
        plain = ask(replace(target, tls=False, port=http_port), Question("GET /", host=target.host))
    except NoAnswerError:
        plain = None
    return Transport(target, certificate, fault, plain, now)


def certificate(transport: Transport) -> Findings:
    """Browsers must trust it, tomorrow too."""
    renew = "Renew the certificate, and look at what should do so by itself (certbot, Caddy)."
    if transport.fault:
        yield failed(f"Browsers do not trust the certificate: {printable(transport.fault)}.", renew)
        return
    days = (ssl.cert_time_to_seconds(str(transport.certificate["notAfter"])) - transport.now) / DAY
    if days < RENEWAL:
        yield failed(f"The certificate ends in {days:.0f} days.", renew)


def redirect(transport: Transport) -> Findings:
    """Whoever types the address without https comes by https all the same."""
    answer = transport.plain
    if answer is None:
        return
    leads_on = answer.header("Location").startswith(f"https://{transport.target.host}")
    if answer.status not in (301, 302, 307, 308) or not leads_on:
        yield failed(
            f"Plain http is answered with {answer.status} instead of leading to https.",
            "Let the proxy redirect it with 301.",
        )


def encryption(target: Target) -> Findings:
    """Without TLS: fine on this machine, and nowhere else."""
    if target.tls:
        return
    if target.is_here:
        yield untried(
            "TLS: the server was asked without it.", "Say --url https://..., the survey's own address."
        )
    else:
        yield failed(
            f"{target.address} is not encrypted.", "Put a proxy with a certificate before the server."
        )


CHECKS = (
    Check("certificate", f"Browsers trust the certificate, for more than {RENEWAL} days.", certificate),
    Check("redirect", "Plain http leads to https, or nowhere.", redirect),
)
TARGET_CHECKS = (Check("encryption", "The survey was asked over TLS.", encryption),)
