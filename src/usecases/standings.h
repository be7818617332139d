// The standing of every organisation, requirement by requirement, kept in memory: built at start
// from the rows, then moved by the journal. See domain/standing/matrix.h.
//
// A fact that says everything itself (a row, an answer, a miss, a move of a matter) is put in at
// once, on the writer's thread. What it only points at (an organisation, a post, a calendar, an
// excuse) is read again before the next figure is given.

#pragma once

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/standing/matrix.h"
#include "usecases/calendars.h"
#include "usecases/office.h"
#include "usecases/page.h"

namespace anxiao::usecases {

inline constexpr const char* kAttestations = "attestations";
inline constexpr std::size_t kPeriodsKept = 10'000;
inline constexpr std::int64_t kClockJitterMs = 1000;

class Standings {
 public:
  // Both outlive it.
  Standings(const Zone& zone, Calendars& calendars);

  // From the rows as they are; forgets what was. At start, and when the pack was read again.
  void rebuild(Reader& reader, std::shared_ptr<const pack::Pack> pack, Instant now);
  // What was committed, in order. From the store's listener.
  void heard(std::span<const Entry> entries);

  // Runs `work(matrix)` on the matrix as it stands at `now`, nobody else meanwhile.
  template <class Work>
  auto with(Reader& reader, Instant now, const Work& work) {
    std::lock_guard lock(guard_);
    bring_up(reader, now);
    return work(static_cast<const standing::Matrix&>(*matrix_));
  }

 private:
  void bring_up(Reader& reader, Instant now);
  void read_again(Reader& reader, Instant now);
  void hear(const Entry& entry);
  // Whether what was read of that organisation already held what the entry says.
  bool was_read(const Entry& entry, const std::string& id);
  // Whether what the entry says of the organisation is to be read again with the rest of it. Then
  // it is to be read as it is after everything heard of it.
  bool waits(const std::string& id, const Entry& entry);
  void hear_row(const Entry& entry);
  void hear_answer(const Entry& entry);
  void hear_matter(const Entry& entry);
  void read_district(Reader& reader, const std::string& district, Instant now);
  void read_organisations(Reader& reader, const std::string& district, const std::string& only,
                          Instant now);
  void read_rows(Reader& reader, const std::string& district, const std::string& only);
  void read_holders(Reader& reader, const std::string& district, const std::string& only,
                    Instant now);
  void read_duties(Reader& reader, const std::string& district, const std::string& only);
  void read_matters(Reader& reader, const std::vector<std::string>& districts,
                    const std::string& loop);
  void read_matters_of(Reader& reader, const std::string& district, const std::string& id);
  standing::Periods periods_of(const standing::Subject& subject, Day day);

  const Zone& zone_;
  Calendars& calendars_;
  std::mutex guard_;
  std::shared_ptr<const pack::Pack> pack_;
  std::unique_ptr<standing::Matrix> matrix_;
  std::unordered_map<std::string, std::shared_ptr<const duties::SchoolCalendar>> calendar_of_;
  // Each keeps its calendar, so that another cannot come to lie at its address.
  std::map<std::pair<std::shared_ptr<const duties::SchoolCalendar>, std::int32_t>,
           standing::Periods>
      periods_;
  // Organisations, and districts with all in them, to be read again, each with the last entry heard
  // of it, of an organisation by district: what it holds may lie in another. A reader whose state
  // is older than that must not be asked.
  std::map<std::string, std::map<std::string, std::int64_t>> dirty_;
  std::map<std::string, std::int64_t> dirty_districts_;
  // Of districts and organisations, the last entry that had been written when they were read: what
  // is committed can be read a moment before it is heard, and must not be put in twice.
  std::map<std::string, std::int64_t> read_up_to_;
};

// --- what is asked ---

struct StandingFilter {
  std::string state;  // empty: every state but not_applicable
  Paging paging;      // cursor `i`
};

// Counts of organisations by state, for every decided requirement. Refuses `not_found`,
// `authority.forbidden`.
Result<boost::json::object> read_standing(Reader& reader, const Office& office,
                                          Standings& standings, const std::string& organisation);
// The same of what is directly under it, for one requirement or one clause.
Result<boost::json::object> standing_of_children(Reader& reader, const Office& office,
                                                 Standings& standings,
                                                 const std::string& organisation,
                                                 std::string_view requirement,
                                                 std::string_view clause);
// The organisations at and under it and how each stands with the requirement. Refuses
// `standing.unknown_requirement`, `standing.unknown_state`.
Result<boost::json::object> list_standing(Reader& reader, const Office& office,
                                          Standings& standings, const std::string& organisation,
                                          const std::string& requirement,
                                          const StandingFilter& filter);
// Why one organisation stands as it does: of each check the figures, the rows that count and those
// that do not, the last time a duty was done or missed, the matters that are late.
Result<boost::json::object> explain_standing(Reader& reader, const Office& office,
                                             Standings& standings, const std::string& organisation,
                                             const std::string& requirement);

}  // namespace anxiao::usecases
