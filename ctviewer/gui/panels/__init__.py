"""Side panels: bind widgets to session state, store nothing."""
