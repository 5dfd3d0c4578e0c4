"""Looks for other intakes beside the intake. What it says to do loses no ballot."""

from __future__ import annotations

import os
import re

from survey_app.doctor.finding import Findings, failed, warned
from survey_app.doctor.tree import Entry, Tree, printable

NAMES = re.compile(
    r"(?is).*(\.(bak|backup|old|orig|save|copy|dump|sql|tar|tgz|tbz|zip|7z|rdb|snap)(\.\w+)?|\.(gz|xz|zst|bz2)|~)"
)
SNAPSHOTS = (".snapshots", ".zfs", ".snapshot", "#snapshot")
SQLITE = b"SQLite format 3\0"
KEEP = (
    "Do not delete it yet: it may be the only one with ballots, even where the intake itself is healthy. Only"
    " if you are sure that it was copied, not renamed or moved, and integrity and schema are ok in this list,"
    " delete the copy. If not, stop the server, move it to a locked folder outside the data folder, and ask"
    " whoever maintains this."
)
"""A fresh intake is healthy and empty: that it is healthy does not say where the ballots are."""


def copies(tree: Tree) -> Findings:
    """Two copies of the intake from two days tell what came in between."""
    intake = {entry.path for entry in tree.intake_files}
    found = [entry for entry in tree.entries if entry.path not in intake]
    names = [entry.name for entry in found if not entry.is_folder and _is_copy(entry)]
    if names:
        yield failed(
            f"Besides the intake this looks like another one: {', '.join(names)}."
            " Two of them show what came in between.",
            KEEP,
        )
    for entry in found:
        if entry.is_folder and entry.path.name in SNAPSHOTS:
            yield failed(_keeps_snapshots(entry.name, "holds"), _leave_out("of the file system's snapshots"))
    for folder in tree.data.parents:
        for name in SNAPSHOTS:
            if os.path.isdir(folder / name):
                yield warned(_keeps_snapshots(printable(folder / name), "may hold"), _leave_out("of them"))


def _keeps_snapshots(name: str, holds: str) -> str:
    return f"{name} keeps snapshots of what {holds} the data folder: two of them show what came in between."


def _leave_out(of: str) -> str:
    return f"Leave the data folder out {of}, and out of backups: what has left is on the staff host."


def _is_copy(entry: Entry) -> bool:
    name = entry.path.name
    if name.startswith("intake") or NAMES.fullmatch(name):
        return True
    return entry.is_file and entry.head(len(SQLITE)) == SQLITE
