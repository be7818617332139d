// The misses that are on record, and what each amounts to now. The row says how it stood when the
// window closed and is never changed; an answer that came to light later, an excuse or a closure
// declared after the fact show in `state`, which is computed when it is asked for.

#pragma once

#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/duties/outcome.h"
#include "usecases/duty_grounds.h"
#include "usecases/office.h"
#include "usecases/page.h"
#include "usecases/words.h"

namespace anxiao::usecases {

// Which occurrence, and where: `point` is empty for the whole organisation.
struct OccurrenceKey {
  std::string duty;
  std::string organisation;
  std::string period;
  std::string point;
};

struct OwnerView {
  std::string post;  // empty: nobody held any
  std::vector<Ref> people;
  std::vector<std::string> vacant;  // posts that come before it and that nobody held
};
BOOST_DESCRIBE_STRUCT(OwnerView, (), (post, people, vacant))

struct ExcuseBrief {
  std::string id;
  std::string reason;
  std::string state;  // asked, approved, refused
  Ref asked_by;
};
BOOST_DESCRIBE_STRUCT(ExcuseBrief, (), (id, reason, state, asked_by))

struct Miss {
  std::string duty;
  pack::Words name;
  Ref organisation;
  std::string period;
  std::optional<Ref> point;
  std::string closed_at;
  std::string known_at;
  std::int64_t times = 0;  // answers wanted
  std::int64_t given = 0;  // and there when it was found
  OwnerView owner;
  std::string state;  // now: missed, late, done, excused
  std::optional<ExcuseBrief> excuse;
};
BOOST_DESCRIBE_STRUCT(Miss, (),
                      (duty, name, organisation, period, point, closed_at, known_at, times, given,
                       owner, state, excuse))

struct MissFilter {
  std::string organisation;  // at or under this one; empty: everything in reach
  // Days in which the window had its last moment; empty: any.
  std::string from, to;
  Paging paging;  // cursor `isssss`
};

// Latest first. Refuses `authority.forbidden`, `not_found`, `time.day_malformed`.
Result<Page<Miss>> list_misses(Reader& reader, const Office& office, const MissFilter& filter);

// The same as a CSV file, its words in `language` (zh, en).
Result<std::string> misses_as_csv(Reader& reader, const Office& office, const MissFilter& filter,
                                  std::string_view language);

// The one on record for an occurrence; asks no authority.
std::optional<Miss> find_miss(Reader& reader, const Office& office, const OccurrenceKey& key);

// What became of occurrences that are known by name; remembers the grounds of organisations, so
// that a list reads each once.
class Outcomes {
 public:
  Outcomes(Reader& reader, const Office& office) : reader_(reader), office_(office) {}

  // Nothing where there is no such organisation.
  const DutyGround* ground(const std::string& organisation);
  // `closed_at` and `times` are taken where the pack or the calendar no longer know the period.
  duties::Outcome of(const OccurrenceKey& key, Instant closed_at, std::int64_t times);

 private:
  Reader& reader_;
  const Office& office_;
  std::map<std::string, std::optional<DutyGround>> grounds_;
};

// The excuse that counts most: approved before asked before refused, the latest of them.
std::optional<ExcuseBrief> excuse_of(Reader& reader, const OccurrenceKey& key);

// The duty's name; its id where the pack no longer has it.
pack::Words name_of_duty(const pack::Pack& pack, const std::string& duty);

}  // namespace anxiao::usecases
