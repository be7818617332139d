// How many minutes a week the pack asks of each kind of school, and which office asks them: what
// whoever thinks of a new duty or form should see first.
//
// It is an estimate by a plain rule, averaged over the weeks of a school year, of a school that
// says nothing of its facets:
// - A duty takes its `minutes`, else the term `burden.answer_minutes` and `burden.item_seconds` for
//   each item of its checklist that is not answered by another one; at one place.
// - How often follows from its cycle: a school day five times in each week of a term, a day seven
//   times in each week that its days lie in, a night once for each of its rounds, a week once, a
//   month twelve times a year (or as often as it has months) by the part of the year that counts,
//   and so on.
// - Rows of a ledger are asked by checks: as many as each wants in its period, in a year where it
//   has none. Of several checks that read one ledger the one that asks most counts. A row takes
//   `burden.field_seconds` for each field. The education office asks for them.

#pragma once

#include <string>
#include <vector>

#include "pack/pack.h"

namespace anxiao::pack {

struct BurdenPart {
  std::string what;    // `duty/daily_inspection`, `ledger/policies`
  std::string office;  // that asks for it
  double minutes = 0;  // one answer or one row
  double times = 0;    // a week
  double weekly() const { return minutes * times; }
};

struct Burden {
  std::string kind;
  double limit = 0;               // minutes a week; 0: none is set
  std::vector<BurdenPart> parts;  // the largest first
  double weekly() const;
  double weekly_of(const std::string& office) const;
};

// Of every kind of school that anything is asked of, in the pack's order.
std::vector<Burden> burdens_of(const Pack& pack);

// Offices that ask for anything, in the order of the facet.
std::vector<std::string> asking_offices(const Pack& pack, const std::vector<Burden>& burdens);

// A line a kind, a column an office, minutes a week.
std::string burden_in_lines(const Pack& pack);

}  // namespace anxiao::pack
