"""What an address names: a wave, a row. Where it names none, there is no such page; it shows nothing."""

from __future__ import annotations

from flask import abort

from admin.reports import Reports, WaveCard


def id_of(written: str) -> bytes:
    """The id in an address."""
    try:
        return bytes.fromhex(written)
    except ValueError:
        abort(404)


def card_of(reports: Reports, wave: str) -> WaveCard:
    """The wave in an address."""
    return next((one for one in reports.waves() if one.id == wave), None) or abort(404)
