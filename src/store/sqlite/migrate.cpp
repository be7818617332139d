#include "store/sqlite/migrate.h"

#include <map>

#include "base/hash.h"

namespace anxiao::store::sqlite {

using usecases::DatabaseFault;
using usecases::Row;
using usecases::Value;

namespace {

DatabaseFault refused(const std::string& what) { return {DatabaseFault::Kind::other, what}; }

bool has_steps_table(Connection& connection) {
  return connection.number(
             "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_steps'") >
         0;
}

// How many of `steps` are applied.
std::size_t applied(Connection& connection, std::span<const Step> steps) {
  if (!has_steps_table(connection)) return 0;
  std::map<std::int64_t, std::string> hashes;
  connection.run("SELECT number, sha256 FROM schema_steps", {},
                 [&](const Row& row) { hashes.emplace(row.integer(0), row.text(1)); });
  return applied_of(steps, hashes);
}

}  // namespace

void migrate(Connection& connection, std::span<const Step> steps, Instant now,
             const usecases::Progress& progress) {
  if (!has_steps_table(connection)) {
    if (connection.number("SELECT count(*) FROM sqlite_master") > 0)
      throw refused("the file is a SQLite database of another program");
    connection.script("BEGIN IMMEDIATE; PRAGMA application_id = " + std::to_string(kApplicationId) +
                      "; CREATE TABLE schema_steps (number BIGINT NOT NULL PRIMARY KEY, "
                      "name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL); "
                      "COMMIT");
  }
  auto total = static_cast<std::int64_t>(steps.size());
  for (std::size_t i = applied(connection, steps); i < steps.size(); ++i) {
    const Step& step = steps[i];
    progress.step("migrating to step " + title_of(step), static_cast<std::int64_t>(i), total);
    connection.run("BEGIN IMMEDIATE");
    try {
      connection.script(std::string(step.sql));
      connection.run(
          "INSERT INTO schema_steps (number, name, sha256, applied_at) "
          "VALUES ($1, $2, $3, $4)",
          std::vector<Value>{std::int64_t(step.number), std::string(step.name),
                             sha256_hex(step.sql), now.ms});
      connection.run("COMMIT");
    } catch (...) {
      if (connection.in_transaction()) connection.run("ROLLBACK");
      throw;
    }
  }
  progress.step("migrated", total, total);
}

void check_steps(Connection& connection, std::span<const Step> steps) {
  if (applied(connection, steps) != steps.size())
    throw refused("the database wants a newer form: start the server once, which migrates it");
}

}  // namespace anxiao::store::sqlite
