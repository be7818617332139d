// What goes out about the pack's requirements and burdens, as structures.

#pragma once

#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "usecases/words.h"

namespace anxiao::api::shapes {

struct TracedRowCondition {
  std::string field, compare;
  std::vector<std::string> values;
  double number = 0;
};
BOOST_DESCRIBE_STRUCT(TracedRowCondition, (), (field, compare, values, number))

struct TracedCondition {
  std::string facet, compare, value;
  double number = 0;
};
BOOST_DESCRIBE_STRUCT(TracedCondition, (), (facet, compare, value, number))

struct TracedStep {
  double below = 0, number = 0;
};
BOOST_DESCRIBE_STRUCT(TracedStep, (), (below, number))

// `facet` empty: `number` is wanted of everybody. Past the last step `number`, and one more for
// each begun `per` above `from`.
struct TracedWanted {
  double number = 0;
  std::string facet;
  std::vector<TracedStep> steps;
  double per = 0, from = 0;
};
BOOST_DESCRIBE_STRUCT(TracedWanted, (), (number, facet, steps, per, from))

// A check as the pack has it; what is empty does not apply. `words`: an English sentence.
struct TracedCheck {
  std::string kind, words, ledger, post, duty, loop, field, on, period, topics, of_facet, of_field;
  bool every = false;
  std::vector<TracedRowCondition> where;
  std::vector<std::string> all_of;
  TracedWanted wanted;
  double lead_days = 0;
  std::vector<TracedCondition> only_for;
};
BOOST_DESCRIBE_STRUCT(TracedCheck, (),
                      (kind, words, ledger, post, duty, loop, field, on, period, topics, of_facet,
                       of_field, every, where, all_of, wanted, lead_days, only_for))

struct TracedSelector {
  std::vector<std::string> kinds;
  std::vector<TracedCondition> where;
};
BOOST_DESCRIBE_STRUCT(TracedSelector, (), (kinds, where))

struct TracedNorm {
  std::string id, basis;  // law, reported, default; empty where no number is taken from it
};
BOOST_DESCRIBE_STRUCT(TracedNorm, (), (id, basis))

// In how many cases it is kept and is not, and how many prove moves of its loop.
struct TracedCases {
  int holds = 0, fails = 0, moves = 0;
};
BOOST_DESCRIBE_STRUCT(TracedCases, (), (holds, fails, moves))

struct TracedRequirement {
  std::string id;
  int clause = 0;
  pack::Words text;
  std::string subject, status;
  std::vector<TracedSelector> binds;
  std::vector<std::string> held_by, answers;
  std::vector<TracedCheck> checks;
  std::vector<TracedNorm> norms;
  std::optional<TracedCases> cases;
  std::optional<pack::Words> reason;
};
BOOST_DESCRIBE_STRUCT(TracedRequirement, (),
                      (id, clause, text, subject, status, binds, held_by, answers, checks, norms,
                       cases, reason))

struct TracedOwnNumber {
  std::string id;
  pack::Words words;
  std::string number, norm;
};
BOOST_DESCRIBE_STRUCT(TracedOwnNumber, (), (id, words, number, norm))

struct TracedSums {
  int requirements = 0, automated = 0, attested = 0, later = 0, proved = 0;
  std::map<std::string, int> bases;
};
BOOST_DESCRIBE_STRUCT(TracedSums, (), (requirements, automated, attested, later, proved, bases))

struct TraceWhole {
  std::vector<TracedRequirement> items;
  TracedSums sums;
  std::vector<TracedOwnNumber> own_numbers;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(TraceWhole, (), (items, sums, own_numbers, as_of))

// `what`: duty/ID or ledger/ID; minutes of one answer or row, how often a week, and the product.
struct BurdenOf {
  std::string what;
  double minutes = 0, times = 0, weekly = 0;
};
BOOST_DESCRIBE_STRUCT(BurdenOf, (), (what, minutes, times, weekly))

struct BurdenOfOffice {
  std::string office;
  double weekly = 0;
  std::vector<BurdenOf> parts;  // the largest first
};
BOOST_DESCRIBE_STRUCT(BurdenOfOffice, (), (office, weekly, parts))

struct BurdenOfKind {
  std::string kind;
  double weekly = 0, limit = 0;
  std::vector<BurdenOfOffice> offices;
};
BOOST_DESCRIBE_STRUCT(BurdenOfKind, (), (kind, weekly, limit, offices))

struct BurdenWhole {
  std::vector<BurdenOfKind> items;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(BurdenWhole, (), (items, as_of))

}  // namespace anxiao::api::shapes
