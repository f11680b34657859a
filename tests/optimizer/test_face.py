"""The choice among equals in a small network, found without a solver: as cheap as the solver's."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tengbol.optimizer import face

ARC = st.tuples(
    st.integers(0, 6), st.integers(0, 6), st.integers(0, 4), st.integers(-9, 9) | st.integers(-(10**10), 10**10)
)


@given(st.lists(ARC.filter(lambda arc: arc[0] != arc[1]), min_size=1, max_size=30))
def test_a_circulation_found_by_cancelling_cycles_costs_what_the_solvers_does(arcs):
    tail, head, room, cost = np.array(arcs, dtype=np.int64).T
    found = face._cancelled(tail.tolist(), head.tolist(), room.tolist(), cost.tolist())
    assert found is not None
    units = np.array(found)
    assert ((units >= 0) & (units <= room)).all()
    assert np.array_equal(np.bincount(tail, units, 7), np.bincount(head, units, 7))
    assert units @ cost == face._solved(tail, head, room, cost) @ cost


def test_a_long_search_for_cycles_is_left_to_the_solver(monkeypatch):
    arcs = np.array([[0, 1], [1, 0], [5, 5], [-1, -1]], dtype=np.int64)
    assert face._circulation(*arcs).tolist() == [5, 5]
    monkeypatch.setattr(face, "_LOOKS", 1)
    assert face._cancelled(*arcs.tolist()) is None
    assert face._circulation(*arcs).tolist() == [5, 5]
