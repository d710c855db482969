// SPDX-License-Identifier: Apache-2.0
// page.mjs BROWSER LOG PID: what holds of the page, in a browser. LOG is what the server prints, PID is the server.
import {readFileSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {openBrowser} from './browser.mjs';
import {hostileAnswers, manyAnswers, longAnswers, liveAnswers} from './answers.mjs';

const [program, log, server] = process.argv.slice(2);
let failed = 0;
const check = (sentence, is, more = '') => {
    console.log(`${is ? 'ok     ' : 'FAILED '} ${sentence}${is || more === '' ? '' : `\n         ${JSON.stringify(more).slice(0, 600)}`}`);
    failed += is ? 0 : 1;
};

async function origin() {
    for (let i = 0; i < 200; i++) { // until it says where it listens
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(readFileSync(log, 'utf8'));
        if (found)
            return found[0];
        await sleep(50);
    }
    throw new Error(`the server does not say where it listens: ${readFileSync(log, 'utf8').slice(-400)}`);
}

const api = async (base, path) => (await fetch(`${base}/api/v1${path}`)).json();

async function investigated(base) {
    for (let i = 0; i < 600; i++) {
        const {incidents} = await api(base, '/incidents');
        if (incidents.length > 1 && incidents.every((it) => it.state === 'done'))
            return incidents;
        await sleep(100);
    }
    throw new Error('the shipped incidents are not investigated');
}

// Text that is too faint for its ground (WCAG 2.2, 1.4.3), as computed by the browser.
const FAINT = `(() => {
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const rgba = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255]; };
    const over = (top, below) => top.slice(0, 3).map((it, i) => it * top[3] + below[i] * (1 - top[3])).concat(1);
    const ground = (node) => { const layers = []; for (let at = node; at; at = at.parentElement) { const c = rgba(getComputedStyle(at).backgroundColor); if (c[3] > 0) layers.push(c); if (c[3] === 1) break; } return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]); };
    const light = (c) => { const [r, g, b] = c.map((it) => { const s = it / 255; return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    const bad = new Set();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const node = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || node.closest('svg,.unseen,script,noscript,.skip,:disabled') || !node.checkVisibility({visibilityProperty: true})) continue;
        let opacity = 1; for (let at = node; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
        const style = getComputedStyle(node), below = ground(node), colour = rgba(style.color);
        const [a, b] = [light(over([...colour.slice(0, 3), colour[3] * opacity], below)), light(below)].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05), large = parseFloat(style.fontSize) >= 24;
        if (ratio < (large ? 3 : 4.5)) bad.add(ratio.toFixed(2) + ' ' + (node.className || node.tagName) + ' "' + walk.currentNode.data.trim().slice(0, 30) + '"');
    }
    return [...bad];
})()`;

// What who listens to the page would miss.
const UNNAMED = `(() => {
    const bad = [];
    const name = (it) => (it.getAttribute('aria-label') || it.labels?.[0]?.textContent || it.textContent || it.title || '').trim();
    for (const it of document.querySelectorAll('button,a[href],input,select,textarea,[role=button],[role=img]')) if (!name(it)) bad.push(it.outerHTML.slice(0, 80));
    for (const it of document.querySelectorAll('table')) if (!it.querySelector('thead th[scope]') || !(it.caption || it.closest('details'))) bad.push('table ' + it.className);
    for (const it of document.querySelectorAll('[id]')) if (document.querySelectorAll('#' + CSS.escape(it.id)).length > 1) bad.push('twice: ' + it.id);
    if (document.querySelectorAll('h1').length !== 1) bad.push(document.querySelectorAll('h1').length + ' h1');
    for (const it of ['header', 'nav[aria-label]', 'main']) if (!document.querySelector(it)) bad.push('no ' + it);
    return bad;
})()`;

const WIDE = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
const text = (selector) => `document.querySelector(${JSON.stringify(selector)})?.textContent ?? ''`;
const exists = (selector) => `Boolean(document.querySelector(${JSON.stringify(selector)}))`;

async function main() {
    const base = await origin();
    const incidents = await investigated(base);
    const known = incidents.find((it) => it.verdict.service === 'storefront') ?? incidents[0];
    const report = await api(base, `/incidents/${known.id}/report`);
    const browser = await openBrowser(program);
    const opened = [];
    const open = async (more) => { const page = await browser.openPage(more); opened.push(page); return page; };
    const at = (hash) => `${base}/${hash}`;
    try {
        const page = await open();

        /* ---- the list ---- */
        check('the list comes up', await page.go(at('#/'), exists('.incidents tbody tr')));
        check('it has each incident', await page.eval(`document.querySelectorAll('.incidents tbody tr').length`) === incidents.length);
        check('it names the place of the verdict', (await page.eval(text('.incidents tbody'))).includes(known.verdict.service));
        await page.press('j', 'KeyJ');
        await page.press('j', 'KeyJ');
        await page.press('k', 'KeyK');
        check('j and k go over the rows', await page.eval(`document.activeElement.closest('tr')?.rowIndex`) === 1);
        await page.press('/', 'Slash');
        check('/ goes to the search', await page.eval(`document.activeElement.type`) === 'search');
        await page.ask('Input.insertText', {text: known.verdict.service});
        check('words are found', await page.until(`location.hash.includes('q=') && document.querySelectorAll('.incidents tbody tr').length === 1`), await page.eval('location.hash'));
        await page.press('Escape');
        check('Esc clears the search', await page.until(`!location.hash.includes('q=') && document.querySelectorAll('.incidents tbody tr').length === ${incidents.length}`));
        await page.press('?', 'Slash', {modifiers: 8});
        check('? shows the keys', await page.until(exists('dialog[open]')));
        await page.press('Escape');
        check('Esc closes them', await page.until(`!(${exists('dialog')})`));

        /* ---- a report ---- */
        await page.eval(`document.querySelector('tr[data-id="${known.id}"] a').focus()`);
        await page.press('Enter');
        check('Enter opens an incident', await page.until(exists('.report .verdict')));
        check('the verdict comes first', await page.eval(`document.querySelector('.report').firstElementChild.id`) === 'verdict');
        check('it is that of the report', await page.eval(text('#verdict h2')) === report.verdict.subject);
        check('the focus is in the new view', await page.eval(`document.querySelector('main').contains(document.activeElement)`));
        check('charts are drawn', await page.until(`document.querySelectorAll('.chart canvas').length >= 1`));
        check('they have points', await page.eval(`[...document.querySelectorAll('.chart')].every((it) => Number(it.dataset.points) > 2)`));
        check('there is ink on them', await page.eval(`(() => { const c = document.querySelector('.chart canvas'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; })()`) > 500);
        await page.eval(`document.querySelector('.chart').focus()`);
        await page.press('ArrowRight');
        check('the cursor is read by key, and linked', await page.until(`[...document.querySelectorAll('#metrics output')].every((it) => /\\d\\d:\\d\\d:\\d\\d/.test(it.textContent))`),
              await page.eval(`[...document.querySelectorAll('#metrics output')].map((it) => it.textContent)`));
        await page.eval(`document.querySelector('.u-over').scrollIntoView({block: 'center'})`);
        const box = await page.eval(`(() => { const {x, y, width, height} = document.querySelector('.u-over').getBoundingClientRect(); return {x, y, width, height}; })()`);
        for (const [type, part] of [['mouseMoved', 0.3], ['mousePressed', 0.3], ['mouseMoved', 0.5], ['mouseMoved', 0.6], ['mouseReleased', 0.6]])
            await page.ask('Input.dispatchMouseEvent', {type, x: box.x + box.width * part, y: box.y + box.height / 2, button: 'left', buttons: type === 'mouseReleased' ? 0 : 1, clickCount: 1});
        check('a drag zooms', await page.until(`!document.querySelector('#metrics .right button').hidden`));
        await page.eval(`document.querySelector('#metrics .right button').click()`);
        check('and back', await page.until(`document.querySelector('#metrics .right button').hidden`));
        await page.eval(`document.querySelector('#verdict a.cite').click()`);
        check('a citation leads to its evidence', await page.until(`document.activeElement.matches('tr.pointed') && document.activeElement.id === ${JSON.stringify(report.hypotheses[0].for[0])}`), await page.eval('location.hash'));
        await page.eval(`document.querySelector('tr.pointed details summary').click()`);
        check('evidence shows its query', await page.until(`/SELECT/.test(document.querySelector('tr.pointed pre.query')?.textContent)`));
        check('evidence has been read again', (await page.eval(text('tr.pointed'))).includes('re-read'));
        const name = await page.eval(`(() => { const it = document.querySelector('.node:not([aria-pressed=true])'); it.focus(); return it.getAttribute('aria-label').split(',')[0]; })()`);
        await page.press('Enter');
        check('a service of the graph is picked by key', await page.until(`document.querySelector('.about h3').textContent === ${JSON.stringify(name)}`));
        check('the culprit has its lines, in colour', await page.eval(exists('.diff .came')) && await page.eval(exists('.diff .went')));
        check('logs have their counts', await page.eval(exists('.log .counts')));
        check('a trace has its spans', await page.eval(`document.querySelectorAll('.waterfall tbody tr').length`) > 1);
        check('a command is copied, never run', await page.eval(exists('dd.command .copy')));
        await page.eval(`(() => { const it = document.querySelector('#question'); it.focus(); it.value = 'what is the root cause?'; })()`);
        await page.press('Enter');
        check('a question is answered by key', await page.until(`document.querySelectorAll('#ask .answers li a.cite').length > 0`, 25000), await page.eval(text('#ask')));
        check('the answer names the cause', (await page.eval(text('#ask .answers'))).includes(report.verdict.subject));
        const other = await page.eval(`(() => { const it = [...document.querySelectorAll('#ask .answers a.cite')].find((one) => !location.hash.endsWith(one.textContent)); it.click(); return it.textContent; })()`);
        check('its citation leads to the evidence', await page.until(`document.activeElement.matches('tr.pointed') && document.activeElement.id === ${JSON.stringify(other)}`), await page.eval('location.hash'));
        await page.eval(`(() => { const it = document.querySelector('#question'); it.value = '<img src=x onerror=pwned=1> \u202e weather?'; it.form.requestSubmit(); })()`);
        check('what is not understood is told, as text', await page.until(`/It can be asked/.test(document.querySelector('#ask .answers').textContent)`, 25000)
            && !(await page.eval(exists('#ask img'))) && await page.eval(`window.pwned === undefined`), await page.eval(text('#ask')));
        check('nothing of the report is unnamed', (await page.eval(UNNAMED)).length === 0, await page.eval(UNNAMED));
        check('the report is legible in the dark', (await page.eval(FAINT)).length === 0, await page.eval(FAINT));
        await page.eval(`document.querySelector('#feedback button').click()`);
        await page.eval(`document.querySelector('#feedback form').requestSubmit()`);
        check('feedback is kept', await page.until(`/Kept/.test(document.querySelector('#feedback').textContent)`, 25000), await page.eval(text('#feedback')));
        await page.ask('Emulation.setEmulatedMedia', {media: 'print'});
        check('on paper there are no buttons', await page.eval(`!document.querySelector('.top').checkVisibility() && !document.querySelector('.copy').checkVisibility()`));
        await page.ask('Emulation.setEmulatedMedia', {media: '', features: [{name: 'prefers-color-scheme', value: 'dark'}]});
        await page.press('Escape');
        check('Esc goes back to the list', await page.until(exists('.incidents')));

        /* ---- runbooks, sources, silences ---- */
        await page.press('2', 'Digit2');
        check('runbooks are listed', await page.until(`document.querySelectorAll('.plainlist a').length > 5`));
        await page.eval(`document.querySelector('.plainlist a').click()`);
        check('a runbook shows its text', await page.until(exists('.code .of-word')));
        await page.eval(`document.querySelector('.code').parentElement.querySelector('.buttons button').click()`);
        check('a shipped one has nothing wrong', await page.until(exists('.checked .good')), await page.eval(text('.checked')));
        await page.go(at('#/runbooks'));
        await page.eval(`document.querySelector('textarea').value = 'runbook x "y" {\\n    nobody()\\n}\\n'; document.querySelector('#own .buttons button').click()`);
        check('a wrong one is told, with its line', await page.until(`/2:5/.test(document.querySelector('.checked').textContent)`), await page.eval(text('.checked')));
        check('sources have a view', await page.go(at('#/sources')));
        check('silences have a view', await page.go(at('#/silences'), exists('form.fields')));
        await page.eval(`(() => { const f = document.querySelector('form.fields'); f.matchers.value = 'service=nobody'; f.for.value = '1h'; f.why.value = 'a test'; f.requestSubmit(); })()`);
        check('a silence is made', await page.until(`/a test/.test(document.querySelector('table')?.textContent)`), await page.eval(text('main')));
        await page.eval(`document.querySelector('td button').click()`);
        check('and ended', await page.until(`!/a test/.test(document.querySelector('main').textContent) || /over/.test(document.querySelector('table').textContent)`));
        check('an address that leads nowhere says so', await page.go(at('#/incidents/nobody')) && (await page.eval(text('h1'))).startsWith('There is no such'));
        const errors = page.errors.filter((it) => !/404/.test(it)); // those it was made to see
        check('the console has no errors', errors.length === 0, errors);

        /* ---- as it happens ---- */
        const live = await open({motion: 'reduce'});
        await live.go(at('#/'), exists('.incidents'));
        await fetch(`${base}/api/v1/incidents/${known.id}/again`, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{}'});
        check('the list sees an incident start', await live.until(`/waits|investigates|asks/.test(document.querySelector('tr[data-id="${known.id}"]').textContent)`));
        await live.go(at(`#/incidents/${known.id}`), `${exists('.live')} || ${exists('.report')}`);
        check('what runs becomes a report', await live.until(exists('.report'), 60000));
        await live.answer(liveAnswers);
        check('a live view opens', await live.go(at('#/incidents/live'), `document.querySelectorAll('.ticker li').length >= 4`), await live.eval(text('main')));
        check('a dead end is struck out, with its reason', await live.eval(text('.leads s')) === 'cart' && (await live.eval(text('.leads'))).includes('cart-db'));
        check('the plan is there', (await live.eval(text('.plan'))).includes('follow errors'));
        check('steps are told', (await live.eval(text('.ticker:not(.claims-live)'))).includes('find_onset'));
        check('the live view is legible', (await live.eval(FAINT)).length === 0, await live.eval(FAINT));
        check('nothing of it is unnamed', (await live.eval(UNNAMED)).length === 0, await live.eval(UNNAMED));
        check('a broken line is told', await live.until(`!document.querySelector('.live .link').hidden`));

        await live.close(); // a browser has six lines to a server, and each page that is watched holds one
        await page.close();

        /* ---- hostile text ---- */
        for (const [width, phone] of [[1400, false], [360, true]]) {
            const hostile = await open({width, phone, height: 800});
            await hostile.answer(hostileAnswers(report, await api(base, `/incidents/${known.id}/exhibits`)));
            check(`hostile text comes up in the list at ${width}`, await hostile.go(at('#/'), exists('.incidents tbody tr')));
            check('and does not widen it', await hostile.eval(WIDE) <= 0, await hostile.eval(WIDE));
            check('and in a report', await hostile.go(at('#/incidents/hostile'), exists('.report #evidence')));
            await hostile.eval(`document.querySelector('#question').value = 'x'; document.querySelector('#ask form').requestSubmit()`);
            check('and in an answer', await hostile.until(`document.querySelectorAll('#ask .answers li p').length > 0`), await hostile.eval(text('#ask')));
            await hostile.eval(`document.querySelectorAll('details').forEach((it) => { it.open = true; })`);
            await sleep(200);
            check('it is shown as text', (await hostile.eval(text('main'))).includes('<img src=x onerror='));
            check('no markup came of it', !(await hostile.eval(exists('main img,main script,main iframe,main b[onmouseover],main [onerror],main style,main base'))));
            check('no script ran', await hostile.eval(`window.pwned === undefined`));
            check('what turns text around is seen', (await hostile.eval(text('main'))).includes('\u27e8202E\u27e9') && !/[\u202e\u2066\u0000\u001b]/.test(await hostile.eval(text('main'))));
            check('no link leads to a script', !(await hostile.eval(`[...document.querySelectorAll('a[href]')].some((it) => /^(javascript|data|vbscript):/i.test(it.href))`)));
            check('it does not widen the page', await hostile.eval(WIDE) <= 0, await hostile.eval(`[...document.querySelectorAll('main *')].filter((it) => it.getBoundingClientRect().right > innerWidth + 1 && !it.closest('.scroll,pre')).slice(0, 5).map((it) => it.className + ' ' + it.tagName)`));
            check('and nothing broke', hostile.errors.length === 0, hostile.errors);
            await hostile.close();
        }

        /* ---- much ---- */
        const many = await open();
        await many.answer(manyAnswers);
        check('10,000 incidents come up', await many.go(at('#/'), exists('.incidents tbody tr')));
        check('a page of them at a time', await many.eval(`document.querySelectorAll('.incidents tbody tr').length`) === 50);
        await many.eval(`document.querySelector('.pages button').click()`);
        check('and the older ones', await many.until(`/alert-9950s/.test(document.querySelector('.incidents').textContent)`), await many.eval('location.hash'));
        check('a word among them is found', await many.go(at('#/?q=needle'), `/needle/.test(document.querySelector('.incidents')?.textContent)`));
        await many.close();
        const much = await open();
        await much.answer(longAnswers(report));
        check('a report with 2,000 pieces of evidence comes up', await much.go(at('#/incidents/long'), exists('.report #evidence')));
        check('and draws what is looked at', await much.eval(`document.querySelectorAll('.evidence tbody tr').length`) <= 200);
        await much.eval(`location.hash = '#/incidents/long/E1990'`);
        check('the last can be cited', await much.until(`document.activeElement.id === 'E1990'`));
        await much.eval(`(() => { const it = document.querySelector('#evidence input'); it.value = 'needle'; it.dispatchEvent(new Event('input')); })()`);
        check('and searched', await much.until(`document.querySelectorAll('.evidence tbody tr').length === 1`));

        await much.close();

        /* ---- the server in trouble ---- */
        const trouble = await open();
        await trouble.answer((path) => path.includes('/incidents') ? {body: {incidents: [], next: null}} : undefined);
        check('nothing as yet is told, with what to do', await trouble.go(at('#/')) && (await trouble.eval(text('main'))).includes('/webhook/alertmanager'));
        await trouble.answer((path) => path.includes('/incidents') ? {status: 500, body: {error: {kind: 'io', message: 'the disk is full'}}} : undefined);
        check('an error is told in the words of the server', await trouble.go(at('#/'), exists('[role=alert]')) && (await trouble.eval(text('main'))).includes('the disk is full'));
        await trouble.answer(undefined);
        await trouble.eval(`document.querySelector('[role=alert] button').click()`);
        check('and tried again', await trouble.until(exists('.incidents')));
        await trouble.answer((path) => path.includes('/incidents') ? {status: 401, body: {error: {kind: 'denied', message: 'a token is wanted'}}} : undefined);
        check('a server with tokens asks for one', await trouble.go(at('#/'), exists('#token')));
        check('the form is named and legible', (await trouble.eval(UNNAMED)).length + (await trouble.eval(FAINT)).length === 0, [await trouble.eval(UNNAMED), await trouble.eval(FAINT)]);

        await trouble.answer((path) => path.endsWith('/test') ? {body: {ok: false, said: 'prometheus  failed  nobody takes the connection'}}
            : path.includes('/sources') ? {body: {sources: [{name: 'prometheus', kind: 'prometheus', signal: 'metrics', url: 'http://127.0.0.1:9', path: null}], receives: true}} : undefined);
        check('sources are listed', await trouble.go(at('#/sources'), exists('tbody tr')));
        await trouble.eval(`document.querySelector('td button').click()`);
        check('and tried', await trouble.until(`/nobody takes/.test(document.querySelector('tbody').textContent)`));
        check('which is named and legible', (await trouble.eval(UNNAMED)).length + (await trouble.eval(FAINT)).length === 0, [await trouble.eval(UNNAMED), await trouble.eval(FAINT)]);

        /* ---- a phone, by day, at rest ---- */
        const phone = await open({width: 360, height: 780, phone: true, scheme: 'light', motion: 'reduce'});
        for (const hash of ['#/', `#/incidents/${known.id}`, ...incidents.map((it) => `#/incidents/${it.id}`), '#/runbooks', '#/runbooks/errors', '#/sources', '#/silences']) {
            check(`${hash.replace(/\d.*/, 'ID')} fits a phone`, await phone.go(at(hash)) && await phone.eval(WIDE) <= 0, await phone.eval(WIDE));
            check('is legible by day', (await phone.eval(FAINT)).length === 0, await phone.eval(FAINT));
            check('has nothing unnamed', (await phone.eval(UNNAMED)).length === 0, await phone.eval(UNNAMED));
        }
        check('nothing moves for who wants none of it', await phone.eval(`document.getAnimations().length`) === 0);

        /* ---- what left the browser ---- */
        const strangers = opened.flatMap((it) => it.requests).filter((it) => !it.startsWith(`${base}/`) && !/^(about|data|blob):/.test(it));
        check('no request went anywhere else', strangers.length === 0, strangers);
        check('nothing was against the policy of the page', !opened.some((it) => it.errors.some((error) => /Content Security|Refused to/.test(error))), opened.flatMap((it) => it.errors));

        /* ---- the server goes ---- */
        const last = await open();
        await last.go(at('#/'), exists('.incidents'));
        process.kill(Number(server));
        await last.until(`true`);
        await last.eval(`document.querySelector('#views a:nth-child(2)').click()`);
        check('who is cut off is told so', await last.until(`!document.getElementById('link').hidden`), await last.eval(text('main')));
    } finally {
        await browser.close();
    }
}

await main().catch((error) => check('the test ran to its end', false, `${error.stack} ${error.cause ?? ''} ${readFileSync(log, 'utf8').slice(-300)}`));
console.log(failed ? `${failed} FAILED` : 'all ok');
process.exit(failed ? 1 : 0);
