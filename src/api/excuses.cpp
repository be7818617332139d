#include "api/excuses.h"

#include "api/lists.h"
#include "api/parts.h"
#include "usecases/excuses.h"

namespace anxiao::api {
namespace {

Result<http::Response> ask(const Call& call, usecases::Transaction& transaction) {
  const auto& params = call.request.params;
  TRY_LET(input, read_text<usecases::AskExcuse>(call.request.body));
  TRY_LET(
      kept,
      usecases::ask_excuse(
          transaction, call.office,
          {.duty = params[0], .organisation = params[1], .period = params[2], .point = input.point},
          params[3], input));
  return kept_answer(kept.value, kept.repeated);
}

Result<http::Response> list(const Call& call) {
  TRY_LET(paging, paging_of(call.request, "iss"));
  usecases::ExcuseFilter filter{.organisation = std::string(call.request.parameter("for")),
                                .state = std::string(call.request.parameter("state")),
                                .paging = paging};
  TRY_LET(page, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::list_excuses(reader, call.office, filter);
          }));
  return list_answer(call, page);
}

Result<http::Response> decide(const Call& call, usecases::Transaction& transaction) {
  TRY_LET(version, if_match(call.request));
  TRY_LET(input, read_text<usecases::DecideExcuse>(call.request.body));
  TRY_LET(excuse, usecases::decide_excuse(transaction, call.office, call.request.params[0], version,
                                          input));
  return versioned_answer(excuse);
}

}  // namespace

std::vector<Route> excuses_routes() {
  return {
      {.method = "PUT",
       .pattern = "/api/v1/tasks/{duty}/{organisation}/{period}/excuses/{id}",
       .lane = Lane::write,
       .summary = "Asks that something be excused, by whoever may answer there or owns it.",
       .grants = {"tasks.answer"},
       .body = schema<usecases::AskExcuse>(),
       .answer = schema<usecases::Excuse>(),
       .handler = Writing(ask)},
      {.method = "GET",
       .pattern = "/api/v1/excuses",
       .lane = Lane::worker,
       .summary = "Excuses within reach, latest first, with whether the caller may decide them.",
       .grants = {"tasks.read"},
       .answer = list_schema<usecases::Excuse>(),
       .query = {"for", "state", "limit", "cursor"},
       .handler = Reading(list)},
      {.method = "PUT",
       .pattern = "/api/v1/excuses/{id}/decision",
       .lane = Lane::write,
       .summary = "Approves or refuses an excuse, once, by neither who asked nor an owner.",
       .grants = {"tasks.excuse"},
       .body = schema<usecases::DecideExcuse>(),
       .answer = schema<usecases::Excuse>(),
       .handler = Writing(decide)},
  };
}

}  // namespace anxiao::api
