"""A staff passphrase is long, not made of guessable parts, and kept only as a hash of capped cost."""

import re

import pytest

from admin.passphrases import Cost, HashError, PassphraseError, conceal, judge, matches

from .place import PASSPHRASE, SMALL


@pytest.mark.parametrize(
    "good", [PASSPHRASE, "Kürbis-Anker 7 Flöten", "cold mango tractor hymn", "u8#Kp!vz2Qm4_xWeR1"]
)
def test_unrelated_words_or_random_characters_are_taken(good: str) -> None:
    judge(good, ("Mandarin County", "maria.lopez"))


@pytest.mark.parametrize(
    "weak",
    [
        "fourteen chars",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabcabc",
        "qwertyuiopasdfghjkl",
        "12345678901234567890",
        "passwordpassword2031",
        "Mandarin County 2031",
        "mandarincounty!maria.lopez",
        "correct horse battery staple",
        "                              ",
        "x" * 257,
    ],
)
def test_short_repeated_and_local_passphrases_are_refused(weak: str) -> None:
    with pytest.raises(PassphraseError):
        judge(weak, ("Mandarin County", "maria.lopez"))


def test_the_same_words_would_do_for_a_county_of_another_name() -> None:
    judge("mandarin tractors 2031", ("Elsewhere",))
    with pytest.raises(PassphraseError):
        judge("mandarin tractors 2031", ("Mandarin Tractors",))


def test_a_hash_fits_its_own_passphrase_only_and_says_nothing_of_it() -> None:
    concealed = conceal(PASSPHRASE, SMALL)
    assert matches(PASSPHRASE, concealed)
    assert not matches(PASSPHRASE + " ", concealed)
    assert "violet" not in concealed
    assert conceal(PASSPHRASE, SMALL) != concealed


def test_a_passphrase_typed_on_another_keyboard_is_the_same() -> None:
    assert matches("Ku\u0308rbis anker flo\u0308ten", conceal("K\u00fcrbis anker fl\u00f6ten", SMALL))


@pytest.mark.parametrize(("named", "asked"), [("m=64", "m=104857600"), ("t=1", "t=4000000"), ("p=1", "p=64")])
def test_a_stored_hash_that_asks_for_too_much_is_refused_before_it_costs_anything(
    named: str, asked: str
) -> None:
    concealed = conceal(PASSPHRASE, Cost(64, 1, 1))
    assert named in concealed
    with pytest.raises(HashError):
        matches(PASSPHRASE, concealed.replace(named, asked))


@pytest.mark.parametrize("damaged", ["", "$argon2i$v=19$m=64,t=1,p=1$x$y", "plain words"])
def test_a_damaged_hash_is_refused(damaged: str) -> None:
    with pytest.raises(HashError):
        matches(PASSPHRASE, damaged)


def test_the_standard_cost_is_the_one_that_rfc_9106_recommends() -> None:
    assert re.search(r"m=65536,t=3,p=4", conceal(PASSPHRASE))
