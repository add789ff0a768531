"""The 3-D view: surfaces of the segments, drawn off screen by a thread of its own."""
