"""Checks of what was published about what was done. It judges no sentence in it."""

from __future__ import annotations

from contextlib import suppress

from survey_app.doctor.finding import Check, Findings, warned
from survey_app.doctor.keys import Papers
from survey_app.files import FileError
from survey_app.said_file import read_said
from survey_app.site import SiteError

_REMEDY = "Publish it anew on the staff host and copy the folder said here; until then its page is not shown."


def whole(papers: Papers) -> Findings:
    """Every file can be shown."""
    waves = None
    with suppress(SiteError):  # it was said by the check of the plan
        waves = {wave.id for wave in papers.site.waves}
    for path in sorted((papers.data / "said").glob("*.json")):
        try:
            read_said(path)
        except FileError as error:
            yield warned(f"said/{error}", _REMEDY)
        else:
            if waves is not None and path.stem not in waves:
                yield warned(f"said/{path.name} is of a wave that site.json does not know.", _REMEDY)


CHECKS = (Check("said", "What was published about what was done can be shown.", whole),)
