// How far a long command is, on standard error where a person watches.

#pragma once

#include <cstdint>
#include <string_view>

namespace anxiao::app {

void tell_progress(std::string_view what, std::int64_t done, std::int64_t total);
// Ends the line that is being rewritten.
void end_progress();

}  // namespace anxiao::app
