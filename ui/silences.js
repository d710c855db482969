// SPDX-License-Identifier: Apache-2.0
// Alerts that nobody wants to hear of for a while.
import {get, post, remove, seg} from './api.js';
import {h, plain, say, section, text} from './dom.js';
import {count, moment, span, when} from './words.js';

function row(silence, redraw) {
    const end = async () => {
        await remove(`/silences/${seg(silence.number)}`).then(() => say('The silence is over.')).catch((error) => say(error.message));
        redraw();
    };
    const left = (new Date(silence.until) - Date.now()) / 1000;
    return h('tr', {'data-stop': true}, h('td', {class: 'full'}, silence.matchers.map((it) => [h('code', {}, text(plain(it, 200))), ' '])),
             h('td', {class: 'full'}, text(plain(silence.why, 400)), h('p', {class: 'note'}, text(plain(silence.who, 80)), `, since ${moment(silence.since)}`)),
             h('td', {}, left > 0 ? [when(silence.until, span(left)), ' left'] : 'over'),
             h('td', {class: 'num'}, count(silence.hits, 'alert')),
             h('td', {class: 'num'}, h('button', {type: 'button', onclick: end, 'data-open': true}, 'End it')));
}

function form(redraw) {
    const said = h('p', {class: 'note', role: 'alert'});
    const field = (name, label, placeholder) => [h('label', {for: `s-${name}`}, label),
                                                 h('input', {id: `s-${name}`, name, placeholder, required: true, autocomplete: 'off', spellcheck: 'false'})];
    const send = async (event) => {
        event.preventDefault();
        try {
            await post('/silences', Object.fromEntries(new FormData(event.target)));
            redraw();
        } catch (error) {
            said.textContent = error.message;
        }
    };
    return section('new-silence', 'Silence alerts', null,
                   h('form', {class: 'fields', onsubmit: send}, field('matchers', 'Which', 'service=checkout, alertname!=Down'),
                     field('for', 'How long', '2h'), field('why', 'Why', 'we are moving the database'), h('span', {}), h('button', {}, 'Silence them')), said);
}

export async function show({redraw}) {
    const {silences} = await get('/silences');
    const heads = ['Which', 'Why', 'Ends in', 'Kept quiet', ''];
    return h('div', {}, h('h1', {}, 'Silences'),
             h('section', {'aria-label': 'Silences'}, silences.length === 0
                 ? h('p', {class: 'empty'}, 'No silence: each alert that comes in is looked into.')
                 : h('table', {class: 'stack'}, h('caption', {class: 'unseen'}, 'Silences'),
                     h('thead', {}, h('tr', {}, heads.map((it) => h('th', {scope: 'col'}, it)))), h('tbody', {}, silences.map((it) => row(it, redraw))))),
             form(redraw));
}
