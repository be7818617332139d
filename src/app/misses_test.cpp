// What was not done is found by the clock: each once, with whose it was, whatever happens to the
// process that finds it; and what it amounts to follows what comes to light later.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "app/breaking_store.h"
#include "app/test_duties.h"

namespace anxiao::app {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class Misses : public TownWithDuties {
 protected:
  // The organisation's row as `duty|period|point|closed_at|owner_post|owners|vacant`.
  std::multiset<std::string> rows() {
    std::multiset<std::string> out;
    town.store.read([&](usecases::Reader& reader) {
      reader.query(
          "SELECT organisation, duty, period, point, closed_at, owner_post, owners, vacant"
          " FROM misses",
          {}, [&](const usecases::Row& row) {
            std::string line;
            for (int column = 0; column < 8; ++column)
              line +=
                  (column == 4 ? std::to_string(row.integer(4)) : std::string(row.text(column))) +
                  "|";
            out.insert(line);
          });
    });
    return out;
  }
  void forget_misses(Instant kept_until) {
    town.write([&](usecases::Transaction& t) -> Result<void> {
      t.exec("DELETE FROM misses", {});
      t.exec("UPDATE duties_kept SET kept_until = $1", {kept_until.ms});
      return {};
    });
  }
};

TEST_F(Misses, OweNothingForWhatCameBeforeADistrictWasLookedAt) {
  only({"leader_on_duty"});
  EXPECT_EQ(keep_at("2026-03-09T12:00"), 0);
  EXPECT_EQ(keep(), 0);
  EXPECT_EQ(town.count("duties_kept"), town.count("districts"));
  EXPECT_THAT(misses(), IsEmpty());
}

TEST_F(Misses, AreFoundWhenTheWindowClosesAndNotBefore) {
  only({"leader_on_duty"});
  keep();
  EXPECT_EQ(keep_at("2026-03-03T23:59"), 0);
  town.now = at("2026-03-04T00:00").plus_ms(-1);
  EXPECT_EQ(keep(), 0);
  EXPECT_EQ(keep_at("2026-03-04T00:00"), 3) << "one at each of the town's schools";
  EXPECT_EQ(keep(), 0);
  auto found = misses();
  ASSERT_THAT(names(found), ElementsAre("leader_on_duty 2026-03-03"));
  EXPECT_EQ(found[0].state, "missed");
  EXPECT_EQ(found[0].closed_at, town.zone.format(at("2026-03-04T00:00")));
  EXPECT_EQ(found[0].owner.post, "principal");
  EXPECT_THAT(people(found[0]), ElementsAre(town.people["principal"]));
  EXPECT_EQ(found[0].owner.people[0].name, "某principal");
  EXPECT_THAT(found[0].owner.vacant, IsEmpty());
  EXPECT_EQ(found[0].organisation.id, town.places["school"]);
  EXPECT_FALSE(found[0].point);
}

TEST_F(Misses, StandInTheJournalOfTheSchool) {
  only({"leader_on_duty"});
  keep();
  keep_at("2026-03-04T09:00");
  std::vector<std::string> seen;
  town.store.read([&](usecases::Reader& reader) {
    reader.query(
        "SELECT organisation, noun, actor, happened_at, known_at FROM journal"
        " WHERE kind = 'DutyMissed' AND organisation = $1",
        {town.places["school"]}, [&](const usecases::Row& row) {
          seen.emplace_back(row.text(1));
          EXPECT_EQ(row.text(2), "");
          EXPECT_EQ(row.integer(3), at("2026-03-04T00:00").ms);
          EXPECT_EQ(row.integer(4), at("2026-03-04T09:00").ms);
        });
  });
  EXPECT_THAT(seen, ElementsAre("tasks"));
  auto lines = town.lines("DutyMissed");
  ASSERT_THAT(lines, SizeIs(3));
  for (const auto& line : lines) {
    EXPECT_EQ(line.at("duty"), "leader_on_duty");
    EXPECT_EQ(line.at("period"), "2026-03-03");
    EXPECT_EQ(line.at("times"), 1);
    EXPECT_EQ(line.at("given"), 0);
    for (auto key : {"point", "point_name", "closed_at", "owner_post", "owners", "vacant"})
      EXPECT_TRUE(line.contains(key)) << key;
  }
}

TEST_F(Misses, AreNoneOfWhatWasDoneInTime) {
  only({"leader_on_duty"});
  keep();
  answered("leader_on_duty", "2026-03-03", at("2026-03-03T08:00"), at("2026-03-03T08:01"));
  keep_at("2026-03-04T00:01");
  EXPECT_THAT(misses(), IsEmpty());
}

TEST_F(Misses, CountTheAnswersThatWereTooFew) {
  only({"key_place_patrol"});
  keep();
  answered("key_place_patrol", "2026-03-03", at("2026-03-03T08:00"), at("2026-03-03T08:01"));
  keep_at("2026-03-04T00:01");
  auto found = misses();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].given, 1);
  EXPECT_GT(found[0].times, 1);
}

TEST_F(Misses, AreOfEachPointThatListsTheChecklist) {
  only({"daily_inspection"});
  add_point("走廊", "daily", "teacher");
  auto gate = add_point("南门", "daily,weekly");
  it_is("2026-03-02T20:00");
  keep();
  keep_at("2026-03-03T00:01");
  EXPECT_THAT(misses(), IsEmpty()) << "the first, broken day is nobody's miss";
  const auto times = town.pack->duty("daily_inspection")->times;
  for (int time = 0; time < times; ++time)
    answered("daily_inspection", "2026-03-03", at("2026-03-03T08:00"), at("2026-03-03T08:01"),
             gate);
  keep_at("2026-03-04T00:01");
  auto found = misses();
  ASSERT_THAT(names(found), ElementsAre("daily_inspection 2026-03-03@走廊"));
  EXPECT_THAT(people(found[0]), ElementsAre(town.people["teacher"])) << "who answers for the point";
}

TEST_F(Misses, OfAVacantPostBelongToWhoShouldHaveFilledIt) {
  only({"leader_on_duty"});
  keep();
  it_is("2026-03-03T12:00");
  nobody_holds("principal");
  keep_at("2026-03-04T00:01");
  auto found = misses();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].owner.post, "district_safety_officer");
  EXPECT_THAT(people(found[0]), ElementsAre(town.people["officer"]));
  EXPECT_THAT(found[0].owner.vacant, ElementsAre("principal"));
  it_is("2026-03-04T12:00");
  nobody_holds("district_safety_officer");
  keep_at("2026-03-05T00:01");
  std::string post = "?";
  town.store.read([&](usecases::Reader& reader) {
    reader.query("SELECT owner_post FROM misses WHERE organisation = $1 AND period = '2026-03-04'",
                 {town.places["school"]}, [&](const usecases::Row& row) { post = row.text(0); });
  });
  EXPECT_EQ(post, "") << "recorded also where nobody is left";
}

TEST_F(Misses, BelongToWhoHeldThePostInTheLastMomentOfTheWindow) {
  only({"leader_on_duty"});
  keep();
  // Found days later, when somebody else holds it.
  it_is("2026-03-04T08:00");
  town.write([&](usecases::Transaction& t) -> Result<void> {
    t.exec("UPDATE postings SET until = $1 WHERE post = 'principal'", {town.now.ms});
    t.exec("UPDATE postings SET post = 'principal', since = $1 WHERE person = $2",
           {town.now.ms, town.people["safety"]});
    return {};
  });
  keep_at("2026-03-05T06:00");
  auto found = misses();
  ASSERT_THAT(names(found), ElementsAre("leader_on_duty 2026-03-04", "leader_on_duty 2026-03-03"));
  EXPECT_THAT(people(found[0]), ElementsAre(town.people["safety"]));
  EXPECT_THAT(people(found[1]), ElementsAre(town.people["principal"]));
}

TEST_F(Misses, OfADayOnWhichSomebodyStoodInBelongToHim) {
  only({"leader_on_duty"});
  keep();
  enter_row("substitutes", "school",
            {{"absent", town.people["principal"]},
             {"person", town.people["safety"]},
             {"from", "2026-03-03"},
             {"to", "2026-03-03"},
             {"reason", "外出开会"}},
            "principal");
  keep_at("2026-03-05T00:01");
  auto found = misses();
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_THAT(people(found[1]), ElementsAre(town.people["safety"]));
  EXPECT_THAT(people(found[0]), ElementsAre(town.people["principal"])) << "the day after";
}

TEST_F(Misses, OfANightBelongToItsEveningAndAreFoundInTheMorning) {
  only({"night_fire_patrol"});
  town.write([&](usecases::Transaction& t) -> Result<void> {
    t.exec("UPDATE organisations SET facets = '{\"boarding\": true}' WHERE id = $1",
           {town.places["school"]});
    return {};
  });
  const auto rounds = town.pack->duty("night_fire_patrol")->times;
  ASSERT_GE(rounds, 2);
  keep_at("2026-03-03T12:00");
  answered("night_fire_patrol", "2026-03-03N1", at("2026-03-03T22:30"), at("2026-03-03T22:31"));
  keep_at("2026-03-04T05:59");
  EXPECT_THAT(names(misses()),
              testing::Not(Contains("night_fire_patrol 2026-03-03N" + std::to_string(rounds))));
  keep_at("2026-03-04T06:00");
  std::vector<std::string> wanted;
  for (int round = rounds; round >= 2; --round)
    wanted.push_back("night_fire_patrol 2026-03-03N" + std::to_string(round));
  auto found = misses();
  EXPECT_EQ(names(found), wanted) << "the first round was done";
  EXPECT_THAT(people(found[0]), ElementsAre(town.people["guard"]));
  EXPECT_THAT(
      misses("school", "officer", "2026-03-04", "2026-03-04"),
      Contains(testing::Field(&usecases::Miss::period, "2026-03-03N" + std::to_string(rounds))));
  EXPECT_EQ(keep_at("2026-03-04T21:00"), 0);
}

TEST_F(Misses, OfANightBelongToWhoWasOnTheRosterOfItsEvening) {
  only({"night_fire_patrol"});
  town.write([&](usecases::Transaction& t) -> Result<void> {
    t.exec("UPDATE organisations SET facets = '{\"boarding\": true}' WHERE id = $1",
           {town.places["school"]});
    return {};
  });
  keep();
  for (const auto& [day, login] : {std::pair{"2026-03-03", "teacher"}, {"2026-03-04", "guard"}})
    enter_row(
        "rosters", "school",
        {{"duty", "night_fire_patrol"}, {"person", town.people[login]}, {"from", day}, {"to", day}},
        "safety");
  keep_at("2026-03-04T12:00");
  auto found = misses();
  ASSERT_FALSE(found.empty());
  for (const auto& miss : found) EXPECT_THAT(people(miss), ElementsAre(town.people["teacher"]));
}

TEST_F(Misses, OfDaysThatAreClosedAfterwardsStandAsExcused) {
  only({"gate_register"});
  keep();
  keep_at("2026-03-04T08:00");
  ASSERT_THAT(names(misses()), ElementsAre("gate_register 2026-03-03"));
  auto closure =
      enter_row("closures", "school",
                {{"from", "2026-03-03"}, {"to", "2026-03-04"}, {"reason", "暴雨"}}, "principal");
  auto found = misses();
  ASSERT_THAT(found, SizeIs(1)) << "the row stays";
  EXPECT_EQ(found[0].state, "excused");
  EXPECT_EQ(found[0].owner.post, "guard");
  keep_at("2026-03-06T00:01");
  EXPECT_THAT(names(misses()), ElementsAre("gate_register 2026-03-05", "gate_register 2026-03-03"))
      << "a closed day is nobody's miss";
  town.write([&](usecases::Transaction& t) {
    return usecases::end_row(t, office("principal"), "closures", closure);
  });
  EXPECT_EQ(misses().back().state, "missed") << "and stands again where the closure is taken back";
}

TEST_F(Misses, WhoseAnswerComesToLightLaterAreDoneAndStayOnRecord) {
  only({"leader_on_duty"});
  keep();
  keep_at("2026-03-04T08:00");
  answered("leader_on_duty", "2026-03-03", at("2026-03-03T21:00"), at("2026-03-04T09:00"));
  EXPECT_EQ(misses()[0].state, "missed") << "not known yet";
  it_is("2026-03-04T09:00");
  auto found = misses();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].state, "done");
  EXPECT_EQ(found[0].given, 0) << "as it was when it was found";
  EXPECT_EQ(keep_at("2026-03-04T10:00"), 0);
  EXPECT_THAT(town.lines("DutyMissed"), SizeIs(3));
}

TEST_F(Misses, ThatAreMadeUpForAfterwardsAreLate) {
  only({"leader_on_duty"});
  keep();
  keep_at("2026-03-04T08:00");
  answered("leader_on_duty", "2026-03-03", at("2026-03-04T08:30"), at("2026-03-04T08:31"));
  it_is("2026-03-04T09:00");
  EXPECT_EQ(misses()[0].state, "late");
}

TEST_F(Misses, OfASchoolThatEndedAreThoseOfPeriodsItLivedToTheEndOf) {
  only({"leader_on_duty", "safety_meeting"});
  keep();
  it_is("2026-03-05T12:00");
  town.write([&](usecases::Transaction& t) {
    return usecases::change_organisation(t, office("officer"), town.places["school"], 1,
                                         {.name = {}, .code = {}, .facets = {}, .end = true});
  });
  // Nobody looked in between.
  keep_at("2026-04-02T00:00");
  EXPECT_THAT(names(misses()),
              ElementsAre("leader_on_duty 2026-03-04", "leader_on_duty 2026-03-03"));
  EXPECT_THAT(names(misses("far", "far_officer")), Contains("safety_meeting 2026-03"));
}

TEST_F(Misses, OfASchoolThatIsNewBeginWithItsFirstWholeDay) {
  only({"leader_on_duty"});
  keep_at("2026-03-10T08:00");
  auto id = town.id();
  town.places["new"] = id;
  it_is("2026-03-10T09:00");
  town.write([&](usecases::Transaction& t) {
    return usecases::create_organisation(t, office("officer"),
                                         {.id = id,
                                          .parent = town.places["east"],
                                          .kind = "primary",
                                          .name = "新建小学",
                                          .code = {},
                                          .facets = {}});
  });
  keep_at("2026-03-12T00:00");
  EXPECT_THAT(names(misses("new")), ElementsAre("leader_on_duty 2026-03-11"));
}

TEST_F(Misses, OfALongSilenceAreThoseThatAnHourlyLookFinds) {
  town.write([&](usecases::Transaction& t) -> Result<void> {
    t.exec("UPDATE organisations SET facets = '{\"boarding\": true}' WHERE id = $1",
           {town.places["school"]});
    return {};
  });
  add_point("走廊", "daily,weekly,monthly,handover,night", "teacher");
  const auto begin = at("2026-03-27T10:20");
  town.now = begin;
  ASSERT_EQ(keep(), 0);
  it_is("2026-04-07T03:00");
  auto count = keep();
  auto at_once = rows();
  EXPECT_EQ(count, static_cast<std::int64_t>(at_once.size()));
  EXPECT_GT(count, 300);
  EXPECT_EQ(town.count("misses"), count);
  forget_misses(begin);
  std::int64_t again = 0;
  for (town.now = begin; town.now < at("2026-04-07T03:00"); town.now = town.now.plus_ms(kHourMs))
    again += keep();
  again += keep_at("2026-04-07T03:00");
  EXPECT_EQ(again, count);
  EXPECT_EQ(rows(), at_once);
}

TEST_F(Misses, AreFoundOnceHoweverOftenTheFindingIsKilledInBetween) {
  only({"leader_on_duty", "gate_register", "fire_patrol"});
  BreakingStore first(town.store, 1);
  EXPECT_THROW(keep(first), Killed) << "killed before the second district has begun";
  keep();
  it_is("2026-03-06T00:30");
  int killed = 0;
  for (int statements = 0;; ++statements) {
    BreakingStore breaking(town.store, statements);
    try {
      keep(breaking);
      break;
    } catch (const Killed&) {
      ++killed;
    }
    ASSERT_LT(statements, 4000);
  }
  EXPECT_GT(killed, 10);
  EXPECT_EQ(keep(), 0);
  EXPECT_THAT(misses(), SizeIs(9));
  EXPECT_EQ(town.lines("DutyMissed").size(), rows().size());
  auto found = rows();
  forget_misses(at("2026-03-02T07:30"));
  keep();
  EXPECT_EQ(rows(), found) << "as if nothing had happened in between";
}

TEST_F(Misses, AreFoundOnceWhenTwoLookAtTheSameTime) {
  keep();
  it_is("2026-03-16T09:00");
  std::int64_t counts[2] = {0, 0};
  {
    std::thread other([&] { counts[1] = keep(); });
    counts[0] = keep();
    other.join();
  }
  while (auto rest = keep()) counts[0] += rest;
  EXPECT_EQ(counts[0] + counts[1], town.count("misses"));
  EXPECT_GT(town.count("misses"), 100);
  EXPECT_EQ(town.lines("DutyMissed").size(), rows().size());
}

TEST_F(Misses, AreNotFoundTwiceWhereAClosingComesTwice) {
  only({"leader_on_duty"});
  keep();
  keep_at("2026-03-04T08:00");
  // As where the days of a term are changed, and it ends once more.
  town.write([&](usecases::Transaction& t) -> Result<void> {
    t.exec("UPDATE duties_kept SET kept_until = $1", {at("2026-03-03T08:00").ms});
    return {};
  });
  EXPECT_EQ(keep(), 0);
  EXPECT_THAT(town.lines("DutyMissed"), SizeIs(3));
}

TEST_F(Misses, AreLeftAloneByAClockThatIsSetBack) {
  only({"leader_on_duty"});
  keep();
  keep_at("2026-03-04T00:01");
  EXPECT_EQ(keep_at("2026-03-03T12:00"), 0);
  EXPECT_EQ(keep_at("2026-03-04T00:02"), 0);
  EXPECT_THAT(misses(), SizeIs(1));
}

TEST_F(Misses, AreListedPageByPageAcrossDistricts) {
  keep();
  keep_at("2026-03-08T00:00");
  const auto total = town.count("misses");
  ASSERT_GT(total, 50);
  std::set<std::string> seen;
  std::string cursor;
  std::string before = "9";
  std::int64_t pages = 0;
  do {
    auto paging = usecases::paging_of("7", cursor, "isssss");
    auto page = town.read([&](usecases::Reader& reader) {
      return usecases::list_misses(reader, office("leader"),
                                   {.organisation = {}, .from = {}, .to = {}, .paging = *paging});
    });
    ASSERT_TRUE(page);
    for (const auto& miss : page->items) {
      EXPECT_LE(miss.closed_at, before);
      before = miss.closed_at;
      EXPECT_TRUE(seen.insert(miss.organisation.id + miss.duty + miss.period +
                              (miss.point ? miss.point->id : ""))
                      .second);
    }
    cursor = page->next.value_or("");
    ++pages;
  } while (!cursor.empty());
  EXPECT_EQ(static_cast<std::int64_t>(seen.size()), total);
  EXPECT_GT(pages, 5);
}

TEST_F(Misses, AreShownOnlyWithinReachAndInTheDaysAskedFor) {
  only({"leader_on_duty"});
  keep();
  keep_at("2026-03-06T08:00");
  EXPECT_THAT(misses("", "officer"), SizeIs(6)) << "of two schools";
  EXPECT_THAT(misses("", "guard"), SizeIs(3));
  EXPECT_THAT(misses("city", "leader"), SizeIs(9));
  EXPECT_THAT(misses("east", "officer", "2026-03-04", "2026-03-04"),
              AllOf(SizeIs(2), Each(testing::Field(&usecases::Miss::period, "2026-03-04"))));
  for (const auto& [login, where, key] : {std::tuple{"guard", "middle", "authority.forbidden"},
                                          std::tuple{"officer", "far", "authority.forbidden"},
                                          std::tuple{"officer", "city", "authority.forbidden"},
                                          std::tuple{"admin", "", "authority.forbidden"}}) {
    auto page = town.read([&](usecases::Reader& reader) {
      return usecases::list_misses(
          reader, office(login),
          {.organisation = *where ? town.places[where] : "", .from = {}, .to = {}, .paging = {}});
    });
    ASSERT_FALSE(page) << login << " " << where;
    EXPECT_EQ(page.error().key, key);
  }
  auto malformed = town.read([&](usecases::Reader& reader) {
    return usecases::list_misses(reader, office("officer"),
                                 {.organisation = {}, .from = "yesterday", .to = {}, .paging = {}});
  });
  ASSERT_FALSE(malformed);
  EXPECT_EQ(malformed.error().key, "time.day_malformed");
}

TEST_F(Misses, GoIntoAFileWithTheWordsOfItsLanguage) {
  only({"leader_on_duty"});
  keep();
  keep_at("2026-03-04T08:00");
  auto file = [&](std::string_view language) {
    return *town.read([&](usecases::Reader& reader) {
      return usecases::misses_as_csv(
          reader, office("officer"),
          {.organisation = town.places["school"], .from = {}, .to = {}, .paging = {}}, language);
    });
  };
  const auto* duty = town.pack->duty("leader_on_duty");
  EXPECT_THAT(file("en"), AllOf(HasSubstr(duty->name.en), HasSubstr("2026-03-03"),
                                HasSubstr("某principal"), HasSubstr("missed")));
  EXPECT_THAT(file("zh"), HasSubstr(duty->name.zh));
}

TEST_F(Misses, OfADutyThatThePackNoLongerHasStayReadable) {
  only({"leader_on_duty"});
  keep();
  keep_at("2026-03-04T08:00");
  pack.duties.clear();
  auto found = misses();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].name.en, "leader_on_duty");
  EXPECT_EQ(found[0].state, "missed");
}

// --- excuses ---

class Excuses : public TownWithDuties {
 protected:
  Excuses() {
    only({"leader_on_duty", "gate_register", "daily_inspection"});
    keep();
    keep_at("2026-03-04T08:00");
  }

  using Asked = Result<usecases::Kept<usecases::Excuse>>;
  Asked ask(const std::string& login, const std::string& id, const std::string& duty,
            const std::string& period = "2026-03-03", const std::string& reason = "外出体检",
            const std::string& point = {}) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::ask_excuse(
          t, office(login),
          {.duty = duty, .organisation = town.places["school"], .period = period, .point = point},
          id, {.point = point, .reason = reason});
    });
  }
  std::string asked(const std::string& login, const std::string& duty,
                    const std::string& period = "2026-03-03") {
    auto id = town.id();
    auto made = ask(login, id, duty, period);
    EXPECT_TRUE(made) << made.error().key;
    return id;
  }
  Result<usecases::Excuse> decide(const std::string& login, const std::string& id, bool approved,
                                  std::optional<std::string> words = {},
                                  std::optional<std::int64_t> version = {}) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::decide_excuse(t, office(login), id, version,
                                     {.approved = approved, .words = words});
    });
  }
  template <class T>
  static std::string key(const Result<T>& result) {
    return result ? "" : result.error().key;
  }
  std::vector<usecases::Excuse> listed(const std::string& login, const std::string& state = {}) {
    auto page = town.read([&](usecases::Reader& reader) {
      return usecases::list_excuses(
          reader, office(login),
          {.organisation = {}, .state = state, .paging = {.limit = 100, .after = {}}});
    });
    EXPECT_TRUE(page) << page.error().key;
    return page->items;
  }
  std::string state_of(const std::string& duty) {
    for (const auto& miss : misses())
      if (miss.duty == duty) return miss.state;
    return "none";
  }
  std::int64_t waiting(const std::string& login) {
    return town.read([&](usecases::Reader& reader) {
      return usecases::count_excuses_to_decide(reader, office(login));
    });
  }
};

TEST_F(Excuses, AreAskedByOneAndApprovedByAnotherAndEraseNothing) {
  auto id = asked("guard", "gate_register");
  EXPECT_EQ(state_of("gate_register"), "missed") << "asking changes nothing";
  it_is("2026-03-04T09:00");
  auto decided = decide("principal", id, true, "确有其事");
  ASSERT_TRUE(decided) << decided.error().key;
  EXPECT_EQ(decided->state, "approved");
  EXPECT_EQ(decided->decided_by->id, town.people["principal"]);
  EXPECT_EQ(*decided->decided_at, town.zone.format(town.now));
  EXPECT_EQ(decided->words, "确有其事");
  EXPECT_EQ(state_of("gate_register"), "excused");
  for (const auto& miss : misses())
    if (miss.duty == "gate_register") {
      EXPECT_EQ(miss.excuse->id, id);
      EXPECT_EQ(miss.excuse->state, "approved");
      EXPECT_EQ(miss.excuse->asked_by.name, "某guard");
    }
  auto lines = town.lines("ExcuseAsked");
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].at("duty"), "gate_register");
  EXPECT_EQ(lines[0].at("period"), "2026-03-03");
  ASSERT_THAT(town.lines("ExcuseDecided"), SizeIs(1));
  EXPECT_EQ(town.lines("ExcuseDecided")[0].at("approved"), true);
}

TEST_F(Excuses, AreRefusedOnlyWithWordsAndMayBeAskedForAgain) {
  auto id = asked("guard", "gate_register");
  EXPECT_EQ(key(decide("principal", id, false)), "excuse.words_wanted");
  EXPECT_EQ(key(decide("principal", id, false, "  ")), "excuse.words_wanted");
  ASSERT_TRUE(decide("principal", id, false, "当天有人在岗"));
  EXPECT_EQ(state_of("gate_register"), "missed");
  auto again = asked("guard", "gate_register");
  ASSERT_TRUE(decide("officer", again, true));
  EXPECT_EQ(state_of("gate_register"), "excused");
  EXPECT_EQ(town.count("excuses"), 2);
}

TEST_F(Excuses, SentAgainAreTheSameAndUnderATakenIdAreNot) {
  auto id = town.id();
  auto first = ask("guard", id, "gate_register");
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->repeated);
  auto again = ask("guard", id, "gate_register");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(key(ask("guard", id, "gate_register", "2026-03-03", "另一个理由")), "id.taken");
  EXPECT_EQ(key(ask("teacher", id, "gate_register")), "id.taken") << "somebody else's";
  EXPECT_EQ(key(ask("guard", town.id("500191"), "gate_register")), "id.other_district");
  EXPECT_THAT(town.lines("ExcuseAsked"), SizeIs(1));
}

TEST_F(Excuses, AreAskedForOnceAtATime) {
  auto id = asked("guard", "gate_register");
  auto second = ask("teacher", town.id(), "gate_register");
  EXPECT_EQ(key(second), "excuse.there");
  EXPECT_EQ(second.error().args.at("person"), "某guard");
  ASSERT_TRUE(decide("principal", id, true));
  EXPECT_EQ(key(ask("guard", town.id(), "gate_register")), "excuse.there");
}

TEST_F(Excuses, AreNeverDecidedByWhoAskedNorByAnOwner) {
  auto own = asked("principal", "gate_register");
  EXPECT_EQ(key(decide("principal", own, true)), "excuse.by_asker");
  auto of_owner = asked("guard", "leader_on_duty");
  EXPECT_EQ(key(decide("principal", of_owner, true)), "excuse.by_owner");
  for (const auto& excuse : listed("principal")) EXPECT_FALSE(excuse.may_decide) << excuse.duty;
  EXPECT_EQ(waiting("principal"), 0);
  for (const auto& excuse : listed("officer", "asked")) EXPECT_TRUE(excuse.may_decide);
  EXPECT_EQ(waiting("officer"), 2);
  EXPECT_TRUE(decide("officer", own, true));
  EXPECT_TRUE(decide("officer", of_owner, true));
  EXPECT_EQ(waiting("officer"), 0);
  EXPECT_EQ(state_of("leader_on_duty"), "excused");
}

TEST_F(Excuses, OfAMissStayTheOwnersOfThen) {
  auto id = asked("guard", "leader_on_duty");
  // He holds another post since, and still was who should have done it.
  town.write([&](usecases::Transaction& t) -> Result<void> {
    t.exec("UPDATE postings SET until = $1 WHERE post = 'principal'", {town.now.ms});
    t.exec(
        "INSERT INTO postings (district, id, person, person_district, post, organisation, path,"
        " since, until, version)"
        " VALUES ('500190', $1, $2, '500190', 'district_safety_officer', $3, $4, $5, NULL, 1)",
        {town.id(), town.people["principal"], town.places["east"],
         "/" + town.places["city"] + "/" + town.places["east"] + "/", town.now.ms});
    return {};
  });
  EXPECT_EQ(key(decide("principal", id, true)), "excuse.by_owner");
}

TEST_F(Excuses, AreDecidedOnlyByWhoMayExcuseThere) {
  auto id = asked("guard", "gate_register");
  for (auto login :
       {"guard", "teacher", "safety", "leader", "far_officer", "far_principal", "fireman", "admin"})
    EXPECT_EQ(key(decide(login, id, true)), "authority.forbidden") << login;
  EXPECT_EQ(key(decide("officer", town.id(), true)), "not_found");
}

TEST_F(Excuses, AreAskedForOnlyByWhoMayAnswerThereOrOwnsIt) {
  for (auto login : {"leader", "far_principal", "fireman", "admin", "officer"})
    EXPECT_EQ(key(ask(login, town.id(), "leader_on_duty")), "authority.forbidden") << login;
  // Of a vacant post it is the officer's own.
  nobody_holds("principal");
  keep_at("2026-03-05T00:01");
  it_is("2026-03-05T08:00");
  auto id = town.id();
  auto made = ask("officer", id, "leader_on_duty", "2026-03-04");
  EXPECT_TRUE(made) << key(made);
  EXPECT_EQ(key(decide("officer", id, true)), "excuse.by_asker");
}

TEST_F(Excuses, AreDecidedOnce) {
  auto id = asked("guard", "gate_register");
  EXPECT_EQ(key(decide("officer", id, true, {}, 7)), "edit.stale");
  ASSERT_TRUE(decide("officer", id, true, "知悉", 1));
  auto again = decide("officer", id, true, "知悉", 1);
  ASSERT_TRUE(again) << "sent again it is the same decision";
  EXPECT_EQ(again->version, 2);
  EXPECT_EQ(key(decide("officer", id, false, "不同意")), "excuse.decided");
  auto other = decide("principal", id, true, "知悉");
  EXPECT_EQ(key(other), "excuse.decided");
  EXPECT_EQ(other.error().args.at("person"), "某officer");
  EXPECT_THAT(town.lines("ExcuseDecided"), SizeIs(1));
}

TEST_F(Excuses, ApprovedBeforehandLeaveNoMiss) {
  auto id = asked("guard", "gate_register", "2026-03-06");
  ASSERT_TRUE(decide("principal", id, true));
  keep_at("2026-03-07T00:01");
  for (const auto& miss : misses())
    EXPECT_FALSE(miss.duty == "gate_register" && miss.period == "2026-03-06");
}

TEST_F(Excuses, AreNotTakenForWhatNeedsNone) {
  answered("leader_on_duty", "2026-03-04", at("2026-03-04T07:00"), at("2026-03-04T07:01"));
  EXPECT_EQ(key(ask("guard", town.id(), "leader_on_duty", "2026-03-04")), "excuse.needless");
  auto sunday = ask("guard", town.id(), "gate_register", "2026-03-08");
  EXPECT_EQ(key(sunday), "task.not_expected");
  EXPECT_EQ(sunday.error().args.at("waiver"), "vacation");
  EXPECT_EQ(key(ask("guard", town.id(), "fire_patrol")), "task.unknown_duty");
  EXPECT_EQ(key(ask("guard", town.id(), "gate_register", "2026-W10")), "duty.period_malformed");
  EXPECT_EQ(key(ask("guard", town.id(), "gate_register", "2026-03-03", " \n ")), "text.empty");
  EXPECT_EQ(key(ask("guard", town.id(), "gate_register", "2026-03-03", std::string(3001, 'x'))),
            "text.too_long");
  EXPECT_EQ(key(ask("guard", town.id(), "gate_register", "2026-03-03", "来不及", town.id())),
            "task.other_point");
}

TEST_F(Excuses, OfAPointAreOfThatPointOnly) {
  auto gate = add_point("南门", "daily");
  auto hall = add_point("礼堂", "daily");
  keep_at("2026-03-06T00:01");
  it_is("2026-03-06T08:00");
  auto id = town.id();
  auto made = ask("guard", id, "daily_inspection", "2026-03-05", "被洪水围住", gate);
  ASSERT_TRUE(made) << key(made);
  EXPECT_EQ(made->value.point->name, "南门");
  EXPECT_EQ(key(ask("guard", town.id(), "daily_inspection", "2026-03-05", "全校")),
            "task.other_point")
      << "it is due at the points";
  ASSERT_TRUE(decide("officer", id, true));
  std::map<std::string, std::string> states;
  for (const auto& miss : misses())
    if (miss.duty == "daily_inspection" && miss.period == "2026-03-05")
      states[miss.point ? miss.point->id : ""] = miss.state;
  EXPECT_EQ(states, (std::map<std::string, std::string>{{gate, "excused"}, {hall, "missed"}}));
}

TEST_F(Excuses, AreListedLatestFirstWithinReach) {
  asked("guard", "gate_register");
  it_is("2026-03-04T10:00");
  auto later = asked("teacher", "leader_on_duty");
  auto all = listed("officer");
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].id, later);
  EXPECT_THAT(listed("far_officer"), IsEmpty());
  EXPECT_THAT(listed("leader"), SizeIs(2));
  EXPECT_THAT(listed("officer", "approved"), IsEmpty());
  auto malformed = town.read([&](usecases::Reader& reader) {
    return usecases::list_excuses(reader, office("officer"),
                                  {.organisation = {}, .state = "open", .paging = {}});
  });
  EXPECT_EQ(key(malformed), "list.filter_malformed");
  auto first = town.read([&](usecases::Reader& reader) {
    return usecases::list_excuses(
        reader, office("officer"),
        {.organisation = {}, .state = {}, .paging = {.limit = 1, .after = {}}});
  });
  ASSERT_TRUE(first->next);
  auto second = town.read([&](usecases::Reader& reader) {
    return usecases::list_excuses(reader, office("officer"),
                                  {.organisation = {},
                                   .state = {},
                                   .paging = *usecases::paging_of("1", *first->next, "iss")});
  });
  ASSERT_THAT(second->items, SizeIs(1));
  EXPECT_EQ(second->items[0].duty, "gate_register");
  EXPECT_FALSE(second->next);
}

}  // namespace
}  // namespace anxiao::app
