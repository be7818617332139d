#include "coverage.h"

#include <algorithm>
#include <set>

namespace anxiao::cases {

namespace {

using Gaps = std::vector<std::string>;

template <class List>
bool contains(const List& list, const std::string& wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

std::string arg(const Refusal& refusal, std::string_view key) {
  const auto* found = refusal.args.if_contains(key);
  return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

// What of the guard a refusal speaks of: the fields wanted, the move whose maker must differ, …;
// empty where it is another's refusal.
std::vector<std::string> refused_of(const pack::Guard& guard, const Refusal& refusal) {
  if (guard.kind == "differs_from")
    return refusal.key == "loops.same_actor" && contains(guard.of, arg(refusal, "move"))
               ? std::vector{arg(refusal, "move")}
               : std::vector<std::string>{};
  if (guard.kind == "level_in") return refusal.key == "loops.level_not_allowed" ? guard.of : Gaps{};
  if (guard.kind == "post_of") return refusal.key == "loops.not_yours" ? guard.of : Gaps{};
  bool same = refusal.key == "loops.guard_unmet" && arg(refusal, "guard") == guard.kind;
  if (guard.kind == "told") return same ? refusal.wants : Gaps{};
  bool ours = same && std::ranges::all_of(refusal.wants,
                                          [&](const auto& w) { return contains(guard.of, w); });
  return ours ? refusal.wants : Gaps{};
}

bool holds_field(const pack::Move& move, const std::string& id) {
  return std::ranges::any_of(move.guards, [&](const pack::Guard& guard) {
    return guard.kind == "fields" && contains(guard.of, id);
  });
}

struct Look {
  const pack::Chart& chart;
  const std::vector<Seen>& seen;
  Gaps gaps = {};

  void gap(const std::string& what) { gaps.push_back(chart.id + ": no case " + what); }

  bool any(const auto& holds) const { return std::ranges::any_of(seen, holds); }

  void at_move(const pack::Move& move) {
    for (const auto& from : move.from.empty() ? std::vector<std::string>{""} : move.from)
      if (!any([&](const Seen& s) {
            return s.moved && s.moved->move == move.id && s.matter.stage == from;
          }))
        gap("makes `" + move.id + "`" + (from.empty() ? "" : " from `" + from + "`"));
    for (const auto& field : move.fields) {
      if (!field.required || holds_field(move, field.id)) continue;
      if (!any([&](const Seen& s) {
            return s.refusal && s.step.move == move.id && contains(s.refusal->wants, field.id);
          }))
        gap("leaves out `" + field.id + "`, which `" + move.id + "` requires");
    }
    for (const auto& guard : move.guards) at_guard(move, guard);
  }

  void at_guard(const pack::Move& move, const pack::Guard& guard) {
    std::set<std::string> refused;
    for (const auto& each : seen)
      if (each.refusal && each.step.move == move.id)
        for (const auto& one : refused_of(guard, *each.refusal)) refused.insert(one);
    auto wanted = guard.of;
    if (guard.kind == "told") wanted = {};
    if (guard.kind == "told" && refused.empty()) gap("finds a post vacant for `" + move.id + "`");
    for (const auto& one : wanted)
      if (!refused.contains(one))
        gap("is refused `" + move.id + "` by its guard " + guard.kind + " for `" + one + "`");
    for (const auto& waiver : guard.unless)
      if (!any([&](const Seen& s) {
            return s.moved && s.moved->move == move.id &&
                   std::ranges::any_of(s.matter.made,
                                       [&](const auto& m) { return m.move == waiver; });
          }))
        gap("makes `" + move.id + "` after `" + waiver + "`, which waives its guard");
  }

  void at_stage(const pack::Stage& stage) {
    for (const auto& [level, hours] : stage.term_hours) {
      auto wanted = level == "*" ? std::string() : level;
      if (!any([&](const Seen& s) {
            return s.clock && s.lapses > 0 && s.matter.stage == stage.id &&
                   s.matter.level == wanted;
          }))
        gap("lets the term of `" + stage.id + "` lapse at the level `" + level + "`");
    }
    if (stage.term_hours.empty()) return;
    if (!stage.answers_held.empty() && !any([&](const Seen& s) {
          return s.clock && s.lapses > 0 && s.matter.stage == stage.id &&
                 s.matter.holder != s.matter.organisation;
        }))
      gap("lets the term of `" + stage.id + "` lapse while another holds the matter");
    if (!any([&](const Seen& s) { return s.clock && s.lapses == 0 && s.matter.stage == stage.id; }))
      gap("looks at `" + stage.id + "` before its term has lapsed");
    if (!any([&](const Seen& s) {
          return s.clock && s.matter.stage == stage.id &&
                 s.lapses > static_cast<int>(stage.answers.size());
        }))
      gap("lets the term of `" + stage.id + "` lapse until nobody higher is left");
  }

  void at_assessment(const pack::Assessment& method) {
    for (const auto& threshold : method.thresholds)
      if (!any([&](const Seen& s) {
            if (!s.moved || s.moved->level != threshold.level) return false;
            const auto* made = chart.move(s.moved->move);
            const auto* used = s.moved->fields.if_contains("method");
            return made && made->assesses && used && *used == boost::json::value(method.id);
          }))
        gap("finds the level `" + threshold.level + "` by " + method.id);
    for (const auto& factor : method.factors)
      if (!any([&](const Seen& s) { return s.refusal && contains(s.refusal->wants, factor.id); }))
        gap("leaves out the factor `" + factor.id + "` of " + method.id);
  }
};

}  // namespace

std::vector<std::string> gaps(const pack::Chart& chart, const std::vector<Seen>& seen) {
  Look look{.chart = chart, .seen = seen};
  for (const auto& move : chart.moves) look.at_move(move);
  for (const auto& stage : chart.stages) look.at_stage(stage);
  for (const auto& method : chart.assessments) look.at_assessment(method);
  return look.gaps;
}

}  // namespace anxiao::cases
