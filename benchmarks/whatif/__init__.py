"""What answering "what if" costs: one departure, everyone in turn, a year of three variants, for a region of 100."""
