from agent.mcp_client.breaker import Breaker


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_waits_longer_each_time_and_gives_up_at_the_third() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    found: list[tuple[bool, float]] = []
    for _ in range(3):
        found.append((breaker.failed(), breaker.wait_s))
    assert found == [(False, 0.0), (False, 1.0), (True, 5.0)]
    clock.now += 2
    assert breaker.wait_s == 3.0
    breaker.reset()
    assert breaker.wait_s == 0.0


def test_what_works_in_between_is_forgiven_only_after_a_while() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(2):
        assert not breaker.failed()
        breaker.worked()
    assert breaker.wait_s == 0.0
    assert breaker.failed()  # the third within ten minutes

    clock.now += 601
    assert not breaker.failed()
