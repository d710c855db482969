// SPDX-License-Identifier: Apache-2.0
// What is shown beside the evidence and has no axis: lines of logs with their pattern and counts, and traces.
import {chunked, fold, h, long, plain, s, section, text} from './dom.js';
import {cite, claim, meter, span} from './words.js';

const TEMPLATES_SHOWN = 8;
const TRACES_SHOWN = 3;
const SPANS_SHOWN = 60;

/* ---- logs ---- */

// The parts of a pattern that vary, as such.
const pattern = (words) => plain(words).split(/(<[a-z_]+>)/).map((part, i) => (i % 2 ? h('i', {class: 'hole'}, part) : text(part)));

function counts({before, after}) {
    const most = Math.max(before, after, 1);
    const line = (name, value, kind) => [h('span', {}, name), meter(value / most, `${name}: ${value}`, kind), h('b', {}, value.toLocaleString('en'))];
    return h('div', {class: 'counts'}, line('before', before, ''), line('after', after, after > before ? 'risen' : ''));
}

const template = (it, link) => h('article', {class: 'log'},
    h('div', {}, h('h3', {}, text(plain(it.service, 80)), ' ', cite(it.id, link), it.before === 0 && it.after > 0 ? h('span', {class: 'badge bad'}, 'new') : null),
      h('pre', {}, long(it.exemplar || it.text, 1200)), it.exemplar && it.text ? fold('pattern', () => h('pre', {}, pattern(it.text))) : null),
    counts(it));

export function drawLogs({exhibits, link}) {
    const logs = exhibits.logs ?? [];
    return logs.length ? section('logs', 'Logs', 'lines that came, went or multiplied',
        chunked(logs, TEMPLATES_SHOWN, (it) => template(it, link), h('div', {class: 'logs'}), 'patterns')) : null;
}

/* ---- traces ---- */

function bar(it, whole) {
    const share = (us) => `${Math.min(100, Math.max(0, (us / whole) * 100)).toFixed(3)}%`;
    return s('svg', {class: 'bar', width: '100%', height: 14, 'aria-hidden': 'true'},
             s('rect', {class: 'track', x: 0, y: 6.5, width: '100%', height: 1}),
             s('rect', {class: 'value', x: share(it.start_us), y: 2, width: share(it.duration_us), height: 10, rx: 2}),
             s('rect', {class: 'value', x: share(it.start_us), y: 2, width: 2, height: 10}));
}

const isError = (it) => /err|fail|^[45]\d\d$/i.test(it.status ?? '');

const spanRow = (suspect, whole) => (it) => h('tr', {class: `${it.service === suspect ? 'suspect' : ''} ${isError(it) ? 'failed' : ''}`},
    h('th', {scope: 'row', style: {'padding-left': `${Math.min(it.depth, 12) * 14}px`}}, h('b', {}, text(plain(it.service, 60))), ' ', h('span', {}, text(plain(it.operation, 120)))),
    h('td', {}, bar(it, whole)), h('td', {class: 'num'}, isError(it) ? h('span', {class: 'badge bad'}, text(plain(it.status, 24))) : null, ' ', span(it.duration_us / 1e6)));

function trace(it, {report, link}) {
    const whole = Math.max(1, it.duration_us, ...it.spans.map((part) => part.start_us + part.duration_us));
    const said = report.evidence.find((part) => part.id === it.id);
    const list = h('table', {class: 'waterfall'}, h('caption', {class: 'unseen'}, `Spans of trace ${it.trace_id}`),
                   h('colgroup', {}, h('col', {class: 'of-span'}), h('col'), h('col', {class: 'of-took'})),
                   h('thead', {class: 'unseen'}, h('tr', {}, ['Span', 'When', 'Took'].map((name) => h('th', {scope: 'col'}, name)))), h('tbody', {}));
    return h('figure', {}, h('figcaption', {}, h('h3', {}, `${it.spans.length} spans, ${span(it.duration_us / 1e6)} `, h('span', {}, text(plain(it.trace_id, 64)))), cite(it.id, link)),
             chunked(it.spans, SPANS_SHOWN, spanRow(report.hypotheses[0]?.subject, whole), list, 'spans'), said ? h('p', {}, claim(said.claim, link)) : null);
}

export function drawTraces(view) {
    const traces = view.exhibits.traces ?? [];
    return traces.length ? section('traces', 'Traces', 'where a request spent its time',
        chunked(traces, TRACES_SHOWN, (it) => trace(it, view), h('div', {class: 'figures-wide'}), 'traces'),
        h('ul', {class: 'legend'}, h('li', {}, h('i', {class: 'violet'}), 'best suspect'), h('li', {}, h('i', {class: 'red'}), 'failed'), h('li', {}, h('i'), 'others'))) : null;
}
