"""`yourvoice-admin`: the commands of the staff side."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from survey_app.hosting.command import Command, Program, run

COMMANDS = (
    Command("serve", "admin.serve_cli", "add_serve_parser", "run the staff server"),
    Command("demo", "admin.demo", "add_demo_parser", "try everything out with simulated young people"),
    Command("keys", "admin.keys_cli", "add_keys_parser", "make and publish keys"),
    Command("accounts", "admin.accounts_cli", "add_accounts_parser", "say who may sign in"),
    Command("desk", "admin.desk_cli", "add_desk_parser", "run the follow-up desk's rounds and alerts"),
    Command("audit", "admin.audit_cli", "add_audit_parser", "check the audit trail"),
    Command("snapshot", "admin.snapshot_cli", "add_snapshot_parser", "freeze an instrument for a wave"),
    Command("codes", "admin.codes_cli", "add_codes_parser", "print cards with one-time codes"),
    Command("import", "admin.import_cli", "add_import_parser", "take in the boxes of the public host"),
    Command("release", "admin.import_cli", "add_release_parser", "open boxes and publish what may be shown"),
    Command("export", "admin.export_cli", "add_export_parser", "carry a wave's rows away in a file"),
    Command("score", "admin.score_cli", "add_score_parser", "score your own file of responses"),
    Command("tokens", "admin.tokens_cli", "add_tokens_parser", "let programs read results"),
    Command("simulate", "admin.simulate", "add_simulate_parser", "let simulated young people answer"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    return run(Program("yourvoice-admin", "Your Voice, the staff side.", "staff", COMMANDS), arguments)


if __name__ == "__main__":
    sys.exit(main())
