// What every store keeps to, whatever the engine. A further engine is put through it by one more
// line at the end of this file.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <limits>
#include <memory>
#include <numeric>
#include <thread>

#include "base/hash.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/test_server.h"
#include "store/sqlite/sqlite_store.h"
#include "store/temporary_folder.h"

namespace anxiao::store {
namespace {

using testing::ElementsAre;
using usecases::DatabaseFault;
using usecases::Entry;
using usecases::Reader;
using usecases::Row;
using usecases::Store;
using usecases::Transaction;
using usecases::Value;

constexpr std::size_t kMostQueued = 64;

struct Engine {
  std::string name;
  // A new store, of which at most kMostQueued units may wait, kept in that folder if anywhere.
  std::function<std::unique_ptr<Store>(const std::filesystem::path&)> make;
};

Entry an_entry(const std::string& subject, const std::string& district = "500190") {
  Entry entry;
  entry.district = district;
  entry.organisation = district + ".school";
  entry.path = "/city/" + district + "/school/";
  entry.kind = "RowEntered";
  entry.noun = "rows";
  entry.subject = subject;
  entry.happened_at = {1000};
  entry.known_at = {2000};
  entry.data = {{"title", "消防通道"}, {"n", 7}};
  return entry;
}

class StoreContract : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    if (GetParam().name == "postgres" && !postgres::TestServer::shared())
      GTEST_SKIP() << "no PostgreSQL is installed (Debian: postgresql-15)";
    store_ = GetParam().make(folder_.path());
    store_->write([](Transaction& t) {
      t.exec(
          "CREATE TABLE trial (district TEXT NOT NULL, id TEXT NOT NULL, whole BIGINT, "
          "real DOUBLE PRECISION, flag BOOLEAN, words TEXT, PRIMARY KEY (district, id))",
          {});
      t.exec("CREATE TABLE choosy (n BIGINT NOT NULL CHECK (n > 0))", {});
      return true;
    });
  }

  static void insert(Transaction& t, const std::string& id, std::int64_t whole = 0) {
    t.exec("INSERT INTO trial (district, id, whole) VALUES ($1, $2, $3)",
           {std::string("500190"), id, whole});
  }

  std::vector<std::string> ids() {
    std::vector<std::string> out;
    store_->read([&](Reader& reader) {
      reader.query("SELECT id FROM trial ORDER BY id", {},
                   [&](const Row& row) { out.emplace_back(row.text(0)); });
    });
    return out;
  }

  static std::int64_t count_of(Reader& reader) {
    std::int64_t count = -1;
    reader.query("SELECT count(*) FROM trial", {}, [&](const Row& row) { count = row.integer(0); });
    return count;
  }

  // Runs `work` and gives the kind of the fault; fails the test where there is none.
  DatabaseFault::Kind fault_of(const Store::Work& work) {
    try {
      store_->write(work);
    } catch (const DatabaseFault& fault) {
      return fault.kind;
    }
    ADD_FAILURE() << "no fault";
    return DatabaseFault::Kind::other;
  }

  // Holds the writer until the promise is kept, so that what is submitted meanwhile is together.
  std::promise<void> hold_the_writer() {
    std::promise<void> release;
    std::promise<void> held;
    store_->submit(
        [&held, until = release.get_future().share()](Transaction&) {
          held.set_value();
          until.wait();
          return true;
        },
        [](std::exception_ptr) {});
    held.get_future().wait();
    return release;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_P(StoreContract, KeepsAUnitOfWorkWhole) {
  store_->write([](Transaction& t) {
    insert(t, "a");
    insert(t, "b");
    return true;
  });
  EXPECT_THAT(ids(), ElementsAre("a", "b"));
}

TEST_P(StoreContract, UndoesAUnitOfWorkThatSaysNo) {
  store_->write([](Transaction& t) {
    insert(t, "a");
    t.record(an_entry("a"));
    return false;
  });
  EXPECT_THAT(ids(), ElementsAre());
  EXPECT_EQ(store_->last_seq(), 0);
}

TEST_P(StoreContract, UndoesAUnitOfWorkThatThrowsAndPassesOnWhatItThrew) {
  EXPECT_THROW(store_->write([](Transaction& t) -> bool {
    insert(t, "a");
    t.record(an_entry("a"));
    throw std::out_of_range("no such stage");
  }),
               std::out_of_range);
  EXPECT_THAT(ids(), ElementsAre());
  EXPECT_EQ(store_->last_seq(), 0);
}

TEST_P(StoreContract, AUnitThatMetAFaultIsUndoneEvenIfItGoesOn) {
  store_->write([](Transaction& t) {
    insert(t, "a");
    return true;
  });
  EXPECT_EQ(fault_of([](Transaction& t) {
              insert(t, "b");
              EXPECT_THROW(insert(t, "a"), DatabaseFault);
              EXPECT_THROW(insert(t, "c"), DatabaseFault) << "nothing more is taken";
              return true;
            }),
            DatabaseFault::Kind::unique);
  EXPECT_THAT(ids(), ElementsAre("a"));
}

TEST_P(StoreContract, ARefusedUnitDoesNotHurtItsNeighbours) {
  auto release = hold_the_writer();
  std::vector<std::future<void>> done;
  for (int i = 0; i < 9; ++i) {
    auto promise = std::make_shared<std::promise<void>>();
    done.push_back(promise->get_future());
    store_->submit(
        [i](Transaction& t) -> bool {
          insert(t, std::to_string(i), i);
          t.record(an_entry(std::to_string(i)));
          if (i % 3 == 1) throw std::runtime_error("broken");
          return i % 3 == 0;
        },
        [promise](std::exception_ptr fault) {
          if (fault)
            promise->set_exception(fault);
          else
            promise->set_value();
        });
  }
  release.set_value();
  for (int i = 0; i < 9; ++i) {
    if (i % 3 == 1)
      EXPECT_THROW(done[static_cast<std::size_t>(i)].get(), std::runtime_error);
    else
      EXPECT_NO_THROW(done[static_cast<std::size_t>(i)].get());
  }
  EXPECT_THAT(ids(), ElementsAre("0", "3", "6"));
  std::vector<std::int64_t> seqs;
  store_->read([&](Reader& reader) {
    reader.query("SELECT seq FROM journal ORDER BY seq", {},
                 [&](const Row& row) { seqs.push_back(row.integer(0)); });
  });
  EXPECT_THAT(seqs, ElementsAre(1, 2, 3)) << "what is undone gives its sequence back";
}

TEST_P(StoreContract, IsReadAsWrittenOnceTheWorkIsDone) {
  for (int i = 0; i < 20; ++i) {
    std::promise<std::int64_t> seen;
    store_->submit(
        [i](Transaction& t) {
          insert(t, std::to_string(i));
          return true;
        },
        [&](std::exception_ptr) {
          store_->read([&](Reader& reader) { seen.set_value(count_of(reader)); });
        });
    EXPECT_EQ(seen.get_future().get(), i + 1);
  }
}

TEST_P(StoreContract, AWorkReadsWhatItWrote) {
  store_->write([](Transaction& t) {
    insert(t, "a");
    EXPECT_EQ(count_of(t), 1);
    return true;
  });
}

TEST_P(StoreContract, TellsTheListenerBeforeTheAnswerAndInOrder) {
  struct Told {
    std::vector<std::int64_t> seqs;
    std::vector<std::string> order;
    std::int64_t durable = 0;
  };
  auto told = std::make_shared<Told>();
  auto fresh = GetParam().make(folder_.path() / "listened");
  fresh->listen([told, store = fresh.get()](std::span<const Entry> entries) {
    for (const Entry& entry : entries) {
      told->seqs.push_back(entry.seq);
      told->order.push_back("entry " + entry.subject);
    }
    told->durable = store->last_seq();
  });
  std::promise<void> release;
  fresh->submit([until = release.get_future().share()](Transaction&) { return until.wait(), true; },
                [](std::exception_ptr) {});
  std::vector<std::future<void>> done;
  for (int i = 0; i < 3; ++i) {
    auto promise = std::make_shared<std::promise<void>>();
    done.push_back(promise->get_future());
    fresh->submit(
        [i](Transaction& t) {
          t.record(an_entry(std::to_string(i)));
          return true;
        },
        [promise, told, i](std::exception_ptr) {
          told->order.push_back("answer " + std::to_string(i));
          promise->set_value();
        });
  }
  release.set_value();
  for (auto& each : done) each.get();
  EXPECT_THAT(told->seqs, ElementsAre(1, 2, 3));
  EXPECT_EQ(told->durable, 3);
  auto at = [&](const std::string& what) {
    return std::find(told->order.begin(), told->order.end(), what) - told->order.begin();
  };
  for (int i = 0; i < 3; ++i)
    EXPECT_LT(at("entry " + std::to_string(i)), at("answer " + std::to_string(i)));
}

TEST_P(StoreContract, NumbersTheJournalWithoutGapsAcrossDistricts) {
  store_->write([](Transaction& t) {
    EXPECT_EQ(t.record(an_entry("a", "500190")), 1);
    EXPECT_EQ(t.record(an_entry("b", "500000")), 2);
    return true;
  });
  store_->write([](Transaction& t) {
    EXPECT_EQ(t.record(an_entry("c", "500190")), 3);
    return true;
  });
  EXPECT_EQ(store_->last_seq(), 3);
  store_.reset();
  store_ = GetParam().make(folder_.path());
  EXPECT_EQ(store_->last_seq(), 3) << "also after opening it again";
  store_->write([](Transaction& t) {
    EXPECT_EQ(t.record(an_entry("d", "500000")), 4);
    return true;
  });
}

TEST_P(StoreContract, HashesAnEntryOverItsOwnText) {
  store_->write([](Transaction& t) {
    t.record(an_entry("a"));
    return true;
  });
  Entry entry = an_entry("a");
  entry.seq = 1;
  std::string data, hash;
  store_->read([&](Reader& reader) {
    reader.query("SELECT data, hash FROM journal WHERE district = $1 AND seq = $2",
                 {std::string("500190"), std::int64_t(1)}, [&](const Row& row) {
                   data = row.text(0);
                   hash = row.text(1);
                 });
  });
  EXPECT_EQ(boost::json::parse(data), boost::json::value(entry.data));
  EXPECT_EQ(hash, sha256_hex(hashed_text(entry, data)));
}

TEST_P(StoreContract, AReaderSeesOneStateHoweverLongItReads) {
  store_->read([&](Reader& reader) {
    EXPECT_EQ(count_of(reader), 0);
    store_->write([](Transaction& t) {
      insert(t, "a");
      return true;
    });
    EXPECT_EQ(count_of(reader), 0);
  });
  EXPECT_THAT(ids(), ElementsAre("a"));
}

TEST_P(StoreContract, AReaderWritesNothing) {
  EXPECT_THROW(store_->read([](Reader& reader) {
    reader.query("INSERT INTO choosy (n) VALUES ($1)", {std::int64_t(1)}, [](const Row&) {});
  }),
               DatabaseFault);
}

TEST_P(StoreContract, AReadInsideARowOfTheSameStatementGivesItsOwnRows) {
  store_->write([](Transaction& t) {
    for (const char* id : {"a", "b"}) insert(t, id);
    return true;
  });
  std::string pairs;
  store_->read([&](Reader& reader) {
    const char* sql = "SELECT id FROM trial ORDER BY id";
    reader.query(sql, {}, [&](const Row& outer) {
      std::string left(outer.text(0));
      reader.query(sql, {}, [&](const Row& inner) {
        pairs += left;
        pairs += inner.text(0);
        pairs += ' ';
      });
    });
  });
  EXPECT_EQ(pairs, "aa ab ba bb ");
}

TEST_P(StoreContract, ManyReadersBesideAWriterSeeOnlyWholeUnits) {
  // Each unit moves a sum from one row to another: whoever reads finds the same sum.
  store_->write([](Transaction& t) {
    insert(t, "left", 1000);
    insert(t, "right", 0);
    return true;
  });
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0}, reads{0};
  std::vector<std::thread> readers;
  for (int r = 0; r < 4; ++r)
    readers.emplace_back([&] {
      while (!stop) {
        std::int64_t sum = 0;
        store_->read([&](Reader& reader) {
          for (const char* id : {"left", "right"})
            reader.query("SELECT whole FROM trial WHERE district = $1 AND id = $2",
                         {std::string("500190"), std::string(id)},
                         [&](const Row& row) { sum += row.integer(0); });
        });
        if (sum != 1000) ++wrong;
        ++reads;
      }
    });
  for (int i = 0; i < 200; ++i)
    store_->write([](Transaction& t) {
      t.exec("UPDATE trial SET whole = whole - 1 WHERE district = $1 AND id = $2",
             {std::string("500190"), std::string("left")});
      t.exec("UPDATE trial SET whole = whole + 1 WHERE district = $1 AND id = $2",
             {std::string("500190"), std::string("right")});
      return true;
    });
  while (reads < 8) std::this_thread::yield();
  stop = true;
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
}

TEST_P(StoreContract, ManyWritersAreAllAnsweredAndAllKept) {
  std::vector<std::thread> writers;
  for (int w = 0; w < 8; ++w)
    writers.emplace_back([&, w] {
      for (int i = 0; i < 25; ++i)
        store_->write([&](Transaction& t) {
          insert(t, std::to_string(w) + "-" + std::to_string(i));
          t.record(an_entry(std::to_string(w)));
          return true;
        });
    });
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(ids().size(), 200u);
  EXPECT_EQ(store_->last_seq(), 200);
}

TEST_P(StoreContract, NamesTheKindOfWhatAConstraintRefuses) {
  store_->write([](Transaction& t) {
    insert(t, "a");
    return true;
  });
  EXPECT_EQ(fault_of([](Transaction& t) { return insert(t, "a"), true; }),
            DatabaseFault::Kind::unique);
  EXPECT_EQ(fault_of([](Transaction& t) {
              return t.exec("INSERT INTO choosy (n) VALUES ($1)", {std::int64_t(-1)}), true;
            }),
            DatabaseFault::Kind::check);
  EXPECT_EQ(fault_of([](Transaction& t) {
              return t.exec("INSERT INTO choosy (n) VALUES ($1)", {std::monostate()}), true;
            }),
            DatabaseFault::Kind::check);
  EXPECT_EQ(fault_of([](Transaction& t) {
              return t.exec("INSERT INTO nowhere (n) VALUES ($1)", {std::int64_t(1)}), true;
            }),
            DatabaseFault::Kind::other);
}

TEST_P(StoreContract, GivesValuesBackAsTheyWere) {
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  std::string long_text;
  while (long_text.size() < (1u << 20)) long_text += "校门口第三块地砖松动；";
  std::string quoted = "it's \"quoted\" \\ $1 ? %s\n\t";
  struct Case {
    Value whole, real, flag, words;
  };
  const std::vector<Case> cases{
      {std::monostate(), std::monostate(), std::monostate(), std::monostate()},
      {kLeast, 0.1, true, std::string("中文与 emoji 🧯")},
      {kMost, -1.5e300, false, long_text},
      {std::int64_t(0), 0.0, true, std::string()},
      {std::int64_t(-1), 1e-300, false, quoted}};
  store_->write([&](Transaction& t) {
    for (std::size_t i = 0; i < cases.size(); ++i)
      t.exec(
          "INSERT INTO trial (district, id, whole, real, flag, words) "
          "VALUES ($1, $2, $3, $4, $5, $6)",
          {std::string("500190"), std::to_string(i), cases[i].whole, cases[i].real, cases[i].flag,
           cases[i].words});
    return true;
  });
  std::size_t i = 0;
  store_->read([&](Reader& reader) {
    reader.query("SELECT whole, real, flag, words FROM trial ORDER BY id", {}, [&](const Row& row) {
      SCOPED_TRACE(i);
      const Case& wanted = cases[i++];
      Value whole, real, flag, words;
      if (!row.is_null(0)) whole = row.integer(0);
      if (!row.is_null(1)) real = row.number(1);
      if (!row.is_null(2)) flag = row.flag(2);
      if (!row.is_null(3)) words = std::string(row.text(3));
      EXPECT_TRUE(whole == wanted.whole);
      EXPECT_TRUE(real == wanted.real);
      EXPECT_TRUE(flag == wanted.flag);
      EXPECT_TRUE(words == wanted.words);
      EXPECT_EQ(row.maybe_text(3).has_value(), !row.is_null(3));
    });
  });
  EXPECT_EQ(i, cases.size());
}

TEST_P(StoreContract, BindsParametersByTheirNumber) {
  std::string got;
  store_->read([&](Reader& reader) {
    reader.query("SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT)",
                 {std::string("one"), std::string("two")}, [&](const Row& row) {
                   got = std::string(row.text(0)) + std::string(row.text(1)) +
                         std::string(row.text(2));
                 });
  });
  EXPECT_EQ(got, "twoonetwo");
}

TEST_P(StoreContract, RefusesMoreOrFewerParametersThanTheStatementHas) {
  auto query = [&](std::string_view sql, std::vector<Value> params) {
    store_->read([&](Reader& reader) { reader.query(sql, params, [](const Row&) {}); });
  };
  EXPECT_ANY_THROW(query("SELECT CAST($1 AS TEXT)", {}));
  EXPECT_ANY_THROW(query("SELECT CAST($1 AS TEXT)", {std::string("a"), std::string("b")}));
  EXPECT_ANY_THROW(query("SELECT CAST($2 AS TEXT)", {std::string("a"), std::string("b")}));
  EXPECT_NO_THROW(query("SELECT CAST($1 AS TEXT)", {std::string("a")}));
}

TEST_P(StoreContract, ReadsInsideJson) {
  std::string level;
  std::int64_t changed = 0;
  store_->write([&](Transaction& t) {
    changed = t.exec("INSERT INTO settings (district, key, value) VALUES ($1, $2, $3)",
                     {std::string("500000"), std::string("trial"),
                      std::string(R"({"level":"橙","deep":{"n":3}})")});
    t.query(
        "SELECT value->>'level', CAST(value->'deep'->>'n' AS BIGINT) FROM settings "
        "WHERE district = $1 AND key = $2",
        {std::string("500000"), std::string("trial")}, [&](const Row& row) {
          level = row.text(0);
          EXPECT_EQ(row.integer(1), 3);
        });
    return true;
  });
  EXPECT_EQ(level, "橙");
  EXPECT_EQ(changed, 1);
}

TEST_P(StoreContract, SaysHowManyRowsChanged) {
  store_->write([](Transaction& t) {
    for (const char* id : {"a", "b", "c"}) insert(t, id);
    EXPECT_EQ(
        t.exec("UPDATE trial SET whole = $1 WHERE id > $2", {std::int64_t(1), std::string("a")}),
        2);
    EXPECT_EQ(
        t.exec("UPDATE trial SET whole = $1 WHERE id > $2", {std::int64_t(1), std::string("x")}),
        0);
    EXPECT_EQ(t.exec("INSERT INTO trial (district, id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                     {std::string("500190"), std::string("a")}),
              0);
    std::vector<std::string> returned;
    t.query("DELETE FROM trial WHERE id < $1 RETURNING id", {std::string("c")},
            [&](const Row& row) { returned.emplace_back(row.text(0)); });
    EXPECT_EQ(returned.size(), 2u);
    return true;
  });
  EXPECT_THAT(ids(), ElementsAre("c"));
}

TEST_P(StoreContract, KeepsWhatAUnitRecordedThoughTheNextReadsTheJournalAndIsUndone) {
  auto release = hold_the_writer();
  std::int64_t seen = -1, seen_by_third = -1;
  const auto count = [](Transaction& t) {
    std::int64_t number = -1;
    t.query("SELECT count(*) FROM journal", {}, [&](const Row& row) { number = row.integer(0); });
    return number;
  };
  store_->submit(
      [](Transaction& t) {
        t.record(an_entry("kept"));
        return true;
      },
      [](std::exception_ptr) {});
  store_->submit(
      [&](Transaction& t) {
        t.record(an_entry("undone"));
        seen = count(t);
        return false;
      },
      [](std::exception_ptr) {});
  store_->submit(
      [&](Transaction& t) {
        t.record(an_entry("third"));
        seen_by_third = count(t);
        return true;
      },
      [](std::exception_ptr) {});
  release.set_value();
  store_->write([](Transaction&) { return true; });
  EXPECT_EQ(seen, 2);
  EXPECT_EQ(seen_by_third, 2);
  std::vector<std::string> subjects;
  store_->read([&](Reader& reader) {
    reader.query("SELECT subject FROM journal ORDER BY seq", {},
                 [&](const Row& row) { subjects.emplace_back(row.text(0)); });
  });
  EXPECT_THAT(subjects, ElementsAre("kept", "third"));
  EXPECT_EQ(store_->last_seq(), 2);
}

TEST_P(StoreContract, RefusesAsBusyWhenTooManyWait) {
  auto release = hold_the_writer();
  std::atomic<int> answered{0};
  auto submit = [&] {
    store_->submit([](Transaction&) { return true; }, [&](std::exception_ptr) { ++answered; });
  };
  for (std::size_t i = 0; i < kMostQueued; ++i) submit();
  try {
    submit();
    ADD_FAILURE() << "one more than the queue takes";
  } catch (const DatabaseFault& fault) {
    EXPECT_EQ(fault.kind, DatabaseFault::Kind::busy);
  }
  release.set_value();
  store_.reset();
  EXPECT_EQ(answered, static_cast<int>(kMostQueued));
}

TEST_P(StoreContract, FinishesWhatIsQueuedBeforeItCloses) {
  std::atomic<int> answered{0};
  auto release = hold_the_writer();
  for (int i = 0; i < 50; ++i)
    store_->submit(
        [i](Transaction& t) {
          insert(t, std::to_string(i));
          return true;
        },
        [&](std::exception_ptr fault) {
          if (!fault) ++answered;
        });
  std::thread releases([&] { release.set_value(); });
  store_.reset();
  releases.join();
  EXPECT_EQ(answered, 50);
  store_ = GetParam().make(folder_.path());
  EXPECT_EQ(ids().size(), 50u);
}

TEST_P(StoreContract, RefusesToWaitForItselfOnTheWritingThread) {
  EXPECT_THROW(store_->write([&](Transaction&) {
    store_->write([](Transaction&) { return true; });
    return true;
  }),
               Fault);
}

TEST_P(StoreContract, SurvivesAnAnswerAndAListenerThatThrow) {
  auto fresh = GetParam().make(folder_.path() / "thrown");
  fresh->listen([](std::span<const Entry>) { throw std::runtime_error("listener"); });
  fresh->submit([](Transaction& t) { return t.record(an_entry("a")) == 1; },
                [](std::exception_ptr) { throw std::runtime_error("answer"); });
  fresh->write([](Transaction& t) { return t.record(an_entry("b")) == 2; });
  EXPECT_EQ(fresh->last_seq(), 2);
}

// A database of its own for each folder.
std::string database_of(const std::filesystem::path& folder) {
  return postgres::TestServer::shared()->database("t" + sha256_hex(folder.string()).substr(0, 20));
}

INSTANTIATE_TEST_SUITE_P(
    Engines, StoreContract,
    testing::Values(Engine{"sqlite",
                           [](const std::filesystem::path& folder) -> std::unique_ptr<Store> {
                             return std::make_unique<sqlite::SqliteStore>(sqlite::Options{
                                 .path = folder / "anxiao.db", .most_queued = kMostQueued});
                           }},
                    Engine{"postgres",
                           [](const std::filesystem::path& folder) -> std::unique_ptr<Store> {
                             return std::make_unique<postgres::PostgresStore>(postgres::Options{
                                 .url = database_of(folder), .most_queued = kMostQueued});
                           }}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace anxiao::store
