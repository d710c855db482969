// SPDX-License-Identifier: Apache-2.0
// The one door to the server: requests, and streams that come back after a break.
import {visible} from './dom.js';

const BASE = '/api/v1';
const WAIT_MS = 20000; // longer than any answer of the server should take

export class ApiError extends Error {
    constructor(kind, message, status) {
        super(visible(message));
        this.kind = kind;
        this.status = status;
    }
}

const listeners = new Set(); // of whether the server can be reached: true, false
let isReached = true;

function reached(now) {
    if (now !== isReached)
        listeners.forEach((tell) => tell(now));
    isReached = now;
}

export const onReach = (tell) => listeners.add(tell);

async function ask(method, path, body, signal) {
    const stop = AbortSignal.timeout(WAIT_MS);
    let answer;
    try {
        answer = await fetch(BASE + path, {
            method, signal: signal ? AbortSignal.any([signal, stop]) : stop, cache: 'no-store', credentials: 'same-origin',
            headers: body === undefined ? {} : {'Content-Type': 'application/json'},
            body: body === undefined ? undefined : JSON.stringify(body),
        });
    } catch (error) {
        if (signal?.aborted)
            throw error;
        reached(false);
        throw new ApiError('offline', stop.aborted ? 'The server does not answer.' : 'The server cannot be reached.', 0);
    }
    reached(true);
    if (answer.ok)
        return answer;
    const said = await answer.json().catch(() => ({}));
    throw new ApiError(said.error?.kind ?? 'io', said.error?.message ?? `The server answered ${answer.status}.`, answer.status);
}

const json = async (answer) => {
    const body = await answer.text();
    return body === '' ? {} : JSON.parse(body);
};

export const get = async (path, signal) => json(await ask('GET', path, undefined, signal));
export const getText = async (path) => (await ask('GET', path)).text();
export const post = async (path, body = {}) => json(await ask('POST', path, body));
export const remove = async (path) => json(await ask('DELETE', path));
export const address = (path) => BASE + path;
export const seg = encodeURIComponent;

// Server-sent events by name, until close(). The browser comes back by itself after a break and says where it was;
// where it gives up (a proxy that answers 502), we begin anew, more slowly each time. A page that nobody looks at lets go of its
// line: a browser has six to one server, and the seventh tab would hang.
const AGAIN_MS = [1000, 2000, 5000, 10000];

export function watch(path, names, hear, change = () => {}) {
    let source = null, timer = 0, tries = 0, last = '', isOver = false;
    const open = () => {
        clearTimeout(timer);
        const after = last ? `${path.includes('?') ? '&' : '?'}after=${seg(last)}` : '';
        source = new EventSource(BASE + path + after);
        source.onopen = () => { tries = 0; reached(true); change(true); };
        source.onerror = () => {
            if (isOver)
                return;
            change(false);
            if (source.readyState === EventSource.CLOSED)
                timer = setTimeout(open, AGAIN_MS[Math.min(tries++, AGAIN_MS.length - 1)]);
        };
        names.forEach((name) => source.addEventListener(name, (event) => {
            last = event.lastEventId || last;
            let data;
            try { data = JSON.parse(event.data); } catch { return; } // cut off by a proxy: the next is whole
            hear(name, data);
        }));
    };
    const look = () => {
        if (!document.hidden) {
            if (source.readyState === EventSource.CLOSED)
                open();
        } else if (!isOver) {
            clearTimeout(timer);
            source.close();
            change(false);
        }
    };
    document.addEventListener('visibilitychange', look);
    open();
    return {close() {
        isOver = true;
        clearTimeout(timer);
        document.removeEventListener('visibilitychange', look);
        source.close();
    }};
}
