"""The convention exported whole, and brought back into an empty installation."""
