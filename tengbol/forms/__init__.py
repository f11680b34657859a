"""The papers that leave a chamber after a batch: lists and acts, register, protocol, post, notices (¶7, ¶8, ¶15)."""
