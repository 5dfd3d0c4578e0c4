"""Walks through every check, in the order in which they are printed. What a check needs is looked up here."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from survey_app.doctor import (
    answers,
    files,
    identity,
    keys,
    machine,
    marks,
    outbox,
    postgres,
    processes,
    said,
    sqlite,
    transport,
)
from survey_app.doctor.asking import NoAnswerError, Target
from survey_app.doctor.finding import Check, Finding, failed, untried
from survey_app.doctor.ground import is_sqlite, one_too_deep, run, tree_of
from survey_app.doctor.processes import Running
from survey_app.doctor.questions import Answers, ask_all, new_mark
from survey_app.doctor.tree import Tree
from survey_app.hosting.settings import is_on
from survey_app.settings import PUBLIC, Settings
from survey_app.site import SiteError

PORT_MAX = 65_535
Said = Iterator[tuple[str, Finding]]

REGISTRY: tuple[Check[Any], ...] = (
    *files.CHECKS, *outbox.CHECKS, *sqlite.CHECKS, *postgres.CHECKS, *keys.CHECKS, *said.CHECKS,
    *machine.CLOCK_CHECKS, *machine.CHECKS, *processes.CHECKS, *transport.CHECKS, *transport.TARGET_CHECKS,
    *answers.CHECKS, *identity.CHECKS, *marks.CHECKS,
)  # fmt: skip
"""Every check there is; a test sees each of them pass and fail."""


@dataclass(frozen=True)
class Order:
    """What to look at. `target` None: ask the server of this machine, if one answers."""

    settings: Settings
    env: Mapping[str, str]
    target: Target | None
    http_port: int
    logs: tuple[Path, ...]


def examine(order: Order) -> Said:
    """Every finding under its check's name."""
    running = processes.find_running(order.settings.data)
    settings, now = _as_served(order, running), time.time()
    try:
        tree = tree_of(settings)
    except OSError as error:
        yield (
            "reach",
            failed(f"There is no data folder: {(error.strerror or '').lower()}.", "Say --data FOLDER."),
        )
        return
    misnamed = tuple(one_too_deep(tree))
    if misnamed:
        yield from (("reach", finding) for finding in misnamed)
        return
    yield from run(files.CHECKS, tree)
    yield from _papers(order, tree, now)
    yield from run(sqlite.CHECKS, tree) if is_sqlite(settings) else run(postgres.CHECKS, settings.intake)
    yield from run(machine.CLOCK_CHECKS, machine.read_clock(tree, now))
    yield from run(machine.CHECKS, machine.read_machine(settings.data, order.env))
    yield from _running(running)
    yield from _network(order, running)


def _as_served(order: Order, running: Running) -> Settings:
    """The settings, with the intake that the running server was told of."""
    told = running.told("--intake", "YOURVOICE_INTAKE")
    return replace(order.settings, intake=told) if told else order.settings


def _papers(order: Order, tree: Tree, now: float) -> Said:
    today = date(*time.localtime(now)[:3])
    papers = keys.Papers(order.settings.data, today)
    yield from run(keys.CHECKS, papers)
    yield from run(said.CHECKS, papers)
    with suppress(SiteError):  # it was said by the check of the plan
        yield from run(outbox.CHECKS, outbox.read_outbox(tree, papers.site.handover_seconds, now))


def _running(running: Running) -> Said:
    if running.processes:
        yield from run(processes.CHECKS, running)
    else:
        unseen = untried(
            "how the server was started: no running yourvoice serve on this data folder was found.",
            "Start it if it should run. If it runs, run the doctor as the same user, or as root.",
        )
        yield "server-flags", unseen


def _network(order: Order, running: Running) -> Said:
    target = order.target or _here(order.settings, running)
    try:
        if target:
            yield from run(transport.TARGET_CHECKS, target)
        if target and target.tls:
            seen = transport.look_at_transport(target, order.http_port, time.time())
            yield from run(transport.CHECKS, seen)
            target = Target(target.host, target.port, True, trusting=bool(seen.fault))
        given = _ask(order, running, target)
    except (NoAnswerError, OSError) as error:
        yield from _unanswered(order, target, error)
        return
    yield from run(answers.CHECKS, given)
    with suppress(SiteError):  # it was said by the check of the plan
        site = keys.read_plan(order.settings.data)
        yield from run(identity.CHECKS, identity.Meeting(site, given.given["survey"]))
    places = (order.settings.data, marks.NGINX, *order.logs, *running.files)
    present = [place for place in places if place.exists() or place in order.logs]
    yield from run(marks.CHECKS, marks.search(given.mark, given.asked, present, running.journals))


def _ask(order: Order, running: Running, target: Target | None) -> Answers:
    if target is None:
        raise NoAnswerError("its port is not known")
    told = any("--tls" in one.command or is_on(one.told("", "YOURVOICE_TLS")) for one in running.processes)
    return ask_all(target, new_mark(), target.tls or told or order.settings.tls)


def _unanswered(order: Order, target: Target | None, error: Exception) -> Said:
    where = target.address if target else "The server of this machine"
    why = str(getattr(error, "strerror", None) or error).lower()
    if order.target:
        yield "answering", failed(f"{where} does not answer: {why}.", "Look at the server and the proxy.")
    else:
        not_asked = untried(
            f"headers, status, proxy and logs. {where} does not answer: {why}.",
            "Start the server, or say --url https://..., the survey's own address.",
        )
        yield "answering", not_asked


def _here(settings: Settings, running: Running) -> Target | None:
    """The server of this machine, by what the running one was told, else by the settings."""
    for process in running.processes:
        port = process.told("--port", "YOURVOICE_PORT") or str(PUBLIC.port)
        host = process.told("--host", "YOURVOICE_HOST") or "127.0.0.1"
        return Target(_reachable(host), int(port)) if port.isdecimal() and 0 < int(port) <= PORT_MAX else None
    return Target(_reachable(settings.host), settings.port) if settings.port else None


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - asked, not listened on
