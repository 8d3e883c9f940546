"""The settings: one typed tree, stored as `settings.toml`, drawn as a form from its JSON Schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from agent.errors import SettingsInvalid

Transport = Literal["direct", "litellm", "local", "scripted", "plugin"]
"""`plugin`: a plugin's own, `base_url = "plugin:ID/PROVIDER"`."""
ToolStyle = Literal["auto", "native", "text", "constrained"]
Theme = Literal["system", "light", "dark"]
Language = Literal["", "en", "de"]
Policy = Literal["fixed", "cheapest", "fastest", "reliable"]
Sandbox = Literal["limits", "files", "isolated"]


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """USD for a million tokens."""

    input: Annotated[float, Meta(ge=0)]
    output: Annotated[float, Meta(ge=0)]
    cached: Annotated[float, Meta(ge=0)] | None = None
    """None: cached tokens cost as fresh ones."""
    written: Annotated[float, Meta(ge=0, description="USD for a million tokens that go into the cache.")] | None = None
    """Of tokens that are read and kept for later (Anthropic); None: they cost as fresh ones."""

    @property
    def reading(self) -> float:
        """The most that a token of a prompt costs."""
        return max(self.input, self.written or 0.0)


_Usd = Annotated[float, Meta(ge=0, description="US dollars; 0: only what is free.")] | None
_Tokens = Annotated[int, Meta(ge=0, description="Input plus output tokens.")] | None


class BudgetSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Caps that no model call passes; None: no cap. See docs/budgets.md."""

    usd_per_call: _Usd = None
    usd_per_run: _Usd = None
    usd_per_session: _Usd = None
    usd_per_job: _Usd = None
    """All runs of one job in a day."""
    usd_per_day: _Usd = None
    usd_per_month: _Usd = None
    tokens_per_call: _Tokens = None
    tokens_per_run: _Tokens = None
    tokens_per_session: _Tokens = None
    tokens_per_job: _Tokens = None
    tokens_per_day: _Tokens = None
    tokens_per_month: _Tokens = None


class ModelSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a person knows better than the catalogue; every field is optional."""

    window: Annotated[int, Meta(gt=0, description="Context window in tokens.")] | None = None
    max_output_tokens: Annotated[int, Meta(gt=0)] | None = None
    price: Price | None = None
    vision: bool | None = None
    tools: Annotated[ToolStyle, Meta(description="How the model calls tools.")] | None = None
    file: Annotated[str, Meta(description="GGUF file, for the transport `local`.")] = ""
    extra: Annotated[dict[str, Any], Meta(description="Further fields of the request body.")] = {}


class ProviderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One place that serves models."""

    transport: Transport = "direct"
    base_url: Annotated[str, Meta(description="For instance https://api.openai.com/v1.")] = ""
    key: Annotated[
        str, Meta(pattern=r"^$|^(keyring|env):.+", description="`keyring:NAME`, `env:VARIABLE` or empty for none.")
    ] = ""
    litellm_provider: Annotated[str, Meta(description="litellm's name of the provider, if it differs.")] = ""
    models: dict[str, ModelSettings] = {}
    budget: Annotated[BudgetSettings, Meta(description="Caps for this provider alone.")] = BudgetSettings()
    connect_timeout_s: Annotated[float, Meta(gt=0)] = 10.0
    first_byte_timeout_s: Annotated[float, Meta(gt=0, description="Longest wait for the first token.")] = 120.0
    idle_timeout_s: Annotated[float, Meta(gt=0, description="Longest silence inside a stream.")] = 60.0


class LimitSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Defaults for the limits of a run."""

    max_turns: Annotated[int, Meta(ge=1, description="Model calls in one run.")] = 60
    max_tokens: Annotated[int, Meta(ge=1, description="Input plus output tokens in one run.")] = 1_000_000
    max_time_s: Annotated[float, Meta(gt=0, description="Seconds for one run.")] = 3600.0


class RouteSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Models for one kind of work."""

    models: Annotated[tuple[str, ...], Meta(description="`provider/model`; a later one stands in for an earlier.")] = ()
    policy: Annotated[Policy, Meta(description="Which of them comes first; `fixed`: as they stand.")] = "fixed"


class RoutingSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which models do what, and which stand in where one fails. See docs/routing.md."""

    chat: RouteSettings = RouteSettings()
    job: Annotated[RouteSettings, Meta(description="None: as for chats.")] = RouteSettings()
    summary: Annotated[RouteSettings, Meta(description="None: the cheapest of the run's own.")] = RouteSettings()
    reading: Annotated[RouteSettings, Meta(description="None: the cheapest of the run's own.")] = RouteSettings()
    title: Annotated[RouteSettings, Meta(description="For the titles of chats; none: their first words.")] = (
        RouteSettings()
    )
    vision: Annotated[RouteSettings, Meta(description="For images that the chat's model cannot see.")] = RouteSettings()


class EconomySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Not paying twice. See docs/economy.md."""

    reuse_replies: Annotated[
        bool,
        Meta(description="Jobs, and reading apart what a stranger wrote, may get the reply to the very same request."),
    ] = True


class EngineSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The offline engine."""

    idle_minutes: Annotated[float, Meta(gt=0, description="Unloaded after this long without use.")] = 10.0
    threads: Annotated[int, Meta(ge=0, description="0: all cores but one.")] = 0


class SafetySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What holds commands, and how long changes can be undone. What may be done at all stands in policy.toml."""

    sandbox: Annotated[
        Sandbox, Meta(description="How well a command must be held; where this machine gives less, none is run.")
    ] = "files"
    undo_days: Annotated[int, Meta(ge=1, description="Changes of files can be undone for so long.")] = 30
    undo_max_mb: Annotated[int, Meta(ge=1, description="Disk space for undoing; the oldest goes first.")] = 2_000
    undo_file_mb: Annotated[
        int, Meta(ge=1, description="A larger file is not kept; what would change it asks first.")
    ] = 64


class AutomationSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Work that starts by itself, all jobs together."""

    parallel: Annotated[int, Meta(ge=1, le=16, description="Runs of jobs at the same time.")] = 2
    spread_s: Annotated[
        float, Meta(ge=0, le=600, description="After a start or wake-up, what is late begins within so many seconds.")
    ] = 20.0
    approval_hours: Annotated[
        float, Meta(gt=0, le=720, description="A job waits so long for an answer, then it gives up.")
    ] = 72.0
    wait_on_battery: Annotated[bool, Meta(description="No job starts while the machine runs on battery.")] = False
    wait_on_metered: Annotated[bool, Meta(description="No job starts while the network is a metered one.")] = False


class SkillSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Skills: folders that say how something is done."""

    prompt_tokens: Annotated[
        int, Meta(ge=0, le=20_000, description="Names and descriptions of enabled skills take so much of each prompt.")
    ] = 400


class ToolSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Tools of plugins and MCP servers."""

    prompt_tokens: Annotated[
        int,
        Meta(ge=0, le=50_000, description="Where these tools take more of each prompt, they are found by a search."),
    ] = 1_000


class ServerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One MCP server. A program started here (`command`), or one that is reached by its address (`url`)."""

    command: str = ""
    args: tuple[str, ...] = ()
    env: Annotated[dict[str, str], Meta(description="Values as text, or `keyring:NAME`.")] = {}
    url: Annotated[str, Meta(description="Of a server that speaks streamable HTTP.")] = ""
    headers: Annotated[dict[str, str], Meta(description="Values as text, or `keyring:NAME`.")] = {}
    folders: Annotated[tuple[str, ...], Meta(description="Folders its program may read.")] = ()
    writable: Annotated[tuple[str, ...], Meta(description="Folders its program may change; not undone.")] = ()
    hosts: Annotated[tuple[str, ...], Meta(description="Hosts its program may reach, `host:port`; `*`: any.")] = ()
    timeout_s: Annotated[float, Meta(gt=0, le=3600, description="For one call.")] = 60.0
    enabled: bool = True
    tools: Annotated[dict[str, dict[str, Any]], Meta(description="What a tool does; see docs/labels.md.")] = {}


class AppSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The desktop program: its looks, its manners, where a new chat works."""

    theme: Annotated[Theme, Meta(description="Light or dark; `system` follows the desktop.")] = "system"
    language: Annotated[Language, Meta(description="Of the program's own words; empty: the system's.")] = ""
    text_scale: Annotated[float, Meta(ge=0.8, le=2.0, description="Size of text; 1.0: as the system has it.")] = 1.0
    start_at_login: Annotated[bool, Meta(description="Start in the tray when you log in.")] = False
    hotkey: Annotated[str, Meta(description="Opens the quick prompt from anywhere; empty: none.")] = "Ctrl+Alt+Space"
    chat_folder: Annotated[
        str, Meta(description="Folder a new chat works in; empty: Documents in your home, else ~/Homard.")
    ] = ""
    notify_finished: Annotated[bool, Meta(description="Tell when a run finished while the window was hidden.")] = True
    notify_needs_you: Annotated[bool, Meta(description="Tell when a run waits for an answer or a permission.")] = True
    notify_failed: Annotated[bool, Meta(description="Tell when a run failed.")] = True


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All of it."""

    model: Annotated[str, Meta(pattern=r"^$|^[^/]+/.", description="Default model, `provider/model`.")] = ""
    grants: Annotated[tuple[str, ...], Meta(description="Folders every run may read.")] = ()
    limits: LimitSettings = LimitSettings()
    budget: Annotated[BudgetSettings, Meta(description="Caps over all providers.")] = BudgetSettings()
    routing: RoutingSettings = RoutingSettings()
    economy: EconomySettings = EconomySettings()
    engine: EngineSettings = EngineSettings()
    safety: SafetySettings = SafetySettings()
    automation: AutomationSettings = AutomationSettings()
    skills: SkillSettings = SkillSettings()
    tools: ToolSettings = ToolSettings()
    plugins: Annotated[dict[str, dict[str, Any]], Meta(description="What plugins are set to, by their id.")] = {}
    mcp: Annotated[dict[str, ServerSettings], Meta(description="MCP servers by name.")] = {}
    app: AppSettings = AppSettings()
    providers: dict[str, ProviderSettings] = {}


class ModelProfile(msgspec.Struct, frozen=True):
    """A model resolved against settings and catalogue: all the gateway needs to call it."""

    provider: str
    name: str
    """The name the provider knows."""
    settings: ProviderSettings = ProviderSettings()
    window: int = 32_768
    max_output_tokens: int = 4_096
    price: Price | None = None
    """None: unknown."""
    vision: bool = False
    tool_style: ToolStyle = "auto"
    file: str = ""
    """GGUF file, absolute, for the transport `local`."""
    extra: dict[str, Any] = {}
    stand_ins: tuple[ModelProfile, ...] = ()
    """Models that answer where this one fails, the best first; they have none of their own."""

    @property
    def label(self) -> str:
        """`provider/name`."""
        return f"{self.provider}/{self.name}"

    @property
    def remote(self) -> bool:
        """Whether what it is told leaves this machine."""
        match self.settings.transport:
            case "local" | "scripted":
                return False
            case "direct":
                url = self.settings.base_url
                return not url.startswith("unix:") and not _is_loopback(url)
            case "litellm" | "plugin":
                return True


def _is_loopback(url: str) -> bool:
    from ipaddress import ip_address  # costs 2 ms

    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or host.endswith(".localhost") or ip_address(host).is_loopback
    except ValueError:
        return False


def load_settings(path: Path) -> Settings:
    """Read the settings; a missing file gives the defaults. Raises SettingsInvalid with line and remedy."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsInvalid(
            f"{path} cannot be read ({error.strerror}). Mend its permissions and try again."
        ) from error
    if not text.strip():
        return Settings()
    try:
        return msgspec.toml.decode(text, type=Settings)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SettingsInvalid(
            f"{path} is not valid: {error}. Nothing was changed; "
            "mend that place, or rename the file to start from the defaults."
        ) from error


def usual_chat_folder() -> Path:
    """The folder in which a new chat works when `app.chat_folder` is empty; may have to be made. Reads the disk."""
    documents = Path.home() / "Documents"
    return documents if documents.is_dir() else Path.home() / "Homard"


def settings_schema() -> dict[str, Any]:
    """JSON Schema of the settings file."""
    return msgspec.json.schema(Settings)
