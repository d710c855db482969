// SPDX-License-Identifier: Apache-2.0
// How it was investigated: the plan, the leads with what became of them, the steps.
import {chunked, fold, h, plain, section, text} from './dom.js';
import {cite, claim, count, span} from './words.js';
import {coloured} from './runbooks.js';

const STEPS_SHOWN = 100;
const WORDS = {supposed: 'not followed to its end', held: 'holds', abandoned: 'dead end'};
const KINDS = {held: 'good', abandoned: 'warn'};

function lead(it, link) {
    const steps = it.first_step ? h('span', {class: 'faint'}, it.first_step === it.last_step ? ` after S${it.first_step}` : ` after S${it.first_step}\u2013S${it.last_step}`) : null;
    return h('li', {class: `of-${it.state}`},
             h('p', {}, h(it.state === 'abandoned' ? 's' : 'b', {}, text(plain(it.subject, 120))), ' ', h('span', {class: `badge ${KINDS[it.state] ?? ''}`}, WORDS[it.state] ?? it.state), steps),
             it.because ? h('p', {class: 'soft'}, 'Supposed because ', claim(it.because, link), '.') : null,
             it.reason ? h('p', {}, it.state === 'abandoned' ? 'Given up: ' : '', claim(it.reason, link), it.against && !it.reason.includes(it.against) ? [' ', cite(it.against, link)] : null) : null,
             it.found.length ? h('p', {class: 'faint'}, 'found ', it.found.slice(0, 30).map((id) => [cite(id, link), ' '])) : null);
}

const plan = (it, i, link) => h('div', {}, h('dt', {}, i === 0 ? 'Plan' : `Revised before S${it.first_step}`),
    h('dd', {}, claim(it.why, link), it.text ? fold('the plan', () => h('pre', {class: 'code'}, coloured(plain(it.text, 20000)))) : null));

export function drawCourse({report, link}) {
    const {leads, plans, stopped_because: end} = report;
    if (leads.length + plans.length === 0 && !end)
        return null;
    const dead = leads.filter((it) => it.state === 'abandoned').length;
    return section('course', 'How it was investigated', [count(leads.length, 'lead'), dead ? `, ${dead} of them ${dead === 1 ? 'a dead end' : 'dead ends'}` : ''],
                   leads.length ? h('ol', {class: 'leads'}, leads.map((it) => lead(it, link))) : null,
                   h('dl', {class: 'plans'}, plans.map((it, i) => plan(it, i, link)), end ? h('div', {}, h('dt', {}, 'Why it stopped'), h('dd', {}, claim(end, link))) : null));
}

const inputs = (input) => Object.entries(input ?? {}).filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ');

const step = (it) => h('tr', {id: `S${it.id}`}, h('td', {}, h('b', {}, `S${it.id}`)), h('td', {}, text(plain(it.name, 80))), h('td', {}, text(plain(it.runbook ?? '', 60))),
    h('td', {class: 'full'}, inputs(it.input) ? h('code', {}, text(plain(inputs(it.input), 160))) : ''),
    h('td', {class: 'full'}, it.state === 'done' ? null : h('span', {class: `badge ${it.state === 'failed' ? 'warn' : ''}`}, it.state), ' ', text(plain(it.outcome, 400))),
    h('td', {class: 'num'}, span(it.took_ms / 1000)));

export function drawSteps({report}) {
    const heads = ['', 'Asked', 'Runbook', 'With', 'Outcome', 'Took'];
    const make = () => chunked(report.steps, STEPS_SHOWN, step, h('table', {class: 'stack'}, h('caption', {class: 'unseen'}, 'Steps'),
        h('thead', {}, h('tr', {}, heads.map((it, i) => h('th', {scope: 'col', class: i === 5 ? 'num' : ''}, it)))), h('tbody', {})), 'steps');
    return report.steps.length ? h('section', {id: 'steps', 'aria-label': 'Steps'}, fold(h('h2', {}, 'Steps', h('small', {}, String(report.steps.length))), make, {class: 'fold'})) : null;
}
