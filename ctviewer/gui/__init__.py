"""Qt widgets: thin views over session state."""
