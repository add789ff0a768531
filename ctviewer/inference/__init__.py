"""Volume in, prediction out (torch). Opens no image files."""
