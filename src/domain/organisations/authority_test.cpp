#include "domain/organisations/authority.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace anxiao::organisations {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

pack::Post post(const std::string& id, std::vector<pack::Grant> grants) {
  return {.id = id, .name = {}, .at = {}, .grants = std::move(grants)};
}

pack::Pack a_pack() {
  pack::Pack pack;
  pack.posts = {
      post("principal", {{"matters", {"read", "move"}, "own"}, {"people", {"read"}, "own"}}),
      post("guard", {{"matters", {"open"}, "own"}, {"matters", {"read"}, "self"}}),
      post("officer", {{"matters", {"read", "move"}, "subtree"}}),
      post("fire", {{"matters", {"read", "move"}, "held"}}),
      post("leader", {{"matters", {"read"}, "subtree"}}),
  };
  return pack;
}

Posting at(const std::string& post, const std::string& path) {
  auto end = path.size() - 1;
  auto begin = path.rfind('/', end - 1) + 1;
  return {.id = "p-" + post,
          .post = post,
          .organisation = path.substr(begin, end - begin),
          .organisation_name = {},
          .kind = {},
          .district = "500190",
          .path = path};
}

Actor holding(std::vector<Posting> postings) {
  Actor actor;
  actor.person = "someone";
  actor.postings = std::move(postings);
  return actor;
}

TEST(Authority, OwnReachesTheOrganisationAndNothingBesideOrBeneath) {
  auto pack = a_pack();
  auto actor = holding({at("principal", "/city/d/s1/")});
  EXPECT_TRUE(may(pack, actor, "matters", "move", {"/city/d/s1/"}));
  EXPECT_FALSE(may(pack, actor, "matters", "move", {"/city/d/s2/"}));
  EXPECT_FALSE(may(pack, actor, "matters", "move", {"/city/d/s1/annex/"}));
  EXPECT_FALSE(may(pack, actor, "matters", "move", {"/city/d/"}));
}

TEST(Authority, SubtreeReachesWhatIsBeneathAndItself) {
  auto pack = a_pack();
  auto actor = holding({at("officer", "/city/d/")});
  EXPECT_TRUE(may(pack, actor, "matters", "read", {"/city/d/s1/"}));
  EXPECT_TRUE(may(pack, actor, "matters", "read", {"/city/d/"}));
  EXPECT_FALSE(may(pack, actor, "matters", "read", {"/city/"}));
  EXPECT_FALSE(may(pack, actor, "matters", "read", {"/city/other/s9/"}));
}

TEST(Authority, AnIdThatBeginsLikeAnotherIsNotBeneathIt) {
  auto pack = a_pack();
  auto actor = holding({at("officer", "/city/d/")});
  EXPECT_FALSE(may(pack, actor, "matters", "read", {"/city/d2/s1/"}));
}

TEST(Authority, HeldReachesWhatWasPassedOnWhereverItIs) {
  auto pack = a_pack();
  auto actor = holding({at("fire", "/city/d/fire-brigade/")});
  EXPECT_TRUE(may(pack, actor, "matters", "move", {"/city/d/s1/", "fire-brigade"}));
  EXPECT_FALSE(may(pack, actor, "matters", "move", {"/city/d/s1/", "s1"}));
  EXPECT_FALSE(may(pack, actor, "matters", "move", {"/city/d/s1/"}));
}

TEST(Authority, APlaceWithoutAPathIsReachedByNobodyOfPaths) {
  auto pack = a_pack();
  EXPECT_FALSE(may(pack, holding({at("leader", "/city/")}), "matters", "read", {""}));
  auto nowhere = at("officer", "/city/d/");
  nowhere.path.clear();
  EXPECT_FALSE(may(pack, holding({nowhere}), "matters", "read", {"/city/d/s1/"}));
}

TEST(Authority, WhatIsNotGrantedIsForbiddenAndSaysWhat) {
  auto pack = a_pack();
  auto refused =
      may(pack, holding({at("principal", "/city/d/s1/")}), "tokens", "create", {"/city/d/s1/"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().why, Why::forbidden);
  EXPECT_EQ(refused.error().key, "authority.forbidden");
  EXPECT_EQ(refused.error().args.at("noun"), "tokens");
  EXPECT_EQ(refused.error().args.at("action"), "create");
}

TEST(Authority, AnActorWithoutPostsReachesNothing) {
  auto pack = a_pack();
  EXPECT_FALSE(may(pack, Actor{}, "matters", "read", {"/city/"}));
  EXPECT_THAT(scopes(pack, Actor{}, "matters", "read"), IsEmpty());
}

TEST(Authority, APostThePackDoesNotKnowGrantsNothing) {
  auto pack = a_pack();
  EXPECT_FALSE(may(pack, holding({at("wizard", "/city/")}), "matters", "read", {"/city/"}));
}

TEST(Authority, SelfReachesOnlyWhatTheCallerFoundToBeTheActorsOwn) {
  auto pack = a_pack();
  auto actor = holding({at("guard", "/city/d/s1/")});
  EXPECT_FALSE(may(pack, actor, "matters", "read", {"/city/d/s1/"}));
  EXPECT_TRUE(may_of_self(pack, actor, "matters", "read"));
  EXPECT_FALSE(may_of_self(pack, actor, "matters", "move"));
  EXPECT_THAT(scopes(pack, actor, "matters", "read"), IsEmpty());
}

TEST(Authority, ThePostsByWhichAnActorReachesAPlaceAreNamedOnce) {
  auto pack = a_pack();
  auto actor = holding({at("principal", "/city/d/s1/"), at("officer", "/city/d/"),
                        at("officer", "/city/d/s1/"), at("principal", "/city/d/s2/")});
  EXPECT_THAT(posts_for(pack, actor, "matters", "move", {"/city/d/s1/"}),
              ElementsAre("principal", "officer"));
  EXPECT_THAT(posts_for(pack, actor, "matters", "move", {"/city/d/s3/"}), ElementsAre("officer"));
}

TEST(Scopes, DoNotOverlap) {
  auto pack = a_pack();
  auto actor = holding({at("principal", "/city/d/s1/"), at("principal", "/city/e/s9/"),
                        at("officer", "/city/d/"), at("officer", "/city/d/town/"),
                        at("principal", "/city/e/s9/")});
  auto found = scopes(pack, actor, "matters", "read");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].path, "/city/e/s9/");
  EXPECT_TRUE(found[0].exact);
  EXPECT_EQ(found[1].path, "/city/d/");
  EXPECT_FALSE(found[1].exact);
}

TEST(Scopes, OfWhatIsHeldStandBesideThoseOfPaths) {
  auto pack = a_pack();
  auto actor = holding({at("fire", "/city/d/fire-brigade/"), at("officer", "/city/d/")});
  auto found = scopes(pack, actor, "matters", "read");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_TRUE(found[0].held);
  EXPECT_EQ(found[0].organisation, "fire-brigade");
  EXPECT_TRUE(found[0].path.empty());
  EXPECT_EQ(found[1].path, "/city/d/");
}

TEST(Authority, OfNothingAnywhereIsRefused) {
  auto pack = a_pack();
  EXPECT_TRUE(may_somewhere(pack, holding({at("fire", "/city/d/fire-brigade/")}), "matters", "read"));
  auto refused = may_somewhere(pack, holding({at("leader", "/city/")}), "matters", "move");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().key, "authority.forbidden");
  EXPECT_FALSE(may_somewhere(pack, holding({at("guard", "/city/d/s1/")}), "matters", "read"))
      << "one's own things are no place";
  EXPECT_FALSE(may_somewhere(pack, holding({}), "matters", "read"));
}

TEST(Scopes, OfTheRootTakeInEverything) {
  auto pack = a_pack();
  auto actor = holding(
      {at("fire", "/city/d/fire-brigade/"), at("officer", "/city/d/"), at("leader", "/city/")});
  auto found = scopes(pack, actor, "matters", "read");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(is_root(found[0]));
  EXPECT_TRUE(covers(found[0], {"/city/anywhere/at-all/"}));
}

TEST(Scopes, OnlyTheSubtreeOfTheRootIsTheRoot) {
  EXPECT_TRUE(is_root({.district = "500000", .organisation = "city", .path = "/city/"}));
  EXPECT_FALSE(
      is_root({.district = "500000", .organisation = "city", .path = "/city/", .exact = true}));
  EXPECT_FALSE(is_root({.district = "500190", .organisation = "d", .path = "/city/d/"}));
  EXPECT_FALSE(is_root({.district = "500000", .organisation = "city", .path = "", .held = true}));
  EXPECT_FALSE(is_root({.district = "", .organisation = "", .path = "/"}));
}

// Whoever may do something at a place has a scope that covers it, and the other way round.
TEST(Authority, AgreesWithItsScopesEverywhere) {
  auto pack = a_pack();
  std::vector<std::string> paths = {
      "/city/",   "/city/d/",    "/city/d/s1/",          "/city/d/s2/",
      "/city/e/", "/city/e/s9/", "/city/d/fire-brigade/"};
  std::vector<std::string> holders = {"", "s1", "fire-brigade", "d"};
  std::vector<std::string> posts = {"principal", "guard", "officer", "fire", "leader"};
  for (const auto& p1 : posts)
    for (const auto& path1 : paths)
      for (const auto& p2 : posts)
        for (const auto& path2 : paths) {
          auto actor = holding({at(p1, path1), at(p2, path2)});
          for (const std::string action : {"read", "move", "open"}) {
            auto found = scopes(pack, actor, "matters", action);
            for (const auto& path : paths)
              for (const auto& holder : holders) {
                Place place{path, holder};
                bool covered =
                    std::ranges::any_of(found, [&](const Scope& s) { return covers(s, place); });
                ASSERT_EQ(may(pack, actor, "matters", action, place).has_value(), covered)
                    << p1 << path1 << " " << p2 << path2 << " " << action << path << holder;
              }
          }
        }
}

}  // namespace
}  // namespace anxiao::organisations
