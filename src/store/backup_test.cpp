#include "store/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "base/hash.h"
#include "store/sqlite/sqlite_store.h"
#include "store/temporary_folder.h"
#include "usecases/journal_verify.h"
#include "usecases/seals.h"

namespace anxiao::store {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using usecases::Entry;
using usecases::Reader;
using usecases::Row;
using usecases::Transaction;

class Backup : public testing::Test {
 protected:
  void SetUp() override {
    store_ = std::make_unique<sqlite::SqliteStore>(sqlite::Options{.path = data() / "city.db"});
    seals_ = std::make_unique<usecases::Seals>(*store_, data() / "keys", "500000");
    store_->write([](Transaction& t) {
      t.exec("INSERT INTO districts (district, organisation) VALUES ($1, $2)",
             {std::string("500000"), std::string("a")});
      return true;
    });
    record(200);
    seals_->seal({10});
    attach("ab", "first photograph");
    attach("cd", std::string(3 << 20, 'p'));
  }

  fs::path data() const { return folder_.path() / "data"; }
  fs::path backups() const { return folder_.path() / "backups"; }
  fs::path elsewhere() const { return folder_.path() / "elsewhere"; }

  void record(int count) {
    store_->write([&](Transaction& t) {
      for (int i = 0; i < count; ++i) {
        Entry entry;
        entry.district = "500000";
        entry.kind = "RowEntered";
        entry.noun = "rows";
        entry.subject = std::to_string(i);
        entry.data = {{"words", std::string(500, 'w')}};
        t.record(entry);
      }
      return true;
    });
  }

  void attach(const std::string& shelf, const std::string& bytes) {
    fs::create_directories(data() / "attachments" / shelf);
    std::ofstream(data() / "attachments" / shelf / sha256_hex(bytes)) << bytes;
  }

  BackupAsk ask() const {
    return {.database = data() / "city.db",
            .attachments = data() / "attachments",
            .keys = data() / "keys",
            .to = backups(),
            .now = {1772407800000}};
  }

  fs::path made() {
    auto made = backup(ask());
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return made ? *made : fs::path();
  }

  static std::vector<std::string> names(const fs::path& folder) {
    std::vector<std::string> out;
    if (fs::exists(folder))
      for (const auto& each : fs::directory_iterator(folder))
        out.push_back(each.path().filename().string());
    std::sort(out.begin(), out.end());
    return out;
  }

  static std::string text(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static usecases::Verification verify(usecases::Store& store, const fs::path& keys) {
    usecases::Verification out;
    store.read([&](Reader& reader) {
      out = usecases::verify_journal(reader, usecases::read_public_keys(keys));
    });
    return out;
  }

  TemporaryFolder folder_;
  std::unique_ptr<sqlite::SqliteStore> store_;
  std::unique_ptr<usecases::Seals> seals_;
};

TEST_F(Backup, MadeBesideAServerBringsEverythingBack) {
  fs::path from = made();
  EXPECT_EQ(from.filename(), "backup-20260301T233000Z");
  EXPECT_THAT(names(backups()), ElementsAre("backup-20260301T233000Z"));
  ASSERT_TRUE(restore(from, elsewhere()));
  EXPECT_THAT(names(elsewhere()), ElementsAre("attachments", "city.db", "keys"));
  for (const char* shelf : {"ab", "cd"})
    for (const auto& name : names(data() / "attachments" / shelf))
      EXPECT_EQ(sha256_hex(text(elsewhere() / "attachments" / shelf / name)), name);

  sqlite::SqliteStore restored({.path = elsewhere() / "city.db"});
  EXPECT_EQ(restored.last_seq(), 200);
  auto found = verify(restored, elsewhere() / "keys");
  EXPECT_TRUE(found.sound());
  EXPECT_EQ(found.sealed, 200);
  // Sealing goes on with the same key.
  usecases::Seals seals(restored, elsewhere() / "keys", "500000");
  EXPECT_EQ(seals.public_key(), seals_->public_key());
}

TEST_F(Backup, IsOneStateOfADatabaseThatIsBeingWritten) {
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    while (!stop) record(20);
  });
  auto from = backup(ask());
  stop = true;
  writer.join();
  ASSERT_TRUE(from);
  ASSERT_TRUE(restore(*from, elsewhere()));
  sqlite::SqliteStore restored({.path = elsewhere() / "city.db"});
  EXPECT_EQ(restored.last_seq() % 20, 0);
  EXPECT_TRUE(verify(restored, elsewhere() / "keys").sound());
}

TEST_F(Backup, CanBeReadByItsOwnerOnly) {
  fs::path from = made();
  EXPECT_EQ(fs::status(from).permissions(), fs::perms::owner_all);
  for (const auto& each : fs::recursive_directory_iterator(from)) {
    auto open_to_others = fs::perms::group_all | fs::perms::others_all;
    EXPECT_EQ(each.status().permissions() & open_to_others, fs::perms::none) << each.path();
  }
}

TEST_F(Backup, InterruptedAtAnyPointLeavesNothing) {
  int steps = 0;
  backup(ask(), {.tell = [&](std::string_view, std::int64_t, std::int64_t) { ++steps; }})
      .has_value();
  fs::remove_all(backups());
  ASSERT_GT(steps, 5);
  for (int at = 0; at < steps - 1; ++at) {
    std::atomic<bool> stop{false};
    int step = 0;
    EXPECT_THROW(backup(ask(), {.tell =
                                    [&](std::string_view, std::int64_t, std::int64_t) {
                                      if (step++ == at) stop = true;
                                    },
                                .stop = &stop})
                     .has_value(),
                 usecases::Interrupted)
        << at;
    EXPECT_THAT(names(backups()), IsEmpty()) << at;
  }
}

TEST_F(Backup, RefusesWhereThereIsNoDatabase) {
  auto wanted = ask();
  wanted.database = folder_.path() / "none.db";
  EXPECT_EQ(backup(wanted).error().key, "backup.no_database");
}

TEST_F(Backup, RefusesToBeMadeWithinWhatItBacksUp) {
  auto wanted = ask();
  wanted.to = data() / "attachments" / "backups";
  EXPECT_EQ(backup(wanted).error().key, "backup.target");
  wanted.to = data() / "city.db";
  EXPECT_EQ(backup(wanted).error().key, "backup.target");
}

TEST_F(Backup, NeverReplacesAnotherOne) {
  made();
  EXPECT_EQ(backup(ask()).error().key, "backup.exists");
}

TEST_F(Backup, IsNotMadeOfADamagedDatabase) {
  store_.reset();
  std::fstream file(data() / "city.db", std::ios::in | std::ios::out | std::ios::binary);
  for (std::streamoff page = 40; page < 60; ++page) {
    file.seekp(page * 4096);
    file << std::string(64, '\xff');
  }
  file.close();
  try {
    EXPECT_FALSE(backup(ask()));
    FAIL() << "the damage was not seen";
  } catch (const usecases::DatabaseFault& fault) {
    EXPECT_EQ(fault.kind, usecases::DatabaseFault::Kind::damaged);
  }
  EXPECT_THAT(names(backups()), IsEmpty());
}

TEST_F(Backup, ADamagedFileIsRefusedByNameAndNothingIsRestored) {
  fs::path from = made();
  std::vector<std::string> files;
  for (const auto& each : fs::recursive_directory_iterator(from))
    if (each.is_regular_file())
      files.push_back(each.path().lexically_relative(from).generic_string());
  ASSERT_EQ(files.size(), 7u);
  for (const auto& name : files) {
    if (name == "manifest.json.sha256") continue;
    const std::string whole = text(from / name);
    std::string spoilt = whole;
    spoilt[spoilt.size() / 2] = static_cast<char>(spoilt[spoilt.size() / 2] ^ 1);
    std::ofstream(from / name, std::ios::binary) << spoilt;
    auto done = restore(from, elsewhere());
    ASSERT_FALSE(done) << name;
    EXPECT_EQ(done.error().key, "restore.damaged");
    EXPECT_EQ(done.error().field, name);
    EXPECT_FALSE(fs::exists(elsewhere()));
    if (name != "manifest.json") {
      fs::remove(from / name);
      EXPECT_EQ(restore(from, elsewhere()).error().field, name) << "missing";
    }
    std::ofstream(from / name, std::ios::binary) << whole;
  }
  EXPECT_TRUE(restore(from, elsewhere()));
}

TEST_F(Backup, IsNotRestoredOverAnything) {
  fs::path from = made();
  EXPECT_EQ(restore(from, data()).error().key, "restore.not_empty");
  fs::create_directories(elsewhere());
  EXPECT_TRUE(restore(from, elsewhere())) << "an empty folder is taken";
  EXPECT_EQ(restore(from, elsewhere()).error().key, "restore.not_empty");
}

TEST_F(Backup, AnythingElseIsNotTakenForABackup) {
  EXPECT_EQ(restore(folder_.path(), elsewhere()).error().key, "restore.no_backup");
  EXPECT_EQ(restore(folder_.path() / "nowhere", elsewhere()).error().key, "restore.no_backup");
}

TEST_F(Backup, AManifestThatLeadsOutOfItsFolderIsRefused) {
  fs::path from = made();
  std::string manifest = text(from / "manifest.json");
  auto at = manifest.find("city.db");
  manifest.replace(at, 7, "../../data/city.db");
  std::ofstream(from / "manifest.json") << manifest;
  std::ofstream(from / "manifest.json.sha256") << sha256_hex(manifest);
  EXPECT_EQ(restore(from, elsewhere()).error().key, "restore.damaged");
}

TEST_F(Backup, ARestoreThatIsInterruptedLeavesNothing) {
  fs::path from = made();
  int steps = 0;
  ASSERT_TRUE(restore(from, elsewhere(),
                      {.tell = [&](std::string_view, std::int64_t, std::int64_t) { ++steps; }}));
  fs::remove_all(elsewhere());
  for (bool there : {false, true})
    for (int at = 0; at < steps - 1; ++at) {
      if (there) fs::create_directories(elsewhere());
      std::atomic<bool> stop{false};
      int step = 0;
      EXPECT_THROW(restore(from, elsewhere(),
                           {.tell =
                                [&](std::string_view, std::int64_t, std::int64_t) {
                                  if (step++ == at) stop = true;
                                },
                            .stop = &stop})
                       .has_value(),
                   usecases::Interrupted);
      EXPECT_EQ(fs::exists(elsewhere()), there);
      EXPECT_THAT(names(elsewhere()), IsEmpty());
    }
  EXPECT_TRUE(restore(from, elsewhere()));
}

}  // namespace
}  // namespace anxiao::store
