// SPDX-License-Identifier: Apache-2.0
// Who calls whom, callers on the left. The layout is Sugiyama's in its plainest form, as in report/graph_layout.h: layers by the
// longest way from a root, then a few sweeps that move each node to the middle of its neighbours.
import {h, plain, s, section, text} from './dom.js';
import {cite, claim, count, percent} from './words.js';

const NODES_MAX = 48; // of a larger system: the suspects, the alert, the way between them, and their neighbours
const SWEEPS = 6;
const COLUMN = 158, ROW = 40, MARGIN = 12, BOX = [124, 26];

function neighbours(edges) {
    const out = new Map(), back = new Map();
    for (const [from, to] of edges) {
        out.set(from, [...(out.get(from) ?? []), to]);
        back.set(to, [...(back.get(to) ?? []), from]);
    }
    return {out, back};
}

// The shortest way; nothing where there is none.
function way(out, from, to) {
    const before = new Map([[from, null]]), queue = [from];
    for (let i = 0; i < queue.length && !before.has(to); i++)
        for (const next of out.get(queue[i]) ?? [])
            if (!before.has(next)) {
                before.set(next, queue[i]);
                queue.push(next);
            }
    const path = [];
    for (let at = before.has(to) ? to : null; at; at = before.get(at))
        path.unshift(at);
    return path;
}

function choose({nodes, edges}, heat, path) {
    if (nodes.length <= NODES_MAX)
        return nodes;
    const near = new Set(path);
    edges.forEach(([from, to]) => { if (heat.has(from)) near.add(to); if (heat.has(to)) near.add(from); });
    const rank = (it) => (path.includes(it) ? 0 : heat.has(it) ? 1 : near.has(it) ? 2 : 3);
    return [...nodes].map((it, i) => [rank(it), -(heat.get(it) ?? 0), i, it]).filter(([level]) => level < 3).sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]).slice(0, NODES_MAX).map(([, , , it]) => it);
}

// Layer by node. Edges that close a circle are not followed.
function layers(nodes, out) {
    const depth = new Map(), open = new Set();
    const below = (node) => { // the longest way down from it
        if (depth.has(node) || open.has(node))
            return depth.get(node) ?? -1;
        open.add(node);
        const longest = Math.max(-1, ...(out.get(node) ?? []).map(below));
        open.delete(node);
        depth.set(node, longest + 1);
        return longest + 1;
    };
    const deepest = Math.max(0, ...nodes.map(below));
    return new Map(nodes.map((it) => [it, deepest - depth.get(it)]));
}

function arrange(nodes, edges) {
    const {out, back} = neighbours(edges), layer = layers(nodes, out), columns = [];
    nodes.forEach((it) => (columns[layer.get(it)] ??= []).push(it));
    const filled = columns.filter(Boolean);
    const place = new Map();
    const settle = (column) => column.forEach((it, i) => place.set(it, i - (column.length - 1) / 2));
    filled.forEach(settle);
    const middle = (it, near) => {
        const all = (near.get(it) ?? []).filter((other) => place.has(other));
        return all.length ? all.reduce((sum, other) => sum + place.get(other), 0) / all.length : place.get(it);
    };
    for (let i = 0; i < SWEEPS; i++)
        for (const column of i % 2 ? [...filled].reverse() : filled) {
            const wanted = new Map(column.map((it) => [it, middle(it, i % 2 ? out : back)]));
            column.sort((a, b) => wanted.get(a) - wanted.get(b) || nodes.indexOf(a) - nodes.indexOf(b));
            settle(column);
        }
    const tallest = Math.max(...filled.map((it) => it.length));
    const spots = new Map();
    filled.forEach((column, x) => column.forEach((it) => spots.set(it, [MARGIN + x * COLUMN, MARGIN + ((tallest - 1) / 2 + place.get(it)) * ROW])));
    return {spots, width: MARGIN * 2 + (filled.length - 1) * COLUMN + BOX[0], height: MARGIN * 2 + (tallest - 1) * ROW + BOX[1]};
}

function line(from, to) {
    const [x1, y1] = [from[0] + BOX[0], from[1] + BOX[1] / 2], [x2, y2] = [to[0], to[1] + BOX[1] / 2];
    const bend = x2 > x1 ? (x2 - x1) / 2 : 60;
    return `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend - 4},${y2} ${x2 - 4},${y2}`;
}

const arrow = (id, kind) => s('marker', {id, class: kind, viewBox: '0 0 8 8', refX: 6, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto'}, s('path', {d: 'M0,0.5 L8,4 L0,7.5 Z'}));

function about(service, {report, link}, evidence) {
    const of = report.evidence.filter((it) => it.subject === service);
    const guess = report.hypotheses.findIndex((it) => it.subject === service);
    return [h('h3', {}, text(plain(service, 160))),
            h('p', {class: 'soft'}, guess >= 0 ? [`Hypothesis ${guess + 1}, ${percent(report.hypotheses[guess].confidence)}: `, claim(report.hypotheses[guess].cause, link)] : 'No hypothesis names it.'),
            of.length ? h('ul', {class: 'claims'}, of.slice(0, 3).map((it) => h('li', {class: it.bearing === 'refutes' ? 'against' : ''}, claim(plain(it.claim, 300), link), ' ', cite(it.id, link)))) : h('p', {class: 'faint'}, 'No evidence speaks of it.'),
            of.length ? h('button', {type: 'button', class: 'more', onclick: () => { evidence.select(service); evidence.node.scrollIntoView(); }}, `${count(of.length, 'piece')} in the table`) : null];
}

export function drawGraph(view, evidence) {
    const {report, exhibits} = view;
    const all = exhibits.topology ?? {nodes: [], edges: []};
    if (all.edges.length === 0)
        return null;
    const heat = new Map();
    report.evidence.forEach((it) => { if (it.subject) heat.set(it.subject, Math.max(heat.get(it.subject) ?? 0, 0.3 * it.strength)); });
    report.hypotheses.forEach((it) => heat.set(it.subject, Math.max(heat.get(it.subject) ?? 0, it.confidence)));
    const suspect = report.hypotheses[0]?.subject, fired = report.alert.service;
    const path = suspect && fired && suspect !== fired ? way(neighbours(all.edges).out, fired, suspect) : [];
    const nodes = choose(all, heat, path), kept = new Set(nodes);
    const edges = all.edges.filter(([from, to]) => kept.has(from) && kept.has(to) && from !== to);
    const {spots, width, height} = arrange(nodes, edges);
    const steps = new Set(path.slice(1).map((it, i) => JSON.stringify([path[i], it])));
    const panel = h('aside', {class: 'about', 'aria-live': 'polite', 'aria-label': 'The service that is picked'});
    const drawn = new Map(), lines = [];
    const pick = (service) => {
        panel.replaceChildren(...about(service, view, evidence).filter(Boolean));
        drawn.forEach((it, name) => it.setAttribute('aria-pressed', String(name === service)));
        lines.forEach(({node, from, to}) => node.classList.toggle('near', from === service || to === service));
    };
    const svg = s('svg', {class: 'graph', viewBox: `0 0 ${width} ${height}`, width, height, style: {'--width': `${width}px`}, role: 'group', 'aria-label': 'Services and whom they call'},
                  s('defs', {}, arrow('arrow', 'arrow'), arrow('arrow-path', 'arrow of-path')));
    for (const [from, to] of edges) {
        const isPath = steps.has(JSON.stringify([from, to]));
        const node = s('path', {class: `edge ${isPath ? 'of-path' : ''}`, d: line(spots.get(from), spots.get(to)), 'marker-end': `url(#${isPath ? 'arrow-path' : 'arrow'})`});
        lines.push({node, from, to});
        svg.append(node);
    }
    for (const name of nodes) {
        const [x, y] = spots.get(name);
        const words = `${plain(name, 80)}${name === suspect ? ', best suspect' : ''}${name === fired ? ', where the alert fired' : ''}`;
        const node = s('g', {class: `node ${name === suspect ? 'suspect' : ''} ${name === fired ? 'fired' : ''}`, role: 'button', tabindex: '0', 'aria-pressed': 'false', 'aria-label': words,
                             onclick: () => pick(name), onkeydown: (event) => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); pick(name); } }},
                       s('title', {}, words), s('rect', {class: 'box', x, y, width: BOX[0], height: BOX[1], rx: 7}),
                       s('rect', {class: 'heat', x, y, width: BOX[0], height: BOX[1], rx: 7, opacity: (0.45 * (heat.get(name) ?? 0)).toFixed(2)}),
                       name === fired ? s('circle', {class: 'bell', cx: x + BOX[0] - 9, cy: y + 8, r: 3.5}) : null,
                       s('text', {x: x + 9, y: y + 17.5}, plain(name, 17)));
        drawn.set(name, node);
        svg.append(node);
    }
    const first = kept.has(suspect) ? suspect : kept.has(fired) ? fired : nodes[0];
    pick(first);
    requestAnimationFrame(() => { const box = svg.parentElement; box.scrollLeft = (spots.get(first)[0] / width) * svg.clientWidth - box.clientWidth / 2; });
    return section('graph', 'Where it lies', nodes.length < all.nodes.length ? `${nodes.length} of ${all.nodes.length} services` : `${count(nodes.length, 'service')}`,
                   h('div', {class: 'graph-and-about'}, h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Graph of services'}, svg), panel),
                   h('ul', {class: 'legend'}, suspect ? h('li', {}, h('i', {class: 'box'}), 'best suspect') : null, path.length ? h('li', {}, h('i', {class: 'path'}), 'way from the alert to it') : null,
                     h('li', {}, h('i', {class: 'red'}), 'where the alert fired'), h('li', {}, h('i', {class: 'heat-key'}), 'the redder, the more speaks for it')));
}
