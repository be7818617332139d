#include "usecases/organisations.h"

#include <gtest/gtest.h>

#include "app/test_town.h"

namespace anxiao::app {
namespace {

using usecases::NewOrganisation;
using usecases::OrganisationChange;

class OrganisationsOfATown : public testing::Test {
 protected:
  NewOrganisation school(const std::string& name = "云溪第二小学") {
    return {.id = town.id(),
            .parent = town.places["east"],
            .kind = "primary",
            .name = name,
            .code = {},
            .facets = {}};
  }
  Result<usecases::Kept<usecases::Organisation>> create(const std::string& login,
                                                        const NewOrganisation& sent) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::create_organisation(t, town.as(login), sent);
    });
  }
  Result<usecases::Organisation> change(const std::string& login, const std::string& id,
                                        std::int64_t version, const OrganisationChange& change) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::change_organisation(t, town.as(login), id, version, change);
    });
  }
  Result<usecases::Page<usecases::Organisation>> list(const std::string& login,
                                                      const usecases::OrganisationFilter& filter) {
    return town.read([&](usecases::Reader& reader) {
      return usecases::list_organisations(reader, town.as(login), filter);
    });
  }
  std::vector<std::string> names(const std::string& login,
                                 const usecases::OrganisationFilter& filter = {}) {
    std::vector<std::string> out;
    auto page = list(login, filter);
    for (const auto& each : page->items) out.push_back(each.name);
    std::ranges::sort(out);
    return out;
  }
  Town town;
};

TEST_F(OrganisationsOfATown, AreMadeWithTheirPlaceInTheTree) {
  auto made = create("officer", school());
  ASSERT_TRUE(made) << made.error().key;
  EXPECT_FALSE(made->repeated);
  ASSERT_TRUE(made->value.path);
  std::vector<std::string> way;
  for (const auto& each : *made->value.path) way.push_back(each.name);
  EXPECT_EQ(way, (std::vector<std::string>{"演示市", "云溪区", "云溪第二小学"}));
  EXPECT_EQ(made->value.district, "500190");
  EXPECT_EQ(made->value.version, 1);
  EXPECT_EQ(town.lines("OrganisationEntered").back().at("name"), "云溪第二小学");
}

TEST_F(OrganisationsOfATown, AreTheSameWhenSentAgainAndAConflictWhenAnotherIsSent) {
  auto sent = school();
  sent.facets = {{"pupils", 300}, {"boarding", false}};
  ASSERT_TRUE(create("officer", sent));
  sent.facets = {{"boarding", false}, {"pupils", 300}};
  auto again = create("officer", sent);
  ASSERT_TRUE(again) << again.error().key;
  EXPECT_TRUE(again->repeated);
  sent.name = "另一所小学";
  auto other = create("officer", sent);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().key, "id.taken");
  EXPECT_EQ(other.error().why, Why::conflict);
}

TEST_F(OrganisationsOfATown, BeginAPartitionWhereADistrictIsMade) {
  NewOrganisation north{.id = town.id("500192"),
                        .parent = town.places["city"],
                        .kind = "district",
                        .name = "白石区",
                        .code = "500192",
                        .facets = {}};
  auto made = create("root", north);
  ASSERT_TRUE(made) << made.error().key;
  EXPECT_EQ(made->value.district, "500192");
  EXPECT_EQ(town.count("districts"), 4);
  auto inside = school();
  inside.id = town.id("500192");
  inside.parent = north.id;
  EXPECT_TRUE(create("root", inside));
  auto twin = north;
  twin.id = town.id("500192");
  twin.name = "黑石区";
  EXPECT_EQ(create("root", twin).error().key, "organisation.district_there");
}

TEST_F(OrganisationsOfATown, AreRefusedWithTheReason) {
  auto key = [&](auto alter, const std::string& login = "officer") {
    auto sent = school();
    alter(sent);
    auto made = create(login, sent);
    return made ? std::string("taken") : made.error().key + " " + made.error().field;
  };
  EXPECT_EQ(key([](auto& s) { s.kind = "castle"; }), "organisation.unknown_kind kind");
  EXPECT_EQ(key([&](auto& s) { s.parent = town.places["school"]; }),
            "organisation.wrong_parent parent");
  EXPECT_EQ(key([&](auto& s) { s.parent = town.id(); }), "not_found parent");
  EXPECT_EQ(key([](auto& s) { s.id = "mine"; }), "id.malformed id");
  EXPECT_EQ(key([&](auto& s) { s.id = town.id("500191"); }), "id.other_district id");
  EXPECT_EQ(key([](auto& s) { s.name = "  "; }), "text.empty name");
  EXPECT_EQ(key([](auto& s) { s.name = "a\nb"; }), "text.malformed name");
  EXPECT_EQ(key([](auto& s) { s.name = "\xff"; }), "text.malformed name");
  EXPECT_EQ(key([](auto& s) { s.name = std::string(101, 'x'); }), "text.too_long name");
  EXPECT_EQ(key([](auto& s) { s.name = "云溪实验小学"; }), "organisation.name_taken name");
  EXPECT_EQ(key([](auto& s) { s.code = "9950000001"; }), "organisation.bad_code code");
  EXPECT_EQ(key([](auto& s) { s.code = "2150000001"; }), "taken");
  EXPECT_EQ(key([](auto& s) {
              s.name += "1";
              s.facets = {{"social_credit_code", "1150011300A307201X"}};
            }),
            "organisation.bad_social_credit_code facets.social_credit_code");
  EXPECT_EQ(key([](auto& s) {
              s.name += "2";
              s.facets = {{"deep", {{"deeper", {{"x", 1}}}}}};
            }),
            "organisation.facets_malformed facets");
  EXPECT_EQ(key([](auto& s) {
              s.name += "3";
              s.facets = {{"social_credit_code", "11500113009307201X"}};
            }),
            "taken");
}

TEST_F(OrganisationsOfATown, AreMadeOnlyWithinReach) {
  EXPECT_EQ(create("far_officer", school()).error().key, "authority.forbidden");
  EXPECT_EQ(create("principal", school()).error().key, "authority.forbidden");
  EXPECT_EQ(create("leader", school()).error().key, "authority.forbidden");
  EXPECT_TRUE(create("admin", school()));
}

TEST_F(OrganisationsOfATown, AreListedWithinReachOnly) {
  EXPECT_EQ(names("principal"), (std::vector<std::string>{"云溪实验小学"}));
  EXPECT_EQ(names("far_officer"), (std::vector<std::string>{"青山区", "青山小学"}));
  EXPECT_EQ(names("officer").size(), 4u);
  EXPECT_EQ(names("leader").size(), 7u);
  EXPECT_EQ(names("fireman"), (std::vector<std::string>{"云溪区消防救援大队"}));
}

TEST_F(OrganisationsOfATown, AreFilteredByPlaceKindAndPartOfTheName) {
  EXPECT_EQ(names("leader",
                  {.under = town.places["west"], .parent = {}, .kind = {}, .q = {}, .paging = {}})
                .size(),
            2u);
  EXPECT_EQ(names("leader",
                  {.under = {}, .parent = town.places["city"], .kind = {}, .q = {}, .paging = {}}),
            (std::vector<std::string>{"云溪区", "青山区"}));
  EXPECT_EQ(
      names("leader", {.under = {}, .parent = {}, .kind = "primary", .q = {}, .paging = {}}).size(),
      2u);
  EXPECT_EQ(
      names("leader", {.under = {}, .parent = {}, .kind = {}, .q = "小学", .paging = {}}).size(),
      2u);
  EXPECT_TRUE(
      names("leader", {.under = {}, .parent = {}, .kind = {}, .q = "%", .paging = {}}).empty());
  EXPECT_TRUE(names("principal",
                    {.under = town.places["west"], .parent = {}, .kind = {}, .q = {}, .paging = {}})
                  .empty());
  EXPECT_EQ(list("leader", {.under = "nowhere", .parent = {}, .kind = {}, .q = {}, .paging = {}})
                .error()
                .key,
            "not_found");
}

TEST_F(OrganisationsOfATown, ComeInPagesThatMissAndRepeatNothing) {
  std::vector<std::string> seen;
  usecases::OrganisationFilter filter;
  filter.paging.limit = 2;
  while (true) {
    auto page = list("leader", filter);
    ASSERT_TRUE(page);
    ASSERT_LE(page->items.size(), 2u);
    for (const auto& each : page->items) seen.push_back(each.id);
    if (!page->next) break;
    filter.paging = *usecases::paging_of("2", *page->next, "ss");
  }
  EXPECT_EQ(seen.size(), 7u);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 7u);
  EXPECT_EQ(seen[0], town.places["city"]);
}

TEST_F(OrganisationsOfATown, RefuseACursorOfAnotherListAndAWrongLimit) {
  for (auto cursor : {std::string("x"), std::string(5000, 'a'), usecases::cursor_of({1}),
                      usecases::cursor_of({"a", 1}), usecases::cursor_of({"a", "b", "c"})})
    EXPECT_EQ(usecases::paging_of("", cursor, "ss").error().key, "list.cursor_malformed");
  for (auto limit : {"0", "-1", "many", "1.5"})
    EXPECT_EQ(usecases::paging_of(limit, "", "ss").error().key, "list.limit_malformed");
  EXPECT_EQ(usecases::paging_of("100000", "", "ss")->limit, usecases::kPageRowsMost);
}

TEST_F(OrganisationsOfATown, AreReadOneByOneWithinReach) {
  auto read = [&](const std::string& login, const std::string& place) {
    auto one = town.read([&](usecases::Reader& reader) {
      return usecases::read_organisation(reader, town.as(login), place);
    });
    return one ? one->name : one.error().key;
  };
  EXPECT_EQ(read("principal", town.places["school"]), "云溪实验小学");
  EXPECT_EQ(read("principal", town.places["middle"]), "authority.forbidden");
  EXPECT_EQ(read("principal", town.places["east"]), "authority.forbidden");
  EXPECT_EQ(read("leader", town.id()), "not_found");
  EXPECT_EQ(read("leader", "nonsense"), "not_found");
}

TEST_F(OrganisationsOfATown, ChangeInTheVersionThatWasReadOnly) {
  auto id = town.places["middle"];
  auto changed = change(
      "officer", id, 1,
      {.name = "云溪高级中学", .code = "3450000001", .facets = {{{"pupils", 900}}}, .end = {}});
  ASSERT_TRUE(changed) << changed.error().key;
  EXPECT_EQ(changed->name, "云溪高级中学");
  EXPECT_EQ(changed->code, "3450000001");
  EXPECT_EQ(changed->version, 2);
  auto stale = change("officer", id, 1, {.name = "x", .code = {}, .facets = {}, .end = {}});
  EXPECT_EQ(stale.error().key, "edit.stale");
  EXPECT_EQ(stale.error().why, Why::stale);
  EXPECT_FALSE(change("officer", id, 2, {.name = {}, .code = "", .facets = {}, .end = {}})->code);
  EXPECT_EQ(change("officer", id, 3, {.name = "云溪实验小学", .code = {}, .facets = {}, .end = {}})
                .error()
                .key,
            "organisation.name_taken");
  EXPECT_EQ(
      change("officer", id, 3, {.name = {}, .code = "1", .facets = {}, .end = {}}).error().key,
      "organisation.bad_code");
  EXPECT_EQ(
      change("far_officer", id, 3, {.name = "x", .code = {}, .facets = {}, .end = {}}).error().key,
      "authority.forbidden");
  EXPECT_EQ(change("officer", town.id(), 1, {}).error().key, "not_found");
}

TEST_F(OrganisationsOfATown, EndWithTheirPostsAndOnlyOnceNothingIsOpenBelow) {
  OrganisationChange end{.name = {}, .code = {}, .facets = {}, .end = true};
  EXPECT_EQ(change("root", town.places["west"], 1, end).error().key, "organisation.has_under");
  EXPECT_EQ(change("officer", town.places["east"], 1, end).error().key, "authority.forbidden")
      << "not his own district";
  auto ended = change("far_officer", town.places["far"], 1, end);
  ASSERT_TRUE(ended) << ended.error().key;
  EXPECT_TRUE(ended->until);
  EXPECT_EQ(town.lines("PostEnded").size(), 1u);
  EXPECT_EQ(names("far_officer"), (std::vector<std::string>{"青山区"}));
  EXPECT_EQ(change("far_officer", town.places["far"], 2,
                   {.name = "x", .code = {}, .facets = {}, .end = {}})
                .error()
                .key,
            "organisation.ended");
  auto twin = school("青山小学");
  twin.id = town.id("500191");
  twin.parent = town.places["west"];
  EXPECT_TRUE(create("far_officer", twin)) << "the name is free again";
}

TEST_F(OrganisationsOfATown, DoNotEndWhileTheirMattersAreOpen) {
  town.store.write([&](usecases::Transaction& t) {
    t.exec(
        "INSERT INTO matters (district, id, loop, organisation, path, holder, title, category, "
        "stage, level,"
        " assessed, open, answerable, opened_at, entered_at, lapses, fields, sent_hash, version)"
        " VALUES ($1, $2, 'hazard', $3, '/', $3, 't', 'fire', 'assessment', '', FALSE, TRUE, '', "
        "0, 0, 0, '{}', '', 1)",
        {std::string("500191"), town.id("500191"), town.places["far"]});
    return true;
  });
  EXPECT_EQ(change("far_officer", town.places["far"], 1,
                   {.name = {}, .code = {}, .facets = {}, .end = true})
                .error()
                .key,
            "organisation.has_open_matters");
}

TEST_F(OrganisationsOfATown, HaveOneRoot) {
  auto second = town.tried([&](usecases::Transaction& t) {
    return usecases::found_root(t, town.founder(),
                                {.id = town.id("510000"),
                                 .parent = {},
                                 .kind = "municipality",
                                 .name = "x",
                                 .code = {},
                                 .facets = {}});
  });
  EXPECT_EQ(second.error().key, "organisation.root_there");
}

}  // namespace
}  // namespace anxiao::app
