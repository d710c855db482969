# SPDX-License-Identifier: Apache-2.0
"""When did it begin? Bayesian online change point detection, as BARO has it.

    Adams, MacKay: Bayesian online changepoint detection (2007), algorithm 1: the posterior of the run length, that is, of how many
    samples there have been since the last change. Murphy: Conjugate Bayesian analysis of the Gaussian distribution (2007), section 9:
    what a run predicts is a multivariate t, of a Gaussian whose mean and covariance are unknown (normal inverse Wishart).

BARO's settings (Pham, Ha, Zhang, FSE 2024, and phamquiluan/baro): a constant hazard of 1/50; a prior mean of 0, seen once, a prior
scale of the identity and one degree of freedom more than there are series; of latencies, their medians where there are several
quantiles, and errors only, or of all series where there are none; those that never move are left out, gaps filled forward, then each
is brought to 0..1. A change is where the likeliest run length jumps by more than one; the first one counts. The authors look at 300
samples before the fault and as many since; here it is the alert, for nobody knows the fault.

The inverse of each run's scale and the logarithm of its determinant are kept, not the scale itself: each sample adds a matrix of
rank one, so neither is ever worked out anew (Sherman-Morrison, and the determinant lemma).
"""
import math
import re

import numpy

HAZARD = 1 / 50
JUMP = 1
LATENCY = re.compile(r'latency|^lat_', re.IGNORECASE)
OTHER_QUANTILE = re.compile(r'average|[p_](75|9\d|999?)(?!\d)', re.IGNORECASE)  # beside a median it is left out
WINDOW = 300         # samples before the alert, and as many since
ERRORS = re.compile(r'error|success|availability', re.IGNORECASE)


class Runs:
    """What each run has seen since it began: the parameters of its Gaussian. The oldest first; the last one has seen nothing."""

    def __init__(self, dims, samples):
        self.dims, self.count = dims, 1
        self.mean = numpy.zeros((samples + 1, dims))
        self.inverse = numpy.empty((samples + 1, dims, dims))
        self.inverse[0] = numpy.eye(dims)
        self.log_det = numpy.zeros(samples + 1)  # of the scale
        self.log_gamma = numpy.array([math.lgamma((n + 2 + dims) / 2) - math.lgamma((n + 2) / 2) for n in range(samples + 1)])

    def lengths(self):
        """How many samples each has seen."""
        return numpy.arange(self.count - 1, -1, -1)

    def distances(self, sample):
        """How far it is from each mean, that times the inverse scale, and the square of it by that scale."""
        apart = sample - self.mean[:self.count]
        product = numpy.matmul(self.inverse[:self.count], apart[:, :, None])[:, :, 0]
        return apart, product, (apart * product).sum(axis=1)

    def log_density(self, square):
        """Of a sample, as each run predicts it."""
        lengths = self.lengths()
        seen, freedom = lengths + 1.0, lengths + 2.0    # kappa; nu - d + 1
        wide = (seen + 1) / (seen * freedom)            # the scale of the t is this times that of the run
        log_det = self.dims * numpy.log(wide) + self.log_det[:self.count]
        return (self.log_gamma[lengths] - 0.5 * (self.dims * numpy.log(freedom * math.pi) + log_det)
                - 0.5 * (freedom + self.dims) * numpy.log1p(square / wide / freedom))

    def take(self, apart, product, square):
        """Each run grows by the sample; a new one begins."""
        count, seen = self.count, self.lengths() + 1.0
        share = seen / (seen + 1)
        grown = 1 + share * square
        self.inverse[:count] -= (product * (share / grown)[:, None])[:, :, None] * product[:, None, :]
        self.log_det[:count] += numpy.log(grown)
        self.mean[:count] += apart / (seen + 1)[:, None]
        self.inverse[count] = numpy.eye(self.dims)
        self.count += 1


def run_lengths(samples, hazard=HAZARD):
    """The likeliest run length before each row of `samples` (times by series), and after the last."""
    runs, likeliest, posterior = Runs(samples.shape[1], len(samples)), [0], numpy.zeros(1)
    for sample in samples:
        apart, product, square = runs.distances(sample)
        joint = posterior + runs.log_density(square)
        joint -= joint.max()
        changed = math.log(numpy.exp(joint).sum()) + math.log(hazard)
        posterior = numpy.append(joint + math.log1p(-hazard), changed)
        runs.take(apart, product, square)
        likeliest.append(int(runs.lengths()[posterior.argmax()]))
    return likeliest


def change_points(likeliest):
    """The rows before which the likeliest run length jumps; none behind the last row."""
    return [i for i in range(1, len(likeliest) - 1) if abs(likeliest[i] - likeliest[i - 1]) > JUMP]


def forward_filled(times, values, all_times):
    """The last value up to each time; before the first one, no number."""
    at = numpy.searchsorted(times, all_times, side='right') - 1
    return numpy.where(at >= 0, values[numpy.maximum(at, 0)], numpy.nan)


def symptoms_of(found):
    """The series that users feel."""
    late = {key: each for key, each in found.items() if LATENCY.search(key[2])}
    medians = {key: each for key, each in late.items() if not OTHER_QUANTILE.search(key[2])}
    return {**(medians or late), **{key: each for key, each in found.items() if ERRORS.search(key[2])}}


def table(found, alert):
    """(times, samples) of the series that count around the alert, made ready as BARO does."""
    symptoms = symptoms_of(found) or found
    times = numpy.unique(numpy.concatenate([numpy.zeros(0), *(when for when, _ in symptoms.values())]))
    fired = numpy.searchsorted(times, alert)
    times = times[max(0, fired - WINDOW):fired + WINDOW]
    columns = []
    for when, values in symptoms.values():
        column = forward_filled(when, values, times)
        if numpy.isnan(column).all():
            continue
        low, high = numpy.nanmin(column), numpy.nanmax(column)
        if low < high:
            columns.append(numpy.nan_to_num((column - low) / (high - low)))
    return times, numpy.array(columns).T


def first_change(found, alert):
    """The time of the first change in {(service, instance, metric): (times, values)}; None where there is none."""
    times, samples = table(found, alert)
    points = change_points(run_lengths(samples)) if samples.size > 0 else []
    return float(times[points[0]]) if points else None
