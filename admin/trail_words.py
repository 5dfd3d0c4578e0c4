"""Each event of the audit trail as a sentence, from what stands in its line; no content stands there."""

from __future__ import annotations

from collections.abc import Mapping

from admin.desk.forms import NAMESAKE, REASONS, RESULTS, WAYS
from admin.trail import Line

KINDS: Mapping[str, str] = {
    "desk": "Follow-up",
    "keys": "Keys",
    "people": "Sign-in and accounts",
    "results": "Results",
    "other": "Everything else",
}

_DESK = {
    "desk_unlocked": "unlocked the follow-up desk",
    "desk_locked": "locked the follow-up desk",
    "desk_unlock_refused": "tried to unlock the follow-up desk; the passphrase was not the right one",
    "contact_opened": "opened request {request}: {reason}",
    "contact_refused": "was not let open request {request}",
    "request_taken": "took request {request}",
    "request_given": "handed request {request} to {to}",
    "request_tried": "tried to reach request {request}: {way}, {result}",
    "request_noted": "wrote a note on request {request}",
    "request_unreached": "could not reach request {request} for now",
    "request_closed": "closed request {request}: {reason}",
    "request_reopened": "opened request {request} again after it was closed",
    "request_forgotten": "deleted request {request}: its time was over",
    "concern_raised": "raised a concern about {request}",
    "concern_closed": "ended the concern about {request}",
    "away_noted": "noted an absence; {cover} covers",
    "away_ended": "ended an absence",
    "alert_sent": "told staff that a request is waiting, by {way}",
    "alert_failed": "could not tell staff that a request is waiting, by {way}: {kind}",
    "alert_tested": "sent an alert to try it",
    "clock_confirmed": "said that this machine's clock is right",
}
_KEYS = {
    "unsealing": "asked to open sealed things as key holder {holder}",
    "unsealing_refused": "was refused as key holder {holder}: not the right passphrase",
    "key_holder_added": "made {holder} a key holder for {purposes}",
    "key_holder_limited": "limited the key holder {holder} to {purposes}",
    "key_holder_revoked": "took the key holder {holder} out of the ring",
    "key_passphrase_changing": "asked for a new passphrase of the key holder {holder}",
    "keys_shared": "shared what {holder} opens with {to}",
    "paper_key_made": "made the paper key",
    "epochs_made": "made keys for {purpose}: {epochs}",
    "keys_published": "wrote the public keys, fingerprint {fingerprint}",
    "key_shredding": "destroyed the key {purpose} {epoch}",
}
_PEOPLE = {
    "signed_in": "signed in as {role}",
    "signed_out": "signed out",
    "signed_out_everywhere": "signed out everywhere",
    "sign_in_refused": "was not let in",
    "passphrase_accepted": "gave the right passphrase, the first of two steps",
    "passphrase_refused": "gave a wrong passphrase where it was asked for again",
    "passphrase_changed": "changed their own passphrase",
    "passphrase_renewed": "gave {account} a new passphrase",
    "second_factor_added": "set up a second step: {factor}",
    "second_factor_removed": "took a second step away: {factor}",
    "second_factor_refused": "gave a wrong second step: {factor}",
    "recovery_codes_made": "made new recovery codes",
    "invite_used": "used an invitation as {role}",
    "account_added": "made an account for {account}, {role}",
    "account_invited": "invited {account} as {role}",
    "account_disabled": "locked the account of {account}",
    "refused": "was not let see a page of this site ({page})",
}
_RESULTS = {
    "released": "opened answers of the wave {wave}, release {release}",
    "codes_made": "made {n} cards for the wave {wave}",
    "token_made": "let a program read results: {token}",
    "token_revoked": "no longer lets a program read results: {token}",
    "exported": "made a file of the wave {wave} ({format}, {rows} rows, units: {unit})",
    "export_fetched": "carried away the file {file} of the wave {wave}",
    "comments_shown": "looked at the words of the wave {wave}",
    "concern_raised_of_words": "raised a concern about words of the wave {wave}",
    "concern_closed_of_words": "ended a concern about words: {outcome}",
    "comment_judged": "decided about words of the wave {wave}",
    "comment_taken_back": "took back a decision about words of the wave {wave}",
    "said_published": "published what was said and done in the wave {wave}",
    "said_withdrawn": "withdrew what was published of the wave {wave}",
    "comments_destroyed": "destroyed the original words of the wave {wave}",
}
"""Of a release neither unit nor number is said: before a wave is over they would tell a unit's results."""

_OTHER = {"trail_mended": "took off a last line that a crash had cut short"}
_SAID = {
    event: (kind, sentence)
    for kind, sentences in (
        ("desk", _DESK),
        ("keys", _KEYS),
        ("people", _PEOPLE),
        ("results", _RESULTS),
        ("other", _OTHER),
    )
    for event, sentence in sentences.items()
}
_WHO = {
    "schedule": "The schedule",
    "audit": "The trail itself",
    "": "Somebody unknown",
    "unknown": "Somebody unknown",
}


_CODES: Mapping[str, Mapping[str, str]] = {
    "reason": {**REASONS, NAMESAKE: "Is not the one of that name who is to be kept out of it"},
    "way": WAYS,
    "result": RESULTS,
    "factor": {"totp": "App with codes", "none": "No second step"},
}


def kind_of(line: Line) -> str:
    """The kind of an event, a key of KINDS."""
    return _SAID.get(line.event, ("other", ""))[0]


def who_said(line: Line) -> str:
    """Who did it, as it is read."""
    name, _, console = line.actor.rpartition("console:")
    return (
        f"{console} (at the console)"
        if "console:" in line.actor
        else _WHO.get(name or line.actor, line.actor)
    )


def said(line: Line) -> str:
    """What was done; an event without a sentence is shown as it stands."""
    event = f"{line.event}_of_words" if "concern" in line.about else line.event
    if event not in _SAID:
        about = ", ".join(f"{name} {value}" for name, value in sorted(line.about.items()))
        return line.event.replace("_", " ") + (f" ({about})" if about else "")
    return _SAID[event][1].format_map(
        _Words({name: _word(name, value) for name, value in line.about.items()})
    )


class _Words(dict[str, str]):
    """What a line lacks is left open."""

    def __missing__(self, name: str) -> str:
        return "\u2026"


def _word(name: str, value: str) -> str:
    """A code as words: `first` is a first contact."""
    word = _CODES.get(name, {}).get(value)
    return word[:1].lower() + word[1:] if word else value.replace("_", " ")
