"""The fonts of charts and pages, and which characters they have."""
