"""Drafts of "You said, we did", and what of them is published. It decides about no number and no wording."""

from __future__ import annotations

from pathlib import Path

import msgspec
from sqlalchemy import Column, Integer, MetaData, String, Table, Text, insert, select, update
from sqlalchemy.exc import IntegrityError

from admin.desk.database import open_desk
from admin.said import Draft
from survey_app.files import FileError, make_private_folder, sync_folder, write_durably
from survey_app.said_file import SaidFile, read_said

metadata = MetaData()

drafts = Table(
    "drafts",
    metadata,
    Column("wave", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    chosen: tuple[str, ...]
    did: dict[str, dict[str, str]]
    link: str


class Drafts:
    """The drafts of one installation, by wave. Methods raise SQLAlchemyError where the database fails."""

    def __init__(self, path: Path) -> None:
        self._engine = open_desk(path, metadata)

    def of(self, wave: str) -> Draft:
        """The draft as it stands; an empty one where there is none."""
        with self._engine.connect() as connection:
            row = connection.execute(select(drafts).where(drafts.c.wave == wave)).first()
        if row is None:
            return Draft()
        body = msgspec.json.decode(row.body, type=_Body)
        return Draft(body.chosen, body.did, body.link, row.version)

    def keep(self, wave: str, draft: Draft) -> bool:
        """Keep it in place of the one with its version (0: of none); False where another is there by now."""
        did = {key: dict(texts) for key, texts in draft.did.items()}
        body = msgspec.json.encode(_Body(draft.chosen, did, draft.link)).decode()
        values = {"version": draft.version + 1, "body": body}
        here = (drafts.c.wave == wave) & (drafts.c.version == draft.version)
        try:
            with self._engine.begin() as connection:
                if draft.version:
                    return connection.execute(update(drafts).where(here).values(values)).rowcount == 1
                connection.execute(insert(drafts).values(wave=wave, **values))
                return True
        except IntegrityError:
            return False


class Published:
    """The published files in a folder; the public host has a copy of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, wave: str) -> SaidFile | None:
        """What is published of a wave; None also where the file is broken: publishing anew mends that."""
        try:
            return read_said(self._path(wave))
        except FileError:
            return None

    def publish(self, said: SaidFile) -> None:
        """Write it whole or not at all; raises OSError."""
        make_private_folder(self._folder)
        write_durably(self._path(said.wave), said.to_bytes())

    def withdraw(self, wave: str) -> None:
        """Take it away; raises OSError."""
        self._path(wave).unlink(missing_ok=True)
        sync_folder(self._folder)

    def _path(self, wave: str) -> Path:
        return self._folder / f"{wave}.json"
