#include "api/ledgers.h"

#include "api/lists.h"
#include "api/parts.h"
#include "usecases/ledgers.h"
#include "usecases/rows_seen.h"

namespace anxiao::api {
namespace {

// Whoever sees what is personal is on record before he sees it.
void note_seen(const Call& call, const std::vector<usecases::LedgerRow>& rows, bool as_file) {
  auto sight = read_with(call.parts.store, [&](usecases::Reader& reader) {
    return usecases::unnoted_sight(reader, call.office, call.request.params[0], rows, as_file);
  });
  if (sight.organisations.empty()) return;
  call.parts.store.write([&](usecases::Transaction& transaction) {
    usecases::note_rows_seen(transaction, call.office, sight);
    return true;
  });
}

Result<http::Response> export_csv(const Call& call, const usecases::RowFilter& filter) {
  TRY_LET(rows, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::all_rows(reader, call.office, call.request.params[0], filter);
          }));
  note_seen(call, rows, true);
  TRY_LET(text, usecases::rows_as_csv(call.office, call.request.params[0], rows,
                                      call.request.parameter("language")));
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
  note_seen(call, page.items, false);
  return list_answer(call, page);
}

Result<http::Response> read_one(const Call& call) {
  TRY_LET(row, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::read_row(reader, call.office, call.request.params[0],
                                      call.request.params[1]);
          }));
  note_seen(call, {row}, false);
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

// `rows` is the noun of most ledgers; where the pack gives a ledger another, the grants are that
// noun's. Reads wait for the journal line of what they show: hence their lane.
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
       .lane = Lane::worker,
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
