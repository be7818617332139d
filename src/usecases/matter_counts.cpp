#include "usecases/matter_counts.h"

#include "base/ids.h"
#include "usecases/matter_rows.h"
#include "usecases/query.h"

namespace anxiao::usecases {

namespace json = boost::json;
using organisations::Scope;

namespace {

// Counts with the organisation they are of; null where they are of a whole district.
struct Counted {
  json::value organisation;
  std::vector<Sum> sums;
};

bool is_district(Reader& reader, const std::string& organisation) {
  bool district = false;
  reader.query("SELECT organisation FROM districts WHERE district = $1",
               {std::string(district_of(organisation))},
               [&](const Row& row) { district = row.text(0) == organisation; });
  return district;
}

Counted counted(Reader& reader, const Office& office, Sums& sums, std::string_view loop,
                const Scope& scope) {
  if (organisations::is_root(scope)) return {nullptr, sums.by_district(loop, office.now)};
  auto rows = sums.at(scope.organisation, loop, office.now, scope.exact);
  if (is_district(reader, scope.organisation)) return {nullptr, std::move(rows)};
  return {json::value(scope.organisation), std::move(rows)};
}

// What the organisation holds and no scope of paths has counted already.
std::vector<Sum> counted_held(Reader& reader, const Office& office, std::string_view loop,
                              const Scope& held, const std::vector<Scope>& besides) {
  Query query(
      "SELECT m.district, m.level, m.stage, count(*),"
      " sum(CASE WHEN m.due_at < ? THEN 1 ELSE 0 END) FROM districts d"
      " CROSS JOIN matters m"
      " WHERE m.district = d.district AND m.holder = ? AND m.holder <> m.organisation AND m.loop = "
      "? AND m.open",
      {office.now.ms, held.organisation, std::string(loop)});
  std::vector<Scope> paths;
  for (const auto& scope : besides)
    if (!scope.held) paths.push_back(scope);
  if (!paths.empty()) {
    query.add(" AND NOT (TRUE");
    within(query, paths, "m");
    query.add(")");
  }
  query.add(" GROUP BY m.district, m.level, m.stage ORDER BY m.district, m.level, m.stage");
  std::vector<Sum> sums;
  query.run(reader, [&](const Row& row) {
    sums.push_back({.district = std::string(row.text(0)),
                    .level = std::string(row.text(1)),
                    .stage = std::string(row.text(2)),
                    .count = row.integer(3),
                    .late = row.integer(4)});
  });
  return sums;
}

// What is asked for the figures of what lies in the tree: how many confidential matters there are
// is for those who may read them.
std::string noun_of_sums(const pack::Chart& chart) {
  return is_confidential(chart) ? chart.noun : "sums";
}

// What is kept in the tree by the grant for sums, what is held by the one for matters.
std::vector<Scope> scopes_of(const Office& office, const pack::Chart& chart) {
  auto scopes = organisations::scopes(office.pack, office.actor, noun_of_sums(chart), "read");
  std::erase_if(scopes, [](const Scope& scope) { return scope.held; });
  for (auto& scope : organisations::scopes(office.pack, office.actor, chart.noun, "read"))
    if (scope.held) scopes.push_back(std::move(scope));
  return scopes;
}

void write_rows(const Counted& counts, json::array& rows) {
  for (const auto& sum : counts.sums)
    rows.push_back({{"district", sum.district},
                    {"organisation", counts.organisation},
                    {"level", sum.level},
                    {"stage", sum.stage},
                    {"count", sum.count},
                    {"late", sum.late}});
}

Result<Scope> scope_at(Reader& reader, const Office& office, const pack::Chart& chart,
                       const std::string& organisation) {
  const auto noun = noun_of_sums(chart);
  Scope scope{
      .district = std::string(district_of(organisation)), .organisation = organisation, .path = {}};
  reader.query("SELECT path FROM organisations WHERE district = $1 AND id = $2",
               {scope.district, organisation}, [&](const Row& row) { scope.path = row.text(0); });
  if (scope.path.empty()) return not_found("organisations");
  TRY(organisations::may(office.pack, office.actor, noun, "read", {.path = scope.path}));
  // Who may read no further than the organisation itself counts no further.
  for (const auto& mine : organisations::scopes(office.pack, office.actor, noun, "read"))
    if (!mine.exact && organisations::covers(mine, {.path = scope.path})) return scope;
  scope.exact = true;
  return scope;
}

}  // namespace

Result<json::object> count_rows(Reader& reader, const Office& office, Sums& sums,
                                std::string_view loop, const std::string& organisation) {
  TRY_LET(chart, chart_of(office.pack, loop));
  TRY(organisations::may_somewhere(office.pack, office.actor, noun_of_sums(*chart), "read"));
  json::array rows;
  if (!organisation.empty()) {
    TRY_LET(scope, scope_at(reader, office, *chart, organisation));
    write_rows(counted(reader, office, sums, loop, scope), rows);
  } else {
    auto scopes = scopes_of(office, *chart);
    for (const auto& scope : scopes)
      write_rows(scope.held ? Counted{json::value(scope.organisation),
                                      counted_held(reader, office, loop, scope, scopes)}
                            : counted(reader, office, sums, loop, scope),
                 rows);
  }
  return json::object{{"rows", std::move(rows)}, {"as_of", office.zone.format(office.now)}};
}

OpenAndLate open_and_late(Reader& reader, const Office& office, Sums& sums,
                          const pack::Chart& chart) {
  OpenAndLate total;
  auto scopes = organisations::scopes(office.pack, office.actor, chart.noun, "read");
  for (const auto& scope : scopes) {
    auto rows = scope.held ? counted_held(reader, office, chart.id, scope, scopes)
                           : counted(reader, office, sums, chart.id, scope).sums;
    for (const auto& sum : rows) {
      total.open += sum.count;
      total.late += sum.late;
    }
  }
  return total;
}

}  // namespace anxiao::usecases
