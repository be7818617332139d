#include "usecases/matters_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_matters.h"
#include "usecases/tables.h"
#include "usecases/today.h"

namespace anxiao::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using usecases::MatterFilter;

class MattersList : public TownWithHazards {
 protected:
  // A hazard of the other district's school.
  std::string found_far() {
    auto id = town.id("500191");
    auto given = open("far_principal", id, hazard(), "find", "far");
    EXPECT_TRUE(given) << key(given);
    return id;
  }
  std::vector<std::string> seen_by(const std::string& login, MatterFilter filter = {}) {
    auto page = list(login, std::move(filter));
    EXPECT_TRUE(page) << key(page);
    return page ? ids(*page) : std::vector<std::string>{};
  }
  static MatterFilter waiting() {
    MatterFilter filter;
    filter.waiting = true;
    return filter;
  }
  std::int64_t counted(const std::string& login, const MatterFilter& filter) {
    auto count = town.read([&](usecases::Reader& reader) {
      return usecases::count_matters(reader, town.as(login), "hazard", filter);
    });
    EXPECT_TRUE(count);
    return *count;
  }
  Result<MatterFilter> filter_text(const usecases::FilterText& text) {
    return usecases::filter_of(town.as("teacher"), text);
  }
};

TEST_F(MattersList, ShowsEachWhatLiesWithinReach) {
  auto near = found();
  auto far = found_far();
  EXPECT_THAT(seen_by("teacher"), ElementsAre(near));
  EXPECT_THAT(seen_by("officer"), ElementsAre(near));
  EXPECT_THAT(seen_by("far_officer"), ElementsAre(far));
  EXPECT_THAT(seen_by("leader"), UnorderedElementsAre(near, far));
  EXPECT_THAT(seen_by("fireman"), IsEmpty());
  EXPECT_THAT(seen_by("admin"), IsEmpty());
}

TEST_F(MattersList, ShowsADepartmentWhatItHoldsWhereverThatIs) {
  auto near = found(hazard("gate"));
  auto far = found_far();
  moved("principal", near, "pass_on", {{"department", town.places["fire"]}});
  moved("far_principal", far, "pass_on", {{"department", town.places["fire"]}});
  EXPECT_THAT(seen_by("fireman"), UnorderedElementsAre(near, far));
  MatterFilter at_school;
  at_school.organisation = town.places["school"];
  EXPECT_THAT(seen_by("fireman", at_school), ElementsAre(near));
}

TEST_F(MattersList, GoesFromTheNewestToTheOldestInPages) {
  std::vector<std::string> made;
  for (int i = 0; i < 7; ++i) {
    made.push_back(found());
    if (i % 2) pass(kMinuteMs);  // some are of the same moment
  }
  std::ranges::reverse(made);
  for (auto login : {"teacher", "officer", "leader"}) {
    MatterFilter filter;
    filter.paging.limit = 3;
    std::vector<std::string> all;
    for (int pages = 0; pages < 5; ++pages) {
      auto page = list(login, filter);
      ASSERT_TRUE(page);
      for (const auto& line : page->items) all.push_back(line.id);
      if (!page->next) break;
      auto next = usecases::paging_of("3", *page->next, "is");
      ASSERT_TRUE(next);
      filter.paging = *next;
    }
    EXPECT_EQ(all, made) << login;
  }
}

TEST_F(MattersList, KeepsToAnOrganisationWithinReach) {
  auto near = found();
  auto far = found_far();
  MatterFilter filter;
  filter.organisation = town.places["east"];
  EXPECT_THAT(seen_by("leader", filter), ElementsAre(near));
  filter.organisation = town.places["far"];
  EXPECT_THAT(seen_by("leader", filter), ElementsAre(far));
  EXPECT_EQ(key(list("officer", filter)), "authority.forbidden");
  EXPECT_EQ(key(list("teacher", filter)), "authority.forbidden");
  filter.organisation = town.id();
  EXPECT_EQ(key(list("leader", filter)), "not_found");
  filter.organisation = town.places["middle"];
  EXPECT_THAT(seen_by("officer", filter), IsEmpty());
}

TEST_F(MattersList, FiltersByStageLevelStateTitleAndLateness) {
  auto assessed = found();
  moved("safety", assessed, "assess", lec(6, 6, 7));
  auto other = hazard("gate");
  other["title"] = "Gate 100% open_ed";
  auto fresh = found(other);
  auto warned = town.id();
  ASSERT_TRUE(open("safety", warned, {{"title", "暴雨预警"}}, "warn"));
  moved("safety", warned, "dismiss", {{"reason", "已查无积水"}});

  MatterFilter filter;
  filter.stage = "monitoring";
  EXPECT_THAT(seen_by("principal", filter), ElementsAre(assessed));
  filter = {};
  filter.level = "orange";
  EXPECT_THAT(seen_by("principal", filter), ElementsAre(assessed));
  filter = {};
  filter.state = "closed";
  EXPECT_THAT(seen_by("principal", filter), ElementsAre(warned));
  filter.state = "all";
  EXPECT_THAT(seen_by("principal", filter), SizeIs(3));
  for (auto text : {"100% OPEN_", "gate"}) {
    filter = {};
    filter.text = text;
    EXPECT_THAT(seen_by("principal", filter), ElementsAre(fresh)) << text;
  }
  filter.text = "1000";
  EXPECT_THAT(seen_by("principal", filter), IsEmpty());
  filter = {};
  filter.late = true;
  EXPECT_THAT(seen_by("principal", filter), IsEmpty());
  pass(400 * kDayMs);
  EXPECT_THAT(seen_by("principal", filter), UnorderedElementsAre(assessed, fresh));
  EXPECT_TRUE(list("principal", filter)->items[0].open);
}

TEST_F(MattersList, ShowsNothingAndMissesNothingWhereManyOrganisationsAreInReach) {
  town.write([&](usecases::Transaction& t) -> Result<void> {
    for (int i = 0; i < 80; ++i)
      TRY(usecases::create_organisation(t, town.founder(),
                                        {.id = town.id(),
                                         .parent = town.places["east"],
                                         .kind = "primary",
                                         .name = "学校" + std::to_string(i),
                                         .code = {},
                                         .facets = {}}));
    return {};
  });
  auto near = found();
  MatterFilter filter;
  filter.organisation = town.places["east"];
  EXPECT_THAT(seen_by("officer", filter), ElementsAre(near));
  EXPECT_THAT(seen_by("leader", filter), ElementsAre(near));
}

TEST_F(MattersList, RefusesFiltersThatSayNothing) {
  EXPECT_EQ(key(filter_text({.state = "ajar"})), "list.filter_malformed");
  EXPECT_EQ(key(filter_text({.late = "maybe"})), "list.filter_malformed");
  EXPECT_EQ(key(filter_text({.waiting = "you"})), "list.filter_malformed");
  EXPECT_EQ(key(filter_text({.limit = "0"})), "list.limit_malformed");
  EXPECT_EQ(key(filter_text({.cursor = "???"})), "list.cursor_malformed");
  auto good = filter_text({.state = "all", .late = "true", .waiting = "me", .limit = "5"});
  ASSERT_TRUE(good);
  EXPECT_TRUE(good->late && good->waiting);
  EXPECT_EQ(good->paging.limit, 5u);
  EXPECT_EQ(key(town.read([&](usecases::Reader& reader) {
              return usecases::list_matters(reader, town.as("leader"), "quarrel", {});
            })),
            "not_found");
}

TEST_F(MattersList, WaitsOnWhoActsAtTheStage) {
  auto id = found();
  EXPECT_THAT(seen_by("safety", waiting()), ElementsAre(id));
  EXPECT_THAT(seen_by("principal", waiting()), ElementsAre(id));
  EXPECT_THAT(seen_by("teacher", waiting()), IsEmpty());
  EXPECT_THAT(seen_by("officer", waiting()), IsEmpty());
  moved("safety", id, "assess", lec(6, 6, 7));
  moved("safety", id, "begin_treatment", five(town.people["guard"]));
  EXPECT_THAT(seen_by("guard", waiting()), ElementsAre(id)) << "the person answerable";
  moved("safety", id, "finish_treatment", {{"photos_after", json::array{photo("after")}}});
  EXPECT_THAT(seen_by("teacher", waiting()), ElementsAre(id));
  moved("principal", id, "accept");
  EXPECT_THAT(seen_by("officer", waiting()), ElementsAre(id));
  EXPECT_EQ(counted("officer", waiting()), 1);
  moved("officer", id, "close");
  EXPECT_THAT(seen_by("officer", waiting()), IsEmpty());
  EXPECT_THAT(seen_by("guard", waiting()), IsEmpty());
}

TEST_F(MattersList, WaitsOnTheDepartmentThatHoldsIt) {
  auto id = found(hazard("gate"));
  moved("principal", id, "pass_on", {{"department", town.places["fire"]}});
  EXPECT_THAT(seen_by("fireman", waiting()), ElementsAre(id));
  EXPECT_THAT(seen_by("safety", waiting()), IsEmpty());
}

TEST_F(MattersList, WaitsOnWhoGrantsMoreTime) {
  auto id = in_treatment();
  EXPECT_THAT(seen_by("officer", waiting()), IsEmpty());
  moved("safety", id, "ask_deferral",
        {{"deferral_until", "2026-04-01"}, {"deferral_reason", "配件要等"}});
  EXPECT_THAT(seen_by("officer", waiting()), ElementsAre(id));
  moved("officer", id, "grant_deferral");
  EXPECT_THAT(seen_by("officer", waiting()), IsEmpty());
}

TEST_F(MattersList, IsToldToThePostsOfTheLevelAndNoOthers) {
  auto orange = found();
  moved("safety", orange, "assess", lec(6, 6, 7));
  auto blue = found(hazard("gate"));
  moved("safety", blue, "assess", lec(0.5, 1, 1));
  MatterFilter told;
  told.told = true;
  EXPECT_THAT(seen_by("safety", told), UnorderedElementsAre(orange, blue));
  EXPECT_THAT(seen_by("principal", told), ElementsAre(orange));
  EXPECT_THAT(seen_by("officer", told), ElementsAre(orange));
  EXPECT_THAT(seen_by("leader", told), IsEmpty());
  EXPECT_THAT(seen_by("teacher", told), IsEmpty());
  told.since = town.now.plus_ms(1);
  EXPECT_THAT(seen_by("officer", told), IsEmpty());
}

TEST_F(MattersList, CountsWhatItLists) {
  auto near = found();
  found(hazard("gate"));
  found_far();
  moved("principal", near, "pass_on", {{"department", town.places["fire"]}});
  for (auto login : {"teacher", "officer", "leader", "fireman", "far_officer", "admin"}) {
    EXPECT_EQ(counted(login, {}), std::ssize(seen_by(login))) << login;
    EXPECT_EQ(counted(login, waiting()), std::ssize(seen_by(login, waiting()))) << login;
  }
}

TEST_F(MattersList, GoesOutAsCsvThatNoSpreadsheetTakesForAFormula) {
  auto sly = hazard();
  sly["title"] = "=HYPERLINK(\"x\")";
  found(sly);
  auto text = town.read([&](usecases::Reader& reader) {
    return usecases::export_matters(reader, town.as("principal"), "hazard", {}, "zh");
  });
  ASSERT_TRUE(text);
  auto table = usecases::read_table(text->text);
  ASSERT_TRUE(table);
  ASSERT_THAT(table->rows, SizeIs(1));
  EXPECT_EQ(table->columns.front(), "id");
  EXPECT_EQ(table->rows[0].cells[1], "云溪实验小学");
  EXPECT_NE(table->rows[0].cells[2].front(), '=');
  EXPECT_EQ(table->rows[0].cells[3], "消防");
  EXPECT_EQ(table->rows[0].cells[6], "评估");
}

TEST_F(MattersList, IsLaidOutAsTheSchemaSays) {
  auto id = found();
  auto page = list("teacher");
  ASSERT_TRUE(page);
  auto laid = usecases::page_json(*page, town.as("teacher"));
  auto line = anxiao::read<api::shapes::MatterSummary>(laid.at("items").at(0));
  ASSERT_TRUE(line) << line.error().field;
  EXPECT_EQ(line->id, id);
  EXPECT_EQ(line->holder.name, "云溪实验小学");
  EXPECT_FALSE(line->photo);
  EXPECT_TRUE(laid.at("next").is_null());
}

TEST_F(MattersList, OpensTheDay) {
  usecases::Sums sums;
  usecases::DutySums duty_sums(town.store, town.zone, town.calendars);
  town.store.read([&](usecases::Reader& reader) { duty_sums.rebuild(reader); });
  town.heard = [&](auto entries) {
    sums.heard(entries);
    duty_sums.heard(entries);
  };
  auto id = found();
  moved("safety", id, "assess", lec(6, 6, 7));
  auto other = found(hazard("gate"));
  moved("principal", other, "pass_on", {{"department", town.places["fire"]}});
  auto today = [&](const std::string& login) {
    auto found_today = town.read([&](usecases::Reader& reader) {
      return usecases::read_today(reader, town.as(login), sums, duty_sums);
    });
    EXPECT_TRUE(found_today) << key(found_today);
    auto shaped = anxiao::read<api::shapes::Today>(*found_today);
    EXPECT_TRUE(shaped) << shaped.error().field;
    return *shaped;
  };
  auto officer = today("officer");
  EXPECT_EQ(officer.counts.open, 2);
  EXPECT_EQ(officer.counts.waiting, 0);
  EXPECT_EQ(officer.counts.late, 0);
  ASSERT_THAT(officer.told, SizeIs(1));
  EXPECT_EQ(officer.told[0].id, id);
  auto fireman = today("fireman");
  EXPECT_EQ(fireman.counts.open, 1);
  ASSERT_THAT(fireman.waiting, SizeIs(1));
  EXPECT_EQ(fireman.counts.waiting, 1);
  pass(400 * kDayMs);
  auto leader = today("leader");
  EXPECT_EQ(leader.counts.late, 2);
  EXPECT_THAT(leader.late, SizeIs(2));
  EXPECT_THAT(leader.told, IsEmpty());
  EXPECT_EQ(today("fireman").counts.late, 1);
  EXPECT_EQ(today("admin").counts.open, 0);
}

}  // namespace
}  // namespace anxiao::app
