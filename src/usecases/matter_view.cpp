#include "usecases/matter_view.h"

#include <algorithm>

#include "base/ids.h"
#include "base/json_map.h"
#include "domain/loops/course.h"
#include "usecases/matter_links.h"
#include "usecases/moves.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

json::value when(const Office& office, const std::optional<Instant>& at) {
  return at ? json::value(office.zone.format(*at)) : json::value(nullptr);
}

json::array listed(const std::vector<std::string>& texts) {
  json::array out;
  out.reserve(texts.size());
  for (const auto& text : texts) out.emplace_back(text);
  return out;
}

json::array refs(const std::vector<Ref>& people) {
  json::array out;
  out.reserve(people.size());
  for (const auto& person : people) out.push_back(json_of(person));
  return out;
}

// The names of those who held the matter, each looked up once.
class Holders {
 public:
  Holders(Reader& reader, const WholeMatter& whole) : reader_(reader) {
    names_.push_back({whole.matter.organisation, whole.organisation_name});
    if (whole.matter.holder != whole.matter.organisation)
      names_.push_back({whole.matter.holder, whole.holder_name});
  }
  json::object ref(const std::string& id) {
    auto found = std::ranges::find(names_, id, &Ref::id);
    if (found != names_.end()) return json_of(*found);
    names_.push_back({id, organisation_name(reader_, id)});
    return json_of(names_.back());
  }

 private:
  Reader& reader_;
  std::vector<Ref> names_;
};

json::object actor_json(const MoveMade& made) {
  return {{"id", made.actor}, {"name", made.actor_name}, {"post", made.actor_post}};
}

json::array timeline_with(Holders& holders, const Office& office, const WholeMatter& whole) {
  json::array out;
  out.reserve(whole.moves.size());
  for (const auto& made : whole.moves)
    out.push_back({{"number", made.number},
                   {"id", made.id},
                   {"move", made.move},
                   {"from", made.from},
                   {"to", made.to},
                   {"passed", listed(made.passed)},
                   {"actor", actor_json(made)},
                   {"holder", holders.ref(made.holder)},
                   {"happened_at", office.zone.format(made.happened_at)},
                   {"known_at", office.zone.format(made.known_at)},
                   {"late", made.late},
                   {"level", made.level},
                   {"fields", made.fields}});
  return out;
}

loops::Course course_of(const Office& office, const pack::Chart& chart, const WholeMatter& whole) {
  std::vector<loops::CourseMove> moves;
  moves.reserve(whole.moves.size());
  for (const auto& made : whole.moves)
    moves.push_back({.move = made.move,
                     .from = made.from,
                     .to = made.to,
                     .passed = made.passed,
                     .actor = made.actor,
                     .holder = made.holder,
                     .happened_at = made.happened_at,
                     .known_at = made.known_at,
                     .level = made.level,
                     .due = made.due_at});
  return loops::course_of(chart, moves, office.now);
}

// Who completed a stage; null where nobody has yet.
json::value completer(const WholeMatter& whole, const loops::CourseStage& stage) {
  if (stage.move.empty()) return nullptr;
  for (auto made = whole.moves.rbegin(); made != whole.moves.rend(); ++made)
    if (made->move == stage.move && made->actor == stage.by) return actor_json(*made);
  return nullptr;
}

json::array stages_json(const Office& office, const WholeMatter& whole,
                        const loops::Course& course) {
  json::array out;
  out.reserve(course.stages.size());
  for (const auto& stage : course.stages)
    out.push_back(
        {{"stage", stage.stage},
         {"state", boost::describe::enum_to_string(stage.state, "")},
         {"entered_at", when(office, stage.entered)},
         {"left_at", when(office, stage.left)},
         {"by", completer(whole, stage)},
         {"term_hours", stage.term_hours ? json::value(*stage.term_hours) : json::value(nullptr)},
         {"due_at", when(office, stage.due)},
         {"took_ms", stage.took_ms ? json::value(*stage.took_ms) : json::value(nullptr)},
         {"late", stage.late}});
  return out;
}

json::array holdings_json(Holders& holders, const Office& office, const loops::Course& course) {
  json::array out;
  for (const auto& holding : course.holdings)
    out.push_back({{"organisation", holders.ref(holding.holder)},
                   {"from", office.zone.format(holding.from)},
                   {"until", when(office, holding.until)},
                   {"held_ms", holding.held_ms}});
  return out;
}

json::array lapses_json(const Office& office, const WholeMatter& whole) {
  json::array out;
  for (const auto& lapse : whole.lapses)
    out.push_back({{"number", lapse.number},
                   {"stage", lapse.stage},
                   {"lapsed_at", office.zone.format(lapse.lapsed_at)},
                   {"known_at", office.zone.format(lapse.known_at)},
                   {"post", lapse.post},
                   {"organisation", json_of(lapse.organisation)},
                   {"people", refs(lapse.people)}});
  return out;
}

json::value refusal_json(const std::optional<Refusal>& refusal) {
  if (!refusal) return nullptr;
  return json::object{{"key", refusal->key},
                      {"clause", refusal->clause},
                      {"wants", listed(refusal->wants)},
                      {"args", refusal->args},
                      {"detail", refusal->detail}};
}

// What the reader may do next: the moves of his posts, with what they still want.
json::array offers_json(Reader& reader, const Office& office, const pack::Chart& chart,
                        const WholeMatter& whole) {
  json::array out;
  if (!whole.open) return out;
  loops::Step step{
      .move = {},
      .actor = {office.actor.person, organisations::posts_for(office.pack, office.actor, chart.noun,
                                                              "move", place_of(whole))},
      .at = office.now,
      .fields = {}};
  step.zone = &office.zone;
  if (step.actor.posts.empty()) return out;
  if (tells_from(chart, whole.matter.stage))
    step.filled_posts = filled(posts_along(reader, whole.path, office.now));
  if (waits_for_others(chart, whole.matter.stage))
    step.settled = settled_in(reader, chart, whole.matter.fields);
  for (const auto& offer : loops::offers(chart, whole.matter, step)) {
    json::array fields;
    for (const auto& field : offer.move->fields) fields.push_back(json_of(field));
    out.push_back({{"id", offer.move->id},
                   {"name", json_of(offer.move->name)},
                   {"forward", offer.move->forward},
                   {"fields", std::move(fields)},
                   {"allowed", !offer.refusal},
                   {"refusal", refusal_json(offer.refusal)}});
  }
  return out;
}

// Everybody whose id stands in the matter, by name.
json::object people_json(Reader& reader, const pack::Chart& chart, const WholeMatter& whole) {
  json::object people;
  if (whole.answerable) people[whole.answerable->id] = whole.answerable->name;
  for (const auto& made : whole.moves)
    if (!made.actor.empty()) people[made.actor] = made.actor_name;
  auto add = [&](const json::object& fields) {
    for (const auto& field : fields) {
      const auto* known = chart.field(std::string(field.key()));
      if (!known || known->type != "person" || !field.value().is_string()) continue;
      std::string id(field.value().get_string());
      if (!people.contains(id)) people[id] = person_name(reader, id);
    }
  };
  add(whole.matter.fields);
  for (const auto& made : whole.moves) add(made.fields);
  return people;
}

// Who was told of the level, last.
json::array told_json(const WholeMatter& whole) {
  for (auto made = whole.moves.rbegin(); made != whole.moves.rend(); ++made)
    if (const auto* told = made->fields.if_contains("told"); told && told->is_array())
      return told->get_array();
  return {};
}

std::string first_photo(const json::object& fields) {
  const auto* photos = fields.if_contains(kPhotosBefore);
  if (!photos || !photos->is_array() || photos->get_array().empty()) return {};
  const auto& first = photos->get_array().front();
  return first.is_string() ? std::string(first.get_string()) : std::string();
}

}  // namespace

bool is_late(const MatterLine& line, Instant now) {
  return line.open && line.due_at && *line.due_at < now;
}

MatterLine line_of(const WholeMatter& whole) {
  const auto& matter = whole.matter;
  return {.id = matter.id,
          .loop = matter.chart,
          .title = whole.title,
          .organisation = {matter.organisation, whole.organisation_name},
          .district = whole.district,
          .category = whole.category,
          .level = matter.level,
          .assessed = matter.assessed,
          .stage = matter.stage,
          .opened_at = matter.opened,
          .entered_at = matter.entered,
          .due_at = matter.due,
          .open = whole.open,
          .closed_at = whole.closed_at,
          .holder = {matter.holder, whole.holder_name},
          .answerable = whole.answerable,
          .lapses = matter.lapses,
          .photo = first_photo(matter.fields),
          .version = whole.version};
}

json::object json_of(const Ref& ref) { return {{"id", ref.id}, {"name", ref.name}}; }

json::object json_of(const pack::Words& words) { return {{"zh", words.zh}, {"en", words.en}}; }

MatterSummary summary_of(const MatterLine& line, const Office& office) {
  auto ref = [](const Ref& whose) { return RefView{whose.id, whose.name}; };
  auto at = [&](const std::optional<Instant>& instant) {
    return instant ? std::optional(office.zone.format(*instant)) : std::nullopt;
  };
  return {.id = line.id,
          .loop = line.loop,
          .title = line.title,
          .organisation = ref(line.organisation),
          .district = line.district,
          .category = line.category,
          .level = line.level,
          .assessed = line.assessed,
          .stage = line.stage,
          .opened_at = office.zone.format(line.opened_at),
          .entered_at = office.zone.format(line.entered_at),
          .due_at = at(line.due_at),
          .late = is_late(line, office.now),
          .closed_at = at(line.closed_at),
          .holder = ref(line.holder),
          .answerable = line.answerable ? std::optional(ref(*line.answerable)) : std::nullopt,
          .lapses = line.lapses,
          .photo = line.photo.empty() ? std::nullopt : std::optional<std::string_view>(line.photo),
          .version = line.version};
}

json::object json_of(const MatterLine& line, const Office& office) {
  return write(summary_of(line, office)).as_object();
}

json::object json_of(const pack::Field& field) {
  json::array choices;
  for (const auto& [id, name] : field.choices)
    choices.push_back({{"id", id}, {"name", json_of(name)}});
  return {{"id", field.id},
          {"name", json_of(field.name)},
          {"hint", json_of(field.hint)},
          {"type", field.type},
          {"required", field.required},
          {"personal", field.personal},
          {"kinds", listed(field.kinds)},
          {"loop", field.loop},
          {"choices", std::move(choices)},
          {"least", field.least ? json::value(*field.least) : json::value(nullptr)},
          {"most", field.most ? json::value(*field.most) : json::value(nullptr)},
          {"why", json_of(field.why)}};
}

json::array timeline_of(Reader& reader, const Office& office, const WholeMatter& whole) {
  Holders holders(reader, whole);
  return timeline_with(holders, office, whole);
}

json::object view_of(Reader& reader, const Office& office, const pack::Chart& chart,
                     const WholeMatter& whole) {
  Holders holders(reader, whole);
  auto course = course_of(office, chart, whole);
  auto view = json_of(line_of(whole), office);
  view["fields"] = whole.matter.fields;
  view["people"] = people_json(reader, chart, whole);
  view["stages"] = stages_json(office, whole, course);
  view["moves"] = offers_json(reader, office, chart, whole);
  view["timeline"] = timeline_with(holders, office, whole);
  view["holdings"] = holdings_json(holders, office, course);
  view["lapses"] = lapses_json(office, whole);
  view["told"] = told_json(whole);
  view["links"] = write(named_by(reader, office, chart, whole));
  view["linked_from"] = write(naming(reader, office, whole));
  view["forgotten_at"] = when(office, whole.forgotten_at);
  view["as_of"] = office.zone.format(office.now);
  return view;
}

}  // namespace anxiao::usecases
