#include "pack/burden.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace anxiao::pack {
namespace {

Day day(const char* text) { return *parse_day(text); }

Duty duty(const char* id, Cycle cycle) {
  Duty made;
  made.id = id;
  made.cycle = cycle;
  made.at = {{.kinds = {"primary"}, .where = {}}};
  return made;
}

// A year of 52 weeks with two terms of 20 weeks each, and 12 of vacation.
Pack small_pack() {
  Pack made;
  for (const auto& [id, value] : std::map<std::string, double>{{"burden.answer_minutes", 2},
                                                               {"burden.item_seconds", 30},
                                                               {"burden.field_seconds", 60},
                                                               {"burden.holidays", 7},
                                                               {"burden.limit", 90}})
    made.terms[id].value = value;
  Kind primary;
  primary.id = "primary";
  primary.is_school = true;
  made.kinds = {primary};
  made.school_years = {{.id = "2025-2026",
                        .from = day("2025-09-01"),
                        .to = day("2026-08-30"),
                        .published = true,
                        .terms = {{"2025-S2", day("2025-09-01"), day("2026-01-18")},
                                  {"2026-S1", day("2026-03-01"), day("2026-07-18")}},
                        .for_kinds = {}}};
  Checklist daily;
  daily.id = "daily";
  daily.items.resize(5);
  daily.items[4].same_as = "other.item";
  made.checklists = {daily};
  Facet office;
  office.id = "office";
  office.choices = {{"education", {}}, {"fire", {}}};
  made.facets = {office};
  return made;
}

// Of the only kind, the part of that name; none of it is as one that takes no time.
BurdenPart part(const Pack& pack, const std::string& what) {
  const auto burdens = burdens_of(pack);
  if (burdens.empty()) return {};
  const auto found = std::ranges::find(burdens[0].parts, what, &BurdenPart::what);
  return found == burdens[0].parts.end() ? BurdenPart{} : *found;
}

TEST(Burden, OfADutyIsItsAnswersByTheWeekOverTheWholeYear) {
  auto pack = small_pack();
  auto inspection = duty("inspection", Cycle::school_day);
  inspection.checklist = "daily";
  auto round = duty("round", Cycle::day);
  round.days = Days::all;
  round.times = 2;
  round.minutes = 3;
  round.asked_by = "fire";
  auto in_vacation = duty("in_vacation", Cycle::week);
  in_vacation.days = Days::vacation;
  auto in_summer = duty("in_summer", Cycle::month);
  in_summer.months = {6, 7};
  pack.duties = {inspection, round, in_vacation, in_summer, duty("drill", Cycle::term)};
  // Four of five items are answered here: two minutes and four times half a minute.
  EXPECT_NEAR(part(pack, "duty/inspection").minutes, 4, 1e-9);
  EXPECT_NEAR(part(pack, "duty/inspection").times, 5.0 * 40 / 52, 1e-9);
  EXPECT_NEAR(part(pack, "duty/round").weekly(), 3 * 14, 1e-9);
  EXPECT_NEAR(part(pack, "duty/in_vacation").times, 12.0 / 52, 1e-9);
  EXPECT_NEAR(part(pack, "duty/in_summer").times, 2.0 / 52, 1e-9);
  EXPECT_NEAR(part(pack, "duty/drill").times, 2.0 / 52, 1e-9);
  const auto burden = burdens_of(pack).front();
  EXPECT_EQ(burden.parts.front().what, "duty/round");
  EXPECT_NEAR(burden.weekly_of("fire"), 42, 1e-9);
  EXPECT_NEAR(burden.weekly(), burden.weekly_of("fire") + burden.weekly_of("education"), 1e-9);
  EXPECT_EQ(burden.limit, 90);
  EXPECT_EQ(asking_offices(pack, {burden}), (std::vector<std::string>{"education", "fire"}));
}

TEST(Burden, OfALedgerIsTheRowsThatTheCheckAsksWhichAsksMost) {
  auto pack = small_pack();
  Ledger policies;
  policies.id = "policies";
  policies.kinds = {"primary"};
  policies.fields.resize(6);
  pack.ledgers = {policies};
  Check one, many;
  one.ledger = many.ledger = "policies";
  many.kind = CheckKind::within_period;
  many.period = "term";
  many.wanted.number = 3;
  Check of_boarders = many;
  of_boarders.wanted.number = 9;
  of_boarders.only_for = {
      {.facet = "boarding", .compare = "is", .value = "true", .assumed = {{"any", "false"}}}};
  Requirement requirement;
  requirement.id = "C18.1";
  requirement.binds = {{.kinds = {"primary"}, .where = {}}};
  requirement.checks = {one, many, of_boarders};
  pack.clauses = {{.number = 18, .title = {}, .requirements = {requirement}}};
  EXPECT_NEAR(part(pack, "ledger/policies").minutes, 6, 1e-9);
  EXPECT_NEAR(part(pack, "ledger/policies").times, 6.0 / 52, 1e-9);
}

TEST(Burden, OfAKindMayHaveALimitOfItsOwn) {
  auto pack = small_pack();
  pack.terms["burden.limit.primary"].value = 30;
  pack.duties = {duty("drill", Cycle::term)};
  EXPECT_EQ(burdens_of(pack).front().limit, 30);
}

}  // namespace
}  // namespace anxiao::pack
