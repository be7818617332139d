// What a server is told at its start: from config/anxiao.toml, then from the command line. Each
// key has its default here and its explanation in that file; an unknown key is refused.

#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace anxiao::app {

struct Settings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8808;
  int io_threads = 2;
  int workers = 2;
  int connections_max = 20000;
  bool secure_cookie = false;
  std::string data = "data";
  std::string database;  // an address of PostgreSQL; empty: a file in the data folder
  std::string pack = "pack/cq-2017-193";
  std::string calendar = "pack/calendar";
  std::string web = "web/dist";
  std::string zone = "Asia/Shanghai";
  std::string clock = "system";
  int tick_ms = 2000;
  std::string log_level = "info";
};

// Reads `file` over the defaults. Refuses with key `settings.refused` and a detail that names
// file, line and key.
Result<Settings> read_settings(const std::string& file);

}  // namespace anxiao::app
