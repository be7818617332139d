#include "api/session.h"

#include "api/lists.h"
#include "api/parts.h"
#include "base/json_map.h"
#include "usecases/me.h"
#include "usecases/sessions.h"

namespace anxiao::api {
namespace {

struct LogInAsk {
  std::string login;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(LogInAsk, (), (login, password))

// `new` is a word of the language; the body is read by hand.
struct PasswordAsk {
  std::string old_password;
  std::string new_password;
};

std::string cookie(const Parts& parts, const std::string& token, std::int64_t seconds) {
  return "anxiao_session=" + token +
         "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(seconds) +
         (parts.secure_cookie ? "; Secure" : "");
}

http::Response me_answer(const Call& call, const organisations::Actor& actor) {
  usecases::Office office{call.office.pack, call.office.zone, call.office.now, actor};
  return read_with(call.parts.store, [&](usecases::Reader& reader) {
    return json_answer(200, write(usecases::read_me(reader, office)));
  });
}

Result<http::Response> log_in(const Call& call) {
  TRY_LET(ask, read_text<LogInAsk>(call.request.body));
  TRY_LET(begun,
          call.parts.sessions.log_in({.login = ask.login,
                                      .password = ask.password,
                                      .address = call.request.address,
                                      .agent = std::string(call.request.header("user-agent"))},
                                     call.office.now));
  auto response = me_answer(call, *begun.actor);
  response.headers.emplace_back(
      "Set-Cookie", cookie(call.parts, begun.token, usecases::kSessionLongestMs / kSecondMs));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Result<http::Response> who_am_i(const Call& call) { return me_answer(call, call.office.actor); }

Result<http::Response> log_out(const Call& call) {
  call.parts.sessions.log_out(call.office.actor, call.office.now);
  auto response = no_content();
  response.headers.emplace_back("Set-Cookie", cookie(call.parts, "", 0));
  return response;
}

Result<PasswordAsk> read_password_ask(const std::string& body) {
  TRY_LET(given, read_text<json::object>(body));
  PasswordAsk ask;
  for (auto [name, into] : {std::pair{"old", &ask.old_password}, {"new", &ask.new_password}}) {
    const auto* value = given.if_contains(name);
    if (!value)
      return Refusal{.why = Why::malformed,
                     .key = "body.required",
                     .detail = std::string(name) + ": is required",
                     .field = name};
    if (!value->is_string()) return json_map::wrong(name, "a string");
    *into = value->get_string();
  }
  if (given.size() != 2)
    return Refusal{
        .why = Why::malformed, .key = "body.unknown", .detail = "old and new, and nothing else"};
  return ask;
}

Result<http::Response> change_password(const Call& call) {
  TRY_LET(ask, read_password_ask(call.request.body));
  TRY(call.parts.sessions.change_password(call.office.actor, ask.old_password, ask.new_password,
                                          call.office.now));
  return no_content();
}

json::object password_schema() {
  auto text = schema<std::string>();
  return {{"type", "object"},
          {"properties", json::object{{"old", text}, {"new", text}}},
          {"required", json::array{"old", "new"}},
          {"additionalProperties", false}};
}

}  // namespace

std::vector<Route> session_routes() {
  return {
      {.method = "POST",
       .pattern = "/api/v1/session",
       .lane = Lane::worker,
       .access = Access::anyone,
       .summary = "Logs in; the session's token comes as a cookie.",
       .body = schema<LogInAsk>(),
       .answer = schema<usecases::Me>(),
       .handler = Reading(log_in),
       .body_limit = 8 * 1024},
      {.method = "GET",
       .pattern = "/api/v1/session",
       .access = Access::entering,
       .summary = "Who is asking, at which posts, and what they allow.",
       .answer = schema<usecases::Me>(),
       .handler = Reading(who_am_i)},
      {.method = "DELETE",
       .pattern = "/api/v1/session",
       .lane = Lane::worker,
       .access = Access::entering,
       .summary = "Logs out.",
       .handler = Reading(log_out)},
      {.method = "PUT",
       .pattern = "/api/v1/session/password",
       .lane = Lane::worker,
       .access = Access::entering,
       .summary = "Changes one's own password and ends one's other sessions.",
       .body = password_schema(),
       .handler = Reading(change_password),
       .body_limit = 8 * 1024},
  };
}

}  // namespace anxiao::api
