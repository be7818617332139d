// The limit for creating a hazard: the very statements that the use case runs, caught once, then
// run in a loop on the SQLite C API, with nothing of ours around them.

#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "usecases/ports.h"

namespace anxiao::bench {

struct Statement {
  std::string sql;
  std::vector<usecases::Value> params;
};

// Stands between a use case and the store, and keeps what goes through.
class Catching final : public usecases::Transaction {
 public:
  explicit Catching(usecases::Transaction& inner) : inner_(inner) {}
  void query(std::string_view sql, std::span<const usecases::Value> params,
             const std::function<void(const usecases::Row&)>& each) override;
  using usecases::Reader::query;
  std::int64_t exec(std::string_view sql, std::span<const usecases::Value> params) override;
  using usecases::Transaction::exec;
  std::int64_t record(usecases::Entry entry) override;
  std::vector<Statement> caught;

 private:
  usecases::Transaction& inner_;
};

struct Replayed {
  double per_second = 0;
  double cpu_us = 0;  // of a processor, for each
};

// Replays `statements` for `seconds`, `together` to a commit (each under a savepoint where it is
// more than one), in WAL with synchronous FULL; `id` is replaced by a fresh one each time.
Replayed replay(const std::filesystem::path& database, const std::vector<Statement>& statements,
                const std::string& id, int together, double seconds);
// The same with what each run replaces, wherever it occurs in a parameter.
using Replacements = std::vector<std::pair<std::string, std::string>>;
Replayed replay(const std::filesystem::path& database, const std::vector<Statement>& statements,
                const std::function<Replacements()>& next, int together, double seconds);

// Runs one reading statement in a loop, reading every column of every row.
double repeat(const std::filesystem::path& database, const Statement& statement, double seconds);

// Seconds that one run takes.
double once(const std::filesystem::path& database, const std::string& sql);

}  // namespace anxiao::bench
