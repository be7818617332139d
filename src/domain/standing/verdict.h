// What a check says of one organisation now, and when it will say something else by the mere
// passing of time.

#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/standing/plan.h"

namespace anxiao::standing {

// From the best to the worst. A requirement is as its worst check.
// missing: what should be there is not. late: it was and has run out, or a term has passed.
enum class State : std::uint8_t { not_applicable, kept, due_soon, late, missing };
inline constexpr std::size_t kStates = 5;
// The word of the enumerator.
const char* word_of(State state);

inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

struct Verdict {
  State state = State::not_applicable;
  float value = 0;  // what was found, in the unit of what is wanted
  float wanted = 0;
  std::int64_t changes_at = kNever;  // ms since 1970; when time alone changes it
};

// The rows of one ledger at one organisation, those that hold now; `slots` of them one after the
// other, in the order of the ledger's plan.
struct Rows {
  std::vector<std::uint64_t> ids;
  std::vector<double> slots;
  std::size_t size() const { return ids.size(); }
};

// A duty at an organisation.
struct DutyFacts {
  std::int64_t done_at = 0;    // the last answer that was enough happened; 0: never
  std::int64_t missed_at = 0;  // the last window that closed with a miss; 0: none
};

// An open matter: when its term ends, kNever where it has none, and its short name.
struct Due {
  std::int64_t at = kNever;
  std::uint64_t matter = 0;
  auto operator<=>(const Due&) const = default;
};

// The open matters of a loop that are of an organisation, of what is under it, or held by it;
// sorted.
struct LoopFacts {
  std::vector<Due> due;
};

// A stretch of days, the second no more part of it.
struct Span {
  Day from, until;
};

// The periods that run on a day, and those before. A term runs until the next begins.
struct Periods {
  Span term, term_before;
  Span school_year, school_year_before;
  bool in_known_years = false;
  // The next day on which another term or school year begins, or years begin or cease to be known.
  std::optional<Day> changes_on = {};
  static Span quarter(Day day, int back);
  static Span half_year(Day day, int back);
  static Span year(Day day, int back);
};

// One organisation, as checks see it.
struct Subject {
  std::string id;
  std::string kind;
  boost::json::object facets;
  Instant since;
  std::vector<Rows> rows;            // by ledger of the plan
  std::vector<std::uint16_t> posts;  // holders, by post of the plan
  std::vector<DutyFacts> duties;     // by duty of the plan
  std::vector<LoopFacts> loops;      // by loop of the plan
};

struct Hour {
  Instant now;
  Day today;
  const Zone* zone = nullptr;
  Periods periods;
};

// Whether the requirement binds such an organisation at all, and the check is asked of it.
bool binds(const pack::Requirement& requirement, const Subject& subject);
bool is_asked(const pack::Check& check, const Subject& subject);

// One file a kind in checks/.
Verdict look(const Plan& plan, const CheckPlan& check, const Subject& subject, const Hour& hour);

// The choices that a slot names, as bits.
std::uint64_t bits_in(double slot, bool many);

// Whether a row counts for the check; `row` points at its slots.
bool counts(const CheckPlan& check, const double* row);

// How many are wanted of this organisation.
double wanted_of(const pack::Wanted& wanted, const Subject& subject);

}  // namespace anxiao::standing
