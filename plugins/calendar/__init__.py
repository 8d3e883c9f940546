"""Calendars in a folder of .ics files (iCalendar, RFC 5545)."""
