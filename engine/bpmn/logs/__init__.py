"""Logs of other systems: read, and their cases held against the diagram of a procedure."""
