from __future__ import annotations

from contextlib import suppress

from agent.errors import ToolDenied
from agent.plugin_host.passes import Passes
from agent.tools.egress_pass import EgressPass


class Process:
    egress: EgressPass | None = None

    def may(self, host: str) -> bool:
        if self.egress is None:
            return False
        try:
            self.egress.permit_host(host, 443)
        except ToolDenied:
            return False
        return True


def only(*hosts: str) -> EgressPass:
    def permit(host: str, _port: int) -> None:
        if host not in hosts:
            raise ToolDenied(host)

    return EgressPass(permit_host=permit)


def test_a_connection_must_please_every_call_that_is_open() -> None:
    process = Process()
    passes = Passes(process)  # type: ignore[arg-type]
    passes.background = only("c")
    assert [process.may(host) for host in "abc"] == [False, False, True]
    with passes.counting(only("a", "b")):
        assert [process.may(host) for host in "abc"] == [True, True, False]
        with suppress(ZeroDivisionError), passes.counting(only("b")):
            assert [process.may(host) for host in "abc"] == [False, True, False]
            raise ZeroDivisionError
        with passes.counting(None):
            assert [process.may(host) for host in "abc"] == [True, True, False]
    assert [process.may(host) for host in "abc"] == [False, False, True]
    passes.background = None
    assert [process.may(host) for host in "abc"] == [False, False, False]
