"""Files and folders that the program writes: each whole or not there."""
