// Excuses: why something was not done, or will not be. One person asks, another decides, once. An
// approved excuse changes what its occurrence amounts to and erases nothing: the miss, the reason
// and who said yes stay on record.
//
// Whoever may answer there asks, and whoever owns the occurrence. Whoever may excuse there decides,
// but neither the one who asked nor an owner: nobody excuses himself.

#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usecases/kept.h"
#include "usecases/misses.h"
#include "usecases/office.h"
#include "usecases/page.h"
#include "usecases/words.h"

namespace anxiao::usecases {

inline constexpr std::size_t kExcuseCharactersMost = 1000;

BOOST_DEFINE_ENUM_CLASS(ExcuseState, asked, approved, refused)

struct Excuse {
  std::string id;
  std::string duty;
  pack::Words name;
  Ref organisation;
  std::string period;
  std::optional<Ref> point;
  std::string reason;
  Ref asked_by;
  std::string asked_at;
  std::string state;  // asked, approved, refused
  std::optional<Ref> decided_by;
  std::optional<std::string> decided_at;
  std::string words;  // of whoever decided
  bool may_decide = false;
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Excuse, (),
                      (id, duty, name, organisation, period, point, reason, asked_by, asked_at,
                       state, decided_by, decided_at, words, may_decide, version))

struct AskExcuse {
  std::string point;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(AskExcuse, (), (point, reason))

struct DecideExcuse {
  bool approved = false;
  std::optional<std::string> words;  // wanted where it is refused
};
BOOST_DESCRIBE_STRUCT(DecideExcuse, (), (approved, words))

struct ExcuseFilter {
  std::string organisation;  // at or under this one; empty: everything in reach
  std::string state;         // empty: any
  Paging paging;             // cursor `iss`
};

// Under the id that was given. Refuses `authority.forbidden`, `not_found`, `task.unknown_duty`,
// `task.other_point`, `task.not_expected` (args.waiver), `duty.period_…`, `text.…`,
// `excuse.needless` (done in time), `excuse.there` (another is asked for or approved), `id.taken`.
Result<Kept<Excuse>> ask_excuse(Transaction& transaction, const Office& office,
                                const OccurrenceKey& key, const std::string& id,
                                const AskExcuse& input);

// Refuses `authority.forbidden`, `not_found`, `edit.stale`, `excuse.by_asker`, `excuse.by_owner`,
// `excuse.words_wanted`, `text.…`, `excuse.decided` (otherwise, or by another).
Result<Excuse> decide_excuse(Transaction& transaction, const Office& office, const std::string& id,
                             std::optional<std::int64_t> version, const DecideExcuse& input);

// Latest first. Refuses `authority.forbidden`, `not_found`, `list.filter_malformed`.
Result<Page<Excuse>> list_excuses(Reader& reader, const Office& office, const ExcuseFilter& filter);

// Of one occurrence, latest first; asks no authority.
std::vector<Excuse> excuses_of(Reader& reader, const Office& office, const OccurrenceKey& key);

// How many wait for a decision that the actor may make.
std::int64_t count_excuses_to_decide(Reader& reader, const Office& office);

}  // namespace anxiao::usecases
