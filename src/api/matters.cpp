#include "api/matters.h"

#include "api/lists.h"
#include "api/matter_shapes.h"
#include "api/parts.h"
#include "api/seen.h"
#include "base/json_map.h"
#include "usecases/loops_list.h"
#include "usecases/matter_counts.h"
#include "usecases/matters.h"
#include "usecases/matters_list.h"
#include "usecases/matters_seen.h"
#include "usecases/moves.h"

namespace anxiao::api {
namespace {

http::Response answer_of(int status, const usecases::MatterAnswer& answer) {
  auto response = json_answer(status, answer.matter);
  response.headers.emplace_back("ETag", "\"" + std::to_string(answer.version) + "\"");
  return response;
}

std::vector<std::string> organisation_of(const usecases::MatterAnswer& answer) {
  return {std::string(answer.matter.at("organisation").at("id").as_string())};
}

// Who moves a matter is on record by that; who only sends again what he sent is not.
void note_repeated(const Call& call, usecases::Transaction& transaction,
                   const usecases::MatterAnswer& answer) {
  if (!answer.repeated) return;
  usecases::note_sight(transaction, call.office,
                       usecases::unnoted_matters(transaction, call.office, call.request.params[0],
                                                 organisation_of(answer)));
}

Result<http::Response> open(const Call& call, usecases::Transaction& transaction) {
  TRY_LET(input, read_text<usecases::OpenMatter>(call.request.body));
  TRY_LET(answer, usecases::open_matter(transaction, call.office, call.request.params[0],
                                        call.request.params[1], input));
  note_repeated(call, transaction, answer);
  return answer_of(answer.repeated ? 200 : 201, answer);
}

Result<http::Response> move(const Call& call, usecases::Transaction& transaction) {
  TRY_LET(input, read_text<usecases::MakeMove>(call.request.body));
  TRY_LET(version, if_match(call.request));
  TRY_LET(answer,
          usecases::make_move(transaction, call.office, call.request.params[0],
                              call.request.params[1], call.request.params[2], input, version));
  note_repeated(call, transaction, answer);
  return answer_of(200, answer);
}

Result<http::Response> read_one(const Call& call) {
  TRY_LET(answer, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::read_matter(reader, call.office, call.request.params[0],
                                         call.request.params[1]);
          }));
  MattersShown shown{{call.request.params[0], organisation_of(answer)}};
  for (const char* list : {"links", "linked_from"})
    add_shown(shown, answer.matter.at(list).as_array());
  note_seen(call, std::move(shown));
  return answer_of(200, answer);
}

Result<http::Response> history(const Call& call) {
  TRY_LET(found, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::read_history(reader, call.office, call.request.params[0],
                                          call.request.params[1]);
          }));
  note_seen(call, {{call.request.params[0], {found.organisation}}});
  return json_answer(200, found.moves);
}

Result<http::Response> exported(const Call& call, const usecases::MatterFilter& filter) {
  TRY_LET(file, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::export_matters(reader, call.office, call.request.params[0], filter,
                                            call.request.parameter("language"));
          }));
  note_seen(call, {{call.request.params[0], std::move(file.organisations)}}, true);
  http::Response response;
  response.type = "text/csv; charset=utf-8";
  response.headers.emplace_back("Content-Disposition",
                                "attachment; filename=\"" + call.request.params[0] + ".csv\"");
  response.body = std::move(file.text);
  return response;
}

Result<http::Response> list(const Call& call) {
  const auto& request = call.request;
  TRY_LET(chart, usecases::chart_of(call.office.pack, request.params[0]));
  TRY(organisations::may_somewhere(call.office.pack, call.office.actor, chart->noun, "read"));
  TRY_LET(filter,
          usecases::filter_of(call.office, {.organisation = request.parameter("organisation"),
                                            .stage = request.parameter("stage"),
                                            .level = request.parameter("level"),
                                            .state = request.parameter("state"),
                                            .late = request.parameter("late"),
                                            .waiting = request.parameter("waiting"),
                                            .text = request.parameter("q"),
                                            .limit = request.parameter("limit"),
                                            .cursor = request.parameter("cursor")}));
  if (request.parameter("format") == "csv") return exported(call, filter);
  TRY_LET(page, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::list_matters(reader, call.office, request.params[0], filter);
          }));
  note_seen(call, {{request.params[0], usecases::organisations_of(page.items)}});
  return http::Response{.body = usecases::page_text(page, call.office)};
}

Result<http::Response> counts(const Call& call) {
  TRY_LET(rows, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::count_rows(reader, call.office, call.parts.sums,
                                        call.request.params[0],
                                        std::string(call.request.parameter("organisation")));
          }));
  return json_answer(200, rows);
}

struct Loops {
  std::vector<usecases::LoopLine> items;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(Loops, (), (items, as_of))

Result<http::Response> loops(const Call& call) {
  return json_answer(200, write(Loops{.items = read_with(call.parts.store,
                                                         [&](usecases::Reader& reader) {
                                                           return usecases::list_loops(
                                                               reader, call.office,
                                                               call.parts.sums);
                                                         }),
                                      .as_of = call.office.zone.format(call.office.now)}));
}

const char* const kMatters = "/api/v1/loops/{loop}/matters";

}  // namespace

// Each loop has one noun, and its routes ask for that one: of those named here, one of two.
std::vector<Route> matters_routes() {
  std::string matters = kMatters;
  return {
      {.method = "GET",
       .pattern = "/api/v1/loops",
       .summary = "Loops the caller may read or open, what is open and late, where he may open.",
       .answer = schema<Loops>(),
       .handler = Reading(loops)},
      {.method = "GET",
       .pattern = matters,
       .summary = "Matters within reach, newest first; with format=csv as a file.",
       .grants = {"matters.read", "confidential_matters.read"},
       .answer = list_schema<shapes::MatterSummary>(),
       .query = {"organisation", "stage", "level", "state", "late", "waiting", "q", "limit",
                 "cursor", "format", "language"},
       .handler = Reading(list)},
      {.method = "GET",
       .pattern = matters + "/counts",
       .summary = "How many are open and late, by district, level and stage.",
       .grants = {"sums.read", "confidential_matters.read"},
       .answer = schema<shapes::CountRows>(),
       .query = {"organisation"},
       .handler = Reading(counts)},
      {.method = "PUT",
       .pattern = matters + "/{id}",
       .lane = Lane::write,
       .summary = "Opens a matter under the id the client gave it; 200 where it is there already.",
       .grants = {"matters.open", "confidential_matters.open"},
       .body = schema<usecases::OpenMatter>(),
       .answer = schema<shapes::Matter>(),
       .handler = Writing(open)},
      {.method = "GET",
       .pattern = matters + "/{id}",
       .summary = "A matter whole, with the moves the caller may make and what they still want.",
       .grants = {"matters.read", "confidential_matters.read"},
       .answer = schema<shapes::Matter>(),
       .handler = Reading(read_one)},
      {.method = "GET",
       .pattern = matters + "/{id}/history",
       .summary = "Who did what with a matter, oldest first.",
       .grants = {"matters.read", "confidential_matters.read"},
       .answer = schema<shapes::History>(),
       .handler = Reading(history)},
      {.method = "PUT",
       .pattern = matters + "/{id}/moves/{move}",
       .lane = Lane::write,
       .summary = "Makes a move under the id the client gave it; If-Match refuses a stale one.",
       .grants = {"matters.move", "confidential_matters.move"},
       .body = schema<usecases::MakeMove>(),
       .answer = schema<shapes::Matter>(),
       .handler = Writing(move)},
  };
}

}  // namespace anxiao::api
