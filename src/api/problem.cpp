#include "api/problem.h"

#include <boost/json.hpp>

#include "api/http/writer.h"
#include "api/route.h"

namespace anxiao::api {

int status_of(const Refusal& refusal) {
  if (refusal.key == "session.throttled") return 429;
  switch (refusal.why) {
    case Why::malformed:
      return 400;
    case Why::unauthenticated:
      return 401;
    case Why::forbidden:
      return 403;
    case Why::not_found:
      return 404;
    case Why::refused:
      return 422;
    case Why::conflict:
      return 409;
    case Why::stale:
      return 412;
    case Why::too_large:
      return 413;
    case Why::busy:
      return 503;
  }
  return 422;
}

http::Response problem(const Refusal& refusal) { return problem(status_of(refusal), refusal); }

http::Response problem(int status, const Refusal& refusal, std::string_view trace) {
  boost::json::object body{{"type", "about:blank"},
                           {"title", http::reason_of(status)},
                           {"status", status},
                           {"key", refusal.key}};
  if (!refusal.detail.empty()) body["detail"] = refusal.detail;
  if (!refusal.field.empty()) body["field"] = refusal.field;
  if (!refusal.clause.empty()) body["clause"] = refusal.clause;
  if (!refusal.wants.empty()) {
    boost::json::array wants;
    for (const auto& want : refusal.wants) wants.emplace_back(want);
    body["wants"] = std::move(wants);
  }
  if (!refusal.args.empty()) body["args"] = refusal.args;
  if (!trace.empty()) body["trace"] = trace;

  http::Response out;
  out.status = status;
  out.type = "application/problem+json";
  out.body = boost::json::serialize(body);
  if (status == 429) {
    const auto* wait = refusal.args.if_contains("retry_after_seconds");
    out.headers.emplace_back("Retry-After", wait && wait->is_int64() && wait->get_int64() > 0
                                                ? std::to_string(wait->get_int64())
                                                : "30");
  } else if (status == 503) {
    out.headers.emplace_back("Retry-After", refusal.key == "store.full" ? "30" : "1");
  } else if (status == 401) {
    // RFC 9110, 15.5.2: a 401 names a scheme. This one opens no dialogue in a browser.
    out.headers.emplace_back("WWW-Authenticate", "Bearer");
  }
  return out;
}

http::Response json_answer(int status, const boost::json::value& value) {
  http::Response out;
  out.status = status;
  out.body = boost::json::serialize(value);
  return out;
}

}  // namespace anxiao::api
