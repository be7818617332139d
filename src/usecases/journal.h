// Reading the journal: what happened within the reader's reach, in order of sequence. A reader
// sees an entry when its organisation lies within a scope of the grant `journal.read`, or when his
// organisation holds what it is about; of confidential matters only who may read them there.
// Whoever follows from `after` misses nothing.

#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "usecases/office.h"

namespace anxiao::usecases {

inline constexpr std::size_t kJournalPage = 200;
inline constexpr std::size_t kJournalPageMost = 1000;

struct JournalLine {
  std::int64_t seq = 0;
  std::string district;
  std::string organisation;
  std::string kind;
  std::string noun;
  std::string subject;
  std::string actor;
  std::string happened_at;
  std::string known_at;
  boost::json::object data;
  std::string hash;
};
BOOST_DESCRIBE_STRUCT(JournalLine, (),
                      (seq, district, organisation, kind, noun, subject, actor, happened_at,
                       known_at, data, hash))

struct JournalPage {
  std::vector<JournalLine> items;
  std::optional<std::int64_t> next;  // ask again with this as `after`; null where nothing follows
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(JournalPage, (), (items, next, as_of))

// Refuses `authority.forbidden` where the actor may read no journal at all.
Result<JournalPage> read_journal(Reader& reader, const Office& office, std::int64_t after,
                                 std::size_t limit);

// Whether the actor may read that entry; refuses `not_found` where there is none or he may not.
Result<void> may_read_entry(Reader& reader, const Office& office, std::int64_t seq);

}  // namespace anxiao::usecases
