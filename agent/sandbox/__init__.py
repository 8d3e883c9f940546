"""What this machine can enforce around a command, measured, and the wrappers that enforce it."""
