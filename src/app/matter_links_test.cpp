// Matters that name each other: who may name what, what waits for what, and what each shows of the
// other to whom.

#include "usecases/matter_links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_confidential.h"

namespace anxiao::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kListed = "supervision";

class MatterLinks : public TownWithSecrets {
 protected:
  MatterLinks() { enter("overseer", "city", "municipal_safety_officer"); }

  Given list_it(const std::string& id, const std::string& hazard_id,
                const std::string& where = "east") {
    json::object fields{{"title", "挂牌督办"},
                        {"level", "listed"},
                        {"description", "限期改好"},
                        {"deadline", "2026-04-20"}};
    if (!hazard_id.empty()) fields["hazard"] = hazard_id;
    return town.changed([&](usecases::Transaction& t) {
      return usecases::open_matter(t, town.as("overseer"), kListed, id,
                                   {.organisation = town.places[where],
                                    .move = "list",
                                    .happened_at = {},
                                    .fields = fields});
    });
  }
  std::string listed_for(const std::string& hazard_id) {
    auto id = town.id();
    auto given = list_it(id, hazard_id);
    EXPECT_TRUE(given) << key(given) << " " << (given ? "" : given.error().detail);
    return id;
  }
  Given move_listed(const std::string& login, const std::string& id, const std::string& name,
                    json::object fields = {}) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::make_move(t, town.as(login), kListed, id, town.id(),
                                 {.move = name, .happened_at = {}, .fields = fields}, {});
    });
  }
  api::shapes::Matter look_listed(const std::string& login, const std::string& id) {
    auto found = town.read([&](usecases::Reader& reader) {
      return usecases::read_matter(reader, town.as(login), kListed, id);
    });
    EXPECT_TRUE(found) << key(found);
    return found ? shape(*found) : api::shapes::Matter{};
  }
  // The town's pack, with its loop of supervision changed.
  template <class Change>
  void change_chart(const Change& change) {
    auto changed = std::make_shared<pack::Pack>(*town.pack);
    for (auto& chart : changed->charts)
      if (chart.id == kListed) change(chart);
    town.pack = changed;
  }
  static pack::Guard settled() {
    pack::Guard guard;
    guard.kind = "settled";
    guard.of = {"hazard"};
    guard.why = {.zh = "隐患销号以后", .en = "Once the hazard is closed"};
    guard.clause = "C22.3";
    return guard;
  }
  void close_hazard(const std::string& id) {
    moved("principal", id, "begin_treatment", five(town.people["safety"]));
    moved("principal", id, "finish_treatment", {{"photos_after", json::array{photo("after")}}});
    moved("safety", id, "accept");
    moved("officer", id, "close");
  }
  std::string assessed() {
    auto id = found();
    moved("safety", id, "assess", lec(6, 6, 7));
    return id;
  }
};

TEST_F(MatterLinks, ShowTheOneThatIsNamedAndTheOneThatNames) {
  auto hazard_id = assessed();
  auto id = listed_for(hazard_id);
  auto naming = look_listed("officer", id);
  ASSERT_THAT(naming.links, SizeIs(1));
  EXPECT_EQ(naming.links[0].field, "hazard");
  EXPECT_EQ(naming.links[0].id, hazard_id);
  EXPECT_EQ(naming.links[0].loop, "hazard");
  EXPECT_EQ(naming.links[0].title, "疏散门上锁");
  EXPECT_EQ(naming.links[0].stage, "monitoring");
  EXPECT_EQ(naming.links[0].ended, false);
  EXPECT_EQ(naming.links[0].organisation->name, "云溪实验小学");
  EXPECT_THAT(naming.linked_from, IsEmpty());
  auto named = shape(*look("officer", hazard_id));
  ASSERT_THAT(named.linked_from, SizeIs(1));
  EXPECT_EQ(named.linked_from[0].id, id);
  EXPECT_EQ(named.linked_from[0].loop, kListed);
  EXPECT_EQ(named.linked_from[0].title, "挂牌督办");
  EXPECT_THAT(named.links, IsEmpty());
  close_hazard(hazard_id);
  EXPECT_EQ(look_listed("officer", id).links[0].ended, true);
}

TEST_F(MatterLinks, ShowNothingOfWhatTheReaderMayNotSee) {
  auto hazard_id = found();
  listed_for(hazard_id);
  // What the district is asked for is not the school's to read.
  EXPECT_THAT(shape(*look("teacher", hazard_id)).linked_from, IsEmpty());
  EXPECT_THAT(shape(*look("principal", hazard_id)).linked_from, IsEmpty());
}

TEST_F(MatterLinks, ShowOfAConfidentialMatterNoMoreThanWhereItIsNamed) {
  change_chart([](pack::Chart& chart) {
    for (auto& field : chart.fields)
      if (field.id == "hazard") field.loop = kLoop;
    for (auto& move : chart.moves)
      for (auto& field : move.fields)
        if (field.id == "hazard") field.loop = kLoop;
  });
  auto id = town.id();
  auto secret_id = secret();
  // The overseer may read none and so names none.
  EXPECT_EQ(key(list_it(id, secret_id)), "matter.unknown_matter");
  ASSERT_EQ(key(list_it(id, {})), "taken");
  town.store.write([&](usecases::Transaction& t) {
    t.exec("UPDATE matters SET fields = $1 WHERE district = $2 AND id = $3",
           {json::serialize(json::object{{"title", "挂牌督办"}, {"hazard", secret_id}}),
            std::string("500190"), id});
    t.exec(
        "INSERT INTO matter_links (district, matter, loop, field, to_district, to_matter)"
        " VALUES ($1, $2, $3, 'hazard', $1, $4)",
        {std::string("500190"), id, std::string(kListed), secret_id});
    return true;
  });
  auto hidden = look_listed("overseer", id).links;
  ASSERT_THAT(hidden, SizeIs(1));
  EXPECT_FALSE(hidden[0].title);
  EXPECT_FALSE(hidden[0].stage);
  EXPECT_FALSE(hidden[0].ended);
  EXPECT_FALSE(hidden[0].organisation);
  EXPECT_EQ(look_listed("officer", id).links.at(0).title, "课间推搡");
  EXPECT_THAT(shape(*look_secret("counsellor", secret_id)).linked_from, IsEmpty());
  EXPECT_THAT(shape(*look_secret("officer", secret_id)).linked_from, SizeIs(1));
}

TEST_F(MatterLinks, NameOnlyWhatIsThereAndNear) {
  auto nowhere = list_it(town.id(), town.id());
  EXPECT_EQ(key(nowhere), "matter.unknown_matter");
  EXPECT_EQ(nowhere.error().field, "fields.hazard");
  auto far_id = town.id("500191");
  ASSERT_EQ(key(open("far_principal", far_id, hazard(), "find", "far")), "taken");
  EXPECT_EQ(key(list_it(town.id(), far_id)), "matter.unknown_matter") << "of another district";
  EXPECT_EQ(key(list_it(town.id(), listed_for({}))), "matter.unknown_matter") << "of another loop";
  EXPECT_EQ(key(list_it(town.id(), "nonsense")), "loops.field_malformed");
}

TEST_F(MatterLinks, AreKeptAsTheyAreNow) {
  change_chart([](pack::Chart& chart) {
    for (auto& move : chart.moves)
      if (move.id == "give_time") move.fields.push_back(*chart.field("hazard"));
    for (auto& move : chart.moves)
      if (move.id == "plan") move.clears = {"hazard"};
  });
  auto first = found(), second = found(hazard("gate"));
  auto id = listed_for(first);
  auto told = move_listed("overseer", id, "give_time",
                          {{"deadline", "2026-05-20"}, {"reason", "另有所指"}, {"hazard", second}});
  ASSERT_TRUE(told) << key(told) << told.error().detail;
  EXPECT_THAT(shape(*look("officer", first)).linked_from, IsEmpty());
  EXPECT_THAT(shape(*look("officer", second)).linked_from, SizeIs(1));
  told = move_listed("officer", id, "plan",
                     {{"measures", "换锁"}, {"person_answerable", town.people["officer"]}});
  ASSERT_TRUE(told) << key(told) << told.error().detail;
  EXPECT_THAT(shape(*look("officer", second)).linked_from, IsEmpty());
  EXPECT_EQ(town.count("matter_links"), 0);
}

TEST_F(MatterLinks, HoldAMoveBackUntilWhatTheyNameHasEnded) {
  change_chart([](pack::Chart& chart) {
    for (auto& move : chart.moves)
      if (move.id == "plan") move.guards = {settled()};
  });
  auto hazard_id = assessed();
  auto id = listed_for(hazard_id);
  auto early = move_listed("officer", id, "plan");
  EXPECT_EQ(key(early), "loops.guard_unmet");
  EXPECT_THAT(early.error().wants, ElementsAre("hazard"));
  EXPECT_EQ(early.error().args.at("guard").as_string(), "settled");
  auto offered = look_listed("officer", id).moves;
  auto plan = std::ranges::find(offered, "plan", &api::shapes::Offer::id);
  ASSERT_NE(plan, offered.end());
  EXPECT_FALSE(plan->allowed);
  close_hazard(hazard_id);
  offered = look_listed("officer", id).moves;
  EXPECT_TRUE(std::ranges::find(offered, "plan", &api::shapes::Offer::id)->allowed);
  EXPECT_EQ(key(move_listed("officer", id, "plan")), "taken");
}

TEST_F(MatterLinks, LetWhatWaitedGoOnByItself) {
  change_chart([](pack::Chart& chart) {
    pack::Move mended;
    mended.id = "all_mended";
    mended.from = {"planning"};
    mended.to = "accepting";
    mended.by = {"system"};
    mended.automatic = true;
    mended.guards = {settled()};
    chart.moves.push_back(mended);
  });
  auto hazard_id = assessed();
  auto id = listed_for(hazard_id);
  EXPECT_EQ(look_listed("officer", id).stage, "planning");
  close_hazard(hazard_id);
  auto gone_on = look_listed("officer", id);
  EXPECT_EQ(gone_on.stage, "accepting");
  EXPECT_EQ(gone_on.timeline.back().actor.post, "system");
}

}  // namespace
}  // namespace anxiao::app
