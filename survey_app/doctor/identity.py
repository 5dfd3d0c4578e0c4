"""Checks whether it is this installation's survey that answers. Keys cannot be told by a page."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import escape

from survey_app.doctor.answers import NOTICES
from survey_app.doctor.asking import Answer
from survey_app.doctor.finding import Check, Findings, failed, untried
from survey_app.site import Box, Site, Wave
from survey_app.tablet import home
from survey_app.views import VERSION_LENGTH

ANOTHER = "Another survey answers at this address"
REMEDY = (
    "Compare --url and --data. Where the plan was just changed, start yourvoice serve again. Until then"
    " answers may go to others."
)


@dataclass(frozen=True)
class Meeting:
    """The plan that lies here, and what the address answered to a plain visit."""

    site: Site
    answer: Answer


def identity(meeting: Meeting) -> Findings:
    """The first page is that of the plan's default box."""
    answer = meeting.answer
    if answer.status in NOTICES or answer.status >= 500 or answer.page is None:
        yield untried("whether it is this survey that answers there.", "Ask again when it is open.")
        return
    found = meeting.site.box(meeting.site.default_box)
    faults = _faults(meeting.site, *found, answer, answer.page) if found else []
    if faults:
        yield failed(f"{ANOTHER}: {faults[0]}.", REMEDY)


CHECKS = (Check("identity", "It is this plan's survey that answers.", identity),)


def _faults(site: Site, wave: Wave, box: Box, answer: Answer, page: bytes) -> list[str]:
    if box.shared_tablet:
        leads_on = answer.header("Location").endswith(home(box.id))
        return [] if leads_on else [f"it does not lead to the start screen of the box {box.id}"]
    wanted = {
        f'name="b" value="{box.id}"': f"its first page is not that of the box {box.id}",
        f'name="v" value="{wave.snapshot[:VERSION_LENGTH]}"': "it asks other questions than the plan says",
        f'data-to="{escape(site.exit_url)}"': "its Quick exit leads elsewhere than the plan says",
    }
    return [fault for words, fault in wanted.items() if words.encode() not in page]
