#include "usecases/ledgers.h"

#include <gtest/gtest.h>

#include "app/test_town.h"
#include "usecases/ledgers_table.h"

namespace anxiao::app {
namespace {

namespace json = boost::json;
using usecases::NewRow;

class LedgersOfATown : public testing::Test {
 protected:
  NewRow point(const std::string& name = "教学楼一层") {
    return {.id = town.id(),
            .organisation = town.places["school"],
            .fields = {{"name", name},
                       {"place", "一号楼"},
                       {"checklists", "daily"},
                       {"person", town.people["teacher"]}}};
  }
  Result<usecases::Kept<usecases::LedgerRow>> create(const std::string& login, const NewRow& sent,
                                                     const std::string& ledger = "points") {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::create_row(t, town.as(login), ledger, sent);
    });
  }
  Result<usecases::LedgerRow> change(const std::string& login, const std::string& id,
                                     std::int64_t version, const json::object& fields) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::change_row(t, town.as(login), "points", id, version, {fields});
    });
  }
  Result<void> end(const std::string& login, const std::string& id) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::end_row(t, town.as(login), "points", id);
    });
  }
  Result<usecases::Page<usecases::LedgerRow>> list(const std::string& login,
                                                   const usecases::RowFilter& filter = {},
                                                   const std::string& ledger = "points") {
    return town.read([&](usecases::Reader& reader) {
      return usecases::list_rows(reader, town.as(login), ledger, filter);
    });
  }
  Result<std::string> csv_of(usecases::Reader& reader, const std::string& login,
                             const std::string& ledger) {
    auto office = town.as(login);
    TRY_LET(rows, usecases::all_rows(reader, office, ledger, {}));
    return usecases::rows_as_csv(office, ledger, rows, "zh");
  }
  template <class T>
  static std::string key(const Result<T>& result) {
    return result ? "taken" : result.error().key;
  }
  Town town;
};

TEST_F(LedgersOfATown, KeepARowWithItsTitleAndTheNamesItMentions) {
  auto made = create("safety", point());
  ASSERT_TRUE(made) << made.error().key << made.error().detail;
  EXPECT_EQ(made->value.title, "教学楼一层");
  EXPECT_EQ(made->value.organisation.name, "云溪实验小学");
  EXPECT_EQ(made->value.names.at(town.people["teacher"]), "某teacher");
  EXPECT_EQ(made->value.version, 1);
}

TEST_F(LedgersOfATown, AreTheSameWhenSentAgain) {
  auto sent = point();
  ASSERT_TRUE(create("safety", sent));
  EXPECT_TRUE(create("safety", sent)->repeated);
  sent.fields["place"] = "二号楼";
  EXPECT_EQ(key(create("safety", sent)), "id.taken");
}

TEST_F(LedgersOfATown, RefuseWhatTheirFieldsDoNotHold) {
  auto refused = [&](auto alter, const std::string& ledger = "points") {
    auto sent = point();
    alter(sent);
    auto made = create("safety", sent, ledger);
    return made ? std::string("taken") : made.error().key + " " + made.error().field;
  };
  EXPECT_EQ(refused([](auto& s) { s.fields.erase("name"); }), "fields.required fields.name");
  EXPECT_EQ(refused([](auto& s) { s.fields["name"] = 3; }), "fields.malformed fields.name");
  EXPECT_EQ(refused([](auto& s) { s.fields["checklists"] = "yearly"; }),
            "fields.malformed fields.checklists");
  EXPECT_EQ(refused([](auto& s) { s.fields["colour"] = "red"; }), "fields.unknown fields.colour");
  EXPECT_EQ(refused([&](auto& s) { s.fields["person"] = town.id(); }),
            "fields.nobody fields.person");
  EXPECT_EQ(refused([](auto&) {}, "secrets"), "not_found ");
  EXPECT_EQ(refused([&](auto& s) { s.id = town.id("500191"); }), "id.other_district id");
  EXPECT_EQ(refused([&](auto& s) { s.organisation = town.id(); }), "not_found organisation");
  auto office = point();
  office.organisation = town.places["fire"];
  EXPECT_EQ(key(create("officer", office)), "ledger.not_kept_here");
}

TEST_F(LedgersOfATown, AreKeptWithinReachOnly) {
  EXPECT_EQ(key(create("guard", point())), "authority.forbidden");
  EXPECT_EQ(key(create("far_principal", point())), "authority.forbidden");
  auto made = create("principal", point());
  ASSERT_TRUE(made);
  auto read = [&](const std::string& login) {
    return key(town.read([&](usecases::Reader& reader) {
      return usecases::read_row(reader, town.as(login), "points", made->value.id);
    }));
  };
  EXPECT_EQ(read("guard"), "taken");
  EXPECT_EQ(read("far_principal"), "authority.forbidden");
  EXPECT_EQ(read("fireman"), "authority.forbidden");
  EXPECT_EQ(list("guard")->items.size(), 1u);
  EXPECT_EQ(list("far_principal")->items.size(), 0u);
  EXPECT_EQ(list("leader")->items.size(), 1u);
  EXPECT_EQ(key(list("admin")), "authority.forbidden");
  EXPECT_EQ(list("officer", {.organisation = town.places["middle"], .ended = {}, .paging = {}})
                ->items.size(),
            0u);
  EXPECT_EQ(list("officer", {.organisation = town.places["east"], .ended = {}, .paging = {}})
                ->items.size(),
            1u);
  EXPECT_EQ(key(list("officer", {.organisation = "x", .ended = {}, .paging = {}})), "not_found");
}

TEST_F(LedgersOfATown, ChangeTheGivenFieldsAndKeepWhatWasInTheJournal) {
  auto id = create("safety", point())->value.id;
  auto changed = change("safety", id, 1, {{"name", "教学楼二层"}, {"person", nullptr}});
  ASSERT_TRUE(changed) << changed.error().key;
  EXPECT_EQ(changed->title, "教学楼二层");
  EXPECT_FALSE(changed->fields.contains("person"));
  EXPECT_EQ(changed->fields.at("place"), "一号楼");
  EXPECT_EQ(changed->version, 2);
  EXPECT_EQ(town.lines("RowChanged").at(0).at("before").at("name"), "教学楼一层");
  EXPECT_EQ(key(change("safety", id, 1, {{"name", "x"}})), "edit.stale");
  EXPECT_EQ(key(change("safety", id, 2, {{"name", ""}})), "fields.required");
  EXPECT_EQ(key(change("guard", id, 2, {{"name", "x"}})), "authority.forbidden");
  EXPECT_EQ(key(change("safety", town.id(), 2, {{"name", "x"}})), "not_found");
}

TEST_F(LedgersOfATown, EndARowAndKeepItOnRecord) {
  auto id = create("safety", point())->value.id;
  EXPECT_EQ(key(end("guard", id)), "authority.forbidden");
  EXPECT_EQ(key(end("safety", id)), "taken");
  EXPECT_EQ(key(end("safety", id)), "taken");
  EXPECT_EQ(town.lines("RowEnded").size(), 1u);
  EXPECT_EQ(key(change("safety", id, 2, {{"name", "x"}})), "row.ended");
  EXPECT_EQ(list("safety")->items.size(), 0u);
  auto all = list("safety", {.organisation = {}, .ended = true, .paging = {}});
  ASSERT_EQ(all->items.size(), 1u);
  EXPECT_TRUE(all->items[0].until);
}

TEST_F(LedgersOfATown, ComeInPages) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(create("safety", point("点位" + std::to_string(i))));
  usecases::RowFilter filter;
  filter.paging.limit = 2;
  std::set<std::string> seen;
  for (int pages = 0; pages < 10; ++pages) {
    auto page = list("safety", filter);
    for (const auto& row : page->items) EXPECT_TRUE(seen.insert(row.id).second);
    if (!page->next) break;
    filter.paging = *usecases::paging_of("2", *page->next, "ss");
  }
  EXPECT_EQ(seen.size(), 5u);
}

TEST_F(LedgersOfATown, DoNotTakeABuildingInUseThatHasNotPassedAcceptance) {
  const NewRow hall{.id = town.id(),
                    .organisation = town.places["school"],
                    .fields = {{"name", "礼堂"}, {"in_use", true}}};
  const auto refused = create("safety", hall, "buildings");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().key, "ledger.guard_unmet");
  EXPECT_EQ(refused.error().field, "fields.accepted_on");
  EXPECT_EQ(refused.error().clause, "C13.3");
  EXPECT_EQ(town.lines("RowEntered").size(), 0u);
  auto idle = hall;
  idle.fields["in_use"] = false;
  ASSERT_TRUE(create("safety", idle, "buildings"));
  const auto changed = [&](const json::object& fields) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::change_row(t, town.as("safety"), "buildings", hall.id, 1, {fields});
    });
  };
  EXPECT_EQ(key(changed({{"in_use", true}})), "ledger.guard_unmet");
  EXPECT_EQ(key(changed({{"in_use", true}, {"accepted_on", "2026-02-01"}})), "taken");
}

TEST_F(LedgersOfATown, AreNarrowedByWhatARowSays) {
  for (const auto& [name, list] :
       {std::pair{"甲", "daily"}, {"乙", "weekly"}, {"丙", "daily,weekly"}}) {
    auto sent = point(name);
    sent.fields["checklists"] = list;
    if (std::string(name) == "乙") sent.fields.erase("person");
    ASSERT_TRUE(create("safety", sent));
  }
  const auto titles = [&](const usecases::RowFilter& filter) {
    auto page = list("safety", filter);
    std::string out = page ? "" : page.error().key;
    if (page)
      for (const auto& row : page->items) out += row.title;
    return out;
  };
  const auto where = [](const std::string& text) {
    usecases::RowFilter filter;
    filter.where = text;
    return filter;
  };
  EXPECT_EQ(titles(where("checklists:daily")), "甲丙");
  EXPECT_EQ(titles(where("checklists:daily,checklists:weekly")), "丙");
  EXPECT_EQ(titles(where("person:")), "乙");
  EXPECT_EQ(titles(where("colour:red")), "ledger.no_field");
  const auto sought = [](const std::string& text) {
    usecases::RowFilter filter;
    filter.q = text;
    return filter;
  };
  EXPECT_EQ(titles(sought("某TEACHER")), "甲丙");
  EXPECT_EQ(titles(sought(town.pack->checklist("weekly")->name.zh)), "乙丙");
  EXPECT_EQ(titles(sought("nothing of the kind")), "");
  usecases::RowFilter expiring;
  expiring.expiring = "next";
  EXPECT_EQ(titles(expiring), "ledger.expiring_malformed");
}

TEST_F(LedgersOfATown, StandInTheOrderThatIsAskedForPageByPage) {
  for (const char* name : {"c", "a", "b"}) {
    auto sent = point(name);
    sent.fields["place"] = std::string("place of ") + name;
    if (std::string(name) == "a") sent.fields.erase("person");
    ASSERT_TRUE(create("safety", sent));
  }
  const auto pages = [&](const std::string& sort, bool descending) {
    usecases::RowFilter filter;
    filter.sort = sort;
    filter.descending = descending;
    filter.paging.limit = 2;
    std::string out;
    for (int turn = 0; turn < 4; ++turn) {
      auto page = list("safety", filter);
      if (!page) return page.error().key;
      for (const auto& row : page->items) out += row.title;
      if (!page->next) return out;
      out += '|';
      filter.paging = *usecases::paging_of("2", *page->next, "i");
    }
    return out;
  };
  EXPECT_EQ(pages("place", false), "ab|c");
  EXPECT_EQ(pages("place", true), "cb|a");
  // What is blank comes last, whichever way it goes.
  EXPECT_EQ(pages("person", false).back(), 'a');
  EXPECT_EQ(pages("person", true).back(), 'a');
  EXPECT_EQ(pages("organisation", false), "ca|b");
  EXPECT_EQ(pages("colour", false), "ledger.no_field");
}

TEST_F(LedgersOfATown, AreOfOneOrganisationAloneWhereThatIsAsked) {
  ASSERT_TRUE(create("safety", point()));
  usecases::RowFilter filter;
  filter.organisation = town.places["east"];
  EXPECT_EQ(list("officer", filter)->items.size(), 1u);
  filter.exact = true;
  EXPECT_EQ(list("officer", filter)->items.size(), 0u);
  filter.organisation = town.places["school"];
  EXPECT_EQ(list("officer", filter)->items.size(), 1u);
}

TEST_F(LedgersOfATown, TellWhatBecameOfARow) {
  auto id = create("safety", point())->value.id;
  ASSERT_TRUE(change("principal", id, 1, {{"place", "二号楼"}, {"person", nullptr}}));
  ASSERT_TRUE(end("principal", id));
  const auto told = [&](const std::string& login) {
    return town.read([&](usecases::Reader& reader) {
      return usecases::row_history(reader, town.as(login), "points", id);
    });
  };
  const auto history = told("guard");
  ASSERT_TRUE(history);
  ASSERT_EQ(history->items.size(), 3u);
  EXPECT_EQ(history->items[0].what, "ended");
  EXPECT_EQ(history->items[1].what, "changed");
  EXPECT_EQ(history->items[1].by.name, "某principal");
  ASSERT_EQ(history->items[1].changes.size(), 2u);
  EXPECT_EQ(history->items[1].changes[0].field, "place");
  EXPECT_EQ(history->items[1].changes[0].before, "一号楼");
  EXPECT_EQ(history->items[1].changes[0].after, "二号楼");
  EXPECT_TRUE(history->items[1].changes[1].after.is_null());
  EXPECT_EQ(history->names.at(town.people["teacher"]), "某teacher");
  EXPECT_EQ(history->items[2].changes.size(), 4u);
  EXPECT_EQ(key(told("far_principal")), "authority.forbidden");
}

TEST_F(LedgersOfATown, GoOutAsCsvInWordsThatASpreadsheetDoesNotTakeForFormulas) {
  ASSERT_TRUE(create("safety", point("=HYPERLINK(\"x\")")));
  auto csv =
      town.read([&](usecases::Reader& reader) { return csv_of(reader, "safety", "points"); });
  ASSERT_TRUE(csv);
  EXPECT_TRUE(csv->starts_with("\xef\xbb\xbf"));
  EXPECT_NE(csv->find("点位"), std::string::npos);
  EXPECT_NE(csv->find("\"'=HYPERLINK(\"\"x\"\")\""), std::string::npos);
  EXPECT_NE(csv->find("某teacher"), std::string::npos);
  EXPECT_NE(csv->find(town.pack->checklist("daily")->name.zh), std::string::npos);
  EXPECT_EQ(
      key(town.read([&](usecases::Reader& reader) { return csv_of(reader, "admin", "points"); })),
      "authority.forbidden");
}

}  // namespace
}  // namespace anxiao::app
