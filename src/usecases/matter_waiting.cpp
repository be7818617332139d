#include "usecases/matter_waiting.h"

#include <algorithm>

namespace anxiao::usecases {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

// Posts of the organisation itself act before those above it, where there are such.
bool is_local(const pack::Pack& pack, const std::string& id) {
  const auto* post = pack.post(id);
  return post && std::ranges::any_of(post->at, [&](const std::string& kind) {
           const auto* known = pack.kind(kind);
           return known && known->is_school;
         });
}

// The move by which a stage is done: the first forward one that somebody makes.
const pack::Move* main_move(const pack::Chart& chart, const std::string& stage) {
  for (const auto& move : chart.moves)
    if (move.forward && !move.automatic && contains(move.from, stage)) return &move;
  return nullptr;
}

void acting(Query& query, const Office& office, const pack::Chart& chart,
            const organisations::Posting& posting) {
  for (const auto& stage : chart.stages) {
    const auto* move = main_move(chart, stage.id);
    if (!move || !contains(move->by, posting.post)) continue;
    bool local = is_local(office.pack, posting.post);
    if (!local &&
        std::ranges::any_of(move->by, [&](const auto& id) { return is_local(office.pack, id); }))
      continue;
    query.add(" OR (m.stage = ? AND m.holder = m.organisation", {stage.id});
    if (local) query.add(" AND m.organisation = ?", {posting.organisation});
    query.add(")");
  }
  for (const auto& stage : chart.stages)
    if (!stage.answers_held.empty() && stage.answers_held.front() == posting.post)
      query.add(" OR (m.stage = ? AND m.holder = ? AND m.holder <> m.organisation)",
                {stage.id, posting.organisation});
}

// The n-th lapse tells the n-th post.
void escalated(Query& query, const pack::Chart& chart, const std::string& post) {
  for (const auto& stage : chart.stages) {
    auto add = [&](const std::vector<std::string>& answers, std::string_view held) {
      auto found = std::ranges::find(answers, post);
      if (found == answers.end()) return;
      query.add(" OR (m.stage = ? AND m.lapses > ? AND ", {stage.id, found - answers.begin()});
      query.add(held);
      query.add(")");
    };
    add(stage.answers, "m.holder = m.organisation");
    add(stage.answers_held, "m.holder <> m.organisation");
  }
}

// More time was asked for, and this post grants it.
void asked(Query& query, const pack::Chart& chart, const std::string& post) {
  for (const auto& move : chart.moves) {
    if (move.due_from.empty() || !contains(move.by, post)) continue;
    for (const auto& stage : move.from)
      query.add(" OR (m.stage = ? AND m.fields->>CAST(? AS TEXT) IS NOT NULL)",
                {stage, move.due_from});
  }
}

}  // namespace

void waiting_by(Query& query, const Office& office, const pack::Chart& chart,
                const organisations::Posting& posting) {
  query.add(" AND ((m.answerable = ? AND m.holder = m.organisation)", {office.actor.person});
  acting(query, office, chart, posting);
  escalated(query, chart, posting.post);
  asked(query, chart, posting.post);
  query.add(")");
}

}  // namespace anxiao::usecases
