# SPDX-License-Identifier: Apache-2.0
"""N-Sigma and BARO: which series has left its usual range farthest?

Both take what a series was before a time as usual, and score it by the farthest it has been since:

    N-Sigma   (x - mean) / standard deviation
    BARO      (x - median) / interquartile range     RobustScorer of Pham, Ha, Zhang (FSE 2024)

A scale of 0 counts as 1, and memory is counted in millions of bytes, as in the authors' program (phamquiluan/baro). Two forms
of each: `authors`, where only rises count, and series that do not move on either side of the time are left out, as that program
has it; `either way`, where the farthest in either direction counts and no series is left out. A service has the score of its
worst series. The time is that of the alert, which is what is known at night; or the true one; or that which BARO finds itself
(bocpd.py), and where it finds none there is no answer.

    python3 -m peers.shift SET-FOLDER        ranks of all cases, as JSON
    python3 -m peers.shift --one CASE        the answer for one, for timing
"""
import json
import sys

import numpy

from peers import bocpd, bundle


def n_sigma(before):
    """Centre and scale."""
    return before.mean(), before.std()


def baro(before):
    """Centre and scale."""
    low, median, high = numpy.percentile(before, [25, 50, 75])
    return median, high - low


METHODS = {'N-Sigma': n_sigma, 'BARO': baro}
FORMS = ('authors', 'either way')
MEMORY_UNIT = 1e6


def score(before, since, method, form):
    """How far `since` has been from what `before` makes usual; None where the form leaves the series out."""
    if form == 'authors' and (before.min() == before.max() or since.min() == since.max()):
        return None
    centre, scale = METHODS[method](before)
    distance = (since - centre) / (scale if scale > 0 else 1.0)
    return float(numpy.max(distance if form == 'authors' else numpy.abs(distance)))


def places(found, moment, method, form):
    """(service, instance) by their worst series, the worst first; of equals by name."""
    worst = {}
    for (service, instance, metric), (times, values) in found.items():
        cut = numpy.searchsorted(times, moment)
        if not 0 < cut < len(values):
            continue
        scaled = values / MEMORY_UNIT if 'mem' in metric.lower() else values
        of = score(scaled[:cut], scaled[cut:], method, form)
        if of is not None:
            worst[service, instance] = max(worst.get((service, instance), -numpy.inf), of)
    ordered = sorted(worst, key=lambda place: (-worst[place], place))
    services = {}
    for service, instance in ordered:  # a service counts once, by its worst instance
        services.setdefault(service or instance, (service, instance))
    return list(services.values())


def rank(answer, truth):
    """Of the first right place; 0: none."""
    return next((i + 1 for i, place in enumerate(answer) if bundle.is_right(place, truth)), 0)


def of_set(folder):
    """{"METHOD, FORM": {when: [rank]}} of all cases; and how far off the changes were that BARO found, in seconds, None where none was."""
    ranks = {f'{method}, {form}': {'alert': [], 'truth': [], 'found': []} for method in METHODS for form in FORMS}
    off = []
    for case in bundle.cases(folder):
        truth, alert, found = bundle.read_json(case, 'truth.json'), bundle.read_json(case, 'alert.json'), bundle.series(case)
        moments = {'alert': bundle.seconds(str(alert['startsAt'])), 'truth': bundle.seconds(str(truth['t_inject']))}
        moments['found'] = bocpd.first_change(found, moments['alert'])
        off.append(None if moments['found'] is None else moments['found'] - moments['truth'])
        for title, by_moment in ranks.items():
            for name, moment in moments.items():
                answer = [] if moment is None else places(found, moment, *title.split(', '))
                by_moment[name].append(rank(answer, truth))
    return ranks, off


def whole(case):
    """BARO's answer, told nothing but when the alert fired."""
    found = bundle.series(case)
    moment = bocpd.first_change(found, bundle.seconds(str(bundle.read_json(case, 'alert.json')['startsAt'])))
    return [] if moment is None else places(found, moment, 'BARO', 'authors')[:5]


def main(words):
    """See above."""
    if len(words) == 2 and words[0] == '--one':
        print(json.dumps(whole(words[1])))
    elif len(words) == 1:
        ranks, off = of_set(words[0])
        print(json.dumps({'numpy': numpy.__version__, 'ranks': ranks, 'off_s': off}))
    else:
        sys.exit(__doc__)


if __name__ == '__main__':
    main(sys.argv[1:])
