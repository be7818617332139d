#include "usecases/merkle.h"

#include <gtest/gtest.h>

#include "base/hash.h"

namespace anxiao::usecases::merkle {
namespace {

// The inputs and roots that the implementations of Certificate Transparency are tested with.
const std::vector<std::string> kInputs{from_hex(""),
                                       from_hex("00"),
                                       from_hex("10"),
                                       from_hex("2021"),
                                       from_hex("3031"),
                                       from_hex("40414243"),
                                       from_hex("5051525354555657"),
                                       from_hex("606162636465666768696a6b6c6d6e6f")};
const std::vector<std::string> kRoots{
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

std::vector<std::string> first(std::size_t count) {
  return {kInputs.begin(), kInputs.begin() + static_cast<std::ptrdiff_t>(count)};
}

TEST(Merkle, GivesTheKnownRoots) {
  for (std::size_t count = 0; count <= kInputs.size(); ++count)
    EXPECT_EQ(to_hex(root_of(first(count))), kRoots[count]) << count << " leaves";
}

TEST(Merkle, ThePathOfEveryLeafLeadsToTheRoot) {
  for (std::size_t count = 1; count <= kInputs.size(); ++count)
    for (std::size_t index = 0; index < count; ++index) {
      auto path = path_of(index, first(count));
      EXPECT_EQ(to_hex(root_by_path(kInputs[index], index, count, path)), kRoots[count])
          << index << " of " << count;
    }
}

TEST(Merkle, GivesTheKnownPath) {
  // PATH(5, D[7]) is [leaf 4, leaf 6, the root of the first four].
  auto path = path_of(5, first(7));
  ASSERT_EQ(path.size(), 3u);
  EXPECT_EQ(path[0], leaf_hash(kInputs[4]));
  EXPECT_EQ(path[1], leaf_hash(kInputs[6]));
  EXPECT_EQ(to_hex(path[2]), kRoots[4]);
}

TEST(Merkle, APathOfAnotherPlaceOrLengthLeadsElsewhere) {
  auto path = path_of(3, first(7));
  EXPECT_NE(to_hex(root_by_path(kInputs[3], 2, 7, path)), kRoots[7]);
  EXPECT_NE(to_hex(root_by_path(kInputs[2], 3, 7, path)), kRoots[7]);
  EXPECT_EQ(root_by_path(kInputs[3], 7, 7, path), "");
  path.pop_back();
  EXPECT_EQ(root_by_path(kInputs[3], 3, 7, path), "");
  path.push_back("x");
  path.push_back("y");
  EXPECT_EQ(root_by_path(kInputs[3], 3, 7, path), "");
}

TEST(Merkle, ALeafIsNotTakenForANode) {
  auto left = leaf_hash("a"), right = leaf_hash("b");
  EXPECT_NE(leaf_hash(left + right), node_hash(left, right));
}

}  // namespace
}  // namespace anxiao::usecases::merkle
