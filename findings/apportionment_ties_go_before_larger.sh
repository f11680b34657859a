#!/usr/bin/env bash
# What: apportionment 1.0 (PyPI), `compute("hamilton", …)`, the method of largest remainders, exact and in doubles.
# Where it was met: shares of whole writs set beside what libraries of apportionment answer, each against the definition.
# Expected: who is left with a larger remainder is served before who is left with a smaller one; a tie is between those
#   whose remainders are equal, and it is of them alone that the order of the list decides. 29 votes of 71 for 9 seats
#   are 3.676 seats, 21 votes are 2.662, twice: the whole parts leave two seats, of which the first is due to the 29.
# Seen: [3, 3, 3]. Parties are gone through in the order of the list, and a seat is given to whoever reaches the cutoff,
#   tied or above: so two that are tied at the cutoff take both seats, and the party whose remainder is the largest,
#   which stands after them, gets none. Put first in the list it gets its seat. Of [15, 15, 27, 27] and three seats the
#   last, with 27 votes, gets nothing and each party with 15 a seat. `fractions=True` is no different.
# Source: run here; the package's page names the method and no exception; none of its issues found speaks of it. Its
#   divisor methods agreed with their definitions on thousands of random elections without ties and zero votes.
# What follows: give seats in the order of (remainder, place in the list), and test ties that stand before a larger one.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check apportionment==1.0 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
from fractions import Fraction

from apportionment.methods import compute


def by_definition(votes, seats):
    quotas = [Fraction(vote * seats, sum(votes)) for vote in votes]
    given = [int(quota) for quota in quotas]
    first = sorted(range(len(votes)), key=lambda party: (given[party] - quotas[party], party))
    for party in first[: seats - sum(given)]:
        given[party] += 1
    return given


for votes, seats, seen in (([21, 21, 29], 9, [3, 3, 3]), ([15, 15, 27, 27], 3, [1, 1, 1, 0])):
    answers = [compute("hamilton", votes, seats, fractions=exact) for exact in (True, False)]
    turned = compute("hamilton", votes[::-1], seats, fractions=True)
    print(votes, seats, "answers:", answers, "by definition:", by_definition(votes, seats), "turned:", turned)
    assert answers[0] == seen != by_definition(votes, seats), "the larger remainder goes first now"
    assert turned == by_definition(votes[::-1], seats)
assert compute("hamilton", [21, 21, 29], 9) == [3, 3, 3], "the larger remainder goes first now, in doubles"
PYTHON
