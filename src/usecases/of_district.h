// Reading a district whole, or one organisation in it, with one statement for both: what is kept in
// memory is read so, at start and again. In the statement the district is `$1`.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "usecases/ports.h"

namespace anxiao::usecases {

// What a statement says besides where it is about one organisation, whose id is then `$2`; with
// `only` empty nothing.
std::string of_one(const std::string& only, const std::string& column);
// The number-th parameter after those that say where: `$2` or `$3` for the first.
std::string next_place(const std::string& only, int number);
std::vector<Value> place_in(const std::string& district, const std::string& only,
                            std::vector<Value> more = {});

// The newest entry of the journal of a district; 0 where there is none.
std::int64_t last_seq_of(Reader& reader, const std::string& district);

}  // namespace anxiao::usecases
