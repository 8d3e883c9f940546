"""Budgets: what a model call may cost at most is reserved before it is made, and settled with what it took.

The door is `Ledger` (reserve, settle, give back); `Meter` puts it around a gateway. See docs/budgets.md.
"""
