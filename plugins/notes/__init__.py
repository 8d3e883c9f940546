"""Notes and to-dos in a folder of Markdown files."""
