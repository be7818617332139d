// Structured log: one JSON object a line on standard error: time, level, message, and the fields
// given. Nothing personal goes here: ids, never names, bodies or tokens.

#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace anxiao::log {

enum class Level { debug, info, warning, error };

void set_level(Level level);
void write(Level level, std::string_view message, boost::json::object fields = {});

inline void info(std::string_view message, boost::json::object fields = {}) {
  write(Level::info, message, std::move(fields));
}
inline void warning(std::string_view message, boost::json::object fields = {}) {
  write(Level::warning, message, std::move(fields));
}
inline void error(std::string_view message, boost::json::object fields = {}) {
  write(Level::error, message, std::move(fields));
}

}  // namespace anxiao::log
