"""What knows nothing of the subject: texts, paths, errors, YAML, consoles, processes, folders, rows."""
