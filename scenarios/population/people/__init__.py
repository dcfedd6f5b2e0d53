"""The members of the households: who they are, their ages, labour and life courses."""
