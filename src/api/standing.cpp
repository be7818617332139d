#include "api/standing.h"

#include "api/lists.h"
#include "api/parts.h"
#include "api/standing_shapes.h"
#include "usecases/standings.h"

namespace anxiao::api {
namespace {

template <class Work>
Result<http::Response> answered(const Call& call, const Work& work) {
  TRY_LET(found, read_with(call.parts.store, work));
  return json_answer(200, found);
}

Result<http::Response> one(const Call& call) {
  return answered(call, [&](usecases::Reader& reader) {
    return usecases::read_standing(reader, call.office, call.parts.standings,
                                   call.request.params[0]);
  });
}

Result<http::Response> children(const Call& call) {
  return answered(call, [&](usecases::Reader& reader) {
    return usecases::standing_of_children(
        reader, call.office, call.parts.standings, call.request.params[0],
        call.request.parameter("requirement"), call.request.parameter("clause"));
  });
}

Result<http::Response> requirement(const Call& call) {
  TRY_LET(paging, paging_of(call.request, "i"));
  return answered(call, [&](usecases::Reader& reader) {
    return usecases::list_standing(
        reader, call.office, call.parts.standings, call.request.params[0], call.request.params[1],
        {.state = std::string(call.request.parameter("state")), .paging = paging});
  });
}

Result<http::Response> explain(const Call& call) {
  return answered(call, [&](usecases::Reader& reader) {
    return usecases::explain_standing(reader, call.office, call.parts.standings,
                                      call.request.params[0], call.request.params[1]);
  });
}

}  // namespace

std::vector<Route> standing_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/standing/{organisation}",
       .summary = "How many organisations at and under one keep each requirement.",
       .grants = {"standing.read"},
       .answer = schema<shapes::StandingWhole>(),
       .handler = Reading(one)},
      {.method = "GET",
       .pattern = "/api/v1/standing/{organisation}/children",
       .summary = "The same of each directly under it, for a requirement, a clause or all.",
       .grants = {"standing.read"},
       .answer = schema<shapes::StandingChildren>(),
       .query = {"requirement", "clause"},
       .handler = Reading(children)},
      {.method = "GET",
       .pattern = "/api/v1/standing/{organisation}/requirements/{requirement}",
       .summary = "The organisations and how each stands with one requirement, the worst first.",
       .grants = {"standing.read"},
       .answer = schema<shapes::StandingLines>(),
       .query = {"state", "limit", "cursor"},
       .handler = Reading(requirement)},
      {.method = "GET",
       .pattern = "/api/v1/standing/{organisation}/requirements/{requirement}/explain",
       .summary = "Why one organisation stands as it does: figures, rows, duties, matters.",
       .grants = {"standing.read"},
       .answer = schema<shapes::StandingWhy>(),
       .handler = Reading(explain)},
  };
}

}  // namespace anxiao::api
