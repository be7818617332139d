#include "api/tasks.h"

#include "api/lists.h"
#include "api/matter_shapes.h"
#include "api/parts.h"
#include "usecases/answers.h"
#include "usecases/tasks.h"

namespace anxiao::api {
namespace {

Result<http::Response> list(const Call& call) {
  TRY_LET(tasks, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::list_tasks(reader, call.office, call.request.parameter("for"),
                                        call.request.parameter("on"));
          }));
  return json_answer(200, tasks);
}

Result<http::Response> answer(const Call& call, usecases::Transaction& transaction) {
  const auto& params = call.request.params;
  TRY_LET(input, read_text<usecases::AnswerDuty>(call.request.body));
  TRY_LET(given,
          usecases::answer_duty(
              transaction, call.office,
              {.duty = params[0], .organisation = params[1], .period = params[2], .id = params[3]},
              input));
  return json_answer(given.repeated ? 200 : 201, given.answer);
}

}  // namespace

std::vector<Route> tasks_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/tasks",
       .summary = "Checklists of a day, the caller's own or an organisation's, done and due.",
       .grants = {"tasks.read"},
       .answer = list_schema<shapes::Task>(),
       .query = {"for", "on"},
       .handler = Reading(list)},
      {.method = "PUT",
       .pattern = "/api/v1/tasks/{duty}/{organisation}/{period}/answers/{id}",
       .lane = Lane::write,
       .summary = "Answers a checklist at a point; what is not in order becomes a hazard.",
       .grants = {"tasks.answer"},
       .body = schema<usecases::AnswerDuty>(),
       .answer = schema<shapes::Answer>(),
       .handler = Writing(answer)},
  };
}

}  // namespace anxiao::api
