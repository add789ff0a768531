"""What the program persists: annotations, journal, models, training runs."""
