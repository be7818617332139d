-- Duties: which occurrence an answer belongs to is found by its period; what closed without enough
-- answers is a miss, kept once with whose it was; an excuse is asked by one and decided by another.

DROP INDEX answers_by_period;
CREATE INDEX answers_by_period ON answers (district, organisation, period, duty);
CREATE INDEX answers_by_district ON answers (district, period);
ALTER TABLE answers ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE answers ADD COLUMN photos JSONB NOT NULL DEFAULT '[]';
-- What else was said: position, at_once, again, clock_corrected_ms, filled.
ALTER TABLE answers ADD COLUMN extra JSONB NOT NULL DEFAULT '{}';

-- `point` is empty where the whole organisation is meant.
CREATE TABLE misses (
  district TEXT NOT NULL,
  organisation TEXT NOT NULL,
  duty TEXT NOT NULL,
  period TEXT NOT NULL,
  point TEXT NOT NULL,
  path TEXT NOT NULL,
  closed_at BIGINT NOT NULL,
  known_at BIGINT NOT NULL,
  times BIGINT NOT NULL,
  given BIGINT NOT NULL,
  owner_post TEXT NOT NULL,
  owners JSONB NOT NULL,
  vacant JSONB NOT NULL,
  PRIMARY KEY (district, organisation, duty, period, point)
);
CREATE INDEX misses_by_closing ON misses (district, closed_at DESC, organisation, duty, period, point);
CREATE INDEX misses_of_organisation ON misses (district, organisation, closed_at DESC);

CREATE TABLE excuses (
  district TEXT NOT NULL,
  id TEXT NOT NULL,
  organisation TEXT NOT NULL,
  path TEXT NOT NULL,
  duty TEXT NOT NULL,
  period TEXT NOT NULL,
  point TEXT NOT NULL,
  reason TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  decided_by TEXT,
  decided_at BIGINT,
  words TEXT,
  sent_hash TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (district, id)
);
CREATE INDEX excuses_by_occurrence ON excuses (district, organisation, period, duty);
CREATE INDEX excuses_asked ON excuses (district, state, asked_at);

-- Up to when misses have been found, a row a district: moved on in the transaction that records
-- them, so that each is found once however often the finding is broken off or done twice at a time.
CREATE TABLE duties_kept (
  district TEXT NOT NULL PRIMARY KEY,
  kept_until BIGINT NOT NULL
);
