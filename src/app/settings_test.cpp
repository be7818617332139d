#include "app/settings.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/ids.h"

namespace anxiao::app {
namespace {

Result<Settings> read(const std::string& text) {
  auto file =
      std::filesystem::temp_directory_path() / ("anxiao_settings_" + new_uuid({0}) + ".toml");
  std::ofstream(file) << text;
  auto out = read_settings(file);
  std::filesystem::remove(file);
  return out;
}

TEST(Settings, TheExampleFileHoldsTheDefaults) {
  auto read = read_settings(std::string(ANXIAO_SOURCE) + "/config/anxiao.toml");
  ASSERT_TRUE(read) << read.error().detail;
  Settings defaults;
  EXPECT_EQ(read->port, defaults.port);
  EXPECT_EQ(read->pack, defaults.pack);
  EXPECT_EQ(read->tick_ms, defaults.tick_ms);
  EXPECT_EQ(read->connections_max, defaults.connections_max);
}

TEST(Settings, AnUnknownKeyIsRefusedWithItsLine) {
  auto refused = read("[server]\nport = 1\nprot = 2\n");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find(":3: `server.prot`"), std::string::npos)
      << refused.error().detail;
}

TEST(Settings, AWrongValueIsRefusedWithItsLine) {
  for (auto text :
       {"[server]\nport = 70000\n", "[server]\nport = \"x\"\n", "[server]\nio_threads = 0\n",
        "[server]\nsecure_cookie = 1\n", "[log]\nlevel = 3\n", "[log\n", "level = 1\n"})
    EXPECT_FALSE(read(text)) << text;
}

}  // namespace
}  // namespace anxiao::app
