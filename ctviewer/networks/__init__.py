"""Every network architecture, torch only, in a closed registry."""
