// The calendars of a town's schools, as municipality, district and school change and close them.

#include "usecases/calendars.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_duties.h"
#include "base/json_map.h"
#include "usecases/duty_sums.h"
#include "usecases/tasks.h"

namespace anxiao::app {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class CalendarsOfATown : public TownWithDuties {
 protected:
  std::shared_ptr<const duties::SchoolCalendar> calendar(const std::string& where = "school") {
    return town.read([&](usecases::Reader& reader) { return calendar(reader, where); });
  }
  std::shared_ptr<const duties::SchoolCalendar> calendar(usecases::Reader& reader,
                                                         const std::string& where = "school") {
    const auto place = usecases::place_of(reader, town.places.at(where), town.now);
    return town.calendars.of(reader, pack, place->kind, place->path);
  }
  bool has_lessons(const std::string& day, const std::string& where = "school") {
    return calendar(where)->is_school_day(*parse_day(day));
  }
  std::string close(const std::string& where, const std::string& from, const std::string& to,
                    const std::string& kinds = {}) {
    json::object fields{{"from", from}, {"to", to}, {"reason", "暴雨"}};
    if (!kinds.empty()) fields["kinds"] = kinds;
    return enter_row("closures", where, fields, keeper_of(where));
  }
  void change_day(const std::string& where, const std::string& day, bool lessons) {
    enter_row("calendar_days", where, {{"day", day}, {"lessons", lessons}, {"reason", "补课"}},
              keeper_of(where));
  }
  void change_term(const std::string& where, const std::string& term, const std::string& from,
                   const std::string& to) {
    enter_row("calendar_terms", where, {{"term", term}, {"from", from}, {"to", to}},
              keeper_of(where));
  }
  static std::string keeper_of(const std::string& where) {
    return where == "school" ? "principal" : where == "far" ? "far_principal" : "officer";
  }
  Result<json::object> days(const std::string& login, const std::string& from,
                            const std::string& to, const std::string& where = "school") {
    return town.read([&](usecases::Reader& reader) {
      return usecases::read_calendar(reader, office(login), town.places.at(where), from, to);
    });
  }
};

TEST_F(CalendarsOfATown, AreOneForAllSchoolsOfAKindThatChangedNothing) {
  EXPECT_EQ(calendar("school"), calendar("far"));
  EXPECT_NE(calendar("school"), calendar("middle"));
  EXPECT_EQ(calendar("school"), calendar("school")) << "composed once";
}

TEST_F(CalendarsOfATown, AreClosedByADistrictForItsSchoolsAndNoOthers) {
  ASSERT_TRUE(has_lessons("2026-03-04"));
  close("east", "2026-03-04", "2026-03-05");
  EXPECT_FALSE(has_lessons("2026-03-04"));
  EXPECT_FALSE(has_lessons("2026-03-05", "middle"));
  EXPECT_TRUE(has_lessons("2026-03-06"));
  EXPECT_TRUE(has_lessons("2026-03-04", "far"));
}

TEST_F(CalendarsOfATown, AreClosedForTheKindsThatAreNamed) {
  close("east", "2026-03-04", "2026-03-04", "kindergarten,senior_middle");
  EXPECT_TRUE(has_lessons("2026-03-04"));
  EXPECT_FALSE(has_lessons("2026-03-04", "middle"));
}

TEST_F(CalendarsOfATown, AreClosedByASchoolForItself) {
  close("school", "2026-03-04", "2026-03-04");
  EXPECT_FALSE(has_lessons("2026-03-04"));
  EXPECT_TRUE(calendar()->is_closed(*parse_day("2026-03-04")));
  EXPECT_TRUE(has_lessons("2026-03-04", "middle"));
}

TEST_F(CalendarsOfATown, ForgetAClosureThatWasTakenBack) {
  const auto id = close("east", "2026-03-04", "2026-03-04");
  ASSERT_FALSE(has_lessons("2026-03-04"));
  town.write([&](usecases::Transaction& t) {
    return usecases::end_row(t, office("officer"), "closures", id);
  });
  EXPECT_TRUE(has_lessons("2026-03-04"));
}

TEST_F(CalendarsOfATown, FollowAClosureThatWasChanged) {
  const auto id = close("east", "2026-03-04", "2026-03-04");
  town.write([&](usecases::Transaction& t) {
    return usecases::change_row(t, office("officer"), "closures", id, 1,
                                {.fields = {{"to", "2026-03-06"}}});
  });
  EXPECT_FALSE(has_lessons("2026-03-06"));
}

TEST_F(CalendarsOfATown, TakeTheDaysOfADistrictAndThenTheSchoolsOwn) {
  ASSERT_FALSE(has_lessons("2026-03-07")) << "a Saturday";
  change_day("east", "2026-03-07", true);
  change_day("east", "2026-03-09", false);
  EXPECT_TRUE(has_lessons("2026-03-07"));
  EXPECT_FALSE(has_lessons("2026-03-09"));
  change_day("school", "2026-03-09", true);
  EXPECT_TRUE(has_lessons("2026-03-09"));
  EXPECT_FALSE(has_lessons("2026-03-09", "middle"));
}

TEST_F(CalendarsOfATown, TakeOtherTermsWhereTheyFitAndLeaveTheRestAside) {
  change_term("east", "2026-S1", "2026-03-09", "2026-07-10");
  EXPECT_FALSE(has_lessons("2026-03-06"));
  EXPECT_TRUE(has_lessons("2026-03-09"));
  change_term("school", "2026-S1", "2031-03-09", "2031-07-10");
  change_term("school", "1999-S7", "2026-03-02", "2026-07-10");
  EXPECT_TRUE(has_lessons("2026-03-09")) << "what fits no school year changes nothing";
}

TEST_F(CalendarsOfATown, AreNotBroughtBackByAReaderOfAnOlderState) {
  town.store.read([&](usecases::Reader& reader) {
    reader.query("SELECT 1 FROM districts", {}, [](const usecases::Row&) {});
    close("east", "2026-03-04", "2026-03-04");
    EXPECT_TRUE(calendar(reader)->is_school_day(*parse_day("2026-03-04")))
        << "a reader sees one state";
  });
  EXPECT_FALSE(has_lessons("2026-03-04"));
}

TEST_F(CalendarsOfATown, DecideWhatIsDue) {
  only({"daily_inspection"});
  const auto due = [&](const std::string& on) {
    auto page = town.read([&](usecases::Reader& reader) {
      usecases::TaskFilter filter;
      filter.whom = town.places.at("school");
      filter.on = on;
      return usecases::list_tasks(reader, office("officer"), filter);
    });
    EXPECT_TRUE(page);
    return page->items.size();
  };
  EXPECT_EQ(due("2026-03-04"), 1u);
  close("east", "2026-03-04", "2026-03-04");
  EXPECT_EQ(due("2026-03-04"), 0u);
}

TEST_F(CalendarsOfATown, AreShownDayByDayWithTheirTerms) {
  close("east", "2026-04-02", "2026-04-02");
  auto shown = days("teacher", "2026-04-02", "2026-04-07");
  ASSERT_TRUE(shown) << shown.error().key;
  auto listed = anxiao::read<std::vector<usecases::CalendarDay>>(shown->at("items"));
  ASSERT_TRUE(listed);
  ASSERT_THAT(*listed, SizeIs(6));
  EXPECT_TRUE(listed->at(0).closed);
  EXPECT_TRUE(listed->at(0).worked);
  EXPECT_FALSE(listed->at(0).lessons);
  EXPECT_TRUE(listed->at(1).lessons);
  EXPECT_EQ(listed->at(1).term, "2026-S1");
  EXPECT_TRUE(listed->at(1).known);
  EXPECT_TRUE(listed->at(3).holiday) << "the day of the tombs";
  EXPECT_FALSE(listed->at(3).worked);
  EXPECT_FALSE(shown->at("terms").as_array().empty());
}

TEST_F(CalendarsOfATown, SayWhereTheyKnowNothing) {
  auto shown = days("teacher", "2040-04-02", "2040-04-02");
  ASSERT_TRUE(shown);
  EXPECT_FALSE(shown->at("items").at(0).at("known").as_bool());
}

TEST_F(CalendarsOfATown, AreShownForAReasonableNumberOfDaysToWhomeverMayReadThere) {
  const auto key = [](const auto& result) { return result ? "shown" : result.error().key; };
  EXPECT_EQ(key(days("teacher", "2026-03-02", "2027-03-02")), "shown");
  EXPECT_EQ(key(days("teacher", "2026-03-02", "2029-03-02")), "calendar.too_long");
  EXPECT_EQ(key(days("teacher", "2026-03-03", "2026-03-02")), "calendar.too_long");
  EXPECT_EQ(key(days("teacher", "soon", "2026-03-02")), "time.day_malformed");
  EXPECT_EQ(key(days("teacher", "2026-03-02", "2026-03-03", "far")), "authority.forbidden");
}

// ---- what a district's ground is read from ----

class GroundsOfATown : public TownWithDuties {
 protected:
  std::vector<usecases::DutyGround> grounds(const std::string& district = "500190",
                                            bool ended_too = false) {
    return town.read([&](usecases::Reader& reader) {
      return usecases::grounds_of(reader, office("officer"), district, today(), today(), ended_too);
    });
  }
  usecases::DutyGround ground(const std::string& where = "school") {
    auto found = town.read([&](usecases::Reader& reader) {
      return usecases::ground_of(reader, office("officer"), town.places.at(where), today(),
                                 today());
    });
    EXPECT_TRUE(found);
    return std::move(*found);
  }
  Day today() const { return town.zone.day_of(town.now); }
  static std::vector<std::string> names(const std::vector<usecases::DutyGround>& grounds) {
    std::vector<std::string> names;
    for (const auto& each : grounds) names.push_back(each.organisation.name);
    return names;
  }
  std::vector<usecases::TaskView> mine(const std::string& login) {
    auto page = town.read([&](usecases::Reader& reader) {
      usecases::TaskFilter filter;
      filter.paging.limit = 500;
      return usecases::list_tasks(reader, office(login), filter);
    });
    EXPECT_TRUE(page);
    return page ? page->items : std::vector<usecases::TaskView>{};
  }
  Result<json::object> whole(const usecases::OccurrenceKey& key) {
    return town.read([&](usecases::Reader& reader) {
      return usecases::read_task(reader, office("officer"), key);
    });
  }
};

TEST_F(GroundsOfATown, AreThoseOfItsSchoolsOfficesAndItself) {
  EXPECT_THAT(names(grounds()),
              ElementsAre("云溪区", "云溪区消防救援大队", "云溪实验小学", "云溪中学"));
  EXPECT_THAT(names(grounds("500191")), ElementsAre("青山区", "青山小学"));
}

TEST_F(GroundsOfATown, OfOneOrganisationAreThatOfTheDistrictsReading) {
  enter_row("substitutes", "school",
            {{"absent", town.people.at("guard")},
             {"person", town.people.at("teacher")},
             {"from", "2026-03-02"},
             {"to", "2026-03-03"}},
            "principal");
  enter_row("rosters", "school",
            {{"duty", "leader_on_duty"},
             {"person", town.people.at("safety")},
             {"from", "2026-03-02"},
             {"to", "2026-03-31"},
             {"weekdays", "1,3"}},
            "principal");
  const auto point = add_point("走廊", "daily,weekly", "teacher");
  answered("daily_inspection", "2026-03-02", town.now, town.now, point);
  answered("daily_inspection", "2026-03-01", town.now, town.now, point);
  auto found = grounds();
  const auto& of_all = found.at(2).ground;
  const auto one = ground();
  for (const auto* each : {&of_all, &one.ground}) {
    ASSERT_THAT(each->places, SizeIs(1));
    EXPECT_EQ(each->places[0].id, point);
    EXPECT_THAT(each->places[0].checklists, ElementsAre("daily", "weekly"));
    EXPECT_EQ(each->places[0].person, town.people.at("teacher"));
    ASSERT_THAT(each->substitutes, SizeIs(1));
    EXPECT_EQ(each->substitutes[0].absent, town.people.at("guard"));
    ASSERT_THAT(each->rosters, SizeIs(1));
    EXPECT_THAT(each->rosters[0].weekdays, ElementsAre(1, 3));
    ASSERT_THAT(each->answers, SizeIs(1)) << "only of periods that have to do with the day";
    EXPECT_EQ(each->answers[0].place, point);
    EXPECT_EQ(format_day(each->subject.opened), "2026-03-03");
    EXPECT_EQ(each->since, town.now);
  }
  EXPECT_EQ(of_all.holdings.size(), one.ground.holdings.size());
  EXPECT_EQ(one.point_names.at(point), "走廊");
  EXPECT_THAT(found.at(3).ground.places, IsEmpty());
}

TEST_F(GroundsOfATown, LeaveOutWhatWasTakenBackAndWhatHasEnded) {
  auto row = enter_row("rosters", "school",
                       {{"duty", "leader_on_duty"},
                        {"person", town.people.at("safety")},
                        {"from", "2026-03-02"},
                        {"to", "2026-03-31"}},
                       "principal");
  town.write([&](usecases::Transaction& t) {
    return usecases::end_row(t, office("principal"), "rosters", row);
  });
  EXPECT_THAT(ground().ground.rosters, IsEmpty());
  town.write([&](usecases::Transaction& t) -> Result<void> {
    t.exec("UPDATE organisations SET until = $1 WHERE district = $2 AND id = $3",
           {town.now.ms, "500190", town.places.at("school")});
    return {};
  });
  EXPECT_THAT(names(grounds()), ElementsAre("云溪区", "云溪区消防救援大队", "云溪中学"));
  auto all = grounds("500190", true);
  ASSERT_THAT(all, SizeIs(4));
  EXPECT_EQ(format_day(all.at(2).ground.subject.ended.value()), "2026-03-02");
}

TEST_F(GroundsOfATown, GiveTheTasksOfAVacantPostToWhomTheyFall) {
  only({"safety_meeting"});
  it_is("2026-03-04T08:00");
  const auto tasks = mine("officer");
  ASSERT_THAT(tasks, SizeIs(1)) << "the middle school has no principal";
  EXPECT_EQ(tasks[0].organisation.id, town.places.at("middle"));
  EXPECT_THAT(tasks[0].owner.vacant, ElementsAre("principal"));
  EXPECT_TRUE(tasks[0].mine);
  EXPECT_THAT(mine("principal"), SizeIs(1));
  EXPECT_THAT(mine("far_officer"), IsEmpty());
}

TEST_F(GroundsOfATown, ShowWhatWasMissedThoughTheDayWasClosedAfterwardsOrTheSchoolIsGone) {
  only({"gate_register"});
  it_is("2026-03-03T12:00");
  keep();
  EXPECT_EQ(keep_at("2026-03-04T12:00"), 3) << "of each school of the city";
  const usecases::OccurrenceKey key{.duty = "gate_register",
                                    .organisation = town.places.at("school"),
                                    .period = "2026-03-03",
                                    .point = {}};
  const auto state = [&] {
    auto found = whole(key);
    return found ? std::string(found->at("state").as_string()) : found.error().key;
  };
  EXPECT_EQ(state(), "missed");
  enter_row("closures", "east", {{"from", "2026-03-03"}, {"to", "2026-03-03"}, {"reason", "暴雨"}},
            "officer");
  EXPECT_EQ(state(), "excused");
  const auto closed = whole(key);
  ASSERT_TRUE(closed);
  EXPECT_FALSE(closed->at("miss").is_null());
  town.write([&](usecases::Transaction& t) -> Result<void> {
    t.exec("UPDATE organisations SET until = $1 WHERE district = $2 AND id = $3",
           {town.now.ms, "500190", town.places.at("school")});
    return {};
  });
  EXPECT_EQ(state(), "excused");
  auto never = key;
  never.period = "2026-03-07";
  EXPECT_EQ(whole(never).error().key, "not_found") << "a Saturday";
  never.period = "March";
  EXPECT_EQ(whole(never).error().key, "duty.period_malformed");
}

TEST_F(GroundsOfATown, AreListedPageByPageAcrossTheCity) {
  only({"gate_register", "key_place_patrol", "weekly_inspection"});
  it_is("2026-03-04T08:00");
  std::vector<std::string> whole_list, by_pages;
  const auto name = [](const usecases::TaskView& task) {
    return task.organisation.name + " " + task.duty;
  };
  usecases::TaskFilter filter;
  filter.whom = town.places.at("city");
  const auto page = [&] {
    return town.read([&](usecases::Reader& reader) {
      return usecases::list_tasks(reader, office("leader"), filter);
    });
  };
  const auto at_once = page();
  ASSERT_TRUE(at_once);
  for (const auto& task : at_once->items) whole_list.push_back(name(task));
  EXPECT_THAT(whole_list, SizeIs(9));
  filter.paging.limit = 2;
  for (int pages = 0; pages < 9; ++pages) {
    auto listed = page();
    ASSERT_TRUE(listed);
    for (const auto& task : listed->items) by_pages.push_back(name(task));
    if (!listed->next) break;
    filter.paging = *usecases::paging_of("2", *listed->next, "si");
  }
  EXPECT_EQ(by_pages, whole_list);
}

TEST_F(GroundsOfATown, AreListedTheSameWhereTheKeptFiguresSayWhichDistrictsHaveNone) {
  only({"gate_register", "key_place_patrol"});
  it_is("2026-03-04T08:00");
  answered("gate_register", "2026-03-04", town.now, town.now, {}, "far");
  usecases::DutySums sums(town.store, town.zone, town.calendars);
  town.read([&](usecases::Reader& reader) {
    sums.rebuild(reader);
    return true;
  });
  for (const auto& [state, count] : {std::pair<const char*, std::size_t>{"done", 1},
                                     {"open", 5},
                                     {"missed", 0},
                                     {"done,open", 6},
                                     {"", 6}}) {
    usecases::TaskFilter filter;
    filter.whom = town.places.at("city");
    filter.state = state;
    for (auto* kept : {&sums, static_cast<usecases::DutySums*>(nullptr)}) {
      auto page = town.read([&](usecases::Reader& reader) {
        return usecases::list_tasks(reader, office("leader"), filter, kept);
      });
      ASSERT_TRUE(page);
      EXPECT_EQ(page->items.size(), count) << state;
    }
  }
}

}  // namespace
}  // namespace anxiao::app
