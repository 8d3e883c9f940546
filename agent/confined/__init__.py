"""Programs of strangers: each a process in the sandbox with which lines are exchanged, bounded and ended as a whole."""
