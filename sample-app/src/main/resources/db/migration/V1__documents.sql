CREATE TABLE documents (
    id           uuid        PRIMARY KEY,
    name         text        NOT NULL CHECK (name <> ''),
    size         bigint      NOT NULL CHECK (size >= 0),
    content_type text        NOT NULL,
    sha256       text        NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    object_key   text        NOT NULL UNIQUE,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX documents_newest_first ON documents (created_at DESC, id DESC);

-- Objects to delete, unless a row names them when their time has come. An upload stands here before its first byte is
-- written and leaves in the transaction that inserts its row, so that whatever ends it, its bytes do not stay.
CREATE TABLE object_deletions (
    object_key text        PRIMARY KEY,
    due_at     timestamptz NOT NULL,
    -- The oid of this table when the line was written: another one means that the line came out of a backup.
    written_in oid         NOT NULL
);

CREATE INDEX object_deletions_due ON object_deletions (due_at);
