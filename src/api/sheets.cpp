#include "api/sheets.h"

#include "api/lists.h"
#include "api/parts.h"
#include "api/qr.h"
#include "usecases/point_codes.h"

namespace anxiao::api {
namespace {

struct Sheets {
  std::vector<usecases::Sheet> items;
};
BOOST_DESCRIBE_STRUCT(Sheets, (), (items))

Result<http::Response> read_code(const Call& call, usecases::Transaction& transaction) {
  TRY_LET(code, usecases::read_point_code(transaction, call.office, call.request.params[0]));
  return json_answer(200, write(code));
}

Result<http::Response> list(const Call& call, usecases::Transaction& transaction) {
  TRY_LET(sheets, usecases::list_sheets(transaction, call.office,
                                        std::string(call.request.parameter("for"))));
  return json_answer(200, write(Sheets{std::move(sheets)}));
}

Result<http::Response> picture(const Call& call) {
  TRY_LET(svg, qr_svg(call.request.parameter("text")));
  http::Response response;
  response.type = "image/svg+xml";
  response.body = std::move(svg);
  return response;
}

}  // namespace

// The first sheet of a district makes the secret behind its codes: hence the lane.
std::vector<Route> sheets_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/points/{id}/code",
       .lane = Lane::write,
       .summary = "The code on the sheet of a point.",
       .grants = {"rows.change"},
       .answer = schema<usecases::PointCode>(),
       .handler = Writing(read_code)},
      {.method = "GET",
       .pattern = "/api/v1/sheets",
       .lane = Lane::write,
       .summary = "What the sheets of an organisation's points say.",
       .grants = {"rows.change"},
       .answer = schema<Sheets>(),
       .query = {"for"},
       .handler = Writing(list)},
      {.method = "GET",
       .pattern = "/api/v1/qr.svg",
       .summary = "A text of at most 512 bytes as a QR code.",
       .query = {"text"},
       .handler = Reading(picture)},
  };
}

}  // namespace anxiao::api
