"""The commands of `homard`, one module each, imported when the command is named."""
