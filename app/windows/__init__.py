"""Whole screens: widgets put together over view models."""
