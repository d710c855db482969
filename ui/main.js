// SPDX-License-Identifier: Apache-2.0
// Which view stands at which address, and what all views have in common: title, focus, failure, the line to the server.
import {ApiError, get, onReach} from './api.js';
import {h, plain, say} from './dom.js';
import * as keys from './keys.js';
import {age} from './words.js';
import * as incident from './incident.js';
import * as list from './list.js';
import * as runbooks from './runbooks.js';
import * as signin from './signin.js';
import * as silences from './silences.js';
import * as sources from './sources.js';

const views = [
    {path: '', name: 'Incidents', view: list},
    {path: 'incidents', view: incident},
    {path: 'runbooks', name: 'Runbooks', view: runbooks},
    {path: 'sources', name: 'Sources', view: sources},
    {path: 'silences', name: 'Silences', view: silences},
];

const main = document.getElementById('main');
let leave = null;     // stops what the view before has begun
let isFirst = true;   // nothing had the focus before
let shown = null;

// "#/incidents/ID/E7?x=y"
function place() {
    const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
    const parts = path.split('/').map((part) => {
        try { return decodeURIComponent(part); } catch { return part; }
    });
    return {parts, query: new URLSearchParams(query ?? '')};
}

function drawViews(current) {
    document.getElementById('views').replaceChildren(...views.filter((it) => it.name).map((it) =>
        h('a', {href: `#/${it.path}`, 'aria-current': it === current ? 'page' : null}, it.name)));
}

export function failure(error, retry) {
    const isGone = error.status === 404;
    return h('section', {class: 'failure', role: 'alert'},
             h('h1', {}, error.kind === 'offline' ? 'No line to the server' : isGone ? 'There is no such thing here' : 'That did not work'),
             h('p', {}, error instanceof ApiError ? error.message : 'The page has made a mistake; the console of the browser names it.'),
             h('p', {}, isGone ? h('a', {href: '#/'}, 'All incidents') : h('button', {type: 'button', onclick: retry}, 'Try again')));
}

const key = ({parts}) => `${parts[0]}/${parts[1] ?? ''}`;

async function go() {
    const at = place();
    const found = views.find((it) => it.path === at.parts[0]);
    if (shown && key(shown) === key(at) && found?.view.move) {
        found.view.move(at);
        return;
    }
    leave?.abort();
    leave = new AbortController();
    shown = at;
    const {signal} = leave;
    drawViews(found?.name ? found : views[0]);
    main.setAttribute('aria-busy', 'true');
    const slow = setTimeout(() => main.replaceChildren(h('p', {class: 'empty'}, 'Loading\u2026')), 150);
    try {
        if (!found)
            throw new ApiError('not_found', 'The address leads nowhere.', 404);
        const content = await found.view.show({...at, signal, redraw});
        if (signal.aborted)
            return;
        clearTimeout(slow);
        main.replaceChildren(content);
        found.view.move?.(at);
    } catch (error) {
        if (signal.aborted)
            return;
        if (!(error instanceof ApiError))
            console.error(error);
        main.replaceChildren(error.status === 401 ? signin.form(redraw) : failure(error, redraw));
    } finally {
        clearTimeout(slow);
    }
    main.removeAttribute('aria-busy');
    const title = main.querySelector('h1')?.textContent ?? '';
    document.title = title ? `${plain(title, 80)} \u00b7 warroom` : 'warroom';
    if (!isFirst && !main.contains(document.activeElement)) {
        main.focus({preventScroll: true});
        if (!at.parts[2])
            scrollTo(0, 0);
        say(title);
    }
    isFirst = false;
}

function redraw() {
    shown = null;
    go();
}

// Ages grow while the page stands open; a page nobody looks at does nothing.
setInterval(() => {
    if (!document.hidden)
        document.querySelectorAll('[data-age]').forEach((it) => { it.textContent = age(it.dataset.age); });
}, 10000);

const link = document.getElementById('link');
let probe = 0;

onReach((isReached) => {
    clearInterval(probe);
    link.hidden = isReached;
    link.textContent = isReached ? '' : 'No line to the server. What you see may be old; trying again\u2026';
    if (isReached)
        say('The server is there again.');
    else
        probe = setInterval(() => get('/version').catch(() => {}), 3000);
});

addEventListener('hashchange', go);
keys.start();
go();
