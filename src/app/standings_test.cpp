// How a town stands with the requirements, moved by the journal and by time.

#include "app/test_standings.h"

namespace anxiao::app {
namespace {

TEST_F(StandingsOfATown, FollowRowsThatAreEnteredChangedAndEnded) {
  EXPECT_EQ(state(kInsured), "missing");
  const auto row = enter("safety", "policies", "school", policy("2026-08-31"));
  EXPECT_EQ(state(kInsured), "kept");
  change("safety", "policies", row, 1, {{"ends_on", "2026-03-10"}});
  EXPECT_EQ(state(kInsured), "due_soon");
  change("safety", "policies", row, 2, {{"sort", "meal"}});
  EXPECT_EQ(state(kInsured), "missing") << "insured against something else";
  change("safety", "policies", row, 3, {{"sort", "liability"}});
  end("safety", "policies", row);
  EXPECT_EQ(state(kInsured), "missing");
  expect_as_stored("all of it");
}

TEST_F(StandingsOfATown, ChangeByTheClockAlone) {
  enter("safety", "policies", "school", policy("2026-08-31"));
  const auto insured = [&] {
    const auto of_city = counts(kInsured, "city");
    return std::to_string(of_city[1]) + " " + std::to_string(of_city[2]) + " " +
           std::to_string(of_city[3]);
  };
  EXPECT_EQ(insured(), "1 0 0");
  it_is("2026-07-31T23:59");
  EXPECT_EQ(insured(), "1 0 0");
  it_is("2026-08-01T00:00");
  EXPECT_EQ(insured(), "0 1 0");
  it_is("2026-08-31T23:59");
  EXPECT_EQ(insured(), "0 1 0") << "the day of expiry is insured";
  it_is("2026-09-01T00:00");
  EXPECT_EQ(insured(), "0 0 1");
  expect_as_stored("a year");
  it_is("2026-03-03T08:00");
  EXPECT_EQ(insured(), "1 0 0") << "a clock set back";
}

TEST_F(StandingsOfATown, AreNotDecidedAnewByWhoeverLookedAtTheClockAMomentEarlier) {
  enter("safety", "policies", "school", policy("2026-08-31"));
  it_is("2026-09-01T00:00");
  EXPECT_EQ(state(kInsured), "late");
  town.now = town.now.plus_ms(-20);
  EXPECT_EQ(state(kInsured), "late");
  town.now = town.now.plus_ms(-kHourMs);
  EXPECT_EQ(state(kInsured), "due_soon");
}

TEST_F(StandingsOfATown, FollowDutiesThatAreAnsweredAndMissed) {
  keep_duties();
  EXPECT_EQ(daily(), "due_soon") << "nothing has been due yet";
  it_is("2026-03-04T00:30");
  keep_duties();
  EXPECT_EQ(daily(), "late");
  it_is("2026-03-04T07:40");
  inspected("2026-03-04", "2026-03-04T07:35");
  EXPECT_EQ(daily(), "kept");
  expect_as_stored("an answer");
}

TEST_F(StandingsOfATown, HoldNothingAgainstWhatWasDoneInTimeAndIsKnownLater) {
  keep_duties();
  it_is("2026-03-04T00:30");
  keep_duties();
  ASSERT_EQ(daily(), "late");
  inspected("2026-03-03", "2026-03-03T07:40");
  EXPECT_EQ(daily(), "kept");
  expect_as_stored("an answer known later");
}

TEST_F(StandingsOfATown, ForgiveWhatIsExcused) {
  keep_duties();
  it_is("2026-03-04T00:30");
  keep_duties();
  ASSERT_EQ(daily(), "late");
  std::vector<std::string> excuses;
  for (const auto& point : {corridor, gate}) {
    excuses.push_back(town.id());
    town.write([&](usecases::Transaction& t) {
      return usecases::ask_excuse(t, town.as("safety"),
                                  {.duty = "daily_inspection",
                                   .organisation = town.places["school"],
                                   .period = "2026-03-03",
                                   .point = point},
                                  excuses.back(), {.point = point, .reason = "停电一天"});
    });
  }
  EXPECT_EQ(daily(), "late") << "asked is not granted";
  for (const auto& excuse : excuses)
    town.write([&](usecases::Transaction& t) {
      return usecases::decide_excuse(t, town.as("officer"), excuse, {},
                                     {.approved = true, .words = {}});
    });
  EXPECT_EQ(daily(), "due_soon");
  expect_as_stored("excuses");
}

TEST_F(StandingsOfATown, FollowPostsThatAreGivenAndEnded) {
  changed_place("school",
                {.name = {}, .code = {}, .facets = json::object{{"pupils", 600}}, .end = {}});
  const auto one = state(kWatched);
  ASSERT_NE(one, "kept");
  const auto posting = town.id();
  ASSERT_TRUE(posted("principal", town.people["teacher"], posting, "guard", "school"));
  EXPECT_EQ(state(kWatched), "kept");
  town.write([&](usecases::Transaction& t) {
    return usecases::end_post(t, town.as("principal"), town.people["teacher"], posting);
  });
  EXPECT_EQ(state(kWatched), one);
  expect_as_stored("posts");
}

TEST_F(StandingsOfATown, FollowOrganisationsThatAreMadeChangedAndEnded) {
  const auto all = [&](const std::string& where) {
    std::uint32_t sum = 0;
    for (const auto count : counts(kInsured, where)) sum += count;
    return sum;
  };
  const auto before = all("city");
  ASSERT_TRUE(opened_place("云溪新园", "east", "kindergarten"));
  EXPECT_EQ(all("city"), before + 1);
  EXPECT_EQ(all("云溪新园"), 1u);
  EXPECT_EQ(state(kInsured, "云溪新园"), "missing");
  expect_as_stored("a new school");
  changed_place("school",
                {.name = {}, .code = {}, .facets = json::object{{"pupils", 3000}}, .end = {}});
  expect_as_stored("a larger school");
  changed_place("云溪新园", {.name = {}, .code = {}, .facets = {}, .end = true});
  EXPECT_EQ(all("east"), before - all("west"));
  expect_as_stored("a school that ended");
}

TEST_F(StandingsOfATown, KnowSchoolsThatWereImportedAndWhatIsSaidOfThemAtOnce) {
  const auto imported = town.changed([&](usecases::Transaction& t) {
    return usecases::import_organisations(
        t, town.as("officer"), {.dry_run = false},
        "学校名称,区县,学校标识码,类别\n云溪第二小学,云溪区,,小学\n");
  });
  ASSERT_TRUE(imported);
  ASSERT_EQ(imported->created, 1);
  town.store.read([&](usecases::Reader& reader) {
    reader.query("SELECT id FROM organisations WHERE name = '云溪第二小学'", {},
                 [&](const usecases::Row& row) { town.places["second"] = row.text(0); });
  });
  enter("officer", "policies", "second", policy("2026-08-31"));
  EXPECT_EQ(state(kInsured, "second"), "kept");
  expect_as_stored("an import");
}

TEST_F(StandingsOfATown, FollowTermsAndClosuresOfADistrictThatWaitsToBeReadAgain) {
  state(kInsured);
  ASSERT_TRUE(posted("admin", town.people["officer"], town.id(), "administrator", "east"));
  enter("officer", "calendar_terms", "east",
        {{"term", "2026-S1"}, {"from", "2026-03-09"}, {"to", "2026-07-10"}});
  expect_as_stored("another term");
  const auto closure = enter("officer", "closures", "east",
                             {{"from", "2026-03-03"}, {"to", "2026-03-06"}, {"reason", "暴雨"}});
  it_is("2026-03-12T09:00");
  expect_as_stored("a closure");
  end("officer", "closures", closure);
  expect_as_stored("a closure taken back");
}

TEST_F(StandingsOfATown, FollowMattersThatAreOpenedAndOutlastTheirTerms) {
  EXPECT_EQ(state(kClosedInTime), "kept");
  const auto hazard = found();
  EXPECT_EQ(state(kClosedInTime), "kept");
  expect_as_stored("a hazard");
  pass(400 * kDayMs);
  EXPECT_EQ(state(kClosedInTime), "late");
  expect_as_stored("a term that ended");
  moved("safety", hazard, "assess", lec(6, 6, 7));
  expect_as_stored("a move");
  EXPECT_EQ(state(kClosedInTime), "kept");
}

TEST_F(StandingsOfATown, CountMattersOfSchoolsAtTheirDistrict) {
  const auto id = town.id();
  expect_taken(begun(
      "principal", "school", "incident", "school", "occur",
      {{"title", "楼梯摔倒"}, {"where", "on_campus"}, {"category", "injury"}, {"band", 1}}, id));
  const auto in_time = [&](const std::string& where) {
    return with(kept, [&](const Matrix& matrix) -> std::string {
      const auto& plan = matrix.plan();
      return standing::word_of(
          matrix
              .cell(town.places.at(where),
                    plan.requirements()[plan.requirement(kIncidentsInTime)].checks.front())
              ->state);
    });
  };
  EXPECT_EQ(in_time("east"), "kept");
  pass(400 * kDayMs);
  EXPECT_EQ(in_time("east"), "late");
  EXPECT_EQ(in_time("west"), "kept");
  expect_as_stored("an incident that lay");
  // The district is read again, with what is under it.
  ASSERT_TRUE(posted("admin", town.people["officer"], town.id(), "administrator", "east"));
  EXPECT_EQ(in_time("east"), "late");
  expect_taken(went_on("district_safety_officer", "east", "incident", id, "dismiss",
                       {{"reason", "没有摔着，是误报"}}));
  EXPECT_EQ(in_time("east"), "kept");
  expect_as_stored("an incident that was none");
}

TEST_F(StandingsOfATown, CountMattersAtTheOfficeThatHoldsThemWhileItDoes) {
  open_police();
  for (const std::string police : {"police", "city_police"}) {
    const auto id = disturbed();
    pass(kDayMs);
    EXPECT_EQ(state(kDisturbancesStopped, police), "kept") << "it has not been called yet";
    passed_to(police, id);
    EXPECT_EQ(state(kDisturbancesStopped, police), "kept");
    pass(40 * kDayMs);
    EXPECT_EQ(state(kDisturbancesStopped, police), "late");
    expect_as_stored("a matter that is held by " + police);
    // The office is read again, wherever what it holds lies.
    changed_place(police, {.name = "改名" + police, .code = {}, .facets = {}, .end = {}});
    EXPECT_EQ(state(kDisturbancesStopped, police), "late");
    expect_taken(went_on("department_officer", police, "disturbance", id, "hand_back",
                         {{"reason", "不归这里管"}}));
    EXPECT_EQ(state(kDisturbancesStopped, police), "kept");
    expect_as_stored("a matter that was handed back by " + police);
  }
}

TEST_F(StandingsOfATown, HearOfWhatIsPassedOnWhileItsHolderWaitsToBeReadAgain) {
  open_police();
  const auto id = disturbed();
  state(kDisturbancesStopped, "city_police");
  changed_place("city_police", {.name = "市局", .code = {}, .facets = {}, .end = {}});
  passed_to("city_police", id);
  pass(40 * kDayMs);
  EXPECT_EQ(state(kDisturbancesStopped, "city_police"), "late");
  expect_as_stored("what was passed on meanwhile");
  changed_place("city_police", {.name = "市公安局", .code = {}, .facets = {}, .end = {}});
  hold_back = true;
  expect_taken(went_on("department_officer", "city_police", "disturbance", id, "hand_back",
                       {{"reason", "不归这里管"}}));
  EXPECT_EQ(state(kDisturbancesStopped, "city_police"), "kept");
  hold_back = false;
  kept.heard(held_back);
  expect_as_stored("what was read before it was heard");
}

TEST_F(StandingsOfATown, TakeNothingTwiceThatWasReadBeforeItWasHeard) {
  state(kInsured);
  // The school waits to be read again, and what is committed meanwhile is heard only afterwards.
  ASSERT_TRUE(posted("principal", town.people["teacher"], town.id(), "guard", "school"));
  hold_back = true;
  const auto hazard = found();
  EXPECT_EQ(state(kClosedInTime), "kept");
  hold_back = false;
  kept.heard(held_back);
  moved("safety", hazard, "assess", lec(6, 6, 7));
  moved("safety", hazard, "begin_treatment", five(town.people["safety"]));
  moved("safety", hazard, "finish_treatment", {{"photos_after", json::array{photo("after")}}});
  moved("principal", hazard, "accept");
  pass(400 * kDayMs);
  expect_as_stored("what was heard late");
}

TEST_F(StandingsOfATown, AreNotBroughtBackByAReaderOfAnOlderState) {
  town.store.read([&](usecases::Reader& reader) {
    reader.query("SELECT 1 FROM districts", {}, [](const usecases::Row&) {});
    ASSERT_TRUE(posted("principal", town.people["teacher"], town.id(), "guard", "school"));
    kept.with(reader, town.now, [](const Matrix&) {});
  });
  expect_as_stored("a reader of an older state");
}

TEST_F(StandingsOfATown, RestOnNothingThatTheJournalDoesNotSay) {
  for (const auto& clause : town.pack->clauses)
    for (const auto& requirement : clause.requirements)
      for (const auto& check : requirement.checks) {
        const auto* ledger = check.ledger.empty() ? nullptr : town.pack->ledger(check.ledger);
        EXPECT_FALSE(ledger && facts::has_personal(ledger->fields)) << requirement.id;
      }
}

// ---- any facts ----

}  // namespace
}  // namespace anxiao::app
