-- Which matter names which in one of its fields, so that the named one can say by what. The row is
-- where the naming matter is; a matter of another district is found from there by its id.
CREATE TABLE matter_links (
  district TEXT NOT NULL,
  matter TEXT NOT NULL,
  loop TEXT NOT NULL,
  field TEXT NOT NULL,
  to_district TEXT NOT NULL,
  to_matter TEXT NOT NULL,
  PRIMARY KEY (district, matter, field)
) WITHOUT ROWID;
CREATE INDEX matter_links_to ON matter_links (district, to_matter);

-- When what is personal of the matter was let go of.
ALTER TABLE matters ADD COLUMN forgotten_at BIGINT;
