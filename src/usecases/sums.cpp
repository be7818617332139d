#include "usecases/sums.h"

#include <algorithm>
#include <mutex>
#include <optional>

#include "base/ids.h"
#include "usecases/matter_rows.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

constexpr std::int64_t kSliceMs = 10 * kMinuteMs;
// Between the words of a key; no id of a loop, level or stage holds it.
constexpr char kBetween = '\t';

std::int64_t slice_of(std::int64_t ms) { return ms / kSliceMs; }

std::string key_of(std::string_view loop, std::string_view level, std::string_view stage) {
  std::string key(loop);
  key += kBetween;
  key += level;
  key += kBetween;
  key += stage;
  return key;
}

// The organisation itself, apart from what is under it.
std::string own_node(std::string_view organisation) { return "=" + std::string(organisation); }

std::optional<std::int64_t> due_in(const json::object& data, std::string_view name) {
  const auto* value = data.if_contains(name);
  if (!value || !value->is_string()) return std::nullopt;
  auto at = parse_instant(value->get_string());
  return at ? std::optional(at->ms) : std::nullopt;
}

bool flag_in(const json::object& data, std::string_view name) {
  const auto* value = data.if_contains(name);
  return value && value->is_bool() && value->get_bool();
}

std::vector<std::pair<std::string, std::string>> loops_of(Reader& reader) {
  std::vector<std::pair<std::string, std::string>> found;
  std::vector<std::string> districts;
  reader.query("SELECT district FROM districts", {},
               [&](const Row& row) { districts.emplace_back(row.text(0)); });
  for (const auto& district : districts) {
    std::optional<std::string> loop = "";
    while (loop) {
      std::string before = *loop;
      reader.query("SELECT min(loop) FROM matters WHERE district = $1 AND loop > $2",
                   {district, before}, [&](const Row& row) { loop = row.maybe_text(0); });
      if (loop) found.emplace_back(district, *loop);
    }
  }
  return found;
}

}  // namespace

std::uint32_t Sums::count_of(const std::string& node, const std::string& key) {
  auto [found, fresh] = nodes_[node].try_emplace(key, static_cast<std::uint32_t>(counts_.size()));
  if (fresh) counts_.emplace_back();
  return found->second;
}

std::uint32_t Sums::cell_of(const std::string& path, const std::string& district,
                            const std::string& key) {
  auto [found, fresh] =
      cell_names_.try_emplace(path + kBetween + key, static_cast<std::uint32_t>(cells_.size()));
  if (!fresh) return found->second;
  Cell cell;
  auto ids = ids_of(path);
  for (const auto& id : ids) cell.counts.push_back(count_of(id, key));
  if (!ids.empty()) cell.counts.push_back(count_of(own_node(ids.back()), key));
  cell.counts.push_back(count_of(district, key));
  cells_.push_back(std::move(cell));
  if (auto at = std::ranges::lower_bound(districts_, district);
      at == districts_.end() || *at != district)
    districts_.insert(at, district);
  return found->second;
}

void Sums::add(std::uint32_t cell, std::optional<std::int64_t> due) {
  bool late = due && *due < turned_;
  for (auto count : cells_[cell].counts) {
    counts_[count].open += 1;
    if (late) counts_[count].late += 1;
  }
  if (due) (late ? passed_ : ahead_)[slice_of(*due)].push_back({*due, cell});
}

void Sums::remove(std::uint32_t cell, std::optional<std::int64_t> due) {
  bool late = due && *due < turned_;
  for (auto count : cells_[cell].counts) {
    counts_[count].open -= 1;
    if (late) counts_[count].late -= 1;
  }
  if (!due) return;
  auto& slices = late ? passed_ : ahead_;
  auto slice = slices.find(slice_of(*due));
  if (slice == slices.end()) return;
  auto& dues = slice->second;
  auto found = std::ranges::find_if(
      dues, [&](const Due& each) { return each.ms == *due && each.cell == cell; });
  if (found == dues.end()) return;
  *found = dues.back();
  dues.pop_back();
  if (dues.empty()) slices.erase(slice);
}

bool Sums::is_turned(std::int64_t now) const {
  if (now == turned_) return true;
  // Nothing lies between the two hours where the slices between them are empty.
  auto [from, to] = std::minmax(now, turned_);
  const auto& slices = now > turned_ ? ahead_ : passed_;
  for (auto slice = slices.lower_bound(slice_of(from)); slice != slices.end(); ++slice) {
    if (slice->first > slice_of(to)) break;
    for (const auto& due : slice->second)
      if (due.ms >= from && due.ms < to) return false;
  }
  return true;
}

// Makes the late counts true for `now`, which may be before the hour of the last reader.
void Sums::turn(std::int64_t now) {
  bool onwards = now > turned_;
  auto& from = onwards ? ahead_ : passed_;
  auto& to = onwards ? passed_ : ahead_;
  auto [first, last] = std::minmax(now, turned_);
  auto slice = from.lower_bound(slice_of(first));
  while (slice != from.end() && slice->first <= slice_of(last)) {
    auto& dues = slice->second;
    auto crossed = std::partition(dues.begin(), dues.end(),
                                  [&](const Due& due) { return due.ms < first || due.ms >= last; });
    for (auto due = crossed; due != dues.end(); ++due) {
      for (auto count : cells_[due->cell].counts) counts_[count].late += onwards ? 1 : -1;
      to[slice->first].push_back(*due);
    }
    dues.erase(crossed, dues.end());
    slice = dues.empty() ? from.erase(slice) : std::next(slice);
  }
  turned_ = now;
}

void Sums::rebuild(Reader& reader) {
  std::unique_lock lock(guard_);
  counts_.clear();
  cells_.clear();
  cell_names_.clear();
  nodes_.clear();
  districts_.clear();
  ahead_.clear();
  passed_.clear();
  // Loop by loop along the index, so that what is closed is not gone through.
  for (const auto& [district, loop] : loops_of(reader))
    reader.query(
        "SELECT path, level, stage, due_at FROM matters"
        " WHERE district = $1 AND loop = $2 AND open = TRUE",
        {district, loop}, [&](const Row& row) {
          add(cell_of(std::string(row.text(0)), district, key_of(loop, row.text(1), row.text(2))),
              row.maybe_integer(3));
        });
}

void Sums::hear(const Entry& entry) {
  const auto& data = entry.data;
  auto loop = text_at(data, "loop");
  if (flag_in(data, "open_before"))
    remove(cell_of(entry.path, entry.district,
                   key_of(loop, text_at(data, "level_before"), text_at(data, "from"))),
           due_in(data, "due_before"));
  if (flag_in(data, "open"))
    add(cell_of(entry.path, entry.district,
                key_of(loop, text_at(data, "level"), text_at(data, "stage"))),
        due_in(data, "due_at"));
}

void Sums::heard(std::span<const Entry> entries) {
  bool moved = std::ranges::any_of(entries, [](const Entry& e) { return e.kind == "MatterMoved"; });
  if (!moved) return;
  std::unique_lock lock(guard_);
  for (const auto& entry : entries)
    if (entry.kind == "MatterMoved") hear(entry);
}

void Sums::read(const std::string& node, std::string_view loop, const std::string& district,
                std::vector<Sum>& out) const {
  auto found = nodes_.find(node);
  if (found == nodes_.end()) return;
  std::string prefix(loop);
  prefix += kBetween;
  for (auto each = found->second.lower_bound(prefix);
       each != found->second.end() && each->first.starts_with(prefix); ++each) {
    const auto& count = counts_[each->second];
    if (count.open == 0) continue;
    std::string_view rest(each->first);
    rest.remove_prefix(prefix.size());
    auto between = rest.find(kBetween);
    out.push_back({.district = district,
                   .level = std::string(rest.substr(0, between)),
                   .stage = std::string(rest.substr(between + 1)),
                   .count = count.open,
                   .late = count.late});
  }
}

template <class Read>
std::vector<Sum> Sums::at_hour(Instant now, Read read_sums) {
  std::vector<Sum> out;
  {
    std::shared_lock lock(guard_);
    if (is_turned(now.ms)) {
      read_sums(out);
      return out;
    }
  }
  std::unique_lock lock(guard_);
  turn(now.ms);
  read_sums(out);
  return out;
}

std::vector<Sum> Sums::at(const std::string& organisation, std::string_view loop, Instant now,
                          bool own) {
  return at_hour(now, [&](std::vector<Sum>& out) {
    read(own ? own_node(organisation) : organisation, loop, std::string(district_of(organisation)),
         out);
  });
}

std::vector<Sum> Sums::by_district(std::string_view loop, Instant now) {
  return at_hour(now, [&](std::vector<Sum>& out) {
    for (const auto& district : districts_) read(district, loop, district, out);
  });
}

}  // namespace anxiao::usecases
