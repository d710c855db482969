// SPDX-License-Identifier: Apache-2.0
// All incidents, newest first, as they change. The server gives a page at a time and filters by state and service;
// words are looked for here, page after page, until there are enough.
import {get, seg, watch} from './api.js';
import {h, plain, say, text} from './dom.js';
import {ago, causeOf, count, meter, percent, severityKind, span, stateMark, STATES} from './words.js';

const PAGE = 50;
const SEARCH_PAGE = 200;      // the most that the server gives at once
const SEARCH_MAX = 2000;      // looked through before we ask whether to go on
const TYPING_MS = 250;

const path = (query, before, limit) => {
    const wanted = new URLSearchParams({limit});
    for (const [name, value] of [['state', query.get('state')], ['service', query.get('service')], ['before', before]])
        if (value)
            wanted.set(name, value);
    return `/incidents?${wanted}`;
};

function verdictCell(incident) {
    const {verdict} = incident;
    if (!verdict)
        return h('span', {class: 'faint'}, incident.why ? text(plain(incident.why, 160)) : '');
    const place = verdict.service ? h('b', {}, text(plain(verdict.service, 80))) : null;
    return verdict.known
        ? h('span', {}, place, ': ', h('span', {class: 'soft'}, text(plain(causeOf(verdict.headline), 220))))
        : h('span', {class: 'soft'}, place ? ['best guess: ', place] : 'nothing points to a cause');
}

export function row(incident) {
    const {verdict} = incident;
    const address = `#/incidents/${seg(incident.id)}`;
    return h('tr', {'data-stop': true, 'data-id': incident.id, class: incident.resolved ? 'resolved' : ''},
             h('td', {class: 'of-state'}, stateMark(incident)),
             h('td', {class: 'of-title'},
               h('a', {href: address, 'data-open': true}, text(plain(incident.alert || incident.title, 120))),
               h('span', {class: `sub ${severityKind(incident.severity)}`}, text(plain(incident.service, 60)),
                 incident.severity ? [' \u00b7 ', h('span', {class: 'severity'}, text(plain(incident.severity, 24)))] : null,
                 incident.resolved ? ' \u00b7 resolved' : null)),
             h('td', {class: 'of-verdict'}, verdictCell(incident)),
             h('td', {class: 'of-confidence'}, verdict && [
                 meter(verdict.confidence, `confidence ${percent(verdict.confidence)}`, verdict.known ? 'hot' : ''),
                 h('span', {'aria-hidden': 'true'}, percent(verdict.confidence))]),
             h('td', {class: 'num of-alerts'}, incident.alerts > 1 ? count(incident.alerts, 'alert') : h('span', {class: 'unseen'}, '1 alert')),
             h('td', {class: 'num of-took'}, incident.took_ms === null ? '' : span(incident.took_ms / 1000)),
             h('td', {class: 'num of-age'}, ago(incident.started_at)));
}

export function table(incidents, caption) {
    const heads = [['State'], ['Alert'], ['Verdict'], ['Confidence'], ['Alerts', 'num'], ['Took', 'num'], ['Age', 'num']];
    return h('table', {class: 'incidents'}, h('caption', {class: 'unseen'}, caption),
             h('thead', {}, h('tr', {}, heads.map(([name, kind]) => h('th', {scope: 'col', class: kind}, name)))),
             h('tbody', {}, incidents.map(row)));
}

const words = (incident) => [incident.id, incident.title, incident.service, incident.severity, incident.why, incident.verdict?.service,
                             incident.verdict?.kind_text, incident.verdict?.headline, incident.verdict?.change].join(' ').toLowerCase();

async function search(query, before, signal) {
    const wanted = (query.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const found = [];
    let looked = 0, next = before;
    do {
        const page = await get(path(query, next, SEARCH_PAGE), signal);
        looked += page.incidents.length;
        next = page.next;
        found.push(...page.incidents.filter((it) => { const all = words(it); return wanted.every((word) => all.includes(word)); }));
    } while (next && found.length < PAGE && looked < SEARCH_MAX);
    return {incidents: found, next, looked};
}

const load = (query, before, signal) =>
    query.get('q') ? search(query, before, signal) : get(path(query, before, PAGE), signal);

function go(query, change, replace) {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(change))
        value ? next.set(name, value) : next.delete(name);
    const address = `#/${next.size ? `?${next}` : ''}`;
    replace ? location.replace(address) : location.assign(address);
}

function filters(query) {
    const at = () => new URLSearchParams(location.hash.split('?')[1] ?? '');
    let timer;
    const typed = (name) => (event) => {
        clearTimeout(timer);
        timer = setTimeout(() => go(at(), {[name]: event.target.value.trim(), before: ''}, true), TYPING_MS);
    };
    return h('form', {class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault()},
             h('input', {type: 'search', 'aria-label': 'Search incidents', placeholder: 'Search\u2003/', value: query.get('q') ?? '',
                         'aria-keyshortcuts': '/', autocomplete: 'off', spellcheck: 'false', oninput: typed('q')}),
             h('input', {type: 'text', 'aria-label': 'Service', placeholder: 'Service', value: query.get('service') ?? '',
                         autocomplete: 'off', spellcheck: 'false', class: 'service', oninput: typed('service')}),
             h('select', {'aria-label': 'State', onchange: (event) => go(at(), {state: event.target.value, before: ''}, true)},
               h('option', {value: ''}, 'All states'),
               Object.keys(STATES).map((it) => h('option', {value: it, selected: it === query.get('state')}, STATES[it].words))));
}

function nothing(query) {
    if (query.get('q') || query.get('state') || query.get('service') || query.get('before'))
        return h('div', {class: 'empty'}, h('p', {}, 'No incident is like that.'), h('p', {}, h('a', {href: '#/'}, 'Show all')));
    return h('div', {class: 'empty'}, h('h2', {}, 'No incident as yet'),
             h('p', {}, 'When an alert comes in it is investigated by itself, and stands here. Point a webhook of Alertmanager, Grafana, PagerDuty, '
                        + 'Datadog, Opsgenie or Sentry to:'),
             h('pre', {}, `${location.origin}/webhook/alertmanager`));
}

let now = null; // the view that is shown: {query, draw()}

export async function show({query, signal}) {
    const box = h('div', {class: 'rows'});
    const form = filters(query);
    const state = {query, page: await load(query, query.get('before'), signal)};
    const fill = () => {
        const {incidents, next, looked} = state.page;
        const pages = h('nav', {class: 'pages', 'aria-label': 'Pages'},
                        state.query.get('before') ? h('button', {type: 'button', onclick: () => go(state.query, {before: ''})}, 'Newest') : null,
                        looked ? h('span', {class: 'faint'}, `${count(incidents.length, 'match', 'matches')} in ${count(looked, 'incident')}`) : null,
                        next ? h('button', {type: 'button', onclick: () => go(state.query, {before: next})}, looked ? 'Search further' : 'Older') : null);
        box.replaceChildren(incidents.length ? table(incidents, 'Incidents, newest first') : nothing(state.query), pages);
    };
    now = {
        async move(at) {
            if (at.query.toString() === state.query.toString())
                return;
            state.query = at.query;
            box.setAttribute('aria-busy', 'true');
            try {
                state.page = await load(at.query, at.query.get('before'), signal);
            } catch (error) {
                if (!signal.aborted)
                    box.replaceChildren(h('p', {class: 'empty', role: 'alert'}, error.message));
                return;
            }
            if (state.query !== at.query)
                return; // somebody typed on
            fill();
            box.removeAttribute('aria-busy');
            say(count(state.page.incidents.length, 'incident'));
        },
    };
    fill();
    const feed = watch('/events', ['incident'], (_, incident) => changed(box, state, incident, fill), async (isOpen) => {
        if (isOpen && state.wasBroken) { // what happened in between is not told again
            state.wasBroken = false;
            state.page = await load(state.query, state.query.get('before'), signal).catch(() => state.page);
            fill();
        } else if (!isOpen) {
            state.wasBroken = true;
        }
    });
    signal.addEventListener('abort', () => feed.close());
    return h('div', {class: 'list'}, h('div', {class: 'bar'}, h('h1', {}, 'Incidents'), form), box);
}

// A row is changed in its place, so that nobody loses the one they look at; a new one comes on top of the first page.
function changed(box, state, incident, fill) {
    const {incidents} = state.page;
    const at = incidents.findIndex((it) => it.id === incident.id);
    const isFiltered = ['q', 'state', 'service', 'before'].some((name) => state.query.get(name));
    if (at >= 0) {
        incidents[at] = incident;
        const old = box.querySelector(`tr[data-id="${CSS.escape(incident.id)}"]`);
        const hadFocus = old?.contains(document.activeElement);
        const fresh = row(incident);
        old?.replaceWith(fresh);
        if (hadFocus)
            fresh.querySelector('a').focus({preventScroll: true});
        if (incident.state === 'done')
            say(`${incident.title}: investigated`);
    } else if (!isFiltered) {
        incidents.unshift(incident);
        incidents.length = Math.min(incidents.length, PAGE);
        const body = box.querySelector('.incidents tbody');
        if (!body)
            return fill();
        body.prepend(row(incident));
        while (body.rows.length > PAGE)
            body.lastElementChild.remove();
        say(`New incident: ${incident.title}`);
    }
}

export const move = (at) => now?.move(at);
