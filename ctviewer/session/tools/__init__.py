"""Editing tools: Qt-free pointer events in, regions out."""
