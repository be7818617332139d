#include "api/lists.h"

#include <charconv>

namespace anxiao::api {

http::Response no_content() {
  http::Response response;
  response.status = 204;
  return response;
}

Result<std::optional<std::int64_t>> if_match(const http::Request& request) {
  auto text = request.header("if-match");
  if (text.empty() || text == "*") return std::optional<std::int64_t>();
  if (text.starts_with("W/")) text.remove_prefix(2);
  std::int64_t version = 0;
  if (text.size() > 2 && text.front() == '"' && text.back() == '"') {
    auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size() - 1, version);
    if (error == std::errc{} && end == text.data() + text.size() - 1)
      return std::optional<std::int64_t>(version);
  }
  return Refusal{.why = Why::malformed,
                 .key = "edit.no_version",
                 .detail = "If-Match holds the ETag that was read, as \"3\"",
                 .field = "If-Match"};
}

Result<std::int64_t> if_match_wanted(const http::Request& request) {
  TRY_LET(version, if_match(request));
  if (version) return *version;
  return Refusal{.why = Why::malformed,
                 .key = "edit.no_version",
                 .detail = "say by If-Match which version this edit was made against",
                 .field = "If-Match"};
}

Result<usecases::Paging> paging_of(const http::Request& request, std::string_view keys) {
  return usecases::paging_of(request.parameter("limit"), request.parameter("cursor"), keys);
}

}  // namespace anxiao::api
