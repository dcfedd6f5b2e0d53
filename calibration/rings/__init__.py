"""Rings of evidence: what was found elsewhere, let in from the inside out as weights on the posterior's draws."""
