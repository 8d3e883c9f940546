"""The Usage screen: what was spent, on what, and how the caps stand; sellers compared; what a prompt is made of."""
