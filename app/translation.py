"""The words of the screen in the person's language (Qt Linguist)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from agent.resources import resource

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""Languages of the app, each in its own words."""
_installed: list[QTranslator] = []


def translate(context: str, text: str, n: int = -1) -> str:
    """Return `text` in the language of the app; `n` is the count for a text with `%n`.

    Both strings must be literals: lupdate reads them from the source. `context` names the screen.
    """
    return QCoreApplication.translate(context, text, "", n)


def dollars(usd: float, digits: int = 2) -> str:
    """An amount of US dollars, with the decimal sign of the person's language."""
    return f"${QLocale().toString(float(usd), 'f', digits)}"


def install(language: str) -> str:
    """Speak `language` (`de`), or the system's when it is empty; returns the one that was chosen.

    Call it before the screens are made: they ask for their words once.
    """
    chosen = language if language in LANGUAGES else QLocale.system().name().partition("_")[0]
    if chosen not in LANGUAGES:
        chosen = "en"
    for translator in _installed:
        QCoreApplication.removeTranslator(translator)
    _installed.clear()
    QLocale.setDefault(QLocale(language) if language in LANGUAGES else QLocale.system())
    own, qt = str(resource("translations")), QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in ((f"homard_{chosen}", own), (f"qtbase_{chosen}", qt)):
        translator = QTranslator()
        if translator.load(name, folder):
            QCoreApplication.installTranslator(translator)
            _installed.append(translator)
    return chosen
