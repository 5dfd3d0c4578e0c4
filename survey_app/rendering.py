"""Templates, style and script turned into text, and the Content-Security-Policy that allows just this text.

It answers no request: what it makes is the same for everybody.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from survey_app.frames import Frame
from survey_app.language import Interface, tag

STATIC = Path(__file__).parent / "static"
GAP = re.compile(r"\s*\n\s*")
POLICY = (
    "default-src 'none'; style-src 'self'{style}; script-src 'self'{script}; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def render(template: str, interface: Interface, frame: Frame, page: object) -> str:
    """The template's text in the interface's language, without needless white space."""
    text = _environment().get_template(template).render(frame=frame, page=page, _=interface)
    return _tight(text)


def style(
    widths: Iterable[float] = (), conditions: Mapping[str, str] | None = None, more: Iterable[str] = ()
) -> Markup:
    """The page's style: a row of answers from each of these widths on (em), per element id the selector of
    the form while it is shown, and `more` of our stylesheets."""
    row = _static("row.css")
    sheet = [_static(name) for name in ("page.css", *more)]
    for width in sorted(set(widths) - {0}):
        sheet.append(f"@container (min-width:{width:g}em){{{row.replace('.row', '.' + row_class(width))}}}")
    hidden = [
        f"#{shy}{{display:none}}form{when} #{shy}{{display:block}}"
        for shy, when in (conditions or {}).items()
    ]
    if hidden:
        sheet.append(f"@supports selector(:has(a)){{{''.join(hidden)}}}")
    bare = re.sub(r"/\*.*?\*/", "", "".join(sheet), flags=re.DOTALL)
    return Markup(GAP.sub("", bare).replace(";}", "}"))  # noqa: S704 - our own files and checked ids


def script(*names: str) -> Markup:
    """These scripts of ours, one after the other."""
    lines = [line.strip() for name in names for line in _static(name).splitlines()]
    return Markup(_tight("\n".join(line for line in lines if not line.startswith("//"))))  # noqa: S704 - ours


def content_policy(frame: Frame | None = None) -> str:
    """The Content-Security-Policy of a page with this inline style and script, or of one with neither."""
    if frame is None:
        return POLICY.format(style="", script="")
    return POLICY.format(style=_hash(frame.style), script=_hash(frame.script))


def row_class(width: float) -> str:
    """The class of a row of answers that needs this width: 20.5 -> "r205"."""
    return f"r{round(width * 10)}"


def _tight(text: str) -> str:
    """Without needless white space. Done twice it changes nothing more: a script's hash is taken first."""
    return GAP.sub("\n", text).replace(">\n", ">").replace("\n<", "<").strip()


def _hash(inline: str) -> str:
    digest = hashlib.sha256(inline.encode()).digest()
    return f" 'sha256-{base64.b64encode(digest).decode()}'"


def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("survey_app"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: Mapping[str, Any] = {"lang": tag, "digits": _digits, "host": _host, "row_class": row_class}
    environment.filters.update(filters)
    return environment


def _digits(number: str) -> str:
    return "".join(re.findall(r"\d", number))


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
