#include "domain/organisations/codes.h"

#include <gtest/gtest.h>

namespace anxiao::organisations {
namespace {

pack::Pack pack_with_categories() {
  pack::Pack pack;
  pack.kinds.push_back({.id = "primary",
                        .name = {},
                        .is_school = true,
                        .under = {},
                        .marks = {},
                        .categories = {"21"}});
  pack.kinds.push_back({.id = "university",
                        .name = {},
                        .is_school = false,
                        .under = {},
                        .marks = {},
                        .categories = {"41"}});
  return pack;
}

TEST(SchoolCode, IsTakenWithAKnownCategoryAndProvince) {
  auto pack = pack_with_categories();
  EXPECT_EQ(fault_of_school_code(pack, "4150010611"), CodeFault::none);
  EXPECT_EQ(fault_of_school_code(pack, "2150000001"), CodeFault::none);
}

TEST(SchoolCode, NamesWhatIsWrongWithIt) {
  auto pack = pack_with_categories();
  EXPECT_EQ(fault_of_school_code(pack, "9950000001"), CodeFault::category);
  EXPECT_EQ(fault_of_school_code(pack, "2199000001"), CodeFault::province);
  EXPECT_EQ(fault_of_school_code(pack, "215000001"), CodeFault::shape);
  EXPECT_EQ(fault_of_school_code(pack, "21500000011"), CodeFault::shape);
  EXPECT_EQ(fault_of_school_code(pack, "21500x0001"), CodeFault::shape);
}

TEST(SocialCreditCode, IsCheckedByItsLastCharacter) {
  for (auto good :
       {"11500113009307201X", "115002300086862035", "1150010100863020XE", "11500114009130194Q"})
    EXPECT_TRUE(is_social_credit_code(good)) << good;
  for (auto bad : {"1150011300A307201X", "115002300096862035", "1150010100963020XE",
                   "1150011400A130194Q", "", "1150010100863020X", "1150010100863020XI"})
    EXPECT_FALSE(is_social_credit_code(bad)) << bad;
}

TEST(DivisionCode, IsSixDigits) {
  EXPECT_TRUE(is_division_code("500190"));
  EXPECT_FALSE(is_division_code("50019"));
  EXPECT_FALSE(is_division_code("50019a"));
}

}  // namespace
}  // namespace anxiao::organisations
