-- Rows as an application's log of events has them: mostly text, some of it often, some of it only once; about 410 bytes
-- each in a dump. Every run makes the same ones. Takes the variable rows: how many.
SELECT setseed(0.5) \g /dev/null

CREATE TEMPORARY TABLE words AS
SELECT n, string_agg(chr(97 + floor(random() * random() * 26)::int), '') AS word
FROM generate_series(1, 3000) n, generate_series(1, 3 + n % 8)
GROUP BY n;

CREATE TEMPORARY TABLE sentences AS
SELECT picked.n, string_agg(word, ' ') AS sentence
FROM (
    SELECT s AS n, 1 + floor(3000 * power(random(), 3))::int AS pick
    FROM generate_series(1, 300) s, generate_series(1, 12)
) picked
JOIN words ON words.n = pick
GROUP BY picked.n;

CREATE TABLE events (
    id bigint PRIMARY KEY, at timestamptz, actor text, action text, document text, content_type text, bytes bigint,
    outcome text, client text, description text
);
INSERT INTO events
SELECT
    i,
    timestamptz '2026-01-01' + i * interval '1.3 seconds',
    a.word || '@example.com',
    (ARRAY['document.upload', 'document.download', 'document.view', 'document.delete', 'folder.list'])[1 + h1 % 5],
    '/library/' || a.word || '/' || b.word || '-' || h3 % 1000 || '.pdf',
    (ARRAY['application/pdf', 'text/plain', 'image/png', 'text/markdown'])[1 + h2 % 4],
    h2 % 1000000,
    (ARRAY['ok', 'ok', 'ok', 'ok', 'not_found', 'denied'])[1 + h3 % 6],
    format('Mozilla/5.0 (X11; Linux x86_64; rv:%1$s.0) Gecko/20100101 Firefox/%1$s.0', 100 + h1 % 40),
    'The user asked for the document in ' || s1.sentence || '. ' || s2.sentence || '.'
FROM (
    SELECT
        i,
        hashint8(i) & 2147483647 AS h1,
        hashint8(i + 1000000000) & 2147483647 AS h2,
        hashint8(i + 2000000000) & 2147483647 AS h3
    FROM generate_series(1::bigint, :rows) i
) numbers
JOIN words a ON a.n = 1 + h1 % 500
JOIN words b ON b.n = 1 + h2 % 3000
JOIN sentences s1 ON s1.n = 1 + h1 % 300
JOIN sentences s2 ON s2.n = 1 + h2 % 300
ORDER BY i;
VACUUM ANALYZE events;
