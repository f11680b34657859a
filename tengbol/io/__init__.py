"""Tables in, from files of any kind a clerk may send, and results out, whole or not at all."""
