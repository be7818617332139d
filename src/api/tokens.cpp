#include "api/tokens.h"

#include "api/lists.h"
#include "api/parts.h"
#include "usecases/tokens.h"

namespace anxiao::api {
namespace {

Result<http::Response> list(const Call& call) {
  TRY_LET(paging, paging_of(call.request, "ss"));
  TRY_LET(page, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::list_tokens(reader, call.office, paging);
          }));
  return list_answer(call, page);
}

Result<http::Response> make(const Call& call, usecases::Transaction& transaction) {
  TRY_LET(sent, read_text<usecases::NewToken>(call.request.body));
  TRY_LET(kept, usecases::make_token(transaction, call.office, sent));
  auto response = kept_answer(kept.value, kept.repeated);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Result<http::Response> revoke(const Call& call, usecases::Transaction& transaction) {
  TRY(usecases::revoke_token(transaction, call.office, call.request.params[0]));
  return no_content();
}

}  // namespace

std::vector<Route> tokens_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/tokens",
       .summary = "Machines' tokens within reach, revoked ones among them.",
       .grants = {"tokens.read"},
       .answer = list_schema<usecases::MachineToken>(),
       .query = {"limit", "cursor"},
       .handler = Reading(list)},
      {.method = "POST",
       .pattern = "/api/v1/tokens",
       .lane = Lane::write,
       .summary = "Makes a token for one post at one organisation; it is in this answer only.",
       .grants = {"tokens.create"},
       .body = schema<usecases::NewToken>(),
       .answer = schema<usecases::MachineToken>(),
       .handler = Writing(make)},
      {.method = "DELETE",
       .pattern = "/api/v1/tokens/{id}",
       .lane = Lane::write,
       .summary = "Revokes a token at once.",
       .grants = {"tokens.revoke"},
       .handler = Writing(revoke)},
  };
}

}  // namespace anxiao::api
