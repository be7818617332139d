// What a pack asks for, apart from how it is read.
//
// A check decides a part of a requirement for one organisation from what is on record: rows of a
// ledger, occurrences of a duty, matters of a loop, posts that are held. A requirement is as well
// kept as the worst of its checks. What a check asks is data; how it is decided is in
// domain/standing.

#pragma once

#include <map>
#include <string>
#include <vector>

namespace anxiao::pack {

// One condition on a facet: `is` a value, `has` one among several, `at_least` or `below` a number.
struct Condition {
  std::string facet;
  std::string compare;
  std::string value;
  double number = 0;
  std::map<std::string, std::string> assumed;  // the facet's own, copied
};

// Organisations of these kinds for which every condition holds.
struct Selector {
  std::vector<std::string> kinds;
  std::vector<Condition> where;
};

// at_least       so many rows (or holders of a post) are there
// at_most        no more rows than so many
// valid_until    so many rows whose day of expiry has not come; with `every`, none has expired
// within_period  so many rows whose day lies in the period that runs
// coverage       the rows of the period name between them every one of some choices
// ratio          a sum of a field over the rows, as a part of a facet or of another field's sum
// duty           the last occurrence of a duty that closed was not missed
// deadline       no matter of a loop has outlasted its term
// attested       a dated statement of somebody is on record and its term has not ended
enum class CheckKind {
  at_least,
  at_most,
  valid_until,
  within_period,
  coverage,
  ratio,
  duty,
  deadline,
  attested
};

// What a row must say to count. `is` and `is_not`: one of `values`; `at_least` and `below`:
// `number`; `filled` and `blank`: neither.
struct RowCondition {
  std::string field;
  std::string compare;
  std::vector<std::string> values;
  double number = 0;
};

// How many are wanted: a number, a term's, or after a facet of the organisation.
struct Wanted {
  double number = 1;
  std::string term;   // gives `number`; may be empty
  std::string facet;  // empty: `number` for everybody
  // Of a facet: the first step whose `below` is more than the facet's value; past the last,
  // `number` and one more for each begun `per` above `from`.
  struct Step {
    double below = 0;
    double number = 0;
  };
  std::vector<Step> steps;
  double per = 0, from = 0;
};

struct Check {
  CheckKind kind = CheckKind::at_least;
  std::string ledger;               // of all kinds but duty and deadline
  std::string post;                 // at_least: holders of a post instead of rows
  std::vector<RowCondition> where;  // all must hold
  std::string field;                // valid_until: the day of expiry; ratio: what is added up,
                                    // rows are counted where it is empty
  std::string on;                   // the row's own day, of checks with a period
  bool every = false;               // valid_until
  std::string period;               // term, school_year, quarter, half_year, year, year_before:
                                    // the twelve months up to now
  std::string topics;               // coverage: the field whose choices are to be covered
  std::vector<std::string> all_of;  // coverage: which of them; empty: every choice
  std::string of_facet, of_field;   // ratio: of what
  Wanted wanted;                    // ratio: percent
  std::string duty, loop;
  double lead_days = 30;  // so long before the end it is due soon
  std::string lead_term;  // gives `lead_days`; may be empty
  // Facets for which alone it is asked; empty: of everybody whom the requirement binds.
  std::vector<Condition> only_for;
};

}  // namespace anxiao::pack
