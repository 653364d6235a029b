"""Overlaps (« doublons d’intervention »): actions that look alike, and what was decided of them."""
