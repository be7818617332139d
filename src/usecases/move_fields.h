// What is given with a move names other things: people, organisations, pictures, other matters.
// Whether they are there, and may be named, is looked up here; what a field may hold was checked by
// the walk.

#pragma once

#include <boost/json.hpp>

#include "usecases/matter_rows.h"
#include "usecases/office.h"

namespace anxiao::usecases {

// Refuses `attachment.incomplete`, `attachment.wrong_type`, `matter.unknown_person`,
// `matter.unknown_organisation`, `matter.cannot_hold` and `matter.unknown_matter`, each with its
// field.
Result<void> check_named(Reader& reader, const Office& office, const pack::Chart& chart,
                         const WholeMatter& whole, const pack::Move& move,
                         const boost::json::object& given);

// Notes that the matter uses the pictures given.
void use_photos(Transaction& transaction, const pack::Chart& chart, const WholeMatter& whole,
                const pack::Move& move, const boost::json::object& given);

}  // namespace anxiao::usecases
