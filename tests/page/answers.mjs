// SPDX-License-Identifier: Apache-2.0
// Answers of a server as bad as one can be: hostile texts, very many incidents, very long reports, an investigation that stops
// halfway.
const NASTY = `<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>\u202egnp.exe\u2066 \u0000\u001b[31mred\u200b \u{1f525}\u{1f468}\u200d\u{1f4bb} "'\`</bdi></td>`;
const LONG = `${'x'.repeat(3000)}-${NASTY}`;

// Each text of it, and each name where names are of others, becomes a nasty one; words of fixed lists stay.
const FIXED = new Set(['id', 'state', 'signal', 'bearing', 'finding', 'kind', 'severity', 'noise', 'symptom', 'evidence', 'against', 'starts_at', 'since',
                       'start', 'end', 'onset', 'landed', 'deployed', 'started_at', 'updated_at', 'format', 'text']);

function spoil(value, name = '') {
    if (typeof value === 'string')
        return FIXED.has(name) && name !== 'text' ? value : /^E\d+$/.test(value) ? value : `${value} ${NASTY}`;
    if (Array.isArray(value))
        return value.map((it) => spoil(it, name));
    if (value && typeof value === 'object')
        return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, spoil(it, key)]));
    return value;
}

const incident = (id, more = {}) => ({
    id, title: `alert of ${id}`, alert: `alert-${id}`, service: 'shop', severity: 'critical', url: null, state: 'done', resolved: false, alerts: 3,
    started_at: '2026-11-22T02:03:04Z', opened_at: '2026-11-22T02:03:04Z', updated_at: '2026-11-22T02:03:09Z', took_ms: 1234, why: '', members: [], related: [],
    verdict: {known: true, service: 'shop', kind: 'locks', kind_text: 'locks that are held', confidence: 0.93, headline: 'The cause most likely lies in `shop`: it holds locks [E1].', change: null},
    ...more});

export function hostileAnswers(report, exhibits) {
    const nasty = incident('hostile', {title: LONG, alert: LONG, service: LONG, severity: NASTY, url: 'javascript:window.pwned=1', why: LONG,
        verdict: {known: true, service: LONG, kind: NASTY, kind_text: NASTY, confidence: 7, headline: LONG, change: NASTY},
        members: [{fingerprint: NASTY, name: LONG, service: LONG, status: NASTY, count: 3, why: LONG}, {name: NASTY, service: NASTY, status: NASTY, count: 1}]});
    nasty.related = [{...nasty, id: `../../${NASTY}`}];
    const spoiled = spoil(report), shown = spoil(exhibits);
    spoiled.alert.name = spoiled.alert.summary = LONG;
    spoiled.alert.service = spoiled.hypotheses[0].subject = spoiled.verdict.subject = `${LONG}1`;
    shown.topology.nodes.push(LONG);
    shown.topology.edges.push([LONG, shown.topology.nodes[0]], [shown.topology.nodes[0], shown.topology.nodes[0]]);
    shown.logs.push({id: 'E1', service: LONG, text: LONG, exemplar: LONG.repeat(5), before: 0, after: 1e15});
    shown.series.push({id: 'E1', service: LONG, instance: null, metric: LONG, onset: null, points: []},
                      {id: 'E1', service: NASTY, instance: NASTY, metric: NASTY, onset: null, points: [[1795352153, null]]},
                      {id: 'E1', service: NASTY, instance: NASTY, metric: NASTY, onset: '2026-11-22T02:03:04Z', points: [[1795352153, 1e300], [1795352154, -1e300]]});
    const answered = {question: NASTY, understood: true, aim: NASTY, said: [{text: `${NASTY} [E1] [E999999] \`${NASTY}\``, command: false}, {text: LONG, command: true}],
        tools: [{tool: NASTY, input: {[NASTY]: NASTY}, failure: LONG}], passages: [{cite: NASTY, path: LONG, title: NASTY, section: NASTY, first_line: 1, last_line: 2, sha: ''}], refused: 0, model: NASTY, failure: NASTY};
    return (path) => path.endsWith('/ask') ? {body: answered} : path.includes('/report') ? {body: spoiled} : path.includes('/exhibits') ? {body: shown} : path.includes('/incidents/') ? {body: nasty}
        : path.includes('/incidents') ? {body: {incidents: [nasty, {...nasty, id: 'b', state: 'failed', verdict: null}, {...nasty, id: 'c', state: NASTY}], next: null}} : undefined;
}

// 10,000 incidents, a page at a time.
const MANY = 10000;

export function manyAnswers(path) {
    if (!path.includes('/incidents?'))
        return undefined;
    const query = new URLSearchParams(path.split('?')[1]);
    const from = query.get('before') ? Number(query.get('before')) - 1 : MANY, limit = Number(query.get('limit'));
    const incidents = Array.from({length: Math.min(limit, from)}, (_, i) => incident(String(from - i), from - i === 9105 ? {title: 'a needle', service: 'needle'} : {}));
    return {body: {incidents, next: from > limit ? String(from - limit + 1) : null}};
}

// A report with 2,000 pieces of evidence, and as many steps and events.
export function longAnswers(report) {
    const evidence = Array.from({length: 2000}, (_, i) => ({...report.evidence[i % report.evidence.length], id: `E${i + 1}`, ...(i === 1500 ? {claim: 'A needle.'} : {})}));
    const steps = Array.from({length: 2000}, (_, i) => ({...report.steps[i % report.steps.length], id: i + 1}));
    const long = {...report, evidence, steps};
    const answered = {question: NASTY, understood: true, aim: NASTY, said: [{text: `${NASTY} [E1] [E999999] \`${NASTY}\``, command: false}, {text: LONG, command: true}],
        tools: [{tool: NASTY, input: {[NASTY]: NASTY}, failure: LONG}], passages: [{cite: NASTY, path: LONG, title: NASTY, section: NASTY, first_line: 1, last_line: 2, sha: ''}], refused: 0, model: NASTY, failure: NASTY};
    return (path) => path.endsWith('/ask') ? {body: answered} : path.includes('/report') ? {body: long} : path.includes('/exhibits') ? {status: 404, body: {}} : path.includes('/incidents/') ? {body: incident('long')} : undefined;
}

const lead = {id: 1, subject: 'cart', because: '`cart` answers late', state: 'supposed', reason: null, first_step: null, last_step: null};
const STORY = [
    ['state', incident('live', {state: 'investigating', verdict: null})],
    ['sources', {sources: [{name: 'metrics.csv', state: 'read', rows: 3945, note: ''}, {name: 'logs.jsonl', state: 'broken', rows: 0, note: 'line 7: no time'}]}],
    ['step', {id: 1, name: 'find_onset', runbook: 'triage', lead: null, state: 'done', outcome: '0 findings', started_ms: 1, took_ms: 3, input: {}, output: {}}],
    ['plan', {why: 'Composed of the runbooks whose guards hold after triage.', text: 'runbook plan "It fails" {\n    # alert.symptom == "errors"\n    follow errors\n}\n'}],
    ['step', {id: 2, name: 'find_new_errors', runbook: 'errors', lead: null, state: 'done', outcome: '1 finding', started_ms: 5, took_ms: 33, input: {}, output: {}}],
    ['evidence', {id: 'E1', step: 2, signal: 'logs', bearing: 'supports', finding: 'log_errors', subject: 'cart', instance: null, onset: '2026-11-22T02:03:04Z', claim: '`cart` logged errors 94 times.', strength: 0.5}],
    ['lead', lead],
    ['step', {id: 3, name: 'walk_dependencies', runbook: 'errors', lead: 1, state: 'failed', outcome: 'no answer in 5 s', started_ms: 40, took_ms: 5000, input: {}, output: {}}],
    ['lead', {...lead, state: 'abandoned', reason: '`cart` waits for `cart-db` [E1].', first_step: 3, last_step: 3}],
    ['lead', {...lead, id: 2, subject: 'cart-db', because: '`cart-db` holds locks', state: 'held'}],
];

export const liveAnswers = (path) => path.includes('/events') && path.includes('/incidents/live')
    ? {type: 'text/event-stream', body: path.includes('after=') ? ': nothing new\n\n' : STORY.map(([name, data], i) => `id: ${i + 1}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`).join('')}
    : path.includes('/incidents/live') ? {body: incident('live', {state: 'investigating', verdict: null})} : undefined;
