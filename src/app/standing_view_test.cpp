// What is shown of how a town stands, to whom, and why.

#include "app/test_standings.h"

namespace anxiao::app {
namespace {

TEST_F(StandingsOfATown, AreReadByWhomeverTheyAreGrantedTo) {
  const auto key = [&](const std::string& login, const std::string& where) {
    const auto office = town.as(login);
    return asked([&](usecases::Reader& reader) {
      const auto& id = town.places.at(where);
      const auto all = usecases::read_standing(reader, office, kept, id);
      const auto children = usecases::standing_of_children(reader, office, kept, id, kInsured, {});
      const auto list = usecases::list_standing(
          reader, office, kept, id, kInsured, {.state = {}, .paging = {.limit = 100, .after = {}}});
      const auto why = usecases::explain_standing(reader, office, kept, id, kInsured);
      const std::string said = all ? "read" : all.error().key;
      for (const auto& other : {children ? "read" : children.error().key,
                                list ? "read" : list.error().key, why ? "read" : why.error().key})
        EXPECT_EQ(said, other) << login << " " << where;
      return said;
    });
  };
  EXPECT_EQ(key("leader", "city"), "read");
  EXPECT_EQ(key("leader", "far"), "read");
  EXPECT_EQ(key("officer", "east"), "read");
  EXPECT_EQ(key("officer", "middle"), "read");
  EXPECT_EQ(key("officer", "far"), "authority.forbidden");
  EXPECT_EQ(key("officer", "city"), "authority.forbidden");
  EXPECT_EQ(key("principal", "school"), "read");
  EXPECT_EQ(key("principal", "middle"), "authority.forbidden");
  EXPECT_EQ(key("principal", "east"), "authority.forbidden");
  EXPECT_EQ(key("safety", "school"), "read");
  EXPECT_EQ(key("guard", "school"), "authority.forbidden");
  EXPECT_EQ(key("teacher", "school"), "authority.forbidden");
  EXPECT_EQ(key("admin", "school"), "authority.forbidden");
  EXPECT_EQ(key("fireman", "fire"), "read");
  EXPECT_EQ(key("fireman", "school"), "authority.forbidden");
  town.places["nowhere"] = "500190.01900000-0000-7000-8000-000000000009";
  EXPECT_EQ(key("leader", "nowhere"), "not_found");
}

TEST_F(StandingsOfATown, AreListedPageByPageTheWorstFirstAndNoneTwice) {
  enter("safety", "policies", "school", policy("2026-08-31"));
  enter("officer", "policies", "middle", policy("2026-01-31"));
  std::vector<std::string> seen;
  usecases::Paging paging{.limit = 1, .after = {}};
  for (bool more = true; more;) {
    const auto office = town.as("leader");
    const auto page = asked([&](usecases::Reader& reader) {
      return usecases::list_standing(reader, office, kept, town.places["city"], kInsured,
                                     {.state = {}, .paging = paging});
    });
    ASSERT_TRUE(page);
    EXPECT_EQ(page->at("all").as_int64(), 3);
    for (const auto& item : page->at("items").as_array())
      seen.push_back(text(item.at("state")) + " " + text(item.at("organisation").at("id")));
    more = page->at("next").is_string();
    if (more) paging = *usecases::paging_of("1", page->at("next").as_string(), "i");
    ASSERT_LE(seen.size(), 3u);
  }
  EXPECT_THAT(seen,
              testing::ElementsAre("missing " + town.places["far"], "late " + town.places["middle"],
                                   "kept " + town.places["school"]));
}

TEST_F(StandingsOfATown, SayWhyInRowsDutiesAndMatters) {
  const auto good_one = enter("safety", "policies", "school", policy("2026-08-31"));
  enter("safety", "policies", "school", policy("2026-08-31", "meal"));
  const auto why = [&](const std::string& requirement) {
    const auto office = town.as("principal");
    auto told = asked([&](usecases::Reader& reader) {
      return usecases::explain_standing(reader, office, kept, town.places["school"], requirement);
    });
    EXPECT_TRUE(told);
    return told ? *told : json::object{};
  };
  const auto insured = why(kInsured);
  EXPECT_EQ(text(insured.at("state")), "kept");
  const auto& rows = insured.at("checks").at(0).at("rows");
  EXPECT_EQ(rows.at("all").as_int64(), 2);
  EXPECT_EQ(rows.at("counted").as_int64(), 1);
  for (const auto& row : rows.at("rows").as_array())
    EXPECT_EQ(row.at("counts").as_bool(), text(row.at("id")) == good_one);
  EXPECT_EQ(text(insured.at("answers").at("people").at(0).at("id")), town.people["principal"]);

  found();
  pass(400 * kDayMs);
  EXPECT_EQ(why(kClosedInTime).at("checks").at(0).at("matters").at("late").as_array().size(), 1u);
}

TEST_F(StandingsOfATown, SayOfLateMattersUnderADistrictWhoseTheyAre) {
  open_police();
  const auto id = disturbed();
  passed_to("police", id);
  const auto incident = town.id();
  expect_taken(
      begun("principal", "school", "incident", "school", "occur",
            {{"title", "楼梯摔倒"}, {"where", "on_campus"}, {"category", "injury"}, {"band", 1}},
            incident));
  pass(400 * kDayMs);
  const auto under = late_at(kIncidentsInTime, "east", town.as("officer"));
  EXPECT_EQ(under.at("all").as_int64(), 1);
  const auto& late = under.at("late").at(0);
  EXPECT_EQ(text(late.at("id")), incident);
  EXPECT_EQ(text(late.at("organisation").at("id")), town.places["school"]);
  EXPECT_EQ(text(late.at("organisation").at("name")), "云溪实验小学");
  EXPECT_EQ(late_at(kIncidentsInTime, "west", town.as("leader")).at("all").as_int64(), 0);
  const auto held =
      late_at(kDisturbancesStopped, "police", town.at_post("department_officer", "police"));
  EXPECT_EQ(held.at("all").as_int64(), 1);
  EXPECT_EQ(text(held.at("late").at(0).at("id")), id);
  EXPECT_EQ(text(held.at("late").at(0).at("organisation").at("id")), town.places["school"]);
}

TEST_F(StandingsOfATown, ShowOfMattersUnderADistrictOnlyWhatTheReaderMayRead) {
  const auto id = town.id();
  expect_taken(begun("principal", "school", "mediation", "school", "apply",
                     {{"title", "赔偿争议"},
                      {"concerned", "三年级二班，张某某"},
                      {"level", "ordinary"},
                      {"committee", town.places["east"]}},
                     id));
  pass(400 * kDayMs);
  const auto seen = [&](const usecases::Office& office) {
    const auto matters = late_at(kMediated, "east", office);
    EXPECT_EQ(matters.at("all").as_int64(), 1) << "held by the district itself, and counted once";
    return matters.at("late").at(0).at("id");
  };
  EXPECT_EQ(text(seen(town.as("officer"))), id);
  EXPECT_TRUE(seen(town.as("leader")).is_null());
}

TEST_F(StandingsOfATown, CountConfidentialMattersAndShowThemToThoseFewAlone) {
  constexpr const char* kDealtWith = "C14.1";
  const auto deadline_of = [&](const std::string& login) {
    const auto office = town.as(login);
    auto told = asked([&](usecases::Reader& reader) {
      return usecases::explain_standing(reader, office, kept, town.places["school"], kDealtWith);
    });
    EXPECT_TRUE(told) << login;
    json::object found_check;
    for (const auto& check : told ? told->at("checks").as_array() : json::array{})
      if (text(check.at("kind")) == "deadline") found_check = check.as_object();
    return found_check;
  };
  const auto id = town.id();
  auto given = town.changed([&](usecases::Transaction& t) {
    return usecases::open_matter(t, town.as("principal"), "bullying", id,
                                 {.organisation = town.places["school"],
                                  .move = "find",
                                  .happened_at = {},
                                  .fields = {{"title", "课间推搡"}, {"concerned", "三年级二班"}}});
  });
  ASSERT_TRUE(given) << given.error().key;
  EXPECT_EQ(text(deadline_of("leader").at("state")), "kept");
  pass(400 * kDayMs);
  for (const auto* login : {"principal", "officer"}) {
    const auto seen = deadline_of(login);
    const auto& late = seen.at("matters").at("late").as_array();
    ASSERT_EQ(late.size(), 1u) << login;
    EXPECT_EQ(text(late[0].at("id")), id);
    EXPECT_EQ(text(late[0].at("title")), "课间推搡");
  }
  const auto check = deadline_of("leader");
  EXPECT_EQ(text(check.at("state")), "late");
  const auto& late = check.at("matters").at("late").as_array();
  ASSERT_EQ(late.size(), 1u) << "how many there are is told";
  EXPECT_TRUE(late[0].at("id").is_null());
  EXPECT_TRUE(late[0].at("title").is_null());
  EXPECT_TRUE(late[0].at("due_at").is_string());
}

TEST_F(StandingsOfATown, RefuseWhatNobodyDecides) {
  const auto office = town.as("leader");
  const auto listed = [&](const std::string& requirement, const std::string& state_asked) {
    return asked([&](usecases::Reader& reader) {
             return usecases::list_standing(
                 reader, office, kept, town.places["city"], requirement,
                 {.state = state_asked, .paging = {.limit = 10, .after = {}}});
           })
        .error()
        .key;
  };
  EXPECT_EQ(listed("C99.9", ""), "standing.unknown_requirement");
  EXPECT_EQ(listed(kInsured, "fine"), "standing.unknown_state");
}

}  // namespace
}  // namespace anxiao::app
