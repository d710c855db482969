// SPDX-License-Identifier: Apache-2.0
// Times, numbers and claims as people read them. All times are UTC, as in the report.
import {h, plain, text} from './dom.js';

const two = (number) => String(number).padStart(2, '0');

export function clock(at) {
    const date = new Date(at);
    return Number.isNaN(date.getTime()) ? '' : `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

export function moment(at) {
    const date = new Date(at);
    return Number.isNaN(date.getTime()) ? 'not known' : `${date.toISOString().slice(0, 10)} ${clock(at)} UTC`;
}

const STEPS = [['s', 1], ['min', 60], ['h', 3600], ['d', 86400]];

export function span(seconds) {
    const size = Math.abs(seconds);
    if (size < 1)
        return `${Math.round(size * 1000)} ms`;
    const at = size < 90 ? 0 : size < 5400 ? 1 : size < 129600 ? 2 : 3;
    const value = size / STEPS[at][1];
    return `${value < 10 && at === 0 ? Number(value.toFixed(1)) : Math.round(value)} ${STEPS[at][0]}`;
}

export function age(at) {
    const seconds = (Date.now() - new Date(at).getTime()) / 1000;
    return Number.isNaN(seconds) ? '' : seconds < 0 ? clock(at) : seconds < 5 ? 'now' : span(Math.max(1, Math.round(seconds)));
}

export const when = (at, words) => h('time', {datetime: at, title: moment(at)}, words ?? clock(at));
export const ago = (at) => h('time', {datetime: at, title: moment(at), 'data-age': at}, age(at));

export const percent = (share) => `${Math.round(Math.min(1, Math.max(0, share || 0)) * 100)}%`;

export function number(value) {
    if (value === null || value === undefined || Number.isNaN(value))
        return '\u2013';
    const size = Math.abs(value);
    for (const [unit, from] of [['G', 1e9], ['M', 1e6], ['k', 1e4]])
        if (size >= from)
            return `${Number((value / (from === 1e4 ? 1e3 : from)).toPrecision(3))}${unit}`;
    return size > 0 && size < 0.001 ? value.toExponential(1) : String(Number(value.toPrecision(4)));
}

export const count = (items, one, many = `${one}s`) => `${items.toLocaleString('en')} ${items === 1 ? one : many}`;

// "`web` failed [E7]." becomes names in code, and links to the evidence.
const PIECE = /`([^`]*)`|\[E(\d+)\]/g;

export function claim(words, link) {
    const nodes = [];
    let at = 0;
    for (const found of String(words ?? '').matchAll(PIECE)) {
        nodes.push(text(words.slice(at, found.index)));
        nodes.push(found[2] ? cite(`E${found[2]}`, link) : h('code', {}, text(found[1])));
        at = found.index + found[0].length;
    }
    nodes.push(text(String(words ?? '').slice(at)));
    return nodes.filter((node) => node.textContent !== '');
}

export const cite = (id, link) => link ? h('a', {class: 'cite', href: link(id)}, id) : h('span', {class: 'cite'}, id);

// The same for a title or a list: names without quotes, no citations.
export const bare = (words) => String(words ?? '').replace(/\s*\[E\d+\]/g, '').replace(/`/g, '');

// "The cause most likely lies in `x`: it was changed, since 02:33:31 [E1]." is "it was changed".
export const causeOf = (headline) =>
    bare(headline).replace(/^The cause most likely lies in .*?: /, '').replace(/(, since [\d:]+)?\.$/, '');

export function meter(share, label, kind = '') {
    const bar = h('i', {style: {width: percent(share)}});
    return h('span', {class: `meter ${kind}`, role: 'img', 'aria-label': label}, bar);
}

export function severityKind(severity) {
    const word = String(severity ?? '').toLowerCase();
    if (/crit|page|high|error|fatal|sev1|p1/.test(word))
        return 'bad';
    return /warn|medium|minor|moderate|sev2|p2/.test(word) ? 'warn' : '';
}

export const STATES = {
    queued: {words: 'waits', kind: 'waits'},
    collecting: {words: 'asks the sources', kind: 'runs'},
    investigating: {words: 'investigates', kind: 'runs'},
    done: {words: 'done', kind: 'done'},
    failed: {words: 'failed', kind: 'failed'},
    cancelled: {words: 'cancelled', kind: 'over'},
};

export const runs = (incident) => ['queued', 'collecting', 'investigating'].includes(incident.state);

export function stateMark(incident) {
    const state = STATES[incident.state] ?? {words: plain(incident.state, 24), kind: ''};
    const unknown = incident.state === 'done' && incident.verdict && !incident.verdict.known;
    return h('span', {class: `state ${unknown ? 'unknown' : state.kind}`}, h('i', {'aria-hidden': 'true'}),
             h('span', {}, unknown ? 'not known' : incident.state === 'done' ? 'cause named' : state.words));
}
