"""Where keys are kept on this machine, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, cast

from agent.safety.secrets import KeyringSecrets
from app.translation import translate


class Vault(Protocol):
    """The file sealed with a passphrase, for machines without a keyring."""

    def vault_state(self) -> Literal["none", "locked", "open"]:
        """Whether there is one, and whether it can be read now."""
        ...

    async def create_vault(self, passphrase: str) -> None:
        """Make one, open."""
        ...

    async def unlock_vault(self, passphrase: str) -> None:
        """Open it. Raises SecretUnavailable when the passphrase is wrong."""
        ...


@dataclass(frozen=True)
class KeyPlace:
    """Where a new key would go."""

    kind: Literal["keyring", "sealed", "locked", "choose", "session"]
    """`sealed`: the open file; `locked`: the file, which wants its passphrase; `choose`: no keyring and no file yet;
    `session`: memory and nothing else."""
    words: str
    """A sentence for a person."""


def vault_of(secrets: KeyringSecrets) -> Vault | None:
    """The sealed file's doors, where this build has them."""
    return cast(Vault, secrets) if hasattr(secrets, "vault_state") else None


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
    vault = vault_of(secrets)
    state = vault.vault_state() if vault is not None else None
    if state == "open":
        return KeyPlace("sealed", translate("Settings", "Keys are kept in a file that is sealed with your passphrase."))
    if state == "locked":
        return KeyPlace(
            "locked",
            translate(
                "Settings", "The keys are in a file that is sealed with your passphrase. Unlock it to use or add keys."
            ),
        )
    if state == "none":
        return KeyPlace(
            "choose",
            translate(
                "Settings",
                "There is no keyring here that Homard trusts. A key can be kept until Homard ends, "
                "or in a file that is sealed with a passphrase of yours.",
            ),
        )
    return KeyPlace(
        "session",
        translate(
            "Settings", "There is no keyring here that Homard trusts: a key is kept until Homard ends, no longer."
        ),
    )
