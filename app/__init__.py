"""The desktop shell: everything that touches PySide6."""
