#include "api/service.h"

#include <algorithm>
#include <chrono>

#include "api/gzip.h"
#include "api/hub.h"
#include "api/openapi.h"
#include "api/problem.h"
#include "base/ids.h"
#include "base/log.h"

namespace anxiao::api {
namespace {

using organisations::Actor;
using usecases::DatabaseFault;

constexpr std::string_view kCookie = "anxiao_session";

// On what the API answers: not kept, not framed elsewhere, never run as a page.
constexpr std::string_view kApiLines =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; "
    "frame-ancestors 'self'\r\n";
constexpr std::string_view kApiLinesNotKept =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; "
    "frame-ancestors 'self'\r\n"
    "Cache-Control: no-store\r\n";
constexpr std::string_view kPageLines =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Content-Security-Policy: default-src 'self'; img-src 'self' blob: data:; "
    "style-src 'self' 'unsafe-inline'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'\r\n";

std::int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

bool is_unsafe(std::string_view method) { return method != "GET" && method != "HEAD"; }

// The token of `Authorization: Bearer …`; empty where there is none.
std::string_view bearer_of(const http::Request& head) {
  auto value = head.header("authorization");
  if (value.size() < 8) return {};
  for (std::size_t i = 0; i < 6; ++i)
    if ((value[i] | 0x20) != "bearer"[i]) return {};
  return value[6] == ' ' ? value.substr(7) : std::string_view();
}

bool is_of_this_host(std::string_view origin, std::string_view host) {
  auto scheme = origin.find("://");
  return scheme != std::string_view::npos && origin.substr(scheme + 3) == host;
}

bool is_json(std::string_view type) {
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return std::ranges::equal(type, std::string_view("application/json"), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? a | 0x20 : a) == b;
  });
}

bool has_body(const http::Request& head) {
  auto length = head.header("content-length");
  return (!length.empty() && length != "0") || !head.header("transfer-encoding").empty();
}

// A page of another site can send requests with the session's cookie, but it can neither set a
// header of ours nor hide where it is.
Result<void> check_same_site(const http::Request& head, bool by_cookie) {
  auto origin = head.header("origin");
  if (!origin.empty() && !is_of_this_host(origin, head.header("host")))
    return Refusal{.why = Why::forbidden,
                   .key = "session.csrf",
                   .detail = "the request comes from a page of another site"};
  if (by_cookie && head.header("x-anxiao-request") != "1")
    return Refusal{.why = Why::forbidden,
                   .key = "session.csrf",
                   .detail = "the header X-Anxiao-Request: 1 is missing"};
  return {};
}

// Large lists go through slow telephones: text of some size is sent compressed.
void pack_body(http::Response& response) {
  constexpr std::size_t kWorthIt = 16 * 1024;
  bool text = response.type.starts_with("application/json") || response.type.starts_with("text/");
  if (!text || response.stream || response.body.size() < kWorthIt ||
      !response.header("content-encoding").empty())
    return;
  auto packed = gzip(response.body);
  if (packed.size() >= response.body.size()) return;
  response.body = std::move(packed);
  response.headers.emplace_back("Content-Encoding", "gzip");
  response.headers.emplace_back("Vary", "Accept-Encoding");
}

class DoorkeeperOfSessions final : public Doorkeeper {
 public:
  explicit DoorkeeperOfSessions(usecases::Sessions& sessions) : sessions_(sessions) {}
  Result<std::shared_ptr<const Actor>> actor_of(std::string_view token, usecases::Carried how,
                                                Instant now) override {
    return sessions_.actor_of(token, how, now);
  }

 private:
  usecases::Sessions& sessions_;
};

}  // namespace

std::unique_ptr<Doorkeeper> doorkeeper_of(usecases::Sessions& sessions) {
  return std::make_unique<DoorkeeperOfSessions>(sessions);
}

// One request under way.
struct Service::Exchange {
  std::size_t index = 0;
  const Route* route = nullptr;
  std::shared_ptr<const Actor> actor = {};
  std::shared_ptr<const pack::Pack> pack = {};
  std::int64_t began = 0;
  std::uint64_t endings = 0;  // of the hub, before the sender was asked for
  http::Request request = {};
  http::Reply reply = {};
  http::Response response = {};  // of the write lane, until it is durable
};

Service::Service(Parts& parts, Doorkeeper& doorkeeper, std::vector<Route> routes, Options options)
    : parts_(parts),
      doorkeeper_(doorkeeper),
      options_(std::move(options)),
      routes_(with_own(std::move(routes))),
      finder_(routes_),
      metrics_(routes_),
      pages_(options_.web),
      workers_(options_.workers, options_.most_queued) {
  description_ = boost::json::serialize(openapi(routes_, ANXIAO_VERSION));
  using Type = Metrics::Type;
  metrics_.add(Type::gauge, "anxiao_journal_last_seq", "Highest durable sequence of the journal.",
               [this] { return static_cast<double>(parts_.store.last_seq()); });
  metrics_.add(Type::gauge, "anxiao_stream_clients", "Listeners of the live stream.",
               [this] { return static_cast<double>(parts_.hub.listeners()); });
  metrics_.add(Type::gauge, "anxiao_worker_queue", "Requests that wait for a worker.",
               [this] { return static_cast<double>(workers_.queued()); });
}

Service::~Service() = default;

std::vector<Route> Service::with_own(std::vector<Route> routes) {
  auto add = [&](const char* pattern, const char* summary, Reading handler) {
    Route route;
    route.method = "GET";
    route.pattern = pattern;
    route.access = Access::anyone;
    route.summary = summary;
    route.handler = std::move(handler);
    routes.push_back(std::move(route));
  };
  add("/healthz", "Say that the process answers.", [](const Call&) -> Result<http::Response> {
    return json_answer(200, {{"alive", true}});
  });
  add("/readyz", "Say that the store answers too.", [this](const Call&) -> Result<http::Response> {
    parts_.store.read([](usecases::Reader& reader) {
      reader.query("SELECT 1", {}, [](const usecases::Row&) {});
    });
    return json_answer(200, {{"ready", true}});
  });
  add("/metrics", "Give the figures of this process for Prometheus.",
      [this](const Call&) -> Result<http::Response> {
        http::Response out;
        out.type = "text/plain; version=0.0.4; charset=utf-8";
        out.body = metrics_.text();
        return out;
      });
  add("/api/v1/openapi.json", "Describe this API.", [this](const Call&) -> Result<http::Response> {
    http::Response out;
    out.body = description_;
    return out;
  });
  return routes;
}

http::Response Service::refusal(int status, std::string_view key, std::string_view detail) {
  http::Response out = problem(
      status, {.why = Why::malformed, .key = std::string(key), .detail = std::string(detail)});
  out.lines = kApiLinesNotKept;
  return out;
}

Result<std::shared_ptr<const Actor>> Service::known(const http::Request& head,
                                                    const Route& route) const {
  auto bearer = bearer_of(head);
  bool by_cookie = bearer.empty() && route.access != Access::anyone;
  if (is_unsafe(head.method) && bearer.empty()) TRY(check_same_site(head, by_cookie));
  if (route.access == Access::anyone) return std::shared_ptr<const Actor>();
  auto token = by_cookie ? head.cookie(kCookie) : bearer;
  if (token.empty())
    return Refusal{
        .why = Why::unauthenticated, .key = "session.none", .detail = "nobody is logged in"};
  TRY_LET(actor, doorkeeper_.actor_of(
                     token, by_cookie ? usecases::Carried::cookie : usecases::Carried::bearer,
                     parts_.clock.now()));
  if (actor->must_change_password && route.access == Access::person)
    return Refusal{.why = Why::forbidden,
                   .key = "session.password_change_required",
                   .detail = "the one-time password must be changed first"};
  return actor;
}

http::Admission Service::admit(http::Request& head) {
  std::int64_t began = steady_ns();
  auto found = finder_.find(head.method, head.path);
  if (!found.path) return admit_page(head, began);

  auto instead = [&](std::size_t index, http::Response response) {
    response.lines = kApiLinesNotKept;
    count(index, head, response, began);
    http::Admission out;
    out.instead = std::move(response);
    return out;
  };
  if (found.route < 0) {
    auto response =
        problem(405, {.why = Why::malformed,
                      .key = "method.not_allowed",
                      .detail = "this path has no method " + head.method.substr(0, 16)});
    response.headers.emplace_back("Allow", found.allow);
    return instead(metrics_.nothing(), std::move(response));
  }
  auto index = static_cast<std::size_t>(found.route);
  const Route& route = routes_[index];
  std::shared_ptr<const Actor> actor;
  std::uint64_t endings = parts_.hub.endings();
  try {
    auto asked = known(head, route);
    if (!asked) return instead(index, problem(asked.error()));
    actor = std::move(*asked);
  } catch (const std::exception&) {
    return instead(index, fault_answer(std::current_exception(), route));
  }
  if (!route.body.empty() && !takes_bytes(route) && has_body(head) &&
      !is_json(head.header("content-type")))
    return instead(index, problem({.why = Why::malformed,
                                   .key = "body.wrong_type",
                                   .detail = "the body must be application/json",
                                   .args = {{"expected", "application/json"}}}));
  head.params = std::move(found.params);
  auto exchange = std::make_shared<Exchange>();
  exchange->index = index;
  exchange->route = &route;
  exchange->actor = std::move(actor);
  exchange->pack = parts_.pack.load();
  exchange->began = began;
  exchange->endings = endings;
  http::Admission out;
  out.body_limit = route.body_limit;
  out.held = std::move(exchange);
  return out;
}

http::Admission Service::admit_page(const http::Request& head, std::int64_t began) {
  http::Admission out;
  bool of_api = head.path.starts_with("/api/") || head.path == "/api";
  if (!of_api && !is_unsafe(head.method)) {
    try {
      if (auto page = pages_.serve(head)) {
        page->lines = kPageLines;
        count(metrics_.pages(), head, *page, began);
        out.instead = std::move(*page);
        return out;
      }
    } catch (const std::exception& fault) {
      log::error("a page could not be read", {{"what", fault.what()}});
    }
  }
  auto response =
      problem({.why = Why::not_found, .key = "not_found", .detail = "there is nothing here"});
  response.lines = kApiLinesNotKept;
  count(metrics_.nothing(), head, response, began);
  out.instead = std::move(response);
  return out;
}

void Service::answer(http::Request&& request, std::shared_ptr<void> held, http::Reply reply) {
  auto exchange = std::static_pointer_cast<Exchange>(std::move(held));
  exchange->request = std::move(request);
  exchange->reply = std::move(reply);
  switch (exchange->route->lane) {
    case Lane::direct:
      run_reading(*exchange);
      return;
    case Lane::write:
      run_writing(std::move(exchange));
      return;
    case Lane::worker:
      if (!workers_.give([this, exchange] { run_reading(*exchange); }))
        finish(*exchange, problem({.why = Why::busy,
                                   .key = "store.busy",
                                   .detail = "too many requests wait for a worker"}));
      return;
  }
}

// Calls the handler. `kept`: the transaction stands.
http::Response Service::run(Exchange& exchange, usecases::Transaction* transaction, bool& kept) {
  // Somebody was put out of office while this waited in a queue: perhaps its sender.
  if (exchange.actor && exchange.endings != parts_.hub.endings()) {
    auto asked = known(exchange.request, *exchange.route);
    if (!asked) return problem(asked.error());
    exchange.actor = std::move(*asked);
  }
  const Actor& actor = exchange.actor ? *exchange.actor : nobody_;
  usecases::Office office{.pack = *exchange.pack,
                          .zone = parts_.zone,
                          .now = parts_.clock.now(),
                          .actor = actor,
                          .calendars = &parts_.calendars};
  Call call{.parts = parts_, .request = exchange.request, .office = office};
  auto result = transaction ? std::get<Writing>(exchange.route->handler)(call, *transaction)
                            : std::get<Reading>(exchange.route->handler)(call);
  kept = result.has_value();
  return result ? std::move(*result) : problem(result.error());
}

void Service::run_reading(Exchange& exchange) {
  http::Response response;
  try {
    bool kept = false;
    response = run(exchange, nullptr, kept);
  } catch (...) {
    response = fault_answer(std::current_exception(), *exchange.route);
  }
  finish(exchange, std::move(response));
}

void Service::run_writing(std::shared_ptr<Exchange> exchange) {
  try {
    parts_.store.submit(
        [this, exchange](usecases::Transaction& transaction) {
          bool kept = false;
          exchange->response = run(*exchange, &transaction, kept);
          return kept;
        },
        [this, exchange](std::exception_ptr fault) {
          finish(*exchange,
                 fault ? fault_answer(fault, *exchange->route) : std::move(exchange->response));
        });
  } catch (...) {
    finish(*exchange, fault_answer(std::current_exception(), *exchange->route));
  }
}

http::Response Service::fault_answer(std::exception_ptr fault, const Route& route) const {
  std::string trace = random_token(9);
  std::string what = "not an exception";
  int status = 500;
  Refusal refusal{.why = Why::busy,
                  .key = "fault",
                  .detail = "a fault on our side; the trace names it in the log"};
  try {
    std::rethrow_exception(fault);
  } catch (const DatabaseFault& database) {
    what = database.what();
    if (database.kind == DatabaseFault::Kind::full) {
      status = 503;
      refusal.key = "store.full";
      refusal.detail = "the disk is full; nothing was changed";
    } else if (database.kind == DatabaseFault::Kind::busy ||
               database.kind == DatabaseFault::Kind::interrupted) {
      status = 503;
      refusal.key = "store.busy";
      refusal.detail = "the store is busy; nothing was changed";
    }
  } catch (const std::exception& other) {
    what = other.what();
  } catch (...) {
  }
  log::write(
      status == 500 ? log::Level::error : log::Level::warning, "a request met a fault",
      {{"trace", trace}, {"method", route.method}, {"route", route.pattern}, {"what", what}});
  return problem(status, refusal, trace);
}

void Service::finish(Exchange& exchange, http::Response response) {
  response.lines = response.header("cache-control").empty() ? kApiLinesNotKept : kApiLines;
  if (accepts_gzip(exchange.request.header("accept-encoding"))) pack_body(response);
  count(exchange.index, exchange.request, response, exchange.began);
  exchange.reply(std::move(response));
}

void Service::count(std::size_t route, const http::Request& request, const http::Response& response,
                    std::int64_t began) const {
  std::int64_t took = steady_ns() - began;
  metrics_.count(route, response.status, took);
  if (!options_.access_log) return;
  log::write(log::Level::debug, "answered",
             {{"method", request.method},
              {"path", request.path},
              {"status", response.status},
              {"took_us", took / 1000}});
}

}  // namespace anxiao::api
