// One case of a requirement, run: an organisation is put into the matrix with what `given` has on
// record of it, and how it stands is compared with `then`. Nothing here knows a requirement by
// name.
//
// given  kind, facets {facet: value}, since (a day; absent: 2020-01-01), on (a day, at noon, or an
//        hour), rows {ledger: [{field: value}]}, posts {post: how many hold it}, duties {duty:
//        {done, missed}}, matters {loop: [{due}]}, open ones; without `due` they have no term
//
// Days and hours are of the pack's zone. Given is what the pack knows: a ledger that the kind
// keeps, fields of it and their choices, a post held there; and what a check of the requirement
// reads.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/duties/calendar.h"
#include "domain/standing/matrix.h"
#include "pack/cases.h"

namespace anxiao::cases {

// What a pack is held against: its checks made ready, its zone, the country's working days.
struct Ground {
  std::shared_ptr<const pack::Pack> pack;
  std::shared_ptr<const standing::Plan> plan;
  std::unique_ptr<Zone> zone;
  std::shared_ptr<const duties::WorkingDays> days;
};

Ground ground_of(std::shared_ptr<const pack::Pack> pack,
                 const std::vector<pack::HolidayYear>& years);

struct Stood {
  const pack::Requirement* requirement = nullptr;  // empty where there is none that is decided
  standing::Subject subject;
  standing::State state = standing::State::not_applicable;
  std::vector<standing::State> checks;  // in the order of the requirement
  std::vector<std::string> wrong;       // empty: the case holds
};

Stood run(const Ground& ground, const pack::StandingCase& one);

// What the cases leave unproved: a decided requirement that no case keeps or none breaks, a kind of
// binding that none keeps, a check that none sees kept or none sees fail by itself, one asked of
// some only that none sees not asked.
std::vector<std::string> gaps(const Ground& ground, const std::vector<Stood>& stood);

}  // namespace anxiao::cases
