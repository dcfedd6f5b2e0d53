"""What a person who knows the place would check first: the baseline's own quantities beside references."""
