-- Every key begins with the district, so that the tables can be distributed by it. A city's own
-- rows are in the district of the municipality itself. Times are milliseconds since 1970.

CREATE TABLE districts (
  district TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL
);

CREATE TABLE organisations (
  district TEXT NOT NULL,
  id TEXT NOT NULL,
  parent TEXT,
  path TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  code TEXT,
  facets JSONB NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT,
  version BIGINT NOT NULL,
  PRIMARY KEY (district, id)
);
CREATE INDEX organisations_by_path ON organisations (district, path);
CREATE UNIQUE INDEX organisations_by_name ON organisations (district, parent, name) WHERE until IS NULL;

CREATE TABLE people (
  district TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  login TEXT NOT NULL,
  organisation TEXT NOT NULL,
  path TEXT NOT NULL,
  password TEXT NOT NULL,
  must_change BOOLEAN NOT NULL,
  active BOOLEAN NOT NULL,
  since BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (district, id)
);
CREATE UNIQUE INDEX people_by_login ON people (district, login);
CREATE INDEX people_by_path ON people (district, path);

CREATE TABLE postings (
  district TEXT NOT NULL,
  id TEXT NOT NULL,
  person TEXT NOT NULL,
  person_district TEXT NOT NULL,
  post TEXT NOT NULL,
  organisation TEXT NOT NULL,
  path TEXT NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT,
  version BIGINT NOT NULL,
  PRIMARY KEY (district, id)
);
CREATE INDEX postings_by_person ON postings (district, person);
CREATE INDEX postings_by_post ON postings (district, organisation, post);

CREATE TABLE sessions (
  district TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  id TEXT NOT NULL,
  person TEXT NOT NULL,
  began_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  address TEXT NOT NULL,
  agent TEXT NOT NULL,
  PRIMARY KEY (district, token_hash)
);
CREATE INDEX sessions_by_person ON sessions (district, person);

CREATE TABLE tokens (
  district TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  person TEXT NOT NULL,
  post TEXT NOT NULL,
  organisation TEXT NOT NULL,
  path TEXT NOT NULL,
  began_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  revoked_at BIGINT,
  PRIMARY KEY (district, token_hash)
);
CREATE UNIQUE INDEX tokens_by_id ON tokens (district, id);

CREATE TABLE throttles (
  district TEXT NOT NULL,
  subject TEXT NOT NULL,
  failures BIGINT NOT NULL,
  free_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (district, subject)
);

CREATE TABLE ledger_rows (
  district TEXT NOT NULL,
  id TEXT NOT NULL,
  ledger TEXT NOT NULL,
  organisation TEXT NOT NULL,
  path TEXT NOT NULL,
  title TEXT NOT NULL,
  fields JSONB NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT,
  version BIGINT NOT NULL,
  PRIMARY KEY (district, id)
);
CREATE INDEX ledger_rows_by_organisation ON ledger_rows (district, ledger, organisation);

CREATE TABLE answers (
  district TEXT NOT NULL,
  id TEXT NOT NULL,
  duty TEXT NOT NULL,
  organisation TEXT NOT NULL,
  path TEXT NOT NULL,
  period TEXT NOT NULL,
  point TEXT NOT NULL,
  checklist TEXT NOT NULL,
  person TEXT NOT NULL,
  presence TEXT NOT NULL,
  happened_at BIGINT NOT NULL,
  known_at BIGINT NOT NULL,
  items JSONB NOT NULL,
  matters JSONB NOT NULL,
  sent_hash TEXT NOT NULL,
  PRIMARY KEY (district, id)
);
CREATE INDEX answers_by_period ON answers (district, organisation, duty, period);

CREATE TABLE matters (
  district TEXT NOT NULL,
  id TEXT NOT NULL,
  loop TEXT NOT NULL,
  organisation TEXT NOT NULL,
  path TEXT NOT NULL,
  holder TEXT NOT NULL,
  title TEXT NOT NULL,
  category TEXT NOT NULL,
  stage TEXT NOT NULL,
  level TEXT NOT NULL,
  assessed BOOLEAN NOT NULL,
  open BOOLEAN NOT NULL,
  answerable TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  entered_at BIGINT NOT NULL,
  due_at BIGINT,
  lapse_at BIGINT,
  lapses BIGINT NOT NULL,
  closed_at BIGINT,
  fields JSONB NOT NULL,
  sent_hash TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (district, id)
);
CREATE INDEX matters_by_opening ON matters (district, loop, open, opened_at DESC, id DESC);
CREATE INDEX matters_by_organisation ON matters (district, organisation, loop, open, opened_at DESC, id DESC);
CREATE INDEX matters_by_holder ON matters (district, holder, loop, open, opened_at DESC, id DESC);
CREATE INDEX matters_by_lapse ON matters (district, lapse_at) WHERE lapse_at IS NOT NULL;

CREATE TABLE moves (
  district TEXT NOT NULL,
  matter TEXT NOT NULL,
  number BIGINT NOT NULL,
  id TEXT NOT NULL,
  move TEXT NOT NULL,
  from_stage TEXT NOT NULL,
  to_stage TEXT NOT NULL,
  passed JSONB NOT NULL,
  actor TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  actor_post TEXT NOT NULL,
  holder TEXT NOT NULL,
  level TEXT NOT NULL,
  happened_at BIGINT NOT NULL,
  known_at BIGINT NOT NULL,
  due_at BIGINT,
  late BOOLEAN NOT NULL,
  fields JSONB NOT NULL,
  sent_hash TEXT NOT NULL,
  PRIMARY KEY (district, matter, number)
);
CREATE UNIQUE INDEX moves_by_id ON moves (district, matter, id);

CREATE TABLE lapses (
  district TEXT NOT NULL,
  matter TEXT NOT NULL,
  stage_move BIGINT NOT NULL,
  number BIGINT NOT NULL,
  stage TEXT NOT NULL,
  lapsed_at BIGINT NOT NULL,
  known_at BIGINT NOT NULL,
  post TEXT NOT NULL,
  organisation TEXT NOT NULL,
  people JSONB NOT NULL,
  PRIMARY KEY (district, matter, stage_move, number)
);

CREATE TABLE attachments (
  district TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  type TEXT NOT NULL,
  size BIGINT NOT NULL,
  received BIGINT NOT NULL,
  complete BOOLEAN NOT NULL,
  person TEXT NOT NULL,
  began_at BIGINT NOT NULL,
  PRIMARY KEY (district, sha256)
);

CREATE TABLE attachment_uses (
  district TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  noun TEXT NOT NULL,
  subject TEXT NOT NULL,
  PRIMARY KEY (district, sha256, noun, subject)
);

CREATE TABLE journal (
  district TEXT NOT NULL,
  seq BIGINT NOT NULL,
  organisation TEXT NOT NULL,
  path TEXT NOT NULL,
  holder TEXT NOT NULL,
  kind TEXT NOT NULL,
  noun TEXT NOT NULL,
  subject TEXT NOT NULL,
  actor TEXT NOT NULL,
  happened_at BIGINT NOT NULL,
  known_at BIGINT NOT NULL,
  data TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (district, seq)
) WITHOUT ROWID;
CREATE INDEX journal_by_subject ON journal (district, subject, seq);

CREATE TABLE seals (
  district TEXT NOT NULL,
  number BIGINT NOT NULL,
  first_seq BIGINT NOT NULL,
  last_seq BIGINT NOT NULL,
  count BIGINT NOT NULL,
  root TEXT NOT NULL,
  chained TEXT NOT NULL,
  key_id TEXT NOT NULL,
  signature TEXT NOT NULL,
  sealed_at BIGINT NOT NULL,
  PRIMARY KEY (district, number)
);
CREATE INDEX seals_by_last ON seals (district, last_seq);

CREATE TABLE settings (
  district TEXT NOT NULL,
  key TEXT NOT NULL,
  value JSONB NOT NULL,
  PRIMARY KEY (district, key)
);
