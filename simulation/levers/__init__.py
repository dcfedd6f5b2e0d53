"""Levers: what each one does to the state, one file and one class each; their list; the ledger of public money."""
