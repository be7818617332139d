#include "usecases/moves.h"

#include <algorithm>

#include "base/ids.h"
#include "base/json_map.h"
#include "usecases/matter_links.h"
#include "usecases/matter_view.h"
#include "usecases/move_fields.h"
#include "usecases/reactions.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

// Fields that the matter's own columns follow.
constexpr std::string_view kTitle = "title";
constexpr std::string_view kCategory = "category";
constexpr std::string_view kPersonAnswerable = "person_answerable";
// What a move keeps beside what was given with it: who was told.
constexpr std::string_view kTold = "told";

bool contains(const std::vector<std::string>& list, const std::string& wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

// How the matter stood before a step, for the journal and for the sums that follow it.
struct Before {
  std::string stage;
  std::string level;
  std::string holder;
  std::optional<Instant> due;
  bool open = false;
};

Before before_of(const WholeMatter& whole) {
  return {.stage = whole.matter.stage,
          .level = whole.matter.level,
          .holder = whole.matter.holder,
          .due = whole.matter.due,
          .open = !whole.matter.stage.empty() && whole.open};
}

json::value when(const Office& office, const std::optional<Instant>& at) {
  return at ? json::value(office.zone.format(*at)) : json::value(nullptr);
}

Value milliseconds(const std::optional<Instant>& at) {
  return at ? Value(at->ms) : Value(std::monostate{});
}

json::array listed(const std::vector<std::string>& texts) {
  json::array out;
  out.reserve(texts.size());
  for (const auto& text : texts) out.emplace_back(text);
  return out;
}

// --- rows ---

void write_matter(Transaction& transaction, const WholeMatter& whole) {
  const auto& matter = whole.matter;
  std::string answerable = whole.answerable ? whole.answerable->id : std::string();
  std::string fields = json::serialize(matter.fields);
  if (whole.version == 1) {
    transaction.exec(
        "INSERT INTO matters (district, id, loop, organisation, path, holder, title, category,"
        " stage, level, assessed, open, answerable, opened_at, entered_at, due_at, lapse_at,"
        " lapses, closed_at, fields, sent_hash, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
        " $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
        {whole.district,
         matter.id,
         matter.chart,
         matter.organisation,
         whole.path,
         matter.holder,
         whole.title,
         whole.category,
         matter.stage,
         matter.level,
         matter.assessed,
         whole.open,
         answerable,
         matter.opened.ms,
         matter.entered.ms,
         milliseconds(matter.due),
         milliseconds(whole.lapse_at),
         std::int64_t{matter.lapses},
         milliseconds(whole.closed_at),
         fields,
         whole.sent_hash,
         whole.version});
    return;
  }
  auto changed = transaction.exec(
      "UPDATE matters SET holder = $1, title = $2, category = $3, stage = $4, level = $5,"
      " assessed = $6, open = $7, answerable = $8, entered_at = $9, due_at = $10, lapse_at = $11,"
      " lapses = $12, closed_at = $13, fields = $14, version = $15"
      " WHERE district = $16 AND id = $17 AND version = $18",
      {matter.holder, whole.title, whole.category, matter.stage, matter.level, matter.assessed,
       whole.open, answerable, matter.entered.ms, milliseconds(matter.due),
       milliseconds(whole.lapse_at), std::int64_t{matter.lapses}, milliseconds(whole.closed_at),
       fields, whole.version, whole.district, matter.id, whole.version - 1});
  expect(changed == 1, "a matter is changed from the version that was read");
}

void write_move(Transaction& transaction, const WholeMatter& whole, const MoveMade& made) {
  transaction.exec(
      "INSERT INTO moves (district, matter, number, id, move, from_stage, to_stage, passed, actor,"
      " actor_name, actor_post, holder, level, happened_at, known_at, due_at, late, fields,"
      " sent_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,"
      " $17, $18, $19)",
      {whole.district, whole.matter.id, made.number, made.id, made.move, made.from, made.to,
       json::serialize(listed(made.passed)), made.actor, made.actor_name, made.actor_post,
       made.holder, made.level, made.happened_at.ms, made.known_at.ms, milliseconds(made.due_at),
       made.late, json::serialize(made.fields), made.sent_hash});
}

std::string reader_besides(const WholeMatter& whole, const Before& before) {
  if (whole.matter.holder != whole.matter.organisation) return whole.matter.holder;
  if (!before.holder.empty() && before.holder != whole.matter.organisation) return before.holder;
  return {};
}

void write_journal(Transaction& transaction, const Office& office, const pack::Chart& chart,
                   const WholeMatter& whole, const MoveMade& made, const Before& before) {
  const auto& matter = whole.matter;
  json::object data{{"loop", matter.chart},
                    {"number", made.number},
                    {"move", made.move},
                    {"from", made.from},
                    {"to", made.to},
                    {"stage", matter.stage},
                    {"passed", listed(made.passed)},
                    {"level_before", before.level},
                    {"level", matter.level},
                    {"assessed", matter.assessed},
                    {"holder_before", before.holder},
                    {"holder", matter.holder},
                    {"due_before", when(office, before.due)},
                    {"due_at", when(office, matter.due)},
                    {"late", made.late},
                    {"open_before", before.open},
                    {"open", whole.open},
                    {"title", whole.title},
                    {"category", whole.category},
                    {"post", made.actor_post},
                    {"version", whole.version},
                    {"fields", without_personal(chart, made.fields)}};
  if (auto personal = personal_in(chart, made.fields); !personal.empty())
    data["personal"] = std::move(personal);
  transaction.record({.district = whole.district,
                      .organisation = matter.organisation,
                      .path = whole.path,
                      .holder = reader_besides(whole, before),
                      .kind = "MatterMoved",
                      .noun = chart.noun,
                      .subject = matter.id,
                      .actor = made.actor,
                      .happened_at = made.happened_at,
                      .known_at = made.known_at,
                      .data = std::move(data),
                      .hash = {}});
}

// --- from a walked step to rows ---

json::array told_of(Reader& reader, const Office& office, const pack::Chart& chart,
                    const WholeMatter& whole, const std::string& level) {
  json::array told;
  auto posts = chart.tells.find(level);
  if (posts == chart.tells.end()) posts = chart.tells.find("*");
  if (posts == chart.tells.end()) return told;
  auto held = posts_along(reader, whole.path, office.now);
  for (const auto& post : posts->second) {
    json::array people;
    for (const auto& person : people_of(held, post))
      people.push_back({{"id", person.id}, {"name", person.name}});
    told.push_back({{"post", post}, {"people", std::move(people)}});
  }
  return told;
}

std::string post_used(const pack::Move& move, const loops::Step& step) {
  for (const auto& post : step.actor.posts)
    if (contains(move.by, post)) return post;
  return {};
}

void follow_columns(Reader& reader, const pack::Chart& chart, WholeMatter& whole,
                    const Before& before, Instant happened_at) {
  auto& matter = whole.matter;
  whole.title = text_at(matter.fields, kTitle);
  whole.category = text_at(matter.fields, kCategory);
  if (auto person = text_at(matter.fields, kPersonAnswerable);
      !person.empty() && (!whole.answerable || whole.answerable->id != person))
    whole.answerable = Ref{person, person_name(reader, person)};
  if (matter.holder == matter.organisation)
    whole.holder_name = whole.organisation_name;
  else if (matter.holder != before.holder)
    whole.holder_name = organisation_name(reader, matter.holder);
  const auto* stage = chart.stage(matter.stage);
  whole.open = stage && !stage->end;
  if (!whole.open) matter.due.reset();
  if (!whole.open && !whole.closed_at) whole.closed_at = happened_at;
  if (!whole.open || matter.stage != before.stage || matter.due != before.due)
    whole.lapse_at = matter.due;
}

void put(Transaction& transaction, const Office& office, const pack::Chart& chart,
         WholeMatter& whole, const loops::Moved& moved, Taking taking) {
  auto before = before_of(whole);
  const auto& move = *chart.move(moved.move);
  whole.matter = loops::after(chart, std::move(whole.matter), moved);
  follow_columns(transaction, chart, whole, before, moved.step.at);
  whole.version += 1;
  MoveMade made{.number = static_cast<std::int64_t>(whole.moves.size()) + 1,
                .id = std::move(taking.id),
                .move = moved.move,
                .from = moved.from,
                .to = moved.to,
                .passed = moved.passed,
                .actor = moved.step.actor.person,
                .actor_name = std::move(taking.actor_name),
                .actor_post = post_used(move, moved.step),
                .holder = whole.matter.holder,
                .level = whole.matter.level,
                .happened_at = moved.step.at,
                .known_at = office.now,
                .due_at = whole.matter.due,
                .late = moved.late,
                .fields = moved.step.fields,
                .sent_hash = std::move(taking.sent_hash)};
  if (moved.to != moved.from && tells_from(chart, moved.from))
    made.fields[kTold] = told_of(transaction, office, chart, whole, moved.level);
  write_matter(transaction, whole);
  write_move(transaction, whole, made);
  use_photos(transaction, chart, whole, move, moved.step.fields);
  keep_links(transaction, chart, whole, move);
  write_journal(transaction, office, chart, whole, made, before);
  whole.moves.push_back(std::move(made));
}

const MoveMade* made_as(const WholeMatter& whole, const std::string& id) {
  auto found = std::ranges::find(whole.moves, id, &MoveMade::id);
  return found == whole.moves.end() ? nullptr : &*found;
}

Result<MatterAnswer> answered(Reader& reader, const Office& office, const pack::Chart& chart,
                              const WholeMatter& whole, bool repeated) {
  return MatterAnswer{.matter = view_of(reader, office, chart, whole),
                      .version = whole.version,
                      .repeated = repeated};
}

}  // namespace

bool tells_from(const pack::Chart& chart, const std::string& stage) {
  return std::ranges::any_of(chart.moves, [&](const pack::Move& move) {
    return contains(move.from, stage) &&
           std::ranges::any_of(move.guards, [](const auto& guard) { return guard.kind == "told"; });
  });
}

Result<Instant> happened_at_of(const Office& office, const std::optional<std::string>& sent) {
  if (!sent) return office.now;
  auto at = parse_instant(*sent);
  if (!at) {
    auto refusal = std::move(at).error();
    refusal.field = "happened_at";
    return refusal;
  }
  if (at->ms > office.now.ms + kClockToleranceMs)
    return Refusal{.why = Why::refused,
                   .key = "matter.from_the_future",
                   .detail = "it cannot have happened after it became known",
                   .field = "happened_at",
                   .args = {{"now", office.zone.format(office.now)}}};
  return *at;
}

Result<void> take_step(Transaction& transaction, const Office& office, const pack::Chart& chart,
                       WholeMatter& whole, Taking taking) {
  taking.step.zone = &office.zone;
  if (!whole.matter.stage.empty() && tells_from(chart, whole.matter.stage))
    taking.step.filled_posts = filled(posts_along(transaction, whole.path, office.now));
  if (waits_for_others(chart, whole.matter.stage)) {
    auto fields = whole.matter.fields;
    for (const auto& each : taking.step.fields) fields[each.key()] = each.value();
    taking.step.settled = settled_in(transaction, chart, fields);
  }
  TRY_LET(moved, loops::walk(chart, whole.matter, taking.step));
  const auto& move = *chart.move(moved.move);
  TRY(check_named(transaction, office, chart, whole, move, moved.step.fields));
  put(transaction, office, chart, whole, moved, std::move(taking));
  return {};
}

void take_what_follows(Transaction& transaction, const Office& office, const pack::Chart& chart,
                       WholeMatter& whole, const loops::Moved& moved) {
  put(transaction, office, chart, whole, moved,
      {.id = new_id(whole.district, office.now), .sent_hash = {}, .step = {}, .actor_name = {}});
}

Result<MatterAnswer> make_move(Transaction& transaction, const Office& office,
                               std::string_view loop, std::string_view matter,
                               const std::string& id, const MakeMove& input,
                               std::optional<std::int64_t> version) {
  TRY_LET(chart, chart_of(office.pack, loop));
  TRY_LET(whole, find_matter(transaction, loop, matter));
  auto place = place_of(whole);
  TRY(organisations::may(office.pack, office.actor, chart->noun, "move", place));
  TRY(check_id(id, "id", whole.district));
  auto sent_hash = sent_hash_of(write(input));
  if (const auto* made = made_as(whole, id)) {
    if (made->sent_hash != sent_hash) return id_taken();
    return answered(transaction, office, *chart, whole, true);
  }
  if (version) TRY(check_version(whole.version, *version));
  TRY_LET(at, happened_at_of(office, input.happened_at));
  if (at < whole.matter.opened && input.happened_at)
    return Refusal{.why = Why::refused,
                   .key = "matter.before_opening",
                   .detail = "the matter was not open yet",
                   .field = "happened_at",
                   .args = {{"opened_at", office.zone.format(whole.matter.opened)}}};
  loops::Step step{
      .move = input.move,
      .actor = {office.actor.person,
                organisations::posts_for(office.pack, office.actor, chart->noun, "move", place)},
      .at = at,
      .fields = input.fields};
  TRY(take_step(transaction, office, *chart, whole,
                {.id = id,
                 .sent_hash = std::move(sent_hash),
                 .step = std::move(step),
                 .actor_name = office.actor.name}));
  TRY(react(transaction, office, MatterMoved{*chart, whole}));
  return answered(transaction, office, *chart, whole, false);
}

}  // namespace anxiao::usecases
