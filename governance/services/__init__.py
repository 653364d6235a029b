"""Verbs of the governance, one module per subject: atomic, refusing, journalised."""
