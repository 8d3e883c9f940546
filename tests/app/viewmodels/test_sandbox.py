"""How well a command is held is said as it was measured: what holds, and what does not."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from agent.sandbox.measured import FILES, KERNEL, LIMITS, NETWORK, PROCESSES, Backend, Measured
from app.viewmodels.sandbox import SandboxModel, groups_of, level_words
from tests.helpers.settings_home import on_loop, open_home

EVERYTHING = (*FILES, *NETWORK, *PROCESSES, *KERNEL, *LIMITS)


def test_every_barrier_has_words_and_what_was_not_tried_counts_as_open() -> None:
    held = groups_of(dict.fromkeys(EVERYTHING, True))
    assert sum(len(group.barriers) for group in held) == len(EVERYTHING)
    assert all(group.held for group in held)
    assert len({barrier.words for group in held for barrier in group.barriers}) == len(EVERYTHING)
    some = groups_of({**dict.fromkeys(EVERYTHING, True), "udp": False})
    assert [group.title for group in some if not group.held] == ["The network"]
    assert not any(group.held for group in groups_of({}))


def test_it_is_measured_here(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            model = SandboxModel(runtime, owner)
            assert model.level is None and not model.enough
            await model.load()
            measured = await runtime.sandbox.measured()
            assert (model.level, model.by, model.can_network) == (
                measured.level,
                str(measured.backend),
                measured.can_proxy,
            )
            assert model.groups == groups_of(measured.barriers)

    on_loop(qapp, main)


def test_less_than_the_settings_need_is_not_enough(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path, '[safety]\nsandbox = "files"\n') as runtime:
            model = SandboxModel(runtime, owner)
            verdicts = []
            for level in ("none", "limits", "files", "isolated"):
                model.show_measured(Measured(level, Backend(), {}, ("bubblewrap is not installed.",)))
                verdicts.append((model.enough, len(model.notes)))
            assert verdicts == [(False, 2), (False, 2), (True, 2), (True, 1)]
            assert len({level_words(level) for level in (None, "none", "limits", "files", "isolated")}) == 5

    on_loop(qapp, main)
