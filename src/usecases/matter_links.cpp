#include "usecases/matter_links.h"

#include <algorithm>

#include "base/ids.h"
#include "usecases/query.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

constexpr const char* kType = "matter";

bool contains(const std::vector<std::string>& list, const std::string& wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

// Another matter as it is looked up, by whoever asks.
struct Other {
  LinkedMatter shown;
  std::string district;
  organisations::Place place;
};

constexpr std::string_view kOther =
    "SELECT m.id, m.loop, m.title, m.stage, m.open, m.organisation, o.name, m.district, m.path,"
    " m.holder FROM matters m"
    " LEFT JOIN organisations o ON o.district = m.district AND o.id = m.organisation"
    " WHERE m.district = $1 AND m.id = $2 AND m.loop = $3";

Other other_from(const Row& row, std::string field) {
  return {.shown = {.field = std::move(field),
                    .id = std::string(row.text(0)),
                    .loop = std::string(row.text(1)),
                    .title = std::string(row.text(2)),
                    .stage = std::string(row.text(3)),
                    .ended = !row.flag(4),
                    .organisation = Ref{std::string(row.text(5)), row.maybe_text(6).value_or("")}},
          .district = std::string(row.text(7)),
          .place = {.path = std::string(row.text(8)), .holder = std::string(row.text(9))}};
}

std::optional<Other> other_of(Reader& reader, const pack::Field& field, const std::string& id) {
  std::optional<Other> found;
  reader.query(kOther, {std::string(district_of(id)), id, field.loop},
               [&](const Row& row) { found = other_from(row, field.id); });
  return found;
}

bool may_see(const Office& office, const Other& other) {
  const auto* chart = office.pack.chart(other.shown.loop);
  return chart && organisations::may(office.pack, office.actor, chart->noun, "read", other.place);
}

bool is_near(const WholeMatter& whole, const Other& other) {
  return whole.district == other.district || whole.path.starts_with(other.place.path) ||
         other.place.path.starts_with(whole.path);
}

}  // namespace

std::vector<std::string> settled_in(Reader& reader, const pack::Chart& chart,
                                    const json::object& fields) {
  std::vector<std::string> settled;
  for (const auto& field : chart.fields) {
    auto id = field.type == kType ? text_at(fields, field.id) : std::string();
    if (id.empty()) continue;
    const auto other = other_of(reader, field, id);
    if (other && *other->shown.ended) settled.push_back(field.id);
  }
  return settled;
}

bool waits_for_others(const pack::Chart& chart, const std::string& stage) {
  return std::ranges::any_of(chart.moves, [&](const pack::Move& move) {
    const bool from_here = stage.empty() ? move.from.empty() : contains(move.from, stage);
    return from_here && std::ranges::any_of(
                            move.guards, [](const auto& guard) { return guard.kind == "settled"; });
  });
}

Result<void> check_matter(Reader& reader, const Office& office, const WholeMatter& whole,
                          const pack::Field& field, const std::string& id) {
  const auto other = other_of(reader, field, id);
  if (other && id != whole.matter.id && is_near(whole, *other) && may_see(office, *other))
    return {};
  return Refusal{.why = Why::refused,
                 .key = "matter.unknown_matter",
                 .detail = "there is no matter of that id that the actor may name here",
                 .field = "fields." + field.id,
                 .args = {{"loop", field.loop}}};
}

void keep_links(Transaction& transaction, const pack::Chart& chart, const WholeMatter& whole,
                const pack::Move& move) {
  const auto& matter = whole.matter;
  for (const auto& field : chart.fields) {
    if (field.type != kType) continue;
    const bool given =
        std::ranges::find(move.fields, field.id, &pack::Field::id) != move.fields.end();
    if (!given && !contains(move.clears, field.id)) continue;
    const auto to = text_at(matter.fields, field.id);
    if (to.empty())
      transaction.exec(
          "DELETE FROM matter_links WHERE district = $1 AND matter = $2 AND field = $3",
          {whole.district, matter.id, field.id});
    else
      transaction.exec(
          "INSERT INTO matter_links (district, matter, loop, field, to_district, to_matter)"
          " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (district, matter, field)"
          " DO UPDATE SET to_district = excluded.to_district, to_matter = excluded.to_matter",
          {whole.district, matter.id, matter.chart, field.id, std::string(district_of(to)), to});
  }
}

std::vector<LinkedMatter> named_by(Reader& reader, const Office& office, const pack::Chart& chart,
                                   const WholeMatter& whole) {
  std::vector<LinkedMatter> out;
  for (const auto& field : chart.fields) {
    auto id = field.type == kType ? text_at(whole.matter.fields, field.id) : std::string();
    if (id.empty()) continue;
    auto other = other_of(reader, field, id);
    if (other && may_see(office, *other))
      out.push_back(std::move(other->shown));
    else
      out.push_back({.field = field.id,
                     .id = std::move(id),
                     .loop = field.loop,
                     .title = {},
                     .stage = {},
                     .ended = {},
                     .organisation = {}});
  }
  return out;
}

std::vector<LinkedMatter> naming(Reader& reader, const Office& office, const WholeMatter& whole) {
  std::vector<LinkedMatter> out;
  reader.query(
      // A cross join is taken in the order it stands in: district by district, along the index.
      "SELECT m.id, m.loop, m.title, m.stage, m.open, m.organisation, o.name, m.district, m.path,"
      " m.holder, l.field FROM districts d CROSS JOIN matter_links l CROSS JOIN matters m"
      " LEFT JOIN organisations o ON o.district = m.district AND o.id = m.organisation"
      " WHERE l.district = d.district AND l.to_matter = $1 AND m.district = l.district"
      " AND m.id = l.matter ORDER BY m.opened_at DESC, m.id DESC",
      {whole.matter.id}, [&](const Row& row) {
        if (out.size() == kNamedByMost) return;
        auto other = other_from(row, std::string(row.text(10)));
        if (may_see(office, other)) out.push_back(std::move(other.shown));
      });
  return out;
}

std::vector<std::pair<std::string, std::string>> waiting_for(Reader& reader,
                                                             const WholeMatter& whole) {
  std::vector<std::pair<std::string, std::string>> out;
  reader.query(
      "SELECT m.id, m.loop FROM matter_links l JOIN matters m ON m.district = l.district"
      " AND m.id = l.matter WHERE l.district = $1 AND l.to_matter = $2 AND m.open ORDER BY m.id",
      {whole.district, whole.matter.id},
      [&](const Row& row) { out.emplace_back(row.text(0), row.text(1)); });
  return out;
}

}  // namespace anxiao::usecases
