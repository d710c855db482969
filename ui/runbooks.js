// SPDX-License-Identifier: Apache-2.0
// What is followed when an alert comes in, with the checker's word on it.
import {get, post, seg} from './api.js';
import {copyButton, h, plain, section, text} from './dom.js';

const PIECE = /(#[^\n]*)|("(?:[^"\\\n]|\\.)*")|(?<![.\w])(runbook|when|limit|steps|time|follow|if|else|for|in|max|suppose|is|because|verify|refute|parallel|and|or|not|true|false)\b|\b(\d+(?:ms|s|m|h|d)?)\b|([a-z_][a-z_.]*)(?=\()/g;
const KINDS = ['note', 'string', 'word', 'value', 'call'];

export function coloured(source) {
    const nodes = [];
    let at = 0;
    for (const found of source.matchAll(PIECE)) {
        nodes.push(source.slice(at, found.index));
        nodes.push(h('span', {class: `of-${KINDS[found.slice(1).findIndex((it) => it !== undefined)]}`}, found[0]));
        at = found.index + found[0].length;
    }
    return [...nodes, source.slice(at)];
}

const code = (source) => h('pre', {class: 'code', tabindex: '0', 'aria-label': 'Text of the runbook'},
                           source.replace(/\n$/, '').split('\n').map((line) => h('span', {class: 'row'}, coloured(line), '\n')));

function result(answer) {
    return answer.fine
        ? h('p', {class: 'good'}, 'Nothing is wrong with it.')
        : h('div', {class: 'bad-text'}, h('p', {}, 'It cannot be followed:'), h('pre', {}, text(answer.problems)));
}

// Asks the checker and shows its word; `source` gives the text.
function checker(source, label, ...others) {
    const said = h('div', {class: 'checked', role: 'status'});
    const button = h('button', {type: 'button'}, label);
    button.addEventListener('click', async () => {
        button.disabled = true;
        try {
            said.replaceChildren(result(await post('/runbooks/check', {text: source()})));
        } catch (error) {
            said.replaceChildren(h('p', {class: 'bad-text'}, error.message));
        }
        button.disabled = false;
    });
    return [h('p', {class: 'buttons'}, button, others), said];
}

async function one(name) {
    const book = await get(`/runbooks/${seg(name)}`);
    return h('div', {}, h('p', {class: 'crumbs'}, h('a', {href: '#/runbooks'}, 'Runbooks')),
             h('h1', {}, text(plain(book.name, 80))), h('p', {class: 'lead'}, text(book.title)),
             h('section', {'aria-label': 'Runbook'}, code(book.text), ...checker(() => book.text, 'Check it', copyButton(book.text))));
}

function own() {
    const area = h('textarea', {rows: 12, spellcheck: 'false', 'aria-label': 'Text of a runbook',
                                placeholder: 'runbook mine "What it is for" {\n    find_new_errors()\n}'});
    return section('own', 'Check one of your own', 'nothing is kept', area, ...checker(() => area.value, 'Check it'));
}

async function all() {
    const {runbooks} = await get('/runbooks');
    return h('div', {}, h('h1', {}, 'Runbooks'), h('p', {class: 'lead'}, 'What is asked about an incident, in which order, and what would refute it.'),
             h('section', {'aria-label': 'Runbooks'},
               h('ul', {class: 'plainlist'}, runbooks.map((it) => h('li', {'data-stop': true},
                 h('a', {href: `#/runbooks/${seg(it.name)}`, 'data-open': true}, text(plain(it.name, 80))), h('span', {class: 'soft'}, text(it.title)))))),
             own());
}

export const show = ({parts}) => (parts[1] ? one(parts[1]) : all());
