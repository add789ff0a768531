"""The slice view: fused image and overlay, annotations, pointer events."""
