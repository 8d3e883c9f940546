"""Models on this computer as a person reads of them."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import QDate, QLocale

from agent.models.discovery import FoundServer
from agent.models.local_store.curated import Fit
from agent.models.local_store.download import Progress
from agent.models.local_store.view import LocalModel, Offered, Unfinished
from agent.models.presets import PRESETS
from app.printable import printable_code
from app.translation import translate
from app.viewmodels.model_words import number, size_words

_MOST_NAMES = 30
"""Of another program's models; its own window lists the rest."""


def fit_words(fit: Fit) -> str:
    """How a model suits this computer's memory."""
    return {
        "well": translate("Settings", "fits well"),
        "tight": translate("Settings", "leaves little for other programs"),
        "no": translate("Settings", "more than this computer can give"),
    }[fit]


def offer_words(offered: Offered) -> str:
    """What a model on offer is, takes and costs."""
    offer = offered.offer
    words = translate(
        "Settings",
        "{publisher}. {size} to download; running, it takes about {memory} of memory ({fit}). {license}, free.",
    )
    return words.format(
        publisher=offer.publisher,
        size=size_words(offer.size_bytes),
        memory=size_words(offer.memory_bytes),
        fit=fit_words(offered.fit),
        license=offer.license,
    )


def offer_about(offered: Offered) -> str:
    """What it is good for, and whether we tried."""
    about = offered.offer.words(QLocale().name().partition("_")[0])
    if not offered.offer.tried:
        about = f"{about} {translate('Settings', 'Not tried by us.')}"
    if offered.writes_per_s is None:
        return about
    words = translate("Settings", "By what was timed here, it may write {count} tokens a second.")
    return f"{about} {words.format(count=number(offered.writes_per_s, 1))}"


def source_words(url: str, sha256: str) -> str:
    """Where a file comes from, and what it must be."""
    host = urlsplit(url).hostname or ""
    if not sha256:
        return translate("Settings", "From {host}").format(host=host)
    return translate("Settings", "From {host}; SHA-256 {sum}…").format(host=host, sum=sha256[:16])


def model_words(model: LocalModel) -> str:
    """What a model that is here takes, and how quick it was."""
    if model.problem:
        return model.problem
    words = translate("Settings", "The file has {size}. Running, it takes about {memory} of memory ({fit}).").format(
        size=size_words(model.size_bytes), memory=size_words(model.memory_bytes), fit=fit_words(model.fit)
    )
    license_words = f" {model.kept.license}." if model.kept is not None and model.kept.license else ""
    return f"{words}{license_words} {speed_words(model)}"


def speed_words(model: LocalModel) -> str:
    """How quick a model was when it was timed."""
    measured = model.measured
    if measured is None:
        return translate("Settings", "Not timed yet.")
    if measured.writes_per_s is None:
        return translate("Settings", "Timed: it wrote too little to say how quick it is.")
    day = measured.at.astimezone().date()
    words = translate("Settings", "Timed on {day}: writes {writes} tokens a second, reads {reads}.")
    return words.format(
        day=QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat),
        writes=number(measured.writes_per_s, 1),
        reads=number(measured.reads_per_s or 0),
    )


def compared_words(model: LocalModel) -> str:
    """With which sum a file was compared; empty: it is a person's own."""
    kept = model.kept
    if kept is None:
        return ""
    source = source_words(kept.url, kept.sha256)
    return {
        "given": translate("Settings", "{source}, compared.").format(source=source),
        "server": translate("Settings", "{source}, as the server itself says.").format(source=source),
        "nothing": translate("Settings", "{source}, not compared: nobody said what it must be.").format(source=source),
    }[kept.compared]


def unfinished_words(unfinished: Unfinished) -> str:
    """How much of it is here."""
    received = size_words(unfinished.received)
    if not unfinished.total:
        return translate("Settings", "Interrupted: {received} are here.").format(received=received)
    return translate("Settings", "Interrupted: {received} of {total} are here.").format(
        received=received, total=size_words(unfinished.total)
    )


def progress_words(progress: Progress) -> str:
    """How far a download is."""
    match progress.phase:
        case "connecting":
            return translate("Settings", "Asking for the file…")
        case "checking":
            return translate("Settings", "Comparing its sum…")
        case "waiting":
            return translate("Settings", "Interrupted; trying again…")
        case "receiving":
            return _received(progress)


def server_words(server: FoundServer) -> str:
    """What another program on this computer offers."""
    title = PRESETS[server.kind].title if server.kind in PRESETS else server.kind
    if not server.models:
        return translate("Settings", "{program}: no model is loaded.").format(program=title)
    names = ", ".join(printable_code(name) for name in server.models[:_MOST_NAMES])
    words = translate("Settings", "{program}: {models}").format(program=title, models=names)
    return f"{words} …" if len(server.models) > _MOST_NAMES else words


def _received(progress: Progress) -> str:
    received = size_words(progress.received)
    if not progress.total:
        return translate("Settings", "{received} received").format(received=received)
    total = size_words(progress.total)
    if not progress.bytes_per_s:
        return translate("Settings", "{received} of {total}").format(received=received, total=total)
    seconds = (progress.total - progress.received) / progress.bytes_per_s
    rate = translate("Settings", "{size}/s").format(size=size_words(int(progress.bytes_per_s)))
    if seconds < 90:
        words = translate("Settings", "{received} of {total}, {rate}, {count} s left")
        return words.format(received=received, total=total, rate=rate, count=number(seconds))
    words = translate("Settings", "{received} of {total}, {rate}, {count} min left")
    return words.format(received=received, total=total, rate=rate, count=number(seconds / 60))
