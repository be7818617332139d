// A cell of somebody's table, read as the value of a field: choices by their words, days and
// moments as people and spreadsheets write them. Who is meant by a name is not known here.

#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "pack/pack.h"

namespace anxiao::usecases {

// A day as 2026-01-02, 2026/1/2, 2026.1.2, 20260102, with the characters for year, month and day
// between, or as a spreadsheet counts it; what follows of an hour is left out. What could be meant
// in two ways is none.
std::optional<Day> day_of_cell(std::string_view text);

// The same with an hour, 2026-01-02 07:30, as the clock of the zone shows it; or with its offset.
std::optional<Instant> moment_of_cell(const Zone& zone, std::string_view text);

// The value for a field of any type but person, organisation and photos; null where the cell is
// blank. Refuses `fields.malformed` (args.field, args.fault).
Result<boost::json::value> value_of_cell(const pack::Pack& pack, const Zone& zone,
                                         const pack::Field& field, std::string_view text);

}  // namespace anxiao::usecases
