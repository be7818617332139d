#include "usecases/reactions.h"

#include <algorithm>

#include "usecases/matter_links.h"
#include "usecases/matters.h"
#include "usecases/moves.h"

namespace anxiao::usecases {

namespace {

// A chart that follows itself in a circle is a fault of the pack, not a reason to hang.
constexpr int kAutomaticMovesMost = 16;

std::string_view name_of(const Fact& fact) {
  return std::holds_alternative<MatterMoved>(fact) ? "MatterMoved" : "DutyAnswered";
}

bool moves_by_itself(const pack::Chart& chart, const std::string& stage) {
  return std::ranges::any_of(chart.moves, [&](const pack::Move& move) {
    return move.automatic && std::ranges::find(move.from, stage) != move.from.end();
  });
}

Result<void> make_automatic_moves(Transaction& transaction, const Office& office,
                                  const Fact& fact) {
  const auto& [chart, whole] = std::get<MatterMoved>(fact);
  for (int made = 0; moves_by_itself(chart, whole.matter.stage); ++made) {
    expect(made < kAutomaticMovesMost, "automatic moves come to an end");
    std::vector<std::string> posts;
    if (tells_from(chart, whole.matter.stage))
      posts = filled(posts_along(transaction, whole.path, office.now));
    // A device's clock may be ahead; what follows does not come before what it follows from.
    auto moved =
        loops::follow(chart, whole.matter, std::max(office.now, whole.matter.entered), posts,
                      waits_for_others(chart, whole.matter.stage)
                          ? settled_in(transaction, chart, whole.matter.fields)
                          : std::vector<std::string>{});
    if (!moved) break;
    take_what_follows(transaction, office, chart, whole, *moved);
  }
  return {};
}

// Of the same district: no transaction writes into two.
Result<void> let_go_on_what_waited(Transaction& transaction, const Office& office,
                                   const Fact& fact) {
  const auto& whole = std::get<MatterMoved>(fact).whole;
  if (whole.open) return {};
  for (const auto& [id, loop] : waiting_for(transaction, whole)) {
    const auto* chart = office.pack.chart(loop);
    if (!chart) continue;
    TRY_LET(waiting, find_matter(transaction, loop, id));
    TRY(react(transaction, office, MatterMoved{*chart, waiting}));
  }
  return {};
}

Result<void> open_what_was_found(Transaction& transaction, const Office& office, const Fact& fact) {
  auto& answer = std::get<DutyAnswered>(fact).answer;
  for (const auto& found_item : answer.found_items)
    TRY(open_finding(transaction, office, answer, found_item));
  return {};
}

}  // namespace

const std::vector<Reaction>& reactions() {
  static const std::vector<Reaction> kTable = {
      {"DutyAnswered", "What was not in order becomes a matter", open_what_was_found},
      {"MatterMoved", "Moves that need nobody are made", make_automatic_moves},
      {"MatterMoved", "What waited for its end goes on", let_go_on_what_waited},
  };
  return kTable;
}

Result<void> react(Transaction& transaction, const Office& office, const Fact& fact) {
  for (const auto& reaction : reactions())
    if (reaction.fact == name_of(fact)) TRY(reaction.follow(transaction, office, fact));
  return {};
}

}  // namespace anxiao::usecases
