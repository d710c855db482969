-- a mail for each order: the queue that orders fills, and what the worker has sent
CREATE TABLE jobs (id bigserial PRIMARY KEY, order_id bigint NOT NULL, kind text NOT NULL,
                   traceparent text NOT NULL, placed_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE mails (id bigserial PRIMARY KEY, order_id bigint NOT NULL, text text NOT NULL,
                    sent_at timestamptz NOT NULL DEFAULT now());
