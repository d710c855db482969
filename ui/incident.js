// SPDX-License-Identifier: Apache-2.0
// One incident: its head, and below it either the investigation as it runs, or the report.
import {get, post, seg} from './api.js';
import {h, plain, say, text} from './dom.js';
import {age, ago, count, moment, runs, severityKind, stateMark} from './words.js';
import {follow} from './live.js';
import {drawReport} from './report.js';

const linkOf = (id) => (anchor) => `#/incidents/${seg(id)}/${anchor}`;

function act(incident, verb, label, redraw) {
    const button = h('button', {type: 'button'}, label);
    button.addEventListener('click', async () => {
        button.disabled = true;
        await post(`/incidents/${seg(incident.id)}/${verb}`).then(redraw).catch((error) => {
            say(error.message);
            button.replaceWith(h('span', {class: 'bad-text'}, error.message));
        });
    });
    return button;
}

function members(incident) {
    if ((incident.members ?? []).length < 2)
        return null;
    return h('details', {class: 'members'}, h('summary', {}, count(incident.members.length, 'alert'), ' in this incident'),
             h('ul', {class: 'plainlist'}, incident.members.slice(0, 200).map((it) => h('li', {},
               h('span', {}, text(plain(it.name, 120)), ' ', h('span', {class: 'faint'}, text(plain(it.service, 80)))),
               h('span', {class: 'faint'}, `${it.status}, ${it.count}\u00d7, ${it.why || 'first'}`)))));
}

export function head(incident, report, redraw) {
    const alert = report?.alert;
    return h('header', {class: 'head'},
             h('p', {class: 'crumbs'}, h('a', {href: '#/'}, 'Incidents')),
             h('div', {class: 'line'}, h('h1', {}, text(plain(incident.alert || incident.title, 160))),
               h('span', {class: 'buttons'}, runs(incident) ? act(incident, 'cancel', 'Cancel', redraw)
                                                            : act(incident, 'again', 'Investigate again', redraw))),
             h('p', {class: 'meta'},
               incident.severity ? h('span', {class: `badge ${severityKind(incident.severity)}`}, text(plain(incident.severity, 40))) : null,
               h('span', {class: 'badge'}, incident.resolved ? 'resolved' : 'firing'), stateMark(incident),
               h('code', {}, text(plain(incident.service, 80))),
               h('span', {title: `${age(incident.started_at)} ago`}, 'since ', moment(incident.started_at)),
               incident.alerts > 1 ? h('span', {}, count(incident.alerts, 'alert')) : null,
               incident.url && /^https?:\/\//.test(incident.url) ? h('a', {href: incident.url, rel: 'noreferrer noopener', target: '_blank'}, 'where it was raised') : null),
             alert?.summary ? h('p', {class: 'lead'}, text(plain(alert.summary, 600))) : null,
             members(incident));
}

function ended(incident) {
    const failed = incident.state === 'failed';
    return h('section', {class: `verdict ${failed ? 'broken' : 'unknown'}`},
             h('div', {}, h('p', {class: 'eyebrow'}, failed ? 'No report' : 'Cancelled'),
               h('h2', {}, failed ? 'The investigation failed' : 'Nobody has looked into it to the end'),
               h('p', {class: 'cause'}, incident.why ? text(plain(incident.why, 800)) : 'It left no reason.')));
}

async function report(incident, signal) {
    if (incident.state !== 'done')
        return null;
    const path = `/incidents/${seg(incident.id)}`;
    const [said, exhibits] = await Promise.all([get(`${path}/report?format=json`, signal),
                                                get(`${path}/exhibits`, signal).catch(() => ({}))]);
    return {said, exhibits};
}

let opened = null; // what can be scrolled to in the view that is shown

export async function show({parts, signal, redraw}) {
    const id = parts[1];
    opened = null;
    if (!id) {
        location.replace('#/');
        return h('p');
    }
    const incident = await get(`/incidents/${seg(id)}`, signal);
    const found = await report(incident, signal);
    const box = h('div', {class: 'incident'}, head(incident, found?.said, redraw));
    if (found) {
        const drawn = drawReport({incident, report: found.said, exhibits: found.exhibits, link: linkOf(id), signal});
        opened = drawn.reveal;
        box.append(drawn.node);
    } else if (runs(incident)) {
        box.append(follow(incident, signal, (now) => box.firstChild.replaceWith(head(now, null, redraw)), redraw));
    } else {
        box.append(ended(incident));
    }
    return box;
}

// To a piece of evidence or a section, by the last part of the address.
export function move({parts}) {
    const anchor = parts[2];
    if (!anchor)
        return;
    opened?.(anchor);
    const node = document.getElementById(anchor);
    if (!node)
        return;
    document.querySelectorAll('.pointed').forEach((it) => it.classList.remove('pointed'));
    node.classList.add('pointed');
    if (!node.hasAttribute('tabindex'))
        node.setAttribute('tabindex', '-1');
    node.focus({preventScroll: true});
    node.scrollIntoView({block: /^E\d/.test(anchor) ? 'center' : 'start'});
}
