"""What a sweep keeps: its folder, parts, claims, and the collected table."""
