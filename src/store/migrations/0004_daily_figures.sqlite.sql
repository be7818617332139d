-- What was true when a day had ended, one row a node and day, taken by the clock a little after
-- midnight and never changed; a day on which nobody was there to take it has none.
--
-- `figures`, in few characters because there are many: `t` tasks (expected, open, done, late,
-- missed, excused), `s` requirements (kept, due soon, late, missing), `c` the same by clause where
-- others are under the node, `l` by loop: `o` open by level, `a` late, `n` opened, `c` closed.
CREATE TABLE daily_figures (
  district TEXT NOT NULL,
  organisation TEXT NOT NULL,
  day TEXT NOT NULL,
  as_of BIGINT NOT NULL,
  figures JSONB NOT NULL,
  PRIMARY KEY (district, organisation, day)
) WITHOUT ROWID;

-- The last day that was settled, a row a district: moved on in the transaction that writes the
-- figures, so that each is taken once however often the taking is broken off or done twice at a time.
CREATE TABLE daily_figures_kept (
  district TEXT NOT NULL PRIMARY KEY,
  day TEXT NOT NULL
);

CREATE INDEX matters_by_closing ON matters (district, loop, closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX answers_that_found ON answers (district, organisation, happened_at) WHERE CAST(matters AS TEXT) <> '[]';
