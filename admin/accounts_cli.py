"""`yourvoice-admin accounts`: who may sign in. No passphrase is printed or taken from the command line."""

from __future__ import annotations

import argparse
import getpass
import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from admin import tables
from admin.accounts import Account, AccountError, Accounts, check_name
from admin.audit import Audit, AuditError
from admin.duties import check_duties
from admin.factors.second import Factors, SecondFactors
from admin.invites import LASTS, Invites
from admin.passphrases import PassphraseError, first_line
from admin.settings import Settings, read_settings
from survey_app.files import in_words
from survey_app.hosting.command import Subparsers
from survey_app.hosting.settings import SettingsError
from survey_app.roles import Role
from survey_app.site import SiteError, load_site

_ADDRESS = re.compile(r"https?://[^\s/?#@]+/?")
UNGUARDED = (
    "{0} may sign in as {1} with the passphrase alone. That will do for a trial; whoever sees it typed can "
    "sign in too.\n"
)
ADDED = "{0} may sign in as {1}. At the first sign-in {0} sets up a second factor.\n"
INVITED = (
    "Give this link to {0}, and to nobody else. It makes {0} {1}. It works once, for {2} hours; a newer link "
    "for {0} ends it.\n"
)
NOBODY = "Nobody has an account yet. Whoever was invited stands here once the link was used.\n"
AFRESH = (
    "{0} has an account already: when the link is used, its passphrase, second factors and sessions end.\n"
)


@dataclass(frozen=True)
class Office:
    """What the actions work on."""

    accounts: Accounts
    invites: Invites
    factors: SecondFactors
    settings: Settings


def add_accounts_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice-admin accounts`."""
    about = "say who may sign in"
    parser = subparsers.add_parser("accounts", help=about, description=about)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    invite = _action(actions, "invite", "print a link that makes an account, or makes one anew", _invite)
    invite.add_argument("--url", required=True, metavar="ADDRESS", help="of the staff server, with https")
    add = _action(actions, "add", "make an account here and now", _add)
    add.add_argument(
        "--passphrase-only", action="store_true", help="without a second factor: only to try things out"
    )
    for action in (invite, add):
        action.add_argument("--role", required=True, choices=[role.value for role in Role])
    renew = _action(actions, "passphrase", "set a new passphrase; also lifts a delay or a lock", _renew)
    for action in (add, renew):
        action.add_argument(
            "--passphrase-file",
            type=Path,
            metavar="FILE",
            help="read the passphrase from this file's first line",
        )
    _action(actions, "disable", "lock an account and end its sessions", _disable)
    _action(actions, "list", "all accounts and their second factors", _list, named=False)


def _action(
    actions: Subparsers, name: str, about: str, run: object, named: bool = True
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=about, description=about)
    if named:
        parser.add_argument("name", metavar="NAME", help="for example maria.lopez")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder (YOURVOICE_DATA)")
    parser.set_defaults(run=_kindly, act=run)
    return parser


def _kindly(arguments: argparse.Namespace) -> int:
    """Run the action; what it refuses becomes one sentence and status 1."""
    try:
        flags = {"YOURVOICE_DATA": str(arguments.data)} if arguments.data else {}
        arguments.act(arguments, _office(read_settings({**os.environ, **flags})))
    except (AccountError, AuditError, OSError, PassphraseError, SettingsError, SiteError) as error:
        sys.stderr.write(f"{in_words(error)}\n")
        return 1
    return 0


def _office(settings: Settings) -> Office:
    place = load_site(settings.site).jurisdiction
    store = tables.open_store(settings.accounts)
    factors = SecondFactors(store, place, time.time)
    return Office(Accounts(store, (place,)), Invites(store), factors, settings)


def _invite(arguments: argparse.Namespace, office: Office) -> None:
    name, role, address = arguments.name, Role(arguments.role), arguments.url
    check_name(name)
    if not _ADDRESS.fullmatch(address):
        raise AccountError("--url is the staff server's address, for example https://staff.example.org.")
    check_duties(office.settings.keys, name, role)
    known = office.accounts.find(name)
    _note(office, "account_invited", name, role=role.value)
    token = office.invites.make(name, role)
    article = "an" if role.value[0] in "aeiou" else "a"
    sys.stdout.write(INVITED.format(name, f"{article} {role.value}", int(LASTS // 3600)))
    sys.stdout.write(AFRESH.format(name) if known else "")
    sys.stdout.write(f"\n  {address.rstrip('/')}/invite/{token}\n\n")


def _add(arguments: argparse.Namespace, office: Office) -> None:
    role, alone = Role(arguments.role), arguments.passphrase_only
    check_duties(office.settings.keys, arguments.name, role)
    passphrase = _passphrase(arguments.passphrase_file)
    account = office.accounts.add(arguments.name, role, passphrase, must=not alone)
    _note(office, "account_added", account.name, role=role.value, factor="none" if alone else "required")
    sys.stdout.write((UNGUARDED if alone else ADDED).format(account.name, role.value))


def _renew(arguments: argparse.Namespace, office: Office) -> None:
    office.accounts.renew(arguments.name, _passphrase(arguments.passphrase_file))
    office.factors.forgive(arguments.name)
    _note(office, "passphrase_renewed", arguments.name)
    sys.stdout.write(f"{arguments.name} has a new passphrase; all its sessions are over.\n")


def _disable(arguments: argparse.Namespace, office: Office) -> None:
    office.accounts.disable(arguments.name)
    _note(office, "account_disabled", arguments.name)
    sys.stdout.write(f"{arguments.name} can no longer sign in.\n")


def _list(_arguments: argparse.Namespace, office: Office) -> None:
    everyone = office.accounts.everyone()
    if not everyone:
        sys.stdout.write(NOBODY)
    for account in everyone:
        shown = _shown(account, office.factors.of(account.name))
        sys.stdout.write(f"{account.name:<32} {account.role.value:<11} {shown}\n")


def _shown(account: Account, has: Factors) -> str:
    what = "second factor at the next sign-in" if account.must and not has else str(has)
    return what if account.active else f"disabled; {what}"


def _note(office: Office, event: str, account: str, **about: str) -> None:
    Audit(office.settings.trail).note(event, f"console:{getpass.getuser()}", account=account, **about)


def _passphrase(file: Path | None) -> str:
    if file is not None:
        return first_line(file)
    first = getpass.getpass("Passphrase (15 characters or more): ")
    if getpass.getpass("Once more: ") != first:
        raise AccountError("The two passphrases differ. Nothing was changed.")
    return first
