#include "api/today.h"

#include <map>

#include "api/lists.h"
#include "api/matter_shapes.h"
#include "api/parts.h"
#include "usecases/matters_seen.h"
#include "usecases/today.h"

namespace anxiao::api {
namespace {

// Among what waits and what is late may be matters that only few may see.
void note_seen(const Call& call, const json::object& found) {
  std::map<std::string, std::vector<std::string>> seen;
  for (const char* list : {"waiting", "late", "told"})
    for (const auto& line : found.at(list).as_array())
      seen[std::string(line.at("loop").as_string())].emplace_back(
          line.at("organisation").at("id").as_string());
  for (auto& [loop, organisations] : seen) {
    const auto sight = read_with(call.parts.store, [&](usecases::Reader& reader) {
      return usecases::unnoted_matters(reader, call.office, loop, std::move(organisations));
    });
    if (sight.organisations.empty()) continue;
    call.parts.store.write([&](usecases::Transaction& transaction) {
      usecases::note_sight(transaction, call.office, sight);
      return true;
    });
  }
}

Result<http::Response> today(const Call& call) {
  TRY_LET(found, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::read_today(reader, call.office, call.parts.sums, call.parts.duty_sums);
          }));
  note_seen(call, found);
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
