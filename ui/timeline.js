// SPDX-License-Identifier: Apache-2.0
// What happened, by time: a strip to see the order at a glance, and the same in words.
import {chunked, h, plain, s, section, text} from './dom.js';
import {bare, cite, claim, clock, moment, span} from './words.js';

const LANES_MAX = 12;
const ROWS_SHOWN = 40;
const LANE = 22;

const time = (at) => (at ? new Date(at).getTime() : NaN);

function happenings({report, exhibits}) {
    const cited = new Set(report.hypotheses[0]?.for ?? []);
    const subject = report.hypotheses[0]?.subject;
    const changes = (exhibits.changes ?? []).filter((it) => it.deployed ?? it.landed);
    const told = (it) => it.finding === 'change' && changes.some((change) => it.claim.includes(`\`${change.change}\``)); // the same in other words
    const list = report.evidence.filter((it) => it.onset && !told(it)).map((it) => ({
        at: time(it.onset), order: 2, subject: it.subject || 'other', id: it.id, words: it.claim,
        kind: it.finding === 'change' ? 'change' : it.bearing === 'refutes' ? 'against' : cited.has(it.id) ? 'cited' : 'other'}));
    for (const it of changes)
        list.push({at: time(it.deployed ?? it.landed), order: 0, subject: it.service || 'changes', id: it.id, kind: 'change',
                   words: `Change \`${it.change}\`${it.author ? ` by \`${it.author}\`` : ''}${it.message ? `: ${it.message}` : ''}`});
    if (report.hypotheses[0]?.since)
        list.push({at: time(report.hypotheses[0].since), order: 1, subject, kind: 'onset', words: `It began, in \`${subject}\`.`});
    if (report.alert.starts_at)
        list.push({at: time(report.alert.starts_at), order: 3, subject: report.alert.service || 'alert', kind: 'alert', words: `The alert \`${report.alert.name}\` fired.`});
    return list.filter((it) => !Number.isNaN(it.at)).sort((a, b) => a.at - b.at || a.order - b.order || String(a.id).localeCompare(String(b.id), 'en', {numeric: true}));
}

function strip(list, link) {
    const first = list[0].at, last = list.at(-1).at, whole = Math.max(1, last - first);
    const x = (at) => `${(2 + 96 * ((at - first) / whole)).toFixed(2)}%`;
    const lanes = [...new Set(list.map((it) => it.subject))].slice(0, LANES_MAX);
    const marks = list.filter((it) => it.kind === 'onset' || it.kind === 'alert');
    const height = lanes.length * LANE + 4;
    const dot = (it) => {
        const y = lanes.indexOf(it.subject) * LANE + LANE / 2 + 2;
        const title = s('title', {}, `${clock(it.at)} ${plain(bare(it.words), 200)}`);
        const shape = it.kind === 'change' ? s('rect', {class: 'dot change', x: x(it.at), y: y - 5, width: 4, height: 10, rx: 1}, title)
            : it.kind === 'alert' || it.kind === 'onset' ? null : s('circle', {class: `dot ${it.kind}`, cx: x(it.at), cy: y, r: 4.5}, title);
        return shape && it.id ? s('a', {href: link(it.id), 'aria-label': it.id, tabindex: '-1'}, shape) : shape;
    };
    return h('div', {class: 'strip'},
             h('div', {class: 'lanes', 'aria-hidden': 'true'}, lanes.map((it) => h('span', {}, text(plain(it, 40))))),
             s('svg', {height, width: '100%', role: 'img', 'aria-label': `${list.length} events from ${clock(first)} to ${clock(last)}; the list below has them in words`},
               lanes.map((_, i) => s('line', {class: 'lane', x1: 0, x2: '100%', y1: i * LANE + LANE / 2 + 2, y2: i * LANE + LANE / 2 + 2})),
               marks.map((it) => s('line', {class: `mark ${it.kind}`, x1: x(it.at), x2: x(it.at), y1: 0, y2: height}, s('title', {}, `${clock(it.at)} ${bare(it.words)}`))),
               list.filter((it) => lanes.includes(it.subject)).map(dot)),
             h('div', {class: 'ends'}, h('span', {}, clock(first)), h('span', {}, span(whole / 1000)), h('span', {}, clock(last))));
}

const row = (link) => (it) => h('li', {class: `is-${it.kind}`}, h('time', {datetime: new Date(it.at).toISOString(), title: moment(it.at)}, clock(it.at)),
    h('i', {'aria-hidden': 'true'}), h('p', {}, claim(plain(it.words, 600), link), it.id && !it.words.includes(`[${it.id}]`) ? [' ', cite(it.id, link)] : null));

export function drawTimeline(view) {
    const list = happenings(view);
    if (list.length === 0)
        return null;
    return section('timeline', 'What happened', null, list.length > 1 ? strip(list, view.link) : null,
                   chunked(list, ROWS_SHOWN, row(view.link), h('ol', {class: 'happened'}), 'events'),
                   h('ul', {class: 'legend'}, h('li', {}, h('i', {class: 'red'}), 'cited for the cause'), h('li', {}, h('i'), 'other evidence'), h('li', {}, h('i', {class: 'hollow'}), 'speaks against something'),
                     h('li', {}, h('i', {class: 'change-key'}), 'change'), h('li', {}, h('i', {class: 'onset'}), 'began'), h('li', {}, h('i', {class: 'alert'}), 'alert')));
}
