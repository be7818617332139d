#include "pack/chart_check.h"

#include <algorithm>
#include <functional>
#include <set>

namespace anxiao::pack {

namespace {

using Complaints = std::vector<ChartComplaint>;
using Names = std::set<std::string>;

const char kSystem[] = "system";

bool holds(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::string place(const std::string& key, std::size_t at) {
  return key + "[" + std::to_string(at) + "]";
}

const std::string& end_of(const Move& move, const std::string& from) {
  return move.to.empty() ? from : move.to;
}

bool limits_level(const Move& move) {
  return std::any_of(move.guards.begin(), move.guards.end(),
                     [](const Guard& guard) { return guard.kind == "level_in"; });
}

// --- names ---

// Complains of each of `names` that `known` does not know.
void check_names(const std::string& key, const std::vector<std::string>& names, const char* what,
                 const std::function<bool(const std::string&)>& known, Complaints& into) {
  for (std::size_t at = 0; at < names.size(); ++at) {
    if (known(names[at])) continue;
    into.push_back({place(key, at), "there is no " + std::string(what) + " `" + names[at] + "`",
                    "name one of this loop, or add it"});
  }
}

// A field that a move relies on: it exists and has the type that its use wants.
void check_use(const Chart& chart, const std::string& key, const std::string& id,
               const std::string& type, Complaints& into) {
  const Field* field = chart.field(id);
  if (!field) {
    into.push_back({key, "there is no field `" + id + "`", "name a field of this loop"});
  } else if (field->type != type) {
    into.push_back({key, "`" + id + "` is of type " + field->type, "name a field of type " + type});
  }
}

void check_guard(const Chart& chart, const Guard& guard, const std::string& key, Complaints& into) {
  const auto move = [&](const std::string& id) { return chart.move(id) != nullptr; };
  const auto field = [&](const std::string& id) { return chart.field(id) != nullptr; };
  const auto level = [&](const std::string& id) { return chart.level(id) != nullptr; };
  if (guard.kind == "fields") check_names(key + ".of", guard.of, "field", field, into);
  if (guard.kind == "differs_from" || guard.kind == "approval") {
    check_names(key + ".of", guard.of, "move", move, into);
  }
  if (guard.kind == "level_in") check_names(key + ".of", guard.of, "level", level, into);
  if (guard.kind == "settled") {
    for (std::size_t at = 0; at < guard.of.size(); ++at) {
      check_use(chart, place(key + ".of", at), guard.of[at], "matter", into);
    }
  }
  if (guard.kind == "told" && chart.tells.empty()) {
    into.push_back(
        {key, "nobody is named in `tells`", "add `tells:` with the posts of each level"});
  }
  check_names(key + ".unless", guard.unless, "move", move, into);
}

void check_move_names(const Chart& chart, const Move& move, Complaints& into) {
  const std::string key = "moves." + move.id;
  const auto stage = [&](const std::string& id) { return chart.stage(id) != nullptr; };
  const auto field = [&](const std::string& id) { return chart.field(id) != nullptr; };
  check_names(key + ".from", move.from, "stage", stage, into);
  check_names(key + ".passes", move.passes, "stage", stage, into);
  if (!move.to.empty() && !chart.stage(move.to)) {
    into.push_back({key + ".to", "there is no stage `" + move.to + "`", "name a stage, or add it"});
  }
  for (const Field& given : move.fields) {
    if (chart.field(given.id)) continue;
    into.push_back({key + ".fields." + given.id, "there is no field `" + given.id + "`",
                    "name a field of this loop, or add it"});
  }
  check_names(key + ".clears", move.clears, "field", field, into);
  for (std::size_t at = 0; at < move.guards.size(); ++at) {
    check_guard(chart, move.guards[at], place(key + ".guards", at), into);
  }
  if (!move.holder.empty() && move.holder != "organisation") {
    check_use(chart, key + ".holder", move.holder, "organisation", into);
  }
  if (!move.due_from.empty()) check_use(chart, key + ".due_from", move.due_from, "day", into);
}

// A title stands in every list and in the journal.
void check_title(const Chart& chart, Complaints& into) {
  const Field* title = chart.field("title");
  if (!title || !title->personal) return;
  into.push_back({"fields.title.personal", "a title is read in every list and stays in the journal",
                  "let the title say what happened, and give who is meant a field of its own"});
}

void check_names_of_chart(const Chart& chart, Complaints& into) {
  const auto level = [&](const std::string& id) { return chart.level(id) != nullptr; };
  check_names("listed_levels", chart.listed_levels, "level", level, into);
  for (const auto& [id, posts] : chart.tells) {
    if (id == "*" || chart.level(id)) continue;
    into.push_back({"tells." + id, "there is no level `" + id + "`", "name a level of this loop"});
  }
  for (const Assessment& method : chart.assessments) {
    const std::string key = "assessments." + method.id;
    check_use(chart, key + ".result", method.result, "number", into);
    for (std::size_t at = 0; at < method.thresholds.size(); ++at) {
      const std::string& id = method.thresholds[at].level;
      if (chart.level(id)) continue;
      into.push_back(
          {key + ".thresholds", "there is no level `" + id + "`", "name a level of this loop"});
    }
  }
  for (const Move& move : chart.moves) check_move_names(chart, move, into);
}

// --- moves ---

void check_move(const Chart& chart, const Move& move, Complaints& into) {
  const std::string key = "moves." + move.id;
  if (move.from.empty() && move.to.empty()) {
    into.push_back({key + ".to", "is missing for a move that opens a matter",
                    "name the stage the matter begins at"});
  }
  for (std::size_t at = 0; at < move.from.size(); ++at) {
    const Stage* stage = chart.stage(move.from[at]);
    if (!stage || !stage->end) continue;
    into.push_back({place(key + ".from", at), "`" + stage->id + "` is an end",
                    "let nothing lead out of an end"});
  }
  const bool by_system = holds(move.by, kSystem);
  if (move.automatic && !by_system) {
    into.push_back(
        {key + ".by", "follows by itself, but `system` may not make it", "add system to `by:`"});
  }
  if (!move.automatic && by_system) {
    into.push_back({key + ".by", "`system` makes only what follows by itself",
                    "add `automatic: true`, or name posts"});
  }
  if (move.assesses && chart.assessments.empty()) {
    into.push_back({key + ".assesses", "there is nothing to assess by", "add `assessments:`"});
  }
}

// --- ways ---

// Stages at which a matter can rest, reached from the opening moves; `passed` gets those that
// moves only pass. Moves that `leave` forbids are not taken.
Names rested(const Chart& chart, const std::function<bool(const Move&)>& taken,
             Names* passed = nullptr) {
  Names reached;
  bool grew = true;
  while (grew) {
    grew = false;
    for (const Move& move : chart.moves) {
      const bool open = move.from.empty() ||
                        std::any_of(move.from.begin(), move.from.end(),
                                    [&](const std::string& from) { return reached.count(from); });
      if (!open || !taken(move)) continue;
      if (passed) passed->insert(move.passes.begin(), move.passes.end());
      if (!move.to.empty()) grew = reached.insert(move.to).second || grew;
    }
  }
  return reached;
}

// Stages from which some end can be reached.
Names with_an_end(const Chart& chart) {
  Names good;
  for (const Stage& stage : chart.stages) {
    if (stage.end) good.insert(stage.id);
  }
  bool grew = true;
  while (grew) {
    grew = false;
    for (const Move& move : chart.moves) {
      if (!good.count(move.to)) continue;
      for (const std::string& from : move.from) grew = good.insert(from).second || grew;
    }
  }
  return good;
}

bool somebody_leads_out_of(const Chart& chart, const std::string& stage) {
  for (const Move& move : chart.moves) {
    if (!holds(move.from, stage) || end_of(move, stage) == stage) continue;
    const bool post = std::any_of(move.by.begin(), move.by.end(),
                                  [](const std::string& by) { return by != kSystem; });
    if (post) return true;
  }
  return false;
}

bool may_be_held_elsewhere(const Chart& chart, const std::string& stage) {
  for (const Move& move : chart.moves) {
    const bool passes_on = !move.holder.empty() && move.holder != "organisation";
    if (!passes_on) continue;
    for (const std::string& from : move.from) {
      if (end_of(move, from) == stage) return true;
    }
  }
  return false;
}

void check_term(const Chart& chart, const Stage& stage, bool level_unknown, Complaints& into) {
  const std::string key = "stages." + stage.id + ".term";
  if (stage.term_hours.count("*")) return;
  if (level_unknown) {
    into.push_back(
        {key, "has no term while the level is not known", "add the term `" + stage.term + ".any`"});
  }
  for (const Level& level : chart.levels) {
    if (stage.term_hours.count(level.id)) continue;
    into.push_back({key, "has no term for the level `" + level.id + "`",
                    "add the term `" + stage.term + "." + level.id + "`"});
  }
}

void check_open_stage(const Chart& chart, const Stage& stage, bool level_unknown,
                      Complaints& into) {
  const std::string key = "stages." + stage.id;
  check_term(chart, stage, level_unknown, into);
  if (!somebody_leads_out_of(chart, stage.id)) {
    into.push_back({key, "nobody can lead a matter out of it",
                    "add a move from it to another stage, by a post"});
  }
  if (stage.answers.empty()) {
    into.push_back({key + ".answers", "nobody answers for it",
                    "name the posts that are told when its term lapses"});
  }
  if (stage.answers_held.empty() && may_be_held_elsewhere(chart, stage.id)) {
    into.push_back({key + ".answers_held", "nobody answers for it while another holds the matter",
                    "name the posts that are told then"});
  }
}

void check_stages(const Chart& chart, Complaints& into) {
  Names passed;
  const Names at_rest = rested(
      chart, [](const Move&) { return true; }, &passed);
  // The level is known once it was assessed, and where a guard names the levels allowed.
  const Names unknown =
      rested(chart, [](const Move& move) { return !move.assesses && !limits_level(move); });
  const Names good = with_an_end(chart);
  for (const Stage& stage : chart.stages) {
    const std::string key = "stages." + stage.id;
    if (!at_rest.count(stage.id)) {
      if (passed.count(stage.id)) continue;
      into.push_back(
          {key, "no matter ever comes to it", "let a move lead to it or pass it, or leave it out"});
      continue;
    }
    if (!good.count(stage.id)) {
      into.push_back({key, "no end can be reached from it", "add a move that leads on to an end"});
    }
    if (!stage.end) check_open_stage(chart, stage, unknown.count(stage.id) > 0, into);
  }
}

void check_outline(const Chart& chart, Complaints& into) {
  const bool opens = std::any_of(chart.moves.begin(), chart.moves.end(),
                                 [](const Move& move) { return move.from.empty(); });
  if (!opens) into.push_back({"moves", "none opens a matter", "add a move without `from:`"});
  const bool ends = std::any_of(chart.stages.begin(), chart.stages.end(),
                                [](const Stage& stage) { return stage.end; });
  if (!ends) into.push_back({"stages", "none is an end", "mark one with `end: true`"});
  if (chart.levels.empty()) into.push_back({"levels", "there are none", "add at least one"});
}

// --- nobody accepts his own work ---

// Whether `other` is open to every level that `move` is open to.
bool covers(const Move& other, const Move& move) {
  for (const Guard& guard : other.guards) {
    if (guard.kind != "level_in") continue;
    bool within = false;
    for (const Guard& ours : move.guards) {
      if (ours.kind != "level_in") continue;
      within = std::all_of(ours.of.begin(), ours.of.end(),
                           [&](const std::string& level) { return holds(guard.of, level); });
    }
    if (!within) return false;
  }
  return true;
}

// Whether a post other than `post` can lead from `from` where `move` leads.
bool another_can(const Chart& chart, const Move& move, const std::string& from,
                 const std::string& post) {
  for (const Move& way : chart.moves) {
    if (!holds(way.from, from) || end_of(way, from) != end_of(move, from)) continue;
    if (way.id != move.id && (end_of(move, from) == from || !covers(way, move))) continue;
    const bool other = std::any_of(way.by.begin(), way.by.end(), [&](const std::string& by) {
      return by != post && by != kSystem;
    });
    if (other) return true;
  }
  return false;
}

void check_difference(const Chart& chart, const Move& move, std::size_t at, Complaints& into) {
  for (const std::string& made : move.guards[at].of) {
    const Move* other = chart.move(made);
    if (!other) continue;
    for (const std::string& post : other->by) {
      for (const std::string& from : move.from) {
        if (post == kSystem || another_can(chart, move, from, post)) continue;
        into.push_back({place("moves." + move.id + ".guards", at),
                        "where `" + post + "` made `" + made + "`, nobody else may make `" +
                            move.id + "` from `" + from + "`",
                        "let another post make it as well"});
        return;
      }
    }
  }
}

void check_differences(const Chart& chart, Complaints& into) {
  for (const Move& move : chart.moves) {
    for (std::size_t at = 0; at < move.guards.size(); ++at) {
      if (move.guards[at].kind == "differs_from") check_difference(chart, move, at, into);
    }
  }
}

}  // namespace

std::vector<ChartComplaint> check(const Chart& chart) {
  Complaints complaints;
  check_outline(chart, complaints);
  check_title(chart, complaints);
  check_names_of_chart(chart, complaints);
  for (const Move& move : chart.moves) check_move(chart, move, complaints);
  check_stages(chart, complaints);
  check_differences(chart, complaints);
  return complaints;
}

}  // namespace anxiao::pack
