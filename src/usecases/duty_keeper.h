// What was to be done and was not: found by the clock, with nobody logged in. A window that closed
// without enough answers leaves a miss, with whose it was in its last moment and a line of the
// journal; neither is ever taken back. What comes to light later changes what the miss amounts to
// (see misses.h), not that it was found.
//
// Up to when a district has been looked at is a row of its own, moved on in the transaction that
// writes what was found. So each miss is found once, however often the finding is broken off or
// however many do it at a time.

#pragma once

#include <cstdint>

#include "base/time.h"
#include "pack/pack.h"
#include "usecases/calendars.h"
#include "usecases/ports.h"

namespace anxiao::usecases {

// Records what was missed up to `now`, of a long silence a day at a time. A district that is looked
// at for the first time owes nothing for what came before. Gives how many misses it recorded.
std::int64_t keep_duties(Store& store, const pack::Pack& pack, const Zone& zone,
                         Calendars& calendars, Instant now);

}  // namespace anxiao::usecases
