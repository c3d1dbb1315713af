"""The user guide: its chapters beside this file, their search and their screen."""
