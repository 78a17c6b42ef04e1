"""CKA and CCA in NumPy, as a careful user would write them, timed on the data that a benchmark left behind.

Started by representations.rs; prints {name: seconds} as JSON. Every thread that NumPy's products can use is theirs.
"""

import json
import sys
import time

import numpy as np
from scipy import stats


def once(call):
    """What takes many seconds is timed once, after a product has woken the threads."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def shortest(call, times=3):
    call()
    return min(once(call) for _ in range(times))


def linear_cka(xs, ys, unbiased):
    """All pairs by features: every layer is centred once, its own norm computed once."""

    def centred(x):
        return x - x.mean(axis=0)

    def product(x, y, a, b):
        n = len(x)
        full = np.sum((x.T @ y) ** 2)
        if not unbiased:
            return full
        return full - n / (n - 2) * a @ b + a.sum() * b.sum() / ((n - 1) * (n - 2))

    xs, ys = [[centred(x) for x in layers] for layers in (xs, ys)]
    a, b = [[np.einsum("ij,ij->i", x, x) for x in layers] for layers in (xs, ys)]
    own_x = [np.sqrt(product(x, x, s, s)) for x, s in zip(xs, a)]
    own_y = [np.sqrt(product(y, y, s, s)) for y, s in zip(ys, b)]
    return [[product(x, y, a[i], b[j]) / own_x[i] / own_y[j] for j, y in enumerate(ys)] for i, x in enumerate(xs)]


def rbf_cka(x, y):
    """Both kernels with the median distance as their bandwidth, centred by their means."""

    def kernel(x):
        x = x - x.mean(axis=0)
        lengths = np.einsum("ij,ij->i", x, x)
        distances = lengths[:, None] + lengths[None, :] - 2 * (x @ x.T)
        median = np.median(distances[np.triu_indices(len(x), 1)])
        kernel = np.exp(distances / (-2 * median))
        means = kernel.mean(axis=0)
        kernel -= means
        kernel -= means[:, None]
        kernel += means.mean()
        return kernel

    k, l = kernel(x), kernel(y)
    return np.vdot(k, l) / np.sqrt(np.vdot(k, k) * np.vdot(l, l))


def bases(x, keep=None):
    u, s, _ = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    if keep is None:
        return u[:, s > s[0] * 1e-12]
    return u[:, : np.searchsorted(np.cumsum(s**2) / np.sum(s**2), keep) + 1]


def cca(x, y, keep=None):
    """By singular value decompositions of both sides."""
    return np.linalg.svd(bases(x, keep).T @ bases(y, keep), compute_uv=False).mean()


def pwcca(x, y):
    qx, qy = bases(x), bases(y)
    u, rho, _ = np.linalg.svd(qx.T @ qy)
    weights = np.abs((qx @ u[:, : len(rho)]).T @ (x - x.mean(axis=0))).sum(axis=1)
    return weights @ rho / weights.sum()


def cca_by_covariance(x, y, epsilon=1e-10):
    """The route of the scripts that introduced SVCCA and PWCCA: inverse square roots of covariance matrices."""

    def inverse_root(covariance):
        values, vectors = np.linalg.eigh(np.linalg.pinv(covariance))
        return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T

    p = x.shape[1]
    covariance = np.cov(x.T, y.T)
    xx, xy, yy = covariance[:p, :p], covariance[:p, p:], covariance[p:, p:]
    top = max(np.abs(xx).max(), np.abs(yy).max())
    left = inverse_root(xx / top + epsilon * np.eye(p))
    right = inverse_root(yy / top + epsilon * np.eye(y.shape[1]))
    u, rho, v = np.linalg.svd(left @ (xy / top) @ right)
    return u, rho, v, left


def pwcca_by_covariance(x, y):
    u, rho, _, left = cca_by_covariance(x, y)
    centred = x - x.mean(axis=0)
    weights = np.abs((centred @ left @ u[:, : len(rho)]).T @ centred).sum(axis=1)
    return weights @ rho / weights.sum()


def svcca_by_covariance(x, y, keep=0.99):
    def reduced(x):
        u, s, _ = np.linalg.svd((x - x.mean(axis=0)).T, full_matrices=False)
        count = np.searchsorted(np.cumsum(s**2) / np.sum(s**2), keep) + 1
        return u[:, :count].T @ (x - x.mean(axis=0)).T

    return cca_by_covariance(reduced(x).T, reduced(y).T)[1].mean()


def correlation_rdm(x):
    x = x - x.mean(axis=1, keepdims=True)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    return 1 - x @ x.T


def all_pairs_of_layers(load, pools):
    widths = {key: load(f"widths-{key}").astype(int).ravel() for key in ("linear", "log")}
    found = {}
    for key in widths:
        xs, ys = [[np.ascontiguousarray(pool[:, :p]) for p in widths[key]] for pool in pools]
        for name, unbiased in (("biased", False), ("unbiased", True)):
            found[f"cka {name}, {key} widths"] = once(lambda: linear_cka(xs, ys, unbiased))
    return found


def single_pairs(load, pools):
    found = {}
    x, y = [np.ascontiguousarray(pool[:, : pool.shape[1] // 4]) for pool in pools]
    found["cka rbf"] = shortest(lambda: rbf_cka(x, y), 2)
    x, y = load("tall-a"), load("tall-b")
    found["cca"] = shortest(lambda: cca(x, y))
    found["svcca"] = shortest(lambda: cca(x, y, 0.99))
    found["pwcca"] = shortest(lambda: pwcca(x, y))
    found["cca by covariance"] = shortest(lambda: cca_by_covariance(x, y))
    found["svcca by covariance"] = shortest(lambda: svcca_by_covariance(x, y), 2)
    found["pwcca by covariance"] = shortest(lambda: pwcca_by_covariance(x, y))
    a, b = load("rdm-a").ravel(), load("rdm-b").ravel()
    found["kendall"] = shortest(lambda: stats.kendalltau(a, b))
    found["spearman"] = shortest(lambda: stats.spearmanr(a, b))
    x = load("patterns")
    found["x @ x.T"] = shortest(lambda: x @ x.T)
    found["correlation rdm"] = shortest(lambda: correlation_rdm(x))
    return found


def main(directory, what):
    def load(name):
        return np.load(f"{directory}/{name}.npy")

    pools = [load("pool-a"), load("pool-b")]
    return {"layers": all_pairs_of_layers, "pairs": single_pairs}[what](load, pools)


if __name__ == "__main__":
    warm = np.ones((500, 500))
    warm @ warm
    print(json.dumps(main(*sys.argv[1:])))
