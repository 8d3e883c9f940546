"""Why a call was allowed, also where it was led on: the rows of a call put together."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agent.safety.rules import RuleText
from agent.tools.egress import Egress
from agent.tools.fetch import FetchTool
from tests.agent.test_gate import replies
from tests.helpers.house import open_house
from tests.helpers.web_server import web_server


async def everywhere(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def test_why_tells_what_was_asked_for_and_where_it_was_led(tmp_path: Path) -> None:
    async def main() -> None:
        with web_server() as web:
            first, second = f"http://a.example:{web.port}/", f"http://b.example:{web.port}/x"
            web.add("/", status=302, location=second)
            web.add("/x", b"here", content_type="text/plain")
            fetch = FetchTool(Egress(everywhere, lambda _address: True))
            async with open_house(tmp_path, replies(("fetch", {"url": first})), [fetch]) as house:
                end = await house.finish("fetch it", attended=False, approve_all=True)
                assert [path for path, _ in web.requests] == ["/", "/x"]
                (act,) = await house.runtime.audit.why(end.run_id)
                assert act.effects == (f"fetch {first}", f"fetch {second}")
                assert (act.tool, act.verdict, act.begun, act.ended) == ("fetch", "ask", True, "done")
                assert act.approval == {"allowed": True, "by": "flag", "scope": "once", "note": ""}

    asyncio.run(main())


def test_why_tells_where_a_call_was_led_that_was_not_to_go_there(tmp_path: Path) -> None:
    async def main() -> None:
        with web_server() as web:
            first, second = f"http://a.example:{web.port}/", f"http://b.example:{web.port}/x"
            web.add("/", status=302, location=second)
            fetch = FetchTool(Egress(everywhere, lambda _address: True))
            async with open_house(tmp_path, replies(("fetch", {"url": first})), [fetch]) as house:
                house.runtime.policy.add(RuleText("deny", "net.fetch", (f"http://b.example:{web.port}",)))
                end = await house.finish("fetch it", attended=False, approve_all=True)
                assert [path for path, _ in web.requests] == ["/"]
                (act,) = await house.runtime.audit.why(end.run_id)
                assert act.effects == (f"fetch {first}", f"fetch {second}")
                assert (act.begun, act.ended) == (True, "denied")

    asyncio.run(main())
