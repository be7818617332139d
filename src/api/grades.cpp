#include "api/grades.h"

#include "api/lists.h"
#include "api/parts.h"
#include "usecases/grades.h"

namespace anxiao::api {
namespace {

usecases::GradeSources sources_of(const Call& call) {
  return {call.parts.standings, call.parts.sums, call.parts.grade_facts};
}

Result<bool> flag_of(const Call& call, std::string_view name) {
  const auto text = call.request.parameter(name);
  if (text.empty() || text == "false") return false;
  if (text == "true") return true;
  return Refusal{.why = Why::malformed,
                 .key = "list.filter_malformed",
                 .detail = "it is true or false",
                 .field = std::string(name)};
}

Result<http::Response> list(const Call& call) {
  TRY_LET(paging, paging_of(call.request, "i"));
  TRY_LET(quiet, flag_of(call, "quiet"));
  TRY_LET(overdue, flag_of(call, "overdue"));
  const usecases::GradeFilter filter{.grade = std::string(call.request.parameter("grade")),
                                     .quiet = quiet,
                                     .overdue = overdue,
                                     .paging = paging};
  TRY_LET(view, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::read_grades(reader, call.office, sources_of(call),
                                         call.request.params[0], filter);
          }));
  return json_answer(200, write(view));
}

Result<http::Response> explain(const Call& call) {
  TRY_LET(why, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::explain_grade(reader, call.office, sources_of(call),
                                           call.request.params[0]);
          }));
  return json_answer(200, write(why));
}

}  // namespace

std::vector<Route> grades_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/grades/{organisation}",
       .lane = Lane::worker,
       .summary = "How many schools at and under one have which grade, and which they are, the "
                  "worst first; for those who supervise them.",
       .grants = {"grades.read"},
       .answer = schema<usecases::GradesView>(),
       .query = {"grade", "quiet", "overdue", "limit", "cursor"},
       .handler = Reading(list)},
      {.method = "GET",
       .pattern = "/api/v1/grades/{organisation}/explain",
       .lane = Lane::worker,
       .summary = "Why a school has its grade: every figure, what it weighs, and what is grave.",
       .grants = {"grades.read"},
       .answer = schema<usecases::GradeWhy>(),
       .handler = Reading(explain)},
  };
}

}  // namespace anxiao::api
