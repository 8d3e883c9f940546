"""Parts of screens. They know the theme and the words, no runtime."""
