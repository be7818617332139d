// Counts of open matters by organisation, level and stage, rolled up the tree, and how many of
// them are late: kept in memory, so that a figure for a whole city is read and not computed.
//
// Rebuilt at start from the rows, then moved by the journal: each MatterMoved takes a matter out
// of where it was and puts it where it is. Matters become late with no line written; the due
// times are kept in order, and the hour asked for decides which of them have passed.
//
// Nothing here knows who may see a count.

#pragma once

#include <cstdint>
#include <map>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "usecases/ports.h"

namespace anxiao::usecases {

struct Sum {
  std::string district;  // of the matters, where the node lies in one
  std::string level;
  std::string stage;
  std::int64_t count = 0;
  std::int64_t late = 0;
  bool operator==(const Sum&) const = default;
};

class Sums {
 public:
  // From the rows as they are; forgets what was.
  void rebuild(Reader& reader);
  // What was committed, in order. From the store's listener.
  void heard(std::span<const Entry> entries);

  // At the organisation and everything under it; with `own`, at the organisation itself.
  // Sorted by level and stage; nothing where nothing is open.
  std::vector<Sum> at(const std::string& organisation, std::string_view loop, Instant now,
                      bool own = false);
  // Of every district, sorted.
  std::vector<Sum> by_district(std::string_view loop, Instant now);

 private:
  struct Count {
    std::int64_t open = 0;
    std::int64_t late = 0;
  };
  // One (organisation, loop, level, stage): the counts that a matter there is part of.
  struct Cell {
    std::vector<std::uint32_t> counts;
  };
  struct Due {
    std::int64_t ms;
    std::uint32_t cell;
  };
  // Due times in slices of time, so that one is found without looking at all.
  using Slices = std::map<std::int64_t, std::vector<Due>>;
  // Loop, level and stage → index of the count.
  using Node = std::map<std::string, std::uint32_t, std::less<>>;

  std::uint32_t cell_of(const std::string& path, const std::string& district,
                        const std::string& key);
  std::uint32_t count_of(const std::string& node, const std::string& key);
  void add(std::uint32_t cell, std::optional<std::int64_t> due);
  void remove(std::uint32_t cell, std::optional<std::int64_t> due);
  void turn(std::int64_t now);
  bool is_turned(std::int64_t now) const;
  void hear(const Entry& entry);
  void read(const std::string& node, std::string_view loop, const std::string& district,
            std::vector<Sum>& out) const;
  template <class Read>
  std::vector<Sum> at_hour(Instant now, Read read);

  mutable std::shared_mutex guard_;
  std::vector<Count> counts_;
  std::vector<Cell> cells_;
  std::unordered_map<std::string, std::uint32_t> cell_names_;
  std::unordered_map<std::string, Node> nodes_;
  std::vector<std::string> districts_;
  Slices ahead_;             // due at `turned_` or later
  Slices passed_;            // due before it
  std::int64_t turned_ = 0;  // the hour that the late counts are true for
};

}  // namespace anxiao::usecases
