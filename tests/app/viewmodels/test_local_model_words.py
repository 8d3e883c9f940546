from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QLocale

from agent.models.discovery import FoundServer
from agent.models.local_store.curated import offers
from agent.models.local_store.download import Progress
from agent.models.local_store.state import Measured
from agent.models.local_store.view import LocalModel, Offered, Unfinished
from app.viewmodels.local_model_words import (
    compared_words,
    offer_about,
    offer_words,
    progress_words,
    server_words,
    speed_words,
    unfinished_words,
)


@pytest.fixture(autouse=True)
def english() -> None:
    QLocale.setDefault(QLocale("en"))


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress("connecting", 0, None), "Asking for the file…"),
        (Progress("waiting", 9, 10, None, "x"), "Interrupted; trying again…"),
        (Progress("receiving", 1 << 20, None), "1.0 MB received"),
        (Progress("receiving", 1 << 20, 2 << 20), "1.0 MB of 2.0 MB"),
        (Progress("receiving", 1 << 20, 61 << 20, float(1 << 20)), "1.0 MB of 61.0 MB, 1.0 MB/s, 60 s left"),
        (Progress("receiving", 1 << 20, 601 << 20, float(1 << 20)), "1.0 MB of 601.0 MB, 1.0 MB/s, 10 min left"),
    ],
)
def test_how_far_it_is(progress: Progress, words: str) -> None:
    assert progress_words(progress) == words


def test_offers_say_what_they_take_and_whether_we_tried() -> None:
    first, second = (Offered(offer, "tight", False, False) for offer in offers()[:2])
    assert offer_words(second).startswith(
        "Microsoft; GGUF by Unsloth. 2.3 GB to download; running, it takes about 4.7 GB"
    )
    assert "(leaves little for other programs). MIT, free." in offer_words(second)
    assert "Not tried" in offer_about(second) and "Not tried" not in offer_about(first)
    quick = Offered(offers()[0], "well", False, True, 4.0)
    assert offer_about(quick).endswith("it may write 4.0 tokens a second.")


def test_speeds_and_sources() -> None:
    model = LocalModel(label="local/x", measured=Measured(datetime(2026, 11, 5, 12, tzinfo=UTC), 4.2, 120.4))
    assert speed_words(model) == "Timed on 11/5/26: writes 4.2 tokens a second, reads 120."
    assert speed_words(LocalModel(label="x", measured=Measured(datetime.now(UTC)))).startswith("Timed: it wrote too")
    assert compared_words(model) == ""
    assert unfinished_words(Unfinished("x", "https://h/x", "", 1 << 20, None)) == "Interrupted: 1.0 MB are here."


def test_names_of_other_programs_are_shown_as_they_are_and_not_all_of_them() -> None:
    assert server_words(FoundServer("ollama", "u", ())) == "Ollama, on this computer: no model is loaded."
    many = server_words(FoundServer("lmstudio", "u", tuple(f"m\u202e{number}" for number in range(99))))
    assert many.startswith("LM Studio, on this computer: m") and many.endswith(" …") and "\u202e" not in many
