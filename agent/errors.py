"""Every error of Homard, as a tree.

    HomardError                    what happened, what was kept, what to do next
    ├─ UsageError                  the request itself is wrong               exit 2
    ├─ StorageError                database, disk, settings file             exit 1
    │  ├─ DatabaseCorrupt, DatabaseNewer, SettingsInvalid
    │  └─ OwnerBusy                another process owns this home
    ├─ SecretUnavailable           a key is not where the settings say
    ├─ ModelError                  a reply that did not come whole           exit 3
    │  ├─ retryable: RateLimited, Overloaded, Unreachable, ReplyCut
    │  └─ final: BadKey, QuotaExceeded, BadRequest, ContextOverflow, ContentFiltered,
    │            NoSuchModel, ProtocolError, ReplyTooLarge
    └─ ToolError                   what the model is told
       ├─ ToolRetry                the model may correct itself
       ├─ ToolFailed               final
       └─ ToolDenied               not allowed

Messages are sentences for a person and never hold a key.
"""

from __future__ import annotations


class HomardError(Exception):
    """Base of all. `str(error)` is a sentence that ends with what to do next."""


class UsageError(HomardError):
    """The command or its arguments are wrong; nothing was done."""


class StorageError(HomardError):
    """The data folder cannot be used as it is."""


class DatabaseCorrupt(StorageError):
    """SQLite says that the database file is damaged."""


class DatabaseNewer(StorageError):
    """The database was written by a newer Homard."""


class SettingsInvalid(StorageError):
    """`settings.toml` cannot be read; says the line and the remedy."""


class OwnerBusy(StorageError):
    """Another process owns this data folder and does not answer on its socket."""


class SecretUnavailable(HomardError):
    """The key that a provider's settings name cannot be had."""


class ModelError(HomardError):
    """A model call that gave no complete reply. Nothing of the reply was executed."""

    code = "model_error"
    """Short name of the class, stable, for events and JSON."""
    retryable = False
    begun: bool | None = None
    """Whether the provider had begun to work on the reply: then it may be billed. None: its kind has to tell."""
    only_here = False
    """Nothing failed, but this provider must not be asked now; another one may be."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        """What the provider asked to wait, seconds; None if it did not say."""


class LocalOnly(ModelError):
    """The request holds what must not leave this machine, and the model is elsewhere. Nothing was sent."""

    code = "local_only"


class RateLimited(ModelError):
    """Too many requests for now (429 that is not a quota)."""

    code, retryable = "rate_limited", True


class Overloaded(ModelError):
    """The provider is busy or broken (5xx, 529, an error event in the stream)."""

    code, retryable = "overloaded", True


class Unreachable(ModelError):
    """No connection, or no byte within the timeout."""

    code, retryable = "unreachable", True


class ReplyCut(ModelError):
    """The stream ended, stalled or broke before the provider's own terminal marker."""

    code, retryable = "reply_cut", True


class BadKey(ModelError):
    """401 or 403: the key is missing, wrong or expired."""

    code = "bad_key"


class QuotaExceeded(ModelError):
    """The account has no credit left; waiting does not help."""

    code = "quota_exceeded"


class BadRequest(ModelError):
    """The provider refused the request as such (400, 413, 422)."""

    code = "bad_request"


class ContextOverflow(ModelError):
    """The prompt does not fit the model's window."""

    code = "context_overflow"


class ContentFiltered(ModelError):
    """The provider withheld the reply."""

    code = "content_filtered"


class NoSuchModel(ModelError):
    """The provider does not know the model (404)."""

    code = "no_such_model"


class ProtocolError(ModelError):
    """What came is not this protocol: a captive portal's page, a redirect, broken JSON, an unknown finish reason."""

    code = "protocol_error"


class ReplyTooLarge(ModelError):
    """The reply passed the bound that protects memory and money."""

    code = "reply_too_large"


class ToolError(HomardError):
    """A tool call that did not succeed; the text goes to the model."""

    quotes: str = ""
    """Real path of the file of which the text holds words; empty: of none."""


class ToolRetry(ToolError):
    """The arguments were wrong in a way that the model can correct; nothing was done."""


class ToolFailed(ToolError):
    """The tool tried and failed; the same call would fail again."""


class ToolDenied(ToolError):
    """The effect was not allowed; nothing was done."""
