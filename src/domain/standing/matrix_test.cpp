#include "domain/standing/matrix.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace anxiao::standing {

namespace {

namespace json = boost::json;

pack::Field field(const char* id, const char* type, std::vector<std::string> choices = {}) {
  pack::Field made;
  made.id = id;
  made.type = type;
  for (auto& choice : choices) made.choices.emplace_back(choice, pack::Words{choice, choice});
  return made;
}

pack::Check check(pack::CheckKind kind, const char* ledger = "") {
  pack::Check made;
  made.kind = kind;
  made.ledger = ledger;
  return made;
}

// A pack with a check of every kind.
std::shared_ptr<const pack::Pack> small_pack() {
  auto made = std::make_shared<pack::Pack>();
  for (const char* kind : {"city", "district", "primary", "kindergarten"}) {
    pack::Kind each;
    each.id = kind;
    each.is_school = each.id == "primary" || each.id == "kindergarten";
    made->kinds.push_back(each);
  }
  pack::Ledger policies, lessons;
  policies.id = "policies";
  policies.fields = {field("sort", "choice", {"liability", "accident"}), field("ends", "day"),
                     field("paid", "flag")};
  lessons.id = "lessons";
  lessons.fields = {field("topic", "text", {"fire", "water", "traffic"}), field("day", "day"),
                    field("heads", "integer")};
  made->ledgers = {policies, lessons};
  pack::Duty patrol;
  patrol.id = "patrol";
  patrol.at = {{.kinds = {"primary"}, .where = {}}};
  made->duties = {patrol};

  const pack::RowCondition liability{.field = "sort", .compare = "is", .values = {"liability"}};
  auto insured = check(pack::CheckKind::valid_until, "policies");
  insured.field = "ends";
  insured.where = {liability};
  auto none_unpaid = check(pack::CheckKind::at_most, "policies");
  none_unpaid.wanted.number = 0;
  none_unpaid.where = {{.field = "paid", .compare = "is", .values = {"false"}}};
  auto all_hold = check(pack::CheckKind::valid_until, "policies");
  all_hold.field = "ends";
  all_hold.every = true;
  all_hold.wanted.number = 0;
  auto taught = check(pack::CheckKind::within_period, "lessons");
  taught.on = "day";
  taught.period = "quarter";
  taught.wanted.number = 2;
  auto back = check(pack::CheckKind::within_period, "lessons");
  back.on = "day";
  back.period = "year_before";
  auto topics = check(pack::CheckKind::coverage, "lessons");
  topics.on = "day";
  topics.period = "term";
  topics.topics = "topic";
  topics.all_of = {"fire", "water"};
  auto reached = check(pack::CheckKind::ratio, "lessons");
  reached.on = "day";
  reached.period = "year";
  reached.field = "heads";
  reached.of_facet = "pupils";
  reached.wanted.number = 80;
  auto guards = check(pack::CheckKind::at_least);
  guards.post = "guard";
  guards.wanted = {.number = 3,
                   .term = {},
                   .facet = "pupils",
                   .steps = {{100, 1}, {1000, 2}},
                   .per = 500,
                   .from = 1000};
  auto patrolled = check(pack::CheckKind::duty);
  patrolled.duty = "patrol";
  auto in_time = check(pack::CheckKind::deadline);
  in_time.loop = "hazard";
  in_time.lead_days = 2;
  auto boarders = check(pack::CheckKind::at_least, "policies");
  boarders.only_for = {{.facet = "boarding",
                        .compare = "is",
                        .value = "true",
                        .number = 0,
                        .assumed = {{"any", "false"}}}};

  const std::vector<std::vector<pack::Check>> each = {{insured}, {none_unpaid, all_hold},
                                                      {taught},  {back},
                                                      {topics},  {reached},
                                                      {guards},  {patrolled},
                                                      {in_time}, {boarders}};
  pack::Clause clause{.number = 18, .title = {}, .requirements = {}};
  int number = 0;
  for (const auto& checks : each) {
    pack::Requirement requirement;
    requirement.id = "C18." + std::to_string(++number);
    requirement.binds = {{.kinds = {"primary", "kindergarten"}, .where = {}}};
    requirement.checks = checks;
    clause.requirements.push_back(requirement);
  }
  made->clauses = {clause};
  return made;
}

Periods periods_on(const Subject&, Day day) {
  const auto half = Periods::half_year(day, 0);
  return {.term = half,
          .term_before = Periods::half_year(day, 1),
          .school_year = Periods::year(day, 0),
          .school_year_before = Periods::year(day, 1),
          .in_known_years = true};
}

class AMatrix : public ::testing::Test {
 protected:
  Instant at(const char* text) const { return *parse_instant(std::string(text) + "+08:00"); }
  State of(const char* id, const char* requirement) {
    return matrix.state_of(id, plan->requirement(requirement));
  }
  void school(const char* id, const char* kind = "primary", json::object facets = {}) {
    matrix.put(id, kind, facets, at("2020-01-01T00:00:00"), {"city", "east", id});
  }

  Zone zone{"Asia/Shanghai"};
  std::shared_ptr<const Plan> plan = std::make_shared<Plan>(small_pack());
  Matrix matrix{plan, zone, periods_on};
};

TEST_F(AMatrix, SaysThatAPolicyIsMissingThenKeptThenDueSoonThenLate) {
  school("s1");
  matrix.turn(at("2026-03-02T08:00:00"));
  EXPECT_EQ(of("s1", "C18.1"), State::missing);
  matrix.put_row("s1", "policies", "r1", {{"sort", "liability"}, {"ends", "2026-06-30"}});
  EXPECT_EQ(of("s1", "C18.1"), State::kept);
  matrix.turn(at("2026-05-31T00:00:00"));
  EXPECT_EQ(of("s1", "C18.1"), State::due_soon);
  matrix.turn(at("2026-06-30T23:59:59"));
  EXPECT_EQ(of("s1", "C18.1"), State::due_soon);
  matrix.turn(at("2026-07-01T00:00:00"));
  EXPECT_EQ(of("s1", "C18.1"), State::late);
  matrix.drop_row("s1", "policies", "r1");
  EXPECT_EQ(of("s1", "C18.1"), State::missing);
}

TEST_F(AMatrix, AsksAfterTheSizeOfTheSchool) {
  school("small", "primary", {{"pupils", 99}});
  school("large", "primary", {{"pupils", 1501}});
  for (const char* id : {"small", "large"}) matrix.set_holders(id, "guard", 4);
  matrix.turn(at("2026-03-02T08:00:00"));
  const auto check = plan->requirements()[plan->requirement("C18.7")].checks.front();
  EXPECT_EQ(matrix.cell("small", check)->wanted, 1);
  EXPECT_EQ(matrix.cell("large", check)->wanted, 5);
  EXPECT_EQ(of("small", "C18.7"), State::kept);
  EXPECT_EQ(of("large", "C18.7"), State::missing);
}

TEST_F(AMatrix, RollsUpTheTreeAndTakesBackWhatIsGone) {
  school("s1");
  school("s2", "kindergarten");
  matrix.turn(at("2026-03-02T08:00:00"));
  const auto place = plan->requirement("C18.1");
  EXPECT_EQ(matrix.counts("city")[place], (Counts{0, 0, 0, 0, 2}));
  matrix.put_row("s2", "policies", "r", {{"sort", "liability"}, {"ends", "2027-06-30"}});
  EXPECT_EQ(matrix.counts("east")[place], (Counts{0, 1, 0, 0, 1}));
  EXPECT_EQ(matrix.in_state("city", place, State::missing), std::vector<std::string>{"s1"});
  matrix.remove("s1");
  EXPECT_EQ(matrix.counts("city")[place], (Counts{0, 1, 0, 0, 0}));
}

TEST_F(AMatrix, AsksADutyOnlyOfThoseWhoHaveIt) {
  school("s1");
  school("s2", "kindergarten");
  matrix.turn(at("2026-03-02T08:00:00"));
  EXPECT_EQ(of("s2", "C18.8"), State::not_applicable);
  EXPECT_EQ(of("s1", "C18.8"), State::due_soon);
  matrix.duty_missed("s1", "patrol", at("2026-03-02T18:00:00"));
  EXPECT_EQ(of("s1", "C18.8"), State::late);
  matrix.duty_done("s1", "patrol", at("2026-03-03T08:00:00"));
  EXPECT_EQ(of("s1", "C18.8"), State::kept);
}

TEST_F(AMatrix, AsksOfAKindOnlyWhatIsKeptThere) {
  const auto lessons_at_primaries = std::make_shared<pack::Pack>(*small_pack());
  lessons_at_primaries->ledgers[1].kinds = {"primary"};
  const auto asks = std::make_shared<Plan>(lessons_at_primaries);
  Matrix two(asks, zone, periods_on);
  two.put("school", "primary", {}, at("2020-01-01T00:00:00"), {"school"});
  two.put("garden", "kindergarten", {}, at("2020-01-01T00:00:00"), {"garden"});
  two.turn(at("2026-04-01T08:00:00"));
  const auto taught = asks->requirement("C18.3");
  EXPECT_EQ(two.state_of("school", taught), State::missing);
  EXPECT_EQ(two.state_of("garden", taught), State::not_applicable);
  EXPECT_EQ(two.cell("garden", asks->requirements()[taught].checks[0]), nullptr);
}

TEST_F(AMatrix, NoticesByItselfThatATermOfAMatterHasEnded) {
  school("s1");
  matrix.turn(at("2026-03-02T08:00:00"));
  matrix.put_matter("s1", "hazard", "m1", at("2026-03-10T08:00:00").ms);
  EXPECT_EQ(of("s1", "C18.9"), State::kept);
  matrix.turn(at("2026-03-08T08:00:00"));
  EXPECT_EQ(of("s1", "C18.9"), State::due_soon);
  matrix.turn(at("2026-03-10T08:00:00"));
  EXPECT_EQ(of("s1", "C18.9"), State::due_soon);
  matrix.turn(at("2026-03-10T08:00:00.001"));
  EXPECT_EQ(of("s1", "C18.9"), State::late);
  matrix.drop_matter("s1", "hazard", "m1");
  EXPECT_EQ(of("s1", "C18.9"), State::kept);
}

TEST_F(AMatrix, CountsAMatterOnceHoweverOftenItIsSaid) {
  school("s1");
  matrix.turn(at("2026-03-12T08:00:00"));
  const auto late = [&] {
    const auto check = plan->requirements()[plan->requirement("C18.9")].checks.front();
    return matrix.cell("s1", check)->value;
  };
  for (int said = 0; said < 2; ++said) {
    matrix.put_matter("s1", "hazard", "m1", at("2026-03-10T08:00:00").ms);
    matrix.put_matter("s1", "hazard", "m2", at("2026-03-10T08:00:00").ms);
    EXPECT_EQ(late(), 2);
    matrix.put_matter("s1", "hazard", "m1", at("2026-03-20T08:00:00").ms);
    EXPECT_EQ(late(), 1);
  }
  for (int said = 0; said < 2; ++said) matrix.drop_matter("s1", "hazard", "m2");
  EXPECT_EQ(late(), 0);
  matrix.set_matters("s1", "hazard", {{at("2026-03-11T08:00:00").ms, 7}, {kNever, 5}, {3, 6}});
  EXPECT_EQ(late(), 2);
}

TEST_F(AMatrix, AsksDistrictsAfterMattersUnderThemAndOfficesAfterThoseTheyHold) {
  const auto with_loop = std::make_shared<pack::Pack>(*small_pack());
  for (auto& kind : with_loop->kinds) {
    if (kind.id == "district") kind.under = {"city"};
    if (kind.is_school) kind.under = {"district"};
  }
  pack::Kind office;
  office.id = "office";
  office.under = {"district"};
  with_loop->kinds.push_back(office);
  office.id = "archive";
  with_loop->kinds.push_back(office);
  pack::Chart hazard;
  hazard.id = "hazard";
  hazard.kinds = {"primary", "kindergarten"};
  hazard.fields = {field("whom", "organisation")};
  hazard.fields[0].kinds = {"office"};
  pack::Move pass_on;
  pass_on.holder = "whom";
  hazard.moves = {pass_on};
  with_loop->charts = {hazard};
  auto& requirement = with_loop->clauses[0].requirements[8];
  requirement.binds = {{.kinds = {"city", "district", "office", "archive"}, .where = {}}};
  const auto asks = std::make_shared<Plan>(with_loop);
  const auto place = asks->requirement("C18.9");
  const auto asked = [&](const char* kind) {
    return asks->kind(kind).place_of_check[asks->requirements()[place].checks.front()] != kNone;
  };
  EXPECT_TRUE(asked("city"));
  EXPECT_TRUE(asked("district"));
  EXPECT_TRUE(asked("office"));
  EXPECT_FALSE(asked("archive")) << "nothing is passed to one";
  EXPECT_FALSE(asked("primary")) << "not bound";

  Matrix two(asks, zone, periods_on);
  const auto since = at("2020-01-01T00:00:00");
  two.put("east", "district", {}, since, {"city", "east"});
  two.put("s1", "primary", {}, since, {"city", "east", "s1"});
  two.turn(at("2026-03-12T08:00:00"));
  for (const char* id : {"east", "s1"})
    two.put_matter(id, "hazard", "m1", at("2026-03-10T08:00:00").ms);
  EXPECT_TRUE(two.sees_matters("east", "hazard"));
  EXPECT_FALSE(two.sees_matters("s1", "hazard"));
  EXPECT_EQ(two.state_of("east", place), State::late);
  EXPECT_TRUE(two.subject("s1")->loops[0].due.empty()) << "no check there reads it";
  two.drop_matter("east", "hazard", "m1");
  EXPECT_EQ(two.state_of("east", place), State::kept);
}

// Facts at random over years; the kept matrix is held against one that looks at everything anew.
class RandomYears : public AMatrix {
 protected:
  std::mt19937 random{20260302};
  int below(int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); }

  std::string some_school() { return "s" + std::to_string(below(30)); }

  json::object some_policy(Day today) {
    return {{"sort", below(2) ? "liability" : "accident"},
            {"ends", format_day(today.plus(below(500) - 60))},
            {"paid", below(5) > 0}};
  }
  json::object some_lesson(Day today) {
    const char* topics[] = {"fire", "water", "traffic", "fire,water", ""};
    return {{"topic", topics[below(5)]},
            {"day", format_day(today.plus(-below(200) + 5))},
            {"heads", below(700)}};
  }

  void some_fact(Instant now) {
    const auto today = zone.day_of(now);
    const auto id = some_school();
    const auto row = "r" + std::to_string(below(6));
    switch (below(9)) {
      case 0:
        matrix.put(id, below(2) ? "primary" : "kindergarten",
                   {{"pupils", below(2000)}, {"boarding", below(2) == 0}},
                   now.plus_ms(-below(500) * kDayMs), {"city", below(2) ? "east" : "west", id});
        break;
      case 1:
        if (below(10) == 0) matrix.remove(id);
        break;
      case 2:
        matrix.put_row(id, "policies", row, some_policy(today));
        break;
      case 3:
        matrix.put_row(id, "lessons", row, some_lesson(today));
        break;
      case 4:
        matrix.drop_row(id, below(2) ? "policies" : "lessons", row);
        break;
      case 5:
        matrix.set_holders(id, "guard", static_cast<std::size_t>(below(6)));
        break;
      case 6:
        matrix.duty_done(id, "patrol", now);
        break;
      case 7:
        matrix.duty_missed(id, "patrol", now);
        break;
      default:
        move_matter(id, now);
    }
  }

  void move_matter(const std::string& id, Instant now) {
    const auto matter = "m" + std::to_string(below(6));
    if (below(3) > 0)
      matrix.put_matter(id, "hazard", matter, now.plus_ms(below(20) * kDayMs + below(1000)).ms);
    else
      matrix.drop_matter(id, "hazard", matter);
  }

  void compare() {
    std::map<std::string, std::vector<Counts>> slow;
    for (int number = 0; number < 30; ++number) {
      const auto id = "s" + std::to_string(number);
      const auto* subject = matrix.subject(id);
      if (!subject) continue;
      const auto cells = matrix.evaluated(id);
      const auto& kind = plan->kind(subject->kind);
      ASSERT_EQ(cells.size(), kind.checks.size());
      for (std::size_t at = 0; at < cells.size(); ++at) {
        const auto* kept = matrix.cell(id, kind.checks[at]);
        ASSERT_EQ(kept->state, cells[at].state)
            << id << " check " << kind.checks[at] << " on " << format_utc(matrix.turned());
        ASSERT_EQ(kept->value, cells[at].value) << id << " check " << kind.checks[at];
        ASSERT_EQ(kept->wanted, cells[at].wanted) << id << " check " << kind.checks[at];
      }
    }
    for (std::uint16_t place = 0; place < plan->requirements().size(); ++place)
      for (std::size_t state = 0; state < kStates; ++state)
        ASSERT_EQ(matrix.counts("city")[place][state],
                  matrix.in_state("city", place, static_cast<State>(state)).size());
  }
};

TEST_F(RandomYears, AreTheSameKeptAndLookedAtAnew) {
  school("s0");
  auto now = at("2024-01-15T07:30:00");
  matrix.turn(now);
  for (int step = 0; step < 4000; ++step) {
    for (int fact = below(4); fact > 0; --fact) some_fact(now);
    now = now.plus_ms(below(30) * kHourMs + below(3600) * kSecondMs);
    matrix.turn(now);
    if (step % 10 > 0) continue;
    ASSERT_NO_FATAL_FAILURE(compare());
  }
}

}  // namespace

}  // namespace anxiao::standing
