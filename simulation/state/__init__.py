"""What there is: columns of sites, posts, households and persons, the tables they start from, parameters and levers."""
