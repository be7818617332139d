#include "usecases/duty_sums.h"

#include <algorithm>
#include <limits>
#include <memory>

#include "base/ids.h"
#include "usecases/calendars.h"
#include "usecases/duty_grounds.h"
#include "usecases/matter_rows.h"

namespace anxiao::usecases {

namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
// Two that ask at once may hand in their hours in either order: only a clock that was set back is
// followed backwards.
constexpr std::int64_t kDisorderMs = kMinuteMs;
// Lists that facts overtake while they are made are made again, so often.
constexpr int kRoundsMost = 8;
// From so many of a district on, it is read as a whole.
constexpr std::size_t kSingleMost = 6;

bool is_of_the_calendar(std::string_view ledger) {
  return ledger == kClosures || ledger == kCalendarDays || ledger == kCalendarTerms;
}

bool is_about_a_row(std::string_view kind) {
  return kind == "RowEntered" || kind == "RowChanged" || kind == "RowEnded";
}

bool is_about_an_organisation(std::string_view kind) {
  return kind == "OrganisationEntered" || kind == "OrganisationChanged";
}

// FNV-1a: within one organisation, where there are a few hundred, none is mistaken for another.
void mix(std::uint64_t& hash, std::string_view text) {
  for (unsigned char byte : text) hash = (hash ^ byte) * 1099511628211u;
  hash = (hash ^ 0xffu) * 1099511628211u;
}

}  // namespace

std::uint64_t DutySums::key_of(std::string_view duty, std::string_view period,
                               std::string_view place) {
  std::uint64_t hash = 14695981039346656037u;
  mix(hash, duty);
  mix(hash, period);
  mix(hash, place);
  return hash;
}

DutySums::Cell DutySums::cell_of(const duties::Task& task, std::int64_t hour) {
  const auto& occurrence = task.occurrence;
  Cell cell{.key = key_of(occurrence.duty->id, occurrence.period, task.place),
            .opens_at = occurrence.opens_at.ms,
            .closes_at = occurrence.closes_at.ms,
            .times = static_cast<std::uint16_t>(occurrence.times),
            .let_off = task.excuse || occurrence.waived != duties::Waiver::none,
            .optional = task.optional};
  // What became known a moment after the hour asked for is in the rows already and is not heard
  // again.
  for (const auto* answer : task.answers) {
    if (answer->known_at.ms > hour + kDisorderMs) continue;
    cell.given += 1;
    if (answer->happened_at < occurrence.closes_at) cell.in_time += 1;
  }
  return cell;
}

// Those above it are made with it where nobody has spoken of them yet.
std::uint32_t DutySums::node_of(std::string_view path) {
  auto ids = ids_of(path);
  std::uint32_t above = kNone;
  std::string so_far = "/";
  for (const auto& id : ids) {
    so_far += id + "/";
    auto [found, fresh] = by_id_.try_emplace(id, static_cast<std::uint32_t>(nodes_.size()));
    if (fresh) {
      auto& made = nodes_.emplace_back();
      made.id = id;
      made.district = district_of(id);
      made.above = above;
      by_path_.emplace(so_far, found->second);
      mark(found->second);
    }
    above = found->second;
  }
  return above;
}

void DutySums::mark(std::uint32_t node) {
  if (nodes_[node].is_stale) {
    nodes_[node].marked_again = true;
    return;
  }
  nodes_[node].is_stale = true;
  for (auto each = node; each != kNone; each = nodes_[each].above) nodes_[each].stale += 1;
}

void DutySums::mark_under(const std::string& path) {
  for (auto each = by_path_.lower_bound(path);
       each != by_path_.end() && each->first.starts_with(path); ++each)
    mark(each->second);
}

void DutySums::unmark(std::uint32_t node) {
  nodes_[node].is_stale = false;
  for (auto each = node; each != kNone; each = nodes_[each].above) nodes_[each].stale -= 1;
}

// Counts the list of one organisation at the hour, and carries the difference up the tree.
void DutySums::count(std::uint32_t index) {
  auto& node = nodes_[index];
  TaskFigures now;
  std::int64_t turns_at = kNever;
  for (const auto& cell : node.cells) {
    bool closed = hour_ >= cell.closes_at;
    if (hour_ < cell.opens_at)
      turns_at = std::min(turns_at, cell.opens_at);
    else if (!closed)
      turns_at = std::min(turns_at, cell.closes_at);
    if (cell.optional && closed && cell.given == 0) continue;
    usecases::count(now, duties::state_of({.times = cell.times,
                                           .given = cell.given,
                                           .in_time = cell.in_time,
                                           .let_off = cell.let_off,
                                           .opens_at = {cell.opens_at},
                                           .closes_at = {cell.closes_at}},
                                          {hour_}));
  }
  const TaskFigures before = node.own;
  node.own = now;
  for (auto each = index; each != kNone; each = nodes_[each].above) {
    take_away(nodes_[each].all, before);
    add(nodes_[each].all, now);
  }
  if (turns_at != node.turns_at && turns_at != kNever) turns_[turns_at].push_back(index);
  node.turns_at = turns_at;
}

void DutySums::turn() {
  while (!turns_.empty() && turns_.begin()->first <= hour_) {
    auto [at, nodes] = std::move(*turns_.begin());
    turns_.erase(turns_.begin());
    for (auto node : nodes)
      if (nodes_[node].turns_at == at && !nodes_[node].is_stale) count(node);
  }
}

void DutySums::set_hour(const pack::Pack& pack, Instant now) {
  Day today = zone_.day_of(now);
  bool set_back = now.ms < hour_ - kDisorderMs;
  if (now.ms < hour_ && !set_back) today = day_;
  if (set_back || now.ms > hour_) hour_ = now.ms;
  if (set_back || today != day_ || pack.hash != pack_) {
    day_ = today;
    pack_ = pack.hash;
    round_ += 1;
    turns_.clear();
    for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
      nodes_[node].turns_at = kNever;
      mark(node);
    }
    return;
  }
  turn();
}

void DutySums::rebuild(Reader& reader) {
  std::vector<std::string> paths;
  reader.query(
      "SELECT o.path FROM districts d CROSS JOIN organisations o"
      " WHERE o.district = d.district ORDER BY o.path",
      {}, [&](const Row& row) { paths.emplace_back(row.text(0)); });
  std::lock_guard lock(guard_);
  nodes_.clear();
  by_id_.clear();
  by_path_.clear();
  turns_.clear();
  nodes_.reserve(paths.size());
  for (const auto& path : paths) node_of(path);
}

void DutySums::take_answer(std::uint32_t index, const Heard& answer) {
  auto& node = nodes_[index];
  if (node.is_stale) {
    if (node.is_read) node.meanwhile.push_back(answer);
    return;
  }
  if (answer.seq <= node.read_seq) return;
  auto cell = std::ranges::find(node.cells, answer.key, &Cell::key);
  if (cell == node.cells.end()) {
    // Of another day, or it happened though it was waived.
    mark(index);
    return;
  }
  cell->given += 1;
  if (answer.happened_at < cell->closes_at) cell->in_time += 1;
  count(index);
}

void DutySums::hear(const Entry& entry) {
  if (entry.kind == "DutyAnswered") {
    auto found = by_id_.find(entry.organisation);
    if (found == by_id_.end()) return;
    const auto& data = entry.data;
    take_answer(found->second, {.seq = entry.seq,
                                .key = key_of(text_at(data, "duty"), text_at(data, "period"),
                                              text_at(data, "point")),
                                .happened_at = entry.happened_at.ms});
  } else if (entry.kind == "ExcuseDecided") {
    mark(node_of(entry.path));
  } else if (is_about_an_organisation(entry.kind)) {
    mark(node_of(entry.path));
  } else if (is_about_a_row(entry.kind)) {
    auto ledger = text_at(entry.data, "ledger");
    if (ledger == kPoints) mark(node_of(entry.path));
    if (is_of_the_calendar(ledger)) mark_under(entry.path);
  }
}

void DutySums::heard(std::span<const Entry> entries) {
  std::lock_guard lock(guard_);
  for (const auto& entry : entries) hear(entry);
}

DutySums::Stale DutySums::stale_under(const std::string& path) const {
  Stale stale;
  for (auto each = by_path_.lower_bound(path);
       each != by_path_.end() && each->first.starts_with(path); ++each) {
    const auto& node = nodes_[each->second];
    if (!node.is_stale) continue;
    if (node.is_read)
      stale.elsewhere = true;
    else
      stale.by_district[node.district].push_back(each->second);
  }
  return stale;
}

std::vector<DutySums::Made> DutySums::read_lists(Reader& reader, const Office& office, Day day,
                                                 const std::vector<Wanted>& wanted) {
  std::vector<Made> made;
  auto add = [&](std::uint32_t node, const DutyGround& ground) {
    Made each{.node = node, .cells = {}};
    for (const auto& task : duties::tasks_of(office.pack.duties, ground.ground, *ground.calendar,
                                             day, day, office.now, false))
      each.cells.push_back(cell_of(task, office.now.ms));
    each.cells.shrink_to_fit();
    made.push_back(std::move(each));
  };
  if (wanted.size() <= kSingleMost) {
    for (const auto& [node, id] : wanted) {
      auto ground = ground_of(reader, office, id, day, day);
      if (ground && !ground->ground.subject.ended)
        add(node, *ground);
      else
        made.push_back({.node = node, .cells = {}});
    }
    return made;
  }
  std::map<std::string_view, std::uint32_t> left;
  for (const auto& [node, id] : wanted) left.emplace(id, node);
  for (const auto& ground :
       grounds_of(reader, office, std::string(district_of(wanted.front().second)), day, day)) {
    auto found = left.find(ground.organisation.id);
    if (found == left.end()) continue;
    add(found->second, ground);
    left.erase(found);
  }
  // Those without a duty, and those that have ended.
  for (const auto& [id, node] : left) made.push_back({.node = node, .cells = {}});
  return made;
}

// Makes the lists of organisations of one district, from one state of the store.
void DutySums::make_lists(const pack::Pack& pack, const std::vector<std::uint32_t>& nodes) {
  std::vector<Wanted> wanted;
  std::uint64_t round = 0;
  Day day;
  Instant now;
  {
    std::lock_guard lock(guard_);
    round = round_;
    day = day_;
    now = {hour_};
    for (auto index : nodes) {
      // Somebody else may have made it meanwhile, or be at it.
      auto& node = nodes_[index];
      if (!node.is_stale || node.is_read) continue;
      node.is_read = true;
      node.marked_again = false;
      node.meanwhile.clear();
      wanted.emplace_back(index, node.id);
    }
  }
  if (wanted.empty()) return;
  std::vector<Made> made;
  std::int64_t seq = 0;
  const organisations::Actor nobody;
  const Office office{
      .pack = pack, .zone = zone_, .now = now, .actor = nobody, .calendars = &calendars_};
  // A fault of the database leaves nothing as if it were still being read.
  bool is_over = false;
  const auto release = [&](const void*) {
    if (is_over) return;
    std::lock_guard lock(guard_);
    for (const auto& [index, id] : wanted) nodes_[index].is_read = false;
    made_.notify_all();
  };
  const std::unique_ptr<const void, decltype(release)> released(&is_over, release);
  store_.read([&](Reader& reader) {
    reader.query("SELECT max(seq) FROM journal WHERE district = $1",
                 {std::string(district_of(wanted.front().second))},
                 [&](const Row& row) { seq = row.integer(0); });
    made = read_lists(reader, office, day, wanted);
  });
  is_over = true;
  std::lock_guard lock(guard_);
  for (auto& each : made) {
    auto& node = nodes_[each.node];
    node.is_read = false;
    if (node.marked_again || round != round_) continue;
    node.cells = std::move(each.cells);
    node.read_seq = seq;
    unmark(each.node);
    count(each.node);
    for (const auto& answer : std::exchange(node.meanwhile, {})) take_answer(each.node, answer);
  }
  made_.notify_all();
}

void DutySums::bring(const pack::Pack& pack, const std::string& path) {
  for (int round = 0; round < kRoundsMost;) {
    Stale stale;
    {
      std::unique_lock lock(guard_);
      stale = stale_under(path);
      if (stale.by_district.empty()) {
        if (!stale.elsewhere) return;
        made_.wait(lock);
        continue;
      }
    }
    for (const auto& [district, nodes] : stale.by_district) make_lists(pack, nodes);
    ++round;
  }
}

TaskFigures DutySums::at(const pack::Pack& pack, const std::string& organisation, Instant now) {
  std::string path;
  {
    std::lock_guard lock(guard_);
    set_hour(pack, now);
    auto found = by_id_.find(organisation);
    if (found == by_id_.end()) return {};
    if (nodes_[found->second].stale == 0) return nodes_[found->second].all;
    for (auto each = found->second; each != kNone; each = nodes_[each].above)
      path = nodes_[each].id + "/" + path;
    path = "/" + path;
  }
  bring(pack, path);
  std::lock_guard lock(guard_);
  return nodes_[by_id_.at(organisation)].all;
}

void DutySums::keep(const pack::Pack& pack, Instant now) {
  {
    std::lock_guard lock(guard_);
    set_hour(pack, now);
  }
  bring(pack, "/");
}

}  // namespace anxiao::usecases
