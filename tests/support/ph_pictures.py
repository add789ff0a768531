"""Drawn chest pictures in the style of the PH collection, with a trunk whose width tells the class."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from skimage.io import imsave

FOLDERS = ("Control", "Group1", "Group2", "Group3")


def _disc(shape, row, column, height, width):
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return ((rows - row) / height) ** 2 + ((columns - column) / width) ** 2 <= 1


def chest(trunk=14.0, seed=0, shape=(240, 300), *, couch=True) -> np.ndarray:
    """Body, two black lungs, white aorta and trunk, grey muscle, couch line; 8 bit."""
    rng = np.random.default_rng(seed)
    rows, columns = shape
    row, column = rows * 0.46 + rng.integers(-4, 5), columns / 2 + rng.integers(-4, 5)
    lean = rng.uniform(0.75, 1.05)
    picture = np.zeros(shape, np.float64)
    picture[_disc(shape, row, column, rows * 0.38, columns * 0.44)] = 124
    for side in (-1, 1):
        tilt = rng.uniform(-7, 7)
        picture[_disc(shape, row + tilt, column + side * columns * 0.2, rows * 0.26 * lean, columns * 0.15)] = 0
    # A mediastinum of its own for every seed, so that different seeds are different patients.
    for _ in range(14):
        where = (row + rng.uniform(-50, 55), column + rng.uniform(-45, 45))
        spot = _disc(shape, *where, rng.uniform(5, 16), rng.uniform(5, 16))
        picture[spot] = rng.uniform(90, 255)
    for _ in range(30):
        where = (row + rng.uniform(-40, 40), column + rng.uniform(-100, 100))
        picture[_disc(shape, *where, rng.uniform(2, 6), rng.uniform(2, 6))] = 230
    picture[_disc(shape, row - 22, column + 14, trunk, trunk)] = 255
    if couch:
        picture[int(rows * 0.93) : int(rows * 0.93) + 3] = 200
    return np.clip(picture + rng.normal(0, 2, shape) * (picture > 0), 0, 255).astype(np.uint8)


def write_collection(root: Path, patients=4, per_patient=2) -> Path:
    """Folders per class; pictures of one patient differ by a little noise."""
    number = 0
    lines = ["class,file,group_est"]
    for index, folder in enumerate(FOLDERS):
        (root / folder).mkdir(parents=True)
        for patient in range(patients):
            for copy in range(per_patient):
                number += 1
                picture = chest(10 + 4 * index, seed=100 * index + patient).astype(int)
                noise = np.random.default_rng(number).normal(0, 2, picture.shape)
                name = f"{(index + 3) % 4 + 1} ({number}).png"
                imsave(root / folder / name, np.clip(picture + noise, 0, 255).astype(np.uint8), check_contrast=False)
                lines.append(f"{folder},{name},{index * 100 + patient * 10 + copy}")
    (root / "groups_estimated.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root
