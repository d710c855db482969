// SPDX-License-Identifier: Apache-2.0
// A question about the incident. What comes back is text of the server, with citations that lead to the evidence.
import {post, seg} from './api.js';
import {copyButton, h, plain, say, section, text} from './dom.js';
import {claim} from './words.js';

const IDEAS = ['What is the cause?', 'What changed?', 'What should I do?', 'Who is affected?', 'What is not known?'];
const KEPT = 10; // answers that stay below the box

const sentence = (it, link) => it.command
    ? h('div', {class: 'command'}, h('pre', {tabindex: '0'}, text(it.text)), copyButton(it.text))
    : h('p', {}, claim(it.text, link));

const source = (name, words) => h('li', {}, h('b', {}, `[${name}]`), ' ', text(plain(words, 400)));

function drawAnswer(question, answer, link) {
    const sources = [...answer.tools.map((it, i) => source(`T${i + 1}`, `${it.tool} ${JSON.stringify(it.input)}${it.failure ? `: ${it.failure}` : ''}`)),
                     ...answer.passages.map((it) => source(it.cite, `${it.path}, lines ${it.first_line}-${it.last_line}`))];
    return h('li', {}, h('h3', {}, text(plain(question, 300))), answer.said.map((it) => sentence(it, link)),
             sources.length ? h('ul', {class: 'plainlist note'}, sources) : null,
             answer.model ? h('p', {class: 'note'}, 'Worded by a model; each sentence was held against what it cites.') : null);
}

export function drawAsk({incident, link}) {
    const answers = h('ol', {class: 'answers', 'aria-label': 'Answers'});
    const status = h('p', {class: 'note', role: 'status'});
    const input = h('input', {id: 'question', name: 'question', maxlength: 2000, autocomplete: 'off'});
    const button = h('button', {}, 'Ask');
    const ask = async (question) => {
        button.disabled = true;
        status.className = 'note';
        status.textContent = 'Looking \u2026';
        try {
            const answer = await post(`/incidents/${seg(incident.id)}/ask`, {question});
            answers.prepend(drawAnswer(question, answer, link));
            while (answers.children.length > KEPT)
                answers.lastChild.remove();
            status.textContent = '';
            say(answer.said.map((it) => it.text).join(' ').slice(0, 400));
        } catch (error) {
            status.className = 'bad-text';
            status.textContent = error.message;
            say(error.message);
        }
        button.disabled = false;
    };
    const form = h('form', {class: 'fields ask'}, h('label', {for: 'question'}, 'Question'), input, h('span', {}), button);
    form.addEventListener('submit', (event) => {
        event.preventDefault();
        if (input.value.trim())
            ask(input.value.trim());
    });
    const ideas = h('p', {class: 'buttons'}, IDEAS.map((it) => h('button', {type: 'button', onclick: () => { input.value = it; ask(it); }}, it)));
    return section('ask', 'Ask about it', 'each sentence cites what bears it out', form, ideas, status, answers);
}
