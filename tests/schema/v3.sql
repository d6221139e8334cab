-- schema.sql - the whole database, current and commented.
--
-- Part 1 is truth. It changes only by a migration (lib/store/migrate.c), and
-- user_version counts it. Part 2, below "-- derived", can be dropped at any
-- time without losing what was said: it follows from part 1.
--
-- Times are milliseconds since 1970 UTC. Texts are UTF-8. Nothing that was
-- said is overwritten: a memory that no longer holds gets valid_to and
-- superseded_by, and history keeps every change.

-- One body of work. Identity is the git common directory and the normalised
-- remote (see project_keys), else the path; never the base name alone.
CREATE TABLE projects (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,          -- for people; need not be unique
    root        TEXT NOT NULL,          -- last seen working tree
    created_ms  INTEGER NOT NULL
) STRICT;

-- Every key by which a project is recognised: "dir:/abs/common/dir",
-- "remote:github.com/owner/name", "path:/abs".
CREATE TABLE project_keys (
    key         TEXT PRIMARY KEY,
    project_id  INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX project_keys_project ON project_keys(project_id);

-- A conversation of an agent. A subagent's work is a session of its own with
-- a parent. Resume and compaction go on with the same row.
CREATE TABLE sessions (
    id              INTEGER PRIMARY KEY,
    uid             TEXT NOT NULL UNIQUE, -- client's id; child: parent:agent
    project_id      INTEGER NOT NULL REFERENCES projects(id),
    parent_id       INTEGER REFERENCES sessions(id) ON DELETE CASCADE,
    agent           TEXT NOT NULL DEFAULT 'claude-code',
    agent_type      TEXT,                 -- subagents: "Explore", ...
    cwd             TEXT NOT NULL,
    branch          TEXT,
    title           TEXT,                 -- first words of the first prompt
    started_ms      INTEGER NOT NULL,
    last_ms         INTEGER NOT NULL,
    ended_ms        INTEGER,
    end_reason      TEXT,
    prompts         INTEGER NOT NULL DEFAULT 0,
    transcript      TEXT,                 -- the client's own file
    -- since version 2
    dropped         INTEGER NOT NULL DEFAULT 0 -- events that retention_days
                                          -- took away
) STRICT;
CREATE INDEX sessions_project ON sessions(project_id);
CREATE INDEX sessions_parent ON sessions(parent_id);

-- Raw events, verbatim after redaction. uid makes "exactly once" true: random
-- from the hook, but for a tool call made of session and tool_use_id, so that
-- the hook and the transcript bring one event and not two.
CREATE TABLE events (
    id           INTEGER PRIMARY KEY,
    uid          BLOB NOT NULL UNIQUE,    -- 16 bytes
    session_id   INTEGER NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    name         TEXT NOT NULL,           -- hook_event_name, or Assistant
    tool         TEXT,
    tool_use_id  TEXT,
    time_ms      INTEGER NOT NULL,        -- when it happened
    origin       TEXT NOT NULL DEFAULT 'hook', -- hook, transcript, import
    state        INTEGER NOT NULL DEFAULT 0,   -- 0 waits, 1 compressed, 2 kept only
    bytes        INTEGER NOT NULL,        -- as it came, before anything was cut
    text_hash    INTEGER,                 -- of a prompt or message: said once
    payload      TEXT NOT NULL
) STRICT;
-- One index serves "what waits" and "all of a session": every index costs each
-- event a page of the log.
CREATE INDEX events_session ON events(session_id, state, id);
CREATE INDEX events_text ON events(session_id, text_hash)
    WHERE text_hash IS NOT NULL;

-- How far each transcript was read, so that nothing is taken twice.
CREATE TABLE transcripts (
    path        TEXT PRIMARY KEY,
    session_id  INTEGER REFERENCES sessions(id) ON DELETE CASCADE,
    offset      INTEGER NOT NULL,         -- bytes taken: ends of whole lines
    inode       INTEGER NOT NULL DEFAULT 0,
    read_ms     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One compression of some events of a session: its tries and its outcome.
CREATE TABLE batches (
    id           INTEGER PRIMARY KEY,
    session_id   INTEGER NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    first_event  INTEGER NOT NULL,
    last_event   INTEGER NOT NULL,
    events       INTEGER NOT NULL,
    ends_turn    INTEGER NOT NULL,
    state        TEXT NOT NULL,           -- waiting, done, refused
    provider     TEXT,                    -- who did it in the end
    tries        INTEGER NOT NULL DEFAULT 0,
    next_ms      INTEGER NOT NULL DEFAULT 0, -- not before
    error        TEXT,                    -- last failure, one sentence
    reply        TEXT,                    -- kept only when it was refused
    created_ms   INTEGER NOT NULL,
    done_ms      INTEGER
) STRICT;
CREATE INDEX batches_waiting ON batches(next_ms) WHERE state = 'waiting';
CREATE INDEX batches_session ON batches(session_id, id);

-- Everything cmem remembers, of every kind, in one table.
CREATE TABLE memories (
    id             INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice
    kind           TEXT NOT NULL CHECK (kind IN
                     ('observation', 'fact', 'summary', 'note', 'prompt')),
    type           TEXT,                  -- observation: bugfix, decision, ...
    title          TEXT NOT NULL,
    subtitle       TEXT,
    text           TEXT NOT NULL,         -- narrative, sentence, prompt
    data           TEXT,                  -- JSON: facts, concepts; summary's
                                          -- request, learned, next_steps, ...
    project_id     INTEGER REFERENCES projects(id),
    session_id     INTEGER REFERENCES sessions(id),
    batch_id       INTEGER REFERENCES batches(id) ON DELETE SET NULL,
    branch         TEXT,
    user           TEXT,                  -- scopes beyond project and session
    agent          TEXT,
    origin         TEXT NOT NULL,         -- user, assistant, tool, repo, web, import
    provider       TEXT,                  -- rules, or the model that wrote it
    importance     INTEGER NOT NULL DEFAULT 3, -- 1 to 5
    pinned         INTEGER NOT NULL DEFAULT 0,
    seen           INTEGER NOT NULL DEFAULT 1, -- how often it was said
    created_ms     INTEGER NOT NULL,
    updated_ms     INTEGER NOT NULL,
    event_ms       INTEGER NOT NULL,      -- when it happened
    valid_from     INTEGER,
    valid_to       INTEGER,               -- NULL: holds now
    superseded_by  INTEGER REFERENCES memories(id) ON DELETE SET NULL,
    expires_ms     INTEGER,
    topic_key      TEXT,                  -- one evolving row per key and project
    revision       INTEGER NOT NULL DEFAULT 1,
    hash           BLOB NOT NULL,         -- of kind, scope and text
    -- since version 2
    external_id    TEXT,                  -- where it was imported from
    group_key      TEXT,                  -- said together: a conversation, a
                                          -- document; NULL: its session
    ord            INTEGER,               -- its place in the group
    metadata       TEXT,                  -- JSON object that came with it
    about          TEXT,                  -- a plain fact's subject and
                                          -- attribute: facts.h
    born_commit    TEXT,                  -- HEAD when it was made on `branch`:
                                          -- until that is merged it belongs
                                          -- to the branch; then NULL
    weighed        TEXT                   -- what made its importance
) STRICT;
CREATE UNIQUE INDEX memories_hash ON memories(hash);
CREATE UNIQUE INDEX memories_topic ON memories(project_id, topic_key)
    WHERE topic_key IS NOT NULL;
CREATE INDEX memories_project ON memories(project_id, event_ms);
CREATE INDEX memories_time ON memories(event_ms);
CREATE INDEX memories_kind ON memories(project_id, kind, event_ms);
CREATE INDEX memories_type ON memories(project_id, type, event_ms)
    WHERE type IS NOT NULL;
CREATE INDEX memories_pinned ON memories(project_id, event_ms)
    WHERE pinned = 1;
CREATE INDEX memories_important ON memories(project_id, event_ms)
    WHERE importance >= 4;
-- What search asks of every match, without reading the row with its texts.
CREATE INDEX memories_scope ON memories(id, project_id, session_id, event_ms,
    kind, type, branch, importance, pinned, valid_to, expires_ms, user, agent,
    origin, group_key, ord, born_commit, valid_from);
CREATE INDEX memories_session ON memories(session_id, kind);
CREATE INDEX memories_external ON memories(external_id)
    WHERE external_id IS NOT NULL;
CREATE INDEX memories_group ON memories(group_key, ord)
    WHERE group_key IS NOT NULL;
CREATE INDEX memories_about ON memories(about, project_id)
    WHERE about IS NOT NULL;
CREATE INDEX memories_user ON memories(user) WHERE user IS NOT NULL;
CREATE INDEX memories_born ON memories(project_id, branch)
    WHERE born_commit IS NOT NULL;

-- Files a memory is about.
CREATE TABLE memory_files (
    memory_id    INTEGER NOT NULL REFERENCES memories(id) ON DELETE CASCADE,
    path         TEXT NOT NULL,           -- relative to the project's root
    modified     INTEGER NOT NULL,
    PRIMARY KEY (memory_id, path, modified)
) STRICT, WITHOUT ROWID;
CREATE INDEX memory_files_path ON memory_files(path);

-- A definition as a tool call left it, or as a session read it: what
-- `cmem blame` tells, and what memories cite, so that whether they still hold
-- is one comparison. Since version 3; lib/store/touch.h.
CREATE TABLE touches (
    id          INTEGER PRIMARY KEY,
    session_id  INTEGER NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    event_id    INTEGER REFERENCES events(id) ON DELETE SET NULL,
    time_ms     INTEGER NOT NULL,
    path        TEXT NOT NULL,            -- below its working tree's top, else
                                          -- absolute
    symbol      TEXT NOT NULL,            -- qualified; empty: outside of any
    kind        TEXT NOT NULL,            -- function, class, ... or empty
    modified    INTEGER NOT NULL,         -- 0: read
    first_line  INTEGER NOT NULL,         -- of it, then
    last_line   INTEGER NOT NULL,
    hash        INTEGER NOT NULL,         -- as code_symbols'; 0: not known
    body        TEXT                      -- its text, redacted; NULL: too long
) STRICT;
CREATE INDEX touches_path ON touches(path, symbol);
CREATE INDEX touches_session ON touches(session_id);
CREATE INDEX touches_event ON touches(event_id);

-- Which of them a memory speaks of.
CREATE TABLE citations (
    memory_id  INTEGER NOT NULL REFERENCES memories(id) ON DELETE CASCADE,
    touch_id   INTEGER NOT NULL REFERENCES touches(id) ON DELETE CASCADE,
    PRIMARY KEY (memory_id, touch_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX citations_touch ON citations(touch_id);

-- The events a memory came from.
CREATE TABLE evidence (
    memory_id  INTEGER NOT NULL REFERENCES memories(id) ON DELETE CASCADE,
    event_id   INTEGER NOT NULL REFERENCES events(id) ON DELETE CASCADE,
    PRIMARY KEY (memory_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_event ON evidence(event_id);

-- How memories stand to each other: repeats, refines, contradicts, ends.
CREATE TABLE links (
    from_id   INTEGER NOT NULL REFERENCES memories(id) ON DELETE CASCADE,
    to_id     INTEGER NOT NULL REFERENCES memories(id) ON DELETE CASCADE,
    relation  TEXT NOT NULL,
    PRIMARY KEY (from_id, to_id, relation)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_to ON links(to_id);

-- Every change of a memory. Survives updates; forgetting removes it too.
CREATE TABLE history (
    id         INTEGER PRIMARY KEY,
    memory_id  INTEGER NOT NULL REFERENCES memories(id) ON DELETE CASCADE,
    event      TEXT NOT NULL,             -- add, update, supersede, restate
    old_text   TEXT,
    new_text   TEXT,
    actor      TEXT NOT NULL,             -- user, rules, model name
    time_ms    INTEGER NOT NULL
) STRICT;
CREATE INDEX history_memory ON history(memory_id);

-- The last 20 times a memory was read on purpose or given to a session: what
-- is used stays near the top.
CREATE TABLE accesses (
    memory_id  INTEGER NOT NULL REFERENCES memories(id) ON DELETE CASCADE,
    time_ms    INTEGER NOT NULL,
    how        TEXT NOT NULL,             -- show, start, prompt, search
    PRIMARY KEY (memory_id, time_ms)
) STRICT, WITHOUT ROWID;

-- An error and what ended it: learnt from sessions where a command failed, was
-- changed or something was edited, and then did not fail any more.
CREATE TABLE outcomes (
    id          INTEGER PRIMARY KEY,
    project_id  INTEGER REFERENCES projects(id),
    signature   TEXT NOT NULL,            -- the error without what varies
    error       TEXT NOT NULL,            -- as it was last seen, cut
    command     TEXT,                     -- that failed
    fix         TEXT NOT NULL,            -- JSON: commands, edits, files
    fix_hash    BLOB NOT NULL,            -- of project, signature and fix
    held        INTEGER NOT NULL DEFAULT 1, -- it did not come back
    failed      INTEGER NOT NULL DEFAULT 0, -- it did, later in that session
    session_id  INTEGER REFERENCES sessions(id) ON DELETE CASCADE,
    first_ms    INTEGER NOT NULL,
    last_ms     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX outcomes_fix ON outcomes(fix_hash);
CREATE INDEX outcomes_signature ON outcomes(signature);

-- What the language model was asked and what it cost.
CREATE TABLE usage (
    id             INTEGER PRIMARY KEY,
    time_ms        INTEGER NOT NULL,
    project_id     INTEGER REFERENCES projects(id),
    session_id     INTEGER REFERENCES sessions(id) ON DELETE SET NULL,
    batch_id       INTEGER REFERENCES batches(id) ON DELETE SET NULL,
    provider       TEXT NOT NULL,
    model          TEXT NOT NULL,
    prompt_version INTEGER NOT NULL,
    input_tokens   INTEGER NOT NULL,
    cached_tokens  INTEGER NOT NULL,      -- part of input_tokens
    output_tokens  INTEGER NOT NULL,
    micro_usd      INTEGER NOT NULL,      -- 0 when the price is not known
    ms             INTEGER NOT NULL,
    error          TEXT                   -- NULL when it went well
) STRICT;
CREATE INDEX usage_time ON usage(time_ms);

-- What was put into which session: receipts, and how our own words are known
-- again when they come back.
CREATE TABLE injections (
    id          INTEGER PRIMARY KEY,
    session_id  INTEGER REFERENCES sessions(id) ON DELETE CASCADE,
    time_ms     INTEGER NOT NULL,
    source      TEXT NOT NULL,            -- startup, clear, compact, prompt
    tokens      INTEGER NOT NULL,
    memories    TEXT NOT NULL,            -- JSON array of ids
    text        TEXT NOT NULL,
    -- since version 2
    query       TEXT,                     -- prompt: what was looked for
    explain     TEXT                      -- JSON: what was considered, why not
) STRICT;
CREATE INDEX injections_session ON injections(session_id);

-- Files that the tool calls of a session touched, whatever was made of them.
CREATE TABLE session_files (
    session_id  INTEGER NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    path        TEXT NOT NULL,            -- absolute, as the tool was given it
    modified    INTEGER NOT NULL,
    times       INTEGER NOT NULL DEFAULT 1,
    last_ms     INTEGER NOT NULL,
    PRIMARY KEY (session_id, path, modified)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_files_path ON session_files(path);

-- derived

-- By which version of the program what follows was made. Another one makes
-- it anew from part 1 (lib/store/derive.h).
CREATE TABLE derived (
    version  INTEGER NOT NULL
) STRICT;

-- How many memories each project has, 0 standing for none: every search says
-- of how many, and counting takes longer than searching.
CREATE TABLE memory_counts (
    project_id  INTEGER PRIMARY KEY,
    memories    INTEGER NOT NULL
) STRICT;
INSERT INTO memory_counts (project_id, memories)
    SELECT coalesce(project_id, 0), count(*) FROM memories GROUP BY 1;
CREATE TRIGGER memory_counts_add AFTER INSERT ON memories BEGIN
    INSERT INTO memory_counts (project_id, memories)
        VALUES (coalesce(new.project_id, 0), 1)
        ON CONFLICT (project_id) DO UPDATE SET memories = memories + 1;
END;
CREATE TRIGGER memory_counts_take AFTER DELETE ON memories BEGIN
    UPDATE memory_counts SET memories = memories - 1
        WHERE project_id = coalesce(old.project_id, 0);
END;
CREATE TRIGGER memory_counts_move AFTER UPDATE OF project_id ON memories BEGIN
    UPDATE memory_counts SET memories = memories - 1
        WHERE project_id = coalesce(old.project_id, 0);
    INSERT INTO memory_counts (project_id, memories)
        VALUES (coalesce(new.project_id, 0), 1)
        ON CONFLICT (project_id) DO UPDATE SET memories = memories + 1;
END;

-- Words of memories. `names` holds identifiers and paths whole and in parts,
-- so that parseReply, parse_reply and "parse reply" find each other. `scope`
-- has words that nobody types (U+E000 in front): the project's, the session's,
-- the group's, the kind's, so that a search in one of them walks its rows only.
-- The tokenizer is our own (lib/store/tokenize.h).

-- The same words memory by memory, hashed: see store/terms.h.
CREATE TABLE memory_terms (
    memory_id  INTEGER PRIMARY KEY REFERENCES memories(id) ON DELETE CASCADE,
    v          BLOB NOT NULL
) STRICT;

-- All different words, packed, to look inside them: lib/store/fragment.h.
CREATE TABLE vocabulary (
    length  INTEGER NOT NULL,           -- of each word, in bytes
    part    INTEGER NOT NULL,
    v       BLOB NOT NULL,              -- words, one after the other
    PRIMARY KEY (length, part)
) STRICT, WITHOUT ROWID;

-- Words of what was said (rowid 2 * batch) and done (2 * batch + 1) in a batch
-- of events, each once, in the order of the alphabet: see store/said.h. Words
-- of scope as in memories_fts.
CREATE TABLE said (
    batch_id    INTEGER PRIMARY KEY REFERENCES batches(id) ON DELETE CASCADE,
    session_id  INTEGER NOT NULL,
    words       INTEGER NOT NULL,         -- different ones that were said
    deeds       INTEGER NOT NULL          -- and that tools were given
) STRICT;
CREATE INDEX said_session ON said(session_id);
-- Sessions that ran at the same time.
CREATE INDEX sessions_time ON sessions(project_id, started_ms);
CREATE INDEX memories_batch ON memories(batch_id) WHERE batch_id IS NOT NULL;

-- What stands beside what in a session that was imported in order.
CREATE INDEX memories_order ON memories(session_id, ord) WHERE ord > 0;

-- Embedders whose vectors are here. One serves searches; another one that is
-- to take its place fills up beside it (worker/embedding.h).
CREATE TABLE embedders (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE,         -- kind, model, version: vector.h
    dim     INTEGER NOT NULL,
    uid     BLOB NOT NULL,                -- random: which matrix is its own
    serves  INTEGER NOT NULL              -- 1 for one of them
) STRICT;

-- What memories mean: vectors of length 1, a byte an element. A long text has
-- several parts. Ids are never used twice: the matrix has them in order, and
-- whoever reads it takes what it lacks from here.
CREATE TABLE vectors (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    memory_id  INTEGER NOT NULL REFERENCES memories(id) ON DELETE CASCADE,
    embedder   INTEGER NOT NULL REFERENCES embedders(id) ON DELETE CASCADE,
    part       INTEGER NOT NULL,          -- 0 is the first
    scale      REAL NOT NULL,             -- element = byte * scale
    v          BLOB NOT NULL              -- dim signed bytes
) STRICT;
CREATE UNIQUE INDEX vectors_memory ON vectors(memory_id, embedder, part);

-- Memories that wait to be embedded.
CREATE TABLE vectors_wanted (
    memory_id  INTEGER PRIMARY KEY REFERENCES memories(id) ON DELETE CASCADE
) STRICT;

-- Vectors that are no more, but still in the matrix.
CREATE TABLE vectors_gone (
    id  INTEGER PRIMARY KEY
) STRICT;
CREATE TRIGGER vectors_go AFTER DELETE ON vectors BEGIN
    INSERT OR IGNORE INTO vectors_gone (id) VALUES (old.id);
END;

-- Names of the coding world that memories speak of: see base/entity.h.
CREATE TABLE entities (
    id        INTEGER PRIMARY KEY,
    kind      TEXT NOT NULL,              -- path, symbol, commit, person, ...
    key       TEXT NOT NULL,              -- normalised: what makes two one
    name      TEXT NOT NULL,              -- as it was first written
    memories  INTEGER NOT NULL DEFAULT 0  -- how many have it: what links to
                                          -- everything tells little
) STRICT;
CREATE UNIQUE INDEX entities_key ON entities(key, kind);

-- Other ways to write an entity: a path's last component, a short hash.
CREATE TABLE entity_aliases (
    key        TEXT NOT NULL,
    entity_id  INTEGER NOT NULL REFERENCES entities(id) ON DELETE CASCADE,
    PRIMARY KEY (key, entity_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_aliases_entity ON entity_aliases(entity_id);

CREATE TABLE entity_memories (
    entity_id  INTEGER NOT NULL REFERENCES entities(id) ON DELETE CASCADE,
    memory_id  INTEGER NOT NULL REFERENCES memories(id) ON DELETE CASCADE,
    strength   INTEGER NOT NULL,          -- 3 title or file, 2 fact, 1 text
    PRIMARY KEY (entity_id, memory_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_memories_memory ON entity_memories(memory_id);

-- How entities stand to each other, and which memory says so.
CREATE TABLE relations (
    from_id    INTEGER NOT NULL REFERENCES entities(id) ON DELETE CASCADE,
    relation   TEXT NOT NULL,             -- uses, part-of, fixes, causes, ...
    to_id      INTEGER NOT NULL REFERENCES entities(id) ON DELETE CASCADE,
    memory_id  INTEGER NOT NULL REFERENCES memories(id) ON DELETE CASCADE,
    PRIMARY KEY (from_id, relation, to_id, memory_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX relations_to ON relations(to_id);
CREATE INDEX relations_memory ON relations(memory_id);
