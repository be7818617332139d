#include "lives.h"

#include <random>

#include "base/hash.h"
#include "case_run.h"

namespace anxiao::cases {

namespace json = boost::json;

namespace {

using Chance = std::mt19937;

template <class List>
const auto& one_of(const List& list, Chance& chance) {
  return list[chance() % list.size()];
}

json::value value_for(const pack::Field& field, Chance& chance) {
  if (field.type == "choice") return json::value(one_of(field.choices, chance).first);
  if (field.type == "factor") return json::parse(one_of(field.choices, chance).first);
  if (field.type == "photos")
    return json::array{json::value(sha256_hex(std::to_string(chance() % 9)))};
  if (field.type == "day") return json::value("2027-01-" + std::to_string(10 + chance() % 20));
  if (field.type == "person") return json::value(id_of("ann"));
  if (field.type == "organisation")
    return json::value(id_of("department " + std::to_string(chance() % 2)));
  if (field.type == "matter") return json::value(id_of("another matter"));
  if (field.type == "flag") return chance() % 2 == 0;
  if (field.type == "money" || field.type == "integer" || field.type == "number")
    return static_cast<std::int64_t>(1 + chance() % 9);
  return "some words that say enough";
}

struct Living {
  const pack::Pack& pack;
  const pack::Chart& chart;
  const Zone& zone;
  Chance chance;

  // Mostly a move of the present stage, now and then any at all.
  const pack::Move& any_move(const std::string& stage) {
    std::vector<const pack::Move*> here;
    for (const auto& move : chart.moves)
      if (stage.empty() ? move.from.empty()
                        : std::ranges::find(move.from, stage) != move.from.end())
        here.push_back(&move);
    if (here.empty() || chance() % 10 == 0) return one_of(chart.moves, chance);
    return *one_of(here, chance);
  }

  loops::Step any_step(const loops::Matter& matter, Instant at) {
    static const std::vector<std::string> people = {"ann", "bob", "cid", "dot", "eva"};
    const auto& move = any_move(matter.stage);
    loops::Step step;
    step.move = move.id;
    step.at = at;
    step.zone = &zone;
    step.actor.person = id_of(one_of(people, chance));
    step.actor.posts = {chance() % 3 ? one_of(move.by, chance) : one_of(pack.posts, chance).id};
    if (step.actor.posts.front() == "system") step.actor.person.clear();
    for (const auto& field : move.fields)
      if (chance() % 6) step.fields[field.id] = value_for(field, chance);
    if (move.assesses) give_factors(step);
    if (chance() % 2)
      for (const auto& post : pack.posts) step.filled_posts.push_back(post.id);
    if (chance() % 2)
      for (const auto& field : chart.fields)
        if (field.type == "matter") step.settled.push_back(field.id);
    return step;
  }

  void give_factors(loops::Step& step) {
    const auto& method = one_of(chart.assessments, chance);
    step.fields["method"] = method.id;
    for (const auto& factor : method.factors) step.fields[factor.id] = value_for(factor, chance);
  }
};

}  // namespace

Life live(const pack::Pack& pack, const pack::Chart& chart, const Zone& zone, unsigned seed) {
  Living living{.pack = pack, .chart = chart, .zone = zone, .chance = Chance(seed)};
  Life life;
  loops::Matter matter;
  matter.id = id_of("matter");
  matter.chart = chart.id;
  matter.organisation = id_of("school");
  life.matters.push_back(matter);
  auto at = parse_instant("2026-03-02T00:00:00Z").value();
  for (int i = 0; i < 250; ++i) {
    const auto* stage = chart.stage(matter.stage);
    if (stage && stage->end) break;
    at = at.plus_ms(static_cast<std::int64_t>(living.chance() % (4 * kHourMs)));
    auto moved = loops::walk(chart, matter, living.any_step(matter, at));
    if (!moved) continue;
    matter = loops::after(chart, matter, *moved);
    life.moves.push_back(*moved);
    life.matters.push_back(matter);
  }
  return life;
}

}  // namespace anxiao::cases
