// What a row of a ledger must say before it is taken, as the pack writes it. Conditions mean here
// what they mean where a check counts rows (domain/standing): what is blank is nothing, is not
// anything, and is neither enough nor too little.
//
// Nothing here knows the hour: a guard that held when a row was entered is not asked again.

#pragma once

#include <boost/json.hpp>

#include "base/result.h"
#include "pack/pack.h"

namespace anxiao::facts {

// Whether the row meets the condition. `is` names a choice, one of several choices, `true` or
// `false` of a flag, else the text or the number. `at_least` and `below` hold a number against the
// value of a number, and against how many there are of photographs and of several choices; of any
// other type nothing is at least or below.
bool meets(const pack::Ledger& ledger, const pack::RowCondition& condition,
           const boost::json::object& fields);

// Refuses `ledger.guard_unmet` by the first guard that does not hold: `field` is its first field
// that is not as it must be, `wants` those that must be filled, args.fields all of them, args.why
// the rule and the remedy.
Result<void> check_guards(const pack::Ledger& ledger, const boost::json::object& fields);

}  // namespace anxiao::facts
