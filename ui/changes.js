// SPDX-License-Identifier: Apache-2.0
// Which change did it: candidates with their lines, whom to ask, and how each is taken back.
import {copyButton, h, long, plain, text} from './dom.js';
import {claim, cite, meter, moment, percent} from './words.js';

const LINES_MAX = 400; // of a diff

const kindOf = (line) => line.startsWith('+') ? 'came' : line.startsWith('-') ? 'went' : line.startsWith('@@') ? 'hunk' : line.startsWith(' ') && /^ \S+$/.test(line) ? 'file' : '';

export function diff(words) {
    const lines = plain(words).replace(/\n$/, '').split('\n');
    return h('pre', {class: 'diff', tabindex: '0', 'aria-label': 'Lines of the change'},
             lines.slice(0, LINES_MAX).map((line) => h('span', {class: kindOf(line)}, h('bdi', {}, line || ' '))),
             lines.length > LINES_MAX ? h('span', {class: 'faint'}, `${lines.length - LINES_MAX} more lines`) : null);
}

function facts(it) {
    const fact = (name, value) => value ? [h('dt', {}, name), h('dd', {}, value)] : [];
    return h('dl', {class: 'facts-of'}, fact('Landed', it.landed && moment(it.landed)), fact('Live', it.deployed && [moment(it.deployed), it.service ? [', in ', text(plain(it.service, 80))] : null]),
             fact('Author', it.author && text(plain(it.author, 120))), fact('Ask', it.owners && text(plain(it.owners, 300))),
             it.revert ? [h('dt', {class: 'of-command'}, 'Revert'), h('dd', {class: 'command'}, h('pre', {tabindex: '0'}, text(it.revert)), copyButton(it.revert))] : []);
}

function candidate(it, link, isOpen) {
    const body = h('div', {class: 'candidate'}, it.diff ? diff(it.diff) : null, facts(it));
    return h('li', {class: 'change'}, h('div', {class: 'share'}, h('b', {}, percent(it.probability)), meter(it.probability, `${percent(it.probability)} if a change did it`, isOpen ? 'hot' : '')),
             h('div', {}, h('p', {}, it.why ? claim(it.why, link) : [long(it.message ?? it.id, 300), ' ', cite(it.evidence, link)]),
               isOpen ? body : it.diff || it.revert ? h('details', {}, h('summary', {}, it.diff ? 'its lines' : 'more'), body) : null));
}

export function drawChanges({report, link}) {
    const {named, text: said, candidates} = report.changes;
    if (candidates.length === 0)
        return null;
    return h('section', {id: 'changes', class: named ? 'act' : '', 'aria-labelledby': 'changes-title'},
             h('h2', {id: 'changes-title'}, 'Which change did it', h('small', {}, named ? 'if a change did; nothing was taken back' : 'none is named; these are guesses')),
             said ? h('p', {class: 'soft'}, claim(said, link)) : null,
             h('ol', {class: 'changes'}, candidates.map((it, i) => candidate(it, link, named && i === 0))));
}
