"""Trying a process out before anybody works with it: values for its forms, and ways through it."""
