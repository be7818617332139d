#include "api/trends.h"

#include "api/lists.h"
#include "api/parts.h"
#include "usecases/daily_figures.h"

namespace anxiao::api {
namespace {

Result<http::Response> trend(const Call& call) {
  const auto& organisation = call.request.params[0];
  const std::string from(call.request.parameter("from")), to(call.request.parameter("to"));
  if (call.request.parameter("format") == "csv") {
    TRY_LET(text, read_with(call.parts.store, [&](usecases::Reader& reader) {
              return usecases::trend_as_csv(reader, call.office, organisation, from, to);
            }));
    http::Response response;
    response.type = "text/csv; charset=utf-8";
    response.body = std::move(text);
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"trend.csv\"");
    return response;
  }
  TRY_LET(found, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::read_trend(reader, call.office, organisation, from, to);
          }));
  return json_answer(200, write(found));
}

}  // namespace

std::vector<Route> trends_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/trends/{organisation}",
       .lane = Lane::worker,
       .summary = "What was true of an organisation and all under it when each day had ended; a "
                  "day on which nobody took the figures is a gap; `format=csv` gives a file.",
       .grants = {"sums.read", "standing.read"},
       .answer = schema<usecases::Trend>(),
       .query = {"from", "to", "format"},
       .handler = Reading(trend)},
  };
}

}  // namespace anxiao::api
