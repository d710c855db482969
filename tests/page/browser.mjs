// SPDX-License-Identifier: Apache-2.0
// Chromium without a window, driven by its DevTools protocol over a pipe: what is written to its descriptor 3 and read from 4 are
// JSON messages that end with a NUL. Needs nothing but node.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
               '--disable-component-update', '--disable-sync', '--disable-extensions', '--hide-scrollbars', '--remote-debugging-pipe'];
const ANSWER_MS = 90000; // longer than any wait of a test

export async function openBrowser(program) {
    const profile = mkdtempSync(join(tmpdir(), 'warroom-page-'));
    const child = spawn(program, [...FLAGS, `--user-data-dir=${profile}`, 'about:blank'], {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
    const waiting = new Map(), pages = new Map();
    let number = 0, rest = Buffer.alloc(0);

    child.stdio[4].on('data', (bytes) => {
        rest = Buffer.concat([rest, bytes]);
        for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
            const message = JSON.parse(rest.subarray(0, end));
            rest = rest.subarray(end + 1);
            if (message.id) {
                const {resolve, reject} = waiting.get(message.id) ?? {};
                waiting.delete(message.id);
                message.error ? reject?.(new Error(message.error.message)) : resolve?.(message.result);
            } else {
                pages.get(message.sessionId)?.hear(message.method, message.params);
            }
        }
    });
    child.stdio[3].on('error', () => {});

    const send = (method, params = {}, sessionId) => new Promise((resolve, reject) => {
        const id = ++number;
        const late = setTimeout(() => reject(new Error(`${method}: no answer`)), ANSWER_MS);
        waiting.set(id, {resolve: (it) => { clearTimeout(late); resolve(it); }, reject: (it) => { clearTimeout(late); reject(it); }});
        child.stdio[3].write(`${JSON.stringify({id, method, params, sessionId})}\0`);
    });

    async function openPage({width = 1400, height = 900, scheme = 'dark', motion = 'no-preference', phone = false} = {}) {
        const {targetId} = await send('Target.createTarget', {url: 'about:blank'});
        const {sessionId} = await send('Target.attachToTarget', {targetId, flatten: true});
        const ask = (method, params) => send(method, params, sessionId);
        const page = {errors: [], requests: [], ask, answers: null};
        pages.set(sessionId, {hear(method, params) {
            if (method === 'Runtime.exceptionThrown')
                page.errors.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
            else if (method === 'Runtime.consoleAPICalled' && ['error', 'assert'].includes(params.type))
                page.errors.push(params.args.map((it) => it.value ?? it.description).join(' '));
            else if (method === 'Log.entryAdded' && params.entry.level === 'error')
                page.errors.push(`${params.entry.source}: ${params.entry.text} ${params.entry.url ?? ''}`);
            else if (method === 'Network.requestWillBeSent')
                page.requests.push(params.request.url);
            else if (method === 'Fetch.requestPaused')
                page.paused(params);
        }});
        page.paused = async ({requestId, request}) => { // what the page asks is answered by the test
            const path = new URL(request.url).pathname + new URL(request.url).search;
            const answer = page.answers?.(path, request);
            if (answer === undefined)
                await ask('Fetch.continueRequest', {requestId}).catch(() => {});
            else if (answer === null)
                await ask('Fetch.failRequest', {requestId, errorReason: 'ConnectionRefused'}).catch(() => {});
            else
                await ask('Fetch.fulfillRequest', {requestId, responseCode: answer.status ?? 200,
                    responseHeaders: [{name: 'Content-Type', value: answer.type ?? 'application/json'}],
                    body: Buffer.from(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)).toString('base64')}).catch(() => {});
        };
        for (const domain of ['Runtime', 'Log', 'Network', 'Page'])
            await ask(`${domain}.enable`);
        await ask('Emulation.setDeviceMetricsOverride', {width, height, deviceScaleFactor: 1, mobile: phone});
        await ask('Emulation.setEmulatedMedia', {features: [{name: 'prefers-color-scheme', value: scheme}, {name: 'prefers-reduced-motion', value: motion}]});

        page.eval = async (expression) => {
            const {result, exceptionDetails} = await ask('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true});
            if (exceptionDetails)
                throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
            return result.value;
        };
        page.answer = async (answers) => { // for requests of the API; undefined: the server answers
            page.answers = answers;
            await ask(answers ? 'Fetch.enable' : 'Fetch.disable', answers ? {patterns: [{urlPattern: '*/api/*'}]} : {});
        };
        // Waits in the page until the expression is true; false: it did not become so in time.
        page.until = (expression, ms = 15000) => page.eval(`new Promise((resolve) => {
            const end = performance.now() + ${ms};
            const look = () => { let is = false; try { is = Boolean(${expression}); } catch {} if (is) resolve(true); else if (performance.now() > end) resolve(false); else setTimeout(look, 20); };
            look(); })`);
        page.go = async (url, ready) => {
            await ask('Page.navigate', {url: 'about:blank'});
            await ask('Page.navigate', {url});
            return page.until(ready ?? 'document.querySelector("#main h1")');
        };
        page.press = async (key, code = key, more = {}) => {
            const text = key.length === 1 ? key : key === 'Enter' ? '\r' : undefined;
            const virtual = {Enter: 13, Escape: 27, Tab: 9, ArrowLeft: 37, ArrowRight: 39}[key];
            await ask('Input.dispatchKeyEvent', {type: 'keyDown', key, code, text, windowsVirtualKeyCode: virtual, ...more});
            await ask('Input.dispatchKeyEvent', {type: 'keyUp', key, code, windowsVirtualKeyCode: virtual, ...more});
        };
        page.shot = async (path, whole = false) => {
            const {data} = await ask('Page.captureScreenshot', {format: 'png', captureBeyondViewport: whole,
                ...(whole ? {clip: {...(await ask('Page.getLayoutMetrics')).cssContentSize, scale: 1}} : {})});
            writeFileSync(path, Buffer.from(data, 'base64'));
        };
        page.close = () => send('Target.closeTarget', {targetId});
        return page;
    }

    return {openPage, async close() {
        const gone = new Promise((resolve) => { child.once('exit', resolve); });
        await send('Browser.close').catch(() => child.kill());
        await gone;
        rmSync(profile, {recursive: true, force: true, maxRetries: 5, retryDelay: 100});
    }};
}
