"""What is left of a comment is made of its own letters, with a mark wherever something went."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.redaction import MARK, blacked, what_is_left


def left(original: str, edited: str) -> str | None:
    pieces = blacked(original, edited)
    return pieces and what_is_left(pieces)


@pytest.mark.parametrize(
    ("original", "edited", "found"),
    [
        ("Officer Quill hits us", "Officer [...] hits us", f"Officer {MARK} hits us"),
        ("Officer Quill hits us", "[…] hits us", f"{MARK} hits us"),
        ("Officer Quill hits us", "Officer Quill [....]", f"Officer Quill {MARK}"),
        ("Officer Quill hits us", "Officer[...]hits us", f"Officer {MARK} hits us"),
        ("Quill, Quill and Quill again", "Quill, [...] and [...] again", f"Quill, {MARK} and {MARK} again"),
        ("a\nQuill\nb", "a\r\n[...]\r\nb", f"a\n{MARK}\nb"),
        ("هو قال كذا", "هو [...] كذا", f"هو {MARK} كذا"),
        ("我的警官是王五吗", "我的警官是\uff3b…\uff3d吗", f"我的警官是{MARK}吗"),
        ("he [...] said Quill", "he [...] said [...]", f"he {MARK} said {MARK}"),
        ("😀 Quill 😀", "😀 [...] 😀", f"😀 {MARK} 😀"),
        ("one Quill Quill two", "one [...] [...] two", f"one {MARK} two"),
        ("a" * 1000 + "Quill" + "b" * 995, "a" * 1000 + "[...]" + "b" * 995, "a" * 1000 + MARK + "b" * 995),
    ],
)
def test_what_is_marked_goes_and_the_rest_stays_as_it_was(original: str, edited: str, found: str) -> None:
    assert left(original, edited) == found


@pytest.mark.parametrize(
    "edited",
    [
        "Officer Quill does not hit us",
        "Officer Quill us",
        "Officer Quill hits us",
        "Officer Quill hits us [...]",
        "[...] Officer Quill hits us",
        "Officer [...] Quill hits us",
        "Officer [...] Quill [...] us",
        "[...]",
        "[...] [...]",
        "",
        "us [...] Officer",
        "officer [...] hits us",
        "Officer [...] hits us all",
        "Officer [Quill] hits us",
        "Officer … hits us",
    ],
)
def test_nothing_can_be_changed_added_or_taken_out_without_a_mark(edited: str) -> None:
    assert left("Officer Quill hits us", edited) is None


@given(st.text(st.sampled_from("ab c\n"), min_size=1, max_size=60), st.integers())
def test_any_stretches_can_go_and_nothing_else_does(original: str, seed: int) -> None:
    dice, edited, spoken = random.Random(seed), "", ""
    for letter in original:
        gone = dice.random() < 0.3 and not letter.isspace()
        edited += "[...]" if gone else letter
        spoken += "" if gone else letter
    found = left(original, edited)
    letters = "".join(spoken.split())
    if letters == "".join(original.split()) or not letters:
        assert found is None
    else:
        assert found is not None
        assert "".join(found.replace(MARK, "").split()) == letters


@given(st.text(st.sampled_from("ab [.]…"), max_size=30), st.text(st.sampled_from("ab [.]…"), max_size=30))
def test_whatever_is_written_what_is_left_is_the_comments_own(one: str, two: str) -> None:
    pieces = blacked(one, two)
    if pieces is not None:
        assert "".join(piece.text for piece in pieces) == one
        assert any(piece.gone for piece in pieces)
        assert any(not piece.gone and piece.text.strip() for piece in pieces)


def test_a_slip_among_many_marks_is_told_at_once() -> None:
    assert left("ab" * 1000, "a[...]" * 600 + "c") is None
