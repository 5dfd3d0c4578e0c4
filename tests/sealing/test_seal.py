"""What is sealed opens with the standard's own recipe and with nothing else (P7, P11; DESIGN section 4)."""

import base64
import hashlib
import json
import pkgutil
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from hypothesis import given
from hypothesis import strategies as st

import survey_app
from admin.unsealing import AlteredError, Opener, UnknownKeyError, public_half, unlock
from survey_app.sealing import (
    KEY_ID_SIZE,
    PLAIN_SIZE,
    PURPOSES,
    SEALED_SIZE,
    PublicKey,
    Purpose,
    SealingError,
    seal,
    self_test,
)
from tests.sealing import oracle
from tests.sealing.builders import HOLDER, PASSPHRASE, TODAY, make_ring, public_key

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("vectors.json").read_text())
PAIR = oracle.Pair(hashlib.shake_256(b"a pair for the tests").digest(96))
NEEDLE = b"NEEDLE in the plain words "


def plain(purpose: Purpose) -> bytes:
    return NEEDLE.ljust(PLAIN_SIZE[purpose], b".")


def info(purpose: str, epoch: str, key_id: bytes) -> bytes:
    return b"yourvoice sealed 1\0" + purpose.encode() + b"\0" + epoch.encode() + b"\0" + key_id


@pytest.fixture(scope="module")
def contact(tmp_path_factory: pytest.TempPathFactory) -> tuple[PublicKey, Opener]:
    """A contact key and who opens it."""
    ring, _ = make_ring(tmp_path_factory.mktemp("ring"))
    key = ring.bundle().key_for("contact", TODAY)
    assert key is not None
    return key, unlock(ring, HOLDER, PASSPHRASE)


def test_the_oracle_agrees_with_the_published_vector() -> None:
    vector = VECTORS["xwing"]
    pair = oracle.Pair(hashlib.shake_256(bytes.fromhex(vector["seed"])).digest(96))
    assert hashlib.sha3_256(pair.public).hexdigest() == vector["public_sha3_256"]
    assert oracle.decapsulate(pair, bytes.fromhex(vector["ciphertext"])).hex() == vector["shared_secret"]


def test_a_public_half_is_what_the_published_seed_makes() -> None:
    vector = VECTORS["xwing"]
    raw = public_half(hashlib.shake_256(bytes.fromhex(vector["seed"])).digest(96))
    assert hashlib.sha3_256(raw).hexdigest() == vector["public_sha3_256"]


def test_what_was_sealed_in_the_past_still_opens() -> None:
    vector = VECTORS["seal"]
    seeds, key_id = bytes.fromhex(vector["seeds"]), bytes.fromhex(vector["key_id"])
    sealed = base64.b64decode(vector["sealed"])
    assert sealed[:KEY_ID_SIZE] == key_id
    assert public_key(oracle.Pair(seeds), vector["purpose"], vector["epoch"]).key_id == key_id
    opened = oracle.unseal(oracle.Pair(seeds), sealed[8:], info(vector["purpose"], vector["epoch"], key_id))
    assert opened == bytes(range(256)) * 4


@pytest.mark.parametrize("purpose", PURPOSES)
def test_the_oracle_opens_what_is_sealed(purpose: Purpose) -> None:
    key = public_key(PAIR, purpose)
    sealed = seal(plain(purpose), key)
    assert oracle.unseal(PAIR, sealed[8:], info(purpose, "2026", key.key_id)) == plain(purpose)
    assert NEEDLE not in sealed


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_key_holder_opens_what_the_oracle_sealed(purpose: Purpose, tmp_path: Path) -> None:
    ring, _ = make_ring(tmp_path)
    key = ring.bundle().key_for(purpose, TODAY)
    assert key is not None
    sealed = key.key_id + oracle.seal(key.raw, plain(purpose), info(purpose, key.epoch, key.key_id))
    assert unlock(ring, HOLDER, PASSPHRASE).open(sealed, purpose) == plain(purpose)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_everything_sealed_for_a_purpose_has_one_length(purpose: Purpose) -> None:
    key = public_key(PAIR, purpose)
    sealed = [seal(content.ljust(PLAIN_SIZE[purpose], b"\0"), key) for content in (b"", b"x")]
    assert {len(one) for one in [*sealed, seal(plain(purpose), key)]} == {SEALED_SIZE[purpose]}
    assert sealed[0][KEY_ID_SIZE:] != seal(bytes(PLAIN_SIZE[purpose]), key)[KEY_ID_SIZE:]


@pytest.mark.parametrize("size", [0, 1, 1024, 4095, 4097, 8192])
def test_a_plaintext_that_was_not_padded_is_refused(size: int) -> None:
    with pytest.raises(SealingError, match="padded to 4096 bytes"):
        seal(bytes(size), public_key(PAIR))


@given(place=st.integers(KEY_ID_SIZE, SEALED_SIZE["contact"] - 1), change=st.integers(1, 255))
def test_one_changed_byte_closes_a_seal_for_good(
    contact: tuple[PublicKey, Opener], place: int, change: int
) -> None:
    key, opener = contact
    spoilt = bytearray(seal(plain("contact"), key))
    spoilt[place] ^= change
    with pytest.raises(AlteredError):
        opener.open(bytes(spoilt), "contact")


@given(st.binary(max_size=3000))
def test_no_bytes_from_outside_surprise_the_opener(contact: tuple[PublicKey, Opener], noise: bytes) -> None:
    key, opener = contact
    for sealed in (
        noise,
        noise.ljust(SEALED_SIZE["contact"]),
        (key.key_id + noise).ljust(SEALED_SIZE["contact"]),
    ):
        with pytest.raises((AlteredError, UnknownKeyError)):
            opener.open(sealed, "contact")


@pytest.mark.parametrize(
    "other", [("answers", "2026", b""), ("contact", "2027", b""), ("contact", "2026", b"another!")]
)
def test_a_seal_is_bound_to_purpose_epoch_and_key(other: tuple[str, str, bytes]) -> None:
    key = public_key(PAIR)
    purpose, epoch, key_id = other
    with pytest.raises(InvalidTag):
        oracle.unseal(PAIR, seal(plain("contact"), key)[8:], info(purpose, epoch, key_id or key.key_id))


@pytest.mark.parametrize(
    "change",
    [
        {"raw": bytes(1215)},
        {"epoch": "2027"},
        {"epoch": "No Spaces"},
        {"purpose": "answers"},
        {"key_id": bytes(8)},
        {"not_after": date(2025, 1, 1)},
    ],
)
def test_a_key_whose_parts_do_not_fit_is_refused(change: dict[str, Any]) -> None:
    parts = msgspec.structs.asdict(public_key(PAIR))
    with pytest.raises(ValueError, match=r"key|epoch"):
        PublicKey(**parts | change)


def test_the_machine_is_tried_before_anything_is_taken_in() -> None:
    self_test()


def test_a_machine_without_ml_kem_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: bytes) -> None:
        raise UnsupportedAlgorithm("no ML-KEM")

    monkeypatch.setattr(MLKEM768PublicKey, "from_public_bytes", missing)
    with pytest.raises(SealingError, match="no ML-KEM"):
        self_test()


def test_no_public_module_holds_a_private_key_class() -> None:
    for found in pkgutil.walk_packages(survey_app.__path__, "survey_app."):
        names = vars(import_module(found.name))
        assert not [
            name for name in names if "PrivateKey" in name or "PrivateKey" in type(names[name]).__name__
        ]
