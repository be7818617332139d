// How much of today is done, of every organisation and rolled up the tree: for each organisation a
// short list of its tasks of the civil day with what decides their state, and the sums of the
// states at every node above, so that the figure of a whole city is read and not computed.
//
// The journal moves it: an answer moves one task; what changes what is expected (points, closures,
// changes of the calendar, excuses, facets) marks the organisations it is about, whose lists are
// made anew when somebody next asks. Time moves it too: each organisation knows the next instant
// at which one of its windows opens or closes. At midnight, and when the pack is another one, every
// list is made anew, a district at a time.
//
// Who owns a task decides nothing here, so posts, substitutes and rosters mark nothing. Nothing
// here knows who may see a figure.

#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "domain/duties/task.h"
#include "pack/pack.h"
#include "usecases/office.h"
#include "usecases/ports.h"
#include "usecases/task_figures.h"

namespace anxiao::usecases {

class Calendars;

class DutySums {
 public:
  // Everything outlives it.
  DutySums(Store& store, const Zone& zone, Calendars& calendars)
      : store_(store), zone_(zone), calendars_(calendars) {}

  // The tree as it is; what each organisation has is found when it is asked for. Before anybody
  // asks.
  void rebuild(Reader& reader);
  // What was committed, in order. From the store's listener, after the calendars have heard it.
  void heard(std::span<const Entry> entries);

  // Of today, at the organisation and everything under it; brings up to date what is asked for.
  // Never from the writing thread.
  TaskFigures at(const pack::Pack& pack, const std::string& organisation, Instant now);
  // Brings everything up to date, so that nobody waits for it: by the clock.
  void keep(const pack::Pack& pack, Instant now);

 private:
  // One task of the day.
  struct Cell {
    std::uint64_t key = 0;  // of duty, period and place
    std::int64_t opens_at = 0;
    std::int64_t closes_at = 0;
    std::uint16_t times = 1;
    std::uint16_t given = 0;
    std::uint16_t in_time = 0;
    bool let_off = false;  // excused, or waived
    bool optional = false;
  };
  // An answer that came while the list was being made.
  struct Heard {
    std::int64_t seq = 0;
    std::uint64_t key = 0;
    std::int64_t happened_at = 0;
  };
  struct Node {
    std::string id;
    std::string district;
    std::uint32_t above;
    TaskFigures own;         // of its own tasks
    TaskFigures all;         // with everything under it
    std::int64_t stale = 0;  // lists to be made anew at it and under it
    bool is_stale = false;
    bool is_read = false;       // its list is being made just now
    bool marked_again = false;  // since that was begun
    std::vector<Cell> cells;
    std::int64_t read_seq = 0;   // answers up to this one are in the list
    std::int64_t turns_at = -1;  // when time alone next changes its figures
    std::vector<Heard> meanwhile;
  };
  struct Made {
    std::uint32_t node;
    std::vector<Cell> cells;
  };
  // Organisations whose lists are to be made anew.
  struct Stale {
    std::map<std::string, std::vector<std::uint32_t>> by_district;
    bool elsewhere = false;  // others are being made by somebody else
  };
  using Wanted = std::pair<std::uint32_t, std::string>;  // a node and its id

  static std::uint64_t key_of(std::string_view duty, std::string_view period,
                              std::string_view place);
  static Cell cell_of(const duties::Task& task, std::int64_t hour);
  std::uint32_t node_of(std::string_view path);
  void set_hour(const pack::Pack& pack, Instant now);
  void mark(std::uint32_t node);
  void mark_under(const std::string& path);
  void unmark(std::uint32_t node);
  void count(std::uint32_t node);
  void turn();
  void take_answer(std::uint32_t node, const Heard& answer);
  void hear(const Entry& entry);
  Stale stale_under(const std::string& path) const;
  void bring(const pack::Pack& pack, const std::string& path);
  void make_lists(const pack::Pack& pack, const std::vector<std::uint32_t>& nodes);
  std::vector<Made> read_lists(Reader& reader, const Office& office, Day day,
                               const std::vector<Wanted>& wanted);

  Store& store_;
  const Zone& zone_;
  Calendars& calendars_;

  std::mutex guard_;
  std::condition_variable made_;
  std::vector<Node> nodes_;
  std::unordered_map<std::string, std::uint32_t> by_id_;
  std::map<std::string, std::uint32_t> by_path_;
  std::map<std::int64_t, std::vector<std::uint32_t>> turns_;
  std::string pack_;         // hash of the pack that the lists are of
  Day day_{};                // that the lists are of
  std::int64_t hour_ = 0;    // that the figures are true for
  std::uint64_t round_ = 0;  // grows when every list is made anew
};

}  // namespace anxiao::usecases
