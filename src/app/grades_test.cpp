// The grades of an invented town: every figure behind one is the length of its list, nobody outside
// supervision sees any, and what is kept in memory is what the rows say.

#include "usecases/grades.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_answers.h"
#include "base/json_map.h"
#include "pack/grading.h"
#include "usecases/duty_keeper.h"
#include "usecases/excuses.h"
#include "usecases/misses.h"

namespace anxiao::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using usecases::GradeFacts;
using usecases::Standings;

class GradesOfATown : public TownThatAnswers {
 protected:
  GradesOfATown() : standings(town.zone, town.calendars), facts(town.zone) {
    it_is("2026-03-03T07:30");
    town.store.read([&](usecases::Reader& reader) {
      standings.rebuild(reader, town.pack, town.now);
      facts.rebuild(reader, town.pack, town.now);
      sums.rebuild(reader);
    });
    town.heard = [this](auto entries) {
      standings.heard(entries);
      facts.heard(entries);
      sums.heard(entries);
    };
    keep_duties();
  }

  void it_is(const std::string& moment) { town.now = *parse_instant(moment + ":00+08:00"); }
  void keep_duties() {
    usecases::keep_duties(town.store, *town.pack, town.zone, town.calendars, town.now);
  }

  Result<usecases::GradesView> grades(const std::string& login, const std::string& where,
                                      const usecases::GradeFilter& filter = {}) {
    return town.read([&](usecases::Reader& reader) {
      return usecases::read_grades(reader, town.as(login), {standings, sums, facts},
                                   town.places.at(where), filter);
    });
  }
  Result<usecases::GradeWhy> why(const std::string& login, const std::string& where) {
    return town.read([&](usecases::Reader& reader) {
      return usecases::explain_grade(reader, town.as(login), {standings, sums, facts},
                                     town.places.at(where));
    });
  }
  usecases::GradeWhy why(const std::string& where = "school") {
    auto found = why("officer", where);
    EXPECT_TRUE(found) << key(found);
    return found ? *found : usecases::GradeWhy{};
  }
  static const usecases::GradedPartView& part(const usecases::GradeWhy& why,
                                              const std::string& id) {
    return *std::ranges::find(why.parts, id, &usecases::GradedPartView::part);
  }
  static std::int64_t count(const usecases::GradeWhy& why, const std::string& of,
                            const std::string& what) {
    std::int64_t sum = 0;
    for (const auto& line : part(why, of).lines)
      if (line.what == what) sum += line.count;
    return sum;
  }
  // The misses of the school that are on its list and still are some.
  std::int64_t listed_misses() {
    const auto now = why();
    auto page = town.read([&](usecases::Reader& reader) {
      return usecases::list_misses(reader, town.as("officer"),
                                   {.organisation = town.places.at("school"),
                                    .from = *part(now, "misses").from,
                                    .to = *part(now, "misses").to,
                                    .paging = {.limit = 500, .after = {}}});
    });
    EXPECT_TRUE(page && !page->next);
    return std::ranges::count_if(page->items, [](const auto& miss) {
      return miss.state == "missed" || miss.state == "late";
    });
  }
  // Everything, as kept and as read anew.
  void expect_as_stored(const std::string& after) {
    GradeFacts fresh(town.zone);
    town.store.read([&](usecases::Reader& reader) { fresh.rebuild(reader, town.pack, town.now); });
    const auto kept = grades("leader", "city"), stored = town.read([&](usecases::Reader&reader) {
      return usecases::read_grades(reader, town.as("leader"), {standings, sums, fresh},
                                   town.places.at("city"), {});
    });
    ASSERT_TRUE(kept && stored);
    EXPECT_EQ(json::serialize(write(*kept)), json::serialize(write(*stored))) << after;
  }
  void excuse_all_of(const std::string& period) {
    for (const auto& point : {corridor, gate}) {
      const auto id = town.id();
      town.write([&](usecases::Transaction& t) {
        return usecases::ask_excuse(t, town.as("safety"),
                                    {.duty = "daily_inspection",
                                     .organisation = town.places["school"],
                                     .period = period,
                                     .point = point},
                                    id, {.point = point, .reason = "停电一天"});
      });
      town.write([&](usecases::Transaction& t) {
        return usecases::decide_excuse(t, town.as("officer"), id, {},
                                       {.approved = true, .words = {}});
      });
    }
  }
  void red(const std::string& id) { moved("safety", id, "assess", lec(10, 10, 15)); }

  Standings standings;
  usecases::Sums sums;
  GradeFacts facts;
};

TEST_F(GradesOfATown, AreForThoseWhoSuperviseAndNobodyElse) {
  for (const auto* login : {"principal", "safety", "guard", "teacher", "fireman", "admin"})
    for (const auto* where : {"school", "east", "city"}) {
      EXPECT_EQ(key(grades(login, where)), "authority.forbidden") << login << " of " << where;
      EXPECT_EQ(key(why(login, where)), "authority.forbidden") << login << " of " << where;
    }
  EXPECT_EQ(key(grades("officer", "east")), "taken");
  EXPECT_EQ(key(grades("officer", "school")), "taken");
  EXPECT_EQ(key(grades("officer", "west")), "authority.forbidden");
  EXPECT_EQ(key(why("officer", "far")), "authority.forbidden");
  EXPECT_EQ(key(grades("officer", "city")), "authority.forbidden");
  EXPECT_EQ(key(grades("leader", "city")), "taken");
}

TEST_F(GradesOfATown, CountEverySchoolOnce) {
  const auto city = grades("leader", "city");
  ASSERT_TRUE(city);
  EXPECT_EQ(city->graded, 3);
  std::int64_t sum = 0;
  for (const auto& grade : city->counts) sum += grade.count;
  EXPECT_EQ(sum, 3);
  EXPECT_THAT(city->items, SizeIs(3));
  EXPECT_EQ(city->all, 3);
  const auto east = grades("officer", "east");
  ASSERT_TRUE(east);
  EXPECT_EQ(east->graded, 2);
  for (const auto& grade : east->counts) {
    const auto only = grades("officer", "east", {.grade = grade.grade, .paging = {}});
    ASSERT_TRUE(only);
    EXPECT_THAT(only->items, SizeIs(grade.count)) << grade.grade;
  }
  EXPECT_EQ(key(grades("officer", "east", {.grade = "z", .paging = {}})), "grades.unknown_grade");
  EXPECT_EQ(key(why("officer", "fire")), "grades.not_graded");
}

TEST_F(GradesOfATown, ComeInPagesTheWorstFirst) {
  const auto whole = grades("leader", "city");
  ASSERT_TRUE(whole);
  for (std::size_t at = 1; at < whole->items.size(); ++at)
    EXPECT_GE(whole->items[at - 1].points, whole->items[at].points);
  auto first = grades("leader", "city", {.grade = {}, .paging = {.limit = 2, .after = {}}});
  ASSERT_TRUE(first && first->next);
  auto rest = grades("leader", "city",
                     {.grade = {}, .paging = *usecases::paging_of("2", *first->next, "i")});
  ASSERT_TRUE(rest);
  EXPECT_FALSE(rest->next);
  ASSERT_THAT(rest->items, SizeIs(1));
  EXPECT_EQ(rest->items[0].organisation.id, whole->items[2].organisation.id);
}

TEST_F(GradesOfATown, ExplainEachFigureByItsList) {
  found();
  it_is("2026-03-05T00:30");
  keep_duties();
  const auto told = why();
  EXPECT_EQ(count(told, "misses", "miss"), listed_misses());
  EXPECT_GT(count(told, "misses", "miss"), 0);
  // Requirements, each named and each as it is counted.
  for (const auto& line : part(told, "standing").lines) {
    EXPECT_THAT(line.requirements, SizeIs(line.count)) << line.what;
    for (const auto& id : line.requirements) {
      const auto state = town.read([&](usecases::Reader& reader) {
        return standings.with(reader, town.now, [&](const standing::Matrix& matrix) {
          return std::string(standing::word_of(
              matrix.state_of(town.places.at("school"), matrix.plan().requirement(id))));
        });
      });
      EXPECT_EQ(state, line.what) << id;
    }
  }
  double sum = 0;
  for (const auto& each : told.parts) {
    double lines = 0;
    for (const auto& line : each.lines) {
      EXPECT_NEAR(line.points, static_cast<double>(line.count) * line.each, 0.01);
      lines += line.points;
    }
    EXPECT_NEAR(each.sum, lines, 0.05);
    EXPECT_NEAR(each.points, std::min(each.sum, each.most), 0.01);
    sum += each.points;
  }
  EXPECT_NEAR(told.points, sum, 0.05);
  EXPECT_NEAR(told.percent, 100 * told.points / told.most, 0.01);
  expect_as_stored("two days");
}

TEST_F(GradesOfATown, AreNoBetterWhileAGraveHazardIsOpen) {
  const auto id = found();
  EXPECT_THAT(why().held_down, IsEmpty());
  red(id);
  const auto told = why();
  EXPECT_EQ(count(told, "hazards", "red"), 1);
  ASSERT_THAT(told.held_down, SizeIs(1));
  EXPECT_EQ(told.held_down[0].count, 1);
  EXPECT_EQ(told.grade, "d");
  const auto line = grades("officer", "school");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->items.at(0).held_down, told.grade_by_points != told.grade);
}

TEST_F(GradesOfATown, ForgiveWhatIsExcusedOrComesToLight) {
  it_is("2026-03-04T00:30");
  keep_duties();
  const auto before = count(why(), "misses", "miss");
  ASSERT_GE(before, 2);
  excuse_all_of("2026-03-03");
  EXPECT_EQ(count(why(), "misses", "miss"), before - 2);
  EXPECT_EQ(listed_misses(), before - 2);
  expect_as_stored("excuses");
  it_is("2026-03-05T00:30");
  keep_duties();
  const auto again = count(why(), "misses", "miss");
  auto late = good();
  late.happened_at = "2026-03-04T07:40:00+08:00";
  ASSERT_TRUE(give("teacher", late, {}, "daily_inspection", "2026-03-04"));
  EXPECT_EQ(count(why(), "misses", "miss"), again - 1);
  EXPECT_EQ(listed_misses(), again - 1);
  expect_as_stored("an answer known later");
}

TEST_F(GradesOfATown, LetGoOfMissesThatAreLongAgo) {
  it_is("2026-03-04T00:30");
  keep_duties();
  const auto some = count(why(), "misses", "miss");
  ASSERT_GT(some, 0);
  it_is("2026-04-02T12:00");
  EXPECT_EQ(count(why(), "misses", "miss"), 0);
  EXPECT_EQ(listed_misses(), 0);
  expect_as_stored("a month");
}

TEST_F(GradesOfATown, WeighALateHazardOnceAndNotForEachRequirementThatItBreaks) {
  const auto id = found();
  const auto points = part(why(), "standing").points;
  pass(3 * kDayMs);
  const auto late_state = town.read([&](usecases::Reader& reader) {
    return standings.with(reader, town.now, [&](const standing::Matrix& matrix) {
      return std::string(standing::word_of(
          matrix.state_of(town.places.at("school"), matrix.plan().requirement("C07.1"))));
    });
  });
  ASSERT_EQ(late_state, "late");
  const auto told = why();
  EXPECT_EQ(count(told, "hazards", "late"), 1);
  for (const auto& line : part(told, "standing").lines)
    EXPECT_THAT(line.requirements, testing::Not(testing::Contains("C07.1"))) << line.what;
  EXPECT_NEAR(part(told, "standing").points, points, 3);
}

TEST_F(GradesOfATown, WeighIncidentsByTheirLevelAndNoneThatWasAnError) {
  const auto& part_of =
      *std::ranges::find(town.pack->grading->parts, std::string("incidents"), &pack::GradePart::id);
  const auto happened = [&](double band) {
    const auto id = town.id();
    auto opened = town.changed([&](usecases::Transaction& t) {
      return usecases::open_matter(t, town.as("safety"), part_of.loop, id,
                                   {.organisation = town.places.at("school"),
                                    .move = "occur",
                                    .happened_at = {},
                                    .fields = {{"title", "楼梯摔伤"},
                                               {"where", "on_campus"},
                                               {"category", "injury"},
                                               {"band", band}}});
    });
    EXPECT_TRUE(opened) << key(opened) << " " << (opened ? "" : opened.error().field);
    return id;
  };
  happened(1);
  const auto grave = happened(3);
  auto told = why();
  EXPECT_EQ(count(told, "incidents", "slight"), 1);
  EXPECT_EQ(count(told, "incidents", "larger"), 1);
  EXPECT_EQ(part(told, "incidents").points, part_of.weight("larger")->points);
  expect_as_stored("incidents");
  auto dismissed = town.changed([&](usecases::Transaction& t) {
    return usecases::make_move(
        t, town.as("principal"), part_of.loop, grave, town.id(),
        {.move = "dismiss", .happened_at = {}, .fields = {{"reason", "同一起报了两次"}}}, {});
  });
  ASSERT_TRUE(dismissed) << key(dismissed);
  told = why();
  EXPECT_EQ(count(told, "incidents", "larger"), 0);
  EXPECT_EQ(part(told, "incidents").points, 0);
  expect_as_stored("an error");
  it_is("2027-03-04T12:00");
  EXPECT_EQ(count(why(), "incidents", "slight"), 0);
}

TEST_F(GradesOfATown, SayWhenSomebodyCameAndWhenSomebodyIsToComeAgain) {
  const auto before = why();
  EXPECT_FALSE(before.inspection.last);
  const auto& grading = *town.pack->grading;
  const auto office = town.at_post("inspector", "east");
  const auto id = town.id();
  const auto step = [&](const std::string& name, json::object fields) {
    auto made = town.changed([&](usecases::Transaction& t) {
      return usecases::make_move(t, office, grading.inspection_loop, id, town.id(),
                                 {.move = name, .happened_at = {}, .fields = std::move(fields)},
                                 {});
    });
    EXPECT_TRUE(made) << key(made) << (made ? "" : made.error().detail);
  };
  auto opened = town.changed([&](usecases::Transaction& t) {
    return usecases::open_matter(t, office, grading.inspection_loop, id,
                                 {.organisation = town.places.at("school"),
                                  .move = "plan",
                                  .happened_at = {},
                                  .fields = {{"title", "看门岗"},
                                             {"level", "regular"},
                                             {"scope", "门岗和台账"},
                                             {"visit_on", "2026-03-03"}}});
  });
  ASSERT_TRUE(opened) << key(opened) << opened.error().detail;
  EXPECT_FALSE(why().inspection.last) << "announced is not there";
  step("visit", {{"findings", "门岗两人在岗"}});
  const auto after = why();
  EXPECT_EQ(after.inspection.last, "2026-03-03");
  EXPECT_GT(after.inspection.due, "2026-03-03");
  EXPECT_FALSE(after.inspection.overdue);
  expect_as_stored("an inspection");
  it_is("2026-07-09T12:00");
  EXPECT_TRUE(why().inspection.overdue);
  const auto overdue = grades("officer", "east", {.grade = {}, .overdue = true, .paging = {}});
  ASSERT_TRUE(overdue);
  EXPECT_EQ(overdue->all, overdue->overdue);
  EXPECT_EQ(overdue->all, 2);
}

class QuietSchools : public GradesOfATown {
 protected:
  // Six schools of one kind beside the first, and one day with many reports of each but one.
  void SetUp() override {
    for (int number = 0; number < 6; ++number) {
      const auto name = "other" + std::to_string(number);
      town.places[name] = town.id();
      town.write([&](usecases::Transaction& t) {
        return usecases::create_organisation(t, town.founder(),
                                             {.id = town.places[name],
                                              .parent = town.places["east"],
                                              .kind = "primary",
                                              .name = "云溪第" + std::to_string(number) + "小学",
                                              .code = {},
                                              .facets = {}});
      });
    }
    has_stood_since({1743465600000});  // 2025-04-01
    town.store.read(
        [&](usecases::Reader& reader) { standings.rebuild(reader, town.pack, town.now); });
    for (int number = 1; number < 6; ++number)
      for (int hazards = 0; hazards < 6; ++hazards) report("other" + std::to_string(number));
  }
  void report(const std::string& where) {
    town.write([&](usecases::Transaction& t) {
      return usecases::open_matter(t, town.as("officer"), "hazard", town.id(),
                                   {.organisation = town.places.at(where),
                                    .move = "find",
                                    .happened_at = {},
                                    .fields = hazard()});
    });
  }
  std::vector<std::string> quiet() {
    const auto found = grades("officer", "east", {.grade = {}, .quiet = true, .paging = {}});
    std::vector<std::string> names;
    for (const auto& line : found->items)
      for (const auto& [name, id] : town.places)
        if (id == line.organisation.id) names.push_back(name);
    std::ranges::sort(names);
    EXPECT_EQ(found->quiet, static_cast<std::int64_t>(names.size()));
    return names;
  }
};

TEST_F(QuietSchools, AreOfferedHelpAndWeighNothing) {
  EXPECT_THAT(quiet(), ElementsAre("other0", "school"));
  const auto told = why("school");
  ASSERT_TRUE(told.quiet);
  EXPECT_EQ(told.quiet->hazards, 0);
  EXPECT_EQ(told.quiet->peers_median, 6);
  EXPECT_EQ(told.quiet->peers, 6);
  EXPECT_EQ(told.quiet->to, "2026-03-03");
  for (const auto& each : told.parts) EXPECT_NE(each.part, "quiet");
  const auto before = told.points;
  // Five of the six that its peers report.
  for (int hazards = 0; hazards < 5; ++hazards) report("school");
  EXPECT_FALSE(why("school").quiet);
  EXPECT_EQ(why("school").points, before) << "what is not assessed weighs nothing";
  expect_as_stored("reports");
}

TEST_F(QuietSchools, AreNotThoseWhoseOwnInspectionsFindSomething) {
  auto locked = bad(photo("a lock"));
  locked.happened_at = "2026-03-03T07:20:00+08:00";
  ASSERT_TRUE(give("teacher", locked, {}, "daily_inspection", "2026-03-03"));
  EXPECT_THAT(quiet(), ElementsAre("other0"));
  expect_as_stored("a finding");
}

TEST_F(QuietSchools, AreNotThoseOfAnotherKind) {
  EXPECT_FALSE(why("middle").quiet) << "there are no peers";
}

}  // namespace
}  // namespace anxiao::app
