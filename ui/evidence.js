// SPDX-License-Identifier: Apache-2.0
// All evidence, each with the query that bears it out. There may be thousands: a chunk is drawn at a time.
import {chunked, copyButton, fold, h, long, plain, section, text} from './dom.js';
import {claim, clock, count, meter, percent} from './words.js';

const SHOWN = 100;
const NAMES = {supports: 'for', refutes: 'against'};

function row(it, link, why) {
    const query = () => [h('pre', {class: 'query', tabindex: '0'}, text(it.query)), copyButton(it.query)];
    return h('tr', {id: it.id, class: why ? 'gone' : ''},
             h('th', {scope: 'row'}, it.id),
             h('td', {class: 'full claim'}, why ? h('s', {}, long(it.claim, 1200)) : claim(plain(it.claim, 4000), link),
               why ? h('p', {class: 'warn-text'}, 'Withdrawn: ', text(plain(why, 600))) : null, it.query ? fold('query', query) : null),
             h('td', {class: 'of'}, text(plain(it.subject ?? '', 80)), it.instance ? h('span', {class: 'faint'}, ' ', text(plain(it.instance, 60))) : null),
             h('td', {}, it.signal ?? ''), h('td', {}, h('span', {class: it.bearing === 'refutes' ? 'warn-text' : ''}, NAMES[it.bearing] ?? it.bearing ?? '')),
             h('td', {class: 'num'}, it.onset ? clock(it.onset) : ''),
             h('td', {}, it.strength === undefined ? '' : meter(it.strength, `strength ${percent(it.strength)}`)),
             h('td', {class: why ? 'warn-text' : 'good'}, why ? 'not borne out' : 're-read'));
}

export function drawEvidence({report, link}) {
    const gone = new Map(report.withdrawn.map((it) => [it.id, it.why]));
    const number = (it) => Number(it.id.slice(1));
    const known = new Set(report.evidence.map((it) => it.id));
    const all = [...report.evidence, ...report.withdrawn.filter((it) => !known.has(it.id))].sort((a, b) => number(a) - number(b));
    const wanted = {service: '', signal: '', words: ''};
    const said = h('p', {class: 'faint', role: 'status'});
    const box = h('div');
    let shown, drawn;

    const fill = () => {
        const words = wanted.words.toLowerCase();
        shown = all.filter((it) => (!wanted.service || it.subject === wanted.service) && (!wanted.signal || it.signal === wanted.signal) &&
                                   (!words || `${it.id} ${it.claim}`.toLowerCase().includes(words)));
        const heads = ['', 'Claim', 'Of', 'Signal', 'Speaks', 'Onset', 'Strength', 'Its query'];
        drawn = chunked(shown, SHOWN, (it) => row(it, link, gone.get(it.id)), h('table', {class: 'stack evidence'}, h('caption', {class: 'unseen'}, 'Evidence'),
            h('thead', {}, h('tr', {}, heads.map((it) => h('th', {scope: 'col'}, it || h('span', {class: 'unseen'}, 'Number'))))), h('tbody', {})), 'pieces');
        box.replaceChildren(shown.length ? drawn : h('p', {class: 'empty'}, 'No evidence is like that.'));
        said.textContent = shown.length < all.length ? `${shown.length} of ${count(all.length, 'piece')}` : '';
    };
    const choices = (name, label, values) => h('select', {'aria-label': label, onchange: (event) => { wanted[name] = event.target.value; fill(); }},
        h('option', {value: ''}, label), [...new Set(values.filter(Boolean))].sort().map((it) => h('option', {value: it}, plain(it, 60))));
    const services = choices('service', 'All services', all.map((it) => it.subject));
    const filters = h('form', {class: 'filters', onsubmit: (event) => event.preventDefault()},
                      h('input', {type: 'search', 'aria-label': 'Search the evidence', placeholder: 'Search', autocomplete: 'off', oninput: (event) => { wanted.words = event.target.value; fill(); }}),
                      services, choices('signal', 'All signals', all.map((it) => it.signal)), said);
    fill();
    const select = (service) => {
        wanted.service = services.value = service;
        if (services.value !== service)
            wanted.service = services.value = '';
        fill();
    };
    return {
        node: section('evidence', 'Evidence', String(all.length), all.length > 8 ? filters : null, box),
        select,
        reveal(id) {
            if (!all.some((it) => it.id === id))
                return;
            if (!shown.some((it) => it.id === id)) {
                wanted.words = wanted.signal = '';
                filters.reset();
                select('');
            }
            drawn.show(shown.findIndex((it) => it.id === id));
        },
    };
}
