"""Jobs in a sentence, English and German: what is understood, how it is said to be read, and what is refused."""

from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.automation.sentence import Sentence, read_sentence
from agent.automation.words import trigger_words
from agent.errors import UsageError
from agent.jobs import Cron, Every, Missed, Once, Policies, Quiet, Trigger, Watch

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 10, 0, 30, 999, tzinfo=BERLIN)  # a Thursday
HOME = str(Path.home())
NINE = "No time was said; it was read as 09:00."


def read(text: str, now: datetime = NOW) -> Sentence:
    return read_sentence(text, now, BERLIN)


def cron(*lines: str) -> tuple[Cron, ...]:
    return tuple(Cron(fields=line) for line in lines)


def once(text: str) -> tuple[Once]:
    at = datetime.fromisoformat(text).replace(tzinfo=BERLIN)
    return (Once(at=at.astimezone(timezone(at.utcoffset() or timedelta()))),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "Each weekday at 8:30 summarise new mail exports in ~/Mail",
            Sentence(cron("30 8 * * 1-5"), "summarise new mail exports in ~/Mail", folder=f"{HOME}/Mail"),
        ),
        (
            "when a PDF settles in ~/Invoices, rename it by date and vendor and add a row to invoices.csv",
            Sentence(
                (Watch(folder=f"{HOME}/Invoices", patterns=("*.pdf",)),),
                "rename it by date and vendor and add a row to invoices.csv",
                folder=f"{HOME}/Invoices",
            ),
        ),
        (
            "every 20 minutes, but only while on mains power, check the build log",
            Sentence((Every(seconds=1_200),), "check the build log", Policies(on_battery="wait")),
        ),
        ("once tomorrow at 15:00 call the bank", Sentence(once("2026-11-27T15:00"), "call the bank")),
        ("do this every Monday", Sentence(cron("0 9 * * 1"), "do this", doubts=(NINE,))),
        (
            "jeden Werktag um 8:30 die neuen Mails in ~/Mail zusammenfassen",
            Sentence(cron("30 8 * * 1-5"), "die neuen Mails in ~/Mail zusammenfassen", folder=f"{HOME}/Mail"),
        ),
        (
            "alle 20 Minuten, aber nur am Netzteil, das Build-Log prüfen",
            Sentence((Every(seconds=1_200),), "das Build-Log prüfen", Policies(on_battery="wait")),
        ),
        (
            "Prüfe jeden Montag um 9 Uhr die Logs.",
            Sentence(
                cron("0 9 * * 1"), "Prüfe die Logs.",
                doubts=("“jeden Montag um 9 Uhr” was read as the time of the job.",),
            ),
        ),
    ],
)  # fmt: skip
def test_a_sentence_is_a_job(text: str, sentence: Sentence) -> None:
    assert read(text) == sentence


CLOCK_TIMES: list[tuple[str, tuple[Trigger, ...]]] = [
    ("every day at 9 and 17:30", cron("0 9 * * *", "30 17 * * *")),
    ("every day at 9, 13 and 17", cron("0 9,13,17 * * *")),
    ("daily at 6pm", cron("0 18 * * *")),
    ("every day at noon", cron("0 12 * * *")),
    ("every day at midnight", cron("0 0 * * *")),
    ("on weekdays at half past eight", cron("30 8 * * 1-5")),
    ("every day at quarter to nine", cron("45 8 * * *")),
    ("every evening at 8", cron("0 20 * * *")),
    ("every day at 8 in the evening", cron("0 20 * * *")),
    ("every night at 2", cron("0 2 * * *")),
    ("every day at 03:00", cron("0 3 * * *")),
    ("at 8:30 every weekday", cron("30 8 * * 1-5")),
    ("Monday to Friday at 9", cron("0 9 * * 1-5")),
    ("Mon-Fri at 9:00", cron("0 9 * * 1-5")),
    ("every Monday, Wednesday and Friday at 7:15 am", cron("15 7 * * 1,3,5")),
    ("on Fridays at 10", cron("0 10 * * 5")),
    ("every weekend at 10", cron("0 10 * * 0,6")),
    ("every day except Sunday at 7am", cron("0 7 * * 1-6")),
    ("every day at 8, but not on weekends,", cron("0 8 * * 1-5")),
    ("every Monday at 9 and every Thursday at 14:00", cron("0 9 * * 1", "0 14 * * 4")),
    ("every weekday at 08:30 and on weekends at 10:00", cron("30 8 * * 1-5", "0 10 * * 0,6")),
    ("every morning at 8 and every evening at 8", cron("0 8 * * *", "0 20 * * *")),
    ("on the first of the month at 8", cron("0 8 1 * *")),
    ("on the 1st and 15th of each month at 9am", cron("0 9 1,15 * *")),
    ("on the last day of the month at 18:00", cron("0 18 L * *")),
    ("the last weekday of the month at 16:00", cron("0 16 LW * *")),
    ("on the second Monday of each month at 9", cron("0 9 * * 1#2")),
    ("the last Friday of every month at 16:00", cron("0 16 * * 5L")),
    ("every year on 24 December at 18:00", cron("0 18 24 12 *")),
    ("every month on the 15th at 8", cron("0 8 15 * *")),
    ("weekly on Friday at 10", cron("0 10 * * 5")),
    ("every hour on weekdays", cron("0 * * * 1-5")),
    ("every 15 minutes from 8 to 18 on weekdays", cron("*/15 8-17 * * 1-5", "0 18 * * 1-5")),
    ("every hour between 9am and 5pm", cron("0 9-17 * * *")),
    ("every hour", (Every(seconds=3_600),)),
    ("every half hour", (Every(seconds=1_800),)),
    ("every 1.5 hours", (Every(seconds=5_400),)),
    ("every 10m", (Every(seconds=600),)),
    ("every 10 seconds", (Every(seconds=10),)),
    ("cron 30 8 * * 1-5", cron("30 8 * * 1-5")),
    ("*/5 9-17 * * mon", cron("*/5 9-17 * * mon")),
    ("@daily", cron("0 0 * * *")),
    ("every day at 8:30 Berlin time", (Cron(fields="30 8 * * *", zone="Europe/Berlin"),)),
    ("every day at 8:30 UTC", (Cron(fields="30 8 * * *", zone="UTC"),)),
    ("in 2 hours", once("2026-11-26T12:00:30")),
    ("in half an hour", once("2026-11-26T10:30:30")),
    ("two hours from now", once("2026-11-26T12:00:30")),
    ("in 3 days at 9:00", once("2026-11-29T09:00")),
    ("today at 11:00", once("2026-11-26T11:00")),
    ("tonight at 8", once("2026-11-26T20:00")),
    ("the day after tomorrow at noon", once("2026-11-28T12:00")),
    ("on 3 December at 15:00", once("2026-12-03T15:00")),
    ("on December 3rd, 2027 at 3pm", once("2027-12-03T15:00")),
    ("on 1 March at 8:00", once("2027-03-01T08:00")),
    ("on 2026-12-03 at 15:00", once("2026-12-03T15:00")),
    ("2026-12-03 15:00", once("2026-12-03T15:00")),
    ("jeden Tag um 9 und 17 Uhr", cron("0 9,17 * * *")),
    ("täglich um 8 Uhr abends", cron("0 20 * * *")),
    ("montags und donnerstags um halb neun", cron("30 8 * * 1,4")),
    ("jeden Montag um 9 Uhr und jeden Donnerstag um 14 Uhr", cron("0 9 * * 1", "0 14 * * 4")),
    ("jeden Mo und Do um 7 Uhr", cron("0 7 * * 1,4")),
    ("Mo-Fr um 9 Uhr", cron("0 9 * * 1-5")),
    ("am Ersten des Monats um 8 Uhr", cron("0 8 1 * *")),
    ("am 1. und 15. jedes Monats um 8 Uhr", cron("0 8 1,15 * *")),
    ("am letzten Tag des Monats um 18 Uhr", cron("0 18 L * *")),
    ("jeden ersten Montag im Monat um 9 Uhr", cron("0 9 * * 1#1")),
    ("jeden Tag außer Sonntag um 7 Uhr", cron("0 7 * * 1-6")),
    ("alle 15 Minuten von 8 bis 18 Uhr werktags", cron("*/15 8-17 * * 1-5", "0 18 * * 1-5")),
    ("jede Stunde", (Every(seconds=3_600),)),
    ("alle zwei Stunden", (Every(seconds=7_200),)),
    ("jedes Jahr am 24.12. um 18 Uhr", cron("0 18 24 12 *")),
    ("jeden Tag um 8:30 Uhr Berliner Zeit", (Cron(fields="30 8 * * *", zone="Europe/Berlin"),)),
    ("in zwei Stunden", once("2026-11-26T12:00:30")),
    ("morgen um 15 Uhr", once("2026-11-27T15:00")),
    ("morgen früh um 7", once("2026-11-27T07:00")),
    ("heute Abend um 8", once("2026-11-26T20:00")),
    ("am 3.12. um 15 Uhr", once("2026-12-03T15:00")),
    ("am 24. Dezember 2026 um 18 Uhr", once("2026-12-24T18:00")),
]


@pytest.mark.parametrize(("when", "triggers"), CLOCK_TIMES)
def test_times_without_a_doubt_before_and_after_the_task(when: str, triggers: tuple[Trigger, ...]) -> None:
    assert read(f"{when} polish the brass") == Sentence(triggers, "polish the brass")
    assert read(f"{when}: Polish the brass.") == Sentence(triggers, "Polish the brass.")
    assert read(f"Please, {when}, polish the brass") == Sentence(triggers, "polish the brass")
    if not when[0].isdigit() and not when.startswith("*"):
        assert read(f"polish the brass {when.rstrip(',')}").triggers == triggers


@pytest.mark.parametrize(
    ("text", "triggers", "doubts"),
    [
        ("every day at 3 x", cron("0 3 * * *"), ("“3” was read as 03:00; if you mean the afternoon, write 15:00.",)),
        ("every morning x", cron("0 8 * * *"), ("“morning” was read as 08:00.",)),
        ("every day at 12am x", cron("0 0 * * *"), ("“12am” was read as 00:00.",)),
        ("weekly x", cron("0 9 * * 1"), ("No day of the week was said; it was read as Monday.", NINE)),
        ("monthly x", cron("0 9 1 * *"), ("No day of the month was said; it was read as the 1st.", NINE)),
        (
            "on the 31st of each month at 9 x", cron("0 9 31 * *"),
            ("A month without a day 31 is left out; “the last day of the month” is in all of them.",),
        ),
        (
            "on Friday at 10 x", once("2026-11-27T10:00"),
            ("“on Friday” was read as once, on Fri 27 Nov 2026; for each week write “every Friday”.",),
        ),
        (
            "next Thursday at 10 x", once("2026-12-03T10:00"),
            ("“next Thursday” was read as once, on Thu 3 Dec 2026; for each week write “every Thursday”.",),
        ),
        (
            "at 15:00 x", once("2026-11-26T15:00"),
            ("No day was said: it is once, on Thu 26 Nov 2026 at 15:00. For each day write “every day”.",),
        ),
        (
            "at 9:00 x", once("2026-11-27T09:00"),
            ("No day was said: it is once, on Fri 27 Nov 2026 at 09:00. For each day write “every day”.",),
        ),
        (
            "on 28 March 2027 at 02:30 x", once("2027-03-28T03:30"),
            ("02:30 does not exist on that day; it is Sun 28 Mar 2027 at 03:30.",),
        ),
        (
            "on 31 October 2027 at 02:30 x", once("2027-10-31T02:30"),
            ("02:30 comes twice on that day; it is the first.",),
        ),
        (
            "every Monday write a note about the meeting at 15:00", cron("0 15 * * 1"),
            ("“at 15:00” at the end was read as the time of the job, not as part of the task.",),
        ),
        (
            "in 20 minutes tell me about the meeting at 15:00", once("2026-11-26T10:20:30"),
            ("“at 15:00” was left in the task; it does not change when the job is due.",),
        ),
        (
            "daily at 6pm read the news and every hour", cron("0 18 * * *"),
            ("“every hour” was left in the task; it does not change when the job is due.",),
        ),
    ],
)  # fmt: skip
def test_what_could_mean_something_else_is_said(
    text: str, triggers: tuple[Trigger, ...], doubts: tuple[str, ...]
) -> None:
    got = read(text)
    assert (got.triggers, got.doubts) == (triggers, doubts)


def test_every_other_week_counts_from_the_first_such_day() -> None:
    for text in ("every other Monday at 9 x", "every 2 weeks on Monday at 9 x", "alle zwei Wochen montags um 9 Uhr x"):
        got = read(text)
        assert got.triggers == (Every(seconds=1_209_600, start=datetime(2026, 11, 30, 9, tzinfo=BERLIN)),)
        assert "counted in hours" in got.doubts[-1]
    assert read("every other day at 7:00 x").triggers == (
        Every(seconds=172_800, start=datetime(2026, 11, 27, 7, tzinfo=BERLIN)),
    )


def test_hours_from_now_are_real_hours() -> None:
    before = datetime(2026, 10, 25, 1, 30, tzinfo=BERLIN)
    assert read("in 2 hours x", before).triggers == (Once(at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),)


@pytest.mark.parametrize(
    ("when", "watch"),
    [
        ("when a PDF lands in ~/In", Watch(folder=f"{HOME}/In", patterns=("*.pdf",))),
        ("whenever a new PDF appears in ~/In", Watch(folder=f"{HOME}/In", patterns=("*.pdf",), on=("created",))),
        ("as soon as a CSV or Excel file is saved to /in", Watch(folder="/in", patterns=("*.csv", "*.xlsx", "*.xls"))),
        ("when build.log in /src changes", Watch(folder="/src", patterns=("build.log",), on=("changed",))),
        (
            "when /src/build.log changes",
            Watch(folder="/src", patterns=("/build.log",), on=("changed",), recursive=False),
        ),
        ("when a file is deleted from /in", Watch(folder="/in", on=("removed",))),
        ("when a file is renamed in /in", Watch(folder="/in", on=("moved",))),
        ("when files settle in /in, all in one run", Watch(folder="/in", per="batch")),
        (
            "when invoice*.pdf arrives in /in but not in subfolders",
            Watch(folder="/in", patterns=("invoice*.pdf",), recursive=False),
        ),
        ('when a PDF settles in "~/My Bills"', Watch(folder=f"{HOME}/My Bills", patterns=("*.pdf",))),
        (
            'when "report final.xlsx" appears in /in',
            Watch(folder="/in", patterns=("report final.xlsx",), on=("created",)),
        ),
        ("wenn eine PDF in ~/In landet", Watch(folder=f"{HOME}/In", patterns=("*.pdf",))),
        ("sobald eine neue CSV-Datei in /in auftaucht", Watch(folder="/in", patterns=("*.csv",), on=("created",))),
        ("wenn sich build.log in /src ändert", Watch(folder="/src", patterns=("build.log",), on=("changed",))),
        ("wenn in /in eine PDF liegt", Watch(folder="/in", patterns=("*.pdf",))),
        ("immer wenn eine Datei in /in gelöscht wird", Watch(folder="/in", on=("removed",))),
        (
            "wenn eine PDF-Datei in „~/Meine Post“ gespeichert wird",
            Watch(folder=f"{HOME}/Meine Post", patterns=("*.pdf",)),
        ),
    ],
)  # fmt: skip
def test_files(when: str, watch: Watch) -> None:
    assert read(f"{when}, polish it") == Sentence((watch,), "polish it", folder=watch.folder)


def test_folders_that_every_home_has_are_said() -> None:
    got = read("when a file settles in my Downloads folder, sort it")
    assert (got.folder, got.doubts) == (f"{HOME}/Downloads", ("“Downloads” was read as ~/Downloads.",))
    assert read("wenn ein Bild in meinem Ordner Downloads ankommt, sortiere es").folder == f"{HOME}/Downloads"


@pytest.mark.parametrize(
    ("terms", "policies"),
    [
        ("but only while on mains power", Policies(on_battery="wait")),
        ("only if the laptop is plugged in", Policies(on_battery="wait")),
        ("not on battery", Policies(on_battery="wait")),
        ("skip it on battery", Policies(on_battery="skip")),
        ("but not on a metered connection", Policies(on_metered="wait")),
        ("only on wifi", Policies(on_metered="wait")),
        ("not while the screen is locked", Policies(when_locked="wait")),
        ("not between 22:00 and 7:00", Policies(quiet=Quiet(since=time(22), until=time(7)))),
        ("quiet from 22:00 to 7:00", Policies(quiet=Quiet(since=time(22), until=time(7)))),
        ("but not at night", Policies(quiet=Quiet(since=time(22), until=time(7)))),
        ("not more than 6 hours late", Policies(missed=Missed(within_s=21_600))),
        ("skip missed runs", Policies(missed=Missed(do="skip"))),
        ("catch up all missed runs", Policies(missed=Missed(do="all"))),
        ("only if something changed", Policies(unchanged="skip")),
        ("aber nur wenn der Rechner am Netz hängt", Policies(on_battery="wait")),
        ("aber nicht im Akkubetrieb", Policies(on_battery="wait")),
        ("nur im WLAN", Policies(on_metered="wait")),
        ("aber nicht nachts", Policies(quiet=Quiet(since=time(22), until=time(7)))),
        ("höchstens 2 Stunden zu spät", Policies(missed=Missed(within_s=7_200))),
        ("nur wenn sich etwas geändert hat", Policies(unchanged="skip")),
    ],
)
def test_terms_beside_the_time_and_at_the_end(terms: str, policies: Policies) -> None:
    german = any(word in terms for word in ("aber", "nur", "Stunden"))
    when = "jeden Tag um 8:30" if german else "every day at 8:30"
    for text in (f"{when}, {terms}, polish the brass", f"{when} polish the brass, {terms}"):
        got = read(text)
        assert (got.triggers, got.prompt, got.policies) == (cron("30 8 * * *"), "polish the brass", policies)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "Say when and what: “each weekday at 8:30"),
        ("summarise my mail", "That does not say when."),
        ("every day at 9", "That says when, but not what is to be done."),
        ("every day at 25:00 x", "“25:00” is no time of the day."),
        ("every day at 24:00 x", "For midnight write 00:00."),
        ("every day at 8:75 x", "“8:75” is no time of the day."),
        ("every day at 13pm x", "“13pm” is no time of the day."),
        ("every 5 seconds x", "The shortest interval is 10 seconds."),
        ("every 0 minutes x", "“0” says no number."),
        ("every few minutes x", "“few” says no number."),
        ("every 1000000 days x", "more than ten years"),
        ("every 7 minutes between 8 and 18 x", "it can be every 1, 2, 3, 4, 5, 6, 10, 12, 15, 20 or 30 minutes"),
        ("every 5 months x", "It can be every 1, 2, 3, 4, 6 or 12 months."),
        ("every day between 9 and 17 x", "From when to when needs a pace"),
        ("every second Monday at 9 x", "can mean two things. Write “on the second Monday of each month”"),
        ("twice a day x", "“twice a day” does not say when."),
        ("on 3/12 x", "“on 3/12” can mean two days. Write it as 2026-12-03"),
        ("on 31 February x", "There is no day “on 31 February” in the calendar."),
        ("on the 32nd of each month x", "a month has the days 1 to 31"),
        ("today at 8:00 x", "Thu 26 Nov 2026 at 08:00 is in the past."),
        ("on 2020-01-01 at 8:00 x", "is in the past. Give a moment that is to come."),
        ("in 99999999 hours x", "more than ten years ahead"),
        ("every day at 9 until Friday x", "“until Friday” was not understood as part of the time."),
        ("every day at 9 until Christmas x", "“until Christmas” was not understood"),
        ("every day at 9 except on public holidays x", "“except on public holidays” was not understood"),
        ("summarise x every day at 9 except on holidays", "“except on holidays” was not understood"),
        ("every morning and evening x", "“and evening” was not understood"),
        ("every Monday at 9 and Wednesday at 14 x", "“and Wednesday” was not understood"),
        ("Monday to Friday at 9:00 and Saturday at 11:00 x", "“and Saturday” was not understood"),
        ("every day at sunrise x", "“at sunrise” was not understood"),
        ("every hour at minute 15 x", "“at minute” was not understood"),
        ("every day at 0830 x", "“at 0830” was not understood"),
        ("daily 0830 x", "“0830” was not understood"),
        ("at 5 to 12 x", "“to 12” was not understood"),
        ("every hour but skip at night x", "“skip at” was not understood"),
        ("every Monday in July at 9 x", "“in July” was not understood"),
        ("every day during vacation x", "“during vacation” was not understood"),
        ("every hour between Monday and Friday x", "“between Monday” was not understood"),
        ("every 10 minutes for the next 2 hours x", "“for the next 2 hours” was not understood"),
        ("every day at half nine x", "“at half” was not understood"),
        ("every day at 09h30 x", "“h30” was not understood"),
        ("when a file changes in ~/In but not *.tmp, x", "“not *” was not understood"),
        ("every 10 minutes today x", "cannot be said of a single day"),
        ("tomorrow between 9 and 11 x", "cannot be said of a single day"),
        ("jeden Montag im Juli um 9 prüfen", "“im Juli” was not understood"),
        ("alle 10 Minuten für 2 Stunden prüfen", "“für 2 Stunden” was not understood"),
        ("on Friday the 13th at 9 x", "“on Friday the 13th” can mean two days."),
        ("every day at 9 for two weeks x", "“for two weeks” was not understood"),
        ("every day starting tomorrow at 8:00 x", "“starting tomorrow” was not understood"),
        ("every day at 8:30 Mars time x", "There is no time zone “Mars”."),
        ("every day at 8:30 EST x", "“EST” can mean several time zones."),
        ("cron 99 8 * * * x", "The field for the minute, “99”"),
        ("cron 0 0 31 2 * x", "never comes"),
        ("@fortnightly x", "“@fortnightly” is none of @hourly"),
        ("when it rains, close the windows", "“When …” is understood of files"),
        ("when a unicorn settles in ~/x, ride it", "“unicorn” is no kind of file known here."),
        ("when a PDF settles in ~/A or ~/B, rename it", "“or ~/B” was not understood"),
        ("every day at 9, all in one run, x", "belongs to files, and the sentence watches none"),
        ("jeden Tag um 25 Uhr x", "“25 Uhr” is no time of the day."),
        ("jeden zweiten Montag um 9 Uhr x", "alle zwei Wochen montags"),
        ("jeden Tag um 9 bis Freitag prüfen", "“bis Freitag” was not understood"),
        ("jeden Tag um 9 bis Weihnachten prüfen", "“bis Weihnachten” was not understood"),
        ("jeden Tag um 9 außer an Feiertagen prüfen", "“außer an Feiertag” was not understood"),
        ("jeden Montag um 9 und Mittwoch um 14 Uhr prüfen", "“und Mittwoch” was not understood"),
        ("jeden Morgen und Abend prüfen", "“und Abend” was not understood"),
        ("jeden Werktag um viertel neun prüfen", "“um viertel” was not understood"),
        ("um 5 vor 12 warnen", "“vor 12” was not understood"),
        ("jeden Tag bei Sonnenaufgang prüfen", "“bei Sonnenaufgang” was not understood"),
        ("alle paar Minuten prüfen", "“paar” says no number."),
        ("am 24.12.2025 feiern", "is in the past."),
        ("x" * 20_000, "longer than 10,000 characters"),
    ],
)
def test_what_is_not_understood_is_refused_with_what_to_do(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(text)
    assert hint in str(caught.value)


def test_the_task_stays_as_it_was_written() -> None:
    task = "Write “every file” in {folder} to list.txt; then a summary (max. 3 lines)!"
    assert read(f"each weekday at 8:30: {task}").prompt == task
    assert read(f"at 8:30 on weekdays {task}").prompt == task
    lines = "Write a list:\n\n- one\n-   two\n"
    assert read(f"each weekday\n at 8:30:\n{lines}") == Sentence(cron("30 8 * * 1-5"), lines.strip())
    assert read(f"{lines}every weekday at 8:30") == Sentence(cron("30 8 * * 1-5"), lines.strip())
    assert read("every day at 8 spend time on Rust").prompt == "spend time on Rust"
    assert read("remind me tomorrow at 9 to pay the rent").prompt == "remind me to pay the rent"


_WORDS = sorted(
    {word for when, _ in CLOCK_TIMES for word in when.split()} | {"~/x", "{file}", "1e9", "٣", "-5", ":", "“"}
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(_WORDS), max_size=10), st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)))
def test_any_words_are_a_job_or_an_error_for_a_person(words: list[str], now: datetime) -> None:
    text = " ".join(words)
    try:
        first = read_sentence(text, now.replace(tzinfo=UTC), BERLIN)
    except UsageError:
        return
    assert first.triggers and first.prompt
    assert all(trigger_words(trigger, BERLIN) for trigger in first.triggers)
    assert read_sentence(text, now.replace(tzinfo=UTC), BERLIN) == first
