# SPDX-License-Identifier: Apache-2.0
"""What programs cost, as the kernel counts it: whole processes, from exec() to exit.

Two programs are measured in turns (A B B A ...), so that both meet the same machine; what is told is the median of
each and the ratio of the medians. Only the standard library is imported here: a child's peak memory cannot be
below what its parent had when it forked, and numpy would be in it.
"""
import os
import statistics
import sys
import tempfile
import time


class Failed(Exception):
    """A program could not be run, or ended with a status that was not expected."""


class Cost:
    """Of one run: seconds of processor, seconds by the clock, peak of memory in MB."""

    def __init__(self, cpu_s, wall_s, peak_mb, output=b''):
        self.cpu_s, self.wall_s, self.peak_mb, self.output = cpu_s, wall_s, peak_mb, output


def run(words, expected=(0,), env=None):
    """Runs a program and returns its Cost; what it prints is in `output`, up to its end."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        started = time.monotonic()
        try:
            pid = os.posix_spawnp(words[0], words, env or os.environ, file_actions=[
                (os.POSIX_SPAWN_DUP2, out.fileno(), 1), (os.POSIX_SPAWN_DUP2, said.fileno(), 2)])
        except OSError as error:
            raise Failed(f'{words[0]}: {error.strerror}') from error
        _, status, usage = os.wait4(pid, 0)
        wall = time.monotonic() - started
        code = os.waitstatus_to_exitcode(status)
        if code not in expected:
            said.seek(0)
            last = said.read().decode(errors='replace').strip().splitlines()[-1:] or ['']
            raise Failed(f'{" ".join(words[:3])}: exit status {code}: {last[0]}')
        out.seek(0)
        return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, out.read())


def middle(costs):
    """The median of each part of several costs of one thing; of memory the most."""
    return Cost(statistics.median(c.cpu_s for c in costs), statistics.median(c.wall_s for c in costs),
                max(c.peak_mb for c in costs), costs[-1].output)


def turns(runners, rounds):
    """Calls each of `runners` once a round, in alternating order, after one round that warms the caches and does not
    count. Returns the middle of each."""
    for runner in runners:
        runner()
    costs = [[] for _ in runners]
    for number in range(rounds):
        order = range(len(runners)) if number % 2 == 0 else reversed(range(len(runners)))
        for i in order:
            costs[i].append(runners[i]())
    return [middle(each) for each in costs]


def machine():
    """One line on where this was measured."""
    model = 'unknown processor'
    with open('/proc/cpuinfo', encoding='utf-8') as lines:
        for line in lines:
            if line.startswith('model name'):
                model = line.split(':', 1)[1].strip()
                break
    with open('/proc/meminfo', encoding='utf-8') as lines:
        memory = int(lines.readline().split()[1]) / 2**20
    return f'{model}, {os.cpu_count()} cores, {memory:.0f} GB'


def busy():
    """How many others wanted the processor in the last minute, as a note where that makes times worthless."""
    load = os.getloadavg()[0]
    return f'load {load:.1f} on {os.cpu_count()} cores'


def where():
    """Both, as a note under a table."""
    return f'Measured on {machine()}; {busy()}.'


def tell(text):
    """Progress, for a person."""
    print(text, file=sys.stderr, flush=True)
