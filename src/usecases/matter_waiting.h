// On whom a matter waits: whoever acts at its stage where it is held, whoever it has escalated to,
// whoever is asked for more time, and the person answerable while the school holds it. Said as a
// condition over rows, so that a list and its count are the same question.

#pragma once

#include "usecases/office.h"
#include "usecases/query.h"

namespace anxiao::usecases {

// Adds ` AND (…)`: the matters `m` of the chart that wait on the actor by this posting of his.
void waiting_by(Query& query, const Office& office, const pack::Chart& chart,
                const organisations::Posting& posting);

}  // namespace anxiao::usecases
