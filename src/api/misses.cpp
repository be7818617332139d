#include "api/misses.h"

#include "api/lists.h"
#include "api/parts.h"
#include "usecases/misses.h"

namespace anxiao::api {
namespace {

Result<http::Response> export_csv(const Call& call, const usecases::MissFilter& filter) {
  TRY_LET(text, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::misses_as_csv(reader, call.office, filter,
                                           call.request.parameter("language"));
          }));
  http::Response response;
  response.type = "text/csv; charset=utf-8";
  response.body = std::move(text);
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"misses.csv\"");
  return response;
}

Result<http::Response> list(const Call& call) {
  const auto& request = call.request;
  usecases::MissFilter filter{.organisation = std::string(request.parameter("for")),
                              .from = std::string(request.parameter("from")),
                              .to = std::string(request.parameter("to")),
                              .paging = {}};
  if (request.parameter("format") == "csv") return export_csv(call, filter);
  TRY_LET(paging, paging_of(request, "isssss"));
  filter.paging = paging;
  TRY_LET(page, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::list_misses(reader, call.office, filter);
          }));
  return list_answer(call, page);
}

}  // namespace

std::vector<Route> misses_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/misses",
       .lane = Lane::worker,
       .summary = "What was due and not done, latest first, by the day of its last moment, with "
                  "whose it was and what it amounts to now; `format=csv` gives a file.",
       .grants = {"tasks.read"},
       .answer = list_schema<usecases::Miss>(),
       .query = {"for", "from", "to", "limit", "cursor", "format", "language"},
       .handler = Reading(list)},
  };
}

}  // namespace anxiao::api
