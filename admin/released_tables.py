"""The tables of released.db, but for those of comments. No column holds a time or a language."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, LargeBinary

from admin.released_file import binary, number, random_id, table, word

# Sealed ballots that were brought here; `fault` says why one could not be opened, "" where nothing is wrong.
pending = table("pending", random_id(), word("wave"), word("box"), word("fault"), binary("sealed"))

# Every ballot and letter that ever came, so that none comes twice.
seen = table("seen", random_id())

# Keyed hashes of the codes on cards that were printed and have not counted yet. One that has counted is
# deleted: afterwards it is as unknown as one that was never printed, to whoever looks.
cards = table("cards", Column("hash", LargeBinary, CheckConstraint("length(hash) = 32"), primary_key=True))

# Open from here on. Ids are new and random; nothing joins a response, its words and its ballot.
responses = table(
    "responses", random_id(), number("release"), word("wave"), word("unit"), word("snapshot"), binary("codes")
)

counts = table(
    "counts",
    number("release", key=True),
    word("wave", key=True),
    word("unit", key=True),
    word("snapshot", key=True),
    word("block", key=True),
    binary("codes_counts"),
)
ledger = table(
    "ledger",
    number("line", key=True),
    number("release"),
    word("wave"),
    word("unit"),
    word("snapshot"),
    number("n"),
    word("checksum"),
)
