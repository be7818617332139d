#include "api/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "api/problem.h"
#include "api/test_parts.h"

namespace anxiao::api {
namespace {

using testing::Client;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Running;
using ::testing::StartsWith;

Route row(const char* method, const char* pattern, Lane lane = Lane::direct,
          Access access = Access::person) {
  Route route;
  route.method = method;
  route.pattern = pattern;
  route.lane = lane;
  route.access = access;
  if (lane == Lane::write)
    route.handler = [](const Call& call, usecases::Transaction&) -> Result<http::Response> {
      if (call.request.body == "\"refuse\"")
        return Refusal{
            .why = Why::refused, .key = "matter.unmet", .detail = {}, .wants = {"funds"}};
      return json_answer(201, {{"person", call.office.actor.person}});
    };
  else
    route.handler = [](const Call& call) -> Result<http::Response> {
      if (call.request.parameter("throw") == "1") throw std::runtime_error("made up");
      if (call.request.parameter("much") == "1")
        return json_answer(200, {{"text", std::string(50'000, 'x')}});
      boost::json::array params;
      for (const auto& param : call.request.params) params.emplace_back(param);
      return json_answer(200, {{"person", call.office.actor.person}, {"params", params}});
    };
  return route;
}

std::vector<Route> rows() {
  std::vector<Route> out;
  out.push_back(row("GET", "/api/v1/things/{id}"));
  out.push_back(row("GET", "/api/v1/things/counts"));
  out.push_back(row("DELETE", "/api/v1/things/{id}"));
  out.push_back(row("PUT", "/api/v1/things/{id}/moves/{move}", Lane::write));
  out.back().body = {{"type", "object"}};
  out.back().grants = {"matters.move"};
  out.push_back(row("PUT", "/api/v1/files/{hash}", Lane::worker));
  out.back().body = {{"type", "string"}, {"format", "binary"}};
  out.push_back(row("GET", "/api/v1/slow", Lane::worker));
  out.push_back(row("GET", "/api/v1/me", Lane::direct, Access::entering));
  out.push_back(row("POST", "/api/v1/session", Lane::worker, Access::anyone));
  return out;
}

std::string get(const std::string& path,
                const std::string& more = "Authorization: Bearer teacher\r\n") {
  return "GET " + path + " HTTP/1.1\r\nHost: here\r\n" + more + "\r\n";
}

std::string put(const std::string& path, const std::string& body, const std::string& more) {
  return "PUT " + path +
         " HTTP/1.1\r\nHost: here\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         more + "\r\n" + body;
}

constexpr const char* kJson = "Content-Type: application/json\r\n";
constexpr const char* kByCookie = "Cookie: a=b; anxiao_session=teacher\r\n";
constexpr const char* kOurs = "X-Anxiao-Request: 1\r\n";

struct ServiceOverHttp : ::testing::Test {
  Running running{rows()};
  Client::Answer ask(const std::string& bytes) { return running.client().send(bytes).answer(); }
};

TEST_F(ServiceOverHttp, FindsTheRowAndWhatItsPatternMatched) {
  EXPECT_THAT(ask(get("/api/v1/things/abc")).body, HasSubstr(R"("params":["abc"])"));
  EXPECT_THAT(ask(get("/api/v1/things/counts")).body, HasSubstr(R"("params":[])"));
  auto one = running.client();
  EXPECT_EQ(one.send("HEAD /api/v1/things/abc HTTP/1.1\r\nHost: here\r\n"
                     "Authorization: Bearer teacher\r\n\r\n")
                .answer(true)
                .status,
            200);
}

TEST_F(ServiceOverHttp, NamesTheMethodsOfAPathThatHasOthers) {
  auto answer = ask("POST /api/v1/things/abc HTTP/1.1\r\nHost: here\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(answer.status, 405);
  EXPECT_TRUE(answer.has("Allow: DELETE, GET, HEAD\r\n"));
  EXPECT_THAT(answer.body, HasSubstr("method.not_allowed"));
  EXPECT_EQ(ask(get("/api/v1/unknown")).status, 404);
  EXPECT_EQ(ask(get("/api/v1/things/")).status, 404);
  EXPECT_EQ(ask(get("/api/v1/things/a/b")).status, 404);
}

TEST_F(ServiceOverHttp, KnowsWhoAsks) {
  EXPECT_EQ(ask(get("/api/v1/things/a", "")).status, 401);
  EXPECT_EQ(ask(get("/api/v1/things/a", "Authorization: Bearer wrong\r\n")).status, 401);
  EXPECT_EQ(ask(get("/api/v1/things/a", "Authorization: Basic dGVhY2hlcg==\r\n")).status, 401);
  EXPECT_THAT(ask(get("/api/v1/things/a")).body, HasSubstr(R"("person":"t")"));
  EXPECT_THAT(ask(get("/api/v1/things/a", kByCookie)).body, HasSubstr(R"("person":"t")"));
}

TEST_F(ServiceOverHttp, LetsAOneTimePasswordDoNothingElse) {
  auto answer = ask(get("/api/v1/things/a", "Authorization: Bearer fresh\r\n"));
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(answer.body, HasSubstr("session.password_change_required"));
  EXPECT_EQ(ask(get("/api/v1/me", "Authorization: Bearer fresh\r\n")).status, 200);
}

TEST_F(ServiceOverHttp, RefusesWhatAPageOfAnotherSiteSends) {
  std::string path = "/api/v1/things/a/moves/m";
  std::string cookie = std::string(kByCookie) + kJson;
  EXPECT_EQ(ask(put(path, "{}", cookie)).status, 403);
  EXPECT_THAT(ask(put(path, "{}", cookie)).body, HasSubstr("session.csrf"));
  EXPECT_EQ(ask(put(path, "{}", cookie + kOurs)).status, 201);
  EXPECT_EQ(ask(put(path, "{}", cookie + kOurs + "Origin: http://here\r\n")).status, 201);
  EXPECT_EQ(ask(put(path, "{}", cookie + kOurs + "Origin: http://there\r\n")).status, 403);
  EXPECT_EQ(ask(put(path, "{}", cookie + kOurs + "Origin: null\r\n")).status, 403);
  EXPECT_EQ(ask(put(path, "{}", std::string(kJson) + "Authorization: Bearer teacher\r\n")).status,
            201);
  EXPECT_EQ(ask("POST /api/v1/session HTTP/1.1\r\nHost: here\r\nOrigin: http://there\r\n"
                "Content-Length: 0\r\n\r\n")
                .status,
            403);
}

TEST_F(ServiceOverHttp, TakesJsonWhereJsonIsWanted) {
  std::string who = "Authorization: Bearer teacher\r\n";
  auto answer = ask(put("/api/v1/things/a/moves/m", "{}", who + "Content-Type: text/plain\r\n"));
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("body.wrong_type"));
  EXPECT_EQ(ask(put("/api/v1/things/a/moves/m", "{}", who)).status, 400);
  EXPECT_EQ(ask(put("/api/v1/things/a/moves/m", "{}",
                    who + "Content-Type: Application/JSON; charset=utf-8\r\n"))
                .status,
            201);
  EXPECT_EQ(ask(put("/api/v1/files/h", "bytes", who + "Content-Type: image/png\r\n")).status, 200);
}

TEST_F(ServiceOverHttp, UndoesARefusedWriteAndSaysWhatIsWanted) {
  auto answer = ask(put("/api/v1/things/a/moves/m", "\"refuse\"",
                        std::string(kJson) + "Authorization: Bearer teacher\r\n"));
  EXPECT_EQ(answer.status, 422);
  EXPECT_TRUE(running.store.undone);
  EXPECT_TRUE(answer.has("Content-Type: application/problem+json"));
  EXPECT_EQ(answer.body, R"({"type":"about:blank","title":"Unprocessable Content","status":422,)"
                         R"("key":"matter.unmet","wants":["funds"]})");
}

// The sender is asked for again where somebody was put out of office while the request waited.
TEST_F(ServiceOverHttp, RunsNothingForWhoeverWasPutOutOfOfficeMeanwhile) {
  std::string request = put("/api/v1/things/a/moves/m", "{}",
                            std::string(kJson) + "Authorization: Bearer teacher\r\n");
  auto one = running.client();
  one.send(request.substr(0, request.size() - 1));
  ASSERT_EQ(ask(get("/api/v1/me")).status, 200);
  while (running.doorkeeper.asked < 2) std::this_thread::yield();
  running.doorkeeper.forget("teacher");
  usecases::Entry ended;
  ended.kind = "PostEnded";
  ended.data = {{"person", "t"}};
  running.store.commit({ended});
  EXPECT_EQ(one.send(request.substr(request.size() - 1)).answer().status, 401);
  EXPECT_TRUE(running.store.undone);
}

TEST_F(ServiceOverHttp, CompressesALargeAnswerWhereTheClientTakesIt) {
  std::string who = "Authorization: Bearer teacher\r\n";
  auto plain = ask(get("/api/v1/things/a?much=1", who));
  EXPECT_FALSE(plain.has("Content-Encoding"));
  auto packed = ask(get("/api/v1/things/a?much=1", who + "Accept-Encoding: gzip, br\r\n"));
  EXPECT_TRUE(packed.has("Content-Encoding: gzip\r\n"));
  EXPECT_TRUE(packed.has("Vary: Accept-Encoding\r\n"));
  EXPECT_LT(packed.body.size(), plain.body.size() / 10);
  EXPECT_FALSE(
      ask(get("/api/v1/things/a", who + "Accept-Encoding: gzip\r\n")).has("Content-Encoding"));
}

TEST_F(ServiceOverHttp, RefusesABodyOverTheRoutesLimit) {
  std::string who = std::string(kJson) + "Authorization: Bearer teacher\r\n";
  auto answer = ask(put("/api/v1/things/a/moves/m", std::string(300 * 1024, ' '), who));
  EXPECT_EQ(answer.status, 413);
  EXPECT_THAT(answer.body, HasSubstr("request.too_large"));
}

TEST_F(ServiceOverHttp, NamesAFaultByATraceAndHidesTheRest) {
  auto answer = ask(get("/api/v1/things/a?throw=1"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, HasSubstr(R"("trace":")"));
  EXPECT_THAT(answer.body, Not(HasSubstr("made up")));
  EXPECT_EQ(ask(get("/api/v1/slow?throw=1")).status, 500);
}

TEST_F(ServiceOverHttp, SaysThatTheStoreIsFullOrBusy) {
  std::string request = put("/api/v1/things/a/moves/m", "{}",
                            std::string(kJson) + "Authorization: Bearer teacher\r\n");
  running.store.fault = usecases::DatabaseFault::Kind::full;
  auto full = ask(request);
  EXPECT_EQ(full.status, 503);
  EXPECT_THAT(full.body, HasSubstr("store.full"));
  EXPECT_TRUE(full.has("Retry-After: 30"));
  EXPECT_EQ(ask(get("/readyz", "")).status, 503);
  running.store.fault = usecases::DatabaseFault::Kind::damaged;
  EXPECT_EQ(ask(request).status, 500);
  running.store.fault.reset();
  running.store.queue_full = true;
  EXPECT_THAT(ask(request).body, HasSubstr("store.busy"));
}

TEST_F(ServiceOverHttp, PutsTheHeadersOfSafetyOnEveryAnswer) {
  for (const auto& path : {"/api/v1/things/a", "/api/v1/unknown", "/healthz", "/%zz"}) {
    auto answer = ask(get(path));
    EXPECT_TRUE(answer.has("X-Content-Type-Options: nosniff\r\n")) << path;
    EXPECT_TRUE(answer.has("Referrer-Policy: no-referrer\r\n")) << path;
    EXPECT_TRUE(answer.has("Cache-Control: no-store\r\n")) << path;
  }
}

TEST_F(ServiceOverHttp, TellsHowItIs) {
  EXPECT_EQ(ask(get("/healthz", "")).body, R"({"alive":true})");
  EXPECT_EQ(ask(get("/readyz", "")).body, R"({"ready":true})");
  ask(get("/api/v1/things/secret-id"));
  auto metrics = ask(get("/metrics", ""));
  EXPECT_TRUE(metrics.has("Content-Type: text/plain; version=0.0.4"));
  EXPECT_THAT(
      metrics.body,
      HasSubstr(
          R"(anxiao_http_requests_total{method="GET",route="/api/v1/things/{id}",status="200"} 1)"));
  EXPECT_THAT(metrics.body, HasSubstr("anxiao_journal_last_seq 0"));
  EXPECT_THAT(metrics.body, HasSubstr(R"(route="/api/v1/things/{id}",le="+Inf"} 1)"));
  EXPECT_THAT(metrics.body, Not(HasSubstr("secret-id")));
}

TEST_F(ServiceOverHttp, DescribesEveryRowOfItsTable) {
  auto answer = ask(get("/api/v1/openapi.json", ""));
  ASSERT_EQ(answer.status, 200);
  auto description = boost::json::parse(answer.body).as_object();
  EXPECT_EQ(description["openapi"].as_string(), "3.1.0");
  auto& paths = description["paths"].as_object();
  for (const auto& route : running.service.routes()) {
    std::string method = route.method;
    std::transform(method.begin(), method.end(), method.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    ASSERT_TRUE(paths.contains(route.pattern)) << route.pattern;
    EXPECT_TRUE(paths[route.pattern].as_object().contains(method))
        << method << " " << route.pattern;
  }
  auto& move = paths["/api/v1/things/{id}/moves/{move}"].as_object()["put"].as_object();
  EXPECT_EQ(move["parameters"].as_array().size(), 2u);
  EXPECT_EQ(boost::json::serialize(move["x-grants"]), R"(["matters.move"])");
  EXPECT_TRUE(move["requestBody"].as_object()["content"].as_object().contains("application/json"));
}

TEST(Finder, RefusesTheSameRowTwiceAndAHandlerOnTheWrongLane) {
  EXPECT_THROW(Finder({row("GET", "/a/{x}"), row("GET", "/a/{y}")}), Fault);
  auto wrong = row("GET", "/a");
  wrong.lane = Lane::write;
  EXPECT_THROW(Finder({wrong}), Fault);
}

TEST(Finder, TriesALiteralSegmentBeforeAParameterAndGoesBack) {
  Finder finder({row("GET", "/a/{x}/c"), row("GET", "/a/b/d")});
  EXPECT_EQ(finder.find("GET", "/a/b/d").route, 1);
  auto found = finder.find("GET", "/a/b/c");
  EXPECT_EQ(found.route, 0);
  EXPECT_EQ(found.params, std::vector<std::string>{"b"});
  EXPECT_FALSE(finder.find("GET", "/a//c").path);
}

TEST(Problem, GivesEachReasonItsStatus) {
  auto status = [](Why why, const char* key = "x") {
    return status_of({.why = why, .key = key, .detail = {}});
  };
  EXPECT_EQ(status(Why::malformed), 400);
  EXPECT_EQ(status(Why::unauthenticated), 401);
  EXPECT_EQ(status(Why::forbidden), 403);
  EXPECT_EQ(status(Why::not_found), 404);
  EXPECT_EQ(status(Why::refused), 422);
  EXPECT_EQ(status(Why::conflict), 409);
  EXPECT_EQ(status(Why::stale), 412);
  EXPECT_EQ(status(Why::too_large), 413);
  EXPECT_EQ(status(Why::busy), 503);
  EXPECT_EQ(status(Why::busy, "session.throttled"), 429);
  auto throttled = problem({.why = Why::busy,
                            .key = "session.throttled",
                            .detail = {},
                            .args = {{"retry_after_seconds", 60}}});
  EXPECT_EQ(throttled.header("retry-after"), "60");
}

struct Pages : ::testing::Test {
  Pages() {
    folder = std::filesystem::temp_directory_path() /
             ("anxiao-pages-" + std::to_string(::getpid()) + "-" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder / "web" / "assets");
    write("secret.txt", "secret");
    write("web/index.html", "<html>");
    write("web/.hidden", "hidden");
    write("web/assets/a.js", std::string(500, 'a'));
    write("web/assets/a.js.gz", "gzipped");
    write("web/manifest.webmanifest", "{}");
    std::filesystem::create_symlink(folder / "secret.txt", folder / "web" / "link.txt");
  }
  ~Pages() override { std::filesystem::remove_all(folder); }
  void write(const char* name, const std::string& bytes) { std::ofstream(folder / name) << bytes; }

  std::filesystem::path folder;
};

TEST_F(Pages, AreServedFromTheirFolderAndNowhereElse) {
  Running running(rows(), {}, {.web = folder / "web"});
  auto ask = [&](const std::string& bytes) { return running.client().send(bytes).answer(); };
  auto index = ask(get("/", ""));
  EXPECT_EQ(index.body, "<html>");
  EXPECT_TRUE(index.has("Content-Type: text/html; charset=utf-8"));
  EXPECT_TRUE(index.has("Content-Security-Policy: default-src 'self'"));
  EXPECT_TRUE(index.has("frame-ancestors 'none'"));
  EXPECT_TRUE(index.has("Cache-Control: no-cache"));
  EXPECT_EQ(ask(get("/hazards/500190.0190f3a2-7c1e-7b52-9d3a-2f6f0c1d8e44", "")).body, "<html>");
  EXPECT_EQ(ask(get("/hazards/list", "")).body, "<html>");
  EXPECT_EQ(ask(get("/manifest.webmanifest", "")).has("application/manifest+json"), true);
  EXPECT_EQ(ask(get("/missing.js", "")).status, 404);
  EXPECT_EQ(ask(get("/.hidden", "")).status, 404);
  EXPECT_EQ(ask(get("/link.txt", "")).status, 404);
  EXPECT_EQ(ask(get("/api/v1/nothing", "")).status, 404);
  EXPECT_EQ(ask(get("/api", "")).status, 404);
  EXPECT_EQ(ask("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 0\r\n\r\n").status, 404);
}

TEST_F(Pages, AreKeptByTheBrowserAndSentCompressed) {
  Running running(rows(), {}, {.web = folder / "web"});
  auto ask = [&](const std::string& bytes) { return running.client().send(bytes).answer(); };
  auto plain = ask(get("/assets/a.js", ""));
  EXPECT_EQ(plain.body.size(), 500u);
  EXPECT_TRUE(plain.has("immutable"));
  EXPECT_TRUE(plain.has("Vary: Accept-Encoding"));
  auto packed = ask(get("/assets/a.js", "Accept-Encoding: br, gzip\r\n"));
  EXPECT_EQ(packed.body, "gzipped");
  EXPECT_TRUE(packed.has("Content-Encoding: gzip"));
  EXPECT_EQ(ask(get("/assets/a.js", "Accept-Encoding: gzip;q=0\r\n")).body.size(), 500u);
  auto at = plain.head.find("ETag: ") + 6;
  auto tag = plain.head.substr(at, plain.head.find("\r\n", at) - at);
  EXPECT_EQ(ask(get("/assets/a.js", "If-None-Match: " + tag + "\r\n")).status, 304);
  write("web/assets/a.js", std::string(600, 'b'));
  EXPECT_EQ(ask(get("/assets/a.js", "If-None-Match: " + tag + "\r\n")).body.size(), 600u);
}

}  // namespace
}  // namespace anxiao::api
