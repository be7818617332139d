#include "api/answers.h"

#include "api/lists.h"
#include "api/parts.h"
#include "usecases/answers.h"

namespace anxiao::api {
namespace {

Result<http::Response> give(const Call& call, usecases::Transaction& transaction) {
  const auto& params = call.request.params;
  TRY_LET(input, read_text<usecases::AnswerDuty>(call.request.body));
  TRY_LET(given,
          usecases::answer_duty(
              transaction, call.office,
              {.duty = params[0], .organisation = params[1], .period = params[2], .id = params[3]},
              input));
  return json_answer(given.repeated ? 200 : 201, write(given.answer));
}

Result<http::Response> read(const Call& call) {
  TRY_LET(found, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::read_answer(reader, call.office, call.request.params[0]);
          }));
  return json_answer(200, write(found));
}

}  // namespace

std::vector<Route> answers_routes() {
  return {
      {.method = "PUT",
       .pattern = "/api/v1/tasks/{duty}/{organisation}/{period}/answers/{id}",
       .lane = Lane::write,
       .summary = "Answers a duty, at a point or for the whole organisation; what is not in order "
                  "becomes a hazard.",
       .grants = {"tasks.answer"},
       .body = schema<usecases::AnswerDuty>(),
       .answer = schema<usecases::AnswerView>(),
       .handler = Writing(give)},
      {.method = "GET",
       .pattern = "/api/v1/answers/{id}",
       .summary = "An answer, item by item.",
       .grants = {"tasks.read"},
       .answer = schema<usecases::AnswerView>(),
       .handler = Reading(read)},
  };
}

}  // namespace anxiao::api
