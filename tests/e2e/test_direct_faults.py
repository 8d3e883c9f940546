"""Every fault of `tests/helpers/faults.py`, through the transports as they are shipped."""

from __future__ import annotations

import pytest

from agent.models.direct import DirectGateway
from tests.helpers.fault_check import check_fault
from tests.helpers.fault_server import FAULTS


@pytest.mark.parametrize("name", FAULTS)
def test_direct(name: str) -> None:
    check_fault(DirectGateway, name)


def test_the_table_is_whole() -> None:
    assert len(FAULTS) == 52
