#include "case_run.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"

namespace anxiao::cases {

namespace json = boost::json;

namespace {

const std::string kOwn = "school";

std::string text_of(const json::object& object, std::string_view key,
                    const std::string& otherwise = {}) {
  const auto* found = object.if_contains(key);
  if (!found || !found->is_string()) return otherwise;
  return std::string(found->get_string());
}

bool flag_of(const json::object& object, std::string_view key) {
  const auto* found = object.if_contains(key);
  return found && found->is_bool() && found->get_bool();
}

// A list of words; one word is a list of one.
std::vector<std::string> words_of(const json::object& object, std::string_view key) {
  std::vector<std::string> words;
  const auto* found = object.if_contains(key);
  if (!found || found->is_null()) return words;
  if (found->is_string()) return {std::string(found->get_string())};
  for (const auto& each : found->as_array()) words.emplace_back(each.as_string());
  return words;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return "[" + text + "]";
}

// `$ann` alone is an id, in a list the hash of a photograph.
json::value meant(const json::value& value, bool in_list) {
  if (value.is_string() && value.get_string().starts_with('$')) {
    std::string word(value.get_string().c_str() + 1);
    return json::value(in_list ? sha256_hex(word) : id_of(word));
  }
  if (value.is_array()) {
    json::array array;
    for (const auto& each : value.get_array()) array.push_back(meant(each, true));
    return array;
  }
  return value;
}

// A mapping, or a list of mappings of which a later one wins.
json::object fields_of(const json::object& object, std::string_view key) {
  json::object fields;
  const auto* found = object.if_contains(key);
  if (!found) return fields;
  auto take = [&](const json::object& some) {
    for (const auto& entry : some) fields[entry.key()] = meant(entry.value(), false);
  };
  if (found->is_object()) take(found->get_object());
  if (found->is_array())
    for (const auto& each : found->get_array()) take(each.as_object());
  return fields;
}

struct Runner {
  const pack::Pack& pack;
  const pack::Chart& chart;
  const Zone& zone;
  const pack::Case& one;
  Ran ran = {};

  void wrong(const std::string& what) { ran.wrong.push_back(what); }

  template <class T>
  void same(const std::string& what, const T& expected, const T& found) {
    if (expected != found)
      wrong(what + ": expected " + shown(expected) + ", found " + shown(found));
  }

  std::string shown(const std::string& text) { return "`" + text + "`"; }
  std::string shown(bool flag) { return flag ? "true" : "false"; }
  std::string shown(int number) { return std::to_string(number); }
  std::string shown(const std::vector<std::string>& words) { return listed(words); }
  std::string shown(const json::value& value) { return json::serialize(value); }
  std::string shown(const std::optional<Instant>& at) { return at ? zone.format(*at) : "none"; }

  Instant instant(const std::string& text) {
    if (auto at = parse_instant(text)) return *at;
    // Of the zone: the day's midnight there, and the hour after it.
    auto day = parse_day(text.substr(0, 10));
    auto hour = parse_instant("1970-01-01T" + (text.size() > 11 ? text.substr(11) : "00:00") + "Z");
    expect(day.has_value() && hour.has_value(), "an hour of a case is written 2026-03-02T08:00");
    return zone.start_of(*day).plus_ms(hour->ms);
  }

  std::optional<Instant> maybe_instant(const json::object& object, std::string_view key) {
    auto text = text_of(object, key);
    return text.empty() ? std::nullopt : std::optional(instant(text));
  }

  loops::Matter matter() {
    const auto& given = one.given;
    loops::Matter made;
    made.id = id_of("matter");
    made.chart = chart.id;
    made.organisation = id_of(kOwn);
    made.stage = text_of(given, "stage");
    made.level = text_of(given, "level");
    if (made.stage.empty()) return made;
    made.holder = id_of(text_of(given, "holder", kOwn));
    made.assessed = flag_of(given, "assessed");
    made.entered = maybe_instant(given, "entered").value_or(instant("2026-03-02T08:00"));
    made.opened = made.entered;
    made.due = loops::due_of(chart, made.stage, made.level, made.entered);
    if (given.contains("due")) made.due = maybe_instant(given, "due");
    made.fields = fields_of(given, "fields");
    if (const auto* history = given.if_contains("made"))
      for (const auto& each : history->as_array())
        made.made.push_back(was_made(each.as_object(), made.entered));
    return made;
  }

  loops::Made was_made(const json::object& each, Instant at) {
    auto id = text_of(each, "move");
    const auto* move = chart.move(id);
    if (!move) wrong("given.made: the chart has no move " + id);
    auto from = move && !move->from.empty() ? move->from.front() : std::string();
    auto to = move && !move->to.empty() ? move->to : from;
    return {.move = id, .actor = id_of(text_of(each, "person")), .from = from, .to = to, .at = at};
  }

  loops::Step step() {
    const auto& when = one.when;
    loops::Step made;
    made.move = text_of(when, "move");
    auto person = text_of(when, "person");
    made.actor.person = person.empty() ? "" : id_of(person);
    made.actor.posts = words_of(when, "by");
    for (const auto& post : made.actor.posts)
      if (post != "system" && !pack.post(post)) wrong("when.by: the pack has no post " + post);
    made.at = maybe_instant(when, "at").value_or(instant("2026-03-02T09:00"));
    made.fields = fields_of(when, "fields");
    made.filled_posts = words_of(when, "filled");
    made.zone = &zone;
    made.settled = words_of(one.given, "settled");
    return made;
  }

  void compare_moved(const loops::Moved& moved) {
    const auto& then = one.then;
    if (then.contains("refused")) return wrong("was taken, expected " + text_of(then, "refused"));
    if (!then.contains("to")) wrong("then.to: say where the move leads");
    same("to", text_of(then, "to"), moved.to);
    if (then.contains("passed")) same("passed", words_of(then, "passed"), moved.passed);
    if (then.contains("level")) same("level", text_of(then, "level"), moved.level);
    if (then.contains("assessed")) same("assessed", flag_of(then, "assessed"), moved.assessed);
    if (then.contains("holder")) same("holder", id_of(text_of(then, "holder")), moved.holder);
    if (then.contains("due")) same("due", maybe_instant(then, "due"), moved.due);
    if (then.contains("late")) same("late", flag_of(then, "late"), moved.late);
    for (const auto& entry : fields_of(then, "fields")) {
      const auto* found = moved.fields.if_contains(entry.key());
      same("field " + std::string(entry.key()), json::value(entry.value()),
           found ? *found : json::value());
    }
    for (const auto& id : words_of(then, "gone"))
      if (moved.fields.contains(id)) wrong("the field " + id + " is still there");
    if (then.contains("personal")) same("personal", words_of(then, "personal"), personal_of(moved));
    compare_folded(moved);
  }

  std::vector<std::string> personal_of(const loops::Moved& moved) {
    std::vector<std::string> ids;
    for (const auto& field : chart.fields)
      if (field.personal && moved.step.fields.contains(field.id)) ids.push_back(field.id);
    return ids;
  }

  void compare_folded(const loops::Moved& moved) {
    auto folded = loops::after(chart, ran.seen.matter, moved);
    same("stage after", moved.to, folded.stage);
    same("level after", moved.level, folded.level);
    same("due after", moved.due, folded.due);
    same("moves after", static_cast<int>(ran.seen.matter.made.size() + 1),
         static_cast<int>(folded.made.size()));
  }

  void compare_refused(const Refusal& refusal) {
    const auto& then = one.then;
    if (!then.contains("refused"))
      return wrong("was refused: " + refusal.key + " (" + refusal.detail + ")");
    auto arg = [&](std::string_view key) { return text_of(refusal.args, key); };
    same("refused", text_of(then, "refused"), refusal.key);
    if (then.contains("wants")) same("wants", words_of(then, "wants"), refusal.wants);
    if (then.contains("clause")) same("clause", text_of(then, "clause"), refusal.clause);
    if (then.contains("move")) same("move", text_of(then, "move"), arg("move"));
    if (then.contains("field")) same("field", "fields." + text_of(then, "field"), refusal.field);
    if (then.contains("fault")) same("fault", text_of(then, "fault"), arg("fault"));
  }

  void run_move() {
    auto& seen = ran.seen;
    auto moved = loops::walk(chart, seen.matter, seen.step);
    if (moved) {
      seen.moved = *moved;
      compare_moved(*moved);
    } else {
      seen.refusal = moved.error();
      compare_refused(*seen.refusal);
    }
  }

  void run_offer() {
    auto& seen = ran.seen;
    bool wanted = !one.then.contains("offered") || flag_of(one.then, "offered");
    for (const auto& offer : loops::offers(chart, seen.matter, seen.step)) {
      if (offer.move->id != seen.step.move) continue;
      if (!wanted) return wrong("is offered");
      if (offer.refusal) return compare_refused(*offer.refusal);
      if (one.then.contains("refused")) wrong("is offered without a refusal");
      return;
    }
    if (wanted) wrong("is not offered");
  }

  // The clock goes on from lapse to lapse, as long as the term has run out before the hour asked.
  void run_clock() {
    auto& seen = ran.seen;
    seen.clock = true;
    auto now = instant(text_of(one.when, "clock"));
    const auto* stage = chart.stage(seen.matter.stage);
    if (!stage) return wrong("given.stage: the chart has no stage " + seen.matter.stage);
    auto hours = loops::term_hours_of(*stage, seen.matter.level);
    bool elsewhere = seen.matter.holder != seen.matter.organisation;
    std::string answers;
    for (auto due = seen.matter.due; hours && due && *due < now;
         due = due->plus_ms(static_cast<std::int64_t>(*hours * static_cast<double>(kHourMs)))) {
      ++seen.lapses;
      answers =
          loops::answerable_after(*stage, elsewhere, seen.lapses, words_of(one.given, "vacant"));
    }
    const auto* expected = one.then.if_contains("lapse");
    if (!expected || !expected->is_int64())
      return wrong("then.lapse: say how often the term lapsed");
    same("lapse", static_cast<int>(expected->get_int64()), seen.lapses);
    same("answers", text_of(one.then, "answers"), answers);
    if (one.then.contains("due")) same("due", maybe_instant(one.then, "due"), seen.matter.due);
  }
};

void check_keys(Runner& runner) {
  auto check = [&](const char* part, const json::object& object,
                   std::initializer_list<std::string_view> known) {
    for (const auto& entry : object)
      if (std::ranges::find(known, std::string_view(entry.key())) == known.end())
        runner.wrong(std::string(part) + "." + std::string(entry.key()) + " is not known here");
  };
  check("given", runner.one.given,
        {"stage", "level", "assessed", "fields", "made", "entered", "due", "holder", "vacant",
         "settled"});
  check("when", runner.one.when,
        {"move", "by", "person", "at", "fields", "filled", "clock", "offered"});
  check("then", runner.one.then,
        {"to", "passed", "level", "assessed", "holder", "due", "late", "fields", "gone", "personal",
         "refused", "wants", "clause", "move", "field", "fault", "lapse", "answers", "offered"});
  const auto& given = runner.one.given;
  auto stage = text_of(given, "stage"), level = text_of(given, "level");
  if (!stage.empty() && !runner.chart.stage(stage))
    runner.wrong("given.stage: there is no stage " + stage);
  if (!level.empty() && !runner.chart.level(level))
    runner.wrong("given.level: there is no level " + level);
  for (const auto& id : words_of(given, "settled"))
    if (const auto* field = runner.chart.field(id); !field || field->type != "matter")
      runner.wrong("given.settled: no field of the type matter is called " + id);
}

}  // namespace

std::string id_of(const std::string& word) {
  auto hash = sha256_hex(word);
  return "500190.01900000-0000-7" + hash.substr(0, 3) + "-8" + hash.substr(3, 3) + "-" +
         hash.substr(6, 12);
}

Ran run(const pack::Pack& pack, const Zone& zone, const pack::Case& one) {
  const auto* chart = pack.chart(one.loop);
  if (!chart) return {.seen = {}, .wrong = {"the pack has no loop " + one.loop}};
  Runner runner{.pack = pack, .chart = *chart, .zone = zone, .one = one};
  check_keys(runner);
  runner.ran.seen.matter = runner.matter();
  if (one.when.contains("clock")) {
    runner.run_clock();
  } else {
    runner.ran.seen.step = runner.step();
    if (flag_of(one.when, "offered"))
      runner.run_offer();
    else
      runner.run_move();
  }
  return runner.ran;
}

}  // namespace anxiao::cases
