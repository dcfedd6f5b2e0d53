"""One household, told: its trace, its story, diaries of ten."""
