#include "usecases/answers.h"

#include <gtest/gtest.h>

#include "base/ids.h"
#include "usecases/reactions.h"

namespace anxiao::usecases {
namespace {

TEST(Answers, GiveWhatTheyOpenAnIdThatFollowsFromTheirs) {
  auto answer = new_id("500190", {1772407800000});
  auto one = id_of_finding(answer, "exits_clear");
  EXPECT_TRUE(is_id(one)) << one;
  EXPECT_EQ(district_of(one), "500190");
  EXPECT_EQ(one.substr(0, 20), answer.substr(0, 20)) << "the answer's moment";
  EXPECT_EQ(one, id_of_finding(answer, "exits_clear"));
  EXPECT_NE(one, id_of_finding(answer, "wiring_safe"));
  EXPECT_NE(one, id_of_finding(new_id("500190", {1772407800000}), "exits_clear"));
}

TEST(Reactions, AreOneTableInOrder) {
  ASSERT_EQ(reactions().size(), 3u);
  for (const auto& reaction : reactions()) EXPECT_FALSE(reaction.what.empty());
}

}  // namespace
}  // namespace anxiao::usecases
