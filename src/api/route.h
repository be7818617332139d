// The route table is the whole of the API on one page: method, pattern, lane, who may call, what
// goes in and out. OpenAPI is generated from it, the server dispatches by it, the tests walk it.

#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "api/http/message.h"
#include "base/result.h"
#include "usecases/office.h"

namespace anxiao::api {

struct Parts;  // api/parts.h: what `app` built

// Where a handler runs. `direct`: on the io thread, cheap reads only. `write`: on the writer's
// thread inside a transaction; short, no other input or output. `worker`: on a pool, for what is
// slow (passwords, files, spreadsheets).
enum class Lane { direct, write, worker };

// Who may call. `anyone`: no session. `entering`: a session whose password must still be changed
// is enough. `person`: a session or a token.
enum class Access { anyone, entering, person };

// One call as a handler sees it.
struct Call {
  Parts& parts;
  const http::Request& request;
  const usecases::Office& office;  // actor is empty where Access::anyone
};

using Reading = std::function<Result<http::Response>(const Call&)>;
// A refusal undoes the transaction, unless it is of a kind that must be remembered (a failed
// log-in): such handlers give a Response.
using Writing = std::function<Result<http::Response>(const Call&, usecases::Transaction&)>;

struct Route {
  std::string method;
  std::string pattern;  // `/api/v1/loops/{loop}/matters/{id}`
  Lane lane = Lane::direct;
  Access access = Access::person;
  std::string summary = {};  // an English sentence for OpenAPI
  std::vector<std::string> grants =
      {};  // `matters.read`: what the pack must grant; for the authority test
  boost::json::object body = {};        // JSON Schema of the body; empty: none
  boost::json::object answer = {};      // JSON Schema of the 2xx answer; empty: none
  std::vector<std::string> query = {};  // names of the query's parameters
  std::variant<Reading, Writing> handler = {};
  std::size_t body_limit = 256 * 1024;  // bytes
};

// Each noun's file gives its rows; routes.cpp puts them together.
std::vector<Route> routes();

http::Response json_answer(int status, const boost::json::value& value);

// Problem details (RFC 9457) of a refusal; the one place that maps `why` to a status.
http::Response problem(const Refusal& refusal);
int status_of(const Refusal& refusal);

}  // namespace anxiao::api
