#include "api/rosters.h"

#include "api/lists.h"
#include "api/parts.h"
#include "usecases/rosters.h"

namespace anxiao::api {
namespace {

Result<http::Response> read_roster(const Call& call) {
  const auto& request = call.request;
  TRY_LET(roster, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::read_roster(reader, call.office, std::string(request.parameter("for")),
                                         request.parameter("from"), request.parameter("to"));
          }));
  return json_answer(200, write(roster));
}

}  // namespace

std::vector<Route> rosters_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/rosters",
       .lane = Lane::worker,
       .summary = "Who is named for which duty on the days from `from` to `to`, and the days on "
                  "which nobody is; of a district only these.",
       .grants = {"tasks.read"},
       .answer = schema<usecases::Roster>(),
       .query = {"for", "from", "to"},
       .handler = Reading(read_roster)},
  };
}

}  // namespace anxiao::api
