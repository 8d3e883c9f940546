"""Keys: where they are kept, and how they are kept from leaking.

A reference in the settings names a key: `keyring:NAME` or `env:VARIABLE`. Only keyrings of the operating system are
trusted, by class: the package keyring would as soon write to a plain file if a plug-in offers one. Where there is no
such keyring a key goes into a file sealed with a passphrase, if a person has made one and it is open, else it lasts for
this process only.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar

import msgspec

from agent.errors import SecretUnavailable, UsageError
from agent.safety.core_dumps import forbid_core_dumps
from agent.safety.known_keys import KnownKeys
from agent.safety.vault import Vault, VaultState

T = TypeVar("T")

SERVICE = "homard"
"""Under which our keys stand in the keyring."""
_LIMIT_S = 5.0
"""A locked collection can block for ever."""
_REMEMBER_S = 300.0
"""A key once read is reused for so long: a run makes many calls, and each reading costs a round trip."""
_LOCKED = "The keys are sealed: unlock them with your passphrase in the app's Settings."
_CHAINER = "keyring.backends.chainer.ChainerBackend"
_SYSTEM = {
    "linux": (
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.libsecret.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
    ),
    "darwin": ("keyring.backends.macOS.Keyring",),
    "win32": ("keyring.backends.Windows.WinVaultKeyring",),
}
_TRUSTED = frozenset(
    {
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.libsecret.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
        "keyring.backends.kwallet.DBusKeyringKWallet4",
        "keyring.backends.macOS.Keyring",
        "keyring.backends.Windows.WinVaultKeyring",
    }
)


class Secret:
    """A key that shows itself to `reveal()` only: not to str, repr, format, pickle, copy or JSON."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The key itself, to be handed to its endpoint and nowhere else."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, format_spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        from hmac import compare_digest

        return isinstance(other, Secret) and compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a Secret cannot be pickled or copied")


class SecretStatus(msgspec.Struct, frozen=True):
    """Where new keys would be kept."""

    backend: str = ""
    """Name of the keyring; empty if there is none that can be trusted."""
    reason: str = ""
    """Why there is none, and the remedy: a sentence for a person."""


class _NoKeyring(Exception):
    """No trusted keyring; the text says why and what to do."""


class KeyringAbsent(SecretUnavailable):
    """There is no keyring on this machine that can be trusted."""


class KeyringSecrets:
    """`SecretStore` over the system's keyring, a sealed file, the environment, and this process's memory."""

    def __init__(self, vault_path: Path | None = None, *, limit_s: float = _LIMIT_S) -> None:
        """`vault_path` is where a sealed file is or may be made; `limit_s` is the longest wait for the keyring."""
        self._vault = Vault(vault_path) if vault_path is not None else None
        self._limit_s = limit_s
        self._session: dict[str, Secret] = {}
        self._recent: dict[str, tuple[float, Secret]] = {}
        self._backend: Any = None
        self.known = KnownKeys()
        """Every key that was handed out."""
        forbid_core_dumps()  # from now on there are keys in this process

    async def get(self, reference: str) -> str:
        """Read the key a settings reference names; an empty reference is no key. Raises SecretUnavailable."""
        value = await self._read(reference)
        self.known.note(value)
        return value

    async def _read(self, reference: str) -> str:
        if not reference:
            return ""
        kind, _, name = reference.partition(":")
        if kind == "env" and name:
            return _from_environment(name)
        if kind == "keyring" and name:
            return (await self._from_keyring(name)).reveal()
        raise SecretUnavailable("A key is named as keyring:NAME or env:VARIABLE. Mend it with `homard provider add`.")

    async def set(self, name: str, value: str) -> Literal["keyring", "sealed", "session"]:
        """Store a key under a name; says where: `session` lasts only as long as this process.

        Raises SecretUnavailable when there is a keyring but it refuses, or the sealed file cannot be written.
        """
        self.known.note(value)
        self._recent.pop(name, None)
        try:
            await self._call(lambda backend: backend.set_password(SERVICE, name, value), f"store the key {name!r}")
        except _NoKeyring:
            if self._vault is None or self._vault.state != "open":
                self._session[name] = Secret(value)
                return "session"
            await asyncio.to_thread(self._vault.change, {name: value})
            self._session.pop(name, None)
            return "sealed"
        self._session.pop(name, None)
        return "keyring"

    async def delete(self, name: str) -> None:
        """Forget a key; one that is not there is no error. Raises SecretUnavailable when the keyring refuses.

        Or when the key may be in a sealed file that is locked.
        """
        self._session.pop(name, None)
        self._recent.pop(name, None)

        def remove(backend: Any) -> None:
            if backend.get_password(SERVICE, name) is not None:
                backend.delete_password(SERVICE, name)

        try:
            await self._call(remove, f"remove the key {name!r}")
        except _NoKeyring:
            if self.vault_state() == "locked":
                raise SecretUnavailable(f"The key {name!r} was not removed. {_LOCKED}") from None
        if self._vault is not None and self._vault.get(name) is not None:
            await asyncio.to_thread(self._vault.change, {name: None})

    async def read_entry(self, name: str) -> str | None:
        """Read something of Homard's own from the keyring, and from nowhere else; None: it has no such entry.

        Raises KeyringAbsent, or SecretUnavailable when the keyring refuses or does not answer.
        """
        try:
            return await self._call(lambda backend: backend.get_password(SERVICE, name), f"read {name!r}")
        except _NoKeyring as error:
            raise KeyringAbsent(str(error)) from None

    async def write_entry(self, name: str, value: str) -> None:
        """Store something of Homard's own in the keyring. Raises as `read_entry` does."""
        try:
            await self._call(lambda backend: backend.set_password(SERVICE, name, value), f"store {name!r}")
        except _NoKeyring as error:
            raise KeyringAbsent(str(error)) from None

    def vault_state(self) -> VaultState:
        """Whether there is a sealed file, and whether it can be read now."""
        return self._vault.state if self._vault is not None else "none"

    async def create_vault(self, passphrase: str) -> None:
        """Make a sealed file, open, and put the keys of this session into it.

        Raises UsageError when there is one or the passphrase is too short, SecretUnavailable if it cannot be written.
        """
        vault = self._place()
        await asyncio.to_thread(vault.create, passphrase)
        await self._seal_session(vault)

    async def unlock_vault(self, passphrase: str) -> None:
        """Open the sealed file, and put the keys of this session into it.

        Raises SecretUnavailable when the passphrase is wrong, or the file damaged or not there: the words tell which.
        """
        vault = self._place()
        await asyncio.to_thread(vault.unlock, passphrase)
        for value in vault.values():
            self.known.note(value)
        await self._seal_session(vault)

    async def lock_vault(self) -> None:
        """Forget what was read from the sealed file."""
        if self._vault is not None:
            await asyncio.to_thread(self._vault.lock)

    def _place(self) -> Vault:
        if self._vault is None:
            raise UsageError("No place for sealed keys was given here. Use the running Homard's.")
        return self._vault

    async def _seal_session(self, vault: Vault) -> None:
        if sealed := dict(self._session):
            await asyncio.to_thread(vault.change, {name: secret.reveal() for name, secret in sealed.items()})
            self._session = {name: secret for name, secret in self._session.items() if name not in sealed}

    async def status(self) -> SecretStatus:
        """Which keyring there is, for `homard doctor`. Does not raise."""
        try:
            backend = await self._call(lambda backend: backend, "open the keyring")
        except (_NoKeyring, SecretUnavailable) as error:
            return SecretStatus(reason=str(error))
        return SecretStatus(backend=str(getattr(backend, "name", type(backend).__name__)))

    async def _from_keyring(self, name: str) -> Secret:
        if name in self._session:
            return self._session[name]
        read_at, secret = self._recent.get(name, (0.0, None))
        if secret is not None and time.monotonic() - read_at < _REMEMBER_S:
            return secret
        sealed = self._vault.get(name) if self._vault is not None else None
        try:
            value = await self._call(lambda backend: backend.get_password(SERVICE, name), f"read the key {name!r}")
        except _NoKeyring as error:
            if sealed:
                return Secret(sealed)
            raise SecretUnavailable(f"The key {name!r} cannot be read. {self._why_not(error)}") from error
        if not value and sealed:
            return Secret(sealed)
        if not value:
            if self.vault_state() == "locked":
                raise SecretUnavailable(f"The key {name!r} is not in the keyring. {_LOCKED}")
            raise SecretUnavailable(
                f"The key {name!r} is not in the keyring. Enter it with `homard provider add`, or name an environment "
                "variable that holds it (env:VARIABLE)."
            )
        secret = Secret(value)
        self._recent[name] = (time.monotonic(), secret)
        return secret

    def _why_not(self, error: _NoKeyring) -> str:
        match self.vault_state():
            case "locked":
                return _LOCKED
            case "open":
                return "It is not among the sealed keys. Enter it again, for its provider, in the app's Settings."
            case "none":
                return str(error)

    async def _call(self, work: Callable[[Any], T], what: str) -> T:
        """Do one thing with the keyring, off the loop and within the limit. Raises _NoKeyring, SecretUnavailable."""

        def run() -> T:
            if self._backend is None:
                self._backend = _trusted_backend()
            return work(self._backend)

        try:
            async with asyncio.timeout(self._limit_s):
                return await _in_thread(run)
        except TimeoutError:
            raise SecretUnavailable(
                f"The keyring did not answer within {self._limit_s:g} seconds (to {what}); it is probably locked. "
                "Unlock it and try again, or name an environment variable instead (env:VARIABLE)."
            ) from None
        except (_NoKeyring, asyncio.CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 each backend has its own errors, whose texts may quote the key
            self._backend = None
            raise SecretUnavailable(
                f"The keyring refused to {what} ({type(error).__name__}). "
                "Unlock it and try again, or name an environment variable instead (env:VARIABLE)."
            ) from None


def _from_environment(variable: str) -> str:
    value = os.environ.get(variable, "").strip()
    if not value:
        raise SecretUnavailable(
            f"The environment variable {variable} is not set. Set it to the provider's key and try again."
        )
    return value


def _trusted_backend() -> Any:
    """The keyring to use, by class. Raises _NoKeyring."""
    import keyring.core
    import keyring.errors

    try:
        chosen: Any = keyring.core.load_env() or keyring.core.load_config()
    except (keyring.errors.KeyringError, RuntimeError, ImportError, AttributeError, ValueError) as error:
        raise _NoKeyring(
            _remedy(f"The keyring that is configured does not work here ({type(error).__name__}).")
        ) from None
    name = _class_name(chosen)
    if chosen is None or name == _CHAINER:
        return _system_backend()
    if name in _TRUSTED:
        return chosen
    if name.startswith(("keyring.backends.fail.", "keyring.backends.null.")):
        raise _NoKeyring(_remedy("There is no keyring on this machine."))
    raise _NoKeyring(_remedy(f"The only keyring here is {name}, which Homard does not trust with keys."))


def _system_backend() -> Any:
    """The best keyring of this system that works. Raises _NoKeyring."""
    import keyring.errors

    # WORKAROUND(keyring 25.7): looking for a backend imports those of all systems. On Linux the one of macOS starts gcc
    # and ldconfig to find its library, and hands them our whole environment, keys included; it takes 0.2 s too.
    found: list[Any] = []
    for name in _SYSTEM.get(sys.platform, _SYSTEM["linux"]):
        module, _, kind = name.rpartition(".")
        try:
            backend = getattr(import_module(module), kind)
            found.append((backend.priority, backend))
        except (keyring.errors.KeyringError, RuntimeError, ImportError, AttributeError):
            continue  # it does not work here
    if not found:
        raise _NoKeyring(_remedy("There is no keyring on this machine."))
    return max(found, key=lambda one: one[0])[1]()


def _class_name(backend: object) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def _remedy(reason: str) -> str:
    return (
        f"{reason} Keep the key in an environment variable (env:VARIABLE), seal it with a passphrase in the app's "
        "Settings, or install a keyring (GNOME Keyring, KWallet); else a key lasts for this session only."
    )


async def _in_thread(work: Callable[[], T]) -> T:
    """Run in a thread of its own that does not keep the process from ending (a pool's would, if the keyring hangs)."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def finish(result: T | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # pyright: ignore[reportArgumentType]

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:  # noqa: BLE001 it is raised again where it is awaited
            error = raised
        try:
            loop.call_soon_threadsafe(finish, result, error)
        except RuntimeError:
            return  # the loop has ended meanwhile; nobody waits any more

    threading.Thread(target=run, name="keyring", daemon=True).start()
    return await done
