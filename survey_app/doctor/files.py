"""Checks of the data folder: who may read and write what, and what should not lie there at all."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable
from pathlib import Path

from survey_app.doctor.copies import copies
from survey_app.doctor.finding import Check, Findings, command, failed, quoted, warned
from survey_app.doctor.tree import STAFF, Entry, Tree, called, lasting, may_look
from survey_app.files import DRAFTS

OTHERS = 0o077
STAFF_FILES = ("released.db", "accounts.db", "audit.jsonl")
SECRET = re.compile(rb"PRIVATE KEY-----|\"yourvoice-(holder|epoch|cards)/")
SECRET_HEAD = 65_536
LEAVING = (b"YVBOX", b"YVLET")
LOG = re.compile(r"(?is)(.*\.log(\.\d+)?(\.gz)?|nohup\.out|(access|error)[_-]?log)")
CORE = re.compile(r"core(\.\d+)?|vgcore\.\d+")
_DRAFT = re.compile(DRAFTS.replace(".", r"\.").replace("*", ".*"), re.DOTALL)


def reach(tree: Tree) -> Findings:
    """Whether this user can look everywhere."""
    if tree.unread:
        yield failed(
            f"This user cannot look into {tree.unread[0]}.",
            "Run the doctor as the user that serves, or as root.",
        )


def intake_modes(tree: Tree) -> Findings:
    """The intake's own files: for the serving user only."""
    found = [entry for entry in tree.intake_files if entry.is_file and entry.mode & OTHERS]
    if found:
        yield failed(
            f"Not only its owner may use {_all(found)}.",
            command("chmod 600", *_paths(found)),
        )


def public_modes(tree: Tree) -> Findings:
    """Everything else that the public host keeps, but the public keys."""
    keys = tree.data / "public" / "keys.json"
    intake = {entry.path for entry in tree.intake_files}
    private = [entry for entry in tree.public if entry.path != keys and entry.path not in intake]
    found = [entry for entry in private if (entry.is_folder or entry.is_file) and entry.mode & OTHERS]
    if found:  # naming each would count what waits; the public keys may stay readable
        closing = f"find {quoted(tree.data / 'public')} ! -name keys.json ! -type l -exec chmod go= {{}} +"
        yield failed(f"Not only its owner may use {called(found)} (mode {found[0].mode:04o}).", closing)


def folder_mode(tree: Tree) -> Findings:
    """The data folder is nobody else's business."""
    if tree.top.mode & OTHERS:
        yield warned(
            f"Others may look into the data folder (mode {tree.top.mode:04o}).",
            command("chmod 700", tree.top.path),
        )


def trusted(tree: Tree) -> Findings:
    """Who can write these files decides which questions are asked and who can open the answers."""
    shared = [entry for entry in _trusted(tree) if entry.mode & stat.S_IWOTH]
    if shared:
        yield failed(f"Everybody may change {_all(shared)}.", command("chmod o-w", *_paths(shared)))


def group(tree: Tree) -> Findings:
    """A group that may write is trusted as much as the owner."""
    shared = [entry for entry in _trusted(tree) if entry.mode & stat.S_IWGRP]
    if shared:
        closing = command("chmod g-w", *_paths(shared))
        yield warned(f"A whole group may change {_all(shared)}.", f"Unless they all serve it: {closing}")


def owners(tree: Tree) -> Findings:
    """All belongs to whoever serves, or to root."""
    intake = {entry.path for entry in tree.intake_files}
    for entry in (*_trusted(tree), *tree.intake_files):
        mine = {tree.me} if entry.path in intake else {tree.me, 0}
        if entry.found.st_uid not in mine:
            yield failed(
                f"{entry.name} belongs to user {entry.found.st_uid}, not to user {tree.me} who serves.",
                f"Find out who put it there. Then: {command(f'chown {tree.me}', entry.path)}",
            )


def plain(tree: Tree) -> Findings:
    """What should be a file is one: whoever opens a pipe waits for ever."""
    for entry in (*_trusted(tree), *tree.intake_files):
        if not (entry.is_file or entry.is_folder or entry.is_link) or (
            entry.is_folder and _is_file_of_ours(entry)
        ):
            yield failed(
                f"{entry.name} is no plain file.",
                "Find out who put it there. Delete nothing: move it to a locked folder outside.",
            )


def links(tree: Tree) -> Findings:
    """What is a link leads elsewhere, perhaps to where others look."""
    for entry in tree.entries:
        if entry.is_link:
            say = failed if entry in tree.public else warned
            yield say(
                f"{entry.name} is a link to another place.",
                "Stop the server, and move the file or folder itself to where the link is.",
            )


def secrets(tree: Tree) -> Findings:
    """Nothing with which an answer could be opened may lie on the public host's side."""
    return _secret(tree.public)


def secrets_near(tree: Tree) -> Findings:
    """Nor beside it: in the staff side's own folder only."""
    public = {entry.path for entry in tree.public}
    return _secret(entry for entry in tree.entries if entry.path not in public)


def staff_side(tree: Tree) -> Findings:
    """On one machine both sides may lie together; then nothing but the passphrases parts them."""
    staff = tree.data / STAFF
    if may_look(staff):
        yield warned(
            "The staff side's folder is here too, and this user can read it: both halves lie on one machine.",
            "For a trial only. For real answers keep staff/ on another host, or at least as another user's.",
        )


def logs(tree: Tree) -> Findings:
    """No log belongs here."""
    found = [entry for entry in tree.entries if entry.is_file and LOG.fullmatch(entry.path.name)]
    if found:
        yield warned(
            f"{called(found)} in the data folder is a log.", "Find out what writes it, and stop that."
        )


def drafts(tree: Tree) -> Findings:
    """What a crash left of a file."""
    if lasting(entry for entry in tree.entries if _DRAFT.fullmatch(entry.path.name)):
        yield warned(
            "A file was begun and never finished.", "The next handover removes it: yourvoice handover."
        )


def cores(tree: Tree) -> Findings:
    """An image of memory may hold an answer in plain."""
    found = [entry for entry in tree.entries if entry.is_file and CORE.fullmatch(entry.path.name)]
    if found:
        yield failed(
            f"{called(found)} is an image of a process's memory: answers may be in it.",
            "Remove it with shred, and find out what made it.",
        )


CHECKS = (
    Check("reach", "This user can look at everything.", reach),
    Check("intake-modes", "Only its owner may read the intake.", intake_modes, at_start=True),
    Check("public-modes", "Only its owner may read what waits and what leaves.", public_modes),
    Check("folder-mode", "The data folder is its owner's alone.", folder_mode),
    Check("writers", "Not everybody may change the plan, the questions or the keys.", trusted, at_start=True),
    Check("group", "No group may change the plan, the questions or the keys.", group),
    Check("owners", "Everything belongs to whoever serves.", owners, at_start=True),
    Check("plain-files", "What should be a file is one.", plain, at_start=True),
    Check("links", "Nothing is a link to another place.", links),
    Check("secrets", "Nothing that opens answers lies on the public side.", secrets, at_start=True),
    Check("secrets-near", "Nothing that opens answers lies about elsewhere.", secrets_near),
    Check("staff-side", "The staff side is out of reach.", staff_side),
    Check("copies", "There is no copy of the intake.", copies),
    Check("logs", "No log lies in the data folder.", logs),
    Check("drafts", "No unfinished file is left.", drafts),
    Check("cores", "No image of a process's memory is left.", cores),
)


def _paths(entries: list[Entry]) -> list[Path]:
    return [entry.path for entry in entries]


def _all(entries: list[Entry]) -> str:
    return ", ".join(f"{entry.name} (mode {entry.mode:04o})" for entry in entries)


def _trusted(tree: Tree) -> list[Entry]:
    """Folder, plan, snapshots and public keys."""
    snapshots, public = tree.data / "snapshots", tree.data / "public"
    wanted = {tree.data, tree.data / "site.json", snapshots, public, public / "keys.json"}
    return [
        entry
        for entry in tree.entries
        if not entry.is_link and (entry.path in wanted or entry.path.parent == snapshots)
    ]


def _secret(entries: Iterable[Entry]) -> Findings:
    for entry in entries:
        if entry.is_file and (entry.path.name in STAFF_FILES or _holds_secret(entry)):
            yield failed(
                f"{entry.name} belongs to the staff side: a key or opened answers.",
                "Move it to the staff host at once, and make new keys if it was ever readable here.",
            )


def _holds_secret(entry: Entry) -> bool:
    if entry.head(len(LEAVING[0])) in LEAVING:  # there may be thousands of them
        return False
    return SECRET.search(entry.head(SECRET_HEAD)) is not None


def _is_file_of_ours(entry: Entry) -> bool:
    return entry.path.suffix in (".json", ".db")
