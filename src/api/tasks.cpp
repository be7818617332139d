#include "api/tasks.h"

#include "api/lists.h"
#include "api/matter_shapes.h"
#include "api/parts.h"
#include "usecases/tasks.h"

namespace anxiao::api {
namespace {

Result<http::Response> list(const Call& call) {
  const auto& request = call.request;
  TRY_LET(paging, paging_of(request, "si"));
  TRY_LET(page, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::list_tasks(reader, call.office,
                                        {.whom = std::string(request.parameter("for")),
                                         .on = std::string(request.parameter("on")),
                                         .state = std::string(request.parameter("state")),
                                         .point = std::string(request.parameter("point")),
                                         .duty = std::string(request.parameter("duty")),
                                         .paging = paging},
                                        &call.parts.duty_sums);
          }));
  return list_answer(call, page);
}

Result<http::Response> figures(const Call& call) {
  const auto& request = call.request;
  TRY_LET(found, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::read_figures(reader, call.office, call.parts.duty_sums,
                                          request.parameter("for"), request.parameter("on"),
                                          request.parameter("by"));
          }));
  return json_answer(200, found);
}

Result<http::Response> one(const Call& call) {
  const auto& params = call.request.params;
  TRY_LET(found, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::read_task(reader, call.office,
                                       {.duty = params[0],
                                        .organisation = params[1],
                                        .period = params[2],
                                        .point = std::string(call.request.parameter("point"))});
          }));
  return json_answer(200, found);
}

Result<http::Response> calendar(const Call& call) {
  const auto& request = call.request;
  TRY_LET(found, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::read_calendar(reader, call.office,
                                           std::string(request.parameter("for")),
                                           request.parameter("from"), request.parameter("to"));
          }));
  return json_answer(200, found);
}

// A task, and all that is on record about it beside its own members.
json::object whole_task_schema() {
  auto whole = schema<usecases::TaskView>();
  const auto more = schema<shapes::OfTask>();
  for (const auto& member : more.at("properties").as_object())
    whole["properties"].as_object()[member.key()] = member.value();
  for (const auto& name : more.at("required").as_array())
    whole["required"].as_array().push_back(name);
  return whole;
}

}  // namespace

std::vector<Route> tasks_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/tasks",
       .summary = "What is to be done on a day, the caller's own or an organisation's with all "
                  "under it; in order of the tree and of the duties.",
       .grants = {"tasks.read"},
       .answer = list_schema<usecases::TaskView>(),
       .query = {"for", "on", "state", "point", "duty", "limit", "cursor"},
       .handler = Reading(list)},
      {.method = "GET",
       .pattern = "/api/v1/tasks/figures",
       .summary = "How many of those are in each state; by child: of each directly under it.",
       .grants = {"tasks.read"},
       .answer = list_schema<shapes::FiguresLine>(),
       .query = {"for", "on", "by"},
       .handler = Reading(figures)},
      {.method = "GET",
       .pattern = "/api/v1/tasks/{duty}/{organisation}/{period}",
       .summary = "One of them, with its answers, excuses and miss.",
       .grants = {"tasks.read"},
       .answer = whole_task_schema(),
       .query = {"point"},
       .handler = Reading(one)},
      {.method = "GET",
       .pattern = "/api/v1/calendar",
       .summary = "The days of an organisation: worked, with lessons, closed; and its terms.",
       .grants = {"organisations.read"},
       .answer = schema<shapes::Calendar>(),
       .query = {"for", "from", "to"},
       .handler = Reading(calendar)},
  };
}

}  // namespace anxiao::api
