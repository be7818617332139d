#include "api/hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "api/test_parts.h"

namespace anxiao::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace testing;

usecases::Entry entry(const std::string& path, const std::string& kind = "MatterMoved",
                      const std::string& noun = "matters") {
  usecases::Entry out;
  out.district = "500190";
  out.organisation = path.substr(path.size() - 44, 43);
  out.path = path;
  out.kind = kind;
  out.noun = noun;
  out.subject = "thing";
  out.happened_at = out.known_at = {1'772'407'800'000};
  out.data = {{"text", "one\ntwo"}};
  return out;
}

std::string listen(const std::string& who, const std::string& more = "") {
  return "GET /api/v1/stream HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer " + who + "\r\n" +
         more + "\r\n";
}

std::string last_event(int seq) { return "Last-Event-ID: " + std::to_string(seq) + "\r\n"; }

std::string event_at(int seq) { return "id: " + std::to_string(seq) + "\nevent: "; }

struct LiveStream : ::testing::Test {
  Running running{stream_routes()};

  // Opens a stream and waits until the hub knows it.
  std::unique_ptr<Client> open(const std::string& who, const std::string& more = "") {
    auto client = std::make_unique<Client>(running.server.port());
    client->send(listen(who, more));
    EXPECT_THAT(client->read_until("\r\n\r\n"), HasSubstr("Content-Type: text/event-stream"));
    EXPECT_THAT(client->read_until("\n"), HasSubstr("retry:"));
    client->read_until("\n");
    return client;
  }
  void wait_for_listeners(std::size_t count) {
    for (int i = 0; i < 1000 && running.hub.listeners() != count; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_EQ(running.hub.listeners(), count);
  }
};

TEST_F(LiveStream, TellsOfConfidentialMattersNobodyWhoReadsMattersOnly) {
  auto officer = open("officer"), teacher = open("teacher");
  running.store.commit({entry(school_path(), "MatterMoved", "confidential_matters"),
                        entry(school_path(), "MattersSeen", "confidential_matters"),
                        entry(school_path())});
  for (auto* client : {&officer, &teacher}) {
    std::string all = (*client)->read_until(event_at(3));
    for (int seq : {1, 2}) EXPECT_THAT(all, Not(HasSubstr(event_at(seq))));
  }
  auto later = open("officer", last_event(0));
  EXPECT_THAT(later->read_until(event_at(3)), Not(HasSubstr("confidential_matters")));
}

TEST_F(LiveStream, TellsWhatIsCommittedToThoseWhoMaySeeIt) {
  auto officer = open("officer"), teacher = open("teacher"), holder = open("holder");
  auto passed = entry(school_path());
  passed.holder = kOther;
  running.store.commit(
      {entry(school_path()), entry(other_path()), entry(school_path(), "PersonEntered", "people")});
  running.store.commit({passed});
  running.store.commit({entry(district_path())});

  std::string all = officer->read_until(event_at(5));
  for (int seq : {1, 2, 4}) EXPECT_THAT(all, HasSubstr(event_at(seq)));
  EXPECT_THAT(all, Not(HasSubstr(event_at(3))));
  EXPECT_THAT(
      all, HasSubstr(R"(data: {"seq":1,"kind":"MatterMoved","noun":"matters","subject":"thing")"));
  EXPECT_THAT(all, HasSubstr(R"("happened_at":"2026-03-02T07:30:00.000+08:00")"));
  EXPECT_THAT(all, HasSubstr(R"("data":{"text":"one\ntwo"}})"));

  std::string own = teacher->read_until(event_at(4));
  EXPECT_THAT(own, HasSubstr(event_at(1)));
  EXPECT_THAT(own, Not(HasSubstr(event_at(2))));

  std::string held = holder->read_until(event_at(4));
  EXPECT_THAT(held, Not(HasSubstr(event_at(1))));
  EXPECT_THAT(held, Not(HasSubstr(event_at(2))));
}

TEST_F(LiveStream, GoesOnFromTheLastEventWithoutGapOrDouble) {
  for (int i = 0; i < 40; ++i)
    running.store.commit({entry(i % 2 == 0 ? school_path() : other_path())});
  std::atomic<bool> writing{true};
  std::thread writer([&] {
    for (int i = 0; i < 200; ++i) running.store.commit({entry(school_path()), entry(other_path())});
    writing = false;
  });
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 20; ++i) clients.push_back(open("teacher", last_event(10)));
  writer.join();
  running.store.commit({entry(school_path(), "TheEnd")});
  for (auto& client : clients) {
    std::string all = client->read_until("event: TheEnd");
    std::vector<int> seen;
    for (std::size_t at = all.find("\nid: "); at != std::string::npos;
         at = all.find("\nid: ", at + 1))
      seen.push_back(std::stoi(all.substr(at + 5)));
    std::vector<int> wanted;
    for (int seq = 11; seq <= 441; ++seq)
      if (seq % 2 == 1) wanted.push_back(seq);
    EXPECT_EQ(seen, wanted);
  }
}

TEST_F(LiveStream, AsksAListenerWhoIsTooFarBackToReadAgain) {
  for (int i = 0; i < 12; ++i) {
    std::vector<usecases::Entry> many(100, entry(school_path()));
    running.store.commit(many);
  }
  auto behind = open("teacher", last_event(3));
  EXPECT_THAT(behind->read_until("\n\n"), HasSubstr("event: resync"));
  auto ahead = open("teacher", last_event(99'999));
  EXPECT_THAT(ahead->read_until("\n\n"), HasSubstr("event: resync"));
  running.store.commit({entry(school_path())});
  EXPECT_THAT(ahead->read_until(event_at(1201)), Not(HasSubstr(event_at(1200))));
}

TEST_F(LiveStream, RefusesAPlaceThatIsNoSequence) {
  EXPECT_EQ(running.client().send(listen("teacher", "Last-Event-ID: x\r\n")).answer().status, 400);
  EXPECT_EQ(running.client().send(listen("nobody")).answer().status, 401);
}

TEST_F(LiveStream, EndsAtOnceForWhoeverIsPutOutOfOffice) {
  auto officer = open("officer"), teacher = open("teacher");
  auto session = entry(district_path(), "SessionEnded", "people");
  session.subject = "session-of-t";
  running.store.commit({session});
  EXPECT_TRUE(teacher->is_over());
  wait_for_listeners(1);
  auto ended = entry(district_path(), "PostEnded", "people");
  ended.data = {{"person", "o"}};
  running.store.commit({ended});
  EXPECT_TRUE(officer->is_over());
  wait_for_listeners(0);
}

TEST_F(LiveStream, TellsWhoeverReadsThePackAnywhereThatItChanged) {
  auto officer = open("officer"), teacher = open("teacher");
  running.store.commit({entry(district_path(), "PackChanged", "pack")});
  EXPECT_THAT(teacher->read_until(event_at(1)), HasSubstr(event_at(1)));
  EXPECT_TRUE(teacher->is_over()) << "whoever he is by the new pack";
  EXPECT_TRUE(officer->is_over());
  auto back = open("teacher", last_event(0));
  EXPECT_THAT(back->read_until("PackChanged"), HasSubstr(event_at(1) + "PackChanged"));
}

TEST_F(LiveStream, ForgetsAListenerWhoLeaves) {
  auto one = open("teacher"), two = open("teacher");
  wait_for_listeners(2);
  one->leave();
  wait_for_listeners(1);
  running.store.commit({entry(school_path())});
  EXPECT_THAT(two->read_until(event_at(1)), HasSubstr(event_at(1)));
  running.hub.close_all();
  EXPECT_TRUE(two->is_over());
  wait_for_listeners(0);
}

TEST_F(LiveStream, IsNotServedToHead) {
  auto one = running.client();
  one.send("HEAD /api/v1/stream HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer teacher\r\n\r\n");
  EXPECT_EQ(one.answer(true).status, 200);
  EXPECT_TRUE(one.is_over());
}

TEST(SlowListener, IsDroppedWithoutHarmToTheOthers) {
  Running running(stream_routes(), {.stream_queue_bytes = 64 * 1024});
  Client deaf(running.server.port(), 2048);
  deaf.send(listen("teacher"));
  auto well = running.client();
  well.send(listen("teacher"));
  well.read_until("id: 0\n\n");
  auto large = entry(school_path());
  large.data = {{"text", std::string(20'000, 'x')}};
  bool dropped = false;
  for (int i = 1; i <= 2000 && !dropped; ++i) {
    running.store.commit({large});
    EXPECT_THAT(well.read_until(event_at(i)), HasSubstr(event_at(i)));
    dropped = running.hub.listeners() == 1;
  }
  EXPECT_TRUE(dropped);
}

TEST(QuietStream, HasAHeartbeatThatMovesItsPlace) {
  Running running(stream_routes(), {.heartbeat_ms = 40, .sweep_ms = 10});
  auto one = running.client();
  one.send(listen("teacher"));
  one.read_until("id: 0\n\n");
  running.store.commit({entry(other_path())});  // not for the teacher
  EXPECT_THAT(one.read_until(":\nid: 1\n\n"), HasSubstr(":\nid: 1\n\n"));
}

}  // namespace
}  // namespace anxiao::api
