"""Re-derives numbers of the corpus from the definitions, in 50 digits, and what circulating implementations give.

    python oracle.py golden FILE     compares golden.toml, given as FILE, with the values found here, and prints these
    python oracle.py shapes FILE     prints the values of shapes, neighbors and distance kernels for the x and y of FILE
    python oracle.py write FOLDER    writes the files of this oracle into FOLDER

It needs NumPy and mpmath. NumPy is used for its generator and to imitate defects in single and double precision; all
correct values are computed by mpmath.

A new measure is a function of its definition and a line of `golden`. Copy the value that is printed into golden.toml. For
other files, such as tall.toml, call the function with their x and y.
"""

import sys
import tomllib

import mpmath as mp
import numpy as np

mp.mp.dps = 50


# Matrices

def matrix(rows):
    return mp.matrix([[mp.mpf(float(v)) for v in row] for row in rows])


def column_means(x):
    return [mp.fsum(x[i, j] for i in range(x.rows)) / x.rows for j in range(x.cols)]


def centered(x):
    means = column_means(x)
    return mp.matrix([[x[i, j] - means[j] for j in range(x.cols)] for i in range(x.rows)])


def inner(a, b):
    return mp.fsum(a[i, j] * b[i, j] for i in range(a.rows) for j in range(a.cols))


def svd(x):
    """Singular values, largest first, and left singular vectors as columns, noise directions left out."""
    if x.rows >= x.cols:
        u, s, v = mp.svd_r(x)
    else:
        v, s, u = mp.svd_r(x.T)
        u = u.T
    order = sorted(range(len(s)), key=lambda k: -s[k])
    order = [k for k in order if s[k] > mp.mpf(10) ** -30 * s[order[0]]]
    return [s[k] for k in order], mp.matrix([[u[i, k] for k in order] for i in range(u.rows)])


def columns(x, count):
    return mp.matrix([[x[i, j] for j in range(count)] for i in range(x.rows)])


# CKA

def linear(x):
    return x * x.T


def rbf(x, sigma_squared):
    return mp.matrix([[mp.exp(-sq(x, i, j) / (2 * sigma_squared)) for j in range(x.rows)] for i in range(x.rows)])


def sq(x, i, j):
    return mp.fsum((x[i, k] - x[j, k]) ** 2 for k in range(x.cols))


def median(values):
    values = sorted(values)
    m = len(values) // 2
    return values[m] if len(values) % 2 else (values[m - 1] + values[m]) / 2


def pairs(n):
    return [(i, j) for i in range(n) for j in range(i + 1, n)]


def median_kernel(x, t):
    return rbf(x, t * t * median([sq(x, i, j) for i, j in pairs(x.rows)]))


def double_centered(k):
    n = k.rows
    rows = [mp.fsum(k[i, j] for j in range(n)) / n for i in range(n)]
    cols = [mp.fsum(k[i, j] for i in range(n)) / n for j in range(n)]
    total = mp.fsum(rows) / n
    return mp.matrix([[k[i, j] - rows[i] - cols[j] + total for j in range(n)] for i in range(n)])


def biased(k, l):
    return inner(double_centered(k), double_centered(l)) / mp.mpf(k.rows - 1) ** 2


def unbiased(k, l):
    """Song et al. 2012, equation 5."""
    n = k.rows
    hollow = lambda m: mp.matrix([[0 if i == j else m[i, j] for j in range(n)] for i in range(n)])
    k, l = hollow(k), hollow(l)
    sums = lambda m: [mp.fsum(m[i, j] for j in range(n)) for i in range(n)]
    rows_k, rows_l = sums(k), sums(l)
    joint = mp.fsum(p * q for p, q in zip(rows_k, rows_l))
    total = mp.fsum(rows_k) * mp.fsum(rows_l)
    return (inner(k, l) + total / ((n - 1) * mp.mpf(n - 2)) - 2 * joint / mp.mpf(n - 2)) / (n * mp.mpf(n - 3))


def cka(k, l, hsic=biased):
    return hsic(k, l) / mp.sqrt(hsic(k, k) * hsic(l, l))


# CCA

def correlations(a, b):
    s, _ = svd(a.T * b)
    return s


def basis(x):
    return svd(centered(x))[1]


def mean_rho(rho, power=1):
    return mp.fsum(r ** power for r in rho) / len(rho)


def cca(x, y, power=1):
    a, b = basis(x), basis(y)
    rho = correlations(a, b)
    count = min(a.cols, b.cols)
    return mp.fsum(r ** power for r in rho) / count


def kept(sigma, share):
    total = mp.fsum(s * s for s in sigma)
    held = mp.mpf(0)
    for k, s in enumerate(sigma):
        held += s * s
        if held >= share * total * (1 - mp.mpf(10) ** -30):
            return k + 1
    return len(sigma)


def svcca(x, y, rule):
    sides = []
    for z in (x, y):
        sigma, u = svd(centered(z))
        sides.append(columns(u, rule(sigma)))
    return mp.fsum(correlations(*sides)) / min(s.cols for s in sides)


def pwcca_weights(x, y):
    a, b = basis(x), basis(y)
    rho, u = svd(a.T * b)
    projections = (a * u).T * centered(x)
    return rho, [mp.fsum(abs(projections[i, j]) for j in range(x.cols)) for i in range(len(rho))]


def pwcca(x, y):
    rho, weights = pwcca_weights(x, y)
    return mp.fsum(r * w for r, w in zip(rho, weights)) / mp.fsum(weights)


# RSA

def rdm(x, distance):
    return [distance(x, i, j) for i, j in pairs(x.rows)]


def euclidean(x, i, j):
    return mp.sqrt(sq(x, i, j))


def pattern(x, i, center):
    p = [x[i, k] for k in range(x.cols)]
    m = mp.fsum(p) / len(p) if center else 0
    return [v - m for v in p]


def angle(center):
    def distance(x, i, j):
        a, b = pattern(x, i, center), pattern(x, j, center)
        dot = lambda u, v: mp.fsum(p * q for p, q in zip(u, v))
        return 1 - dot(a, b) / mp.sqrt(dot(a, a) * dot(b, b))
    return distance


def pearson(a, b):
    ma, mb = mp.fsum(a) / len(a), mp.fsum(b) / len(b)
    a, b = [v - ma for v in a], [v - mb for v in b]
    return cosine(a, b)


def cosine(a, b):
    dot = lambda u, v: mp.fsum(p * q for p, q in zip(u, v))
    return dot(a, b) / mp.sqrt(dot(a, a) * dot(b, b))


def close(a, b):
    return abs(a - b) < mp.mpf(10) ** -30


def mid_ranks(values):
    order = sorted(range(len(values)), key=lambda k: values[k])
    ranks, start = [None] * len(values), 0
    for end in range(1, len(order) + 1):
        if end == len(order) or not close(values[order[end - 1]], values[order[end]]):
            for k in order[start:end]:
                ranks[k] = mp.mpf(start + end + 1) / 2
            start = end
    return ranks


def ordinal_ranks(values):
    order = sorted(range(len(values)), key=lambda k: values[k])
    ranks = [0] * len(values)
    for rank, k in enumerate(order):
        ranks[k] = mp.mpf(rank)
    return ranks


def spearman(a, b):
    return pearson(mid_ranks(a), mid_ranks(b))


def bures(x, y):
    a, b = centered(x), centered(y)
    return mp.fsum(svd(a.T * b)[0]) / mp.sqrt(inner(a, a) * inner(b, b))


# Shapes (Williams et al. 2021)

def configuration(x, alpha):
    """Left singular vectors, weighted by alpha times the extents plus 1 - alpha, of Frobenius norm 1."""
    sigma, u = svd(centered(x))
    typical = mp.sqrt(mp.fsum(s * s for s in sigma) / len(sigma))
    weights = [alpha * s / typical + 1 - alpha for s in sigma]
    norm = mp.sqrt(mp.fsum(w * w for w in weights))
    return mp.matrix([[u[i, k] * weights[k] / norm for k in range(u.cols)] for i in range(u.rows)])


def nuclear(a, b):
    """The nuclear norm of the product, twice: from singular values, and from the eigenvalues of its square."""
    products = a.T * b
    norm = mp.fsum(svd(products)[0])
    square = products.T * products if products.cols <= products.rows else products * products.T
    again = mp.fsum(mp.sqrt(abs(value)) for value in mp.eigsy(square, eigvals_only=True))
    assert abs(norm - again) < mp.mpf(10) ** -20
    return norm


def shape_cosine(x, y, alpha):
    return nuclear(configuration(x, alpha), configuration(y, alpha))


def size_and_shape(x, y):
    a, b = centered(x), centered(y)
    return mp.sqrt(inner(a, a) + inner(b, b) - 2 * nuclear(a, b))


# Neighbors (Huh et al. 2024)

def neighbor_weights(distances, k):
    """Weight 1 for what is strictly nearer than the k-th; the tied share the other places."""
    order = sorted(distances.values())
    edge = order[k - 1]
    nearer = [j for j, d in distances.items() if d < edge and not close(d, edge)]
    tied = [j for j, d in distances.items() if close(d, edge)]
    return {**{j: mp.mpf(1) for j in nearer}, **{j: mp.mpf(k - len(nearer)) / len(tied) for j in tied}}


def neighbors(x, distance, k):
    others = lambda i: [j for j in range(x.rows) if j != i]
    return [neighbor_weights({j: distance(x, i, j) for j in others(i)}, k) for i in range(x.rows)]


def knn(x, y, distance, k, jaccard=False):
    scores = []
    for a, b in zip(neighbors(x, distance, k), neighbors(y, distance, k)):
        both = mp.fsum(min(a[j], b[j]) for j in a.keys() & b.keys())
        scores.append(both / (2 * k - both if jaccard else k))
    return mp.fsum(scores) / len(scores)


def unit_rows(x):
    return mp.matrix([[v / mp.sqrt(mp.fsum(w * w for w in row)) for v in row] for row in x.tolist()])


def cknna(x, y, k):
    n, grams = x.rows, [linear(x), linear(y)]
    masks = [[neighbor_weights({j: -g[i, j] for j in range(n) if j != i}, k) for i in range(n)] for g in grams]

    def masked(a, b):
        weight = lambda i, j: min(masks[a][i].get(j, 0), masks[b][i].get(j, 0))
        make = lambda g: mp.matrix([[weight(i, j) * g[i, j] for j in range(n)] for i in range(n)])
        p, q = make(grams[a]), make(grams[b])
        total = lambda m: mp.fsum(m)
        trace = mp.fsum(p[i, j] * q[j, i] for i in range(n) for j in range(n))
        columns_p = [mp.fsum(p[i, j] for i in range(n)) for j in range(n)]
        rows_q = [mp.fsum(q[j, i] for i in range(n)) for j in range(n)]
        cross = mp.fsum(c * r for c, r in zip(columns_p, rows_q))
        return trace + total(p) * total(q) / ((n - 1) * mp.mpf(n - 2)) - 2 * cross / mp.mpf(n - 2)
    return masked(0, 1) / mp.sqrt(masked(0, 0) * masked(1, 1))


def distance_kernel(x):
    return mp.matrix([[-mp.sqrt(sq(x, i, j)) for j in range(x.rows)] for i in range(x.rows)])


def shapes(x, y):
    """The values of shapes, neighbors and distance kernels."""
    values = {}
    for word, alpha in [('procrustes', mp.mpf(1)), ('shape:alpha=0.5', mp.mpf(1) / 2), ('shape:alpha=0', mp.mpf(0))]:
        cosine = shape_cosine(x, y, alpha)
        values[word] = mp.acos(cosine)
        if alpha == 1:
            values[f'{word}:distance=chordal'] = mp.sqrt(2 - 2 * cosine)
            values[f'{word}:distance=similarity'] = cosine
    values['shape:alpha=1,scale=keep'] = size_and_shape(x, y)
    for k in (3, 5, 10):
        for metric, distance in [('cosine', angle(False)), ('euclidean', euclidean), ('correlation', angle(True))]:
            for compare in ('overlap', 'jaccard'):
                values[f'knn:k={k},metric={metric},compare={compare}'] = knn(x, y, distance, k, compare == 'jaccard')
            chance = mp.mpf(k) / (x.rows - 1)
            overlap = values[f'knn:k={k},metric={metric},compare=overlap']
            values[f'knn:k={k},metric={metric},chance=corrected'] = (overlap - chance) / (1 - chance)
        values[f'cknna:k={k}'] = cknna(unit_rows(x), unit_rows(y), k)
        values[f'cknna:k={k},rows=raw'] = cknna(x, y, k)
    values['cka:kernel=distance'] = cka(distance_kernel(x), distance_kernel(y))
    values['cka:kernel=distance,hsic=unbiased'] = cka(distance_kernel(x), distance_kernel(y), unbiased)
    return values


# What circulates

def bug_svcca_first_component(sigma):
    """ReSi: shares of the variance are compared with 0.99 times the variance, which none reaches."""
    assert mp.fsum(s * s for s in sigma) > 1.02
    return 1


def bug_svcca_sum_of_sigma(sigma):
    """anatome and others: the share of the sum of singular values."""
    total, held = mp.fsum(sigma), mp.mpf(0)
    for k, s in enumerate(sigma):
        held += s
        if held >= mp.mpf('0.99') * total:
            return k + 1
    return len(sigma)


def bug_svcca_strict(sigma):
    """anatome: the direction that crosses the share is dropped."""
    return max(kept(sigma, mp.mpf('0.99')) - 1, 1)


def bug_svcca_uncentred(x, y):
    """The singular values and directions of the features as they are."""
    sides = []
    for z in (x, y):
        sigma, u = svd(z)
        sides.append(basis(columns(u, kept(sigma, mp.mpf('0.99')))))
    return mp.fsum(correlations(*sides)) / min(s.cols for s in sides)


def bug_svcca_rows_centred(x, y):
    """RTD: the mean over features is subtracted from each condition."""
    turn = lambda z: centered(z.T).T
    sides = []
    for z in (x, y):
        sigma, u = svd(turn(z))
        sides.append(columns(u, kept(sigma, mp.mpf('0.99'))))
    return mp.fsum(correlations(*sides)) / min(s.cols for s in sides)


def bug_svcca_divided_by_features(x, y):
    """kisungyou: the sum over the directions kept is divided by the number of features."""
    a, b = [columns(svd(centered(z))[1], kept(svd(centered(z))[0], mp.mpf('0.99'))) for z in (x, y)]
    return mp.fsum(correlations(a, b)) / min(x.cols, y.cols)


def inverse_root(c, floor=0):
    values, vectors = mp.eigsy(c)
    roots = mp.diag([1 / mp.sqrt(v) if v > floor else 0 for v in values])
    return vectors * roots * vectors.T


def bug_pwcca_google(x, y):
    """google/svcca: no whitening in the directions, means of units added to directions, weights of uncentred units."""
    cx, cy = centered(x), centered(y)
    w = inverse_root(cx.T * cx) * (cx.T * cy) * inverse_root(cy.T * cy)
    rho, u = svd(w)
    directions = cx * u
    means = column_means(x)
    directions = mp.matrix([[directions[i, k] + means[k] for k in range(directions.cols)] for i in range(x.rows)])
    q = gram_schmidt(directions)
    weights = q.T * x
    alpha = [mp.fsum(abs(weights[k, j]) for j in range(x.cols)) for k in range(len(rho))]
    return mp.fsum(r * a for r, a in zip(rho, alpha)) / mp.fsum(alpha)


def bug_pwcca_anatome(x, y):
    """anatome: orthonormalised coefficients instead of directions, uncentred units."""
    cx, cy = centered(x), centered(y)
    whitening = inverse_root(cx.T * cx)
    rho, u = svd(whitening * (cx.T * cy) * inverse_root(cy.T * cy))
    q = gram_schmidt(whitening * u)
    weights = x * q
    alpha = [mp.fsum(abs(weights[i, k]) for i in range(x.rows)) for k in range(len(rho))]
    return mp.fsum(r * a for r, a in zip(rho, alpha)) / mp.fsum(alpha)


def bug_pwcca_truncated(x, y):
    """Ding et al.'s code with more units in x: all weights normalise, the first so many are summed."""
    a, b = basis(x), basis(y)
    between = a.T * b
    values, vectors = mp.eigsy(between * between.T)
    order = sorted(range(len(values)), key=lambda k: -values[k])
    u = mp.matrix([[vectors[i, k] for k in order] for i in range(vectors.rows)])
    projections = (a * u).T * centered(x)
    alpha = [mp.fsum(abs(projections[i, j]) for j in range(x.cols)) for i in range(u.cols)]
    rho = correlations(a, b)
    return mp.fsum(r * w for r, w in zip(rho, alpha)) / mp.fsum(alpha)


def gram_schmidt(m):
    q = m.copy()
    for k in range(q.cols):
        for _ in range(2):
            for l in range(k):
                dot = mp.fsum(q[i, l] * q[i, k] for i in range(q.rows))
                for i in range(q.rows):
                    q[i, k] -= dot * q[i, l]
        length = mp.sqrt(mp.fsum(q[i, k] ** 2 for i in range(q.rows)))
        for i in range(q.rows):
            q[i, k] /= length
    return q


def bug_cka_mixed_estimates(k, l):
    """kisungyou: numerator by Song et al., denominator biased."""
    return unbiased(k, l) / mp.sqrt(biased(k, k) * biased(l, l))


def bug_cka_zeroed_diagonal(k, l):
    """repsim and others: the centred Gram matrices without their diagonals."""
    k, l = double_centered(k), double_centered(l)
    for m in (k, l):
        for i in range(m.rows):
            m[i, i] = 0
    return inner(k, l) / mp.sqrt(inner(k, k) * inner(l, l))


def bug_cka_subtracted_vector(k, l):
    """dmarx: K less its diagonal as a vector, which is subtracted from every row."""
    less = lambda m: mp.matrix([[m[i, j] - m[j, j] for j in range(m.rows)] for i in range(m.rows)])
    n = k.rows
    def hsic(k, l):
        k, l = less(k), less(l)
        kl = k * l
        total = lambda m: mp.fsum(m[i, j] for i in range(n) for j in range(n))
        trace = mp.fsum(kl[i, i] for i in range(n))
        return trace + total(k) * total(l) / ((n - 1) * mp.mpf(n - 2)) - 2 * total(kl) / mp.mpf(n - 2)
    product = hsic(k, k) * hsic(l, l)
    return hsic(k, l) / mp.sqrt(product) if product > 0 else None


def bug_cka_small_constant(k, l, constant):
    """platonic-rep, numpee and others: a constant beside the product of norms."""
    return biased(k, l) / (mp.sqrt(biased(k, k) * biased(l, l)) + constant)


def bug_cka_uncentred(k, l):
    return inner(k, l) / mp.sqrt(inner(k, k) * inner(l, l))


def z_scored(x):
    c = centered(x)
    sd = [mp.sqrt(mp.fsum(c[i, j] ** 2 for i in range(c.rows)) / c.rows) for j in range(c.cols)]
    return mp.matrix([[c[i, j] / sd[j] for j in range(c.cols)] for i in range(c.rows)])


def all_squares(x):
    return [sq(x, i, j) for i in range(x.rows) for j in range(x.rows)]


def off_squares(x):
    return [sq(x, i, j) for i, j in pairs(x.rows)]


def lower_median(values):
    return sorted(values)[(len(values) - 1) // 2]


def bug_cca_threshold(x, y):
    """google/svcca: trailing correlations are dropped from the mean at .98 of their sum."""
    rho = correlations(basis(x), basis(y))
    total, held, count = mp.fsum(rho), mp.mpf(0), 0
    for r in rho:
        held += r
        count += 1
        if held >= mp.mpf('0.98') * total:
            break
    return mp.fsum(rho[:count]) / count


def bug_cca_epsilon(x, y, epsilon):
    """google/svcca: epsilon added to the covariances."""
    n = x.rows
    cx, cy = centered(x), centered(y)
    cov = lambda a, b: a.T * b / (n - 1)
    ridge = lambda c: c + epsilon * mp.eye(c.rows)
    w = inverse_root(ridge(cov(cx, cx))) * cov(cx, cy) * inverse_root(ridge(cov(cy, cy)))
    return mp.fsum(mp.svd_r(w, compute_uv=False)) / min(x.cols, y.cols)


# Files

def numbers(n, p, seed, modulus=31):
    """Eighths between -2 and 2 from a linear congruential generator, so that every digit is exact."""
    state, rows = seed, []
    for _ in range(n):
        row = []
        for _ in range(p):
            state = (1103515245 * state + 12345) % 2 ** 31
            row.append(((state >> 12) % modulus - modulus // 2) / 8)
        rows.append(row)
    return rows


def scaled(rows, factors, offsets):
    return [[v * f + o for v, f, o in zip(row, factors, offsets)] for row in rows]


def related():
    """16 x 6 and 16 x 4, which share features; scales and means differ between features."""
    shared, own, other = numbers(16, 3, 1), numbers(16, 6, 2), numbers(16, 4, 3)
    x = [[s[j % 3] + o[j] / 2 for j in range(6)] for s, o in zip(shared, own)]
    y = [[s[j % 3] + o[j] for j in range(4)] for s, o in zip(shared, other)]
    return scaled(x, [4, 2, 1, 0.5, 0.25, 0.125], [3, -1, 2, 0.5, 1, 0.25]), scaled(y, [2, 1, 0.5, 0.25], [1, 4, -2, 1])


ORIGIN = 'definition, mpmath 1.4.1, 50 digits (tests/corpus/oracle.py)'


def case(measure, value, circulating=(), origin=ORIGIN):
    lines = ['[[case]]', f'measure = "{measure}"']
    if isinstance(value, str):
        lines.append(f'error = "{value}"')
    else:
        lines.append(f'value = {float(value)!r}')
    lines.append(f'origin = "{origin}"')
    for what, wrong in circulating:
        assert wrong is not None and abs(wrong - value) > 1e-6, (measure, what, wrong, value)
        lines += ['[[case.circulating]]', f'what = "{what}"', f'value = {float(wrong)!r}']
    return '\n'.join(lines)


def file(comment, x, y, cases):
    rows = lambda m: '[\n' + ''.join(f'    {row!r},\n' for row in m) + ']'
    head = f'# {comment}\norigin = "{ORIGIN}"\nx = {rows(x)}\ny = {rows(y)}\n\n'
    return head + '\n\n'.join(cases) + '\n'


def all_cases(x, y):
    """The values of a measure of each kind that ignores scale and translation."""
    k, l = linear(x), linear(y)
    share = lambda sigma: kept(sigma, mp.mpf('0.99'))
    d = lambda z: rdm(z, euclidean)
    return {
        'cka': cka(k, l),
        'cka:hsic=unbiased': cka(k, l, unbiased),
        'cka:kernel=rbf': cka(median_kernel(x, 1), median_kernel(y, 1)),
        'cka:kernel=rbf,hsic=unbiased': cka(median_kernel(x, 1), median_kernel(y, 1), unbiased),
        'cca': cca(x, y),
        'cca:mean=squared': cca(x, y, 2),
        'svcca:keep=variance(0.99)': svcca(x, y, share),
        'pwcca': pwcca(x, y),
        'pwcca:weights=second': pwcca(y, x),
        'rsa:rdm=euclidean,compare=spearman': spearman(d(x), d(y)),
        'rsa:rdm=euclidean,compare=pearson': pearson(d(x), d(y)),
        'rsa:rdm=squared-euclidean,compare=bures': bures(x, y),
    }


def circulating_file():
    rows_x, rows_y = related()
    x, y = matrix(rows_x), matrix(rows_y)
    k, l = linear(x), linear(y)
    values = all_cases(x, y)
    share = lambda rule: svcca(x, y, rule)
    kernels = lambda rule: cka(rbf(x, rule(x)), rbf(y, rule(y)))
    bugs = {
        'cka': [
            ('Gram matrices that were not centred', bug_cka_uncentred(k, l)),
            ('features brought to unit variance first, as in Net2Brain', cka(linear(z_scored(x)), linear(z_scored(y)))),
        ],
        'cka:hsic=unbiased': [
            ('numerator by Song et al., denominator biased, as in kisungyou/repsim', bug_cka_mixed_estimates(k, l)),
            ('the centred Gram matrices without diagonal, as in wrongu/repsim', bug_cka_zeroed_diagonal(k, l)),
            ('the diagonal subtracted from every row, as in dmarx/cka_pytorch', bug_cka_subtracted_vector(k, l)),
            ('the biased estimate', cka(k, l)),
        ],
        'cka:kernel=rbf': [
            ('the zero diagonal in the median, as in the notebook of Kornblith et al.', kernels(lambda z: median(all_squares(z)))),
            ('the lower of the two middle distances, as torch.median', kernels(lambda z: lower_median(off_squares(z)))),
            ('no 1/2 in the exponent, as in wrongu/repsim', kernels(lambda z: median(off_squares(z)) / 2)),
            ('the mean distance, as in kisungyou/repsim', kernels(lambda z: mp.fsum(off_squares(z)) / len(off_squares(z)) / 2)),
            ('sigma = 1 whatever the data, as in thingsvision and platonic-rep', kernels(lambda z: mp.mpf(1))),
        ],
        'svcca:keep=variance(0.99)': [
            ('the first direction alone, as in ReSi', share(bug_svcca_first_component)),
            ('the share of the sum of singular values, as in anatome', share(bug_svcca_sum_of_sigma)),
            ('the direction that crosses the share left out, as in anatome', share(bug_svcca_strict)),
            ('directions of features that were not centred, as in anatome', bug_svcca_uncentred(x, y)),
            ('conditions centred instead of features, as in RTD', bug_svcca_rows_centred(x, y)),
            ('divided by the number of features, as in kisungyou/repsim', bug_svcca_divided_by_features(x, y)),
        ],
        'pwcca': [
            ('no whitening, means added, uncentred features, as in google/svcca', bug_pwcca_google(x, y)),
            ('coefficients instead of directions, as in anatome', bug_pwcca_anatome(x, y)),
            ('all weights in the denominator and not all in the numerator, as in sim_metric', bug_pwcca_truncated(x, y)),
            ('weights of the other side', pwcca(y, x)),
        ],
    }
    cases = [case(measure, value, bugs.get(measure, ())) for measure, value in values.items()]
    return file('16 x 6 against 16 x 4, scales and means differ between features: what circulating implementations give is none of these', rows_x, rows_y, cases)


def tiny_file():
    rows_x, rows_y = related()
    small = lambda rows: [[v * 2.0 ** -24 for v in row] for row in rows]
    rows_x, rows_y = small(rows_x), small(rows_y)
    x, y = matrix(rows_x), matrix(rows_y)
    k, l = linear(x), linear(y)
    bugs = {
        'cka': [('1e-6 added to the denominator, as in platonic-rep', bug_cka_small_constant(k, l, mp.mpf('1e-6')))],
        'cca': [('1e-10 added to the variances, as in google/svcca', bug_cca_epsilon(x, y, mp.mpf('1e-10')))],
    }
    cases = [case(measure, value, bugs.get(measure, ())) for measure, value in all_cases(x, y).items()]
    return file('circulating.toml times 2^-24: every value is the one without the factor, and constants that guard denominators are no longer small', rows_x, rows_y, cases)


def faint_file():
    rows_x, rows_y = related()
    far = lambda rows: [[2.0 ** 16 + v * 2.0 ** -8 for v in row] for row in rows]
    rows_x, rows_y = far(rows_x), far(rows_y)
    x, y = matrix(rows_x), matrix(rows_y)

    def by_inner_products(rows):
        a = np.array(rows)
        g = a @ a.T
        d = np.diag(g)[:, None] + np.diag(g)[None, :] - 2 * g
        return [mp.sqrt(max(mp.mpf(float(d[i, j])), 0)) for i, j in pairs(len(rows))]

    wrong = {'rsa:rdm=euclidean,compare=pearson': [('distances as differences of inner products in float64, as in rsatoolbox', pearson(by_inner_products(rows_x), by_inner_products(rows_y)))]}
    single = lambda rows: np.array(rows, dtype=np.float32)
    def single_gram(rows):
        a = single(rows)
        g = (a @ a.T).astype(np.float32)
        return matrix(g.tolist())
    wrong['cka'] = [('Gram matrices in single precision, centred afterwards', cka(single_gram(rows_x), single_gram(rows_y)))]
    cases = [case(measure, value, wrong.get(measure, ())) for measure, value in all_cases(x, y).items()]
    return file('circulating.toml times 2^-8 and 2^16 away from 0: every value is that of circulating.toml', rows_x, rows_y, cases)


def few_file():
    rows_x, rows_y = [[0.0, 1.0], [1.0, 3.0], [2.0, 1.0]], [[1.0], [0.0], [4.0]]
    x, y = matrix(rows_x), matrix(rows_y)
    cases = [
        case('cka', cka(linear(x), linear(y))),
        case('cka:hsic=unbiased', 'TooFewConditions', origin='Song et al. 2012: n(n - 3) is 0; NaN in torch_cka'),
        case('cka:kernel=rbf,hsic=unbiased', 'TooFewConditions', origin='Song et al. 2012: n(n - 3) is 0; NaN in torch_cka'),
        case('cca', 'TooFewConditions', origin='the first side fills both dimensions of three centred conditions'),
        case('rsa:rdm=euclidean,compare=pearson', pearson(rdm(x, euclidean), rdm(y, euclidean))),
    ]
    return file('three conditions: the unbiased estimate needs four', rows_x, rows_y, cases)


def outlier_file():
    rows_x, rows_y = numbers(16, 3, 11), numbers(16, 3, 12)
    rows_x[5], rows_y[5] = [1000.0] * 3, [1000.0] * 3
    x, y = matrix(rows_x), matrix(rows_y)
    k, l = linear(x), linear(y)
    values = all_cases(x, y)
    bugs = {'cka:hsic=unbiased': [('the biased estimate', cka(k, l)), ('0 where the estimate is negative, as in brain-score', mp.mpf(0))]} if values['cka:hsic=unbiased'] < 0 else {'cka:hsic=unbiased': [('the biased estimate', cka(k, l))]}
    cases = [case(measure, value, bugs.get(measure, ())) for measure, value in values.items()]
    return file('unrelated but for one condition far from all others (Davari et al. 2022): biased CKA sees nothing else', rows_x, rows_y, cases)


def negative_file():
    for seed in range(1, 200):
        rows_x, rows_y = numbers(6, 3, 2 * seed), numbers(6, 2, 2 * seed + 1)
        x, y = matrix(rows_x), matrix(rows_y)
        k, l = linear(x), linear(y)
        value = cka(k, l, unbiased)
        if value < -0.3 and cka(k, l) > 0.2:
            break
    cases = [case('cka:hsic=unbiased', value, [
        ('0 where the estimate is negative, as in brain-score', mp.mpf(0)),
        ('the centred Gram matrices without diagonal, as in wrongu/repsim', bug_cka_zeroed_diagonal(k, l)),
        ('the biased estimate', cka(k, l)),
    ]), case('cka', cka(k, l))]
    return file('six conditions: the unbiased estimate is below 0', rows_x, rows_y, cases)


def repeated_file():
    rows_x = [[float(v) for v in row] for row in [[0, 0], [1, 0], [0, 1], [1, 1], [0, 0], [2, 1], [2, 0]]]
    rows_y = [[float(v) for v in row] for row in [[0, 1], [1, 1], [0, 0], [1, 0], [0, 1], [0, 2], [1, 2]]]
    x, y = matrix(rows_x), matrix(rows_y)
    a, b = rdm(x, euclidean), rdm(y, euclidean)
    nonzero = lambda z: median([d for d in all_squares(z) if d != 0])
    cases = [
        case('rsa:rdm=euclidean,compare=spearman', spearman(a, b), [('ties ranked in the order in which they stand, as in Net2Brain', pearson(ordinal_ranks(a), ordinal_ranks(b)))]),
        case('cka:kernel=rbf', cka(median_kernel(x, 1), median_kernel(y, 1)), [('pairs of equal patterns left out of the median, as in the snippets that test for 0', cka(rbf(x, nonzero(x)), rbf(y, nonzero(y))))]),
    ]
    return file('patterns and distances that repeat', rows_x, rows_y, cases)


def trailing_file():
    sign = lambda i, k: 1.0 if i >> k & 1 == 0 else -1.0
    rows_x = [[sign(i, 0), 2 * sign(i, 1)] for i in range(8)]
    rows_y = [[sign(i, 0), 101 * sign(i, 1) + 5100 * sign(i, 2)] for i in range(8)]
    x, y = matrix(rows_x), matrix(rows_y)
    value = (1 + mp.mpf(101) / 5101) / 2
    assert close(value, cca(x, y))
    wrong = [('correlations beyond .98 of their sum left out of the mean, as in google/svcca', bug_cca_threshold(x, y))]
    hand = 'x = (a, 2b), y = (a, 101b + 5100c), contrasts a, b, c of a factorial design: (1 + 101/5101) / 2'
    return file('one correlation of 1 and one near 0: both count', rows_x, rows_y, [case('cca', value, wrong, hand)])


FILES = {
    'trailing': trailing_file,
    'circulating': circulating_file, 'tiny': tiny_file, 'faint': faint_file, 'few': few_file,
    'outlier': outlier_file, 'negative': negative_file, 'repeated': repeated_file,
}


def golden(path):
    found = tomllib.load(open(path, 'rb'))
    x, y = matrix(found['x']), matrix(found['y'])
    np.random.seed(1337)
    a = np.random.randn(100, 10)
    b = np.random.randn(100, 10) + a
    assert found['x'] == a.tolist() and found['y'] == b.tolist(), 'not the numbers of numpy.random.seed(1337)'
    values = all_cases(x, y)
    values['pwcca:weights=mean'] = (values['pwcca'] + values['pwcca:weights=second']) / 2
    for t in ['0.5', '0.2', '0.4', '0.8', '5', '50']:
        values[f'cka:kernel=rbf,bandwidth=median({t})'] = cka(median_kernel(x, mp.mpf(t)), median_kernel(y, mp.mpf(t)))
    values['rsa:rdm=correlation,compare=spearman'] = spearman(rdm(x, angle(True)), rdm(y, angle(True)))
    values['rsa:rdm=correlation,compare=pearson'] = pearson(rdm(x, angle(True)), rdm(y, angle(True)))
    values['rsa:rdm=cosine,compare=spearman'] = spearman(rdm(x, angle(False)), rdm(y, angle(False)))
    stated = {c['measure']: c.get('value') for c in found['case']}
    for measure, value in values.items():
        known = stated.get(measure)
        state = 'not in the file' if known is None else f'off by {mp.nstr(abs(value - known), 3)}'
        print(f'{measure}: {float(value)!r}, {state}')


def print_shapes(path):
    found = tomllib.load(open(path, 'rb'))
    for measure, value in shapes(matrix(found['x']), matrix(found['y'])).items():
        print(f'{measure}: {float(value)!r}')


if __name__ == '__main__':
    if sys.argv[1] == 'golden':
        golden(sys.argv[2])
    elif sys.argv[1] == 'shapes':
        print_shapes(sys.argv[2])
    else:
        for name, build in FILES.items():
            with open(f'{sys.argv[2]}/{name}.toml', 'w') as out:
                out.write(build())
