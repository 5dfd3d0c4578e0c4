"""`yourvoice`: the commands of the public side."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from survey_app.hosting.command import Command, Program, run

COMMANDS = (
    Command("serve", "survey_app.serve_cli", "add_serve_parser", "serve the survey"),
    Command("check", "survey_app.check_cli", "add_check_parser", "check instrument files"),
    Command("doctor", "survey_app.doctor_cli", "add_doctor_parser", "look at a live installation"),
    Command("handover", "survey_app.handover_cli", "add_handover_parser", "let boxes and letters leave"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    return run(Program("yourvoice", "Your Voice, the public side.", "public", COMMANDS), arguments)


if __name__ == "__main__":
    sys.exit(main())
