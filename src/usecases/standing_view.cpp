// What is asked of the standings, as people read it.

#include <algorithm>

#include "base/ids.h"
#include "base/json_map.h"
#include "pack/asking.h"
#include "pack/wording.h"
#include "usecases/ledgers.h"
#include "usecases/matter_rows.h"
#include "usecases/organisations.h"
#include "usecases/query.h"
#include "usecases/standing_matters.h"
#include "usecases/standings.h"
#include "usecases/words.h"

namespace anxiao::usecases {

namespace json = boost::json;
using standing::Matrix;
using standing::State;

namespace {

constexpr const char* kNoun = "standing";
constexpr std::size_t kRowsExplained = 200;

Result<OrganisationPlace> node_of(Reader& reader, const Office& office, const std::string& id) {
  auto place = place_of(reader, id, office.now);
  if (!place) return not_found("organisations");
  TRY(organisations::may(office.pack, office.actor, kNoun, "read", place->place()));
  return std::move(*place);
}

json::object ref_json(const std::string& id, const std::string& name) {
  return {{"id", id}, {"name", name}};
}

json::object counts_json(const standing::Counts& counts) {
  json::object out;
  for (std::size_t state = 0; state < standing::kStates; ++state)
    out[standing::word_of(static_cast<State>(state))] = counts[state];
  return out;
}

std::string name_of_organisation(Reader& reader, const std::string& id) {
  std::string name;
  reader.query("SELECT name FROM organisations WHERE district = $1 AND id = $2",
               {std::string(district_of(id)), id}, [&](const Row& row) { name = row.text(0); });
  return name;
}

// What would mend a check that is not kept.
json::object mend_json(const pack::Check& check) {
  switch (check.kind) {
    case pack::CheckKind::duty:
      return {{"kind", "duty"}, {"duty", check.duty}};
    case pack::CheckKind::deadline:
      return {{"kind", "matters"}, {"loop", check.loop}};
    case pack::CheckKind::attested:
      return {{"kind", "attest"}, {"ledger", check.ledger}};
    default:
      break;
  }
  if (!check.post.empty()) return {{"kind", "post"}, {"post", check.post}};
  return {{"kind", "row"}, {"ledger", check.ledger}};
}

json::object check_json(const Office& office, const pack::Check& check,
                        const standing::Cell& cell) {
  return {{"kind", pack::word_of(check.kind)},
          {"state", standing::word_of(cell.state)},
          {"value", static_cast<double>(cell.value)},
          {"wanted", static_cast<double>(cell.wanted)},
          {"changes_at", cell.changes_at == standing::kNever
                             ? json::value(nullptr)
                             : json::value(office.zone.format({cell.changes_at}))},
          {"period", check.period},
          {"mend", mend_json(check)}};
}

json::array checks_json(const Office& office, const Matrix& matrix, const std::string& id,
                        std::uint16_t requirement) {
  json::array out;
  const auto& plan = matrix.plan();
  for (const auto check : plan.requirements()[requirement].checks) {
    const auto* cell = matrix.cell(id, check);
    if (cell && cell->state != State::not_applicable)
      out.push_back(check_json(office, *plan.checks()[check].check, *cell));
  }
  return out;
}

// Who answers for the requirement at the organisation.
json::object answers_json(Reader& reader, const Office& office,
                          const pack::Requirement& requirement, const std::string& kind,
                          const std::string& organisation) {
  const auto post = pack::answers_at(office.pack, requirement, kind);
  json::array people;
  reader.query(
      "SELECT DISTINCT p.id, p.name FROM postings t JOIN people p"
      " ON p.district = t.person_district AND p.id = t.person"
      " WHERE t.district = $1 AND t.organisation = $2 AND t.post = $3"
      " AND (t.until IS NULL OR t.until > $4) AND p.active = TRUE ORDER BY p.name, p.id",
      {std::string(district_of(organisation)), organisation, post, office.now.ms},
      [&](const Row& row) {
        people.push_back(ref_json(std::string(row.text(0)), std::string(row.text(1))));
      });
  return {{"post", post}, {"people", std::move(people)}};
}

Result<std::uint16_t> requirement_of(const Matrix& matrix, const std::string& id) {
  const auto place = matrix.plan().requirement(id);
  if (place == standing::kNone)
    return Refusal{.why = Why::not_found,
                   .key = "standing.unknown_requirement",
                   .detail = "no requirement of this id is decided",
                   .field = "requirement",
                   .args = {{"requirement", id}}};
  return place;
}

Result<std::vector<State>> states_of(const std::string& word) {
  if (word.empty())
    return std::vector<State>{State::missing, State::late, State::due_soon, State::kept};
  for (std::size_t state = 0; state < standing::kStates; ++state)
    if (word == standing::word_of(static_cast<State>(state)))
      return std::vector<State>{static_cast<State>(state)};
  return Refusal{.why = Why::malformed,
                 .key = "standing.unknown_state",
                 .detail = "no state is called so",
                 .field = "state",
                 .args = {{"state", word}}};
}

json::object rows_json(Reader& reader, const Matrix& matrix, const standing::CheckPlan& plan,
                       const std::string& organisation) {
  json::array rows;
  const auto& ledger = matrix.plan().ledgers()[plan.ledger];
  std::int64_t counted = 0, all = 0;
  reader.query(
      "SELECT id, title, fields FROM ledger_rows WHERE district = $1 AND ledger = $2"
      " AND organisation = $3 AND until IS NULL ORDER BY title, id",
      {std::string(district_of(organisation)), ledger.id, organisation}, [&](const Row& row) {
        const auto fields = object_of(row.text(2));
        const auto slots = matrix.plan().slots_of(plan.ledger, fields);
        const bool counts = standing::counts(plan, slots.data());
        ++all;
        counted += counts ? 1 : 0;
        if (rows.size() >= kRowsExplained) return;
        const auto value = [&](const std::string& field) {
          const auto* held = field.empty() ? nullptr : fields.if_contains(field);
          return held ? *held : json::value(nullptr);
        };
        rows.push_back({{"id", row.text(0)},
                        {"title", row.text(1)},
                        {"counts", counts},
                        {"day", value(plan.check->on.empty() ? plan.check->field : plan.check->on)},
                        {"value", value(plan.check->topics.empty() ? plan.check->field
                                                                   : plan.check->topics)}});
      });
  return {{"ledger", ledger.id}, {"all", all}, {"counted", counted}, {"rows", std::move(rows)}};
}

json::object duty_json(const Office& office, const Matrix& matrix, const standing::CheckPlan& plan,
                       const std::string& organisation) {
  const auto& facts = matrix.subject(organisation)->duties[plan.duty];
  const auto when = [&](std::int64_t at) {
    return at == 0 ? json::value(nullptr) : json::value(office.zone.format({at}));
  };
  return {{"duty", plan.check->duty},
          {"done_at", when(facts.done_at)},
          {"missed_at", when(facts.missed_at)}};
}

// How many are late, of whom and since when is for whoever reads the standing; what they are about
// is for whoever may read them.
json::object matters_json(Reader& reader, const Office& office, const standing::CheckPlan& plan,
                          const OrganisationPlace& place) {
  struct Late {
    std::string id, title, organisation;
    Instant due;
    organisations::Place place;
  };
  std::vector<Late> late;
  std::int64_t all = 0;
  const auto* chart = office.pack.chart(plan.check->loop);
  auto query =
      matters_counting_at(place.district, place.id, place.path, plan.check->loop, office.now);
  query.add(" ORDER BY 2, 1");
  query.run(reader, [&](const Row& row) {
    if (all++ >= static_cast<std::int64_t>(kRowsExplained)) return;
    late.push_back(
        {.id = std::string(row.text(0)),
         .title = std::string(row.text(2)),
         .organisation = std::string(row.text(3)),
         .due = {row.integer(1)},
         .place = {.path = std::string(row.text(4)), .holder = std::string(row.text(5))}});
  });
  json::array items;
  for (const auto& each : late) {
    const bool shown =
        chart && organisations::may(office.pack, office.actor, chart->noun, "read", each.place);
    items.push_back({{"id", shown ? json::value(each.id) : json::value(nullptr)},
                     {"title", shown ? json::value(each.title) : json::value(nullptr)},
                     {"organisation",
                      ref_json(each.organisation, name_of_organisation(reader, each.organisation))},
                     {"due_at", office.zone.format(each.due)}});
  }
  return {{"loop", plan.check->loop}, {"all", all}, {"late", std::move(items)}};
}

}  // namespace

Result<json::object> read_standing(Reader& reader, const Office& office, Standings& standings,
                                   const std::string& organisation) {
  TRY_LET(place, node_of(reader, office, organisation));
  json::array items;
  standings.with(reader, office.now, [&](const Matrix& matrix) {
    const auto counts = matrix.counts(place.id);
    const auto& requirements = matrix.plan().requirements();
    for (std::uint16_t at = 0; at < requirements.size(); ++at)
      items.push_back({{"requirement", requirements[at].requirement->id},
                       {"clause", requirements[at].clause},
                       {"counts", counts_json(counts.empty() ? standing::Counts{} : counts[at])},
                       {"own", standing::word_of(matrix.state_of(place.id, at))}});
  });
  return json::object{{"organisation", ref_json(place.id, place.name)},
                      {"kind", place.kind},
                      {"items", std::move(items)},
                      {"as_of", office.zone.format(office.now)}};
}

Result<json::object> standing_of_children(Reader& reader, const Office& office,
                                          Standings& standings, const std::string& organisation,
                                          std::string_view requirement, std::string_view clause) {
  TRY_LET(place, node_of(reader, office, organisation));
  struct Child {
    std::string id, name;
  };
  std::vector<Child> children;
  // A district's own partition is its own: its parent is in the city's.
  reader.query(
      "SELECT o.id, o.name FROM districts d JOIN organisations o ON o.district = d.district"
      " WHERE o.parent = $1 AND o.until IS NULL ORDER BY o.path",
      {place.id}, [&](const Row& row) {
        children.push_back({std::string(row.text(0)), std::string(row.text(1))});
      });
  json::array items;
  const auto wanted = [&](const standing::RequirementPlan& each) {
    if (!requirement.empty()) return each.requirement->id == requirement;
    return clause.empty() || std::to_string(each.clause) == clause;
  };
  standings.with(reader, office.now, [&](const Matrix& matrix) {
    const auto& requirements = matrix.plan().requirements();
    for (const auto& child : children) {
      const auto counts = matrix.counts(child.id);
      if (counts.empty()) continue;
      standing::Counts sum{};
      for (std::size_t at = 0; at < requirements.size(); ++at)
        if (wanted(requirements[at]))
          for (std::size_t state = 0; state < standing::kStates; ++state)
            sum[state] += counts[at][state];
      items.push_back(
          {{"organisation", ref_json(child.id, child.name)}, {"counts", counts_json(sum)}});
    }
  });
  return json::object{{"organisation", ref_json(place.id, place.name)},
                      {"items", std::move(items)},
                      {"as_of", office.zone.format(office.now)}};
}

Result<json::object> list_standing(Reader& reader, const Office& office, Standings& standings,
                                   const std::string& organisation, const std::string& requirement,
                                   const StandingFilter& filter) {
  TRY_LET(place, node_of(reader, office, organisation));
  TRY_LET(states, states_of(filter.state));
  struct Line {
    std::string id;
    std::string kind;
    State state;
    json::array checks;
  };
  std::vector<Line> lines;
  std::int64_t all = 0;
  std::optional<std::string> next;
  const pack::Requirement* described = nullptr;
  // The cursor is the place in the list: it is in the order of the tree, the worst first.
  std::size_t from = 0;
  if (filter.paging.after)
    from = static_cast<std::size_t>((*filter.paging.after)[0].to_number<std::int64_t>());
  TRY(standings.with(reader, office.now, [&](const Matrix& matrix) -> Result<void> {
    TRY_LET(at, requirement_of(matrix, requirement));
    described = matrix.plan().requirements()[at].requirement;
    std::size_t number = 0;
    for (const auto state : states)
      for (auto& id : matrix.in_state(place.id, at, state)) {
        ++all;
        if (number++ < from || lines.size() == filter.paging.limit) continue;
        auto checks = checks_json(office, matrix, id, at);
        auto kind = matrix.subject(id)->kind;
        lines.push_back({std::move(id), std::move(kind), state, std::move(checks)});
      }
    if (from + lines.size() < number)
      next = cursor_of({static_cast<std::int64_t>(from + lines.size())});
    return {};
  }));
  json::array items;
  for (auto& line : lines)
    items.push_back({{"organisation", ref_json(line.id, name_of_organisation(reader, line.id))},
                     {"state", standing::word_of(line.state)},
                     {"checks", std::move(line.checks)},
                     {"answers", answers_json(reader, office, *described, line.kind, line.id)}});
  return json::object{{"items", std::move(items)},
                      {"all", all},
                      {"next", next ? json::value(*next) : json::value(nullptr)},
                      {"as_of", office.zone.format(office.now)}};
}

Result<json::object> explain_standing(Reader& reader, const Office& office, Standings& standings,
                                      const std::string& organisation,
                                      const std::string& requirement) {
  TRY_LET(place, node_of(reader, office, organisation));
  return standings.with(reader, office.now, [&](const Matrix& matrix) -> Result<json::object> {
    TRY_LET(at, requirement_of(matrix, requirement));
    const auto& plan = matrix.plan();
    json::array checks;
    for (const auto check : plan.requirements()[at].checks) {
      const auto* cell = matrix.cell(place.id, check);
      if (!cell) continue;
      const auto& each = plan.checks()[check];
      auto out = check_json(office, *each.check, *cell);
      if (each.ledger != standing::kNone) out["rows"] = rows_json(reader, matrix, each, place.id);
      if (each.duty != standing::kNone) out["duty"] = duty_json(office, matrix, each, place.id);
      if (each.loop != standing::kNone) out["matters"] = matters_json(reader, office, each, place);
      checks.push_back(std::move(out));
    }
    const auto& described = *plan.requirements()[at].requirement;
    return json::object{{"organisation", ref_json(place.id, place.name)},
                        {"requirement", described.id},
                        {"state", standing::word_of(matrix.state_of(place.id, at))},
                        {"checks", std::move(checks)},
                        {"answers", answers_json(reader, office, described, place.kind, place.id)},
                        {"as_of", office.zone.format(office.now)}};
  });
}

}  // namespace anxiao::usecases
