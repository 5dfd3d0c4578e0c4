"""`yourvoice-admin keys`: the key ring from the command line. Prints no secret but the paper key, once."""

from __future__ import annotations

from admin.keys_epochs_cli import add_epoch_actions
from admin.keys_holders_cli import add_holder_actions
from admin.keys_paper_cli import add_paper_actions
from survey_app.hosting.command import Subparsers


def add_keys_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice-admin keys`; its `run(arguments)` returns 0, or 1 after a sentence on stderr."""
    about = "make and publish keys"
    parser = subparsers.add_parser("keys", help=about, description=about)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    add_holder_actions(actions)
    add_paper_actions(actions)
    add_epoch_actions(actions)
