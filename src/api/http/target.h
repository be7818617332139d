// The request's target (RFC 9112, 3.2) taken apart: path and query, percent-decoded.
// Refused, so that no later step has to ask again: bad percent-encoding, NUL and control
// characters, what is no UTF-8, an encoded slash, `.` and `..` segments, too many parameters.

#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace anxiao::api::http {

struct Target {
  std::string path;
  std::map<std::string, std::string> query;
};

Result<Target> parse_target(std::string_view text);

}  // namespace anxiao::api::http
