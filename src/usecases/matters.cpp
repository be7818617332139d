#include "usecases/matters.h"

#include <algorithm>

#include "base/ids.h"
#include "base/json_map.h"
#include "usecases/matter_view.h"
#include "usecases/reactions.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

// Ledgers and the post that say who answers for what is found.
constexpr const char* kResponsibilities = "responsibilities";
constexpr const char* kPoints = "points";
constexpr const char* kLastAnswerable = "principal";

// Of those found, the one that has been longest; sorting a row or two is dear in SQL.
std::optional<Ref> longest(Reader& reader, std::string_view sql,
                           std::initializer_list<Value> values) {
  std::optional<Ref> found;
  std::pair<std::int64_t, std::string> best;
  reader.query(sql, values, [&](const Row& row) {
    std::pair<std::int64_t, std::string> place{row.integer(2), row.text(3)};
    if (found && best < place) return;
    found = Ref{std::string(row.text(0)), std::string(row.text(1))};
    best = std::move(place);
  });
  return found;
}

// Whoever is listed for the category; else the person of the point; else who leads the
// organisation.
std::optional<Ref> answerable_for(Reader& reader, const Office& office, const MatterSite& site,
                                  const json::object& fields) {
  std::string district(district_of(site.organisation));
  auto found = longest(
      reader,
      "SELECT p.id, p.name, r.since, r.id FROM ledger_rows r JOIN people p"
      " ON p.district = substr(r.fields->>'person', 1, 6) AND p.id = r.fields->>'person'"
      " WHERE r.district = $1 AND r.ledger = $2 AND r.organisation = $3"
      " AND r.fields->>'category' = $4 AND (r.until IS NULL OR r.until > $5) AND p.active",
      {district, kResponsibilities, site.organisation, text_at(fields, "category"), office.now.ms});
  if (found) return found;
  if (auto point = text_at(fields, "point"); !point.empty())
    found =
        longest(reader,
                "SELECT p.id, p.name, r.since, r.id FROM ledger_rows r JOIN people p"
                " ON p.district = substr(r.fields->>'person', 1, 6) AND p.id = r.fields->>'person'"
                " WHERE r.district = $1 AND r.id = $2 AND r.ledger = $3 AND r.organisation = $4"
                " AND p.active",
                {district, point, kPoints, site.organisation});
  if (found) return found;
  return longest(reader,
                 "SELECT p.id, p.name, h.since, h.id FROM postings h"
                 " JOIN people p ON p.district = h.person_district AND p.id = h.person"
                 " WHERE h.district = $1 AND h.organisation = $2 AND h.post = $3"
                 " AND (h.until IS NULL OR h.until > $4) AND p.active",
                 {district, site.organisation, kLastAnswerable, office.now.ms});
}

// The organisation, and whether the matter is there already.
struct Ground {
  MatterSite site;
  std::string kind;
  bool ended = false;
  std::optional<std::string> sent_hash;
};

Result<Ground> ground_of(Reader& reader, const Office& office, const std::string& organisation,
                         const std::string& id) {
  Ground ground;
  TRY(check_id(organisation, "organisation"));
  std::string district(district_of(organisation));
  TRY(check_id(id, "id", district));
  reader.query(
      "SELECT o.name, o.path, o.until, m.sent_hash, o.kind FROM organisations o"
      " LEFT JOIN matters m ON m.district = o.district AND m.id = $1"
      " WHERE o.district = $2 AND o.id = $3",
      {id, district, organisation}, [&](const Row& row) {
        ground.site = {organisation, std::string(row.text(0)), std::string(row.text(1))};
        auto until = row.maybe_integer(2);
        ground.ended = until && *until <= office.now.ms;
        ground.sent_hash = row.maybe_text(3);
        ground.kind = row.text(4);
      });
  if (ground.site.path.empty()) return not_found("organisations");
  return ground;
}

Result<void> check_kind(const pack::Chart& chart, const std::string& kind) {
  if (chart.kinds.empty() || std::ranges::find(chart.kinds, kind) != chart.kinds.end()) return {};
  json::array kinds(chart.kinds.begin(), chart.kinds.end());
  return Refusal{.why = Why::refused,
                 .key = "matter.wrong_kind",
                 .detail = "no matter of this loop is about an organisation of the kind " + kind,
                 .field = "organisation",
                 .args = {{"kind", kind}, {"kinds", std::move(kinds)}}};
}

Result<MatterAnswer> answered(Reader& reader, const Office& office, const pack::Chart& chart,
                              const WholeMatter& whole, bool repeated) {
  return MatterAnswer{.matter = view_of(reader, office, chart, whole),
                      .version = whole.version,
                      .repeated = repeated};
}

Result<WholeMatter> readable(Reader& reader, const Office& office, const pack::Chart& chart,
                             std::string_view id) {
  TRY_LET(whole, find_matter(reader, chart.id, id));
  TRY(organisations::may(office.pack, office.actor, chart.noun, "read", place_of(whole)));
  return std::move(whole);
}

}  // namespace

Result<WholeMatter> open_at(Transaction& transaction, const Office& office,
                            const pack::Chart& chart, const MatterSite& site, Opening opening) {
  WholeMatter whole;
  whole.district = district_of(site.organisation);
  whole.path = site.path;
  whole.organisation_name = site.organisation_name;
  whole.sent_hash = opening.sent_hash;
  whole.answerable = answerable_for(transaction, office, site, opening.fields);
  whole.matter.id = std::move(opening.id);
  whole.matter.chart = chart.id;
  whole.matter.organisation = site.organisation;
  whole.matter.holder = site.organisation;
  loops::Step step{
      .move = std::move(opening.move),
      .actor = {office.actor.person, organisations::posts_for(office.pack, office.actor, chart.noun,
                                                              "open", place_of(whole))},
      .at = opening.at,
      .fields = std::move(opening.fields)};
  TRY(take_step(transaction, office, chart, whole,
                {.id = std::move(opening.move_id),
                 .sent_hash = std::move(opening.sent_hash),
                 .step = std::move(step),
                 .actor_name = office.actor.name}));
  TRY(react(transaction, office, MatterMoved{chart, whole}));
  return whole;
}

Result<MatterAnswer> open_matter(Transaction& transaction, const Office& office,
                                 std::string_view loop, const std::string& id,
                                 const OpenMatter& input) {
  TRY_LET(chart, chart_of(office.pack, loop));
  TRY_LET(ground, ground_of(transaction, office, input.organisation, id));
  TRY(organisations::may(office.pack, office.actor, chart->noun, "open",
                         {.path = ground.site.path}));
  auto sent = write(input).as_object();
  sent["loop"] = loop;
  auto sent_hash = sent_hash_of(sent);
  if (ground.sent_hash) {
    if (*ground.sent_hash != sent_hash) return id_taken();
    TRY_LET(whole, readable(transaction, office, *chart, id));
    return answered(transaction, office, *chart, whole, true);
  }
  if (ground.ended)
    return Refusal{.why = Why::refused,
                   .key = "matter.organisation_ended",
                   .detail = "the organisation is no more",
                   .field = "organisation"};
  TRY(check_kind(*chart, ground.kind));
  TRY_LET(at, happened_at_of(office, input.happened_at));
  // The opening move bears the matter's own id.
  TRY_LET(whole, open_at(transaction, office, *chart, ground.site,
                         {.id = id,
                          .move = input.move,
                          .move_id = id,
                          .sent_hash = std::move(sent_hash),
                          .at = at,
                          .fields = input.fields}));
  return answered(transaction, office, *chart, whole, false);
}

Result<MatterAnswer> read_matter(Reader& reader, const Office& office, std::string_view loop,
                                 std::string_view id) {
  TRY_LET(chart, chart_of(office.pack, loop));
  TRY_LET(whole, readable(reader, office, *chart, id));
  return answered(reader, office, *chart, whole, false);
}

Result<MatterHistory> read_history(Reader& reader, const Office& office, std::string_view loop,
                                   std::string_view id) {
  TRY_LET(chart, chart_of(office.pack, loop));
  TRY_LET(whole, readable(reader, office, *chart, id));
  return MatterHistory{.moves = {{"items", timeline_of(reader, office, whole)},
                                 {"next", nullptr},
                                 {"as_of", office.zone.format(office.now)}},
                       .organisation = whole.matter.organisation};
}

}  // namespace anxiao::usecases
