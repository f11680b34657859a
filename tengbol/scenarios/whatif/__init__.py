"""What if: the variants of a scenario beside its base, before anything is decided (¶3, ¶9, ¶17, ¶18)."""

from tengbol.scenarios.whatif.apply import apply
from tengbol.scenarios.whatif.departure import Departure, departure
from tengbol.scenarios.whatif.events import (
    Attach,
    Detach,
    Event,
    Join,
    Leave,
    NewDistrict,
    Pause,
    Return,
    Rule,
    Transfer,
    Volume,
)
from tengbol.scenarios.whatif.in_turn import InTurn, everyone_in_turn
from tengbol.scenarios.whatif.scenario import Scenario, Variant, load
from tengbol.scenarios.whatif.simulate import Simulated, simulate

__all__ = [
    "Attach", "Departure", "Detach", "Event", "InTurn", "Join", "Leave", "NewDistrict", "Pause", "Return", "Rule",
    "Scenario", "Simulated", "Transfer", "Variant", "Volume", "apply", "departure", "everyone_in_turn", "load",
    "simulate",
]  # fmt: skip
