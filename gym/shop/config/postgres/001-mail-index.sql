-- the account page will show the mails of an order
CREATE INDEX mails_order ON mails (order_id);
