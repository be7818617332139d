// What of the notice a pack holds: every requirement with what holds it, what decides it, the norms
// it rests on and the cases that prove it; and every number that is ours to set.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "pack/cases.h"
#include "pack/pack.h"

namespace anxiao::pack {

using CaseCounts = std::map<std::string, CaseCount>;

// `basis`: law, reported or default: the weakest of the numbers that the pack takes from the norm;
// empty where it takes none.
struct TracedNorm {
  std::string id;
  std::string basis;
};

struct Traced {
  int clause = 0;
  const Requirement* requirement = nullptr;
  std::vector<TracedNorm> norms;
  CaseCount cases;
};

// A number that neither the notice nor a law gives. Of duties: how often they are due.
struct OwnNumber {
  std::string id;  // `hazard.assess.red`, `duty/daily_inspection`
  Words words;
  std::string number;  // `72 hours`, `1 in a week`
  std::string norm;    // the item it is a number for; may be empty
};

struct Trace {
  std::vector<Traced> rows;  // in the order of the clauses
  std::vector<OwnNumber> own_numbers;
  std::map<std::string, int> bases;  // how many numbers rest on each
  int automated = 0, attested = 0, later = 0, proved = 0;
};

// It points into the pack.
Trace trace_of(const Pack& pack, const CaseCounts& cases);

// A line a requirement with what decides it beneath, then the sums.
//
//   C18.1   automated ledger/policies  norms 18-01 (law)  cases 2 kept, 3 not
//           at least 1 of "Insurance policies" whose "Sort" is "School liability" not past "Until"
std::string trace_in_lines(const Pack& pack, const CaseCounts& cases);

// The same as a page: a table a clause, the sums, the numbers that are ours.
std::string trace_in_markdown(const Pack& pack, const CaseCounts& cases);

}  // namespace anxiao::pack
