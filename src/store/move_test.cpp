#include "store/move.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "store/postgres/postgres_store.h"
#include "store/postgres/test_server.h"
#include "store/sqlite/sqlite_store.h"
#include "store/temporary_folder.h"

namespace anxiao::store {
namespace {

using usecases::Entry;
using usecases::Reader;
using usecases::Row;
using usecases::Store;
using usecases::Transaction;
using usecases::Value;

class Move : public testing::Test {
 protected:
  std::unique_ptr<Store> file(const std::string& name) {
    return std::make_unique<sqlite::SqliteStore>(sqlite::Options{.path = folder.path() / name});
  }
  // A city with rows of every type, more than a portion of them.
  static void fill(Store& store, int rows) {
    store.write([&](Transaction& t) {
      t.exec("INSERT INTO districts (district, organisation) VALUES ('500190', '500190.d')", {});
      for (int i = 0; i < rows; ++i) {
        t.exec(
            "INSERT INTO ledger_rows (district, id, ledger, organisation, path, title, fields,"
            " since, until, version) VALUES ('500190', $1, 'points', '500190.s', '/c/d/s/', $2,"
            " $3, $4, $5, 1)",
            {"500190.row-" + std::to_string(i), std::string("南门 ' \" \\ 第") + std::to_string(i),
             std::string(R"({"z":1,"a":"消防","n":1.50})"), std::int64_t(i),
             i % 2 ? Value(std::monostate{}) : Value(std::int64_t(i))});
        Entry entry;
        entry.district = "500190";
        entry.kind = "RowEntered";
        entry.noun = "rows";
        entry.subject = "500190.row-" + std::to_string(i);
        entry.data = {{"z", 1}, {"a", "消防"}};
        t.record(entry);
      }
      t.exec(
          "INSERT INTO people (district, id, name, login, organisation, path, password,"
          " must_change, active, since, version)"
          " VALUES ('500190', 'p', '校小长', 'p', 'o', '/o/', '', TRUE, FALSE, 1, 1)",
          {});
      return true;
    });
  }
  static std::string first_fields(Store& store) {
    std::string out;
    store.read([&](Reader& reader) {
      reader.query("SELECT fields FROM ledger_rows WHERE id = '500190.row-7'", {},
                   [&](const Row& row) { out = row.text(0); });
    });
    return out;
  }

  TemporaryFolder folder;
};

TEST_F(Move, CarriesEveryRowAndSaysThatBothAreTheSame) {
  auto from = file("from"), to = file("to");
  fill(*from, 5003);
  const auto moved = move_city(*from, *to);
  ASSERT_TRUE(moved) << moved.error().detail;
  EXPECT_EQ(moved->moved, 5003 * 2 + 2);
  EXPECT_EQ(moved->rows, moved->moved);
  EXPECT_EQ(first_fields(*to), first_fields(*from));
  EXPECT_FALSE(is_being_moved_into(*to));
}

TEST_F(Move, GoesOnWhereItWasBrokenOffAndIsNotServedMeanwhile) {
  auto from = file("from"), to = file("to");
  fill(*from, 5003);
  std::atomic<bool> stop{false};
  int steps = 0;
  const usecases::Progress progress{
      .tell = [&](std::string_view, std::int64_t, std::int64_t) { stop = ++steps > 9; },
      .stop = &stop};
  EXPECT_THROW((void)move_city(*from, *to, progress), usecases::Interrupted);
  EXPECT_TRUE(is_being_moved_into(*to));
  const auto moved = move_city(*from, *to);
  ASSERT_TRUE(moved) << moved.error().detail;
  EXPECT_LT(moved->moved, moved->rows);
  EXPECT_EQ(moved->rows, 5003 * 2 + 2);
  EXPECT_FALSE(is_being_moved_into(*to));
}

TEST_F(Move, RefusesADatabaseThatHoldsACity) {
  auto from = file("from"), to = file("to");
  fill(*from, 3);
  fill(*to, 2);
  const auto moved = move_city(*from, *to);
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().key, "move.not_empty");
}

TEST_F(Move, SaysWhichTableIsNotTheSameAfterwards) {
  auto from = file("from"), to = file("to");
  fill(*from, 3);
  ASSERT_TRUE(move_city(*from, *to));
  to->write([](Transaction& t) {
    t.exec("UPDATE ledger_rows SET title = 'altered' WHERE id = '500190.row-1'", {});
    t.exec("INSERT INTO settings (district, key, value) VALUES ('', $1, '{}')",
           {std::string(kMoving)});
    return true;
  });
  const auto moved = move_city(*from, *to);
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().key, "move.differs");
  EXPECT_EQ(moved.error().args.at("table"), "ledger_rows");
  EXPECT_TRUE(is_being_moved_into(*to));
}

TEST_F(Move, GoesToPostgresAndBackWithoutADifference) {
  if (!postgres::TestServer::shared())
    GTEST_SKIP() << "no PostgreSQL is installed (Debian: postgresql-15)";
  const auto url = postgres::TestServer::shared()->database("moved");
  auto from = file("from"), back = file("back");
  fill(*from, 2500);
  {
    postgres::PostgresStore there({.url = url});
    const auto moved = move_city(*from, there);
    ASSERT_TRUE(moved) << moved.error().detail;
    EXPECT_EQ(first_fields(there), first_fields(*from));
  }
  // Opened again it goes on after the newest entry.
  postgres::PostgresStore there({.url = url});
  EXPECT_EQ(there.last_seq(), 2500);
  const auto moved = move_city(there, *back);
  ASSERT_TRUE(moved) << moved.error().detail;
  EXPECT_EQ(first_fields(*back), first_fields(*from));
  there.write([](Transaction& t) {
    Entry entry;
    entry.district = "500190";
    return t.record(entry) == 2501;
  });
}

}  // namespace
}  // namespace anxiao::store
