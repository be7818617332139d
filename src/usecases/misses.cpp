#include "usecases/misses.h"

#include <algorithm>
#include <tuple>

#include "base/ids.h"
#include "usecases/query.h"
#include "usecases/reach.h"
#include "usecases/tables.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

constexpr std::size_t kCsvRowsMost = 100'000;

constexpr std::string_view kSelect =
    "SELECT m.organisation, m.duty, m.period, m.point, m.closed_at, m.known_at, m.times, m.given,"
    " m.owner_post, m.owners, m.vacant, o.name, p.title FROM misses m"
    " LEFT JOIN organisations o ON o.district = m.district AND o.id = m.organisation"
    " LEFT JOIN ledger_rows p ON p.district = m.district AND p.id = m.point";

struct Line {
  std::string district;
  OccurrenceKey key;
  Instant closed_at, known_at;
  std::int64_t times = 0, given = 0;
  std::string owner_post;
  std::vector<std::string> owners, vacant;
  std::string organisation_name, point_name;
};

std::vector<std::string> texts_of(std::string_view text) {
  std::vector<std::string> out;
  json::error_code error;
  auto value = json::parse(text, error);
  if (error || !value.is_array()) return out;
  for (const auto& each : value.get_array())
    if (each.is_string()) out.emplace_back(each.get_string());
  return out;
}

Line line_from(const Row& row, std::string district) {
  return {.district = std::move(district),
          .key = {.duty = std::string(row.text(1)),
                  .organisation = std::string(row.text(0)),
                  .period = std::string(row.text(2)),
                  .point = std::string(row.text(3))},
          .closed_at = {row.integer(4)},
          .known_at = {row.integer(5)},
          .times = row.integer(6),
          .given = row.integer(7),
          .owner_post = std::string(row.text(8)),
          .owners = texts_of(row.text(9)),
          .vacant = texts_of(row.text(10)),
          .organisation_name = std::string(row.text(11)),
          .point_name = std::string(row.text(12))};
}

// The order of the list; within a district the index has it.
bool comes_before(const Line& one, const Line& other) {
  if (one.closed_at != other.closed_at) return one.closed_at > other.closed_at;
  const auto rest = [](const Line& line) {
    return std::tie(line.district, line.key.organisation, line.key.duty, line.key.period,
                    line.key.point);
  };
  return rest(one) < rest(other);
}

void after_cursor(Query& query, const json::array& keys, const std::string& district) {
  const std::int64_t closed_at = keys[0].get_int64();
  const auto text = [&](std::size_t i) { return std::string(keys[i].get_string()); };
  if (district < text(1))
    query.add(" AND m.closed_at < ?", {closed_at});
  else if (district > text(1))
    query.add(" AND m.closed_at <= ?", {closed_at});
  else
    query.add(
        " AND m.closed_at <= ? AND (m.closed_at < ?"
        " OR (m.organisation, m.duty, m.period, m.point) > (?, ?, ?, ?))",
        {closed_at, closed_at, text(2), text(3), text(4), text(5)});
}

json::array keys_of(const Line& line) {
  return {line.closed_at.ms,
          json::string(line.district),
          json::string(line.key.organisation),
          json::string(line.key.duty),
          json::string(line.key.period),
          json::string(line.key.point)};
}

struct Bounds {
  std::optional<Instant> after, until;
};

Result<Bounds> bounds_of(const Office& office, const MissFilter& filter) {
  Bounds bounds;
  if (!filter.from.empty()) {
    TRY_LET(from, parse_day(filter.from));
    bounds.after = office.zone.start_of(from);
  }
  if (!filter.to.empty()) {
    TRY_LET(to, parse_day(filter.to));
    bounds.until = office.zone.start_of(to.plus(1));
  }
  return bounds;
}

std::vector<Line> lines_of(Reader& reader, const Reach& reach, const Bounds& bounds,
                           const Paging& paging) {
  std::vector<Line> lines;
  for (const auto& district : reach.districts) {
    Query query(std::string(kSelect) + " WHERE TRUE");
    within(query, reach, district, "m");
    if (bounds.after) query.add(" AND m.closed_at > ?", {bounds.after->ms});
    if (bounds.until) query.add(" AND m.closed_at <= ?", {bounds.until->ms});
    if (paging.after) after_cursor(query, *paging.after, district);
    query.add(" ORDER BY m.closed_at DESC, m.organisation, m.duty, m.period, m.point LIMIT ?",
              {static_cast<std::int64_t>(paging.limit + 1)});
    query.run(reader, [&](const Row& row) { lines.push_back(line_from(row, district)); });
  }
  std::ranges::sort(lines, comes_before);
  return lines;
}

Miss miss_from(Reader& reader, const Office& office, const Line& line, Outcomes& outcomes,
               const std::map<std::string, std::string>& names) {
  Miss miss{.duty = line.key.duty,
            .name = name_of_duty(office.pack, line.key.duty),
            .organisation = {line.key.organisation, line.organisation_name},
            .period = line.key.period,
            .point = std::nullopt,
            .closed_at = office.zone.format(line.closed_at),
            .known_at = office.zone.format(line.known_at),
            .times = line.times,
            .given = line.given,
            .owner = {.post = line.owner_post, .people = {}, .vacant = line.vacant},
            .state = duties::word_of(outcomes.of(line.key, line.closed_at, line.times).state),
            .excuse = excuse_of(reader, line.key)};
  if (!line.key.point.empty()) miss.point = Ref{line.key.point, line.point_name};
  for (const auto& id : line.owners) {
    auto name = names.find(id);
    miss.owner.people.push_back({id, name == names.end() ? std::string() : name->second});
  }
  return miss;
}

std::vector<Miss> misses_from(Reader& reader, const Office& office,
                              const std::vector<Line>& lines) {
  std::vector<std::string> people;
  for (const auto& line : lines)
    people.insert(people.end(), line.owners.begin(), line.owners.end());
  std::ranges::sort(people);
  people.erase(std::ranges::unique(people).begin(), people.end());
  auto names = names_of_people(reader, people);
  Outcomes outcomes(reader, office);
  std::vector<Miss> misses;
  misses.reserve(lines.size());
  for (const auto& line : lines) misses.push_back(miss_from(reader, office, line, outcomes, names));
  return misses;
}

const std::string& words_in(const pack::Words& words, std::string_view language) {
  return language == "en" ? words.en : words.zh;
}

std::string name_of_post(const pack::Pack& pack, const std::string& id, std::string_view language) {
  const auto* post = pack.post(id);
  return post ? words_in(post->name, language) : id;
}

}  // namespace

Result<Page<Miss>> list_misses(Reader& reader, const Office& office, const MissFilter& filter) {
  TRY_LET(reach, reach_of(reader, office, "tasks", "read", filter.organisation));
  TRY_LET(bounds, bounds_of(office, filter));
  auto lines = lines_of(reader, reach, bounds, filter.paging);
  Page<Miss> page;
  if (lines.size() > filter.paging.limit) {
    lines.resize(filter.paging.limit);
    page.next = cursor_of(keys_of(lines.back()));
  }
  page.items = misses_from(reader, office, lines);
  return page;
}

Result<std::string> misses_as_csv(Reader& reader, const Office& office, const MissFilter& filter,
                                  std::string_view language) {
  MissFilter all = filter;
  all.paging = {.limit = kCsvRowsMost, .after = std::nullopt};
  TRY_LET(page, list_misses(reader, office, all));
  std::string out(kCsvMark);
  out += csv_line({"duty", "name", "organisation", "period", "point", "closed_at", "known_at",
                   "times", "given", "owner_post", "owners", "vacant", "state", "excuse"});
  for (const auto& miss : page.items) {
    std::string owners, vacant;
    for (const auto& person : miss.owner.people)
      owners += (owners.empty() ? "" : "; ") + person.name;
    for (const auto& post : miss.owner.vacant)
      vacant += (vacant.empty() ? "" : "; ") + name_of_post(office.pack, post, language);
    out += csv_line({miss.duty, words_in(miss.name, language), miss.organisation.name, miss.period,
                     miss.point ? miss.point->name : std::string(), miss.closed_at, miss.known_at,
                     std::to_string(miss.times), std::to_string(miss.given),
                     name_of_post(office.pack, miss.owner.post, language), owners, vacant,
                     miss.state, miss.excuse ? miss.excuse->reason : std::string()});
  }
  return out;
}

std::optional<Miss> find_miss(Reader& reader, const Office& office, const OccurrenceKey& key) {
  std::vector<Line> lines;
  std::string district(district_of(key.organisation));
  Query(std::string(kSelect) +
            " WHERE m.district = ? AND m.organisation = ? AND m.duty = ? AND m.period = ?"
            " AND m.point = ?",
        {district, key.organisation, key.duty, key.period, key.point})
      .run(reader, [&](const Row& row) { lines.push_back(line_from(row, district)); });
  if (lines.empty()) return std::nullopt;
  return std::move(misses_from(reader, office, lines).front());
}

const DutyGround* Outcomes::ground(const std::string& organisation) {
  auto known = grounds_.find(organisation);
  if (known == grounds_.end()) {
    auto today = office_.zone.day_of(office_.now);
    known = grounds_.emplace(organisation, ground_of(reader_, office_, organisation, today, today))
                .first;
  }
  return known->second ? &*known->second : nullptr;
}

duties::Outcome Outcomes::of(const OccurrenceKey& key, Instant closed_at, std::int64_t times) {
  std::string district(district_of(key.organisation));
  std::vector<duties::Given> given;
  reader_.query(
      "SELECT happened_at, known_at FROM answers WHERE district = $1 AND organisation = $2"
      " AND period = $3 AND duty = $4 AND point = $5",
      {district, key.organisation, key.period, key.duty, key.point}, [&](const Row& row) {
        given.push_back({.happened_at = {row.integer(0)}, .known_at = {row.integer(1)}});
      });
  bool excused = false;
  reader_.query(
      "SELECT 1 FROM excuses WHERE district = $1 AND organisation = $2 AND period = $3"
      " AND duty = $4 AND point = $5 AND state = 'approved' LIMIT 1",
      {district, key.organisation, key.period, key.duty, key.point},
      [&](const Row&) { excused = true; });
  duties::Occurrence occurrence;
  occurrence.opens_at = closed_at;
  occurrence.closes_at = closed_at;
  occurrence.times = static_cast<int>(times);
  const auto* duty = office_.pack.duty(key.duty);
  if (const auto* here = duty ? ground(key.organisation) : nullptr)
    if (auto known =
            duties::occurrence_of(*duty, here->ground.subject, *here->calendar, key.period))
      occurrence = *known;
  return duties::outcome_of(occurrence, given, excused, office_.now);
}

std::optional<ExcuseBrief> excuse_of(Reader& reader, const OccurrenceKey& key) {
  std::optional<ExcuseBrief> brief;
  reader.query(
      "SELECT e.id, e.reason, e.state, e.asked_by, p.name FROM excuses e"
      " LEFT JOIN people p ON p.district = substr(e.asked_by, 1, 6) AND p.id = e.asked_by"
      " WHERE e.district = $1 AND e.organisation = $2 AND e.period = $3 AND e.duty = $4"
      " AND e.point = $5"
      " ORDER BY CASE e.state WHEN 'approved' THEN 0 WHEN 'asked' THEN 1 ELSE 2 END,"
      " e.asked_at DESC, e.id LIMIT 1",
      {std::string(district_of(key.organisation)), key.organisation, key.period, key.duty,
       key.point},
      [&](const Row& row) {
        brief = ExcuseBrief{.id = std::string(row.text(0)),
                            .reason = std::string(row.text(1)),
                            .state = std::string(row.text(2)),
                            .asked_by = {std::string(row.text(3)), std::string(row.text(4))}};
      });
  return brief;
}

pack::Words name_of_duty(const pack::Pack& pack, const std::string& id) {
  const auto* duty = pack.duty(id);
  return duty ? duty->name : pack::Words{.zh = id, .en = id};
}

}  // namespace anxiao::usecases
