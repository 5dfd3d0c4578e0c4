"""An alert by webhook: one constant POST. It follows no redirect and logs nothing."""

from __future__ import annotations

import json
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from admin.alerts.words import PATIENCE, TEXT, AlertError, Fault, fault_of
from admin.desk.plan import Webhook

_BODY = json.dumps({"text": TEXT}).encode("ascii")
_TAKEN = range(200, 300)
_HEADERS = {"Content-Type": "application/json", "User-Agent": "yourvoice", "Connection": "close"}


def call_webhook(webhook: Webhook, patience: float = PATIENCE) -> None:
    """POST the alert; raises AlertError, also for a redirect: a new address belongs into desk.json."""
    parts = urlsplit(webhook.url)
    line = _line(parts.scheme, parts.hostname or "", parts.port, patience)
    try:
        line.request("POST", f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", _BODY, _HEADERS)
        status = line.getresponse().status
    except HTTPException:
        raise AlertError(Fault.ANSWER) from None
    except (OSError, UnicodeError) as error:
        raise AlertError(fault_of(error)) from None
    finally:
        line.close()
    if status not in _TAKEN:
        raise AlertError(Fault.ANSWER)


def _line(scheme: str, host: str, port: int | None, patience: float) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(host, port or 443, timeout=patience, context=ssl.create_default_context())
    return HTTPConnection(host, port or 80, timeout=patience)
