// SPDX-License-Identifier: Apache-2.0
// An investigation while it runs: what the sources gave, the plan, each step as it ends, leads taken up and given up,
// evidence as it comes.
import {seg, watch} from './api.js';
import {h, plain, say, text} from './dom.js';
import {claim, clock, count, percent, runs, span} from './words.js';
import {coloured} from './runbooks.js';

const EVENTS = ['state', 'sources', 'plan', 'step', 'evidence', 'withdrawn', 'lead', 'verdict', 'close', 'end'];
const ROWS_MAX = 400; // of steps or evidence that are shown at once; the report has all

const PHASES = ['queued', 'collecting', 'investigating'];
const PHASE_WORDS = ['It waits for its turn', 'The sources are asked', 'It is investigated'];

function phases(state) {
    const at = PHASES.indexOf(state);
    return h('ol', {class: 'phases'}, PHASES.map((it, i) =>
        h('li', {class: i < at ? 'past' : i === at ? 'now' : '', 'aria-current': i === at ? 'step' : null}, PHASE_WORDS[i])));
}

function sourceItem(source) {
    const kind = {read: 'good', empty: '', missing: 'warn', broken: 'bad'}[source.state] ?? '';
    return h('li', {}, h('span', {}, text(plain(source.name, 80)), source.note ? h('span', {class: 'faint'}, ' ', text(plain(source.note, 200))) : null),
             h('span', {class: 'faint'}, h('span', {class: `badge ${kind}`}, source.state), source.rows ? ` ${source.rows.toLocaleString('en')}` : ''));
}

function stepItem(step) {
    return h('li', {class: `of-${step.state}`}, h('span', {class: 'id'}, `S${step.id}`),
             h('span', {}, h('code', {}, text(plain(step.name, 80))), ' ', h('span', {class: step.outcome?.startsWith('0 ') ? 'faint' : 'soft'}, text(plain(step.outcome, 200)))),
             h('span', {class: 'num faint'}, span(step.took_ms / 1000)));
}

function leadItem(lead) {
    const given = lead.state === 'abandoned';
    const name = h(given ? 's' : 'b', {}, text(plain(lead.subject, 80)));
    return h('li', {class: `of-${lead.state}`}, h('p', {}, name, ' ',
               h('span', {class: `badge ${lead.state === 'held' ? 'good' : given ? 'warn' : ''}`}, given ? 'dead end' : lead.state === 'held' ? 'holds' : 'followed'),
               ' ', h('span', {class: 'soft'}, claim(plain(lead.because, 300)))),
             lead.reason ? h('p', {class: 'soft'}, claim(plain(lead.reason, 400))) : null);
}

const evidenceItem = (it) => h('li', {id: it.id}, h('span', {class: 'cite'}, it.id),
                               h('span', {}, claim(plain(it.claim, 600)), it.onset ? h('span', {class: 'faint'}, ` ${clock(it.onset)}`) : null));

function panel(title, list, empty, ...more) {
    const number = h('small', {});
    const nothing = h('p', {class: 'empty'}, empty);
    const box = h('section', {'aria-label': title, 'data-stop': true}, h('h2', {}, title, number), nothing, list, ...more);
    box.counted = (items) => { number.textContent = items ? items.toLocaleString('en') : ''; nothing.hidden = items > 0; };
    return box;
}

function put(list, node) {
    list.append(node);
    if (list.children.length > ROWS_MAX)
        list.firstElementChild.remove();
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120; // who has scrolled up is reading
    if (atEnd)
        list.scrollTop = list.scrollHeight;
}

export function follow(incident, signal, headChanged, done) {
    const steps = h('ol', {class: 'ticker'}), leads = h('ol', {class: 'leads'}), evidence = h('ol', {class: 'ticker claims-live'});
    const sources = h('ul', {class: 'plainlist'}), plan = h('div', {class: 'plan'}), guess = h('p', {class: 'cause', role: 'status'}, 'No verdict as yet.');
    const line = h('p', {class: 'link', role: 'status', hidden: true}, 'The line is broken; coming back\u2026');
    const top = h('div', {}, phases(incident.state));
    const elapsed = h('span', {class: 'faint'});
    const seen = {steps: 0, evidence: 0, leads: new Map()};
    const panels = {
        plan: panel('The plan', plan, 'It is composed when the first look is done.'),
        steps: panel('Steps', steps, 'None as yet.'),
        leads: panel('Leads', leads, 'None is followed as yet.'),
        evidence: panel('Evidence', evidence, 'None as yet.'),
        sources: panel('Sources', sources, 'None was read as yet.'),
    };
    const began = new Date(incident.updated_at).getTime();
    const tick = setInterval(() => { elapsed.textContent = ` ${span(Math.max(0, (Date.now() - began) / 1000))}`; }, 1000);

    const hear = {
        state(now) {
            top.replaceChildren(phases(now.state));
            headChanged(now);
            if (!runs(now))
                finish();
        },
        sources({sources: all}) {
            sources.append(...all.slice(0, ROWS_MAX).map(sourceItem));
            panels.sources.counted(sources.children.length);
        },
        plan(it) {
            plan.replaceChildren(h('p', {class: 'soft'}, claim(plain(it.why, 400))), h('pre', {class: 'code'}, coloured(plain(it.text, 6000))));
            panels.plan.counted(1);
        },
        step(it) {
            put(steps, stepItem(it));
            panels.steps.counted(++seen.steps);
        },
        lead(it) {
            const node = leadItem(it), old = seen.leads.get(it.id);
            old ? old.replaceWith(node) : leads.append(node);
            seen.leads.set(it.id, node);
            panels.leads.counted(seen.leads.size);
            if (it.state !== 'supposed')
                say(`${it.subject}: ${it.state === 'held' ? 'the lead holds' : 'a dead end'}`);
        },
        evidence(it) {
            put(evidence, evidenceItem(it));
            panels.evidence.counted(++seen.evidence);
        },
        withdrawn(it) {
            document.getElementById(it.id)?.replaceChildren(h('s', {}, it.id), ' ', h('span', {class: 'faint'}, 'withdrawn: ', text(plain(it.why, 300))));
        },
        verdict({hypotheses}) {
            const [best] = hypotheses;
            guess.replaceChildren(...(best ? [h('b', {}, text(plain(best.subject, 80))), ' ', ...claim(plain(best.cause, 300)), ` (${percent(best.confidence)})`]
                                           : ['Nothing points to a cause.']));
        },
        close() {},
        end: () => finish(),
    };
    let isOver = false;
    function finish() {
        if (isOver)
            return; // told twice: by the state, and by the end of the story
        isOver = true;
        feed.close();
        clearInterval(tick);
        say(`It is done, with ${count(seen.evidence, 'piece', 'pieces')} of evidence.`);
        done();
    }
    const feed = watch(`/incidents/${seg(incident.id)}/events`, EVENTS, (name, data) => hear[name](data),
                       (isOpen) => { line.hidden = isOpen; });
    signal.addEventListener('abort', () => { feed.close(); clearInterval(tick); });

    return h('div', {class: 'live'},
             h('section', {class: 'verdict runs', 'data-stop': true}, h('div', {}, h('p', {class: 'eyebrow'}, 'As it happens', elapsed), top, guess, line)),
             h('div', {class: 'pair'}, h('div', {class: 'column'}, panels.leads, panels.evidence), h('div', {class: 'column'}, panels.steps, panels.plan, panels.sources)));
}
