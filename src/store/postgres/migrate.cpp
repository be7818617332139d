#include "store/postgres/migrate.h"

#include <map>

#include "base/hash.h"

namespace anxiao::store::postgres {

using usecases::DatabaseFault;
using usecases::Row;
using usecases::Value;

namespace {

DatabaseFault refused(const std::string& what) { return {DatabaseFault::Kind::other, what}; }

bool has_table(Connection& connection, const std::string& name) {
  const Value params[] = {name};
  return connection.number(
             "SELECT count(*) FROM pg_catalog.pg_tables"
             " WHERE schemaname = current_schema() AND tablename = $1",
             params) > 0;
}

void check_order(Connection& connection) {
  const auto order =
      connection.text("SELECT datcollate FROM pg_database WHERE datname = current_database()");
  if (order == "C" || order == "POSIX" || order == "C.UTF-8" || order == "C.utf8") return;
  throw refused("the database orders texts by " + order +
                ", and paths are found by the order of their bytes: make it with `createdb "
                "--template=template0 --encoding=UTF8 --locale=C.UTF-8 NAME`");
}

void begin(Connection& connection) {
  connection.run("BEGIN");
  connection.run(kLockWriting);
}

void make_tables(Connection& connection) {
  if (has_table(connection, "schema_steps")) return;
  if (connection.number("SELECT count(*) FROM pg_catalog.pg_tables"
                        " WHERE schemaname = current_schema()") > 0)
    throw refused("the database holds tables of another program: give Anxiao one of its own");
  connection.script(
      "CREATE TABLE schema_steps (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL,"
      " sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL);"
      // The newest sequence of the journal. Whoever writes holds the writing lock, so that
      // sequences come in the order of commits and none comes late.
      "CREATE TABLE journal_heads (district TEXT NOT NULL PRIMARY KEY, seq BIGINT NOT NULL);"
      "INSERT INTO journal_heads (district, seq) VALUES ('', 0)");
}

std::size_t applied(Connection& connection, std::span<const Step> steps) {
  std::map<std::int64_t, std::string> hashes;
  connection.run("SELECT number, sha256 FROM schema_steps", {},
                 [&](const Row& row) { hashes.emplace(row.integer(0), row.text(1)); });
  return applied_of(steps, hashes);
}

}  // namespace

void migrate(Connection& connection, std::span<const Step> steps, Instant now,
             const usecases::Progress& progress) {
  check_order(connection);
  const auto in_one = [&](const auto& work) {
    begin(connection);
    try {
      work();
      connection.run("COMMIT");
    } catch (...) {
      if (connection.is_alive() && connection.in_transaction()) connection.script("ROLLBACK");
      throw;
    }
  };
  in_one([&] { make_tables(connection); });
  const auto total = static_cast<std::int64_t>(steps.size());
  for (std::size_t done = 0; done < steps.size();) {
    in_one([&] {
      done = applied(connection, steps);
      if (done == steps.size()) return;
      const Step& step = steps[done];
      progress.step("migrating to step " + title_of(step), static_cast<std::int64_t>(done), total);
      connection.script(std::string(step.sql));
      const Value params[] = {std::int64_t(step.number), std::string(step.name),
                              sha256_hex(step.sql), now.ms};
      connection.run(
          "INSERT INTO schema_steps (number, name, sha256, applied_at) VALUES ($1, $2, $3, $4)",
          params);
    });
  }
  in_one([&] { applied(connection, steps); });
  progress.step("migrated", total, total);
}

}  // namespace anxiao::store::postgres
