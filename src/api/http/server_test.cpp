// The server at the level of bytes: what malformed, oversized, slow and hostile clients get.

#include "api/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "api/http/stream.h"
#include "api/test_parts.h"

namespace anxiao::api::http {
namespace {

using api::testing::Client;
using api::testing::StandingClock;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Gives back what it was asked; some paths do as their name says.
class Echo final : public Answerer {
 public:
  ~Echo() override {
    for (auto& thread : threads) thread.join();
  }
  Admission admit(Request& head) override {
    Admission out;
    out.body_limit = head.path == "/large" ? 32u * 1024 * 1024 : 1000;
    if (head.path == "/forbidden") out.instead = refusal(403, "authority.forbidden", "no");
    return out;
  }
  void answer(Request&& request, std::shared_ptr<void>, Reply reply) override {
    ++answered;
    if (request.path == "/dropped") return;
    if (request.path == "/throws") throw std::runtime_error("made up");
    if (request.path == "/later") {
      threads.emplace_back([this, reply = std::move(reply)]() mutable {
        std::unique_lock lock(guard);
        wake.wait(lock, [this] { return released; });
        reply(Response{.type = "text/plain", .body = "late"});
      });
      return;
    }
    Response out;
    out.type = "text/plain";
    if (request.path == "/bad-header") out.headers.emplace_back("X-Thing", "a\r\nSet-Cookie: b");
    if (request.path == "/much")
      out.shared = std::make_shared<const std::string>(std::string(8'000'000, 'm'));
    if (request.path == "/nothing") out.status = 204;
    out.body = request.method + " " + request.path + " " + std::to_string(request.body.size());
    for (const auto& [name, value] : request.query) out.body += " " + name + "=" + value;
    if (request.body.size() <= 64) out.body += " [" + request.body + "]";
    if (request.path == "/address") out.body = request.address;
    reply(std::move(out));
  }
  Response refusal(int status, std::string_view key, std::string_view detail) override {
    Response out;
    out.status = status;
    out.type = "application/problem+json";
    out.body = std::string(key) + ": " + std::string(detail);
    return out;
  }
  void release() {
    std::lock_guard lock(guard);
    released = true;
    wake.notify_all();
  }

  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  std::mutex guard;
  std::condition_variable wake;
  bool released = false;
};

struct HttpServer : ::testing::Test {
  void serve(Limits limits = {}, std::vector<std::string> proxies = {}, int threads = 1) {
    server = std::make_unique<Server>(
        ServerOptions{.threads = threads, .trusted_proxies = std::move(proxies), .limits = limits},
        echo, clock);
    server->start();
  }
  void TearDown() override {
    echo.release();
    if (server) server->stop(0);
  }
  Client client() { return Client(server->port()); }
  Client::Answer ask(std::string_view bytes) { return Client(server->port()).send(bytes).answer(); }

  StandingClock clock;
  Echo echo;
  std::unique_ptr<Server> server;
};

constexpr const char* kHost = "Host: here\r\n";

std::string get(const std::string& target, const std::string& more = "") {
  return "GET " + target + " HTTP/1.1\r\n" + kHost + more + "\r\n";
}

TEST_F(HttpServer, AnswersAndKeepsTheConnection) {
  serve();
  auto one = client();
  for (int i = 0; i < 3; ++i) {
    auto answer = one.send(get("/a?x=1&y=%E4%BA%91+b")).answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "GET /a 0 x=1 y=云 b []");
    EXPECT_TRUE(answer.has("Date: Mon, 02 Mar 2026 07:30:00 GMT") ||
                answer.has("Date: Sun, 01 Mar 2026 23:30:00 GMT"));
    EXPECT_FALSE(answer.has("Connection:"));
  }
}

TEST_F(HttpServer, AnswersManyRequestsSentAtOnceInOrder) {
  serve();
  auto one = client();
  std::string all;
  for (int i = 0; i < 200; ++i) all += get("/n?i=" + std::to_string(i));
  one.send(all);
  for (int i = 0; i < 200; ++i)
    ASSERT_EQ(one.answer().body, "GET /n 0 i=" + std::to_string(i) + " []");
}

TEST_F(HttpServer, TakesARequestThatComesByteByByte) {
  serve();
  auto one = client();
  std::string request =
      "POST /a HTTP/1.1\r\n" + std::string(kHost) + "Content-Length: 5\r\n\r\nhello";
  for (char c : request) one.send({&c, 1});
  EXPECT_EQ(one.answer().body, "POST /a 5 [hello]");
}

TEST_F(HttpServer, PassesOverAnEmptyLineBeforeTheRequest) {
  serve();
  EXPECT_EQ(ask("\r\n\r\n" + get("/a")).status, 200);
}

TEST_F(HttpServer, ReadsAChunkedBodyAndIgnoresItsTrailers) {
  serve();
  auto one = client();
  one.send(
      "POST /a HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nX-Later: 1\r\n\r\n");
  EXPECT_EQ(one.answer().body, "POST /a 11 [hello world]");
  EXPECT_EQ(one.send(get("/b")).answer().body, "GET /b 0 []");
}

TEST_F(HttpServer, ReadsALargeBodyWhereTheRouteAllowsIt) {
  serve();
  std::string body(20'000'000, 'x');
  auto one = client();
  one.send("PUT /large HTTP/1.1\r\nHost: here\r\nContent-Length: 20000000\r\n\r\n").send(body);
  EXPECT_EQ(one.answer().body, "PUT /large 20000000");
}

TEST_F(HttpServer, WritesALargeAnswerToASlowReader) {
  serve();
  Client one(server->port(), 4096);
  auto answer = one.send(get("/much")).answer();
  EXPECT_EQ(answer.body.size(), 8'000'000u);
  EXPECT_EQ(one.send(get("/b")).answer().status, 200);
}

TEST_F(HttpServer, RefusesALargeBodyBeforeItComes) {
  serve();
  auto one = client();
  one.send("PUT /a HTTP/1.1\r\nHost: here\r\nContent-Length: 50000000\r\n\r\n");
  auto answer = one.answer();
  EXPECT_EQ(answer.status, 413);
  EXPECT_TRUE(answer.has("Connection: close"));
  EXPECT_THAT(answer.body, HasSubstr("request.too_large"));
  EXPECT_EQ(echo.answered, 0);
}

TEST_F(HttpServer, KeepsTheConnectionWhereARefusedBodyIsSmall) {
  serve();
  auto one = client();
  one.send("PUT /forbidden HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(one.answer().status, 403);
  EXPECT_EQ(one.send(get("/b")).answer().body, "GET /b 0 []");
}

TEST_F(HttpServer, RefusesAChunkedBodyWhenItGrowsOverTheLimit) {
  serve();
  auto one = client();
  one.send("PUT /a HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n");
  std::string chunk = "1f4\r\n" + std::string(500, 'x') + "\r\n";
  one.send(chunk + chunk + chunk);
  EXPECT_EQ(one.answer().status, 413);
  EXPECT_TRUE(one.is_over());
}

TEST_F(HttpServer, RefusesAChunkThatClaimsMoreThanTheLimit) {
  serve();
  EXPECT_EQ(ask("PUT /a HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
                "ffffffffffffffff\r\n")
                .status,
            413);
}

TEST_F(HttpServer, RefusesRequestsThatTwoServersCouldReadDifferently) {
  serve();
  const char* bad[] = {
      "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
      "Content-Length: 5\r\nContent-Length: 5\r\n",
      "Content-Length: 5, 5\r\n",
      "Content-Length: +5\r\n",
      "Content-Length: 5 5\r\n",
      "Content-Length: -1\r\n",
      "Content-Length: 99999999999999999999999\r\n",
      "Transfer-Encoding: gzip\r\n",
      "Transfer-Encoding: gzip, chunked\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: xchunked\r\n",
      "Transfer-Encoding : chunked\r\n",
      "Host: there\r\n",
      "Bad Name: x\r\n",
      "X: a\nY: b\r\n",
  };
  for (const char* header : bad) {
    auto one = client();
    one.send("POST /a HTTP/1.1\r\nHost: here\r\n" + std::string(header) + "\r\n0\r\n\r\n");
    EXPECT_EQ(one.answer().status, 400) << header;
    EXPECT_TRUE(one.is_over()) << header;
  }
  EXPECT_EQ(echo.answered, 0);
}

TEST_F(HttpServer, RefusesWhatIsNoRequest) {
  serve();
  const char* bad[] = {
      "hello\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  // a TLS greeting
      "GET /a\r\n\r\n",
      "GET  /a HTTP/1.1\r\nHost: here\r\n\r\n",
      "GET a HTTP/1.1\r\nHost: here\r\n\r\n",
      "GET /%zz HTTP/1.1\r\nHost: here\r\n\r\n",
      "GET /%4 HTTP/1.1\r\nHost: here\r\n\r\n",
      "GET /%00 HTTP/1.1\r\nHost: here\r\n\r\n",
      "GET /%ff%fe HTTP/1.1\r\nHost: here\r\n\r\n",
      "GET /a%2fb HTTP/1.1\r\nHost: here\r\n\r\n",
      "GET /a/../b HTTP/1.1\r\nHost: here\r\n\r\n",
      "GET /a/%2e%2e/b HTTP/1.1\r\nHost: here\r\n\r\n",
      "GET /a?x=%ff HTTP/1.1\r\nHost: here\r\n\r\n",
      "GET /a HTTP/1.1\r\n\r\n",
      "CONNECT here:80 HTTP/1.1\r\nHost: here\r\n\r\n",
  };
  for (const char* request : bad) {
    auto one = client();
    one.send(request);
    one.end_sending();
    EXPECT_EQ(one.answer().status, 400) << request;
  }
  EXPECT_EQ(ask("GET /a HTTP/2.0\r\nHost: here\r\n\r\n").status, 505);
  EXPECT_EQ(ask("GET /a HTTP/1.1\r\nHost: here\r\nExpect: much\r\n\r\n").status, 417);
}

TEST_F(HttpServer, BoundsTheHead) {
  serve();
  EXPECT_EQ(ask("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: here\r\n\r\n").status, 414);
  EXPECT_EQ(ask("GET /" + std::string(40'000, 'a')).status, 414);
  EXPECT_EQ(ask(get("/a", "X: " + std::string(40'000, 'x') + "\r\n")).status, 431);
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
  EXPECT_EQ(ask(get("/a", many)).status, 431);
  // In small pieces too.
  auto one = client();
  one.send("GET /a HTTP/1.1\r\nHost: here\r\n");
  for (int i = 0; i < 90; ++i)
    one.send("X-" + std::to_string(i) + ": " + std::string(300, 'y') + "\r\n");
  EXPECT_EQ(one.answer().status, 431);
  EXPECT_EQ(echo.answered, 0);
}

TEST_F(HttpServer, BoundsWhatComesBetweenChunks) {
  serve();
  auto one = client();
  one.send("PUT /a HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n");
  one.send("1;x=" + std::string(60'000, 'x'));
  EXPECT_EQ(one.answer().status, 400);
}

TEST_F(HttpServer, ClosesOnAClientThatIsSlowWithItsHead) {
  serve({.head_ms = 60, .sweep_ms = 20});
  auto silent = client();
  EXPECT_TRUE(silent.is_over());
  auto slow = client();
  slow.send("GET /a HTTP/1.1\r\nHo");
  EXPECT_EQ(slow.answer().status, 408);
  EXPECT_TRUE(slow.is_over());
}

TEST_F(HttpServer, ClosesOnAClientThatIsSlowWithItsBody) {
  serve({.progress_ms = 60, .sweep_ms = 20});
  auto slow = client();
  slow.send("PUT /a HTTP/1.1\r\nHost: here\r\nContent-Length: 900\r\n\r\nx");
  EXPECT_EQ(slow.answer().status, 408);
  EXPECT_TRUE(slow.is_over());
}

TEST_F(HttpServer, ClosesOnAClientThatDoesNotReadItsAnswer) {
  serve({.progress_ms = 60, .sweep_ms = 20});
  Client deaf(server->port(), 2048);
  for (int i = 0; i < 4; ++i) deaf.send(get("/much"));
  for (int i = 0; i < 500 && server->connections() > 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(server->connections(), 0u);
}

TEST_F(HttpServer, ClosesAnIdleConnection) {
  serve({.idle_ms = 60, .sweep_ms = 20});
  auto one = client();
  EXPECT_EQ(one.send(get("/a")).answer().status, 200);
  EXPECT_TRUE(one.is_over());
}

TEST_F(HttpServer, TurnsAwayOneConnectionTooMany) {
  serve({.connections = 2});
  auto first = client(), second = client();
  EXPECT_EQ(first.send(get("/a")).answer().status, 200);
  EXPECT_EQ(second.send(get("/a")).answer().status, 200);
  auto third = client();
  auto answer = third.answer();
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.has("Retry-After: 5"));
  first.leave();
  for (int i = 0; i < 500 && server->connections() > 1; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(ask(get("/a")).status, 200);
}

TEST_F(HttpServer, AnswersAnExpectationBeforeTheBody) {
  serve();
  auto one = client();
  one.send("PUT /a HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(one.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 100 Continue"));
  EXPECT_EQ(one.send("hello").answer().body, "PUT /a 5 [hello]");
  auto two = client();
  two.send("PUT /a HTTP/1.1\r\nHost: here\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(two.answer().status, 413);
}

TEST_F(HttpServer, SendsNoBodyToHead) {
  serve();
  auto one = client();
  auto head = one.send("HEAD /abc HTTP/1.1\r\nHost: here\r\n\r\n").answer(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.has("Content-Length: 14\r\n"));
  EXPECT_EQ(one.send(get("/b")).answer().body, "GET /b 0 []");
  auto nothing = one.send(get("/nothing")).answer();
  EXPECT_EQ(nothing.status, 204);
  EXPECT_FALSE(nothing.has("Content-Length"));
  EXPECT_EQ(one.send(get("/b")).answer().body, "GET /b 0 []");
}

TEST_F(HttpServer, ClosesWhereTheClientSaysSo) {
  serve();
  auto one = client();
  auto answer = one.send(get("/a", "Connection: close\r\n")).answer();
  EXPECT_TRUE(answer.has("Connection: close"));
  EXPECT_TRUE(one.is_over());
  auto old = client();
  EXPECT_EQ(old.send("GET /a HTTP/1.0\r\n\r\n").answer().status, 200);
  EXPECT_TRUE(old.is_over());
  auto staying = client();
  staying.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(staying.answer().has("Connection: keep-alive"));
  EXPECT_EQ(staying.send(get("/b")).answer().status, 200);
}

TEST_F(HttpServer, AnswersOnceMoreToAClientThatHasEndedItsSending) {
  serve();
  auto one = client();
  one.send(get("/a"));
  one.end_sending();
  EXPECT_EQ(one.answer().status, 200);
  EXPECT_TRUE(one.is_over());
}

TEST_F(HttpServer, TurnsADroppedAnswerIntoAFault) {
  serve();
  EXPECT_EQ(ask(get("/dropped")).status, 500);
  EXPECT_EQ(ask(get("/throws")).status, 500);
  auto answer = ask(get("/bad-header"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.head, Not(HasSubstr("Set-Cookie")));
}

TEST_F(HttpServer, TakesTheAbsoluteFormOfProxies) {
  serve();
  EXPECT_EQ(ask(get("http://here/a?x=1")).body, "GET /a 0 x=1 []");
}

TEST_F(HttpServer, BelievesAForwardedAddressOnlyFromATrustedProxy) {
  serve();
  EXPECT_EQ(ask(get("/address", "X-Forwarded-For: 10.0.0.9\r\n")).body, "127.0.0.1");
  server->stop(0);
  serve({}, {"127.0.0.1"});
  EXPECT_EQ(ask(get("/address", "X-Forwarded-For: 1.1.1.1, 10.0.0.9\r\n")).body, "10.0.0.9");
}

TEST_F(HttpServer, FinishesWhatIsInFlightWhenItStops) {
  serve();
  auto busy = client();
  busy.send(get("/later"));
  auto idle = client();
  EXPECT_EQ(idle.send(get("/a")).answer().status, 200);
  while (echo.answered < 2) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  std::thread stopping([&] { server->stop(10'000); });
  EXPECT_TRUE(idle.is_over());
  echo.release();
  auto answer = busy.answer();
  EXPECT_EQ(answer.body, "late");
  EXPECT_TRUE(answer.has("Connection: close"));
  stopping.join();
  EXPECT_EQ(server->connections(), 0u);
}

TEST_F(HttpServer, SaysThatAnAddressIsTaken) {
  serve();
  Server second(ServerOptions{.port = server->port()}, echo, clock);
  EXPECT_THROW(second.start(), std::system_error);
  Server third(ServerOptions{.address = "no address"}, echo, clock);
  EXPECT_THROW(third.start(), std::system_error);
}

TEST_F(HttpServer, ServesManyClientsOnSeveralThreads) {
  serve({}, {}, 2);
  std::vector<std::thread> clients;
  std::atomic<int> good{0};
  for (int t = 0; t < 8; ++t)
    clients.emplace_back([&, t] {
      Client one(server->port());
      for (int i = 0; i < 50; ++i)
        good += one.send(get("/t" + std::to_string(t))).answer().body ==
                "GET /t" + std::to_string(t) + " 0 []";
    });
  for (auto& each : clients) each.join();
  EXPECT_EQ(good, 400);
}

}  // namespace
}  // namespace anxiao::api::http
