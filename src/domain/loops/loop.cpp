#include "domain/loops/loop.h"

#include <algorithm>
#include <cmath>

#include "domain/facts/fields.h"

namespace anxiao::loops {

namespace json = boost::json;

namespace {

template <class List>
bool contains(const List& list, std::string_view wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

json::array listed(const std::vector<std::string>& words) {
  json::array out;
  for (const auto& each : words) out.push_back(json::value(each));
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& each : words) out += (out.empty() ? "" : ", ") + each;
  return out;
}

json::object both(const pack::Words& words) { return {{"zh", words.zh}, {"en", words.en}}; }

bool shared(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  return std::ranges::any_of(one, [&](const std::string& each) { return contains(other, each); });
}

Refusal malformed(const std::string& field, const std::string& fault) {
  return {.why = Why::malformed,
          .key = "loops.field_malformed",
          .detail = field + " does not hold such a value: " + fault,
          .field = "fields." + field,
          .args = {{"field", field}, {"fault", fault}}};
}

// What is missing, each with the words of why it is wanted where it is a field of the chart.
Refusal unmet(const pack::Chart& chart, const pack::Guard& guard, std::vector<std::string> wants) {
  json::object whys;
  for (const auto& want : wants)
    if (const auto* field = chart.field(want); field && !field->why.zh.empty())
      whys[want] = both(field->why);
  return {.why = Why::refused,
          .key = "loops.guard_unmet",
          .detail = "not in hand: " + joined(wants),
          .clause = guard.clause,
          .wants = wants,
          .args = {{"guard", guard.kind}, {"why", both(guard.why)}, {"whys", whys}}};
}

// What a move wants of itself, as a guard without words.
pack::Guard wanting(const std::string& kind) {
  pack::Guard guard;
  guard.kind = kind;
  return guard;
}

// A step on its way: what would be after it, and what it was made from.
struct Walk {
  const pack::Chart& chart;
  const Matter& matter;
  const Step& step;
  const pack::Move& move;
  bool offered;              // asked for an offer: what comes with the move is not here yet
  json::object given = {};   // the step's fields, checked
  json::object fields = {};  // on record after
  std::string level = {};
  bool assessed = false;
};

// --- who ---

bool held_elsewhere(const Matter& matter) {
  return !matter.holder.empty() && matter.holder != matter.organisation;
}

bool is_from(const pack::Move& move, const std::string& stage) {
  return stage.empty() ? move.from.empty() : contains(move.from, stage);
}

Result<void> check_stage(const Walk& walk) {
  if (is_from(walk.move, walk.matter.stage)) return {};
  return Refusal{.why = Why::refused,
                 .key = "loops.wrong_stage",
                 .detail = "the move " + walk.move.id + " is not made from " +
                           (walk.matter.stage.empty() ? "nowhere" : walk.matter.stage),
                 .args = {{"stage", walk.matter.stage}, {"move", walk.move.id}}};
}

Refusal not_yours(const Walk& walk, const std::vector<std::string>& posts) {
  return {.why = Why::forbidden,
          .key = "loops.not_yours",
          .detail = "the move " + walk.move.id + " is made by " + joined(posts),
          .args = {{"posts", listed(posts)}, {"move", walk.move.id}}};
}

Result<void> check_posts(const Walk& walk) {
  const auto& posts = walk.step.actor.posts;
  if (!shared(posts, walk.move.by)) return not_yours(walk, walk.move.by);
  const auto* stage = walk.chart.stage(walk.matter.stage);
  if (!stage || !held_elsewhere(walk.matter) || stage->answers_held.empty()) return {};
  const auto& holders = stage->answers_held.front();
  if (walk.move.forward && contains(walk.move.by, holders) && !contains(posts, holders))
    return not_yours(walk, {holders});
  return {};
}

// --- what comes with it ---

const pack::Field* field_of(const Walk& walk, std::string_view id) {
  for (const auto& field : walk.move.fields)
    if (field.id == id) return &field;
  if (walk.move.assesses)
    for (const auto& assessment : walk.chart.assessments)
      for (const auto& factor : assessment.factors)
        if (factor.id == id) return &factor;
  return nullptr;
}

// A matter is of one category and has one source: a choice is one, not a list.
std::string fault_of(const pack::Field& field, const json::value& value) {
  if (field.type == "choice" && !value.is_string()) return "choice";
  return facts::fault_of(field, value);
}

// Fields a chart may have that this file knows by name: the level someone thinks a matter has
// before it is assessed, and which assessment was used.
constexpr std::string_view kLevel = "level";
constexpr std::string_view kMethod = "method";

Result<void> take_fields(Walk& walk) {
  for (const auto& entry : walk.step.fields) {
    std::string id(entry.key());
    if (entry.value().is_null()) continue;
    const auto* field = field_of(walk, id);
    const auto& value = entry.value();
    // Which assessment was used is a choice among the chart's own, listed by the pack or not.
    if (walk.move.assesses && id == kMethod) {
      if (!value.is_string()) return malformed(id, "choice");
    } else {
      if (!field) return malformed(id, "unknown");
      if (auto fault = fault_of(*field, value); !fault.empty()) return malformed(id, fault);
    }
    walk.given[id] = value;
  }
  walk.fields = walk.matter.fields;
  for (const auto& entry : walk.given) walk.fields[entry.key()] = entry.value();
  return {};
}

// The assessment that was used: named, else the only one, else the one whose factors came.
const pack::Assessment* method_of(const Walk& walk) {
  const auto& methods = walk.chart.assessments;
  if (const auto* named = walk.given.if_contains(kMethod)) {
    auto found =
        std::ranges::find(methods, std::string_view(named->get_string()), &pack::Assessment::id);
    return found == methods.end() ? nullptr : &*found;
  }
  for (const auto& method : methods)
    if (std::ranges::any_of(method.factors,
                            [&](const auto& factor) { return walk.given.contains(factor.id); }))
      return &method;
  return methods.empty() ? nullptr : &methods.front();
}

Result<void> take_level(Walk& walk) {
  walk.level = walk.matter.level;
  walk.assessed = walk.matter.assessed;
  if (const auto* thought = walk.given.if_contains(kLevel);
      thought && thought->is_string() && !walk.assessed)
    walk.level = std::string(thought->get_string());
  if (!walk.move.assesses || walk.offered) return {};
  const auto* method = method_of(walk);
  if (!method) return malformed(std::string(kMethod), "choice");
  TRY_LET(found, assess(*method, walk.given));
  walk.level = found.level;
  walk.assessed = true;
  walk.fields[kMethod] = method->id;
  if (!method->result.empty()) walk.fields[method->result] = found.product;
  return {};
}

// --- guards ---

bool comes_with_it(const Walk& walk, const std::string& id) {
  return walk.offered && field_of(walk, id) != nullptr;
}

bool was_made(const Matter& matter, const std::vector<std::string>& moves) {
  return std::ranges::any_of(matter.made, [&](const Made& m) { return contains(moves, m.move); });
}

Result<void> fields_guard(const Walk& walk, const pack::Guard& guard) {
  if (was_made(walk.matter, guard.unless)) return {};
  std::vector<std::string> wants;
  for (const auto& id : guard.of)
    if (!facts::in_hand(walk.fields, id) && !comes_with_it(walk, id)) wants.push_back(id);
  if (!wants.empty()) return unmet(walk.chart, guard, wants);
  return {};
}

Result<void> differs_guard(const Walk& walk, const pack::Guard& guard) {
  // The system is nobody: it never made what it may not follow.
  if (walk.step.actor.person.empty()) return {};
  for (const auto& made : walk.matter.made)
    if (made.actor == walk.step.actor.person && contains(guard.of, made.move))
      return Refusal{.why = Why::refused,
                     .key = "loops.same_actor",
                     .detail = "made by the same person: " + made.move,
                     .clause = guard.clause,
                     .args = {{"move", made.move}, {"why", both(guard.why)}}};
  return {};
}

Result<void> level_guard(const Walk& walk, const pack::Guard& guard) {
  if (contains(guard.of, walk.level)) return {};
  return Refusal{
      .why = Why::refused,
      .key = "loops.level_not_allowed",
      .detail = "the level is " + (walk.level.empty() ? "unknown" : walk.level) +
                ", allowed: " + joined(guard.of),
      .clause = guard.clause,
      .args = {{"level", walk.level}, {"levels", listed(guard.of)}, {"why", both(guard.why)}}};
}

Result<void> told_guard(const Walk& walk, const pack::Guard& guard) {
  const auto& tells = walk.chart.tells;
  auto found = tells.find(walk.level);
  if (found == tells.end()) found = tells.find("*");
  // Nobody is left out because the level is unknown: then the highest level's list counts.
  if (found == tells.end() && walk.level.empty())
    for (const auto& level : walk.chart.levels)
      if (found = tells.find(level.id); found != tells.end()) break;
  if (found == tells.end()) return {};
  std::vector<std::string> wants;
  for (const auto& post : found->second)
    if (!contains(walk.step.filled_posts, post)) wants.push_back(post);
  if (!wants.empty()) return unmet(walk.chart, guard, wants);
  return {};
}

// One of the moves was made since the matter came to its stage.
Result<void> approval_guard(const Walk& walk, const pack::Guard& guard) {
  for (auto made = walk.matter.made.rbegin(); made != walk.matter.made.rend(); ++made) {
    if (contains(guard.of, made->move)) return {};
    if (made->from != made->to) break;
  }
  return unmet(walk.chart, guard, guard.of);
}

// A matter that comes with the move may have ended; one that is on record and has not is waited
// for.
Result<void> settled_guard(const Walk& walk, const pack::Guard& guard) {
  if (was_made(walk.matter, guard.unless)) return {};
  std::vector<std::string> wants;
  for (const auto& id : guard.of) {
    const bool to_come = comes_with_it(walk, id) && !facts::in_hand(walk.fields, id);
    if (!contains(walk.step.settled, id) && !to_come) wants.push_back(id);
  }
  if (!wants.empty()) return unmet(walk.chart, guard, wants);
  return {};
}

Result<void> check_guard(const Walk& walk, const pack::Guard& guard) {
  if (guard.kind == "fields") return fields_guard(walk, guard);
  if (guard.kind == "differs_from") return differs_guard(walk, guard);
  if (guard.kind == "level_in") return level_guard(walk, guard);
  if (guard.kind == "told") return told_guard(walk, guard);
  if (guard.kind == "settled") return settled_guard(walk, guard);
  if (guard.kind == "approval") return approval_guard(walk, guard);
  if (guard.kind == "post_of") {
    if (!shared(walk.step.actor.posts, guard.of)) return not_yours(walk, guard.of);
    return {};
  }
  // What this file cannot find out is not in hand.
  return unmet(walk.chart, guard, guard.of);
}

Result<void> check_required(const Walk& walk) {
  if (walk.offered) return {};
  std::vector<std::string> wants;
  for (const auto& field : walk.move.fields)
    if (field.required && !facts::in_hand(walk.given, field.id)) wants.push_back(field.id);
  if (wants.empty()) return {};
  auto refusal = unmet(walk.chart, wanting("required"), wants);
  auto& whys = refusal.args["whys"].as_object();
  for (const auto& field : walk.move.fields)
    if (contains(wants, field.id) && !field.why.zh.empty()) whys[field.id] = both(field.why);
  return refusal;
}

// --- what is after ---

Result<std::string> holder_after(const Walk& walk) {
  const auto& matter = walk.matter;
  const auto& named_by = walk.move.holder;
  auto present = matter.holder.empty() ? matter.organisation : matter.holder;
  if (named_by.empty()) return present;
  auto next = matter.organisation;
  if (named_by != "organisation") {
    if (!walk.given.contains(named_by) && comes_with_it(walk, named_by)) return present;
    const auto* named = walk.fields.if_contains(named_by);
    if (!named || !named->is_string() || facts::is_blank(*named))
      return unmet(walk.chart, wanting("holder"), {named_by});
    next = std::string(named->get_string());
  }
  // A move that also leaves the stage may well find the matter where it is to go.
  bool stays = walk.move.to.empty() || walk.move.to == matter.stage;
  if (next == present && stays && !matter.stage.empty())
    return Refusal{.why = Why::refused,
                   .key = "loops.holder_unchanged",
                   .detail = "the matter is held there already",
                   .args = {{"holder", next}}};
  return next;
}

Result<std::optional<Instant>> due_after(const Walk& walk, const std::string& to) {
  if (!walk.move.due_from.empty()) {
    const auto* day = walk.fields.if_contains(walk.move.due_from);
    if (!day || !day->is_string()) {
      if (comes_with_it(walk, walk.move.due_from)) return walk.matter.due;
      return unmet(walk.chart, wanting("due"), {walk.move.due_from});
    }
    auto parsed = parse_day(day->get_string());
    if (!parsed) return malformed(walk.move.due_from, "day");
    auto next = parsed->plus(1);
    auto end = walk.step.zone ? walk.step.zone->start_of(next) : Instant{next.number * kDayMs};
    if (end <= walk.step.at) return malformed(walk.move.due_from, "past");
    return std::optional(end);
  }
  if (to != walk.matter.stage) return due_of(walk.chart, to, walk.level, walk.step.at);
  if (walk.level != walk.matter.level)
    return due_of(walk.chart, to, walk.level, walk.matter.entered);
  return walk.matter.due;
}

// What the move completes, in the chart's order. A return completes nothing.
std::vector<std::string> passed_by(const Walk& walk, const std::string& to) {
  std::vector<std::string> passed;
  bool left = walk.move.forward && !walk.matter.stage.empty() && to != walk.matter.stage;
  for (const auto& stage : walk.chart.stages)
    if (contains(walk.move.passes, stage.id) || (left && stage.id == walk.matter.stage))
      passed.push_back(stage.id);
  return passed;
}

Result<Moved> walked(Walk walk) {
  TRY(check_stage(walk));
  TRY(check_posts(walk));
  TRY(take_fields(walk));
  TRY(take_level(walk));
  for (const auto& guard : walk.move.guards) TRY(check_guard(walk, guard));
  TRY(check_required(walk));
  auto to = walk.move.to.empty() ? walk.matter.stage : walk.move.to;
  TRY_LET(holder, holder_after(walk));
  TRY_LET(due, due_after(walk, to));
  for (const auto& id : walk.move.clears) walk.fields.erase(id);

  Moved moved;
  moved.matter = walk.matter.id;
  moved.move = walk.move.id;
  moved.from = walk.matter.stage;
  moved.to = to;
  moved.passed = passed_by(walk, to);
  moved.step = walk.step;
  moved.step.fields = std::move(walk.given);
  moved.level = walk.level;
  moved.assessed = walk.assessed;
  moved.holder = holder;
  moved.due = due;
  moved.late = to != walk.matter.stage && walk.matter.due && walk.step.at > *walk.matter.due;
  moved.fields = std::move(walk.fields);
  return moved;
}

const std::vector<std::string> kSystem = {"system"};

}  // namespace

Result<Moved> walk(const pack::Chart& chart, const Matter& matter, const Step& step) {
  const auto* move = chart.move(step.move);
  if (!move)
    return Refusal{.why = Why::malformed,
                   .key = "loops.unknown_move",
                   .detail = "the chart has no move " + step.move,
                   .field = "move",
                   .args = {{"move", step.move}}};
  return walked({.chart = chart, .matter = matter, .step = step, .move = *move, .offered = false});
}

std::optional<Moved> follow(const pack::Chart& chart, const Matter& matter, Instant at,
                            const std::vector<std::string>& filled_posts,
                            const std::vector<std::string>& settled) {
  for (const auto& move : chart.moves) {
    if (!move.automatic) continue;
    Step step{.move = move.id,
              .actor = {.person = {}, .posts = kSystem},
              .at = at,
              .fields = {},
              .filled_posts = filled_posts,
              .zone = nullptr,
              .settled = settled};
    if (auto moved = walk(chart, matter, step)) return *moved;
  }
  return std::nullopt;
}

Matter after(const pack::Chart& chart, Matter matter, const Moved& moved) {
  matter.chart = chart.id;
  if (matter.id.empty()) matter.id = moved.matter;
  if (moved.from.empty()) matter.opened = moved.step.at;
  if (moved.to != moved.from) matter.entered = moved.step.at;
  if (moved.to != moved.from || moved.due != matter.due) matter.lapses = 0;
  matter.stage = moved.to;
  matter.level = moved.level;
  matter.assessed = moved.assessed;
  matter.holder = moved.holder;
  matter.due = moved.due;
  matter.fields = moved.fields;
  matter.made.push_back({.move = moved.move,
                         .actor = moved.step.actor.person,
                         .from = moved.from,
                         .to = moved.to,
                         .at = moved.step.at});
  return matter;
}

std::vector<Offer> offers(const pack::Chart& chart, const Matter& matter,
                          const Step& step_of_actor) {
  std::vector<Offer> found;
  for (const auto& move : chart.moves) {
    // Most moves are of other stages or posts; they are passed over without a refusal being made.
    if (!is_from(move, matter.stage) || !shared(step_of_actor.actor.posts, move.by)) continue;
    Walk walk{
        .chart = chart, .matter = matter, .step = step_of_actor, .move = move, .offered = true};
    if (!check_posts(walk)) continue;
    auto moved = walked(std::move(walk));
    found.push_back({&move, moved ? std::nullopt : std::optional(std::move(moved).error())});
  }
  return found;
}

Result<Assessed> assess(const pack::Assessment& method, const json::object& fields) {
  std::vector<std::string> wants;
  for (const auto& factor : method.factors)
    if (!facts::in_hand(fields, factor.id)) wants.push_back(factor.id);
  if (!wants.empty())
    return Refusal{.why = Why::refused,
                   .key = "loops.guard_unmet",
                   .detail = "not in hand: " + joined(wants),
                   .wants = wants,
                   .args = {{"guard", "assessment"}, {"method", method.id}}};
  Assessed assessed{.product = 1, .level = {}};
  for (const auto& factor : method.factors) {
    const auto& value = fields.at(factor.id);
    if (auto fault = fault_of(factor, value); !fault.empty()) return malformed(factor.id, fault);
    assessed.product *= value.to_number<double>();
  }
  // Highest first, whatever the order they stand in.
  auto thresholds = method.thresholds;
  std::ranges::stable_sort(thresholds, std::greater{}, &pack::Assessment::Threshold::at_least);
  for (const auto& threshold : thresholds) {
    assessed.level = threshold.level;
    if (assessed.product >= threshold.at_least) break;
  }
  return assessed;
}

std::optional<double> term_hours_of(const pack::Stage& stage, const std::string& level) {
  if (stage.end || stage.term_hours.empty()) return std::nullopt;
  if (auto found = stage.term_hours.find(level); !level.empty() && found != stage.term_hours.end())
    return found->second;
  if (auto any = stage.term_hours.find("*"); any != stage.term_hours.end()) return any->second;
  if (!level.empty()) return std::nullopt;
  return std::ranges::min_element(stage.term_hours, {}, [](const auto& e) { return e.second; })
      ->second;
}

std::optional<Instant> due_of(const pack::Chart& chart, const std::string& stage,
                              const std::string& level, Instant entered) {
  const auto* found = chart.stage(stage);
  if (!found) return std::nullopt;
  auto hours = term_hours_of(*found, level);
  if (!hours) return std::nullopt;
  return entered.plus_ms(std::llround(*hours * static_cast<double>(kHourMs)));
}

std::string answerable_after(const pack::Stage& stage, bool held, int lapse,
                             const std::vector<std::string>& vacant) {
  const auto& posts = held && !stage.answers_held.empty() ? stage.answers_held : stage.answers;
  std::vector<std::string> filled;
  for (const auto& post : posts)
    if (!contains(vacant, post)) filled.push_back(post);
  if (filled.empty()) return {};
  auto index =
      std::clamp<std::size_t>(static_cast<std::size_t>(std::max(lapse, 1)), 1, filled.size());
  return filled[index - 1];
}

}  // namespace anxiao::loops
