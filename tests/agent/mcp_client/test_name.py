import pytest

from agent.errors import UsageError
from agent.mcp_client.name import check_server_name, suggested, tool_names


@pytest.mark.parametrize("name", ["a", "time", "my_server-2", "x" * 32])
def test_a_plain_name_is_taken(name: str) -> None:
    assert check_server_name(name) == name


@pytest.mark.parametrize("name", ["", "Time", "-a", "a-", "a b", "../x", "x" * 33, "é", ".state"])
def test_any_other_name_is_refused_with_one_that_would_do(name: str) -> None:
    with pytest.raises(UsageError, match="Try "):
        check_server_name(name)
    assert check_server_name(suggested(name)) == suggested(name)


def test_a_model_sees_names_that_its_provider_takes_and_no_two_alike() -> None:
    own = ["get time", "get_time", "GET.TIME", "time_zone", "x" * 100, "x" * 101, "日本"]
    names = tool_names("time", own)
    assert sorted(names) == sorted(own)
    assert len(set(names.values())) == len(own)
    assert all(len(one) <= 64 and one == one.lower() and one.isascii() for one in names.values())
    assert names["time_zone"] == "time_zone"
    assert names["日本"] == "time_tool"


def test_a_tool_keeps_its_name_when_others_come() -> None:
    assert tool_names("s", ["b"])["b"] == tool_names("s", ["a", "b", "c"])["b"]
