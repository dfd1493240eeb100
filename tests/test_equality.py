"""The two engines give the same log to the last bit, over every key of an office file."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from tests.equality import logs_of, parts_that_differ
from tests.strategies import Example, examples


@settings(
    max_examples=300,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(examples())
def test_both_engines_give_the_same_log(example: Example) -> None:
    compiled, simpy = logs_of(example)
    assert parts_that_differ(compiled, simpy) == []
