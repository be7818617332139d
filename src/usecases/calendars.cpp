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

std::shared_ptr<const Calendars::OfDistrict> Calendars::rows_of(Reader& reader,
                                                                const std::string& district) {
  std::uint64_t changes = 0;
  {
    std::lock_guard lock(guard_);
    if (const auto known = rows_.find(district); known != rows_.end()) return known->second;
    changes = changes_;
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
  std::lock_guard lock(guard_);
  // What was read while something changed is good for this answer and for no later one.
  if (changes == changes_) rows_[district] = read;
  return read;
}

std::shared_ptr<const duties::SchoolCalendar> Calendars::of(Reader& reader, const pack::Pack& pack,
                                                            const std::string& kind,
                                                            const std::string& path) {
  std::string key = pack.hash + ' ' + kind;
  std::vector<std::shared_ptr<const OfDistrict>> held;
  std::vector<const Rows*> rows;
  for (const auto& each : split(path, '/')) {
    if (each.empty()) continue;
    const std::string id(each);
    auto of = rows_of(reader, std::string(district_of(id)));
    const auto found = of->find(id);
    if (found == of->end()) continue;
    rows.push_back(&found->second);
    held.push_back(std::move(of));
    key += ' ' + id;
  }
  std::uint64_t changes = 0;
  {
    std::lock_guard lock(guard_);
    if (const auto known = composed_.find(key); known != composed_.end()) return known->second;
    changes = changes_;
  }
  auto composed = compose(pack, kind, rows);
  std::lock_guard lock(guard_);
  if (changes == changes_) composed_[key] = composed;
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
  const bool changed = std::ranges::any_of(entries, [](const Entry& entry) {
    return entry.kind.starts_with("Row") && is_of_calendar(text_at(entry.data, "ledger"));
  });
  if (!changed) return;
  std::lock_guard lock(guard_);
  ++changes_;
  rows_.clear();
  composed_.clear();
}

}  // namespace anxiao::usecases
