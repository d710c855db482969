// SPDX-License-Identifier: Apache-2.0
// How all of the page is made. Text becomes a text node and nothing else: there is no way from here
// to markup, so what a log line holds is shown and never run. What would not be seen, or would turn
// the line around, is shown as its code.

const CLIP_CHARS = 4000; // of one text; the rest is a click away

// C0 and C1 without tab and line feed; soft hyphen; marks, overrides and isolates of direction; zero width; tags;
// halves of surrogate pairs.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;
const JOINS_EMOJI = /\p{Extended_Pictographic}\ufe0f?\u200d$/u;

const codeOf = (char) => `\u27e8${char.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}\u27e9`;

// The same text with nothing hidden in it.
export function visible(text) {
    return String(text ?? '').replace(/\r\n/g, '\n').replace(HIDDEN, (char, at, all) =>
        char === '\u200d' && JOINS_EMOJI.test(all.slice(Math.max(0, at - 3), at + 1)) ? char : codeOf(char));
}

export const plain = (text, chars) => {
    const seen = visible(text);
    return chars && seen.length > chars ? `${seen.slice(0, chars - 1)}\u2026` : seen;
};

function add(node, child) {
    if (Array.isArray(child))
        child.forEach((it) => add(node, it));
    else if (child instanceof Node)
        node.append(child);
    else if (child !== null && child !== undefined && child !== false)
        node.append(document.createTextNode(visible(child)));
}

function set(node, name, value) {
    if (value === null || value === undefined || value === false)
        return;
    if (name.startsWith('on'))
        node.addEventListener(name.slice(2), value);
    else if (name === 'style') // one by one: the policy of the page allows no style attribute
        Object.entries(value).forEach(([property, is]) => node.style.setProperty(property, is));
    else if (name === 'value' || name === 'checked' || name === 'open')
        node[name] = value;
    else
        node.setAttribute(name, value === true ? '' : visible(value));
}

function make(node, attributes, children) {
    Object.entries(attributes ?? {}).forEach(([name, value]) => set(node, name, value));
    add(node, children);
    return node;
}

// h('p', {class: 'note'}, 'text', node, [more])
export const h = (tag, attributes, ...children) => make(document.createElement(tag), attributes, children);
export const s = (tag, attributes, ...children) =>
    make(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

// Text of others, that keeps to itself: its direction does not turn its neighbours.
export const text = (value) => h('bdi', {}, value);

// A long one is cut, and can be had whole.
export function long(value, chars = CLIP_CHARS) {
    const seen = visible(value);
    if (seen.length <= chars)
        return text(seen);
    const box = h('span', {}, text(`${seen.slice(0, chars)}\u2026 `));
    box.append(h('button', {type: 'button', class: 'more', onclick: () => box.replaceChildren(text(seen))},
                 `all ${seen.length.toLocaleString('en')} characters`));
    return box;
}

// What is made only when it is wanted: `make` gives its nodes when it is first opened.
export function fold(title, make, attributes = {}) {
    const details = h('details', attributes, h('summary', {}, title));
    const fill = () => {
        if (details.open && details.children.length === 1)
            add(details, make());
    };
    details.addEventListener('toggle', fill);
    return details;
}

// Many rows, a chunk at a time, so that the first are there at once.
export function chunked(items, size, draw, list, what) {
    let at = 0;
    const box = h('div', {class: 'chunks'}, list);
    const button = h('button', {type: 'button', class: 'more'});
    const next = () => {
        const part = items.slice(at, at + size);
        at += part.length;
        (list.tBodies?.[0] ?? list).append(...part.map(draw));
        const left = items.length - at;
        button.textContent = left > size ? `${size} more of ${left.toLocaleString('en')} ${what}` : `${left} more ${what}`;
        if (at >= items.length)
            button.remove();
    };
    button.addEventListener('click', next);
    if (items.length > size)
        box.append(button);
    next();
    box.show = (index) => {
        while (at <= index && at < items.length)
            next();
    };
    return box;
}

// For who does not see that something has changed.
export function say(words) {
    document.getElementById('said').textContent = visible(words);
}

// What is copied is what is seen: nothing comes along that does not show. A function gives a document, which stays as it is.
export function copyButton(of, label = 'Copy') {
    const button = h('button', {type: 'button', class: 'copy'}, label);
    button.addEventListener('click', async () => {
        try {
            await navigator.clipboard.writeText(typeof of === 'function' ? await of() : visible(of));
            button.textContent = 'Copied';
        } catch {
            button.textContent = 'Select it and copy by hand'; // no permission, or no TLS
        }
        say(button.textContent);
        setTimeout(() => { button.textContent = label; }, 2000);
    });
    return button;
}

export const section = (id, title, note, ...children) =>
    h('section', {id, 'aria-labelledby': `${id}-title`},
      h('h2', {id: `${id}-title`}, title, note ? h('small', {}, note) : null), ...children);
