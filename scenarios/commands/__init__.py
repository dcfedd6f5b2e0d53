"""Commands without a folder of their own."""
