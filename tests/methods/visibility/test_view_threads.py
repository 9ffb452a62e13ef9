"""Results keep their order on any number of threads, and stale machine code is not used."""

import time

import pytest

from urbanplan.methods.visibility import compiled
from urbanplan.methods.visibility.fraction import _along


@pytest.mark.parametrize("threads", [None, 1, 2, 5])
def test_results_come_in_the_order_of_the_items(threads):
    def slow_first(item):
        time.sleep(0.002 * (item % 3 == 0))
        return item * item

    assert list(compiled.in_order(slow_first, range(60), threads)) == [k * k for k in range(60)]
    assert list(compiled.in_order(slow_first, [], threads)) == []


def test_an_error_in_a_thread_is_not_swallowed():
    def fail(item):
        raise ValueError(str(item))

    with pytest.raises(ValueError, match="0"):
        list(compiled.in_order(fail, range(5), 2))


def test_machine_code_is_made_anew_when_any_module_of_the_room_changes():
    assert _along._cache._cache_file._source_stamp == compiled._sources()
