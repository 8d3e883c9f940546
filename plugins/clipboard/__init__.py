"""The clipboard and the screen."""
