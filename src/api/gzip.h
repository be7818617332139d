// gzip (RFC 1952), quickly rather than small.

#pragma once

#include <string>
#include <string_view>

namespace anxiao::api {

std::string gzip(std::string_view bytes);

// `gzip` among the codings of an Accept-Encoding header, and not refused by `q=0`.
bool accepts_gzip(std::string_view codings);

}  // namespace anxiao::api
