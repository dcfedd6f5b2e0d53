"""The commands: for each one what is typed, what may be set, and where its work is; nothing heavy is loaded."""
