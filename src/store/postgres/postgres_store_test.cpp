#include "store/postgres/postgres_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>

#include "store/postgres/test_server.h"

namespace anxiao::store::postgres {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using usecases::DatabaseFault;
using usecases::Entry;
using usecases::Row;
using usecases::Transaction;
using usecases::Value;

Entry an_entry(const std::string& subject) {
  Entry entry;
  entry.district = "500190";
  entry.organisation = "500190.school";
  entry.path = "/city/500190/school/";
  entry.kind = "RowEntered";
  entry.noun = "rows";
  entry.subject = subject;
  entry.happened_at = {1000};
  entry.known_at = {2000};
  entry.data = {{"title", "消防通道"}};
  return entry;
}

// What a server heard, in order.
class Ear {
 public:
  explicit Ear(PostgresStore& store) {
    store.listen([this](std::span<const Entry> entries) {
      std::lock_guard hold(guard_);
      for (const auto& entry : entries) heard_.push_back(entry);
    });
  }
  std::vector<Entry> heard() {
    std::lock_guard hold(guard_);
    return heard_;
  }
  // Waits until so many were heard.
  std::vector<std::string> subjects(std::size_t count) {
    for (int i = 0; i < 500 && heard().size() < count; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    std::vector<std::string> out;
    for (const auto& entry : heard()) out.push_back(entry.subject);
    return out;
  }

 private:
  std::mutex guard_;
  std::vector<Entry> heard_;
};

class PostgresStores : public testing::Test {
 protected:
  void SetUp() override {
    if (!TestServer::shared()) GTEST_SKIP() << "no PostgreSQL is installed (Debian: postgresql-15)";
    static int number = 0;
    url = TestServer::shared()->database("stores" + std::to_string(++number));
  }
  std::unique_ptr<PostgresStore> open() {
    auto made = std::make_unique<PostgresStore>(Options{.url = url});
    made->write([](Transaction& t) {
      t.exec(
          "INSERT INTO districts (district, organisation) VALUES ($1, $2) ON CONFLICT DO NOTHING",
          {std::string("500190"), std::string("500190.district")});
      return true;
    });
    return made;
  }
  static void record(PostgresStore& store, const std::string& subject) {
    store.write([&](Transaction& t) {
      t.record(an_entry(subject));
      return true;
    });
  }

  std::string url;
};

TEST_F(PostgresStores, HearWhatEachOtherWroteInItsPlace) {
  auto one = open(), other = open();
  Ear of_one(*one), of_other(*other);
  record(*one, "a");
  record(*other, "b");
  record(*one, "c");
  EXPECT_THAT(of_one.subjects(3), ElementsAre("a", "b", "c"));
  EXPECT_THAT(of_other.subjects(3), ElementsAre("a", "b", "c"));
  EXPECT_EQ(one->last_seq(), 3);
  EXPECT_EQ(of_other.heard()[2].hash, of_one.heard()[2].hash);
  EXPECT_EQ(of_other.heard()[0].data, an_entry("a").data);
}

TEST_F(PostgresStores, HearEveryEntryOnceInOrderHoweverManyWriteAtATime) {
  constexpr int kEach = 60;
  std::vector<std::unique_ptr<PostgresStore>> stores;
  std::vector<std::unique_ptr<Ear>> ears;
  for (int i = 0; i < 3; ++i) {
    stores.push_back(open());
    ears.push_back(std::make_unique<Ear>(*stores.back()));
  }
  std::vector<std::thread> threads;
  for (auto& store : stores)
    threads.emplace_back([&store] {
      for (int i = 0; i < kEach; ++i) {
        const auto keep = i % 7 != 0;
        store->write([&](Transaction& t) {
          t.record(an_entry(std::to_string(i)));
          return keep;
        });
      }
    });
  for (auto& thread : threads) thread.join();
  const std::size_t kept = 3 * (kEach - (kEach + 6) / 7);
  for (auto& ear : ears) {
    ear->subjects(kept);
    const auto heard = ear->heard();
    ASSERT_EQ(heard.size(), kept);
    for (std::size_t i = 0; i < kept; ++i) EXPECT_EQ(heard[i].seq, static_cast<int>(i) + 1);
  }
}

// Two sequences that are taken in one order and committed in the other would hide the first from
// whoever follows: here the second waits.
TEST_F(PostgresStores, DoNotLetAnEntryPassOneThatIsSlowToCommit) {
  auto slow = open(), fast = open();
  Ear ear(*fast);
  std::promise<void> recorded, release;
  slow->submit(
      [&, until = release.get_future().share()](Transaction& t) {
        t.record(an_entry("first"));
        recorded.set_value();
        until.wait();
        return true;
      },
      [](std::exception_ptr) {});
  recorded.get_future().wait();
  std::promise<void> second;
  fast->submit(
      [](Transaction& t) {
        t.record(an_entry("second"));
        return true;
      },
      [&](std::exception_ptr) { second.set_value(); });
  auto done = second.get_future();
  EXPECT_EQ(done.wait_for(std::chrono::milliseconds(300)), std::future_status::timeout);
  EXPECT_TRUE(ear.heard().empty());
  release.set_value();
  done.wait();
  EXPECT_THAT(ear.subjects(2), ElementsAre("first", "second"));
}

TEST_F(PostgresStores, OfTwoThatChangeTheSameRowTheSecondSeesWhatTheFirstWrote) {
  auto one = open(), other = open();
  one->write([](Transaction& t) {
    t.exec("INSERT INTO settings (district, key, value) VALUES ($1, $2, $3)",
           {std::string("500190"), std::string("count"), std::string(R"({"n":0})")});
    return true;
  });
  const auto add = [](PostgresStore& store) {
    for (int i = 0; i < 50; ++i)
      store.write([](Transaction& t) {
        std::int64_t n = 0;
        t.query("SELECT CAST(value->>'n' AS BIGINT) FROM settings WHERE key = 'count'", {},
                [&](const Row& row) { n = row.integer(0); });
        t.exec("UPDATE settings SET value = $1 WHERE key = 'count'",
               {R"({"n":)" + std::to_string(n + 1) + "}"});
        return true;
      });
  };
  std::thread first([&] { add(*one); }), second([&] { add(*other); });
  first.join();
  second.join();
  std::int64_t n = 0;
  one->read([&](usecases::Reader& reader) {
    reader.query("SELECT CAST(value->>'n' AS BIGINT) FROM settings WHERE key = 'count'", {},
                 [&](const Row& row) { n = row.integer(0); });
  });
  EXPECT_EQ(n, 100);
}

TEST_F(PostgresStores, LoseNothingThatWasAnsweredWhenTheServerIsKilledAndGoOnWhenItIsBack) {
  auto store = open();
  Ear ear(*store);
  std::atomic<int> answered{0}, refused{0};
  std::atomic<bool> over{false};
  std::vector<std::string> kept;
  std::thread writes([&] {
    for (int i = 0; !over; ++i) {
      try {
        record(*store, std::to_string(i));
        kept.push_back(std::to_string(i));
        ++answered;
      } catch (const DatabaseFault& fault) {
        ++refused;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    }
  });
  const auto wait_for = [&](const std::atomic<int>& count, int wanted) {
    for (int i = 0; i < 1000 && count < wanted; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return count >= wanted;
  };
  for (int kill = 0; kill < 2; ++kill) {
    EXPECT_TRUE(wait_for(answered, answered + 20));
    TestServer::shared()->kill();
    EXPECT_TRUE(wait_for(refused, refused + 1));
    TestServer::shared()->start();
    EXPECT_TRUE(wait_for(answered, answered + 20));
  }
  over = true;
  writes.join();
  std::vector<std::string> there;
  store->read([&](usecases::Reader& reader) {
    reader.query("SELECT subject FROM journal ORDER BY seq", {},
                 [&](const Row& row) { there.emplace_back(row.text(0)); });
  });
  for (const auto& subject : kept) EXPECT_THAT(there, testing::Contains(subject));
  // A unit whose answer was lost may stand; none stands twice.
  EXPECT_EQ(std::set<std::string>(there.begin(), there.end()).size(), there.size());
  EXPECT_EQ(ear.subjects(there.size()), there);
}

TEST_F(PostgresStores, ThatBeginAtTheSameTimeMakeTheTablesOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> opened{0};
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      PostgresStore store({.url = url});
      ++opened;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(opened, 4);
}

TEST_F(PostgresStores, RefuseADatabaseThatIsNewerThanTheProgram) {
  open();
  Connection(url).script(
      "INSERT INTO schema_steps (number, name, sha256, applied_at) VALUES (9999, 'later', '', 0)");
  try {
    PostgresStore store({.url = url});
    ADD_FAILURE() << "it was opened";
  } catch (const DatabaseFault& fault) {
    EXPECT_THAT(fault.what(), HasSubstr("newer than this program"));
  }
}

TEST_F(PostgresStores, RefuseADatabaseOfAnotherProgram) {
  Connection(url).script("CREATE TABLE somebody_elses (n BIGINT)");
  EXPECT_THROW(PostgresStore({.url = url}), DatabaseFault);
}

TEST(PostgresStore, SaysThatTheServerCannotBeReached) {
  try {
    PostgresStore store({.url = "host=/nowhere dbname=none"});
    ADD_FAILURE() << "it was opened";
  } catch (const DatabaseFault& fault) {
    EXPECT_EQ(fault.kind, DatabaseFault::Kind::busy);
    EXPECT_THAT(fault.what(), HasSubstr("cannot be reached"));
  }
}

}  // namespace
}  // namespace anxiao::store::postgres
