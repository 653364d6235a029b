"""Pages anyone reads and files anyone takes: what the lead published, nothing else.

Visibility (the site is open or not) and publication (which actions, which reviews) are two
settings; both must say yes.
"""
