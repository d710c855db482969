// SPDX-License-Identifier: Apache-2.0
// Whom the server asks about an incident, and whether they answer when they are tried.
import {get, post, seg} from './api.js';
import {h, plain, say, text} from './dom.js';
import {clock} from './words.js';

const untried = () => h('span', {class: 'faint'}, 'not tried since the page was opened');

function health({ok, said}) {
    return [h('p', {}, h('span', {class: `badge ${ok ? 'good' : 'bad'}`}, ok ? 'answers' : 'does not answer'), ' ', h('span', {class: 'faint'}, `at ${clock(Date.now())}`)),
            said ? h('p', {class: 'said soft'}, text(plain(said, 4000).replace(/ {2,}/g, ' \u00b7 '))) : null].filter(Boolean);
}

function row(source) {
    const cell = h('td', {role: 'status', class: 'full'}, untried());
    const button = h('button', {type: 'button', 'aria-label': `Test ${plain(source.name, 60)}`, 'data-open': true}, 'Test');
    button.addEventListener('click', async () => {
        button.disabled = true;
        cell.replaceChildren(h('span', {class: 'faint'}, 'asking\u2026'));
        const answer = await post(`/sources/${seg(source.name)}/test`).catch((error) => ({ok: false, said: error.message}));
        cell.replaceChildren(...health(answer));
        say(`${source.name} ${answer.ok ? 'answers' : 'does not answer'}`);
        button.disabled = false;
    });
    return h('tr', {'data-stop': true}, h('th', {scope: 'row'}, text(plain(source.name, 80))),
             h('td', {}, text(plain(source.kind, 40)), source.signal ? h('span', {class: 'faint'}, ' ', text(plain(source.signal, 40))) : null),
             h('td', {class: 'where'}, h('code', {}, text(plain(source.url ?? source.path ?? '', 200)))), cell, h('td', {class: 'num'}, button));
}

const EXAMPLE = 'sources:\n  prometheus: {url: http://127.0.0.1:9090}\n  shop-code: {kind: git, path: /srv/shop}\n';

const none = (receives) => h('div', {class: 'empty'}, h('h2', {}, 'Nobody is asked'),
    h('p', {}, receives ? 'Telemetry is pushed to this server, and that is what it looks at. ' : 'This server has no live sources, so it investigates bundles that are brought to it. ',
      'Name some in warroom.yaml:'), h('pre', {}, EXAMPLE));

export async function show() {
    const {sources, receives} = await get('/sources');
    const heads = ['Source', 'Kind', 'Where', 'Health', ''];
    return h('div', {}, h('h1', {}, 'Sources'), sources.length === 0 ? none(receives)
        : h('section', {'aria-label': 'Sources'}, h('table', {class: 'stack'}, h('caption', {class: 'unseen'}, 'Sources and their health'),
            h('thead', {}, h('tr', {}, heads.map((it) => h('th', {scope: 'col'}, it || h('span', {class: 'unseen'}, 'Test'))))), h('tbody', {}, sources.map(row))),
            receives ? h('p', {class: 'note'}, 'Telemetry that is pushed to this server is looked at as well.') : null));
}
