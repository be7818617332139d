// What goes out about how organisations stand with the requirements, as structures: the schemas of
// the route table. The use cases lay the JSON out themselves.

#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "usecases/words.h"

namespace anxiao::api::shapes {

BOOST_DEFINE_ENUM_CLASS(StandingState, not_applicable, kept, due_soon, late, missing)

struct StandingCounts {
  std::int64_t not_applicable = 0, kept = 0, due_soon = 0, late = 0, missing = 0;
};
BOOST_DESCRIBE_STRUCT(StandingCounts, (), (not_applicable, kept, due_soon, late, missing))

struct StandingRequirement {
  std::string requirement;
  std::int64_t clause = 0;
  StandingCounts counts;
  StandingState own;
};
BOOST_DESCRIBE_STRUCT(StandingRequirement, (), (requirement, clause, counts, own))

struct StandingWhole {
  usecases::Ref organisation;
  std::string kind;
  std::vector<StandingRequirement> items;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(StandingWhole, (), (organisation, kind, items, as_of))

struct StandingChild {
  usecases::Ref organisation;
  StandingCounts counts;
};
BOOST_DESCRIBE_STRUCT(StandingChild, (), (organisation, counts))

struct StandingChildren {
  usecases::Ref organisation;
  std::vector<StandingChild> items;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(StandingChildren, (), (organisation, items, as_of))

struct StandingMend {
  std::string kind;  // row, duty, matters, attest, post; and of what:
  std::optional<std::string> ledger, duty, loop, post;
};
BOOST_DESCRIBE_STRUCT(StandingMend, (), (kind, ledger, duty, loop, post))

struct StandingRow {
  std::string id, title;
  bool counts = false;
  boost::json::value day, value;
};
BOOST_DESCRIBE_STRUCT(StandingRow, (), (id, title, counts, day, value))

struct StandingRows {
  std::string ledger;
  std::int64_t all = 0, counted = 0;
  std::vector<StandingRow> rows;
};
BOOST_DESCRIBE_STRUCT(StandingRows, (), (ledger, all, counted, rows))

struct StandingDuty {
  std::string duty;
  std::optional<std::string> done_at, missed_at;
};
BOOST_DESCRIBE_STRUCT(StandingDuty, (), (duty, done_at, missed_at))

struct StandingLateMatter {
  std::optional<std::string> id, title;  // absent where the caller may not read the matter
  usecases::Ref organisation;            // that it is about
  std::string due_at;
};
BOOST_DESCRIBE_STRUCT(StandingLateMatter, (), (id, title, organisation, due_at))

struct StandingMatters {
  std::string loop;
  std::int64_t all = 0;  // that are late, those beyond the list with them
  std::vector<StandingLateMatter> late;
};
BOOST_DESCRIBE_STRUCT(StandingMatters, (), (loop, all, late))

struct StandingCheck {
  std::string kind;
  StandingState state;
  double value = 0, wanted = 0;
  std::optional<std::string> changes_at;
  std::string period;
  StandingMend mend;
};
BOOST_DESCRIBE_STRUCT(StandingCheck, (), (kind, state, value, wanted, changes_at, period, mend))

// With what it rests on, where it rests on such a thing.
struct StandingReason {
  std::string kind;
  StandingState state;
  double value = 0, wanted = 0;
  std::optional<std::string> changes_at;
  std::string period;
  StandingMend mend;
  std::optional<StandingRows> rows;
  std::optional<StandingDuty> duty;
  std::optional<StandingMatters> matters;
};
BOOST_DESCRIBE_STRUCT(StandingReason, (),
                      (kind, state, value, wanted, changes_at, period, mend, rows, duty, matters))

struct StandingAnswerable {
  std::string post;
  std::vector<usecases::Ref> people;
};
BOOST_DESCRIBE_STRUCT(StandingAnswerable, (), (post, people))

struct StandingLine {
  usecases::Ref organisation;
  StandingState state;
  std::vector<StandingCheck> checks;
  StandingAnswerable answers;
};
BOOST_DESCRIBE_STRUCT(StandingLine, (), (organisation, state, checks, answers))

struct StandingLines {
  std::vector<StandingLine> items;
  std::int64_t all = 0;
  std::optional<std::string> next;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(StandingLines, (), (items, all, next, as_of))

struct StandingWhy {
  usecases::Ref organisation;
  std::string requirement;
  StandingState state;
  std::vector<StandingReason> checks;
  StandingAnswerable answers;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(StandingWhy, (), (organisation, requirement, state, checks, answers, as_of))

}  // namespace anxiao::api::shapes
