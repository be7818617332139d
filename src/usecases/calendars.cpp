#include "usecases/calendars.h"

#include <algorithm>

#include "base/ids.h"
#include "base/text.h"
#include "usecases/matter_rows.h"

namespace anxiao::usecases {

namespace json = boost::json;

// What one organisation changed and closed, as its rows stand.
struct Calendars::Rows {
  struct Closed {
    duties::Closure days;
    std::vector<std::string> kinds;  // empty: of every kind
  };
  duties::Changes changes;
  std::vector<Closed> closures;
};

namespace {

bool is_of_calendar(std::string_view ledger) {
  return ledger == kClosures || ledger == kCalendarDays || ledger == kCalendarTerms;
}

std::optional<Day> day_at(const json::object& fields, std::string_view key) {
  auto day = parse_day(text_at(fields, key));
  return day ? std::optional(*day) : std::nullopt;
}

std::vector<std::string> words_at(const json::object& fields, std::string_view key) {
  std::vector<std::string> words;
  for (const auto& each : split(text_at(fields, key), ','))
    if (!trimmed(each).empty()) words.emplace_back(trimmed(each));
  return words;
}

}  // namespace

Calendars::Calendars(const Zone& zone, std::vector<pack::HolidayYear> years)
    : years_(std::move(years)),
      country_(std::make_shared<const duties::WorkingDays>(years_, zone)) {}

std::optional<pack::Words> Calendars::holiday_on(Day day) const {
  for (const auto& year : years_)
    for (const auto& holiday : year.holidays)
      if (holiday.from <= day && day <= holiday.to) return holiday.name;
  return std::nullopt;
}

Calendars::Read Calendars::rows_of(Reader& reader, const std::string& district) {
  Change last;
  {
    std::lock_guard lock(guard_);
    if (const auto known = rows_.find(district); known != rows_.end()) return {known->second, true};
    last = last_;
  }
  auto read = std::make_shared<OfDistrict>();
  reader.query(
      "SELECT organisation, ledger, fields FROM ledger_rows WHERE district = $1"
      " AND ledger IN ($2, $3, $4) AND until IS NULL ORDER BY organisation, since, id",
      {district, kClosures, kCalendarDays, kCalendarTerms}, [&](const Row& row) {
        auto& of = (*read)[std::string(row.text(0))];
        const auto ledger = row.text(1);
        const auto fields = object_of(row.text(2));
        const auto from = day_at(fields, "from"), to = day_at(fields, "to");
        if (ledger == kCalendarDays) {
          const auto* lessons = fields.if_contains("lessons");
          if (const auto day = day_at(fields, "day"))
            of.changes.days.push_back({*day, lessons && lessons->is_bool() && lessons->get_bool()});
        } else if (!from || !to || *to < *from) {
          return;
        } else if (ledger == kClosures) {
          of.closures.push_back({{*from, *to}, words_at(fields, "kinds")});
        } else {
          of.changes.terms.push_back({text_at(fields, "term"), *from, *to});
        }
      });
  // What an older state says, or was read while something changed, is good for this answer and for
  // no later one.
  bool sees_last = last.seq == 0;
  if (!sees_last)
    reader.query("SELECT 1 FROM journal WHERE district = $1 AND seq = $2",
                 {last.district, last.seq}, [&](const Row&) { sees_last = true; });
  std::lock_guard lock(guard_);
  const bool newest = sees_last && last.seq == last_.seq;
  if (newest) rows_[district] = read;
  return {std::move(read), newest};
}

std::shared_ptr<const duties::SchoolCalendar> Calendars::of(Reader& reader, const pack::Pack& pack,
                                                            const std::string& kind,
                                                            const std::string& path) {
  std::int64_t last = 0;
  {
    std::lock_guard lock(guard_);
    last = last_.seq;
  }
  std::string key = pack.hash + ' ' + kind;
  std::vector<std::shared_ptr<const OfDistrict>> held;
  bool newest = true;
  std::vector<const Rows*> rows;
  for (const auto& each : split(path, '/')) {
    if (each.empty()) continue;
    const std::string id(each);
    auto read = rows_of(reader, std::string(district_of(id)));
    newest = newest && read.newest;
    const auto found = read.rows->find(id);
    if (found == read.rows->end()) continue;
    rows.push_back(&found->second);
    held.push_back(std::move(read.rows));
    key += ' ' + id;
  }
  if (newest) {
    std::lock_guard lock(guard_);
    if (const auto known = composed_.find(key); last == last_.seq && known != composed_.end())
      return known->second;
  }
  auto composed = compose(pack, kind, rows);
  std::lock_guard lock(guard_);
  if (newest && last == last_.seq) composed_[key] = composed;
  return composed;
}

std::shared_ptr<const duties::SchoolCalendar> Calendars::compose(
    const pack::Pack& pack, const std::string& kind, const std::vector<const Rows*>& rows) const {
  std::vector<duties::Changes> layers;
  std::vector<duties::Closure> closures;
  const auto composed = [&] {
    return duties::SchoolCalendar::compose(country_, pack.school_years, kind, layers, closures);
  };
  for (const auto* each : rows) {
    for (const auto& closed : each->closures)
      if (closed.kinds.empty() || std::ranges::find(closed.kinds, kind) != closed.kinds.end())
        closures.push_back(closed.days);
    layers.push_back({.terms = {}, .days = each->changes.days});
    for (const auto& term : each->changes.terms) {
      layers.back().terms.push_back(term);
      if (!composed()) layers.back().terms.pop_back();
    }
  }
  auto calendar = composed();
  expect(calendar.has_value(), "the city's own terms and what fits them make a calendar");
  return std::make_shared<const duties::SchoolCalendar>(std::move(calendar).value());
}

void Calendars::heard(std::span<const Entry> entries) {
  const auto changed = std::find_if(entries.rbegin(), entries.rend(), [](const Entry& entry) {
    return entry.kind.starts_with("Row") && is_of_calendar(text_at(entry.data, "ledger"));
  });
  if (changed == entries.rend()) return;
  std::lock_guard lock(guard_);
  last_ = {changed->district, changed->seq};
  rows_.clear();
  composed_.clear();
}

}  // namespace anxiao::usecases
