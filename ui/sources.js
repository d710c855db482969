// SPDX-License-Identifier: Apache-2.0
// Whom the server asks about an incident, and whether they answer.
import {get, post, seg} from './api.js';
import {h, plain, say, text} from './dom.js';
import {ago, count, span} from './words.js';

const KINDS = {ok: 'good', untried: '', slow: 'warn', failed: 'bad'};

function health(source) {
    return [h('span', {class: `badge ${KINDS[source.state] ?? ''}`}, source.state ?? 'not tried'), ' ',
            source.checked_at ? h('span', {class: 'faint'}, ago(source.checked_at), ' ago') : null,
            source.took_ms !== null && source.took_ms !== undefined ? h('span', {class: 'faint'}, ` in ${span(source.took_ms / 1000)}`) : null,
            source.rows !== null && source.rows !== undefined ? h('span', {class: 'faint'}, `, ${count(source.rows, 'row')}`) : null,
            source.note ? h('p', {class: 'note'}, text(plain(source.note, 600))) : null];
}

function row(source) {
    const cell = h('td', {role: 'status'}, health(source));
    const button = h('button', {type: 'button', 'aria-label': `Test ${plain(source.name, 60)}`}, 'Test');
    button.addEventListener('click', async () => {
        button.disabled = true;
        cell.replaceChildren(h('span', {class: 'faint'}, 'asking\u2026'));
        const said = await post(`/sources/${seg(source.name)}/test`).catch((error) => ({state: 'failed', note: error.message}));
        cell.replaceChildren(...health(said).filter(Boolean));
        say(`${source.name}: ${said.state}`);
        button.disabled = false;
    });
    return h('tr', {'data-stop': true}, h('th', {scope: 'row'}, text(plain(source.name, 80))), h('td', {}, text(plain(source.kind, 40))),
             h('td', {class: 'where'}, h('code', {}, text(plain(source.url, 200)))), cell, h('td', {class: 'num'}, button));
}

const EXAMPLE = 'sources:\n  prometheus: {url: http://127.0.0.1:9090}\n  shop-code: {kind: git, path: /srv/shop}\n';

const none = () => h('div', {class: 'empty'}, h('h2', {}, 'Nobody can be asked'),
                     h('p', {}, 'This server has no live sources, so it investigates bundles that are brought to it. Name some in warroom.yaml:'), h('pre', {}, EXAMPLE));

export async function show() {
    const {sources} = await get('/sources').catch((error) => {
        if (error.status === 404)
            return {sources: []};
        throw error;
    });
    const heads = ['Source', 'Kind', 'Where', 'Health', ''];
    return h('div', {}, h('h1', {}, 'Sources'), sources.length === 0 ? none()
        : h('section', {'aria-label': 'Sources'}, h('table', {class: 'stack'}, h('caption', {class: 'unseen'}, 'Sources and their health'),
            h('thead', {}, h('tr', {}, heads.map((it) => h('th', {scope: 'col'}, it)))), h('tbody', {}, sources.map(row)))));
}
