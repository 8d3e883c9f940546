"""Labels, for who judges by them; their definition is vocabulary."""

from agent.labels import APP, INTEGRITIES, SECRECIES, USER, Integrity, Label, Secrecy

__all__ = ["APP", "INTEGRITIES", "SECRECIES", "USER", "Integrity", "Label", "Secrecy"]
