#include "api/today.h"

#include "api/lists.h"
#include "api/matter_shapes.h"
#include "api/parts.h"
#include "api/seen.h"
#include "usecases/today.h"

namespace anxiao::api {
namespace {

Result<http::Response> today(const Call& call) {
  TRY_LET(found, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::read_today(reader, call.office, call.parts.sums, call.parts.duty_sums);
          }));
  // Among what waits and what is late may be matters that only few may see.
  MattersShown shown;
  for (const char* list : {"waiting", "late", "told"}) add_shown(shown, found.at(list).as_array());
  note_seen(call, std::move(shown));
  return json_answer(200, found);
}

}  // namespace

std::vector<Route> today_routes() {
  return {{.method = "GET",
           .pattern = "/api/v1/today",
           .summary = "The caller's tasks of the day, what waits, what is late, what was told.",
           .answer = schema<shapes::Today>(),
           .handler = Reading(today)}};
}

}  // namespace anxiao::api
