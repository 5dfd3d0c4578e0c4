"""No name may be a key holder and have an account that must not hold that key. It opens no key."""

from pathlib import Path

from admin.accounts import AccountError
from admin.keyfiles import KeyFolder, KeyRingError
from survey_app.roles import MAY_OPEN, Role


def check_duties(keys: Path, name: str, role: Role) -> None:
    """Raise AccountError where the key ring has a holder of this name who opens what the role must not."""
    try:
        holders = {holder.name: set(holder.opens) for holder in KeyFolder(keys).holders()}
    except KeyRingError as error:
        raise AccountError(f"The key ring cannot be read, so no account was made: {error}") from error
    too_much = holders.get(name, set()) - MAY_OPEN[role]
    if too_much:
        raise AccountError(
            f"{name} is a key holder for {' and '.join(sorted(too_much))}; with the role {role.value} nobody "
            "may be that. Give the role to somebody else, or another key holder and take this one's away "
            f"(yourvoice-admin keys limit {name})."
        )
