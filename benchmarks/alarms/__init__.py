"""How often alarms fire: in fair months, where nobody does anything wrong, and in months with an abuse planted."""
