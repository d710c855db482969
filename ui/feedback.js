// SPDX-License-Identifier: Apache-2.0
// What a person says of the report, and how it leaves the page.
import {address, getText, post, seg} from './api.js';
import {copyButton, h, say, section} from './dom.js';

const WORDS = [['right', 'Right', 'the place and the kind'], ['partly', 'Partly', 'the place, not the kind'], ['wrong', 'Wrong', 'it was somewhere else']];

export function drawFeedback({incident}) {
    const said = h('p', {class: 'note', role: 'status'});
    const field = (name, label) => [h('label', {for: `f-${name}`}, label), h('input', {id: `f-${name}`, name, maxlength: 4096, autocomplete: 'off'})];
    const more = h('form', {class: 'fields', hidden: true}, field('cause', 'What it was'), h('div', {class: 'only-wrong'}, field('service', 'Where it was')), field('fix', 'What ended it'),
                   h('label', {for: 'f-note'}, 'Note'), h('textarea', {id: 'f-note', name: 'note', rows: 3, maxlength: 4096}), h('span', {}), h('button', {}, 'Send'));
    let verdict = '';
    const buttons = WORDS.map(([name, label, means]) => h('button', {type: 'button', 'aria-pressed': 'false', title: means, onclick: () => {
        verdict = name;
        buttons.forEach((it, i) => it.setAttribute('aria-pressed', String(WORDS[i][0] === name)));
        more.hidden = false;
        more.querySelector('.only-wrong').hidden = name !== 'wrong';
        said.textContent = `${label}: ${means}.`;
    }}, label));
    more.addEventListener('submit', async (event) => {
        event.preventDefault();
        const form = Object.fromEntries([...new FormData(more)].filter(([name, value]) => value && (name !== 'service' || verdict === 'wrong')));
        try {
            await post(`/incidents/${seg(incident.id)}/feedback`, {verdict, ...form});
            more.hidden = true;
            said.textContent = 'Kept. The next verdict can be weighed by it. Thank you.';
            said.className = 'good';
        } catch (error) {
            said.textContent = error.message;
            said.className = 'bad-text';
        }
        say(said.textContent);
    });
    return section('feedback', 'Was it right?', 'what you say is what it learns from', h('p', {class: 'buttons'}, buttons), said, more);
}

export function drawShare({incident}) {
    const path = `/incidents/${seg(incident.id)}`;
    const file = (name, of, save) => h('li', {}, h('a', {href: address(of), ...(save ? {download: `${incident.id}${save}`} : {target: '_blank', rel: 'noopener'})}, name));
    return section('share', 'Share', 'it holds log lines and diffs as they are',
                   h('ul', {class: 'share-list'}, file('Report as a page', `${path}/report?format=html`), file('Markdown', `${path}/report?format=markdown`, '.md'),
                     file('Draft of a post-mortem', `${path}/report?format=postmortem`, '-postmortem.md'), file('JSON', `${path}/report?format=json`, '.json'),
                     file('Journal', `${path}/journal`, '.journal.jsonl'), file('Bundle', `${path}/bundle`, '.tar.zst')),
                   h('p', {class: 'buttons'}, copyButton(() => getText(`${path}/report?format=markdown`), 'Copy as Markdown'), copyButton(() => location.href, 'Copy the link')));
}
