"""PDF, Word, Excel and PowerPoint files: read as Markdown, and made from it."""
