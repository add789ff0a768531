"""What each action of the table does: one method per row, grouped by menu."""
