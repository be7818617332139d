#include "usecases/kept.h"

#include <gtest/gtest.h>

#include "base/hash.h"

namespace anxiao::usecases {
namespace {

namespace json = boost::json;

TEST(WhatWasSent, IsHashedWithItsKeysInOrder) {
  auto sent = json::parse(R"({"note":"汉字 \"a\"\n","items":[{"b":1.5,"a":null},true,[]],"":{}})");
  EXPECT_EQ(sent_hash_of(sent),
            sha256_hex(R"({"":{},"items":[{"a":null,"b":1.5E0},true,[]],"note":"汉字 \"a\"\n"})"));
}

TEST(WhatWasSent, IsTheSameInAnyOrderAndAnotherWhereAnythingDiffers) {
  auto one = json::parse(R"({"a":1,"b":{"c":[1,2],"d":"x"}})");
  auto same = json::parse(R"({"b":{"d":"x","c":[1,2]},"a":1})");
  auto other = json::parse(R"({"b":{"d":"x","c":[2,1]},"a":1})");
  EXPECT_EQ(sent_hash_of(one), sent_hash_of(same));
  EXPECT_NE(sent_hash_of(one), sent_hash_of(other));
}

}  // namespace
}  // namespace anxiao::usecases
