"""The settings in plain words: titles, what each one does, what its choices are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from app.translation import LANGUAGES, translate


class Words(NamedTuple):
    """How a setting is called, and what a person should know of it."""

    title: str
    help: str = ""


SECTIONS = ("general", "models", "offline", "folders", "safety", "limits", "automation", "notifications", "advanced")
"""Their names, in order; the last one has all that no other has."""
_PLACES: dict[tuple[str, ...], str] = {
    ("app",): "general",
    ("app", "chat_folder"): "folders",
    ("app", "notify_finished"): "notifications",
    ("app", "notify_needs_you"): "notifications",
    ("app", "notify_failed"): "notifications",
    ("model",): "models",
    ("engine",): "offline",
    ("grants",): "folders",
    ("safety",): "safety",
    ("limits",): "limits",
    ("budget",): "limits",
    ("economy",): "limits",
    ("automation",): "automation",
}


def section_of(path: Sequence[str]) -> str:
    """The section in which a setting stands."""
    for length in range(len(path), 0, -1):
        if (found := _PLACES.get(tuple(path[:length]))) is not None:
            return found
    return "advanced"


def section_words(name: str) -> Words:
    """Title and purpose of a section."""
    return {
        "general": Words(
            translate("Settings", "General"), translate("Settings", "How Homard looks, and how you reach it.")
        ),
        "models": Words(
            translate("Settings", "Models and providers"),
            translate("Settings", "Where answers come from. Keys never stand in the settings file."),
        ),
        "offline": Words(
            translate("Settings", "Offline model"),
            translate("Settings", "A model on this computer: nothing leaves it, and nothing is paid."),
        ),
        "folders": Words(
            translate("Settings", "Folders"), translate("Settings", "Which of your files Homard may work with.")
        ),
        "safety": Words(
            translate("Settings", "Safety"),
            translate("Settings", "What may be done without asking, what holds a command, and how long you can undo."),
        ),
        "limits": Words(
            translate("Settings", "Limits"),
            translate("Settings", "A run that reaches one of these ends; its work is kept."),
        ),
        "automation": Words(
            translate("Settings", "Automations"),
            translate("Settings", "What holds for all jobs together. Each job has its own limits and rules besides."),
        ),
        "notifications": Words(
            translate("Settings", "Notifications"),
            translate("Settings", "Homard tells you these things and no others."),
        ),
        "advanced": Words(
            translate("Settings", "Advanced"), translate("Settings", "Everything else that the settings file knows.")
        ),
    }[name]


def section_keywords(name: str) -> str:
    """More words under which the search finds a section that is not a plain list of fields."""
    return {
        "models": translate("Settings", "provider key password test default model price API"),
        "offline": translate("Settings", "GGUF file memory start stop window local model"),
        "folders": translate("Settings", "grant read access permission directory mark local only untrusted private"),
        "limits": translate("Settings", "budget cost money dollar price cap spend tokens day month"),
        "automation": translate("Settings", "job schedule watch cron battery metered network unattended"),
        "safety": translate("Settings", "sandbox rule allow deny ask always policy permission command undo"),
    }.get(name, "")


def field_words(path: Sequence[str]) -> Words | None:
    """Words for a setting that is known here; None: the schema's own have to do."""
    if path[0] == "providers":
        return _model_words(path[4:]) if len(path) > 4 else _provider_words(path[2:])
    places = {
        "app": _app_words,
        "safety": _safety_words,
        "automation": _automation_words,
        "skills": _skill_words,
        "tools": _skill_words,
        "routing": _routing_words,
        "economy": _economy_words,
        "budget": _budget_words,
    }
    return places.get(path[0], _run_words)().get(tuple(path))


def _app_words() -> dict[tuple[str, ...], Words]:
    return {
        ("app", "theme"): Words(translate("Settings", "Appearance")),
        ("app", "language"): Words(
            translate("Settings", "Language"), translate("Settings", "Of the program’s own words.")
        ),
        ("app", "text_scale"): Words(translate("Settings", "Text size")),
        ("app", "start_at_login"): Words(
            translate("Settings", "Start at login"), translate("Settings", "Homard waits in the tray when you log in.")
        ),
        ("app", "hotkey"): Words(
            translate("Settings", "Quick prompt key"),
            translate(
                "Settings",
                "Opens the quick prompt from any program, for instance Ctrl+Alt+Space; empty for none. "
                "Some desktops do not let programs have such keys (GNOME and others on Wayland): "
                "there, use the tray or a shortcut of the desktop.",
            ),
        ),
        ("app", "chat_folder"): Words(
            translate("Settings", "Folder for new chats"),
            translate(
                "Settings",
                "Where a new chat reads and works. Empty: Documents in your home, or Homard if there is none.",
            ),
        ),
        ("app", "notify_finished"): Words(
            translate("Settings", "When a run is finished"), translate("Settings", "Only while the window is hidden.")
        ),
        ("app", "notify_needs_you"): Words(
            translate("Settings", "When Homard needs you"),
            translate("Settings", "A question or a permission waits; the run goes on when you have answered."),
        ),
        ("app", "notify_failed"): Words(translate("Settings", "When a run failed")),
    }


def _run_words() -> dict[tuple[str, ...], Words]:
    return {
        ("model",): Words(
            translate("Settings", "Default model"),
            translate("Settings", "Answers new chats, written as provider/model."),
        ),
        ("grants",): Words(
            translate("Settings", "Folders every chat may use"),
            translate("Settings", "Homard reads there, and changes what can be undone; anything else it asks."),
        ),
        ("limits", "max_turns"): Words(
            translate("Settings", "Model calls"),
            translate("Settings", "In one run. Each use of tools takes one more call."),
        ),
        ("limits", "max_tokens"): Words(
            translate("Settings", "Tokens"),
            translate(
                "Settings", "In one run, what is read and what is written together. 1,000 tokens are about 750 words."
            ),
        ),
        ("limits", "max_time_s"): Words(
            translate("Settings", "Time"), translate("Settings", "In one run, in seconds; 3,600 are an hour.")
        ),
        ("engine", "idle_minutes"): Words(
            translate("Settings", "Unload when idle"),
            translate("Settings", "Minutes without use after which the model gives its memory back."),
        ),
        ("engine", "threads"): Words(
            translate("Settings", "Processor threads"),
            translate("Settings", "0: all cores but one, so that other work does not slow to a crawl."),
        ),
    }


def _safety_words() -> dict[tuple[str, ...], Words]:
    return {
        ("safety", "sandbox"): Words(
            translate("Settings", "What must hold a command"),
            translate("Settings", "Where this machine gives less than this, no command is run."),
        ),
        ("safety", "undo_days"): Words(
            translate("Settings", "Undo for"),
            translate("Settings", "In days. Older changes of files can no longer be put back."),
        ),
        ("safety", "undo_max_mb"): Words(
            translate("Settings", "Disk space for undo"),
            translate("Settings", "In megabytes. When it is full, the oldest changes can no longer be put back."),
        ),
        ("safety", "undo_file_mb"): Words(
            translate("Settings", "Largest file for undo"),
            translate("Settings", "In megabytes. A larger file is not kept; what would change it asks first."),
        ),
    }


def _automation_words() -> dict[tuple[str, ...], Words]:
    return {
        ("automation", "parallel"): Words(
            translate("Settings", "Runs of jobs at the same time"),
            translate("Settings", "More jobs that are due wait until one of them is done."),
        ),
        ("automation", "spread_s"): Words(
            translate("Settings", "Spread after a wake-up"),
            translate(
                "Settings",
                "In seconds. After a start, or when the machine has slept, what is late begins at some moment within "
                "them, so that not everything starts at once.",
            ),
        ),
        ("automation", "approval_hours"): Words(
            translate("Settings", "Wait for an answer"),
            translate("Settings", "In hours. A job that asked you something waits so long, then it gives up."),
        ),
        ("automation", "wait_on_battery"): Words(
            translate("Settings", "Wait on battery"),
            translate("Settings", "No job starts while the machine runs on battery, whatever the job itself says."),
        ),
        ("automation", "wait_on_metered"): Words(
            translate("Settings", "Wait on a metered network"),
            translate("Settings", "No job starts while the network is paid by volume, whatever the job itself says."),
        ),
    }


def _skill_words() -> dict[tuple[str, ...], Words]:
    return {
        ("skills", "prompt_tokens"): Words(
            translate("Settings", "Tokens for skills"),
            translate(
                "Settings",
                "What names and descriptions of your skills may take of each request. Beyond that they are searched.",
            ),
        ),
        ("tools", "prompt_tokens"): Words(
            translate("Settings", "Tokens for tools"),
            translate(
                "Settings",
                "What tools of plugins and MCP servers may take of each request. Beyond that they are searched.",
            ),
        ),
    }


def _routing_words() -> dict[tuple[str, ...], Words]:
    models = translate("Settings", "Models, as provider/model, one in each line. Where one fails the next answers.")
    policy = translate("Settings", "Which of them is asked first.")
    works = {
        "chat": translate("Settings", "Models for chats"),
        "job": translate("Settings", "Models for jobs"),
        "summary": translate("Settings", "Models for summaries"),
        "reading": translate("Settings", "Models that read what strangers wrote"),
        "title": translate("Settings", "Models for titles of chats"),
        "vision": translate("Settings", "Models for pictures"),
    }
    orders = {
        "chat": translate("Settings", "Order for chats"),
        "job": translate("Settings", "Order for jobs"),
        "summary": translate("Settings", "Order for summaries"),
        "reading": translate("Settings", "Order for reading what strangers wrote"),
        "title": translate("Settings", "Order for titles of chats"),
        "vision": translate("Settings", "Order for pictures"),
    }
    return {
        **{("routing", work, "models"): Words(title, models) for work, title in works.items()},
        **{("routing", work, "policy"): Words(title, policy) for work, title in orders.items()},
    }


def _economy_words() -> dict[tuple[str, ...], Words]:
    return {
        ("economy", "reuse_replies"): Words(
            translate("Settings", "Use replies again"),
            translate(
                "Settings",
                "Jobs, and models that read apart what strangers wrote, get the same reply to the very same request "
                "without paying twice. Chats never do.",
            ),
        ),
    }


def _provider_words(path: Sequence[str]) -> Words | None:
    known: dict[tuple[str, ...], Words] = {
        ("transport",): Words(
            translate("Settings", "Protocol"), translate("Settings", "How Homard speaks to this provider.")
        ),
        ("base_url",): Words(
            translate("Settings", "Address"),
            translate("Settings", "Usually ends in /v1. Empty: the protocol knows it."),
        ),
        ("key",): Words(
            translate("Settings", "Where its key is"),
            translate("Settings", "keyring:NAME or env:VARIABLE, never the key itself. Empty: it needs none."),
        ),
        ("litellm_provider",): Words(
            translate("Settings", "Name in the price list"),
            translate("Settings", "What litellm calls this provider, if it is another name."),
        ),
        ("connect_timeout_s",): Words(
            translate("Settings", "Wait for a connection"), translate("Settings", "At most so many seconds.")
        ),
        ("first_byte_timeout_s",): Words(
            translate("Settings", "Wait for the first word"), translate("Settings", "At most so many seconds.")
        ),
        ("idle_timeout_s",): Words(
            translate("Settings", "Wait within an answer"),
            translate("Settings", "An answer that is silent for so many seconds counts as broken off."),
        ),
    }
    return known.get(tuple(path)) or _budget_words().get(tuple(path))


def _budget_words() -> dict[tuple[str, ...], Words]:
    titles = {
        "usd_per_call": translate("Settings", "Dollars for one model call"),
        "usd_per_run": translate("Settings", "Dollars for one run"),
        "usd_per_session": translate("Settings", "Dollars for one chat"),
        "usd_per_job": translate("Settings", "Dollars for one job in a day"),
        "usd_per_day": translate("Settings", "Dollars for a day"),
        "usd_per_month": translate("Settings", "Dollars for a month"),
        "tokens_per_call": translate("Settings", "Tokens for one model call"),
        "tokens_per_run": translate("Settings", "Tokens for one run"),
        "tokens_per_session": translate("Settings", "Tokens for one chat"),
        "tokens_per_job": translate("Settings", "Tokens for one job in a day"),
        "tokens_per_day": translate("Settings", "Tokens for a day"),
        "tokens_per_month": translate("Settings", "Tokens for a month"),
    }
    about = {  # said once for all that come below it
        "usd_per_call": translate("Settings", "No call is made that could pass one of these. 0: only what is free."),
        "tokens_per_call": translate("Settings", "What is read and what is written together."),
    }
    return {("budget", name): Words(title, about.get(name, "")) for name, title in titles.items()}


def _model_words(path: Sequence[str]) -> Words | None:
    known: dict[tuple[str, ...], Words] = {
        ("window",): Words(
            translate("Settings", "Window"),
            translate("Settings", "Tokens it can read at once. Empty: as the catalogue says."),
        ),
        ("max_output_tokens",): Words(
            translate("Settings", "Longest answer"), translate("Settings", "In tokens. Empty: as the catalogue says.")
        ),
        ("price", "input"): Words(
            translate("Settings", "Price of what it reads"), translate("Settings", "US dollars for a million tokens.")
        ),
        ("price", "output"): Words(
            translate("Settings", "Price of what it writes"), translate("Settings", "US dollars for a million tokens.")
        ),
        ("price", "cached"): Words(
            translate("Settings", "Price of what it has read before"),
            translate("Settings", "US dollars for a million tokens. Empty: like any other."),
        ),
        ("price", "written"): Words(
            translate("Settings", "Price of what it keeps to read again"),
            translate("Settings", "US dollars for a million tokens. Empty: like any other."),
        ),
        ("vision",): Words(translate("Settings", "Sees images")),
        ("tools",): Words(translate("Settings", "How it calls tools")),
        ("file",): Words(
            translate("Settings", "Model file"), translate("Settings", "A GGUF file, for models on this computer.")
        ),
        ("extra",): Words(
            translate("Settings", "Further request fields"),
            translate("Settings", "A JSON object that goes along with each request."),
        ),
    }
    return known.get(tuple(path))


def choice_title(path: Sequence[str], value: Any) -> str:
    """What a choice is called; what is not known here stands for itself."""
    if value is None:
        return translate("Settings", "As the catalogue says")
    if isinstance(value, bool):
        return translate("Settings", "Yes") if value else translate("Settings", "No")
    if tuple(path) == ("app", "language"):
        return LANGUAGES.get(value) or translate("Settings", "As the system")
    if tuple(path) == ("app", "text_scale"):
        return translate("Settings", "{percent} %").format(percent=round(value * 100))
    return _choices().get((path[-1], value), str(value))


def _choices() -> dict[tuple[str, str], str]:
    return {
        ("theme", "system"): translate("Settings", "As the system"),
        ("theme", "light"): translate("Settings", "Light"),
        ("theme", "dark"): translate("Settings", "Dark"),
        ("sandbox", "limits"): translate("Settings", "Bounds only: it has all of your rights"),
        ("sandbox", "files"): translate("Settings", "The granted folders only"),
        ("sandbox", "isolated"): translate("Settings", "The granted folders only, and no network"),
        ("transport", "direct"): translate("Settings", "OpenAI-compatible"),
        ("transport", "litellm"): translate("Settings", "litellm (other protocols)"),
        ("transport", "local"): translate("Settings", "Model file on this computer"),
        ("transport", "scripted"): translate("Settings", "Scripted, for demonstrations"),
        ("transport", "plugin"): translate("Settings", "A plugin"),
        ("policy", "fixed"): translate("Settings", "As they stand"),
        ("policy", "cheapest"): translate("Settings", "The cheapest first"),
        ("policy", "fastest"): translate("Settings", "The fastest first, as seen lately"),
        ("policy", "reliable"): translate("Settings", "The most reliable first, as seen lately"),
        ("tools", "auto"): translate("Settings", "Find out"),
        ("tools", "native"): translate("Settings", "By its own protocol"),
        ("tools", "text"): translate("Settings", "Written in its text"),
        ("tools", "constrained"): translate("Settings", "Guided, for small models"),
    }


def pattern_words(path: Sequence[str]) -> str:
    """What a text must look like, a sentence."""
    known = {
        "model": translate("Settings", "Write it as provider/model, for instance openai/gpt-5.4-mini."),
        "key": translate("Settings", "Write keyring:NAME or env:VARIABLE; the key itself does not belong here."),
    }
    return known.get(path[-1], translate("Settings", "It does not have the form that is wanted here."))


def group_title(path: Sequence[str]) -> str:
    """The heading over the settings of one provider or one model; empty where there is none."""
    if len(path) < 2 or path[0] != "providers":
        return ""
    if len(path) > 4:
        return translate("Settings", "Model {name}").format(name=f"{path[1]}/{path[3]}")
    return translate("Settings", "Provider {name}").format(name=path[1])
