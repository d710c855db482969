# SPDX-License-Identifier: Apache-2.0
"""How a cost grows: fixed + part * n^exponent, by least squares of relative errors.

The exponents from 0.1 to 3 are tried in steps of 0.01; for each, the two other numbers, neither below 0, are solved for. What costs
nothing at first hides how it grows, so a plain slope of logarithms would say too little: hence the fixed part.
"""
import math

STEP = 0.01
EXPONENT_MAX = 3.0


def solve(points, exponent):
    """(fixed, part, sum of squared relative errors) for one exponent."""
    def error(fixed, part):
        return sum(((fixed + part * n ** exponent) / cost - 1.0) ** 2 for n, cost in points)
    a = [(1.0 / cost, n ** exponent / cost) for n, cost in points]
    xx, xy, yy = sum(p * p for p, _ in a), sum(p * q for p, q in a), sum(q * q for _, q in a)
    x, y = sum(p for p, _ in a), sum(q for _, q in a)
    ways = [(x / xx, 0.0), (0.0, y / yy)]
    determinant = xx * yy - xy * xy
    if determinant > 1e-12 * xx * yy:
        fixed, part = (x * yy - y * xy) / determinant, (y * xx - x * xy) / determinant
        if fixed >= 0.0 and part >= 0.0:
            ways.append((fixed, part))
    return min(((*way, error(*way)) for way in ways), key=lambda way: way[2])


def power(points):
    """The best form of [(n, cost)]: fixed, part, exponent, residual (root of the mean squared relative error), `at`(n)."""
    best = None
    for i in range(10, round(EXPONENT_MAX / STEP) + 1):
        fixed, part, error = solve(points, i * STEP)
        if best is None or error < best[3] - 1e-15:
            best = (fixed, part, i * STEP, error)
    fixed, part, exponent, error = best
    return {'fixed': fixed, 'part': part, 'exponent': exponent, 'residual': math.sqrt(error / len(points)),
            'at': lambda n: fixed + part * n ** exponent}


def meets(form, limit):
    """The n at which the cost is `limit`, by the form; None where it never is."""
    if form['part'] * 1e9 ** form['exponent'] + form['fixed'] < limit or form['part'] <= 1e-12:
        return None
    return max(0.0, (limit - form['fixed']) / form['part']) ** (1.0 / form['exponent'])
