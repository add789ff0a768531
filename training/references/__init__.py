"""Reference masks of left lung, right lung and trachea, made by a classical algorithm with repair recipes.

The network is trained on these masks. `recipes.toml` declares one entry per scan; the same data and the same
recipes always give the same masks (``python -m training.references --data DIR --out DIR``).
"""
