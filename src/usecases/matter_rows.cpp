#include "usecases/matter_rows.h"

#include <algorithm>

#include "base/ids.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

std::optional<Instant> instant_at(const Row& row, int column) {
  auto ms = row.maybe_integer(column);
  return ms ? std::optional(Instant{*ms}) : std::nullopt;
}

constexpr std::string_view kMatter =
    "SELECT m.organisation, m.path, m.holder, m.title, m.category, m.stage, m.level, m.assessed,"
    " m.open, m.answerable, m.opened_at, m.entered_at, m.due_at, m.lapse_at, m.lapses,"
    " m.closed_at, m.fields, m.version, m.sent_hash, o.name, h.name, a.name,"
    " m.forgotten_at"
    " FROM matters m"
    " LEFT JOIN organisations o ON o.district = m.district AND o.id = m.organisation"
    " LEFT JOIN organisations h ON h.district = substr(m.holder, 1, 6) AND h.id = m.holder"
    " LEFT JOIN people a ON a.district = substr(m.answerable, 1, 6) AND a.id = m.answerable"
    " WHERE m.district = $1 AND m.id = $2 AND m.loop = $3";

void read_row(const Row& row, WholeMatter& whole) {
  auto& matter = whole.matter;
  matter.organisation = row.text(0);
  whole.path = row.text(1);
  matter.holder = row.text(2);
  whole.title = row.text(3);
  whole.category = row.text(4);
  matter.stage = row.text(5);
  matter.level = row.text(6);
  matter.assessed = row.flag(7);
  whole.open = row.flag(8);
  if (auto person = row.text(9); !person.empty())
    whole.answerable = Ref{std::string(person), row.maybe_text(21).value_or("")};
  matter.opened = {row.integer(10)};
  matter.entered = {row.integer(11)};
  matter.due = instant_at(row, 12);
  whole.lapse_at = instant_at(row, 13);
  matter.lapses = static_cast<int>(row.integer(14));
  whole.closed_at = instant_at(row, 15);
  matter.fields = object_of(row.text(16));
  whole.version = row.integer(17);
  whole.sent_hash = row.text(18);
  whole.organisation_name = row.maybe_text(19).value_or("");
  whole.holder_name = row.maybe_text(20).value_or("");
  whole.forgotten_at = instant_at(row, 22);
}

void read_moves(Reader& reader, WholeMatter& whole) {
  reader.query(
      "SELECT number, id, move, from_stage, to_stage, passed, actor, actor_name, actor_post, "
      "holder,"
      " level, happened_at, known_at, due_at, late, fields, sent_hash FROM moves"
      " WHERE district = $1 AND matter = $2 ORDER BY number",
      {whole.district, whole.matter.id}, [&](const Row& row) {
        MoveMade made{.number = row.integer(0),
                      .id = std::string(row.text(1)),
                      .move = std::string(row.text(2)),
                      .from = std::string(row.text(3)),
                      .to = std::string(row.text(4)),
                      .passed = texts_of(row.text(5)),
                      .actor = std::string(row.text(6)),
                      .actor_name = std::string(row.text(7)),
                      .actor_post = std::string(row.text(8)),
                      .holder = std::string(row.text(9)),
                      .level = std::string(row.text(10)),
                      .happened_at = {row.integer(11)},
                      .known_at = {row.integer(12)},
                      .due_at = instant_at(row, 13),
                      .late = row.flag(14),
                      .fields = object_of(row.text(15)),
                      .sent_hash = std::string(row.text(16))};
        whole.matter.made.push_back({.move = made.move,
                                     .actor = made.actor,
                                     .from = made.from,
                                     .to = made.to,
                                     .at = made.happened_at});
        whole.moves.push_back(std::move(made));
      });
}

void read_lapses(Reader& reader, WholeMatter& whole) {
  reader.query(
      "SELECT l.stage_move, l.number, l.stage, l.lapsed_at, l.known_at, l.post, l.organisation,"
      " o.name, l.people FROM lapses l"
      " LEFT JOIN organisations o ON o.district = substr(l.organisation, 1, 6)"
      " AND o.id = l.organisation"
      " WHERE l.district = $1 AND l.matter = $2 ORDER BY l.stage_move, l.number",
      {whole.district, whole.matter.id}, [&](const Row& row) {
        Lapse lapse{.stage_move = row.integer(0),
                    .number = row.integer(1),
                    .stage = std::string(row.text(2)),
                    .lapsed_at = {row.integer(3)},
                    .known_at = {row.integer(4)},
                    .post = std::string(row.text(5)),
                    .organisation = {std::string(row.text(6)), row.maybe_text(7).value_or("")},
                    .people = {}};
        const auto parsed = json::parse(row.text(8));  // outlives the loop
        for (const auto& person : parsed.as_array())
          lapse.people.push_back({std::string(person.at("id").as_string()),
                                  std::string(person.at("name").as_string())});
        whole.lapses.push_back(std::move(lapse));
      });
}

std::string name_of(Reader& reader, std::string_view sql, std::string_view id) {
  std::string name;
  if (auto district = district_of(id); !district.empty())
    reader.query(sql, {std::string(district), std::string(id)},
                 [&](const Row& row) { name = row.text(0); });
  return name;
}

}  // namespace

organisations::Place place_of(const WholeMatter& whole) {
  return {.path = whole.path, .holder = whole.matter.holder};
}

Result<const pack::Chart*> chart_of(const pack::Pack& pack, std::string_view loop) {
  const auto* chart = pack.chart(std::string(loop));
  if (!chart) return not_found("loops");
  return chart;
}

Result<WholeMatter> find_matter(Reader& reader, std::string_view loop, std::string_view id) {
  WholeMatter whole;
  whole.district = district_of(id);
  whole.matter.id = id;
  whole.matter.chart = loop;
  bool found = false;
  if (!whole.district.empty())
    reader.query(kMatter, {whole.district, whole.matter.id, whole.matter.chart},
                 [&](const Row& row) {
                   read_row(row, whole);
                   found = true;
                 });
  if (!found) return not_found("matters");
  read_moves(reader, whole);
  read_lapses(reader, whole);
  return whole;
}

std::vector<std::string> ids_of(std::string_view path) {
  std::vector<std::string> ids;
  std::size_t from = 1;
  while (from < path.size()) {
    auto slash = path.find('/', from);
    if (slash == std::string_view::npos) break;
    ids.emplace_back(path.substr(from, slash - from));
    from = slash + 1;
  }
  return ids;
}

std::vector<PostHeld> posts_along(Reader& reader, std::string_view path, Instant now) {
  std::vector<PostHeld> held;
  auto ids = ids_of(path);
  for (auto id = ids.rbegin(); id != ids.rend(); ++id)
    reader.query(
        "SELECT h.post, p.id, p.name, o.id, o.name FROM postings h"
        " JOIN people p ON p.district = h.person_district AND p.id = h.person"
        " JOIN organisations o ON o.district = h.district AND o.id = h.organisation"
        " WHERE h.district = $1 AND h.organisation = $2 AND (h.until IS NULL OR h.until > $3)"
        " AND p.active ORDER BY h.post, h.since, h.id",
        {std::string(district_of(*id)), *id, now.ms}, [&](const Row& row) {
          held.push_back({.post = std::string(row.text(0)),
                          .person = {std::string(row.text(1)), std::string(row.text(2))},
                          .organisation = {std::string(row.text(3)), std::string(row.text(4))}});
        });
  return held;
}

std::vector<std::string> filled(const std::vector<PostHeld>& held) {
  std::vector<std::string> posts;
  for (const auto& each : held)
    if (std::ranges::find(posts, each.post) == posts.end()) posts.push_back(each.post);
  return posts;
}

std::vector<Ref> people_of(const std::vector<PostHeld>& held, std::string_view post) {
  std::vector<Ref> people;
  for (const auto& each : held)
    if (each.post == post && std::ranges::find(people, each.person.id, &Ref::id) == people.end())
      people.push_back(each.person);
  return people;
}

std::string organisation_name(Reader& reader, std::string_view id) {
  return name_of(reader, "SELECT name FROM organisations WHERE district = $1 AND id = $2", id);
}

std::string person_name(Reader& reader, std::string_view id) {
  return name_of(reader, "SELECT name FROM people WHERE district = $1 AND id = $2", id);
}

json::object object_of(std::string_view text) { return json::parse(text).as_object(); }

std::vector<std::string> texts_of(std::string_view array_text) {
  std::vector<std::string> out;
  const auto parsed = json::parse(array_text);  // outlives the loop
  for (const auto& each : parsed.as_array()) out.emplace_back(each.as_string());
  return out;
}

std::string text_at(const json::object& fields, std::string_view key) {
  const auto* found = fields.if_contains(key);
  return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

json::object without_personal(const pack::Chart& chart, json::object fields) {
  for (const auto& field : chart.fields)
    if (field.personal) fields.erase(field.id);
  return fields;
}

json::array personal_in(const pack::Chart& chart, const json::object& fields) {
  json::array names;
  for (const auto& field : chart.fields)
    if (field.personal && fields.contains(field.id)) names.emplace_back(field.id);
  return names;
}

bool is_confidential(const pack::Chart& chart) { return chart.noun != pack::Chart{}.noun; }

}  // namespace anxiao::usecases
