"""Model files on this computer: which are worth having, how they are fetched, kept, measured and removed."""
