#include "api/ledgers.h"

#include <cctype>

#include "api/lists.h"
#include "api/parts.h"
#include "usecases/attachments.h"
#include "usecases/ledgers.h"
#include "usecases/ledgers_import.h"
#include "usecases/ledgers_table.h"
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
    usecases::note_sight(transaction, call.office, sight);
    return true;
  });
}

constexpr const char* kXlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

Refusal unknown_format(std::string_view format) {
  return {.why = Why::malformed,
          .key = "ledger.unknown_format",
          .detail = "write csv or xlsx",
          .field = "format",
          .args = {{"format", format}}};
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && std::isalnum(byte)) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 0xf];
    }
  }
  return out;
}

// Under the ledger's name and the day; by its id for what does not read that (RFC 6266).
http::Response file(const Call& call, std::string bytes, bool as_workbook) {
  const auto* ledger = call.office.pack.ledger(call.request.params[0]);
  const auto& name = call.request.parameter("language") == "en" ? ledger->name.en : ledger->name.zh;
  const std::string ending = as_workbook ? ".xlsx" : ".csv";
  const auto day = format_day(call.office.zone.day_of(call.office.now));
  http::Response response;
  response.type = as_workbook ? kXlsx : "text/csv; charset=utf-8";
  response.body = std::move(bytes);
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + ledger->id +
                                                           ending + "\"; filename*=UTF-8''" +
                                                           percent_encoded(name) + "-" + day +
                                                           ending);
  return response;
}

Result<http::Response> export_rows(const Call& call, const usecases::RowFilter& filter) {
  const auto& ledger = call.request.params[0];
  const auto format = call.request.parameter("format");
  const auto language = call.request.parameter("language");
  if (format != "csv" && format != "xlsx") return unknown_format(format);
  TRY_LET(rows, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::all_rows(reader, call.office, ledger, filter);
          }));
  note_seen(call, rows, true);
  auto bytes = format == "xlsx" ? usecases::rows_as_xlsx(call.office, ledger, rows, language)
                                : usecases::rows_as_csv(call.office, ledger, rows, language);
  if (!bytes) return bytes.error();
  return file(call, std::move(*bytes), format == "xlsx");
}

Result<http::Response> list(const Call& call) {
  const auto said = [&](std::string_view name) {
    return std::string(call.request.parameter(name));
  };
  usecases::RowFilter filter{.organisation = said("organisation"),
                             .ended = said("ended") == "true",
                             .paging = {},
                             .exact = said("exact") == "true",
                             .q = said("q"),
                             .where = said("where"),
                             .expiring = said("expiring"),
                             .sort = said("sort"),
                             .descending = said("descending") == "true"};
  if (!call.request.parameter("format").empty()) return export_rows(call, filter);
  TRY_LET(paging, paging_of(call.request, filter.sort.empty() ? "ss" : "i"));
  filter.paging = paging;
  TRY_LET(page, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::list_rows(reader, call.office, call.request.params[0], filter);
          }));
  note_seen(call, page.items, false);
  return list_answer(call, page);
}

Result<http::Response> give_template(const Call& call) {
  const auto& ledger = call.request.params[0];
  const auto format = call.request.parameter("format");
  const auto language = call.request.parameter("language");
  if (format != "csv" && format != "xlsx" && !format.empty()) return unknown_format(format);
  auto bytes = format == "csv" ? usecases::template_as_csv(call.office, ledger, language)
                               : usecases::template_as_xlsx(call.office, ledger, language);
  if (!bytes) return bytes.error();
  return file(call, std::move(*bytes), format != "csv");
}

// The file is read and taken apart before the transaction begins: others wait for that one.
Result<http::Response> import(const Call& call) {
  const auto& ledger = call.request.params[0];
  TRY_LET(ask, read_text<usecases::RowsAsk>(call.request.body));
  TRY_LET(bytes,
          usecases::sent_bytes(call.parts.store, call.parts.files, call.office, ask.attachment));
  TRY_LET(table, usecases::read_table(bytes));
  auto imported =
      ask.dry_run
          ? read_with(call.parts.store,
                      [&](usecases::Reader& reader) {
                        return usecases::preview_rows(reader, call.office, ledger, ask, table);
                      })
          : write_with(call.parts.store, [&](usecases::Transaction& transaction) {
              return usecases::import_rows(transaction, call.office, ledger, ask, table);
            });
  if (!imported) return imported.error();
  return json_answer(200, write(*imported));
}

Result<http::Response> history(const Call& call) {
  TRY_LET(found, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::row_history(reader, call.office, call.request.params[0],
                                         call.request.params[1]);
          }));
  return json_answer(200, write(found));
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
       .summary = "Rows of a ledger within reach, narrowed and in order; `format` (csv, xlsx) gives"
                  " all of them as a file.",
       .grants = {"rows.read"},
       .answer = list_schema<usecases::LedgerRow>(),
       .query = {"organisation", "exact", "ended", "q", "where", "expiring", "sort", "descending",
                 "limit", "cursor", "format", "language"},
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
       .pattern = "/api/v1/ledgers/{ledger}/template",
       .lane = Lane::worker,
       .summary = "The empty table that an import takes (`format`: xlsx, csv), with what may stand"
                  " in it.",
       .grants = {"rows.create"},
       .query = {"format", "language"},
       .handler = Reading(give_template)},
      {.method = "POST",
       .pattern = "/api/v1/ledgers/{ledger}/rows/import",
       .lane = Lane::worker,
       .summary = "Takes rows out of a table that was sent before, or says what would be taken.",
       .grants = {"rows.create"},
       .body = schema<usecases::RowsAsk>(),
       .answer = schema<usecases::RowsImported>(),
       .handler = Reading(import)},
      {.method = "GET",
       .pattern = "/api/v1/ledgers/{ledger}/rows/{id}/history",
       .lane = Lane::worker,
       .summary = "What became of a row: who entered, changed and ended what, the latest first.",
       .grants = {"rows.read"},
       .answer = schema<usecases::RowHistory>(),
       .handler = Reading(history)},
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
