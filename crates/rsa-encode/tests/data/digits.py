"""Write digits.f32 and print the values that the tests of classifiers and kernel analysis expect of it.

digits.f32: conv3 and conv5 (32 features each) of a small network for 300 images of digits, 30 a class, as
little-endian 32-bit floats, image by image; and digits.txt, their classes. The network is the first of those in
crates/rsa-run/data, which keeps half of the images.

Run from this folder: python digits.py FOLDER (NumPy, SciPy, scikit-learn); FOLDER holds net0.npz and labels.npy.
"""
import sys

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestCentroid
from scipy.optimize import minimize

folder = sys.argv[1]
net, classes = np.load(f"{folder}/net0.npz"), np.load(f"{folder}/labels.npy")
layers = {name: net[name].astype(np.float32) for name in ("conv3", "conv5")}
np.hstack(list(layers.values())).astype("<f4").tofile("digits.f32")
open("digits.txt", "w").write("".join(str(c) for c in classes) + "\n")

rank = np.array([np.sum(classes[:i] == c) for i, c in enumerate(classes)])
folds = [(rank % 5 != f, rank % 5 == f) for f in range(5)]


def standardized(train, test):
    mean, sd = train.mean(0), train.std(0)
    sd[sd == 0] = 1
    return (train - mean) / sd, (test - mean) / sd


def accuracy(x, make, scale=False):
    right = 0
    for train, test in folds:
        a, b = (standardized(x[train], x[test]) if scale else (x[train], x[test]))
        right += np.sum(make().fit(a, classes[train]).predict(b) == classes[test])
    return right / len(classes)


for name, x in layers.items():
    x = x.astype(np.float64)
    lda = lambda shrinkage: lambda: LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage)
    print(name, "nearest mean", accuracy(x, NearestCentroid))
    print(name, "pooled", accuracy(x, lda(None)))
    print(name, "by class", accuracy(x, lda("auto")))
    print(name, "logistic", accuracy(x, lambda: LogisticRegression(C=1, tol=1e-10, max_iter=10000), scale=True))

x = standardized(layers["conv3"].astype(np.float64), layers["conv3"].astype(np.float64))[0]
binary = np.isin(classes, [0, 3, 5, 8, 9]).astype(int)


def log_loss(model, y):
    p = model.predict_log_proba(x)
    return 0.5 * np.sum(model.coef_**2) - np.sum(p[np.arange(len(y)), y])


for what, y in (("binary", binary), ("ten classes", classes)):
    model = LogisticRegression(C=1, tol=1e-12, max_iter=100000).fit(x, y)
    print("logistic objective", what, repr(log_loss(model, y)))

y = 2.0 * binary - 1


def squared_hinge(v):
    lacking = np.maximum(0, 1 - y * (x @ v[:-1] + v[-1]))
    gradient = -2 * (y * lacking)
    return (
        0.5 * v[:-1] @ v[:-1] + lacking @ lacking,
        np.append(v[:-1] + x.T @ gradient, gradient.sum()),
    )


best = minimize(squared_hinge, np.zeros(33), jac=True, method="L-BFGS-B", options=dict(maxiter=100000, ftol=1e-16, gtol=1e-10))
print("squared hinge objective", repr(best.fun), "intercept", best.x[-1])
