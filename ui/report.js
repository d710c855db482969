// SPDX-License-Identifier: Apache-2.0
// A report: its sections in the order in which they are wanted at three in the morning. docs/report.md says what each is.
import {copyButton, fold, h, long, plain, s, section, text} from './dom.js';
import {cite, claim, clock, count, meter, moment, percent, span} from './words.js';
import {drawAsk} from './ask.js';
import {drawChanges} from './changes.js';
import {drawCharts} from './charts.js';
import {drawCourse, drawSteps} from './course.js';
import {drawEvidence} from './evidence.js';
import {drawFeedback, drawShare} from './feedback.js';
import {drawGraph} from './graph.js';
import {drawLogs, drawTraces} from './exhibits.js';
import {drawTimeline} from './timeline.js';
import {table} from './list.js';

const CONFIDENCE = [[0.7, 'high'], [0.5, 'moderate'], [0, 'low']]; // docs/report.md

function dial(confidence) {
    const radius = 42, round = 2 * Math.PI * radius;
    const share = Math.min(1, Math.max(0, confidence || 0));
    return h('div', {class: 'dial'},
             s('svg', {viewBox: '0 0 100 100', role: 'img', 'aria-label': `confidence ${percent(share)}`},
               s('circle', {class: 'track', cx: 50, cy: 50, r: radius}),
               share > 0.005 ? s('circle', {class: 'value', cx: 50, cy: 50, r: radius, 'stroke-dasharray': `${round * share} ${round}`, transform: 'rotate(-90 50 50)'}) : null,
               s('text', {x: 50, y: 59, 'text-anchor': 'middle'}, percent(share))),
             `${CONFIDENCE.find(([from]) => share >= from)[1]} confidence`);
}

function verdict({incident, report, link}) {
    const {verdict: it} = report;
    const best = report.hypotheses[0];
    const since = it.since ? ['since ', h('time', {datetime: it.since, title: moment(it.since)}, clock(it.since)), ' UTC'] : null;
    const facts = [it.instance ? ['instance ', h('code', {}, text(it.instance))] : null, since,
                   it.known ? `kind: ${incident.verdict?.kind_text || it.kind}` : null,
                   best?.for.length && it.known ? ['borne out by ', best.for.map((id) => [cite(id, link), ' '])] : null]
        .filter(Boolean).flatMap((part, i) => (i ? [' \u00b7 ', part] : [part]));
    return h('section', {id: 'verdict', class: `verdict ${it.known ? 'known' : 'unknown'}`, 'data-stop': true, 'aria-label': 'Verdict'},
             h('div', {}, h('p', {class: 'eyebrow'}, it.known ? 'Most likely cause' : 'Verdict'),
               h('h2', {}, it.known ? text(plain(it.subject, 160)) : 'The cause is not known'),
               h('p', {class: 'cause'}, it.known ? claim(it.cause, link) : best
                   ? ['Best guess: ', h('b', {}, text(plain(best.subject, 120))), '. ', claim(best.cause, link), ', but it is not borne out well enough to name it.']
                   : 'Nothing that was found points to a cause.'),
               facts.length ? h('p', {class: 'facts'}, facts) : null),
             best ? dial(it.known ? it.confidence : best.confidence) : null);
}

const command = (name, words) => words ? [h('dt', {class: 'of-command'}, name), h('dd', {class: 'command'}, h('pre', {tabindex: '0'}, text(words)), copyButton(words))] : [];

export const proposals = (list, link) => h('ol', {class: 'claims steps proposals'}, list.map((it) => h('li', {}, h('p', {}, claim(it.text, link)),
    it.command || it.undo || it.risk ? h('dl', {class: 'commands'}, command('Run', it.command), command('Undo', it.undo),
        it.risk ? [h('dt', {}, 'Risk'), h('dd', {}, claim(it.risk, link))] : []) : null)));

function tiles({report}) {
    const onset = report.hypotheses[0]?.since ?? null;
    const read = report.sources.filter((it) => it.state === 'read').length;
    const tile = (name, value, note) => h('div', {}, h('dt', {}, name), h('dd', {}, value, note ? h('small', {}, ' ', note) : null));
    const later = onset && report.alert.starts_at ? (new Date(report.alert.starts_at) - new Date(onset)) / 1000 : 0;
    return h('dl', {class: 'tiles'}, tile('Began', onset ? clock(onset) : 'not known'),
             report.alert.starts_at ? tile('Alert', clock(report.alert.starts_at), later > 0 ? `${span(later)} later` : null) : null,
             tile('Evidence', String(report.evidence.length), report.withdrawn.length ? `${report.withdrawn.length} withdrawn` : null),
             tile('Sources read', String(read), `of ${report.sources.length}`), report.timings.total_ms > 0 ? tile('Found in', span(report.timings.total_ms / 1000)) : null);
}

const SEVERITY = {high: 'bad', moderate: 'warn'};
const CELLS_MAX = 60;

function impact({report, link}) {
    const {triage} = report;
    const judged = (name, is, kind, ...more) => h('div', {}, h('dt', {}, name), h('dd', {}, h('b', {class: kind}, is), ...more));
    const cells = triage.services >= triage.affected.length && triage.services <= CELLS_MAX
        ? h('span', {class: 'cells', 'aria-hidden': 'true'}, Array.from({length: triage.services}, (_, i) => h('i', {class: i < triage.affected.length ? 'on' : ''}))) : null;
    const parts = [
        triage.severity !== 'unknown' ? judged('Severity', triage.severity, SEVERITY[triage.severity], h('p', {}, claim(triage.severity_reason, link))) : null,
        triage.affected.length ? judged('Services that suffer', `${triage.affected.length} of ${triage.services}`, '', cells,
            h('p', {}, triage.affected.slice(0, 24).map((it) => [h('code', {}, text(plain(it, 80))), ' ']), triage.affected.length > 24 ? `and ${triage.affected.length - 24} more` : '')) : null,
        triage.noise !== 'unknown' ? judged('Is it noise?', triage.noise, triage.noise === 'likely' ? 'warn' : '', h('p', {}, claim(triage.noise_reason, link))) : null,
        triage.changes ? judged('Changes in the hour before', String(triage.changes), '') : null].filter(Boolean);
    const said = [...report.impact, ...triage.history];
    if (parts.length + said.length === 0)
        return null;
    return section('impact', 'Impact', null, parts.length ? h('dl', {class: 'judged'}, parts) : null,
                   said.length ? h('ul', {class: 'claims'}, said.map((it) => h('li', {}, claim(it, link)))) : null);
}

const sentences = (list, link, kind = '') => h('ul', {class: `claims ${kind}`}, list.map((it) =>
    h('li', {class: it.startsWith('Against it: ') ? 'against' : ''}, claim(it, link))));

const seen = ({report, link}) => report.triage.seen_before?.length
    ? section('seen', 'Seen before', 'what people said of it', sentences(report.triage.seen_before, link)) : null;

function why({report, link}) {
    const {known} = report.verdict;
    const below = known && report.summary[0]?.startsWith('The cause most likely') ? report.summary.slice(1) : report.summary;
    return [below.length ? section('why', known ? 'Why' : 'What is known', null, sentences(below, link)) : null,
            report.next_steps.length ? section('next', 'What to do next', null, sentences(report.next_steps, link, 'steps')) : null];
}

// A part in the words of a model, where there is one; what the program says of it stands below, as ever.
function inOtherWords({report, link}, part, title) {
    const told = report.prose?.find((it) => it.part === part);
    return told ? section(`told-${part}`, title, null, h('p', {}, told.sentences.flatMap((it) => [...claim(it, link), ' '])),
        h('p', {class: 'note'}, `These are the words of a model, ${plain(told.by ?? 'unnamed', 60)}. Each sentence was held against the evidence that it cites; those that it does not bear out were left out.`)) : null;
}

const SHOWN = 5; // pieces of a hypothesis; the rest weighs little

function hypothesis(it, rank, {report, link}) {
    const said = (id) => plain(report.evidence.find((part) => part.id === id)?.claim ?? '', 200);
    const parts = it.contributions.filter((part) => part.share > 0).sort((a, b) => b.share - a.share);
    return h('li', {}, h('div', {class: 'line'}, h('h3', {}, text(plain(it.subject, 120))), meter(it.confidence, `confidence ${percent(it.confidence)}`, rank === 0 ? 'hot' : ''),
                         h('b', {}, percent(it.confidence))),
             h('p', {class: 'soft'}, claim(it.cause, link), it.since ? `, since ${clock(it.since)}` : ''),
             parts.length ? h('ul', {class: 'shares'}, parts.slice(0, SHOWN).map((part) => h('li', {}, h('span', {class: 'num'}, percent(part.share)), meter(part.share, `share ${percent(part.share)}`),
                 cite(part.evidence, link), h('span', {class: 'soft one-line'}, claim(said(part.evidence))), part.explained_by ? h('span', {class: 'faint one-line'}, 'mostly explained by ', h('code', {}, text(plain(part.explained_by, 80)))) : null))) : null,
             it.against.length ? h('p', {class: 'warn-text'}, 'Against it: ', it.against.map((id) => [cite(id, link), ' '])) : null,
             it.would_settle ? h('p', {class: 'note'}, 'Would settle it: ', claim(it.would_settle, link)) : null);
}

function hypotheses(view) {
    const {report} = view;
    const list = report.hypotheses;
    return list.length ? section('hypotheses', 'What it could be', `${count(list.length, 'place')}, and what counts for each`,
        h('ol', {class: 'hypotheses'}, list.slice(0, 3).map((it, i) => hypothesis(it, i, view))),
        list.length > 3 ? fold(`${list.length - 3} more`, () => h('ol', {class: 'hypotheses', start: 4}, list.slice(3, 40).map((it) => hypothesis(it, 9, view)))) : null) : null;
}

function notTold({report, link}) {
    const {gaps, withdrawn, removed} = report;
    return [gaps.length ? section('gaps', 'Could not be found out', String(gaps.length), sentences(gaps.map((it) => it.text), link)) : null,
            withdrawn.length ? section('withdrawn', 'Withdrawn', 'their own query did not bear them out', h('ul', {class: 'claims'}, withdrawn.map((it) =>
                h('li', {class: 'against'}, h('s', {}, claim(it.claim)), h('p', {class: 'note'}, text(it.why)))))) : null,
            removed.length ? section('removed', 'Removed from this report', 'said more than their evidence', sentences(removed, link)) : null];
}

function sources({report}) {
    const kind = {read: 'good', empty: '', missing: 'warn', broken: 'bad'};
    return section('sources', 'Sources', null, h('table', {}, h('caption', {class: 'unseen'}, 'What was read'),
        h('thead', {}, h('tr', {}, ['Source', 'State', 'Rows'].map((it, i) => h('th', {scope: 'col', class: i === 2 ? 'num' : ''}, it)))),
        h('tbody', {}, report.sources.map((it) => h('tr', {}, h('td', {}, text(plain(it.name, 120)), it.note ? h('p', {class: 'note'}, long(it.note, 400)) : null),
            h('td', {}, h('span', {class: `badge ${kind[it.state] ?? ''}`}, it.state)), h('td', {class: 'num'}, it.rows.toLocaleString('en')))))));
}

// There only where any was asked.
function models({report}) {
    if (!report.models?.length)
        return null;
    const usage = (it) => it.questions ? `${it.questions} questions, ${it.tokens_in + it.tokens_out} tokens${it.cost ? `, cost ${it.cost}` : ''}, ${span(it.took_ms / 1000)}` : 'nothing was sent';
    const outcome = (it) => it.failure ? h('span', {class: 'badge warn'}, 'not used') : it.refused ? `used, without ${it.refused} sentences that no evidence bears out` : 'used';
    return section('models', 'Models that were asked', null, h('table', {}, h('caption', {class: 'unseen'}, 'Models that were asked'),
        h('thead', {}, h('tr', {}, ['Who', 'What for', 'What came of it', 'Usage'].map((it) => h('th', {scope: 'col'}, it)))),
        h('tbody', {}, report.models.map((it) => h('tr', {}, h('td', {}, text(plain(it.expert ?? 'nobody', 60))), h('td', {}, text(plain(it.task, 60))),
            h('td', {}, outcome(it), it.failure ? h('p', {class: 'note'}, long(it.failure, 400)) : null, it.because ? h('p', {class: 'note'}, long(it.because, 400)) : null),
            h('td', {}, usage(it)))))));
}

const related = ({incident}) => incident.related?.length
    ? section('related', 'Related incidents', 'the same service or alert before', table(incident.related, 'Related incidents')) : null;

const pair = (...nodes) => {
    const kept = nodes.flat().filter(Boolean);
    return kept.length ? h('div', {class: kept.length > 1 ? 'pair' : ''}, kept) : null;
};

function contents(node) {
    const list = [...node.querySelectorAll('section[id]')].filter((it) => it.querySelector(':scope > h2, :scope > details > summary > h2'));
    const links = new Map(list.map((it) => [it, h('a', {href: '#', onclick: (event) => { event.preventDefault(); it.scrollIntoView(); it.querySelector('h2').setAttribute('tabindex', '-1'); it.querySelector('h2').focus({preventScroll: true}); }},
                                                 it.querySelector('h2').firstChild.textContent)]));
    const seen = new IntersectionObserver((entries) => entries.forEach((it) => links.get(it.target).classList.toggle('on', it.isIntersecting)), {rootMargin: '-10% 0px -70%'});
    list.forEach((it) => { it.setAttribute('data-stop', ''); seen.observe(it); });
    return h('nav', {class: 'contents', 'aria-label': 'In this report'}, h('ul', {}, [...links.values()].map((it) => h('li', {}, it))));
}

// Gives the node, and how to make a piece visible that is not drawn as yet.
export function drawReport(view) {
    const {report, link} = view;
    const evidence = drawEvidence(view);
    const act = report.mitigations.length
        ? h('section', {id: 'act', class: 'act', 'aria-labelledby': 'act-title'}, h('h2', {id: 'act-title'}, 'What to do now', h('small', {}, 'for a person to approve; nothing was changed')), proposals(report.mitigations, link)) : null;
    const fix = report.corrections.length ? section('fix', 'So that it does not come back', 'for people to decide on', proposals(report.corrections, link)) : null;
    const node = h('div', {class: 'report'}, verdict(view), inOtherWords(view, 'summary', 'In other words'), act, inOtherWords(view, 'mitigation', 'What to do, in other words'), drawChanges(view), tiles(view), impact(view), seen(view), pair(...why(view)), drawAsk(view),
                   drawCharts(view), drawTimeline(view), drawGraph(view, evidence), drawLogs(view), drawTraces(view), hypotheses(view), drawCourse(view), fix,
                   evidence.node, pair(sources(view), h('div', {class: 'column'}, ...notTold(view))), drawSteps(view), models(view), drawFeedback(view), drawShare(view), related(view),
                   h('footer', {}, `warroom took ${span(report.timings.total_ms / 1000)}. All times are UTC. Each claim was held against the rows of its own query before it was shown.`));
    return {node: h('div', {class: 'with-contents'}, contents(node), node), reveal: evidence.reveal};
}
