#include "api/attachments.h"

#include "api/lists.h"
#include "api/parts.h"
#include "usecases/attachments.h"

namespace anxiao::api {
namespace {

Result<http::Response> put(const Call& call) {
  TRY_LET(state, usecases::put_attachment(call.parts.store, call.parts.files, call.office,
                                          call.request.params[0],
                                          {.type = call.request.header("content-type"),
                                           .range = call.request.header("content-range"),
                                           .bytes = call.request.body}));
  return json_answer(state.complete ? 201 : 202, write(state));
}

Result<http::Response> state(const Call& call) {
  TRY_LET(found, usecases::attachment_state(call.parts.store, call.parts.files, call.office,
                                            call.request.params[0]));
  return json_answer(200, write(found));
}

Result<http::Response> get(const Call& call) {
  bool original = call.request.parameter("original") == "1";
  TRY_LET(content, usecases::read_attachment(call.parts.store, call.parts.files, call.office,
                                             call.request.params[0], original));
  http::Response response;
  response.type = content.type;
  response.body = std::move(content.bytes);
  // The bytes of a name never change; who may have them does, so only the browser keeps them.
  response.headers = {
      {"Cache-Control", original ? "private, no-store" : "private, max-age=86400, immutable"},
      {"X-Content-Type-Options", "nosniff"},
      {"Content-Security-Policy", "default-src 'none'; sandbox"},
      {"Content-Disposition", content.type.starts_with("image/") ? "inline" : "attachment"}};
  return response;
}

}  // namespace

std::vector<Route> attachments_routes() {
  std::string one = "/api/v1/attachments/{sha256}";
  return {
      {.method = "PUT",
       .pattern = one,
       .lane = Lane::worker,
       .summary = "Takes a file whole or, with Content-Range, a piece of it.",
       .body = {{"type", "string"}, {"format", "binary"}},
       .answer = schema<usecases::AttachmentState>(),
       .handler = Reading(put),
       .body_limit = usecases::kFileBytesMost},
      {.method = "GET",
       .pattern = one + "/state",
       .summary = "How much of a file has arrived from the caller's district.",
       .answer = schema<usecases::AttachmentState>(),
       .handler = Reading(state)},
      {.method = "GET",
       .pattern = one,
       .lane = Lane::worker,
       .summary = "A file without metadata; with original=1 as it came, which is journalled.",
       .grants = {"attachments.read"},
       .query = {"original"},
       .handler = Reading(get)},
  };
}

}  // namespace anxiao::api
