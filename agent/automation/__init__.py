"""Work that starts by itself: schedules, file watches, and the rows that say what became of each slot."""
