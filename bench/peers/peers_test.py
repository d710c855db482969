# SPDX-License-Identifier: Apache-2.0
"""The arithmetic of the peers and of the fits, on numbers that can be worked out by hand."""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import resume  # noqa: E402
import tables  # noqa: E402
from peers import drain, found  # noqa: E402
from scale import fit, made  # noqa: E402

try:
    import numpy
    from peers import bocpd, bundle, shift
except ImportError:
    numpy = None


class Drain(unittest.TestCase):
    """Figure 2 and section III of the paper."""

    def test_groups_by_length_first_word_and_share_of_same_words(self):
        tree = drain.Drain(st=0.5)
        groups = [tree.add(line).number for line in (
            'Receive from node 4', 'Receive from node 5', 'Receive all from node 4', 'Send from node 4', 'Receive x y z')]
        self.assertEqual(groups, [0, 0, 1, 2, 3])
        self.assertEqual(tree.groups[0].template, ['Receive', 'from', 'node', '<*>'])

    def test_a_share_of_exactly_st_is_enough(self):
        tree = drain.Drain(st=0.5)
        self.assertIs(tree.add('a b c d'), tree.add('a b x y'))
        self.assertIsNot(tree.add('p b c d'), tree.add('p x y z'))

    def test_words_with_digits_take_the_wild_branch(self):
        tree = drain.Drain(st=0.5)
        self.assertIs(tree.add('blk_1 is gone now'), tree.add('blk_2 is gone now'))

    def test_expressions_come_first(self):
        tree = drain.Drain(regex=[r'(\d+\.){3}\d+'], st=0.6)
        self.assertIs(tree.add('to 10.0.0.1 sent'), tree.add('to 10.0.0.2 sent'))
        self.assertEqual(tree.groups[0].template, ['to', '<*>', 'sent'])

    def test_a_node_has_no_more_than_max_child(self):
        tree = drain.Drain(st=0.5, max_child=3)
        for word in ('a', 'b', 'c', 'd'):
            tree.add(word + ' same same')
        self.assertEqual(sorted(tree.lengths[3]['next']), ['<*>', 'a', 'b'])
        self.assertEqual(len(tree.groups), 3)

    def test_short_and_empty_messages(self):
        tree = drain.Drain(depth=6)
        self.assertIs(tree.add('up'), tree.add('up'))
        self.assertIs(tree.add(''), tree.add('  '))


@unittest.skipUnless(numpy, 'python3-numpy is not installed')
class Shift(unittest.TestCase):
    """The two formulae."""

    def test_n_sigma(self):
        before, since = numpy.array([1.0, 3.0, 1.0, 3.0]), numpy.array([2.0, 7.0])  # mean 2, deviation 1
        self.assertAlmostEqual(shift.score(before, since, 'N-Sigma', 'either way'), 5.0)

    def test_baro(self):
        before, since = numpy.arange(1.0, 10.0), numpy.array([5.0, 13.0, -7.0])  # median 5, quartiles 3 and 7
        self.assertAlmostEqual(shift.score(before, since, 'BARO', 'authors'), 2.0)
        self.assertAlmostEqual(shift.score(before, since, 'BARO', 'either way'), 3.0)

    def test_no_scale_counts_as_one(self):
        before, since = numpy.array([4.0, 4.0]), numpy.array([4.0, 6.5])
        self.assertAlmostEqual(shift.score(before, since, 'BARO', 'either way'), 2.5)
        self.assertIsNone(shift.score(before, since, 'BARO', 'authors'))

    def test_places_are_services_by_their_worst_series(self):
        times = numpy.arange(6.0)
        series = {('a', 'a-1', 'x'): (times, numpy.array([1.0, 2, 1, 2, 1, 2])), ('b', 'b-1', 'x'): (times, numpy.array([1.0, 2, 1, 2, 9, 9])),
                  ('b', 'b-2', 'x'): (times, numpy.array([1.0, 2, 1, 2, 5, 5])), ('c', '', 'late'): (times + 9, times)}
        answer = shift.places(series, 4.0, 'N-Sigma', 'either way')
        self.assertEqual(answer, [('b', 'b-1'), ('a', 'a-1')])
        self.assertEqual(shift.rank(answer, {'service': 'a'}), 2)
        self.assertEqual(shift.rank(answer, {'service': 'c', 'instance': ''}), 0)

    def test_accuracy(self):
        scores = bundle.accuracy([1, 2, 0, 5])
        self.assertEqual((scores['ac1'], scores['ac3'], scores['ac5']), (0.25, 0.5, 0.75))
        self.assertAlmostEqual(scores['avg5'], (0.25 + 0.5 + 0.5 + 0.5 + 0.75) / 5)

    def test_times_of_all_units(self):
        for text in ('1700000000', '1700000000000', '1700000000000000', '1700000000000000000', '2023-11-14T22:13:20Z', '2023-11-14T22:13:20'):
            self.assertEqual(bundle.seconds(text), 1700000000)


@unittest.skipUnless(numpy, 'python3-numpy is not installed')
class Changes(unittest.TestCase):
    """BARO's change points."""

    def test_what_the_prior_predicts(self):
        # nothing seen, one series: a t of 2 degrees of freedom, scale (1 + 1) / (1 * 2) = 1: at its middle 1 / (2 sqrt 2)
        runs = bocpd.Runs(1, 1)
        _, _, square = runs.distances(numpy.array([0.0]))
        self.assertAlmostEqual(float(numpy.exp(runs.log_density(square)[0])), 1 / (2 * 2 ** 0.5))

    def test_parameters_are_those_of_all_samples_at_once(self):
        samples = numpy.array([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]])
        runs = bocpd.Runs(2, 3)
        for sample in samples:
            runs.take(*runs.distances(sample))
        for start in range(4):  # mean 0 seen once, scale 1, and all samples since
            seen = samples[start:]
            mean = seen.sum(axis=0) / (len(seen) + 1)
            scale = numpy.eye(2) + seen.T @ seen - (len(seen) + 1) * numpy.outer(mean, mean)
            self.assertTrue(numpy.allclose(runs.mean[start], mean))
            self.assertTrue(numpy.allclose(runs.inverse[start], numpy.linalg.inv(scale)))
            self.assertAlmostEqual(runs.log_det[start], float(numpy.log(numpy.linalg.det(scale))))

    def test_one_sample_by_hand(self):
        # after one sample x: either the run goes on, 49/50, or a new one began, 1/50, whatever x was
        self.assertEqual(bocpd.run_lengths(numpy.array([[7.0]])), [0, 1])

    def test_a_jump_is_found_where_it_is(self):
        wave = numpy.sin(numpy.arange(120.0))
        samples = numpy.column_stack([0.1 + 0.01 * wave, 0.2 + 0.01 * wave[::-1], 0.1 + 0.01 * numpy.roll(wave, 3)])
        samples[80:] += 0.7
        self.assertEqual([i for i in bocpd.change_points(bocpd.run_lengths(samples)) if i > 10], [81])
        self.assertEqual([i for i in bocpd.change_points(bocpd.run_lengths(samples[:80])) if i > 10], [])

    def test_change_points_are_jumps(self):
        self.assertEqual(bocpd.change_points([0, 1, 2, 3, 1, 2, 3]), [4])
        self.assertEqual(bocpd.change_points([0, 1]), [])

    def test_of_several_quantiles_the_median_and_errors(self):
        series = {('a', '', name): 0 for name in ('latency_p50', 'latency_p99', 'cpu', 'error_rate')}
        self.assertEqual({key[2] for key in bocpd.symptoms_of(series)}, {'latency_p50', 'error_rate'})
        self.assertEqual({key[2] for key in bocpd.symptoms_of({('a', '', 'lat_90'): 0})}, {'lat_90'})

    def test_no_series_no_change(self):
        self.assertIsNone(bocpd.first_change({}, 0.0))
        still = {('a', '', 'latency'): (numpy.arange(9.0), numpy.ones(9))}
        self.assertIsNone(bocpd.first_change(still, 5.0))


class Found(unittest.TestCase):
    """Orders of changes."""

    def test_words(self):
        self.assertEqual(found.words_of('The Timeout of pool_size when the timeout was hit'), ['timeout', 'pool_size'])

    def test_search_and_orders(self):
        changes = [{'message': 'timeout of pools', 'files': [['net/pool.c', 1, 1]]}, {'message': 'other', 'files': [], 'words': {'timeout': 2, 'retry_count': 1}},
                   {'message': 'nothing', 'files': []}]
        query = {'symptom': 'timeout in pool.c, retry_count is ignored'}
        program, _ = found.searcher()
        words, _ = found.search_changes(program, query, changes, True)
        message_words, _ = found.search_changes(program, query, changes, False)
        self.assertEqual((words, message_words), ({0: 2, 1: 2}, {0: 2}))
        orders = found.orders(query, changes, words, message_words)
        self.assertEqual(orders, {'newest': [2, 1, 0], 'paths': [0, 2, 1], 'words': [1, 0, 2], 'message words': [0, 2, 1]})


class Fit(unittest.TestCase):
    """A cost of a known form."""

    def test_finds_the_exponent(self):
        for exponent in (0.5, 1.0, 1.5, 2.0):
            points = [(n, 0.7 + 0.02 * n ** exponent) for n in (1, 3, 10, 30, 100)]
            found_fit = fit.power(points)
            self.assertAlmostEqual(found_fit['exponent'], exponent, delta=0.02)
            self.assertAlmostEqual(found_fit['fixed'], 0.7, delta=0.02)
            self.assertLess(found_fit['residual'], 0.01)

    def test_what_does_not_grow(self):
        self.assertAlmostEqual(fit.power([(1, 2.0), (10, 2.0), (100, 2.0)])['at'](1000), 2.0, places=3)

    def test_where_a_limit_is_met(self):
        line = fit.power([(1, 1.1), (10, 2.0), (100, 11.0)])
        self.assertAlmostEqual(fit.meets(line, 60.0), 590, delta=25)
        self.assertIsNone(fit.meets(fit.power([(1, 2.0), (10, 2.0)]), 60.0))


class Made(unittest.TestCase):
    """Incidents that are larger."""

    def test_grows_one_axis_and_leaves_the_others(self):
        base = made.Base('examples/incidents/pages-504')
        size = base.size()
        for axis in ('lines', 'series', 'changes'):
            with tempfile.TemporaryDirectory() as work:
                made.grow(base, work + '/x', axis, 3)
                grown = made.Base(work + '/x').size()
                self.assertEqual(grown, {**size, axis: 3 * size[axis]})

    def test_the_same_again(self):
        base = made.Base('examples/incidents/pages-504')
        with tempfile.TemporaryDirectory() as work:
            for name in 'ab':
                made.grow(base, f'{work}/{name}', 'spans', 2)
            with open(work + '/a/traces.jsonl', 'rb') as a, open(work + '/b/traces.jsonl', 'rb') as b:
                self.assertEqual(a.read(), b.read())


class Resume(unittest.TestCase):
    """What was measured of a run that did not come to its end."""

    def test_goes_on_with_the_same_program_only(self):
        made_now = []

        def make():
            made_now.append(1)
            return {'rows': [1, None]}
        with tempfile.TemporaryDirectory() as work:
            out = work + '/figures'
            self.assertEqual(resume.Parts(out, 'x', ['a']).part('p', make), {'rows': [1, None]})
            self.assertEqual(resume.Parts(out, 'x', ['a']).part('p', make), {'rows': [1, None]})
            self.assertEqual(len(made_now), 1)
            resume.Parts(out, 'x', ['b']).part('p', make)
            self.assertEqual(len(made_now), 2)
            for damaged in ('', '{', '[]', '{"about": ["b"]}'):
                with open(out + '/x.unfinished', 'w', encoding='utf-8') as text:
                    text.write(damaged)
                self.assertEqual(resume.Parts(out, 'x', ['b']).parts, {})
            parts = resume.Parts(out, 'x', ['b'])
            parts.part('p', make)
            parts.done()
            parts.done()
            self.assertEqual(os.listdir(out), [])
            self.assertEqual(tables.read(out), {})


class Tables(unittest.TestCase):
    """What documents show."""

    def test_fills_what_was_measured_and_leaves_the_rest(self):
        text = 'x\n<!-- table a.b -->\nold\n<!-- /table -->\ny\n<!-- table c.d -->\nkept\n<!-- /table -->\n'
        after, left = tables.fill(text, {'a': {'tables': {'b': {'columns': ['p', 'q'], 'rows': [['m|n', 0.12345], [None, 1234.5]]}}}})
        self.assertEqual(left, ['c.d'])
        self.assertIn('| m\\|n | 0.123 |\n|  | 1,234 |', after)
        self.assertIn('kept', after)
        self.assertNotIn('old', after)


if __name__ == '__main__':
    unittest.main()
