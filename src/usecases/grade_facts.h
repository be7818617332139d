// What grades rest on besides standing and open matters, school by school, kept in memory: duties
// missed of late, matters opened of late, the last inspection, and whether inspections of its own
// found something. Built at start from the rows, then moved by the journal, so that the grades of a
// city are read and not searched for.
//
// Each miss and each matter is kept by a name of its own, so that hearing what was read already
// changes nothing. What takes a miss back (an excuse, an answer that comes to light) marks the
// school, and its rows are read again before the next figure is given.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "pack/pack.h"
#include "usecases/ports.h"

namespace anxiao::usecases {

class GradeFacts {
 public:
  struct Miss {
    std::uint64_t key = 0;             // of duty, period and place
    Day day;                           // on which its window had its last moment
    bool ends_with_a_closure = false;  // of days on which the school is shut nobody owes it
  };
  struct Opened {
    std::uint64_t key = 0;  // of the matter
    Day day;
    std::uint16_t loop = 0;  // of `loops()`
    std::string level;       // as they are now
    std::string stage;
  };
  struct School {
    std::vector<Miss> misses;
    std::vector<Opened> opened;
    std::optional<Day> found;    // the last day on which an inspection of its own found something
    std::optional<Day> visited;  // the last day on which somebody came to inspect
  };
  using Schools = std::unordered_map<std::string, School>;

  // The zone outlives it.
  explicit GradeFacts(const Zone& zone) : zone_(zone) {}

  // From the rows as they are; forgets what was. At start, and when the pack was read again.
  void rebuild(Reader& reader, std::shared_ptr<const pack::Pack> pack, Instant now);
  // What was committed, in order. From the store's listener.
  void heard(std::span<const Entry> entries);

  // Runs `work(schools)` on what is known at `now`, nobody else meanwhile. What is older than any
  // grade looks back may be there still.
  template <class Work>
  auto with(Reader& reader, Instant now, const Work& work) {
    std::lock_guard lock(guard_);
    bring_up(reader, now);
    return work(static_cast<const Schools&>(schools_));
  }

  // Of the loops that the grading of the pack looks at; nothing of others.
  static std::vector<std::string> loops_of(const pack::Pack& pack);

 private:
  struct Span {  // the first day that any grade looks back at
    Day misses, opened;
  };
  static Span span_of(const pack::Pack& pack, Day today);
  void bring_up(Reader& reader, Instant now);
  void read(Reader& reader, const std::string& district, const std::string& only, Day today);
  void read_misses(Reader& reader, const std::string& district, const std::string& only, Day from);
  void read_opened(Reader& reader, const std::string& district, const std::string& only, Day from);
  void read_inspections(Reader& reader, const std::string& district, const std::string& only);
  void let_go(Day today);
  void hear(const Entry& entry);
  void hear_answer(const Entry& entry);
  void hear_matter(const Entry& entry);
  bool ends_with_a_closure(std::string_view duty) const;
  Day last_day_of(Instant closed_at) const { return zone_.day_of(closed_at.plus_ms(-1)); }

  const Zone& zone_;
  std::mutex guard_;
  std::shared_ptr<const pack::Pack> pack_;
  std::vector<std::string> loops_;
  Schools schools_;
  Day let_go_on_{};
  // To be read again, each with the last entry heard of it: a reader whose state is older than that
  // must not be asked.
  std::map<std::string, std::int64_t> dirty_;
};

}  // namespace anxiao::usecases
