#include "api/duty_list.h"

#include "api/lists.h"
#include "api/parts.h"
#include "usecases/duty_list.h"

namespace anxiao::api {
namespace {

template <class List>
http::Response answer(const Call& call, const List& list, const std::string& name) {
  if (call.request.parameter("format") != "csv") return json_answer(200, write(list));
  http::Response response;
  response.type = "text/csv; charset=utf-8";
  response.body = usecases::as_csv(call.office.pack, list, call.request.parameter("language"));
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + name + ".csv\"");
  return response;
}

Result<http::Response> duties(const Call& call) {
  TRY_LET(list, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::read_duty_list(reader, call.office,
                                            std::string(call.request.parameter("organisation")));
          }));
  return answer(call, list, "duties");
}

Result<http::Response> departments(const Call& call) {
  TRY_LET(list, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::read_department_list(
                reader, call.office, std::string(call.request.parameter("organisation")));
          }));
  return answer(call, list, "departments");
}

}  // namespace

std::vector<Route> duty_list_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/lists/duties",
       .lane = Lane::worker,
       .summary =
           "Every duty that is for an organisation and every requirement that binds it, with "
           "the post that answers and who holds it; names only for whoever may read people. "
           "`format=csv` gives a file.",
       .grants = {"tasks.read"},
       .answer = schema<usecases::DutyList>(),
       .query = {"organisation", "format", "language"},
       .handler = Reading(duties)},
      {.method = "GET",
       .pattern = "/api/v1/lists/departments",
       .lane = Lane::worker,
       .summary = "What each department owes, by the name it has now and the one the notice gives "
                  "it, and which organisation of the district it is; `format=csv` gives a file.",
       .grants = {"tasks.read"},
       .answer = schema<usecases::DepartmentList>(),
       .query = {"organisation", "format", "language"},
       .handler = Reading(departments)},
  };
}

}  // namespace anxiao::api
