// The verbs of the command line. Each gives the exit code: 0 done, 1 refused or failed (standard
// error says why), 2 verified and found wanting, 130 interrupted without harm.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace anxiao::app {

// What was asked for; empty where the settings file or the default decides.
struct Command {
  std::string config;
  std::optional<std::string> data, database, pack, web, address, clock;
  std::optional<std::uint16_t> port;
  std::optional<int> tick_ms;
  bool demo = false;
  bool term = false;
  std::int64_t schools = 0, seed = 1;
  int days = 0;
  bool dry_run = false;
  std::string city, code, login;
  std::string file, into;
  std::vector<std::string> kinds;
  std::string proof, key;
  std::int64_t seq = 0;
  std::string to, from;
  std::string format;
};

int run_serve(const Command& ask);
int run_demo(const Command& ask);
int run_init(const Command& ask);
int run_simulate(const Command& ask);
int run_import(const Command& ask);
int run_pack_check(const Command& ask);
int run_pack_trace(const Command& ask);
int run_pack_burden(const Command& ask);
int run_journal_verify(const Command& ask);
int run_journal_prove(const Command& ask);
int run_move(const Command& ask);
int run_backup(const Command& ask);
int run_restore(const Command& ask);

}  // namespace anxiao::app
