#include "usecases/rosters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_town.h"
#include "usecases/ledgers.h"

namespace anxiao::app {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// The town is there from Monday the second of March on, and so its first whole day is the third.
class RostersOfATown : public testing::Test {
 protected:
  std::string name_in(const std::string& duty, const std::string& login, const std::string& from,
                      const std::string& to, const std::string& weekdays = {},
                      const std::string& where = "school") {
    json::object fields{{"duty", duty}, {"person", town.people[login]}, {"from", from}, {"to", to}};
    if (!weekdays.empty()) fields["weekdays"] = weekdays;
    return keep("rosters", std::move(fields), where);
  }
  std::string keep(const std::string& ledger, json::object fields,
                   const std::string& where = "school") {
    auto id = town.id();
    town.write([&](usecases::Transaction& t) {
      return usecases::create_row(
          t, town.as("officer"), ledger,
          {.id = id, .organisation = town.places[where], .fields = std::move(fields)});
    });
    return id;
  }
  Result<usecases::Roster> roster(const std::string& login, const std::string& from,
                                  const std::string& to, const std::string& where = "school") {
    return town.read([&](usecases::Reader& reader) {
      return usecases::read_roster(reader, town.as(login), town.places[where], from, to);
    });
  }
  // `duty day`, and the place where it is another one.
  std::vector<std::string> holes(const std::string& from, const std::string& to,
                                 const std::string& where = "school") {
    std::vector<std::string> out;
    for (const auto& hole : town.read([&](usecases::Reader& reader) {
           return usecases::roster_holes(reader, town.as("officer"), town.places[where],
                                         *parse_day(from), *parse_day(to));
         }))
      out.push_back(
          hole.duty->id + " " + format_day(hole.day) +
          (hole.organisation.id == town.places[where] ? "" : " " + hole.organisation.name));
    return out;
  }
  static std::vector<std::string> people(const usecases::Roster& roster, const std::string& duty,
                                         const std::string& day) {
    std::vector<std::string> names;
    for (const auto& item : roster.items)
      if (item.duty == duty && item.day == day)
        for (const auto& person : item.people) names.push_back(person.name);
    return names;
  }
  template <class T>
  static std::string key(const Result<T>& result) {
    return result ? "taken" : result.error().key;
  }
  Town town;
};

TEST_F(RostersOfATown, HaveAHoleWhereTheyLeaveADayOut) {
  name_in("leader_on_duty", "principal", "2026-03-01", "2026-03-05");
  name_in("leader_on_duty", "safety", "2026-03-07", "2026-03-07");
  EXPECT_THAT(holes("2026-03-03", "2026-03-08"),
              ElementsAre("leader_on_duty 2026-03-06", "leader_on_duty 2026-03-08"));
}

TEST_F(RostersOfATown, HaveNoHoleOnADayOnWhichNothingIsExpected) {
  name_in("arrival_guard", "guard", "2026-03-01", "2026-03-31", "1,2,3");
  EXPECT_THAT(holes("2026-03-03", "2026-03-10"),
              ElementsAre("arrival_guard 2026-03-05", "arrival_guard 2026-03-06"));
}

TEST_F(RostersOfATown, HaveNoHoleWhereADutyIsLeftToItsPosts) {
  EXPECT_THAT(holes("2026-03-03", "2026-03-10"), IsEmpty());
}

TEST_F(RostersOfATown, HaveAHoleWhereWhoIsNamedHoldsNoPostHere) {
  name_in("leader_on_duty", "fireman", "2026-03-03", "2026-03-03");
  EXPECT_THAT(holes("2026-03-03", "2026-03-03"), ElementsAre("leader_on_duty 2026-03-03"));
}

TEST_F(RostersOfATown, ForgetWhatWasTakenBack) {
  name_in("leader_on_duty", "principal", "2026-03-03", "2026-03-03");
  auto id = name_in("leader_on_duty", "principal", "2026-03-04", "2026-03-04");
  EXPECT_THAT(holes("2026-03-03", "2026-03-04"), IsEmpty());
  town.write([&](usecases::Transaction& t) {
    return usecases::end_row(t, town.as("officer"), "rosters", id);
  });
  EXPECT_THAT(holes("2026-03-03", "2026-03-04"), ElementsAre("leader_on_duty 2026-03-04"));
}

TEST_F(RostersOfATown, NameWhoIsThereWithTheRowsThatSaySo) {
  auto id = name_in("leader_on_duty", "principal", "2026-03-03", "2026-03-04");
  keep("substitutes", {{"absent", town.people["principal"]},
                       {"person", town.people["safety"]},
                       {"from", "2026-03-04"},
                       {"to", "2026-03-04"}});
  auto read = roster("guard", "2026-03-03", "2026-03-05");
  ASSERT_TRUE(read) << read.error().key;
  EXPECT_THAT(people(*read, "leader_on_duty", "2026-03-03"), ElementsAre("某principal"));
  EXPECT_THAT(people(*read, "leader_on_duty", "2026-03-04"), ElementsAre("某safety"));
  EXPECT_THAT(people(*read, "leader_on_duty", "2026-03-05"), IsEmpty());
  for (const auto& item : read->items) {
    if (item.duty != "leader_on_duty") continue;
    EXPECT_EQ(item.hole, item.day == "2026-03-05");
    EXPECT_EQ(item.rows, item.hole ? std::vector<std::string>{} : std::vector<std::string>{id});
  }
}

TEST_F(RostersOfATown, CountANightByItsEvening) {
  town.write([&](usecases::Transaction& t) -> Result<void> {
    TRY(usecases::change_organisation(
        t, town.as("officer"), town.places["middle"], 1,
        {.name = {}, .code = {}, .facets = json::object{{"boarding", true}}, .end = {}}));
    TRY(usecases::give_post(t, town.as("officer"), town.people["guard"],
                            {town.id(), "guard", town.places["middle"]}));
    return {};
  });
  name_in("night_fire_patrol", "guard", "2026-03-04", "2026-03-04", {}, "middle");
  EXPECT_THAT(holes("2026-03-03", "2026-03-05", "middle"),
              ElementsAre("night_fire_patrol 2026-03-03", "night_fire_patrol 2026-03-05"));
}

TEST_F(RostersOfATown, ShowADistrictTheHolesOfItsSchoolsAndNoMore) {
  name_in("leader_on_duty", "principal", "2026-03-03", "2026-03-03");
  name_in("leader_on_duty", "safety", "2026-03-04", "2026-03-04", {}, "middle");
  EXPECT_THAT(holes("2026-03-04", "2026-03-04", "east"),
              testing::UnorderedElementsAre("leader_on_duty 2026-03-04 云溪实验小学",
                                            "leader_on_duty 2026-03-04 云溪中学"));
  EXPECT_THAT(holes("2026-03-04", "2026-03-04", "city"), IsEmpty());
  auto read = roster("officer", "2026-03-03", "2026-03-04", "east");
  ASSERT_TRUE(read) << read.error().key;
  EXPECT_THAT(read->duties, SizeIs(1));
  EXPECT_THAT(read->items, SizeIs(3));
  for (const auto& item : read->items) EXPECT_TRUE(item.hole && item.expected);
}

TEST_F(RostersOfATown, AreForWhoeverMayReadTheTasksThere) {
  EXPECT_EQ(key(roster("guard", "2026-03-03", "2026-03-04")), "taken");
  EXPECT_EQ(key(roster("leader", "2026-03-03", "2026-03-04")), "taken");
  for (const char* login : {"far_principal", "far_officer", "fireman", "root"})
    EXPECT_EQ(key(roster(login, "2026-03-03", "2026-03-04")), "authority.forbidden") << login;
  EXPECT_EQ(key(roster("guard", "2026-03-03", "2026-03-04", "east")), "authority.forbidden");
}

TEST_F(RostersOfATown, AreAskedForAReasonableNumberOfDays) {
  EXPECT_EQ(key(roster("guard", "2026-03-04", "2026-03-03")), "roster.too_long");
  EXPECT_EQ(key(roster("guard", "2026-03-01", "2026-05-01")), "taken");
  EXPECT_EQ(key(roster("guard", "2026-03-01", "2026-05-02")), "roster.too_long");
  EXPECT_EQ(key(roster("officer", "2026-03-01", "2026-03-15", "east")), "roster.too_long");
  EXPECT_EQ(key(roster("guard", "soon", "2026-03-03")), "time.day_malformed");
}

}  // namespace
}  // namespace anxiao::app
