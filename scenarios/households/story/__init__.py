"""The story of a household: what happens to it month by month, and what each choice of where to live was made of."""
