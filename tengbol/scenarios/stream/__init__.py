"""A stream of days: what a chamber's working days would bring, drawn ahead from one seed.

Who is there on which day and which writs arrive are drawn before anything is distributed, so that several ways to
distribute can be tried on the very same days (common random numbers). All proportions are synthetic.
"""

from tengbol.scenarios.stream.recipe import Recipe
from tengbol.scenarios.stream.stream import Stream, draw

__all__ = ["Recipe", "Stream", "draw"]
