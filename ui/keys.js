// SPDX-License-Identifier: Apache-2.0
// The keyboard. j and k go over whatever the view marks with data-stop: rows of the list, sections of a report.
import {h} from './dom.js';

const shortcuts = [
    ['j  k', 'next, previous row or section'],
    ['Enter', 'open it'],
    ['/', 'search'],
    ['1 \u2026 4', 'incidents, runbooks, sources, silences'],
    ['Esc', 'close, clear, or back to the list'],
    ['?', 'these keys'],
    ['\u2190 \u2192', 'on a chart: along its values; on the graph: Tab goes from service to service'],
];

function help() {
    const dialog = h('dialog', {class: 'keys', 'aria-labelledby': 'keys-title'},
                     h('h2', {id: 'keys-title'}, 'Keys'),
                     h('dl', {}, shortcuts.map(([key, what]) => [h('dt', {}, h('kbd', {}, key)), h('dd', {}, what)])),
                     h('form', {method: 'dialog'}, h('button', {}, 'Close')));
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
}

function step(by) {
    const stops = [...document.querySelectorAll('[data-stop]')].filter((it) => it.offsetParent !== null);
    if (stops.length === 0)
        return;
    const has = stops.findIndex((it) => it.contains(document.activeElement));
    const seen = stops.findIndex((it) => it.getBoundingClientRect().top > 8);
    const from = has >= 0 ? has : seen < 0 ? stops.length : by > 0 ? seen - 1 : seen;
    const next = stops[Math.min(stops.length - 1, Math.max(0, from + by))];
    const target = next.querySelector('[data-open]') ?? next;
    if (target === next && !next.hasAttribute('tabindex'))
        next.setAttribute('tabindex', '-1');
    target.focus({preventScroll: true});
    next.scrollIntoView({block: next.hasAttribute('data-open') || target !== next ? 'nearest' : 'start'});
}

function back() {
    const search = document.querySelector('input[type=search]');
    if (search && (search.value || document.activeElement === search)) {
        search.value = '';
        search.dispatchEvent(new Event('input'));
        search.blur();
    } else if (document.activeElement?.matches('input,textarea,select')) {
        document.activeElement.blur();
    } else if (!/^#?\/?$/.test(location.hash)) {
        location.hash = '#/';
    }
}

export function start() {
    document.getElementById('help').addEventListener('click', help);
    document.addEventListener('keydown', (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector('dialog[open]'))
            return;
        if (event.key === 'Escape')
            return back();
        if (event.target.closest('input,textarea,select'))
            return;
        const view = document.querySelectorAll('#views a')['1234'.indexOf(event.key)];
        const act = {j: () => step(1), k: () => step(-1), '?': help,
                     '/': () => document.querySelector('input[type=search]')?.focus()}[event.key]
                    ?? (view && (() => view.click()));
        if (act) {
            event.preventDefault();
            act();
        }
    });
}
