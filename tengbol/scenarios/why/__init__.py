"""Why him and not me (¶4, ¶15): what each choice of a batch cost, and what another would have cost."""
