// What is peculiar to SQLite: a full disk, a killed process, a damaged file, the steps of the
// schema. What every store keeps to is in store_contract_test.cpp.

#include "store/sqlite/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <future>
#include <random>

#include "base/hash.h"
#include "store/sqlite/migrate.h"
#include "store/temporary_folder.h"

namespace anxiao::store::sqlite {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using usecases::DatabaseFault;
using usecases::Entry;
using usecases::Reader;
using usecases::Row;
using usecases::Transaction;
using usecases::Value;

Entry an_entry(const std::string& subject) {
  Entry entry;
  entry.district = "500190";
  entry.kind = "RowEntered";
  entry.noun = "rows";
  entry.subject = subject;
  return entry;
}

void set(Transaction& t, const std::string& key, const std::string& value) {
  t.exec("INSERT INTO settings (district, key, value) VALUES ($1, $2, $3)",
         {std::string("500190"), key, value});
}

std::int64_t number(usecases::Store& store, std::string_view sql) {
  std::int64_t out = 0;
  store.read([&](Reader& reader) {
    reader.query(sql, {}, [&](const Row& row) { out = row.integer(0); });
  });
  return out;
}

template <class Action>
std::optional<DatabaseFault> fault_of(Action&& action) {
  try {
    action();
  } catch (const DatabaseFault& fault) {
    return fault;
  }
  return std::nullopt;
}

class SqliteStoreTest : public testing::Test {
 protected:
  fs::path path() const { return folder_.path() / "anxiao.db"; }
  std::unique_ptr<SqliteStore> open(bool read_only = false) const {
    return std::make_unique<SqliteStore>(Options{.path = path(), .read_only = read_only});
  }
  TemporaryFolder folder_;
};

void limit_pages(SqliteStore& store, std::int64_t pages) {
  store.between_commits([&](Connection& connection) {
    connection.number("PRAGMA max_page_count = " + std::to_string(pages));
  });
}

TEST_F(SqliteStoreTest, AFullDiskRefusesWritesLosesNothingAndResumesWhenThereIsRoom) {
  auto store = open();
  store->write([](Transaction& t) {
    t.record(an_entry("before"));
    return true;
  });
  limit_pages(*store, number(*store, "SELECT page_count FROM pragma_page_count") + 20);
  const std::string block = "\"" + std::string(20000, 'x') + "\"";
  std::int64_t kept = 0;
  std::optional<DatabaseFault> fault;
  for (int i = 0; i < 100 && !fault; ++i) {
    fault = fault_of([&] {
      store->write([&](Transaction& t) {
        t.record(an_entry(std::to_string(i)));
        set(t, std::to_string(i), block);
        return true;
      });
    });
    if (!fault) ++kept;
  }
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, DatabaseFault::Kind::full);
  EXPECT_GT(kept, 0);
  EXPECT_EQ(number(*store, "SELECT count(*) FROM settings"), kept);
  EXPECT_EQ(number(*store, "SELECT count(*) FROM journal"), kept + 1);
  EXPECT_EQ(store->last_seq(), kept + 1);

  limit_pages(*store, 1000000);
  store->write([&](Transaction& t) {
    EXPECT_EQ(t.record(an_entry("after")), kept + 2);
    set(t, "after", block);
    return true;
  });
  EXPECT_EQ(number(*store, "SELECT count(*) FROM settings"), kept + 1);
}

TEST_F(SqliteStoreTest, WhenADiskFillsInTheMiddleOfACommitAllOfItIsRefusedAndNoneIsRunTwice) {
  auto store = open();
  limit_pages(*store, number(*store, "SELECT page_count FROM pragma_page_count") + 20);
  std::promise<void> release;
  store->submit([until = release.get_future().share()](Transaction&) { return until.wait(), true; },
                [](std::exception_ptr) {});
  const std::string block = "\"" + std::string(20000, 'x') + "\"";
  struct Outcome {
    int runs = 0;
    std::exception_ptr fault;
    bool answered = false;
  };
  std::vector<Outcome> outcomes(40);
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    store->submit(
        [&, i](Transaction& t) {
          ++outcomes[i].runs;
          t.record(an_entry(std::to_string(i)));
          set(t, std::to_string(i), block);
          return true;
        },
        [&, i](std::exception_ptr fault) {
          outcomes[i].fault = fault;
          EXPECT_FALSE(outcomes[i].answered);
          outcomes[i].answered = true;
        });
  release.set_value();
  std::int64_t kept = 0;
  fault_of([&] { store->write([](Transaction&) { return true; }); });
  for (const Outcome& outcome : outcomes) {
    EXPECT_TRUE(outcome.answered);
    EXPECT_EQ(outcome.runs, 1);
    if (!outcome.fault) {
      ++kept;
      continue;
    }
    auto fault = fault_of([&] { std::rethrow_exception(outcome.fault); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->kind, DatabaseFault::Kind::full);
  }
  EXPECT_LT(kept, 40);
  EXPECT_EQ(number(*store, "SELECT count(*) FROM settings"), kept);
  EXPECT_EQ(number(*store, "SELECT count(*) FROM journal"), kept);
  EXPECT_EQ(store->last_seq(), kept);
}

// Runs `body` in a process of its own; gives what it returns.
template <class Body>
int in_a_process(Body&& body) {
  pid_t child = ::fork();
  if (child == 0) {
    int code = 99;
    try {
      code = body();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "child: %s\n", error.what());
    }
    ::_exit(code);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(SqliteStoreTest, ACommitThatTheDiskRefusesIsAnsweredAsFullAndTheNextOneSucceeds) {
  // The limit on the size of a file makes the operating system refuse the write itself.
  int code = in_a_process([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    auto store = open();
    auto write = [&](const std::string& key) {
      return fault_of([&] {
        store->write([&](Transaction& t) {
          t.record(an_entry(key));
          set(t, key, "\"" + std::string(3000, 'x') + "\"");
          return true;
        });
      });
    };
    if (write("a")) return 1;
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    rlimit tight = before;
    tight.rlim_cur = fs::file_size(path().string() + "-wal") + 100;
    ::setrlimit(RLIMIT_FSIZE, &tight);
    auto fault = write("b");
    if (!fault || fault->kind != DatabaseFault::Kind::full) return 2;
    if (store->last_seq() != 1) return 3;
    if (number(*store, "SELECT count(*) FROM settings") != 1) return 4;
    ::setrlimit(RLIMIT_FSIZE, &before);
    if (write("c")) return 5;
    if (store->last_seq() != 2) return 6;
    return 0;
  });
  EXPECT_EQ(code, 0);
  auto store = open();
  EXPECT_EQ(number(*store, "SELECT count(*) FROM settings"), 2);
  EXPECT_EQ(store->last_seq(), 2);
}

TEST_F(SqliteStoreTest, AKilledProcessLosesNothingAcknowledgedAndLeavesNothingHalfDone) {
  std::mt19937 random(20170193);
  std::int64_t first = 0;
  for (int round = 0; round < 8; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    pid_t child = ::fork();
    if (child == 0) {
      ::close(pipe_ends[0]);
      try {
        SqliteStore store({.path = path()});
        std::atomic<std::int64_t> next{first};
        auto writer = [&] {
          for (;;) {
            std::int64_t n = next++;
            store.write([&](Transaction& t) {
              set(t, "left " + std::to_string(n), "{}");
              t.record(an_entry(std::to_string(n)));
              set(t, "right " + std::to_string(n), "{}");
              return true;
            });
            if (::write(pipe_ends[1], &n, sizeof n) != sizeof n) ::_exit(0);
          }
        };
        std::vector<std::thread> writers;
        for (int w = 0; w < 4; ++w) writers.emplace_back(writer);
        for (auto& each : writers) each.join();
      } catch (...) {
        ::_exit(9);
      }
      ::_exit(0);
    }
    ::close(pipe_ends[1]);
    std::vector<std::int64_t> acknowledged;
    std::int64_t n = 0;
    std::size_t wanted = random() % 200;
    while (acknowledged.size() <= wanted && ::read(pipe_ends[0], &n, sizeof n) == sizeof n)
      acknowledged.push_back(n);
    ::usleep(static_cast<useconds_t>(random() % 3000));
    ::kill(child, SIGKILL);
    while (::read(pipe_ends[0], &n, sizeof n) == sizeof n) acknowledged.push_back(n);
    ::close(pipe_ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << WEXITSTATUS(status);

    auto store = open();
    std::int64_t lost = 0;
    store->read([&](Reader& reader) {
      for (std::int64_t each : acknowledged) {
        bool there = false;
        reader.query("SELECT 1 FROM settings WHERE district = $1 AND key = $2",
                     {std::string("500190"), "left " + std::to_string(each)},
                     [&](const Row&) { there = true; });
        if (!there) ++lost;
      }
    });
    EXPECT_EQ(lost, 0) << "of " << acknowledged.size() << " acknowledged";
    auto lefts = number(*store, "SELECT count(*) FROM settings WHERE key LIKE 'left %'");
    EXPECT_EQ(number(*store, "SELECT count(*) FROM settings WHERE key LIKE 'right %'"), lefts);
    EXPECT_EQ(number(*store, "SELECT count(*) FROM journal"), lefts);
    EXPECT_EQ(store->last_seq(), lefts) << "sequences without gaps";
    first += 1000000;
  }
}

TEST_F(SqliteStoreTest, RefusesADamagedFileAndSaysWhatToDo) {
  auto spoil = [&](std::streamoff at, const std::string& bytes) {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file << bytes;
  };
  auto refused = [&] {
    auto fault = fault_of([&] { open(); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->kind, DatabaseFault::Kind::damaged) << fault->what();
    EXPECT_THAT(fault->what(), HasSubstr("anxiao restore"));
    EXPECT_THAT(fault->what(), HasSubstr("anxiao.db"));
  };
  auto fresh = [&] {
    fs::remove(path());
    open()->write([](Transaction& t) {
      t.exec("INSERT INTO districts (district, organisation) VALUES ($1, $2)",
             {std::string("500190"), std::string("x")});
      for (int i = 0; i < 200; ++i) t.record(an_entry(std::string(300, 'y')));
      return true;
    });
    ASSERT_FALSE(fs::exists(path().string() + "-wal"));
  };
  {
    SCOPED_TRACE("the header is overwritten");
    fresh();
    spoil(0, std::string(64, 'z'));
    refused();
  }
  {
    SCOPED_TRACE("the file is empty");
    fresh();
    fs::resize_file(path(), 0);
    refused();
  }
  {
    SCOPED_TRACE("the end is missing");
    fresh();
    fs::resize_file(path(), fs::file_size(path()) / 2);
    refused();
  }
  {
    SCOPED_TRACE("the pages of the journal are overwritten");
    fresh();
    auto root = number(*open(), "SELECT rootpage FROM sqlite_master WHERE name = 'journal'");
    spoil((root - 1) * 4096, std::string(4096, '\xff'));
    refused();
  }
}

TEST_F(SqliteStoreTest, RefusesTheDatabaseOfAnotherProgram) {
  {
    Connection other(path(), Connection::Access::create);
    other.script("CREATE TABLE theirs (id INTEGER)");
  }
  auto fault = fault_of([&] { open(); });
  ASSERT_TRUE(fault);
  EXPECT_THAT(fault->what(), HasSubstr("another program"));
}

TEST_F(SqliteStoreTest, IsWrittenByOneProcessAtATime) {
  auto store = open();
  auto fault = fault_of([&] { open(); });
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, DatabaseFault::Kind::busy);
}

TEST_F(SqliteStoreTest, IsReadBesideAWriter) {
  auto store = open();
  auto reader = open(true);
  store->write([](Transaction& t) {
    t.record(an_entry("a"));
    return true;
  });
  EXPECT_EQ(number(*reader, "SELECT count(*) FROM journal"), 1);
  EXPECT_THROW(reader->write([](Transaction&) { return true; }), Fault);
}

TEST_F(SqliteStoreTest, IsReadWhenNobodyWrites) {
  open()->write([](Transaction& t) {
    t.record(an_entry("a"));
    return true;
  });
  EXPECT_EQ(number(*open(true), "SELECT count(*) FROM journal"), 1);
}

TEST_F(SqliteStoreTest, CanBeReadByItsOwnerOnly) {
  open();
  EXPECT_EQ(fs::status(path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(SqliteStoreTest, SaysSoWhereThereIsNoDatabaseToRead) {
  auto fault = fault_of([&] { open(true); });
  ASSERT_TRUE(fault);
  EXPECT_THAT(fault->what(), HasSubstr("there is no database"));
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(SqliteStoreTest, RefusesAParameterThatIsNoNumber) {
  auto store = open();
  EXPECT_THROW(number(*store, "SELECT :name"), Fault);
  EXPECT_THROW(number(*store, "SELECT ?"), Fault);
  EXPECT_THROW(number(*store, "SELECT 1; SELECT 2"), Fault);
  EXPECT_THROW(number(*store, ""), Fault);
}

// The steps of the schema.

class Steps : public SqliteStoreTest {
 protected:
  std::unique_ptr<SqliteStore> open_with(const std::vector<Step>& steps,
                                         const usecases::Progress& progress = {}) {
    return std::make_unique<SqliteStore>(Options{.path = path(), .now = {77}, .steps = &steps},
                                         progress);
  }
  const std::vector<Step> first_{sqlite_steps().front()};
  const std::vector<Step> two_{sqlite_steps().front(),
                               {2, "a_second",
                                "CREATE TABLE second (n BIGINT); -- and an index\n"
                                "CREATE INDEX second_by_n ON second (n);"}};
};

TEST_F(Steps, AreAppliedInOrderAndOnce) {
  open_with(first_);
  std::vector<std::string> told;
  open_with(two_, {.tell = [&](std::string_view what, std::int64_t, std::int64_t) {
              told.emplace_back(what);
            }});
  EXPECT_THAT(told, testing::ElementsAre("migrating to step 2 (a_second)", "migrated"));
  auto store = open_with(two_);
  EXPECT_EQ(number(*store, "SELECT count(*) FROM schema_steps"), 2);
  EXPECT_EQ(number(*store, "SELECT applied_at FROM schema_steps WHERE number = 2"), 77);
  EXPECT_EQ(number(*store, "SELECT count(*) FROM second"), 0);
}

TEST_F(Steps, ThatFailLeaveTheDatabaseAsItWas) {
  open_with(first_);
  std::vector<Step> broken{
      first_[0], {2, "broken", "CREATE TABLE half (n BIGINT); CREATE TABLE half (n BIGINT)"}};
  EXPECT_TRUE(fault_of([&] { open_with(broken); }));
  auto store = open_with(first_);
  EXPECT_EQ(number(*store, "SELECT count(*) FROM sqlite_master WHERE name = 'half'"), 0);
}

TEST_F(Steps, RefuseADatabaseThatIsNewerThanTheProgram) {
  open_with(two_);
  auto fault = fault_of([&] { open_with(first_); });
  ASSERT_TRUE(fault);
  EXPECT_THAT(fault->what(), HasSubstr("newer than this program"));
}

TEST_F(Steps, RefuseADatabaseMadeWithAnotherText) {
  open_with(two_);
  auto changed = two_;
  changed[1].sql = "CREATE TABLE second (n BIGINT, m BIGINT)";
  auto fault = fault_of([&] { open_with(changed); });
  ASSERT_TRUE(fault);
  EXPECT_THAT(fault->what(), HasSubstr("another text of step 2 (a_second)"));
}

TEST_F(Steps, AreWantedBeforeADatabaseIsOnlyRead) {
  open_with(first_);
  auto fault = fault_of([&] { SqliteStore({.path = path(), .read_only = true, .steps = &two_}); });
  ASSERT_TRUE(fault);
  EXPECT_THAT(fault->what(), HasSubstr("wants a newer form"));
}

TEST_F(Steps, InterruptedOnTheFirstStartLeaveNothing) {
  std::atomic<bool> stop{true};
  EXPECT_THROW(open_with(two_, {.stop = &stop}), usecases::Interrupted);
  EXPECT_FALSE(fs::exists(path()));
  EXPECT_EQ(number(*open_with(two_), "SELECT count(*) FROM schema_steps"), 2);
}

TEST_F(Steps, AreNumberedFromOneWithoutGaps) {
  int number = 0;
  for (const Step& step : sqlite_steps()) EXPECT_EQ(step.number, ++number) << step.name;
  EXPECT_GT(number, 0);
}

TEST_F(Steps, OfAReleaseNeverChange) {
  // A line is added when a step is released with a version, and never changed afterwards.
  const std::map<int, std::string> released{};
  for (const Step& step : sqlite_steps()) {
    auto sealed = released.find(step.number);
    if (sealed == released.end()) continue;
    EXPECT_EQ(sha256_hex(step.sql), sealed->second)
        << "step " << step.number << " was released: write a further step instead";
  }
}

}  // namespace
}  // namespace anxiao::store::sqlite
