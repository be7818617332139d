#include "usecases/loops_list.h"

#include <algorithm>
#include <set>

#include "usecases/matter_counts.h"
#include "usecases/matter_rows.h"
#include "usecases/matters_list.h"

namespace anxiao::usecases {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

// The kind itself and every kind that may stand anywhere under it.
std::set<std::string> kinds_under(const pack::Pack& pack, const std::string& top) {
  std::set<std::string> kinds{top};
  bool grew = true;
  while (grew) {
    grew = false;
    for (const auto& kind : pack.kinds)
      if (std::ranges::any_of(kind.under, [&](const auto& each) { return kinds.contains(each); }))
        grew = kinds.insert(kind.id).second || grew;
  }
  return kinds;
}

// How far a post opens matters of the chart: its own organisation, or what is under it too.
struct Opening {
  bool own = false, beneath = false;
};

Opening opening_of(const pack::Pack& pack, const pack::Chart& chart, const std::string& post) {
  Opening opening;
  const auto* known = pack.post(post);
  if (!known) return opening;
  for (const auto& grant : known->grants) {
    if (grant.noun != chart.noun || !contains(grant.actions, "open")) continue;
    opening.own = opening.own || grant.reach == "own";
    opening.beneath = opening.beneath || grant.reach == "subtree";
  }
  return opening;
}

std::optional<OpeningPlace> place_at(const pack::Pack& pack, const pack::Chart& chart,
                                     const organisations::Posting& posting) {
  const auto opening = opening_of(pack, chart, posting.post);
  if (!opening.own && !opening.beneath) return std::nullopt;
  OpeningPlace place{.organisation = {posting.organisation, posting.organisation_name},
                     .kind = posting.kind,
                     .beneath = opening.beneath,
                     .kinds = {}};
  const auto reached = opening.beneath ? kinds_under(pack, posting.kind) : std::set{posting.kind};
  // In the order of the pack.
  for (const auto& kind : pack.kinds)
    if (reached.contains(kind.id) && (chart.kinds.empty() || contains(chart.kinds, kind.id)))
      place.kinds.push_back(kind.id);
  return place.kinds.empty() ? std::nullopt : std::optional(std::move(place));
}

std::vector<Opens> opens_of(const Office& office, const pack::Chart& chart) {
  std::vector<Opens> out;
  for (const auto& move : chart.moves) {
    if (!move.from.empty()) continue;
    Opens opens{.move = move.id, .name = move.name, .at = {}};
    for (const auto& posting : office.actor.postings) {
      auto place =
          contains(move.by, posting.post) ? place_at(office.pack, chart, posting) : std::nullopt;
      if (!place) continue;
      // By whichever post reaches further.
      auto same = std::ranges::find(opens.at, posting.organisation,
                                    [](const auto& each) { return each.organisation.id; });
      if (same == opens.at.end())
        opens.at.push_back(std::move(*place));
      else if (place->beneath)
        *same = std::move(*place);
    }
    if (!opens.at.empty()) out.push_back(std::move(opens));
  }
  return out;
}

std::int64_t waiting_in(Reader& reader, const Office& office, const pack::Chart& chart) {
  MatterFilter on_me;
  on_me.waiting = true;
  const auto found = count_matters(reader, office, chart.id, on_me);
  return found ? *found : 0;
}

}  // namespace

std::vector<LoopLine> list_loops(Reader& reader, const Office& office, Sums& sums) {
  std::vector<LoopLine> out;
  for (const auto& chart : office.pack.charts) {
    LoopLine line{
        .id = chart.id,
        .name = chart.name,
        .clause = chart.clause,
        .noun = chart.noun,
        .confidential = is_confidential(chart),
        .kinds = chart.kinds,
        .may_read =
            organisations::may_somewhere(office.pack, office.actor, chart.noun, "read").has_value(),
        .open = {},
        .late = {},
        .waiting = {},
        .opens = opens_of(office, chart)};
    if (line.may_read) {
      const auto counts = open_and_late(reader, office, sums, chart);
      line.open = counts.open;
      line.late = counts.late;
      line.waiting = counts.open > 0 ? waiting_in(reader, office, chart) : 0;
    }
    if (line.may_read || !line.opens.empty()) out.push_back(std::move(line));
  }
  return out;
}

}  // namespace anxiao::usecases
