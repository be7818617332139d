// How a town stands with the requirements, moved by the journal and by time, against the same read
// anew from what is stored.

#include "usecases/standings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "app/test_answers.h"
#include "domain/facts/fields.h"
#include "usecases/duty_keeper.h"
#include "usecases/excuses.h"
#include "usecases/import.h"
#include "usecases/misses.h"

namespace anxiao::app {
namespace {

using standing::Matrix;
using usecases::Standings;

constexpr const char* kInsured = "C18.1";
constexpr const char* kInspected = "C07.13";
constexpr const char* kClosedInTime = "C07.1";
constexpr const char* kWatched = "C11.1";
constexpr const char* kIncidentsInTime = "C16.2";
constexpr const char* kDisturbancesStopped = "C17.4";
constexpr const char* kMediated = "C19.3";

class StandingsOfATown : public TownThatAnswers {
 protected:
  StandingsOfATown() : kept(town.zone, town.calendars) {
    // Its duties are due: a Tuesday after the first day of anything.
    it_is("2026-03-03T07:30");
    rebuild(kept);
    town.heard = [this](auto entries) {
      if (!hold_back)
        kept.heard(entries);
      else
        held_back.insert(held_back.end(), entries.begin(), entries.end());
    };
  }

  void it_is(const std::string& moment) { town.now = *parse_instant(moment + ":00+08:00"); }
  void rebuild(Standings& standings) {
    town.store.read(
        [&](usecases::Reader& reader) { standings.rebuild(reader, town.pack, town.now); });
  }
  template <class Work>
  auto with(Standings& standings, const Work& work) {
    return town.read(
        [&](usecases::Reader& reader) { return standings.with(reader, town.now, work); });
  }

  std::string state(const std::string& requirement, const std::string& where = "school") {
    return with(kept, [&](const Matrix& matrix) {
      return std::string(standing::word_of(
          matrix.state_of(town.places.at(where), matrix.plan().requirement(requirement))));
    });
  }
  standing::Counts counts(const std::string& requirement, const std::string& where) {
    return with(kept, [&](const Matrix& matrix) {
      return matrix.counts(town.places.at(where))[matrix.plan().requirement(requirement)];
    });
  }

  // Everything that stands, a line each, of every place that ever was.
  std::map<std::string, std::string> all_of(Standings& standings) {
    return with(standings, [&](const Matrix& matrix) {
      std::map<std::string, std::string> lines;
      const auto& plan = matrix.plan();
      for (const auto& [name, id] : town.places) {
        const auto sums = matrix.counts(id);
        for (std::uint16_t at = 0; at < plan.requirements().size(); ++at) {
          const auto counted = sums.empty() ? standing::Counts{} : sums[at];
          auto& line = lines[name + " " + plan.requirements()[at].requirement->id];
          line = standing::word_of(matrix.state_of(id, at));
          for (auto count : counted) line += " " + std::to_string(count);
          for (const auto check : plan.requirements()[at].checks)
            if (const auto* cell = matrix.cell(id, check))
              line += std::string(" ") + standing::word_of(cell->state) + ":" +
                      std::to_string(cell->value) + "/" + std::to_string(cell->wanted);
        }
      }
      return lines;
    });
  }
  void expect_as_stored(const std::string& after) {
    Standings fresh(town.zone, town.calendars);
    rebuild(fresh);
    const auto wanted = all_of(fresh), found = all_of(kept);
    int shown = 0;
    for (const auto& [name, line] : wanted)
      if (found.at(name) != line && ++shown < 6)
        ADD_FAILURE() << name << " after " << after << " at " << town.zone.format(town.now)
                      << "\n  kept:   " << found.at(name) << "\n  stored: " << line;
  }

  static json::object policy(const std::string& ends_on, const std::string& sort = "liability") {
    return {{"number", "PZ-1"},          {"sort", sort},       {"insurer", "某保险公司"},
            {"starts_on", "2025-09-01"}, {"ends_on", ends_on}, {"paid_by", "budget"}};
  }
  void change(const std::string& login, const std::string& ledger, const std::string& row,
              std::int64_t version, json::object fields) {
    town.write([&](usecases::Transaction& t) {
      return usecases::change_row(t, town.as(login), ledger, row, version, {.fields = fields});
    });
  }
  void end(const std::string& login, const std::string& ledger, const std::string& row) {
    town.write([&](usecases::Transaction& t) {
      return usecases::end_row(t, town.as(login), ledger, row);
    });
  }
  void keep_duties() {
    usecases::keep_duties(town.store, *town.pack, town.zone, town.calendars, town.now);
  }
  // Answers for the school's daily inspection at both points, each at its own time.
  void inspected(const std::string& period, const std::string& at) {
    for (const auto& point : {corridor, gate}) {
      auto answer = good();
      answer.point = point;
      answer.happened_at = at + ":00+08:00";
      auto given =
          give(point == corridor ? "teacher" : "safety", answer, {}, "daily_inspection", period);
      EXPECT_TRUE(given) << (given ? "" : given.error().key + " " + given.error().detail);
    }
  }
  // Of the daily inspection alone: the requirement has others beside it.
  std::string daily(const std::string& where = "school") {
    return with(kept, [&](const Matrix& matrix) -> std::string {
      const auto& plan = matrix.plan();
      for (const auto check : plan.requirements()[plan.requirement(kInspected)].checks)
        if (plan.checks()[check].check->duty == "daily_inspection")
          return standing::word_of(matrix.cell(town.places.at(where), check)->state);
      return "no such check";
    });
  }
  Result<usecases::Kept<usecases::Person>> posted(const std::string& login,
                                                  const std::string& person,
                                                  const std::string& posting,
                                                  const std::string& post,
                                                  const std::string& where) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::give_post(
          t, town.as(login), person,
          {.id = posting, .post = post, .organisation = town.places.at(where)});
    });
  }
  void changed_place(const std::string& where, usecases::OrganisationChange change) {
    auto now = town.read([&](usecases::Reader& reader) {
      return usecases::read_organisation(reader, town.as("root"), town.places.at(where));
    });
    ASSERT_TRUE(now);
    town.write([&](usecases::Transaction& t) {
      return usecases::change_organisation(t, town.as("root"), now->id, now->version, change);
    });
  }
  bool opened_place(const std::string& name, const std::string& parent, const std::string& kind,
                    json::object facets = {}) {
    const auto district = std::string(district_of(town.places.at(parent)));
    const auto id = town.id(district);
    const auto made = town.changed([&](usecases::Transaction& t) {
      return usecases::create_organisation(t, town.as("root"),
                                           {.id = id,
                                            .parent = town.places.at(parent),
                                            .kind = kind,
                                            .name = name,
                                            .code = {},
                                            .facets = facets});
    });
    if (made) town.places[name] = id;
    return made.has_value();
  }
  // Matters of any loop, by anybody at a post.
  Given begun(const std::string& post, const std::string& at, const std::string& loop,
              const std::string& where, const std::string& with, json::object fields,
              const std::string& id) {
    const auto office = town.at_post(post, at);
    return town.changed([&](usecases::Transaction& t) {
      return usecases::open_matter(t, office, loop, id,
                                   {.organisation = town.places.at(where),
                                    .move = with,
                                    .happened_at = {},
                                    .fields = std::move(fields)});
    });
  }
  Given went_on(const std::string& post, const std::string& at, const std::string& loop,
                const std::string& matter, const std::string& with, json::object fields = {}) {
    const auto office = town.at_post(post, at);
    return town.changed([&](usecases::Transaction& t) {
      return usecases::make_move(t, office, loop, matter, new_id(district_of(matter), town.now),
                                 {.move = with, .happened_at = {}, .fields = std::move(fields)},
                                 {});
    });
  }
  static void expect_taken(const Given& given) {
    EXPECT_TRUE(given) << given.error().key << " " << given.error().field << " "
                       << given.error().detail;
  }
  void open_police() {
    ASSERT_TRUE(opened_place("police", "east", "department", {{"office", "police"}}));
    ASSERT_TRUE(opened_place("city_police", "city", "department", {{"office", "police"}}));
  }
  // At the school, the alarm given; gives its id.
  std::string disturbed() {
    auto id = town.id();
    expect_taken(begun("principal", "school", "disturbance", "school", "occur",
                       {{"title", "围堵校门"}, {"category", "blockade"}, {"level", "blocking"}},
                       id));
    return id;
  }
  void passed_to(const std::string& police, const std::string& id) {
    expect_taken(went_on("principal", "school", "disturbance", id, "call_police",
                         {{"called", "八点打的报警电话"}, {"police", town.places.at(police)}}));
  }
  json::object late_at(const std::string& requirement, const std::string& where,
                       const usecases::Office& office) {
    auto told = town.read([&](usecases::Reader& reader) {
      return usecases::explain_standing(reader, office, kept, town.places.at(where), requirement);
    });
    EXPECT_TRUE(told);
    for (const auto& check : told ? told->at("checks").as_array() : json::array{})
      if (const auto* matters = check.as_object().if_contains("matters");
          matters && matters->is_object())
        return matters->as_object();
    return {};
  }

  static std::string text(const json::value& value) { return std::string(value.as_string()); }
  template <class Work>
  auto asked(const Work& work) {
    return town.read([&](usecases::Reader& reader) { return work(reader); });
  }

  Standings kept;
  bool hold_back = false;
  std::vector<usecases::Entry> held_back;
};

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

// A value that such a field may hold, or now and then none.
json::value any_value(std::mt19937& dice, const pack::Field& field, Instant now, const Zone& zone,
                      const std::map<std::string, std::string>& people) {
  if (!field.required && dice() % 3 == 0) return nullptr;
  const auto choice = [&] { return field.choices[dice() % field.choices.size()].first; };
  if (field.type == "day")
    return json::value(format_day(zone.day_of(now).plus(static_cast<int>(dice() % 500) - 250)));
  if (field.type == "moment")
    return json::value(
        zone.format(now.plus_ms(-static_cast<std::int64_t>(dice() % 100) * kHourMs)));
  if (field.type == "choice") return json::value(choice());
  if (field.type == "flag") return dice() % 2 == 0;
  if (field.type == "integer" || field.type == "number" || field.type == "money")
    return static_cast<std::int64_t>(field.least.value_or(0)) +
           static_cast<std::int64_t>(dice() % 40);
  if (field.type == "person") return json::value(people.at("safety"));
  if (field.type == "text" && !field.choices.empty())
    return json::value(choice() + (dice() % 2 ? "" : "," + choice()));
  if (field.type == "text" || field.type == "long_text")
    return json::value("某处某事" + std::to_string(dice() % 100) + "，已经照办并且记下来了");
  return nullptr;
}

// Matters of loops that schools, districts and offices deal with between them, opened, passed on,
// handed back and closed as it comes.
class MattersOfATown : public StandingsOfATown {
 protected:
  struct Begun {
    std::string loop, id;
  };
  MattersOfATown() { open_police(); }

  json::value any_of(std::mt19937& dice, const pack::Field& field) {
    if (field.type == "factor") return static_cast<std::int64_t>(1 + dice() % 5);
    if (field.type != "organisation")
      return any_value(dice, field, town.now, town.zone, town.people);
    const char* places[] = {"police", "city_police", "east", "fire", "school"};
    return json::value(town.places.at(places[dice() % 5]));
  }
  json::object any_of(std::mt19937& dice, const std::string& loop, const std::string& name) {
    json::object fields;
    for (const auto& field : town.pack->chart(loop)->move(name)->fields)
      if (auto value = any_of(dice, field); !value.is_null()) fields[field.id] = std::move(value);
    return fields;
  }

  // Opens one or moves one; gives what was done, empty where it was refused.
  std::string some_step(std::mt19937& dice) {
    struct Opening {
      const char *post, *at, *loop, *where, *name;
    };
    constexpr Opening openings[] = {
        {"principal", "school", "incident", "school", "occur"},
        {"principal", "far", "incident", "far", "meet_disaster"},
        {"district_safety_officer", "east", "incident", "east", "occur"},
        {"principal", "school", "disturbance", "school", "occur"},
        {"district_safety_officer", "east", "disturbance", "middle", "occur"},
        {"department_officer", "police", "disturbance", "police", "receive"},
        {"principal", "school", "mediation", "school", "apply"},
        {"department_officer", "police", "police_case", "police", "accept"},
        {"inspector", "east", "inspection", "school", "plan"}};
    if (begun_.size() < 4 || dice() % 4 == 0) {
      const auto& opening = openings[dice() % std::size(openings)];
      const auto id = town.id(std::string(district_of(town.places.at(opening.where))));
      if (!begun(opening.post, opening.at, opening.loop, opening.where, opening.name,
                 any_of(dice, opening.loop, opening.name), id))
        return {};
      begun_.push_back({opening.loop, id});
      return opening.name;
    }
    constexpr std::pair<const char*, const char*> movers[] = {{"principal", "school"},
                                                              {"principal", "far"},
                                                              {"safety_manager", "school"},
                                                              {"district_safety_officer", "east"},
                                                              {"department_officer", "police"},
                                                              {"department_officer", "city_police"},
                                                              {"mediator", "east"},
                                                              {"mediator", "police"},
                                                              {"inspector", "east"}};
    const auto& [loop, id] =
        begun_[begun_.size() - 1 - dice() % std::min<std::size_t>(8, begun_.size())];
    // Whoever may move it and has something to do with it.
    for (int tries = 0; tries < 12; ++tries) {
      const auto& [post, at] = movers[dice() % std::size(movers)];
      const auto office = town.at_post(post, at);
      const auto seen = town.read([&](usecases::Reader& reader) {
        return usecases::read_matter(reader, office, loop, id);
      });
      if (!seen) continue;
      const auto offers = shape(*seen).moves;
      if (offers.empty()) continue;
      const auto name = offers[dice() % offers.size()].id;
      if (went_on(post, at, loop, id, name, any_of(dice, loop, name))) return name;
    }
    return {};
  }

 private:
  std::vector<Begun> begun_;
};

TEST_F(MattersOfATown, CountWhereTheyAreAndWhereTheyLieAfterAnyMoves) {
  std::mt19937 dice(20260304);
  std::map<std::string, int> taken;
  for (int step = 0; step < 500; ++step) {
    auto fact = some_step(dice);
    if (!fact.empty()) ++taken[fact];
    if (dice() % 12 == 0) {
      const char* places[] = {"police", "city_police", "east", "school"};
      const std::string where = places[dice() % 4];
      changed_place(where,
                    {.name = where + std::to_string(step), .code = {}, .facets = {}, .end = {}});
      fact += ", another name for " + where;
    }
    if (dice() % 15 == 0)
      taken["posted"] +=
          posted("principal", town.people.at("teacher"), town.id(), "guard", "school").has_value();
    const std::int64_t hours[] = {0, 0, 0, 1, 5, 17, 70};
    town.now = town.now.plus_ms(hours[dice() % 7] * kHourMs);
    hold_back = dice() % 4 == 0;
    if (!hold_back && !held_back.empty()) {
      kept.heard(held_back);
      held_back.clear();
    }
    if (hold_back) with(kept, [](const Matrix&) { return 0; });
    if (step % 20 == 0 && !hold_back) expect_as_stored(fact + ", step " + std::to_string(step));
    if (HasFailure()) return;
  }
  kept.heard(held_back);
  expect_as_stored("everything");
  for (const auto* what :
       {"occur", "call_police", "hand_back", "apply", "accept", "dismiss", "plan"})
    EXPECT_GT(taken[what], 0) << what;
}

TEST_F(MattersOfATown, AreWhatIsStoredAfterAnyFactsAtAnyHour) {
  std::mt19937 dice(20260303);
  const auto pick = [&](const auto& list) -> const auto& { return list[dice() % list.size()]; };
  const std::map<std::string, std::string> keeper{{"school", "safety"},     {"middle", "officer"},
                                                  {"far", "far_principal"}, {"east", "officer"},
                                                  {"west", "far_officer"},  {"fire", "fireman"}};
  const std::vector<std::string> places{"school", "school", "school", "middle",
                                        "far",    "east",   "west",   "fire"};
  struct Entered {
    std::string ledger, id, login;
  };
  std::vector<Entered> rows;
  std::vector<std::string> hazards;
  std::vector<std::pair<std::string, std::string>> postings;  // person, posting
  std::map<std::string, int> taken;
  std::vector<std::string> schools;
  const auto after = photo("after");
  keep_duties();
  const auto fields_of = [&](const pack::Ledger& ledger) {
    json::object fields;
    for (const auto& field : ledger.fields)
      if (auto value = any_value(dice, field, town.now, town.zone, town.people); !value.is_null())
        fields[field.id] = std::move(value);
    return fields;
  };
  for (int step = 0; step < 450; ++step) {
    const auto where = pick(places);
    const auto login = keeper.at(where);
    std::string fact = "time alone";
    switch (dice() % 13) {
      case 0:
      case 1:
      case 2: {
        const auto& ledger = pick(town.pack->ledgers);
        fact = "a row of " + ledger.id;
        const auto id = town.id(std::string(district_of(town.places.at(where))));
        const auto made = town.changed([&](usecases::Transaction& t) {
          return usecases::create_row(
              t, town.as(login), ledger.id,
              {.id = id, .organisation = town.places.at(where), .fields = fields_of(ledger)});
        });
        if (made) rows.push_back({ledger.id, id, login});
        taken["entered"] += made.has_value();
        break;
      }
      case 3: {
        if (rows.empty()) break;
        const auto row = pick(rows);
        fact = "a changed row of " + row.ledger;
        std::int64_t version = 0;
        town.store.read([&](usecases::Reader& reader) {
          reader.query("SELECT version FROM ledger_rows WHERE district = $1 AND id = $2",
                       {std::string(district_of(row.id)), row.id},
                       [&](const usecases::Row& found_row) { version = found_row.integer(0); });
        });
        taken["changed"] += town.changed([&](usecases::Transaction& t) {
                                  return usecases::change_row(
                                      t, town.as(row.login), row.ledger, row.id, version,
                                      {.fields = fields_of(*town.pack->ledger(row.ledger))});
                                })
                                .has_value();
        break;
      }
      case 4: {
        if (rows.empty()) break;
        const auto at = dice() % rows.size();
        const auto row = rows[at];
        fact = "an ended row of " + row.ledger;
        taken["ended"] += town.changed([&](usecases::Transaction& t) {
                                return usecases::end_row(t, town.as(row.login), row.ledger, row.id);
                              })
                              .has_value();
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      }
      case 5:
      case 6: {
        auto page = town.read([&](usecases::Reader& reader) {
          return usecases::list_tasks(
              reader, town.as("leader"),
              {.whom = town.places.at(where),
               .on = format_day(town.zone.day_of(town.now).plus(dice() % 4 == 0 ? -1 : 0)),
               .state = "open,missed",
               .point = {},
               .duty = {},
               .paging = {.limit = 500, .after = {}}});
        });
        if (!page || page->items.empty()) break;
        const auto& task = pick(page->items);
        fact = "an answer to " + task.duty + " " + task.period;
        auto answer = task.checklist ? good(*task.checklist) : done();
        answer.point = task.point ? task.point->id : "";
        const auto opens = *parse_instant(task.opens_at), closes = *parse_instant(task.closes_at);
        answer.happened_at = town.zone.format(
            {dice() % 2 ? town.now.ms : std::clamp(closes.ms - 1000, opens.ms, town.now.ms)});
        taken["answered"] +=
            give(where == "school" ? "safety" : login, answer, {}, task.duty, task.period, where)
                .has_value();
        break;
      }
      case 7: {
        auto page = town.read([&](usecases::Reader& reader) {
          return usecases::list_misses(reader, town.as("leader"),
                                       {.organisation = town.places["school"],
                                        .from = {},
                                        .to = {},
                                        .paging = {.limit = 60, .after = {}}});
        });
        if (!page || page->items.empty()) break;
        const auto& miss = pick(page->items);
        fact = "an excuse of " + miss.duty;
        const auto id = town.id();
        const auto point = miss.point ? miss.point->id : "";
        const auto made = town.changed([&](usecases::Transaction& t) {
          return usecases::ask_excuse(t, town.as("safety"),
                                      {.duty = miss.duty,
                                       .organisation = town.places["school"],
                                       .period = miss.period,
                                       .point = point},
                                      id, {.point = point, .reason = "停电一天，实在做不成"});
        });
        if (!made) break;
        taken["excused"] +=
            town.changed([&](usecases::Transaction& t) {
                  return usecases::decide_excuse(t, town.as("officer"), id, {},
                                                 {.approved = dice() % 4 != 0, .words = "看过了"});
                })
                .has_value();
        break;
      }
      case 8: {
        if (postings.empty() || dice() % 2) {
          fact = "a post";
          const auto posting = town.id();
          const std::vector<std::string> posts{"guard", "safety_manager", "class_teacher"};
          const std::vector<std::string> who{"teacher", "guard", "principal"};
          const auto person = town.people.at(pick(who));
          if (posted("principal", person, posting, pick(posts), "school")) {
            postings.emplace_back(person, posting);
            ++taken["posted"];
          }
        } else {
          fact = "a post that ended";
          const auto [person, posting] = postings.back();
          postings.pop_back();
          town.write([&](usecases::Transaction& t) {
            return usecases::end_post(t, town.as("principal"), person, posting);
          });
        }
        break;
      }
      case 9: {
        const auto turn = dice() % 4;
        if (turn == 0 && schools.size() < 5) {
          const std::vector<std::string> kinds{"kindergarten", "boarding_middle", "vocational"};
          const auto name = "云溪新校" + std::to_string(step);
          fact = "a new school";
          if (opened_place(name, dice() % 2 ? "east" : "west", pick(kinds), {{"pupils", 900}}))
            schools.push_back(name);
          taken["opened"] = static_cast<int>(schools.size());
        } else if (turn == 1 && schools.size() > 2) {
          fact = "a school that ended";
          changed_place(schools.back(), {.name = {}, .code = {}, .facets = {}, .end = true});
          schools.pop_back();
        } else {
          fact = "a school with other facets";
          changed_place("school", {.name = {},
                                   .code = {},
                                   .facets = json::object{{"boarding", dice() % 2 == 0},
                                                          {"bus", dice() % 2 == 0},
                                                          {"canteen", dice() % 2 == 0},
                                                          {"pupils", dice() % 3000}},
                                   .end = {}});
        }
        break;
      }
      case 10: {
        if (hazards.empty() || dice() % 3 == 0) {
          fact = "a hazard";
          const bool far = dice() % 4 == 0;
          const auto id = town.id(far ? "500191" : "500190");
          if (open(far ? "far_principal" : "teacher", id, hazard(), "find", far ? "far" : "school"))
            hazards.push_back(id);
          break;
        }
        const auto& id =
            hazards[hazards.size() - 1 - dice() % std::min<std::size_t>(5, hazards.size())];
        const std::vector<std::string> who{"safety", "principal", "officer"};
        const auto mover = pick(who);
        const auto seen = look(mover, id);
        if (!seen) break;
        std::vector<std::string> moves;
        for (const auto& offer : shape(*seen).moves)
          if (offer.allowed) moves.push_back(offer.id);
        if (moves.empty()) break;
        const auto name = pick(moves);
        fact = "a hazard's " + name;
        json::object fields;
        if (name == "assess") fields = dice() % 2 ? lec(6, 6, 7) : lec(1, 1, 1);
        if (name == "plan" || name == "begin_treatment") fields = five(town.people["safety"]);
        if (name == "finish_treatment" || name == "mend_on_spot")
          fields = {{"photos_after", json::array{after}}};
        if (name == "mend_on_spot") fields["measures"] = "当场挪开";
        taken["moved"] += move(mover, id, name, fields).has_value();
        break;
      }
      case 11:
        fact = "a matter's " + some_step(dice);
        break;
      default: {
        const std::vector<std::string> closing{"closures", "calendar_days"};
        const auto& ledger = *town.pack->ledger(pick(closing));
        fact = "a row of " + ledger.id;
        const auto today = town.zone.day_of(town.now);
        json::object fields{{"from", format_day(today)}, {"to", format_day(today.plus(2))}};
        if (ledger.id == "calendar_days")
          fields = {{"day", format_day(today.plus(1))}, {"lessons", dice() % 2 == 0}};
        fields["reason"] = "暴雨";
        const auto id = town.id(std::string(district_of(town.places.at(where))));
        const auto made = town.changed([&](usecases::Transaction& t) {
          return usecases::create_row(
              t, town.as(login), ledger.id,
              {.id = id, .organisation = town.places.at(where), .fields = fields});
        });
        if (made) rows.push_back({ledger.id, id, login});
        break;
      }
    }
    const std::int64_t hours[] = {0, 0, 1, 5, 17, 70, 24 * 9};
    town.now = town.now.plus_ms(hours[dice() % 7] * kHourMs);
    if (dice() % 3 == 0) keep_duties();
    if (step % 20 == 0) expect_as_stored(fact + ", step " + std::to_string(step));
    if (HasFailure()) return;
  }
  expect_as_stored("everything");
  for (const auto* what :
       {"entered", "changed", "ended", "answered", "excused", "posted", "opened", "moved"})
    EXPECT_GT(taken[what], what == std::string("entered") ? 30 : 2) << what;
}

// ---- what is asked ----

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
