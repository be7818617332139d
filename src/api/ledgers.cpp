#include "api/ledgers.h"

#include "api/lists.h"
#include "api/parts.h"
#include "usecases/ledgers.h"

namespace anxiao::api {
namespace {

Result<http::Response> export_csv(const Call& call, const usecases::RowFilter& filter) {
  auto language = call.request.parameter("language");
  TRY_LET(text, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::rows_as_csv(reader, call.office, call.request.params[0], filter,
                                         language);
          }));
  http::Response response;
  response.type = "text/csv; charset=utf-8";
  response.body = std::move(text);
  response.headers.emplace_back("Content-Disposition",
                                "attachment; filename=\"" + call.request.params[0] + ".csv\"");
  return response;
}

Result<http::Response> list(const Call& call) {
  usecases::RowFilter filter{.organisation = std::string(call.request.parameter("organisation")),
                             .ended = call.request.parameter("ended") == "true",
                             .paging = {}};
  if (call.request.parameter("format") == "csv") return export_csv(call, filter);
  TRY_LET(paging, paging_of(call.request, "ss"));
  filter.paging = paging;
  TRY_LET(page, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::list_rows(reader, call.office, call.request.params[0], filter);
          }));
  return list_answer(call, page);
}

Result<http::Response> read_one(const Call& call) {
  TRY_LET(row, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::read_row(reader, call.office, call.request.params[0],
                                      call.request.params[1]);
          }));
  return versioned_answer(row);
}

Result<http::Response> create(const Call& call, usecases::Transaction& transaction) {
  TRY_LET(sent, read_text<usecases::NewRow>(call.request.body));
  TRY_LET(kept, usecases::create_row(transaction, call.office, call.request.params[0], sent));
  return kept_answer(kept.value, kept.repeated);
}

Result<http::Response> change(const Call& call, usecases::Transaction& transaction) {
  TRY_LET(version, if_match_wanted(call.request));
  TRY_LET(sent, read_text<usecases::RowChange>(call.request.body));
  TRY_LET(row, usecases::change_row(transaction, call.office, call.request.params[0],
                                    call.request.params[1], version, sent));
  return versioned_answer(row);
}

Result<http::Response> end(const Call& call, usecases::Transaction& transaction) {
  TRY(usecases::end_row(transaction, call.office, call.request.params[0], call.request.params[1]));
  return no_content();
}

}  // namespace

std::vector<Route> ledgers_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/ledgers/{ledger}/rows",
       .lane = Lane::worker,
       .summary = "Rows of a ledger within reach; `format=csv` gives a file.",
       .grants = {"rows.read"},
       .answer = list_schema<usecases::LedgerRow>(),
       .query = {"organisation", "ended", "limit", "cursor", "format", "language"},
       .handler = Reading(list)},
      {.method = "POST",
       .pattern = "/api/v1/ledgers/{ledger}/rows",
       .lane = Lane::write,
       .summary = "Enters a row, its fields checked against the pack.",
       .grants = {"rows.create"},
       .body = schema<usecases::NewRow>(),
       .answer = schema<usecases::LedgerRow>(),
       .handler = Writing(create)},
      {.method = "GET",
       .pattern = "/api/v1/ledgers/{ledger}/rows/{id}",
       .summary = "One row, ended or not.",
       .grants = {"rows.read"},
       .answer = schema<usecases::LedgerRow>(),
       .handler = Reading(read_one)},
      {.method = "PATCH",
       .pattern = "/api/v1/ledgers/{ledger}/rows/{id}",
       .lane = Lane::write,
       .summary = "Changes the fields given; what they were stays in the journal.",
       .grants = {"rows.change"},
       .body = schema<usecases::RowChange>(),
       .answer = schema<usecases::LedgerRow>(),
       .handler = Writing(change)},
      {.method = "DELETE",
       .pattern = "/api/v1/ledgers/{ledger}/rows/{id}",
       .lane = Lane::write,
       .summary = "Ends a row; it stays on record.",
       .grants = {"rows.end"},
       .handler = Writing(end)},
  };
}

}  // namespace anxiao::api
