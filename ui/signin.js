// SPDX-License-Identifier: Apache-2.0
// A server that has tokens wants one. It is given once and becomes a cookie that no script can read.
import {post} from './api.js';
import {h} from './dom.js';

export function form(done) {
    const said = h('p', {class: 'note', role: 'alert'});
    const token = h('input', {type: 'password', id: 'token', autocomplete: 'current-password', required: true, spellcheck: 'false'});
    const send = async (event) => {
        event.preventDefault();
        try {
            await post('/session', {token: token.value.trim()});
            done();
        } catch (error) {
            said.textContent = error.message;
            token.select();
        }
    };
    return h('section', {class: 'failure'}, h('h1', {}, 'Who are you?'),
             h('p', {}, 'This server wants a token. ', h('code', {}, 'warroom token add NAME --scope read,feedback'), ' makes one.'),
             h('form', {class: 'line', onsubmit: send}, h('label', {for: 'token', class: 'unseen'}, 'Token'), token, h('button', {}, 'Come in')), said);
}
