#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "api/finder.h"
#include "api/openapi.h"
#include "api/route.h"

namespace anxiao::api {
namespace {

using ::testing::StartsWith;

TEST(RouteTable, IsOneThatAServiceCanBeMadeOf) {
  std::vector<Route> all = routes();
  Finder finder(all);
  std::set<std::string> operations;
  auto description = openapi(all, "0");
  for (const auto& route : all) {
    EXPECT_THAT(route.pattern, StartsWith("/api/v1/"));
    EXPECT_FALSE(route.summary.empty()) << route.method << " " << route.pattern;
    auto found = finder.find(route.method, route.pattern);
    ASSERT_GE(found.route, 0) << route.pattern;
  }
  for (auto& path : description["paths"].as_object())
    for (auto& operation : path.value().as_object())
      EXPECT_TRUE(
          operations.insert(std::string(operation.value().at("operationId").as_string())).second)
          << path.key();
}

}  // namespace
}  // namespace anxiao::api
