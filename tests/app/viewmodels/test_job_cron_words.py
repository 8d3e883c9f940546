"""Cron lines in words, in both languages; what has no plain words stands as it is."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication

from app import translation
from app.viewmodels.job_cron_words import cron_words, listed

WORDS = [
    ("30 8 * * 1-5", "each weekday at 08:30", "jeden Werktag um 08:30"),
    ("30 8 * * mon-fri", "each weekday at 08:30", "jeden Werktag um 08:30"),
    ("*/20 * * * *", "every 20 minutes", "alle 20 Minuten"),
    ("* * * * *", "every minute", "jede Minute"),
    ("0 * * * *", "each hour", "jede Stunde"),
    ("5 * * * *", "each hour, 5 minutes past", "jede Stunde, 5 Minuten nach voll"),
    ("0 */4 * * *", "every 4 hours", "alle 4 Stunden"),
    ("0,30 8,12 * * *", "each day at 08:00, 08:30, 12:00 and 12:30", "jeden Tag um 08:00, 08:30, 12:00 und 12:30"),
    ("0 9-17 * * *", "each hour from 09:00 to 17:00", "jede Stunde von 09:00 bis 17:00"),
    (
        "*/15 9-17 * * 1-5",
        "each weekday, every 15 minutes from 09:00 to 17:45",
        "jeden Werktag, alle 15 Minuten von 09:00 bis 17:45",
    ),
    ("0 8 * * 7", "each Sunday at 08:00", "jeden Sonntag um 08:00"),
    ("0 8 * * 0,3", "each Wednesday and Sunday at 08:00", "jeden Mittwoch und Sonntag um 08:00"),
    ("0 8 * * sat,sun", "each Saturday and Sunday at 08:00", "jeden Samstag und Sonntag um 08:00"),
    ("0 8 * * 0-7", "each day at 08:00", "jeden Tag um 08:00"),
    ("0 0 1 * *", "on day 1 of each month at 00:00", "am 1. jedes Monats um 00:00"),
    ("0 9 24 dec *", "each year on day 24 of December at 09:00", "jedes Jahr am 24. im Dezember um 09:00"),
    ("0 9 * 3,6 *", "each day in March and June at 09:00", "jeden Tag im März und Juni um 09:00"),
    (
        "0 0 1 * 1",  # cron's “or”
        "on day 1 of each month and each Monday at 00:00",
        "am 1. jedes Monats und jeden Montag um 00:00",
    ),
]
AS_WRITTEN = [
    "30 */4 * * *", "1-50 * * * *", "0 1,2,3,5,9 * * *", "0 0 */2 * *", "0 9 * * */2", "0 0 1-7 * 1", "7 7 7",
    "a b c d e", "61 * * * *", "5-1 * * * *", "*/0 * * * *", "", "0 0 * * 1 extra", "1.5 * * * *",
]  # fmt: skip


@pytest.fixture(params=["en_GB", "de_DE"])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    translation.install(request.param[:2])
    QLocale.setDefault(QLocale(request.param))
    yield request.param[:2]
    while translation._installed:
        QCoreApplication.removeTranslator(translation._installed.pop())


def test_what_people_use_has_plain_words(language: str) -> None:
    at = 1 if language == "en" else 2
    assert [cron_words(line[0]) for line in WORDS] == [line[at] for line in WORDS]


def test_the_rest_stands_as_it_is_written(language: str) -> None:
    begin = "by cron: " if language == "en" else "nach cron: "
    assert [cron_words(fields) for fields in AS_WRITTEN] == [f"{begin}{fields}" for fields in AS_WRITTEN]


@given(
    st.text(max_size=60)
    | st.lists(st.from_regex(r"[0-9*/,\-]{1,6}", fullmatch=True), min_size=5, max_size=5).map(" ".join)
)
def test_nothing_is_too_odd_to_be_shown(fields: str) -> None:
    assert cron_words(fields)


def test_lists_read_like_sentences() -> None:
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
