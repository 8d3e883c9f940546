"""What the screens show, as plain objects that need no widget."""
