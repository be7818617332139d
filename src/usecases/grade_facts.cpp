#include "usecases/grade_facts.h"

#include <algorithm>

#include "base/ids.h"
#include "pack/grading.h"
#include "usecases/matter_rows.h"
#include "usecases/of_district.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

// Days of terms are counted back over vacations too; no further than this.
constexpr int kDaysMost = 400;

// FNV-1a: among the few thousand of one school none is mistaken for another.
std::uint64_t mixed(std::uint64_t hash, std::string_view text) {
  for (unsigned char byte : text) hash = (hash ^ byte) * 1099511628211u;
  return (hash ^ 0xffu) * 1099511628211u;
}
constexpr std::uint64_t kSeed = 14695981039346656037u;

std::uint64_t key_of_miss(std::string_view duty, std::string_view period, std::string_view place) {
  return mixed(mixed(mixed(kSeed, duty), period), place);
}

template <class T>
T* with_key(std::vector<T>& all, std::uint64_t key) {
  const auto found = std::ranges::find(all, key, &T::key);
  return found == all.end() ? nullptr : &*found;
}

void put_miss(GradeFacts::School& school, GradeFacts::Miss miss) {
  if (!with_key(school.misses, miss.key)) school.misses.push_back(miss);
}

void put_last(std::optional<Day>& last, Day day) { last = last ? std::max(*last, day) : day; }

}  // namespace

std::vector<std::string> GradeFacts::loops_of(const pack::Pack& pack) {
  std::vector<std::string> loops;
  const auto add = [&](const std::string& loop) {
    if (!loop.empty() && std::ranges::find(loops, loop) == loops.end()) loops.push_back(loop);
  };
  if (!pack.grading) return loops;
  for (const auto& part : pack.grading->parts)
    if (part.of == pack::Counted::opened) add(part.loop);
  if (pack.grading->quiet) add(pack.grading->quiet->loop);
  return loops;
}

GradeFacts::Span GradeFacts::span_of(const pack::Pack& pack, Day today) {
  int misses = 0, opened = pack.grading && pack.grading->quiet ? kDaysMost : 0;
  if (pack.grading)
    for (const auto& part : pack.grading->parts) {
      if (part.of == pack::Counted::misses) misses = std::max(misses, part.days);
      if (part.of == pack::Counted::opened) opened = std::max(opened, part.days);
    }
  return {today.plus(-misses), today.plus(-opened)};
}

bool GradeFacts::ends_with_a_closure(std::string_view id) const {
  const auto* duty = pack_->duty(std::string(id));
  return duty && duty->days != pack::Days::all &&
         (duty->cycle == pack::Cycle::school_day || duty->cycle == pack::Cycle::day);
}

void GradeFacts::rebuild(Reader& reader, std::shared_ptr<const pack::Pack> pack, Instant now) {
  std::lock_guard lock(guard_);
  pack_ = std::move(pack);
  loops_ = loops_of(*pack_);
  schools_.clear();
  dirty_.clear();
  if (!pack_->grading) return;
  std::vector<std::string> districts;
  reader.query("SELECT district FROM districts ORDER BY district", {},
               [&](const Row& row) { districts.emplace_back(row.text(0)); });
  const Day today = zone_.day_of(now);
  for (const auto& district : districts) read(reader, district, {}, today);
  let_go_on_ = today;
}

void GradeFacts::read(Reader& reader, const std::string& district, const std::string& only,
                      Day today) {
  const auto span = span_of(*pack_, today);
  read_misses(reader, district, only, span.misses);
  read_opened(reader, district, only, span.opened);
  read_inspections(reader, district, only);
}

void GradeFacts::read_misses(Reader& reader, const std::string& district, const std::string& only,
                             Day from) {
  reader.query(
      "SELECT m.organisation, m.duty, m.period, m.point, m.closed_at FROM misses m"
      " WHERE m.district = $1" +
          of_one(only, "m.organisation") + " AND m.closed_at > " + next_place(only, 1) +
          // Done in time and known later: the miss stays on record, and is none.
          " AND (SELECT COUNT(*) FROM answers a WHERE a.district = m.district"
          " AND a.organisation = m.organisation AND a.period = m.period AND a.duty = m.duty"
          " AND a.point = m.point AND a.happened_at < m.closed_at) < m.times"
          " AND NOT EXISTS (SELECT 1 FROM excuses e WHERE e.district = m.district"
          " AND e.organisation = m.organisation AND e.period = m.period AND e.duty = m.duty"
          " AND e.point = m.point AND e.state = 'approved')",
      place_in(district, only, {zone_.start_of(from).ms}), [&](const Row& row) {
        put_miss(schools_[std::string(row.text(0))],
                 {.key = key_of_miss(row.text(1), row.text(2), row.text(3)),
                  .day = last_day_of({row.integer(4)}),
                  .ends_with_a_closure = ends_with_a_closure(row.text(1))});
      });
}

void GradeFacts::read_opened(Reader& reader, const std::string& district, const std::string& only,
                             Day from) {
  for (std::size_t loop = 0; loop < loops_.size(); ++loop)
    for (const bool open : {true, false})
      reader.query(
          "SELECT organisation, id, opened_at, level, stage FROM matters WHERE district = $1" +
              of_one(only, "organisation") + " AND loop = " + next_place(only, 1) +
              " AND open = " + next_place(only, 2) + " AND opened_at >= " + next_place(only, 3),
          place_in(district, only, {loops_[loop], open, zone_.start_of(from).ms}),
          [&](const Row& row) {
            schools_[std::string(row.text(0))].opened.push_back(
                {.key = mixed(kSeed, row.text(1)),
                 .day = zone_.day_of({row.integer(2)}),
                 .loop = static_cast<std::uint16_t>(loop),
                 .level = std::string(row.text(3)),
                 .stage = std::string(row.text(4))});
          });
}

void GradeFacts::read_inspections(Reader& reader, const std::string& district,
                                  const std::string& only) {
  const auto& grading = *pack_->grading;
  for (const auto& move : grading.inspection_moves)
    reader.query(
        "SELECT m.organisation, MAX(v.happened_at) FROM matters m JOIN moves v"
        " ON v.district = m.district AND v.matter = m.id WHERE m.district = $1" +
            of_one(only, "m.organisation") + " AND m.loop = " + next_place(only, 1) +
            " AND v.move = " + next_place(only, 2) + " GROUP BY m.organisation",
        place_in(district, only, {grading.inspection_loop, move}), [&](const Row& row) {
          put_last(schools_[std::string(row.text(0))].visited, zone_.day_of({row.integer(1)}));
        });
  reader.query("SELECT organisation, MAX(happened_at) FROM answers WHERE district = $1" +
                   of_one(only, "organisation") +
                   " AND CAST(matters AS TEXT) <> '[]' GROUP BY organisation",
               place_in(district, only), [&](const Row& row) {
                 put_last(schools_[std::string(row.text(0))].found, zone_.day_of({row.integer(1)}));
               });
}

// --- the journal ---

void GradeFacts::heard(std::span<const Entry> entries) {
  std::lock_guard lock(guard_);
  if (!pack_ || !pack_->grading) return;
  for (const auto& entry : entries) hear(entry);
}

void GradeFacts::hear(const Entry& entry) {
  const bool is_read = entry.kind == "DutyMissed" || entry.kind == "DutyAnswered" ||
                       entry.kind == "MatterMoved" || entry.kind == "ExcuseDecided";
  if (!is_read) return;
  // Once it is to be read again, it is to be read as it is after everything heard of it.
  if (const auto waits = dirty_.find(entry.organisation); waits != dirty_.end()) {
    waits->second = entry.seq;
    return;
  }
  const auto& data = entry.data;
  if (entry.kind == "DutyMissed") {
    const auto duty = text_at(data, "duty");
    put_miss(schools_[entry.organisation],
             {.key = key_of_miss(duty, text_at(data, "period"), text_at(data, "point")),
              .day = last_day_of(entry.happened_at),
              .ends_with_a_closure = ends_with_a_closure(duty)});
  } else if (entry.kind == "DutyAnswered") {
    hear_answer(entry);
  } else if (entry.kind == "MatterMoved") {
    hear_matter(entry);
  } else if (const auto school = schools_.find(entry.organisation);
             school != schools_.end() && !school->second.misses.empty()) {
    dirty_[entry.organisation] = entry.seq;
  }
}

void GradeFacts::hear_answer(const Entry& entry) {
  const auto& data = entry.data;
  const auto* matters = data.if_contains("matters");
  if (matters && matters->is_array() && !matters->get_array().empty())
    put_last(schools_[entry.organisation].found, zone_.day_of(entry.happened_at));
  const auto school = schools_.find(entry.organisation);
  if (school == schools_.end()) return;
  // It may show that what was missed was not.
  const auto key =
      key_of_miss(text_at(data, "duty"), text_at(data, "period"), text_at(data, "point"));
  if (with_key(school->second.misses, key)) dirty_[entry.organisation] = entry.seq;
}

void GradeFacts::hear_matter(const Entry& entry) {
  const auto& data = entry.data;
  const auto id = text_at(data, "loop");
  const auto& grading = *pack_->grading;
  if (id == grading.inspection_loop &&
      std::ranges::find(grading.inspection_moves, text_at(data, "move")) !=
          grading.inspection_moves.end())
    put_last(schools_[entry.organisation].visited, zone_.day_of(entry.happened_at));
  const auto loop = std::ranges::find(loops_, id);
  if (loop == loops_.end()) return;
  auto& school = schools_[entry.organisation];
  const auto key = mixed(kSeed, entry.subject);
  if (auto* known = with_key(school.opened, key)) {
    known->level = text_at(data, "level");
    known->stage = text_at(data, "stage");
  } else if (text_at(data, "from").empty()) {
    school.opened.push_back({.key = key,
                             .day = zone_.day_of(entry.happened_at),
                             .loop = static_cast<std::uint16_t>(loop - loops_.begin()),
                             .level = text_at(data, "level"),
                             .stage = text_at(data, "stage")});
  }
}

void GradeFacts::let_go(Day today) {
  const auto span = span_of(*pack_, today);
  for (auto& [id, school] : schools_) {
    std::erase_if(school.misses, [&](const Miss& miss) { return miss.day < span.misses; });
    std::erase_if(school.opened, [&](const Opened& opened) { return opened.day < span.opened; });
  }
  let_go_on_ = today;
}

void GradeFacts::bring_up(Reader& reader, Instant now) {
  expect(pack_ != nullptr, "what grades rest on is built before it is asked for");
  const Day today = zone_.day_of(now);
  for (auto waits = dirty_.begin(); waits != dirty_.end();) {
    const auto& id = waits->first;
    const std::string district(district_of(id));
    bool seen = false;
    reader.query("SELECT 1 FROM journal WHERE district = $1 AND seq = $2",
                 {district, waits->second}, [&](const Row&) { seen = true; });
    if (!seen) {
      ++waits;
      continue;
    }
    schools_.erase(id);
    read(reader, district, id, today);
    waits = dirty_.erase(waits);
  }
  if (today > let_go_on_) let_go(today);
}

}  // namespace anxiao::usecases
