#include "api/organisations.h"

#include "api/lists.h"
#include "api/parts.h"
#include "usecases/attachments.h"
#include "usecases/import.h"
#include "usecases/organisations.h"

namespace anxiao::api {
namespace {

Result<http::Response> list(const Call& call) {
  const auto& request = call.request;
  usecases::OrganisationFilter filter{.under = std::string(request.parameter("under")),
                                      .parent = std::string(request.parameter("parent")),
                                      .kind = std::string(request.parameter("kind")),
                                      .q = std::string(request.parameter("q")),
                                      .paging = {}};
  TRY_LET(paging, paging_of(request, "ss"));
  filter.paging = paging;
  TRY_LET(page, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::list_organisations(reader, call.office, filter);
          }));
  return list_answer(call, page);
}

Result<http::Response> read_one(const Call& call) {
  TRY_LET(organisation, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::read_organisation(reader, call.office, call.request.params[0]);
          }));
  return versioned_answer(organisation);
}

Result<http::Response> create(const Call& call, usecases::Transaction& transaction) {
  TRY_LET(sent, read_text<usecases::NewOrganisation>(call.request.body));
  TRY_LET(kept, usecases::create_organisation(transaction, call.office, sent));
  return kept_answer(kept.value, kept.repeated);
}

Result<http::Response> change(const Call& call, usecases::Transaction& transaction) {
  TRY_LET(version, if_match_wanted(call.request));
  TRY_LET(sent, read_text<usecases::OrganisationChange>(call.request.body));
  TRY_LET(changed, usecases::change_organisation(transaction, call.office, call.request.params[0],
                                                 version, sent));
  return versioned_answer(changed);
}

// The file is read and taken apart before the transaction begins: others wait for that one.
Result<http::Response> import(const Call& call) {
  TRY_LET(ask, read_text<usecases::ImportAsk>(call.request.body));
  TRY_LET(bytes,
          usecases::sent_bytes(call.parts.store, call.parts.files, call.office, ask.attachment));
  TRY_LET(table, usecases::read_table(bytes));
  auto imported =
      ask.dry_run ? read_with(call.parts.store,
                              [&](usecases::Reader& reader) {
                                return usecases::preview_import(reader, call.office, ask, table);
                              })
                  : write_with(call.parts.store, [&](usecases::Transaction& transaction) {
                      return usecases::import_organisations(transaction, call.office, ask, table);
                    });
  if (!imported) return imported.error();
  return json_answer(200, write(*imported));
}

}  // namespace

std::vector<Route> organisations_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/organisations",
       .summary = "Organisations within reach, in the order of the tree.",
       .grants = {"organisations.read"},
       .answer = list_schema<usecases::Organisation>(),
       .query = {"under", "parent", "kind", "q", "limit", "cursor"},
       .handler = Reading(list)},
      {.method = "GET",
       .pattern = "/api/v1/organisations/{id}",
       .summary = "One organisation and the way to it from the root.",
       .grants = {"organisations.read"},
       .answer = schema<usecases::Organisation>(),
       .handler = Reading(read_one)},
      {.method = "POST",
       .pattern = "/api/v1/organisations",
       .lane = Lane::write,
       .summary = "Enters an organisation under another.",
       .grants = {"organisations.create"},
       .body = schema<usecases::NewOrganisation>(),
       .answer = schema<usecases::Organisation>(),
       .handler = Writing(create)},
      {.method = "PATCH",
       .pattern = "/api/v1/organisations/{id}",
       .lane = Lane::write,
       .summary = "Changes name, code or facets, or ends it.",
       .grants = {"organisations.change"},
       .body = schema<usecases::OrganisationChange>(),
       .answer = schema<usecases::Organisation>(),
       .handler = Writing(change)},
      {.method = "POST",
       .pattern = "/api/v1/organisations/import",
       .lane = Lane::worker,
       .summary =
           "Takes organisations out of a table that was sent before, or says what would be taken.",
       .grants = {"organisations.import"},
       .body = schema<usecases::ImportAsk>(),
       .answer = schema<usecases::Imported>(),
       .handler = Reading(import)},
  };
}

}  // namespace anxiao::api
