#include "app/settings.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <map>

namespace anxiao::app {
namespace {

Refusal refuse(const std::string& file, const toml::source_region& where, const std::string& what) {
  return {.why = Why::malformed,
          .key = "settings.refused",
          .detail = fmt::format("{}:{}: {}", file, where.begin.line, what)};
}

}  // namespace

Result<Settings> read_settings(const std::string& file) {
  Settings out;
  std::map<std::string, std::string*> texts{
      {"server.address", &out.address}, {"data.folder", &out.data},
      {"data.pack", &out.pack},         {"data.database", &out.database},
      {"data.calendar", &out.calendar}, {"data.web", &out.web},
      {"data.zone", &out.zone},         {"clock.source", &out.clock},
      {"log.level", &out.log_level}};
  std::map<std::string, int*> numbers{{"server.io_threads", &out.io_threads},
                                      {"server.workers", &out.workers},
                                      {"server.connections_max", &out.connections_max},
                                      {"clock.tick_ms", &out.tick_ms}};
  toml::table table;
  try {
    table = toml::parse_file(file);
  } catch (const toml::parse_error& error) {
    return refuse(file, error.source(), std::string(error.description()));
  }
  for (auto&& [section, value] : table) {
    const auto* keys = value.as_table();
    if (!keys)
      return refuse(file, value.source(), fmt::format("`{}` stands in no section", section.str()));
    for (auto&& [key, node] : *keys) {
      std::string name = fmt::format("{}.{}", section.str(), key.str());
      if (auto text = texts.find(name); text != texts.end()) {
        auto held = node.value<std::string>();
        if (!node.is_string()) return refuse(file, node.source(), name + " must be a text");
        *text->second = *held;
      } else if (auto number = numbers.find(name); number != numbers.end()) {
        auto held = node.value<std::int64_t>();
        if (!node.is_integer() || *held < 1 || *held > 1'000'000)
          return refuse(file, node.source(), name + " must be a whole number from 1 to 1000000");
        *number->second = static_cast<int>(*held);
      } else if (name == "server.port") {
        auto held = node.value<std::int64_t>();
        if (!node.is_integer() || *held < 0 || *held > 65535)
          return refuse(file, node.source(), name + " must be a port, 0 to 65535");
        out.port = static_cast<std::uint16_t>(*held);
      } else if (name == "server.secure_cookie") {
        if (!node.is_boolean()) return refuse(file, node.source(), name + " must be true or false");
        out.secure_cookie = *node.value<bool>();
      } else {
        return refuse(file, node.source(),
                      fmt::format("`{}` is not known; config/anxiao.toml lists every key", name));
      }
    }
  }
  return out;
}

}  // namespace anxiao::app
