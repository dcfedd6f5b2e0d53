"""What a user may set: keys, scenario files, the command line, the frame of every command, a configuration."""
