// The seals of the journal and their verification, over a real database that is then tampered with.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/hash.h"
#include "store/sqlite/sqlite_store.h"
#include "store/temporary_folder.h"
#include "usecases/journal_verify.h"
#include "usecases/merkle.h"
#include "usecases/seals.h"

namespace anxiao::store {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using usecases::Entry;
using usecases::Finding;
using usecases::PublicKeys;
using usecases::Reader;
using usecases::Row;
using usecases::Seals;
using usecases::Transaction;
using usecases::Value;
using usecases::Verification;

class JournalSeals : public testing::Test {
 protected:
  void SetUp() override {
    store_ = std::make_unique<sqlite::SqliteStore>(
        sqlite::Options{.path = folder_.path() / "anxiao.db"});
    tamper("INSERT INTO districts (district, organisation) VALUES ($1, $2), ($3, $4)",
           {std::string("500000"), std::string("a"), std::string("500190"), std::string("b")});
    seals_ = std::make_unique<Seals>(*store_, keys_folder(), "500000");
  }

  fs::path keys_folder() const { return folder_.path() / "keys"; }

  // Entries of two districts by turns.
  void record(int count) {
    store_->write([&](Transaction& t) {
      for (int i = 0; i < count; ++i) {
        Entry entry;
        entry.district = i % 2 ? "500190" : "500000";
        entry.organisation = entry.district + ".school";
        entry.path = "/城/区/校/";
        entry.kind = "MatterMoved";
        entry.noun = "matters";
        entry.subject = "matter " + std::to_string(i);
        entry.actor = "500190.someone";
        entry.happened_at = {1000 + i};
        entry.known_at = {2000 + i};
        entry.data = {{"title", "围墙开裂"}, {"funds", 1200.5}, {"n", i}};
        t.record(entry);
      }
      return true;
    });
  }

  void tamper(std::string_view sql, std::initializer_list<Value> params) {
    store_->write([&](Transaction& t) {
      EXPECT_GT(t.exec(sql, params), 0);
      return true;
    });
  }

  Verification verify(const PublicKeys& keys) {
    Verification out;
    store_->read([&](Reader& reader) { out = usecases::verify_journal(reader, keys); });
    return out;
  }
  Verification verify() { return verify(seals_->public_keys()); }

  static std::vector<std::string> words(const Verification& verification) {
    std::vector<std::string> out;
    for (const Finding& finding : verification.findings)
      out.push_back(std::string(word_of(finding.kind)) + " " + std::to_string(finding.seq));
    return out;
  }

  std::string text(std::string_view sql) {
    std::string out;
    store_->read(
        [&](Reader& reader) { reader.query(sql, {}, [&](const Row& row) { out = row.text(0); }); });
    return out;
  }

  TemporaryFolder folder_;
  std::unique_ptr<sqlite::SqliteStore> store_;
  std::unique_ptr<Seals> seals_;
};

TEST_F(JournalSeals, SealsWhatIsNotSealedYetAndNothingTwice) {
  EXPECT_EQ(seals_->seal({1}), 0);
  record(5);
  EXPECT_EQ(seals_->seal({10}), 5);
  EXPECT_EQ(seals_->seal({11}), 0);
  record(1);
  EXPECT_EQ(seals_->seal({12}), 1);
  record(2);
  auto found = verify();
  EXPECT_THAT(words(found), IsEmpty());
  EXPECT_EQ(found.entries, 8);
  EXPECT_EQ(found.sealed, 6);
  EXPECT_EQ(found.seals, 2);
}

TEST_F(JournalSeals, ABatchHasTheRootOfItsHashesInOrderOfSequence) {
  record(3);
  seals_->seal({10});
  std::vector<std::string> leaves;
  store_->read([&](Reader& reader) {
    reader.query("SELECT hash FROM journal ORDER BY seq", {},
                 [&](const Row& row) { leaves.push_back(from_hex(row.text(0))); });
    auto seal = usecases::last_seal(reader);
    ASSERT_TRUE(seal);
    EXPECT_EQ(seal->number, 1);
    EXPECT_EQ(seal->first_seq, 1);
    EXPECT_EQ(seal->last_seq, 3);
    EXPECT_EQ(seal->count, 3);
    EXPECT_EQ(seal->root, to_hex(usecases::merkle::root_of(leaves)));
    // Written out, so that the form of the chain cannot change unnoticed.
    std::string chained(32, '\0');
    chained += from_hex(seal->root);
    chained += std::string("\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\3", 16);
    EXPECT_EQ(seal->chained, sha256_hex(chained));
  });
}

TEST_F(JournalSeals, ALongBacklogIsSealedInSeveralBatches) {
  record(4096 + 10);
  EXPECT_EQ(seals_->seal({10}), 4096 + 10);
  auto found = verify();
  EXPECT_THAT(words(found), IsEmpty());
  EXPECT_EQ(found.seals, 2);
}

TEST_F(JournalSeals, OneAlteredByteIsFoundWithItsEntry) {
  record(10);
  seals_->seal({10});
  tamper("UPDATE journal SET data = replace(data, '\"n\":3', '\"n\":4') WHERE seq = $1",
         {std::int64_t(4)});
  auto found = verify();
  ASSERT_THAT(words(found), ElementsAre("entry_altered 4"));
  EXPECT_THAT(found.findings[0].detail, HasSubstr("content was changed"));
}

TEST_F(JournalSeals, EveryColumnOfAnEntryIsUnderItsHash) {
  record(4);
  seals_->seal({10});
  for (const char* column :
       {"organisation", "path", "holder", "kind", "noun", "subject", "actor"}) {
    std::string before = text(std::string("SELECT ") + column + " FROM journal WHERE seq = 2");
    tamper(std::string("UPDATE journal SET ") + column + " = $1 WHERE seq = $2",
           {std::string("x"), std::int64_t(2)});
    EXPECT_THAT(words(verify()), ElementsAre("entry_altered 2")) << column;
    tamper(std::string("UPDATE journal SET ") + column + " = $1 WHERE seq = $2",
           {before, std::int64_t(2)});
  }
  for (const char* column : {"happened_at", "known_at"}) {
    tamper(std::string("UPDATE journal SET ") + column + " = " + column + " + 1 WHERE seq = $1",
           {std::int64_t(2)});
    EXPECT_THAT(words(verify()), ElementsAre("entry_altered 2")) << column;
    tamper(std::string("UPDATE journal SET ") + column + " = " + column + " - 1 WHERE seq = $1",
           {std::int64_t(2)});
  }
  tamper("UPDATE journal SET district = $1 WHERE seq = $2",
         {std::string("500000"), std::int64_t(2)});
  EXPECT_THAT(words(verify()), ElementsAre("entry_altered 2")) << "district";
}

TEST_F(JournalSeals, AnAlteredHashIsToldFromAlteredContent) {
  record(4);
  seals_->seal({10});
  tamper("UPDATE journal SET hash = $1 WHERE seq = $2", {std::string(64, 'a'), std::int64_t(3)});
  auto found = verify();
  ASSERT_THAT(words(found), ElementsAre("entry_altered 3"));
  EXPECT_THAT(found.findings[0].detail, HasSubstr("content is as it was sealed"));
}

TEST_F(JournalSeals, AnEntryRewrittenWithItsHashIsFoundByTheRoot) {
  record(10);
  seals_->seal({10});
  record(10);
  seals_->seal({11});
  Entry entry;
  std::string data;
  store_->read([&](Reader& reader) {
    reader.query(
        "SELECT seq, district, organisation, path, holder, kind, noun, subject, actor, "
        "happened_at, "
        "known_at, data FROM journal WHERE seq = 14",
        {}, [&](const Row& row) {
          entry.seq = row.integer(0);
          entry.district = row.text(1);
          entry.organisation = row.text(2);
          entry.path = row.text(3);
          entry.holder = row.text(4);
          entry.kind = row.text(5);
          entry.noun = row.text(6);
          entry.subject = row.text(7);
          entry.actor = row.text(8);
          entry.happened_at = {row.integer(9)};
          entry.known_at = {row.integer(10)};
        });
  });
  data = R"({"title":"一切正常"})";
  tamper("UPDATE journal SET data = $1, hash = $2 WHERE seq = $3",
         {data, sha256_hex(hashed_text(entry, data)), entry.seq});
  auto found = verify();
  ASSERT_THAT(words(found), ElementsAre("root_differs 11"));
  EXPECT_EQ(found.findings[0].seal, 2);
}

TEST_F(JournalSeals, ADeletedEntryIsMissed) {
  record(10);
  seals_->seal({10});
  record(3);
  tamper("DELETE FROM journal WHERE seq IN ($1, $2, $3)",
         {std::int64_t(6), std::int64_t(7), std::int64_t(12)});
  auto found = verify();
  ASSERT_THAT(words(found), ElementsAre("entry_missing 6", "entry_missing 12"));
  EXPECT_EQ(found.findings[0].detail, "entries 6 to 7 are missing");
}

TEST_F(JournalSeals, EntriesThatChangedPlacesAreFound) {
  record(10);
  seals_->seal({10});
  tamper("UPDATE journal SET seq = 0 - seq WHERE seq IN ($1, $2)",
         {std::int64_t(4), std::int64_t(6)});
  tamper("UPDATE journal SET seq = 10 + seq WHERE seq IN ($1, $2)",
         {std::int64_t(-4), std::int64_t(-6)});
  EXPECT_THAT(words(verify()), ElementsAre("entry_altered 4", "entry_altered 6"));
}

TEST_F(JournalSeals, AForgedEntryIsFound) {
  record(4);
  seals_->seal({10});
  tamper(
      "INSERT INTO journal SELECT '500190', seq, organisation, path, holder, kind, noun, subject, "
      "actor, happened_at, known_at, data, hash FROM journal WHERE seq = $1",
      {std::int64_t(3)});
  auto found = words(verify());
  EXPECT_THAT(found, Contains("entry_doubled 3"));
}

TEST_F(JournalSeals, AForgedSealIsFound) {
  record(4);
  seals_->seal({10});
  record(4);
  seals_->seal({11});
  // Somebody without the key rewrites an entry, its hash, the root and the chain.
  tamper("UPDATE seals SET root = $1 WHERE number = $2", {std::string(64, '1'), std::int64_t(1)});
  auto found = words(verify());
  EXPECT_THAT(found, Contains("chain_broken 1"));
  EXPECT_THAT(found, Contains("root_differs 1"));
  tamper(
      "UPDATE seals SET chained = $1 WHERE number = $2",
      {to_hex(usecases::chained_hash(std::string(32, '\0'), from_hex(std::string(64, '1')), 1, 4)),
       std::int64_t(1)});
  found = words(verify());
  EXPECT_THAT(found, Contains("signature_wrong 1"));
  EXPECT_THAT(found, Contains("chain_broken 5")) << "the next seal was chained to the true one";
}

TEST_F(JournalSeals, ASealOfAnotherKeyIsFound) {
  record(4);
  Seals(*store_, folder_.path() / "their keys", "500000").seal({10});
  EXPECT_THAT(words(verify()), ElementsAre("key_unknown 1"));
}

TEST_F(JournalSeals, ADeletedSealIsMissed) {
  for (int i = 0; i < 3; ++i) {
    record(4);
    seals_->seal({10 + i});
  }
  tamper("DELETE FROM seals WHERE number = $1", {std::int64_t(2)});
  auto found = words(verify());
  EXPECT_THAT(found, Contains("seal_missing 5"));
  EXPECT_THAT(found, Contains("chain_broken 9"));
}

TEST_F(JournalSeals, MissingEntriesDoNotKeepTheRestFromBeingSealed) {
  record(6);
  tamper("DELETE FROM journal WHERE seq = $1", {std::int64_t(3)});
  EXPECT_EQ(seals_->seal({10}), 5);
  EXPECT_THAT(words(verify()), ElementsAre("entry_missing 3"));
}

TEST_F(JournalSeals, VerificationTellsHowFarItIsAndCanBeStopped) {
  record(10);
  seals_->seal({10});
  std::int64_t done = -1, total = -1;
  store_->read([&](Reader& reader) {
    usecases::verify_journal(reader, seals_->public_keys(),
                             {.tell = [&](std::string_view, std::int64_t d, std::int64_t t) {
                               done = d;
                               total = t;
                             }});
  });
  EXPECT_EQ(done, 10);
  EXPECT_EQ(total, 10);
  std::atomic<bool> stop{true};
  EXPECT_THROW(store_->read([&](Reader& reader) {
    usecases::verify_journal(reader, seals_->public_keys(), {.stop = &stop});
  }),
               usecases::Interrupted);
}

// The key.

TEST_F(JournalSeals, TheKeyIsMadeOnceAndReadableByItsOwnerOnly) {
  auto path = keys_folder() / "seal.key";
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  auto before = seals_->public_key();
  Seals again(*store_, keys_folder(), "500000");
  EXPECT_EQ(again.public_key(), before);
}

TEST_F(JournalSeals, ANewKeyLeavesTheOldOnesPublicPartInPlace) {
  record(4);
  seals_->seal({10});
  fs::remove(keys_folder() / "seal.key");
  Seals renewed(*store_, keys_folder(), "500000");
  EXPECT_NE(renewed.public_key(), seals_->public_key());
  record(4);
  renewed.seal({11});
  EXPECT_EQ(renewed.public_keys().size(), 2u);
  EXPECT_THAT(words(verify(renewed.public_keys())), IsEmpty());
}

TEST_F(JournalSeals, AKeyFileThatHoldsNoKeyIsRefused) {
  std::ofstream(keys_folder() / "seal.key") << "abc\n";
  EXPECT_THROW(Seals(*store_, keys_folder(), "500000"), std::runtime_error);
}

// Proofs.

TEST_F(JournalSeals, EveryEntryHasAProofThatHoldsWithoutTheDatabase) {
  record(7);
  seals_->seal({10});
  record(6);
  seals_->seal({11});
  for (std::int64_t seq = 1; seq <= 13; ++seq) {
    auto proof = seals_->proof(seq);
    ASSERT_TRUE(proof) << seq;
    // As another program gets it: through its text.
    auto copy = json::parse(json::serialize(*proof));
    auto holds = usecases::verify_proof(copy, seals_->public_keys());
    EXPECT_TRUE(holds) << seq << ": " << (holds ? "" : holds.error().detail);
    EXPECT_TRUE(usecases::verify_proof(copy)) << seq;
  }
}

TEST_F(JournalSeals, AProofIsRefusedForWhatIsNotThereOrNotSealedYet) {
  record(2);
  seals_->seal({10});
  record(1);
  EXPECT_EQ(seals_->proof(3).error().key, "journal.not_sealed");
  EXPECT_EQ(seals_->proof(99).error().key, "journal.unknown_entry");
}

TEST_F(JournalSeals, AProofWithAnythingChangedDoesNotHold) {
  record(7);
  seals_->seal({10});
  record(7);
  seals_->seal({11});
  const json::object whole = *seals_->proof(10);
  auto holds = [&](const json::value& proof) {
    return bool(usecases::verify_proof(proof, seals_->public_keys()));
  };
  ASSERT_TRUE(holds(whole));
  auto changed = [&](auto&& change) {
    json::object copy = whole;
    change(copy);
    return json::value(copy);
  };
  for (const auto& member : whole.at("entry").get_object()) {
    std::string name(member.key());
    EXPECT_FALSE(holds(changed([&](json::object& p) { p["entry"].get_object()[name] = "x"; })))
        << name;
    EXPECT_FALSE(holds(changed([&](json::object& p) { p["entry"].get_object().erase(name); })))
        << name;
  }
  for (const char* name :
       {"previous_chained", "root", "chained", "signature", "first_seq", "last_seq", "key_id"}) {
    EXPECT_FALSE(holds(changed([&](json::object& p) { p["seal"].get_object().erase(name); })))
        << name;
  }
  for (const char* name : {"root", "chained", "signature", "previous_chained"})
    EXPECT_FALSE(holds(changed([&](json::object& p) {
      auto& text = p["seal"].get_object()[name].get_string();
      text[0] = text[0] == '0' ? '1' : '0';
    }))) << name;
  EXPECT_FALSE(holds(changed([](json::object& p) { p["leaf_index"] = 1; })));
  EXPECT_FALSE(holds(changed([](json::object& p) { p["path"].get_array().pop_back(); })));
  EXPECT_FALSE(holds(changed([](json::object& p) { p["hashed_text"] = "[]"; })));
  EXPECT_FALSE(holds(json::value(7)));
  EXPECT_FALSE(holds(json::object{}));
}

TEST_F(JournalSeals, AProofByAnotherKeyIsNotTrusted) {
  record(3);
  seals_->seal({10});
  auto proof = seals_->proof(2);
  ASSERT_TRUE(proof);
  PublicKeys others{{"0000000000000000", std::string(32, 'k')}};
  auto holds = usecases::verify_proof(*proof, others);
  ASSERT_FALSE(holds);
  EXPECT_EQ(holds.error().key, "journal.proof_wrong");
}

}  // namespace
}  // namespace anxiao::store
