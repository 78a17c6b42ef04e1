"""Writes normal.txt: the data of the known values of predictivity, one row of X, Y and W for each of 100 conditions.

    python normal.py > normal.txt

It needs NumPy; its legacy generator draws the same numbers in every version.
"""

import numpy as np

np.random.seed(1337)
x = np.random.randn(100, 10)
y = np.random.randn(100, 10) + x
np.random.randn(100, 8)  # Z, which no known value uses
w = np.random.randn(100, 7) + x[:, :7]
print("# numpy.random.seed(1337); X = randn(100, 10); Y = randn(100, 10) + X; randn(100, 8); W = randn(100, 7) + X[:, :7]")
for row in np.hstack([x, y, w]):
    print(" ".join(repr(float(value)) for value in row))
