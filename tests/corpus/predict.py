"""Predictivity from its definition, fold by fold, in NumPy and 64 bits: an independent computation for the corpus.

    python predict.py FILE.toml      prints values of measures for the x and y of a file of the corpus

Nothing here is in closed form: leaving one out fits anew, ridge regression solves its normal equations, and partial least
squares deflates features and targets.
"""

import sys
import tomllib

import numpy as np

MASK = (1 << 64) - 1
STEP = 0x9E3779B97F4A7C15
MULTIPLES = [10.0 ** (k / 2) for k in range(-8, 9)]


# Folds

def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def shuffled(seed, draw, n):
    start = mix((mix((seed + STEP) & MASK) + draw * STEP) & MASK)
    return sorted(range(n), key=lambda i: (mix((start + (i + 1) * STEP) & MASK), i))


def folds(n, count, seed=0, given=False):
    order = list(range(n)) if given else shuffled(seed, 0, n)
    sizes = [n // count + (k < n % count) for k in range(count)]
    ends = np.cumsum([0] + sizes)
    return [sorted(order[a:b]) for a, b in zip(ends, ends[1:])]


def splits(n, count, share, seed):
    return [sorted(shuffled(seed, k + 1, n)[:max(1, round(share * n))]) for k in range(count)]


# Maps: functions of training features, training targets and test features, that return predictions

def linear(x, y, t):
    return y.mean(0) + (t - x.mean(0)) @ np.linalg.lstsq(x - x.mean(0), y - y.mean(0), rcond=None)[0]


def ridge(penalty):
    def fit(x, y, t):
        c = x - x.mean(0)
        weights = np.linalg.solve(c.T @ c + penalty * np.eye(x.shape[1]), c.T @ (y - y.mean(0)))
        return y.mean(0) + (t - x.mean(0)) @ weights
    return fit


def unit(x):
    c = x - x.mean(0)
    return (c ** 2).sum() / np.linalg.matrix_rank(c)


def relative(multiple):
    return lambda x, y, t: ridge(multiple * unit(x))(x, y, t)


def loo_errors(x, y, multiple):
    """Squared errors; the penalty is that of all training rows."""
    keep = lambda i: np.arange(len(x)) != i
    penalty = multiple * unit(x)
    left = [y[i] - ridge(penalty)(x[keep(i)], y[keep(i)], x[[i]])[0] for i in range(len(x))]
    return (np.array(left) ** 2).sum(0)


def loo(x, y, t):
    return relative(min(MULTIPLES, key=lambda a: loo_errors(x, y, a).sum()))(x, y, t)


def loo_per_site(x, y, t):
    best = np.argmin([loo_errors(x, y, a) for a in MULTIPLES], 0)
    return np.column_stack([relative(MULTIPLES[a])(x, y[:, [s]], t)[:, 0] for s, a in enumerate(best)])


def pls(count):
    def fit(x, y, t):
        e, f = x - x.mean(0), y - y.mean(0)
        w, p, q = [], [], []
        for _ in range(count):
            w.append(np.linalg.svd(e.T @ f)[0][:, 0])
            scores = e @ w[-1]
            p.append(e.T @ scores / (scores @ scores))
            q.append(f.T @ scores / (scores @ scores))
            e, f = e - np.outer(scores, p[-1]), f - np.outer(scores, q[-1])
        w, p, q = (np.array(v).T for v in (w, p, q))
        return y.mean(0) + (t - x.mean(0)) @ w @ np.linalg.inv(p.T @ w) @ q.T
    return fit


def simpls(count):
    """De Jong 1993: cross products are deflated, not the features."""
    def fit(x, y, t):
        c, d = x - x.mean(0), y - y.mean(0)
        s, r, q, v = c.T @ d, [], [], []
        for _ in range(count):
            w = np.linalg.svd(s)[0][:, 0]
            scores = c @ w
            w, scores = w / np.linalg.norm(scores), scores / np.linalg.norm(scores)
            loading = c.T @ scores
            base = loading - sum((b * (b @ loading) for b in v), np.zeros_like(loading))
            base /= np.linalg.norm(base)
            s = s - np.outer(base, base @ s)
            r.append(w), q.append(d.T @ scores), v.append(base)
        return y.mean(0) + (t - x.mean(0)) @ np.array(r).T @ np.array(q)
    return fit


def one_to_one(absolute=False):
    def fit(x, y, t):
        r = np.corrcoef(x.T, y.T)[:x.shape[1], x.shape[1]:]
        best = np.argmax(abs(r) if absolute else r, 0)
        sign = np.sign(r[best, range(len(best))]) if absolute else 1.0
        return t[:, best] * sign
    return fit


# Scores

def pearson(x, y, fit, tests):
    found = []
    for test in tests:
        train = np.setdiff1d(range(len(x)), test)
        p = fit(x[train], y[train], x[test])
        found.append([np.corrcoef(p[:, s], y[test, s])[0, 1] for s in range(y.shape[1])])
    return np.median(np.mean(found, 0))


def r2(x, y, fit, tests, all_rows=False):
    residual, total = 0, 0
    for test in tests:
        train = np.setdiff1d(range(len(x)), test)
        p, mean = fit(x[train], y[train], x[test]), y[train].mean(0)
        if all_rows:
            p, mean = p - mean + y.mean(0), y.mean(0)
        residual = residual + ((y[test] - p) ** 2).sum(0)
        total = total + ((y[test] - mean) ** 2).sum(0)
    return np.median(1 - residual / total)


def pooled(x, y, fit, tests):
    p = np.empty_like(y)
    for test in tests:
        train = np.setdiff1d(range(len(x)), test)
        p[test] = fit(x[train], y[train], x[test])
    return np.median([np.corrcoef(p[:, s], y[:, s])[0, 1] for s in range(y.shape[1])])


def values(x, y):
    n = len(x)
    five = folds(n, 5)
    return {
        'predict': lambda: pearson(x, y, loo, five),
        'predict:map=linear': lambda: pearson(x, y, linear, five),
        'predict:map=ridge(loo-per-site)': lambda: pearson(x, y, loo_per_site, five),
        'predict:map=ridge(relative(0.1))': lambda: pearson(x, y, relative(0.1), five),
        'predict:map=ridge(1)': lambda: pearson(x, y, ridge(1), five),
        'predict:map=pls(2)': lambda: pearson(x, y, pls(2), five),
        'predict:map=one-to-one': lambda: pearson(x, y, one_to_one(), five),
        'predict:map=one-to-one(absolute)': lambda: pearson(x, y, one_to_one(True), five),
        'predict:map=ridge(loo-per-site),score=r2': lambda: r2(x, y, loo_per_site, five),
        'predict:map=ridge(1),score=r2': lambda: r2(x, y, ridge(1), five),
        'predict:map=linear,score=r2': lambda: r2(x, y, linear, five),
        'predict:map=one-to-one,score=r2': lambda: r2(x, y, one_to_one(), five),
        'predict:map=ridge(relative(0.1)),folds=loo,score=r2': lambda: r2(x, y, relative(0.1), [[i] for i in range(n)]),
        'predict:folds=3,order=given': lambda: pearson(x, y, loo, folds(n, 3, given=True)),
        'predict:map=one-to-one,folds=3,order=given': lambda: pearson(x, y, one_to_one(), folds(n, 3, given=True)),
        'predict:map=one-to-one,splits=10,test=0.25,seed=3,from=second':
            lambda: pearson(y, x, one_to_one(), splits(n, 10, 0.25, 3)),
        'predict:splits=10,test=0.25,seed=3,from=second': lambda: pearson(y, x, loo, splits(n, 10, 0.25, 3)),
    }


CIRCULATING = {
    'predict:map=ridge(1)': ('the correlation of all predictions together', lambda x, y: pooled(x, y, ridge(1), folds(len(x), 5))),
    'predict:map=pls(2)': ('SIMPLS, which is another method for several sites', lambda x, y: pearson(x, y, simpls(2), folds(len(x), 5))),
    'predict:map=linear,score=r2': ('the intercept of all rows', lambda x, y: r2(x, y, linear, folds(len(x), 5), True)),
}

ORIGIN = 'tests/corpus/predict.py: by the definition, fold by fold; NumPy in 64 bits'


def main(path):
    found = tomllib.load(open(path, 'rb'))
    x, y = np.array(found['x']), np.array(found['y'])
    for measure, value in values(x, y).items():
        print(f'\n[[case]]\nmeasure = "{measure}"')
        correlates = 'r2' not in measure and 'folds=3' not in measure and 'splits' not in measure
        if correlates and len(x) < 15:
            print('error = "TooFewConditions"\norigin = "a fold of two conditions has no correlation worth its name"')
            continue
        print(f'value = {float(value())!r}\norigin = "{ORIGIN}"')
        if measure in CIRCULATING:
            what, wrong = CIRCULATING[measure]
            print(f'[[case.circulating]]\nwhat = "{what}"\nvalue = {float(wrong(x, y))!r}')


if __name__ == '__main__':
    main(sys.argv[1])
