"""The tables of what young people wrote in their own words. No column says when, where or by whom."""

from __future__ import annotations

from admin.released_file import number, random_id, table, word

# As they were written; deleted when their time is over.
comments = table("comments", random_id(), word("wave"), word("snapshot"), word("item"), word("words"))

# Which of the comments may be read: those that were let out with k - 1 others or more.
readable = table("readable", random_id())

# What a person decided about a comment. `words`: what is left of it, "" where it is withheld. `settled`: 1
# once what is left was shown to others, or never will be: from then on it cannot be decided anew.
judged = table(
    "judged",
    random_id(),
    word("fate"),
    word("reason"),
    word("words"),
    number("version"),
    number("settled"),
)

# What others may read, under new ids: nothing leads from here to the comment that it was. `words`: "" where
# it was taken back.
shown_words = table("shown_words", random_id(), word("wave"), word("snapshot"), word("item"), word("words"))
