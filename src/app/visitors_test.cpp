#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_town.h"
#include "base/hash.h"
#include "usecases/forget.h"
#include "usecases/ledgers.h"
#include "usecases/ledgers_table.h"
#include "usecases/rows_seen.h"

namespace anxiao::app {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using usecases::NewRow;

constexpr const char* kPapers = "50010119900307123X";

class VisitorsOfATown : public testing::Test {
 protected:
  NewRow visitor(const std::string& name = "来访甲") {
    return {.id = town.id(),
            .organisation = town.places["school"],
            .fields = {{"name", name},
                       {"papers", kPapers},
                       {"plate", "渝A12345"},
                       {"reason", "送教材"},
                       {"people", 2},
                       {"came_at", "2026-03-02T07:20:00+08:00"}}};
  }
  Result<usecases::Kept<usecases::LedgerRow>> create(const std::string& login, const NewRow& sent) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::create_row(t, town.as(login), "visitors", sent);
    });
  }
  std::string enter(const NewRow& sent) { return create("guard", sent)->value.id; }
  Result<usecases::LedgerRow> change(const std::string& login, const std::string& id,
                                     std::int64_t version, const json::object& fields) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::change_row(t, town.as(login), "visitors", id, version, {fields});
    });
  }
  Result<usecases::LedgerRow> read(const std::string& login, const std::string& id) {
    return town.read([&](usecases::Reader& reader) {
      return usecases::read_row(reader, town.as(login), "visitors", id);
    });
  }
  Result<void> end(const std::string& login, const std::string& id) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::end_row(t, town.as(login), "visitors", id);
    });
  }
  std::vector<usecases::LedgerRow> list(const std::string& login) {
    auto page = town.read([&](usecases::Reader& reader) {
      return usecases::list_rows(reader, town.as(login), "visitors", {});
    });
    return page ? page->items : std::vector<usecases::LedgerRow>{};
  }
  // What is kept of the papers, as it stands in the store.
  json::value kept_papers(const std::string& id) {
    json::value papers;
    town.store.read([&](usecases::Reader& reader) {
      usecases::Query("SELECT fields FROM ledger_rows WHERE district = ? AND id = ?",
                      {std::string("500190"), id})
          .run(reader,
               [&](const usecases::Row& row) { papers = json::parse(row.text(0)).at("papers"); });
    });
    return papers;
  }
  // Every line of the journal about the ledger, as text.
  std::string journal() {
    std::string text;
    for (const char* kind : {"RowEntered", "RowChanged", "RowEnded", "RowsSeen", "RowForgotten"})
      for (const auto& line : town.lines(kind)) text += json::serialize(line) + "\n";
    return text;
  }
  std::size_t see(const std::string& login, bool as_file = false) {
    auto office = town.as(login);
    auto sight = town.read([&](usecases::Reader& reader) {
      return usecases::unnoted_sight(reader, office, "visitors", list(login), as_file);
    });
    town.store.write([&](usecases::Transaction& t) {
      usecases::note_sight(t, office, sight);
      return true;
    });
    return town.lines("RowsSeen").size();
  }
  void it_is(const std::string& moment) { town.now = *parse_instant(moment + ":00+08:00"); }
  std::int64_t forget() {
    return usecases::Forgetting().forget_rows(town.store, *town.pack, town.zone, town.now);
  }
  template <class T>
  static std::string key(const Result<T>& result) {
    return result ? "taken" : result.error().key;
  }
  Town town;
};

TEST_F(VisitorsOfATown, AreEnteredByTheGuardAndReadInTheSchoolOnly) {
  auto made = create("guard", visitor());
  ASSERT_TRUE(made) << made.error().key << " " << made.error().detail;
  for (const char* login : {"guard", "safety", "principal"}) {
    EXPECT_EQ(key(read(login, made->value.id)), "taken") << login;
    EXPECT_THAT(list(login), SizeIs(1)) << login;
  }
  for (const char* login : {"teacher", "officer", "leader", "admin", "fireman", "far_principal"}) {
    EXPECT_EQ(key(read(login, made->value.id)), "authority.forbidden") << login;
    EXPECT_THAT(list(login), IsEmpty()) << login;
    EXPECT_EQ(key(create(login, visitor())), "authority.forbidden") << login;
  }
}

TEST_F(VisitorsOfATown, AreChangedByTheGuardAndEndedByThoseAboveHim) {
  auto id = enter(visitor());
  EXPECT_EQ(key(change("guard", id, 1, {{"left_at", "2026-03-02T07:29:00+08:00"}})), "taken");
  EXPECT_EQ(key(end("guard", id)), "authority.forbidden");
  EXPECT_EQ(key(end("officer", id)), "authority.forbidden");
  EXPECT_EQ(key(end("safety", id)), "taken");
}

TEST_F(VisitorsOfATown, ShowOfTheirPapersTheLastFourCharactersOnly) {
  auto made = create("guard", visitor());
  ASSERT_TRUE(made);
  EXPECT_EQ(made->value.fields.at("papers"), (json::object{{"last4", "123X"}}));
  EXPECT_EQ(read("principal", made->value.id)->fields.at("papers"),
            (json::object{{"last4", "123X"}}));
  EXPECT_EQ(list("principal").at(0).fields.at("papers"), (json::object{{"last4", "123X"}}));
  auto rows = list("principal");
  auto csv = usecases::rows_as_csv(town.as("principal"), "visitors", rows, "zh");
  ASSERT_TRUE(csv);
  EXPECT_THAT(*csv, HasSubstr("123X"));
  EXPECT_THAT(*csv, Not(HasSubstr(kPapers)));
  EXPECT_THAT(*csv,
              Not(HasSubstr(json::value_to<std::string>(kept_papers(made->value.id).at("hash")))));
}

TEST_F(VisitorsOfATown, KeepPapersAsAHashThatNobodyCanMakeWithoutTheSecret) {
  auto first = enter(visitor()), second = enter(visitor("来访乙"));
  EXPECT_EQ(kept_papers(first), kept_papers(second));
  EXPECT_NE(kept_papers(first).at("hash"), json::value(sha256_hex(kPapers)));
}

TEST_F(VisitorsOfATown, KeepTheirPapersWhereTheSameAreSentAgain) {
  auto id = enter(visitor());
  auto before = kept_papers(id);
  ASSERT_TRUE(change("guard", id, 1, {{"papers", "500101 19900307 123x"}}));
  EXPECT_EQ(kept_papers(id), before);
  ASSERT_TRUE(change("guard", id, 2, {{"papers", json::object{{"last4", "123X"}}}}));
  EXPECT_EQ(kept_papers(id), before);
  ASSERT_TRUE(change("guard", id, 3, {{"papers", "500101199003071240"}}));
  EXPECT_NE(kept_papers(id), before);
  ASSERT_TRUE(change("guard", id, 4, {{"papers", nullptr}}));
  EXPECT_FALSE(read("guard", id)->fields.contains("papers"));
}

TEST_F(VisitorsOfATown, TakePapersAsTheirTextOnly) {
  auto refused = [&](json::value papers) {
    auto sent = visitor();
    sent.fields["papers"] = std::move(papers);
    auto made = create("guard", sent);
    return made ? std::string("taken") : made.error().key + " " + made.error().field;
  };
  EXPECT_EQ(refused("123"), "fields.malformed fields.papers");
  EXPECT_EQ(refused(json::object{{"last4", "123X"}}), "fields.malformed fields.papers");
  EXPECT_EQ(refused(json::object{{"hash", std::string(64, 'a')}, {"last4", "123X"}}),
            "fields.malformed fields.papers");
  auto id = enter(visitor());
  EXPECT_EQ(key(change("guard", id, 1, {{"papers", json::object{{"last4", "9999"}}}})),
            "fields.malformed");
}

TEST_F(VisitorsOfATown, LeaveNothingPersonalInTheJournal) {
  auto sent = visitor();
  auto id = enter(sent);
  ASSERT_TRUE(
      change("guard", id, 1, {{"plate", "渝B67890"}, {"left_at", "2026-03-02T07:29:00+08:00"}}));
  ASSERT_TRUE(end("principal", id));
  const auto text = journal();
  for (const char* personal : {"来访甲", kPapers, "123X", "渝A12345", "渝B67890"})
    EXPECT_THAT(text, Not(HasSubstr(personal)));
  EXPECT_THAT(text, HasSubstr("送教材"));
  EXPECT_EQ(town.lines("RowEntered").back().at("changed"),
            (json::array{"name", "papers", "reason", "plate", "people", "came_at"}));
  EXPECT_EQ(town.lines("RowChanged").back().at("changed"), (json::array{"plate", "left_at"}));
  // What was sent is known again, but not by trying papers one after another.
  EXPECT_NE(town.lines("RowEntered").back().at("sent"),
            json::value(usecases::sent_hash_of(
                json::object{{"ledger", "visitors"},
                             {"row", json::object{{"id", sent.id},
                                                  {"organisation", sent.organisation},
                                                  {"fields", sent.fields}}}})));
}

TEST_F(VisitorsOfATown, AreTheSameWhenSentAgain) {
  auto sent = visitor();
  ASSERT_TRUE(create("guard", sent));
  auto again = create("guard", sent);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->value.fields.at("papers"), (json::object{{"last4", "123X"}}));
  sent.fields["papers"] = "500101199003071240";
  EXPECT_EQ(key(create("guard", sent)), "id.taken");
}

TEST_F(VisitorsOfATown, AreSeenOnRecordOnceInTenMinutes) {
  enter(visitor());
  EXPECT_EQ(see("guard"), 1u);
  EXPECT_EQ(see("guard"), 1u);
  EXPECT_EQ(see("principal"), 2u);
  EXPECT_EQ(see("principal", true), 3u) << "a file that is taken away stands by itself";
  it_is("2026-03-02T07:39");
  EXPECT_EQ(see("guard"), 3u);
  it_is("2026-03-02T07:41");
  EXPECT_EQ(see("guard"), 4u);
  EXPECT_EQ(town.lines("RowsSeen").back(),
            (json::object{{"ledger", "visitors"}, {"as_file", false}}));
}

TEST_F(VisitorsOfATown, AreNotSeenWhereThereIsNothingToSee) {
  EXPECT_EQ(see("guard"), 0u);
  town.read([&](usecases::Reader& reader) {
    EXPECT_THAT(usecases::unnoted_sight(reader, town.as("guard"), "points",
                                        {{.id = {},
                                          .ledger = {},
                                          .organisation = {},
                                          .title = {},
                                          .fields = {},
                                          .names = {},
                                          .since = {},
                                          .until = {}}})
                    .organisations,
                IsEmpty());
    return 0;
  });
}

class ForgottenVisitors : public VisitorsOfATown {
 protected:
  ForgottenVisitors() { days = static_cast<int>(town.pack->terms.at("visitor.keep_days").value); }
  void pass(int count) { town.now = town.now.plus_ms(count * kDayMs); }
  int days = 0;
};

TEST_F(ForgottenVisitors, AreGoneWhenTheTermHasPassedAndNotADayBefore) {
  auto left = visitor();
  left.fields["left_at"] = "2026-03-02T07:25:00+08:00";
  enter(left);
  enter(visitor("未登记离校"));
  pass(days);
  EXPECT_EQ(forget(), 0);
  EXPECT_EQ(town.count("ledger_rows WHERE ledger = 'visitors'"), 2);
  pass(1);
  EXPECT_EQ(forget(), 2);
  EXPECT_EQ(forget(), 0);
  EXPECT_EQ(town.count("ledger_rows WHERE ledger = 'visitors'"), 0);
  EXPECT_THAT(town.lines("RowForgotten"), ElementsAre(json::object{{"ledger", "visitors"}},
                                                      json::object{{"ledger", "visitors"}}));
}

TEST_F(ForgottenVisitors, StayTheTermFromWhenTheyLeft) {
  auto id = enter(visitor());
  pass(10);
  ASSERT_TRUE(change("guard", id, 1, {{"left_at", "2026-03-12T07:00:00+08:00"}}));
  pass(days - 5);
  EXPECT_EQ(forget(), 0);
  pass(6);
  EXPECT_EQ(forget(), 1);
}

TEST_F(ForgottenVisitors, StayTheTermFromWhenTheyWereEnteredWhateverHourWasWritten) {
  auto long_ago = visitor();
  long_ago.fields["came_at"] = "2019-03-02T07:20:00+08:00";
  auto to_come = visitor();
  to_come.fields["came_at"] = "2062-03-02T07:20:00+08:00";
  enter(long_ago);
  enter(to_come);
  EXPECT_EQ(forget(), 0);
  pass(days + 1);
  EXPECT_EQ(forget(), 2);
}

TEST_F(ForgottenVisitors, AreAskedForOnceAnHour) {
  usecases::Forgetting forgetting;
  auto forget_now = [&] {
    return forgetting.forget_rows(town.store, *town.pack, town.zone, town.now);
  };
  enter(visitor());
  EXPECT_EQ(forget_now(), 0);
  pass(days + 1);
  EXPECT_EQ(forget_now(), 1);
  enter(visitor());
  EXPECT_EQ(forget_now(), 0);
}

TEST_F(ForgottenVisitors, DoNotTakeOtherLedgersWithThem) {
  auto point = NewRow{.id = town.id(),
                      .organisation = town.places["school"],
                      .fields = {{"name", "南门"}, {"place", "南门"}, {"checklists", "daily"}}};
  town.write([&](usecases::Transaction& t) -> Result<void> {
    TRY(usecases::create_row(t, town.as("safety"), "points", point));
    TRY(usecases::end_row(t, town.as("safety"), "points", point.id));
    return {};
  });
  pass(days * 10);
  EXPECT_EQ(forget(), 0);
  EXPECT_EQ(town.count("ledger_rows"), 1);
}

}  // namespace
}  // namespace anxiao::app
