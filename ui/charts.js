// SPDX-License-Identifier: Apache-2.0
// Metrics over time, drawn by uPlot: one zoom and one cursor for all of them, with what was usual before, when it began, when
// the alert fired and what was changed.
import {chunked, fold, h, plain, section, text} from './dom.js';
import {cite, claim, clock, number} from './words.js';

const SHOWN = 8;
const HEIGHT = 170;
const USUAL = [0.05, 0.95]; // of the values before the onset
const USUAL_POINTS_MIN = 4;
const CHANGES_MAX = 12;     // more lines are a fence

const seconds = (at) => (at ? new Date(at).getTime() / 1000 : null);

function palette() {
    const is = getComputedStyle(document.documentElement);
    const colour = (name) => is.getPropertyValue(`--${name}`).trim();
    return Object.fromEntries(['accent', 'grid', 'faint', 'warn', 'bad', 'bar', 'soft', 'card'].map((name) => [name, colour(name)]));
}

// What was changed is one line a second, however many changes came with it.
function marksOf({report, exhibits}) {
    const changes = [...new Map((exhibits.changes ?? []).filter((it) => it.deployed ?? it.landed)
        .map((it) => [Math.round(seconds(it.deployed ?? it.landed)), it])).entries()].slice(0, CHANGES_MAX);
    return [...changes.map(([at]) => ({at, kind: 'change', label: '', colour: 'accent', dash: [1, 3]})),
            {at: seconds(report.hypotheses[0]?.since), kind: 'onset', label: 'began', colour: 'warn', dash: []},
            {at: seconds(report.alert.starts_at), kind: 'alert', label: 'alert', colour: 'bad', dash: [4, 3]}].filter((it) => it.at);
}

function usual(points, onset) {
    const before = points.filter(([at, value]) => value !== null && (!onset || at < onset)).map(([, value]) => value).sort((a, b) => a - b);
    if (!onset || before.length < USUAL_POINTS_MIN)
        return null;
    const at = (share) => before[Math.min(before.length - 1, Math.round(share * (before.length - 1)))];
    return {low: at(USUAL[0]), high: at(USUAL[1]), middle: at(0.5)};
}

function drawUsual(u, band, colours) {
    if (!band)
        return;
    const {ctx, bbox} = u;
    const top = u.valToPos(band.high, 'y', true), bottom = u.valToPos(band.low, 'y', true);
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.globalAlpha = 0.22;
    ctx.fillStyle = colours.bar;
    ctx.fillRect(bbox.left, top - 1, bbox.width, Math.max(2, bottom - top + 2));
    ctx.restore();
}

function drawMarks(u, marks, colours) {
    const {ctx, bbox} = u;
    const ratio = devicePixelRatio || 1;
    ctx.save();
    ctx.lineWidth = 1.4 * ratio;
    ctx.textAlign = 'left';
    ctx.font = `600 ${11 * ratio}px system-ui, sans-serif`;
    let labelEnd = -Infinity;
    for (const mark of marks) {
        const x = Math.round(u.valToPos(mark.at, 'x', true));
        if (x < bbox.left || x > bbox.left + bbox.width)
            continue;
        ctx.strokeStyle = ctx.fillStyle = colours[mark.colour];
        ctx.setLineDash(mark.dash.map((it) => it * ratio));
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
        if (!mark.label)
            continue;
        const width = ctx.measureText(mark.label).width, gap = 5 * ratio;
        const left = x + gap + width > bbox.left + bbox.width ? x - gap - width : x + gap;
        ctx.fillText(mark.label, left, bbox.top + (left < labelEnd ? 23 : 10) * ratio);
        labelEnd = left + width + gap;
    }
    ctx.restore();
}

const axis = (colours, more) => ({stroke: colours.faint, font: '11px system-ui, sans-serif', grid: {stroke: colours.grid, width: 1}, ticks: {stroke: colours.grid, width: 1, size: 4}, gap: 4, ...more});

function options(width, chart, group) {
    const {colours, band, marks, tell} = chart;
    return {
        width, height: HEIGHT, legend: {show: false}, padding: [6, 8, 0, 0], tzDate: (at) => window.uPlot.tzDate(new Date(at * 1e3), 'Etc/UTC'),
        cursor: {sync: {key: group.key, setSeries: false}, drag: {x: true, y: false, setScale: true}, points: {size: 7},
                 bind: {dblclick: () => () => group.show(group.whole)}},
        scales: {x: {time: true, min: group.seen[0], max: group.seen[1]}, y: {range: (u, low, high) => {
            const from = Math.min(low ?? 0, band?.low ?? Infinity), to = Math.max(high ?? 1, band?.high ?? -Infinity), room = (to - from || Math.abs(to) || 1) * 0.12;
            return [from >= 0 && from - room < 0 ? 0 : from - room, to + room];
        }}},
        axes: [axis(colours, {space: 70, size: 28, values: (u, all) => all.map((at) => clock(at * 1000))}),
               axis(colours, {size: 52, values: (u, all) => all.map(number)})],
        series: [{}, {stroke: colours.accent, width: 1.7, points: {show: (u) => u.data[0].length < 40, size: 4, fill: colours.accent, width: 0}, spanGaps: false}],
        hooks: {
            drawClear: [(u) => drawUsual(u, band, colours)],
            draw: [(u) => drawMarks(u, marks, colours)],
            setCursor: [(u) => tell(u.cursor.idx)],
            setScale: [(u, name) => { if (name === 'x') group.zoomed(u); }],
        },
    };
}

// What charts of one report share.
function newGroup(signal, series) {
    const times = series.filter((it) => it.points.length).flatMap((it) => [it.points[0][0], it.points.at(-1)[0]]);
    const whole = times.length ? [Math.min(...times), Math.max(...times)] : [0, 1];
    const reset = h('button', {type: 'button', class: 'more', hidden: true, onclick: () => group.show(whole)}, 'Whole time');
    const group = {key: `charts-${Math.random()}`, charts: new Set(), reset, whole, seen: whole, isMoving: false};
    group.show = (seen) => {
        group.isMoving = true; // each that follows would tell us again
        group.seen = seen;
        group.charts.forEach((it) => it.u?.setScale('x', {min: seen[0], max: seen[1]}));
        reset.hidden = seen === whole;
        group.isMoving = false;
    };
    group.zoomed = (from) => {
        const {min, max} = from.scales.x;
        if (!group.isMoving && min !== null && (min !== group.seen[0] || max !== group.seen[1]))
            group.show([min, max]);
    };
    for (const query of ['(prefers-color-scheme: light)', 'print']) {
        const media = matchMedia(query), again = () => group.charts.forEach((it) => it.make());
        media.addEventListener('change', again);
        signal.addEventListener('abort', () => media.removeEventListener('change', again));
    }
    signal.addEventListener('abort', () => group.charts.forEach((it) => it.end()));
    return group;
}

function describe(series, band) {
    const values = series.points.map(([, value]) => value).filter((value) => value !== null);
    const range = values.length ? `from ${number(Math.min(...values))} to ${number(Math.max(...values))}` : 'without values';
    return `${series.metric} of ${series.service}, ${series.points.length} values ${range}${band ? `; usual before it began: ${number(band.low)} to ${number(band.high)}` : ''}. Arrow keys read the values.`;
}

function mount(holder, series, chart, group, onset) {
    const data = [series.points.map(([at]) => at), series.points.map(([, value]) => value)];
    chart.make = () => {
        chart.u?.destroy();
        chart.colours = palette();
        chart.u = new window.uPlot(options(Math.max(200, holder.clientWidth), chart, group), data, holder);
    };
    const size = new ResizeObserver(() => {
        if (!holder.clientWidth)
            return;
        if (!chart.u)
            chart.make(); // only what can be seen has a width
        else if (chart.u.width !== holder.clientWidth)
            chart.u.setSize({width: holder.clientWidth, height: HEIGHT});
    });
    size.observe(holder);
    chart.end = () => { size.disconnect(); chart.u?.destroy(); };
    group.charts.add(chart);
    holder.addEventListener('keydown', (event) => {
        const by = {ArrowLeft: -1, ArrowRight: 1}[event.key];
        if (!by || !chart.u)
            return;
        event.preventDefault();
        const from = chart.u.cursor.idx ?? Math.max(0, data[0].findIndex((at) => at >= (onset ?? data[0][0])) - by);
        const at = Math.min(data[0].length - 1, Math.max(0, from + by));
        group.charts.forEach(({u}) => u?.setCursor({left: u.valToPos(data[0][at], 'x'), top: u === chart.u ? u.valToPos(data[1][at] ?? 0, 'y') : -10}));
    });
}

const values = (points) => h('table', {class: 'values'}, h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, 'Time'), h('th', {scope: 'col', class: 'num'}, 'Value'))),
    h('tbody', {}, points.slice(0, 2000).map(([at, value]) => h('tr', {}, h('td', {}, clock(at * 1000)), h('td', {class: 'num'}, value === null ? '\u2013' : number(value))))));

function figure(series, marks, group, view) {
    const onset = seconds(series.onset) ?? marks.find((it) => it.kind === 'onset')?.at;
    const band = usual(series.points, onset);
    const now = h('output', {class: 'faint', 'aria-live': 'off'});
    const holder = h('div', {class: 'chart', tabindex: '0', role: 'img', 'aria-label': describe(series, band), 'data-points': String(series.points.length)});
    const tell = (at) => {
        const point = at === null || at === undefined ? null : series.points[at];
        now.textContent = point ? `${clock(point[0] * 1000)}  ${number(point[1])}` : '';
    };
    if (window.uPlot && series.points.length > 0)
        mount(holder, series, {band, marks, tell}, group, onset);
    else
        holder.append(h('p', {class: 'empty'}, 'It has no values.'));
    const said = view.report.evidence.find((it) => it.id === series.id);
    return h('figure', {}, h('figcaption', {}, h('h3', {}, text(plain(series.metric, 100)), ' ', h('span', {}, text(plain(series.service, 60)), series.instance ? [' \u00b7 ', text(plain(series.instance, 60))] : null)),
                                 now, cite(series.id, view.link)),
             holder, said ? h('p', {}, claim(said.claim, view.link)) : null, fold('values', () => values(series.points), {class: 'values-of'}));
}

// The alert's own metric first, then the suspect's, then as they came.
function order({report}, all) {
    const place = (it) => (it.metric === report.alert.labels?.metric && it.service === report.alert.service ? 0 : it.service === report.hypotheses[0]?.subject ? 1 : 2);
    return all.map((it, i) => [place(it), i, it]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, , it]) => it);
}

export function drawCharts(view) {
    const series = order(view, view.exhibits.series ?? []);
    if (series.length === 0)
        return null;
    const group = newGroup(view.signal, series), marks = marksOf(view);
    const legend = h('ul', {class: 'legend'}, h('li', {}, h('i', {class: 'usual'}), 'usual before'), h('li', {}, h('i', {class: 'onset'}), 'began'),
                     h('li', {}, h('i', {class: 'alert'}), 'alert'), marks.some((it) => it.kind === 'change') ? h('li', {}, h('i', {class: 'change-mark'}), 'change') : null, h('li', {class: 'hint'}, 'drag to zoom, double-click for the whole'));
    return section('metrics', 'Metrics', null, h('p', {class: 'line right'}, group.reset),
                   chunked(series, SHOWN, (it) => figure(it, marks, group, view), h('div', {class: 'figures'}), 'series'), legend);
}
