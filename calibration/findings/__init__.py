"""What a fit taught: lessons, experiments, tables, charts."""
