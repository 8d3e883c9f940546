"""Work that starts by itself: schedules, file watches, their slots, and what came of them."""
