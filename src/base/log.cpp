#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/json/serialize.hpp>

namespace anxiao::log {
namespace {

spdlog::logger& logger() {
  static std::shared_ptr<spdlog::logger> held = [] {
    auto made = std::make_shared<spdlog::logger>("anxiao",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})");
    return made;
  }();
  return *held;
}

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

void set_level(Level level) { logger().set_level(level_of(level)); }

void write(Level level, std::string_view message, boost::json::object fields) {
  boost::json::object line{{"message", std::string(message)}};
  for (auto& field : fields) line[field.key()] = field.value();
  std::string text = boost::json::serialize(line);
  logger().log(level_of(level), "{}", std::string_view(text).substr(1, text.size() - 2));
}

}  // namespace anxiao::log
