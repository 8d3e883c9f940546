"""Where keys are kept on this machine, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agent.safety.secrets import KeyringSecrets
from app.translation import translate


@dataclass(frozen=True)
class KeyPlace:
    """Where a new key would go."""

    kind: Literal["keyring", "sealed", "locked", "choose"]
    """`sealed`: the open file; `locked`: the file, which wants its passphrase; `choose`: no keyring and no file yet, so
    that a key would be kept in memory only."""
    words: str
    """A sentence for a person."""


async def key_place(secrets: KeyringSecrets) -> KeyPlace:
    """Find out where a key would be kept. May take seconds where a keyring is locked; does not raise."""
    status = await secrets.status()
    if status.backend:
        return KeyPlace(
            "keyring",
            translate(
                "Settings", "Keys are kept in the keyring of this system ({name}), never in a file of Homard."
            ).format(name=status.backend),
        )
    state = secrets.vault_state()
    if state == "open":
        return KeyPlace("sealed", translate("Settings", "Keys are kept in a file that is sealed with your passphrase."))
    if state == "locked":
        return KeyPlace(
            "locked",
            translate(
                "Settings", "The keys are in a file that is sealed with your passphrase. Unlock it to use or add keys."
            ),
        )
    return KeyPlace(
        "choose",
        translate(
            "Settings",
            "There is no keyring here that Homard trusts. A key can be kept until Homard ends, "
            "or in a file that is sealed with a passphrase of yours.",
        ),
    )
