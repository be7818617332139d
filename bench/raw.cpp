#include "bench/raw.h"

#include <sqlite3.h>

#include <chrono>
#include <stdexcept>
#include <unordered_map>

#include "base/ids.h"
#include "bench/program.h"

namespace anxiao::bench {
namespace {

using Now = std::chrono::steady_clock;

double seconds_since(Now::time_point then) {
  return std::chrono::duration<double>(Now::now() - then).count();
}

class Database {
 public:
  explicit Database(const std::filesystem::path& file) {
    check(sqlite3_open(file.c_str(), &held_));
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = FULL");
    run("PRAGMA wal_autocheckpoint = 4000");
    run("PRAGMA cache_size = -65536");
    run("PRAGMA temp_store = MEMORY");
    sqlite3_busy_timeout(held_, 10'000);
  }
  ~Database() {
    for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(held_);
  }

  void run(const char* sql) {
    auto* statement = prepared(sql);
    while (sqlite3_step(statement) == SQLITE_ROW) {
    }
    sqlite3_reset(statement);
  }

  // Every column of every row is read, as a caller would.
  std::size_t run(const Statement& what, const Replacements& replaced) {
    auto* statement = prepared(what.sql);
    for (std::size_t i = 0; i < what.params.size(); ++i)
      bind(statement, i, what.params[i], replaced);
    std::size_t bytes = 0;
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW)
      for (int column = 0; column < sqlite3_column_count(statement); ++column)
        if (sqlite3_column_text(statement, column))
          bytes += static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    if (result != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(held_));
    sqlite3_reset(statement);
    return bytes;
  }

 private:
  void check(int result) {
    if (result != SQLITE_OK)
      throw std::runtime_error(held_ ? sqlite3_errmsg(held_) : "cannot open");
  }

  sqlite3_stmt* prepared(const std::string& sql) {
    auto& statement = statements_[sql];
    if (!statement)
      check(sqlite3_prepare_v3(held_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement,
                               nullptr));
    return statement;
  }

  void bind(sqlite3_stmt* statement, std::size_t index, const usecases::Value& value,
            const Replacements& replaced) {
    int at = sqlite3_bind_parameter_index(statement, ("$" + std::to_string(index + 1)).c_str());
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      sqlite3_bind_int64(statement, at, *number);
    } else if (const auto* real = std::get_if<double>(&value)) {
      sqlite3_bind_double(statement, at, *real);
    } else if (const auto* flag = std::get_if<bool>(&value)) {
      sqlite3_bind_int(statement, at, *flag);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      std::string mine = *text;
      for (const auto& [old, fresh] : replaced)
        for (std::size_t found = 0; (found = mine.find(old, found)) != std::string::npos;
             found += fresh.size())
          mine.replace(found, old.size(), fresh);
      sqlite3_bind_text(statement, at, mine.data(), static_cast<int>(mine.size()),
                        SQLITE_TRANSIENT);
    } else {
      sqlite3_bind_null(statement, at);
    }
  }

  sqlite3* held_ = nullptr;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace

void Catching::query(std::string_view sql, std::span<const usecases::Value> params,
                     const std::function<void(const usecases::Row&)>& each) {
  caught.push_back({std::string(sql), {params.begin(), params.end()}});
  inner_.query(sql, params, each);
}

std::int64_t Catching::exec(std::string_view sql, std::span<const usecases::Value> params) {
  caught.push_back({std::string(sql), {params.begin(), params.end()}});
  return inner_.exec(sql, params);
}

std::int64_t Catching::record(usecases::Entry entry) {
  std::string data = boost::json::serialize(entry.data);
  auto seq = inner_.record(entry);
  // The sequence is made by the database here, as a store without a writer of its own would do.
  caught.push_back(
      {"INSERT INTO journal (district, seq, organisation, path, holder, kind, noun, subject, "
       "actor, "
       "happened_at, known_at, data, hash) SELECT $1, (SELECT coalesce(max(seq), 0) + 1 FROM "
       "journal "
       "WHERE district = $1), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12",
       {entry.district, entry.organisation, entry.path, entry.holder, entry.kind, entry.noun,
        entry.subject, entry.actor, entry.happened_at.ms, entry.known_at.ms, data,
        std::string(64, 'a')}});
  return seq;
}

Replayed replay(const std::filesystem::path& file, const std::vector<Statement>& statements,
                const std::string& id, int together, double seconds) {
  std::string district(district_of(id));
  return replay(
      file, statements,
      [&] {
        return Replacements{{id, new_id(district, system_clock()->now())}};
      },
      together, seconds);
}

Replayed replay(const std::filesystem::path& file, const std::vector<Statement>& statements,
                const std::function<Replacements()>& next, int together, double seconds) {
  Database database(file);
  std::int64_t made = 0;
  auto began = Now::now();
  const double cpu_before = thread_cpu_seconds();
  while (seconds_since(began) < seconds) {
    database.run("BEGIN IMMEDIATE");
    for (int i = 0; i < together; ++i) {
      if (together > 1) database.run("SAVEPOINT one");
      auto replaced = next();
      for (const auto& each : statements) database.run(each, replaced);
      if (together > 1) database.run("RELEASE one");
      ++made;
    }
    database.run("COMMIT");
  }
  return {.per_second = double(made) / seconds_since(began),
          .cpu_us = (thread_cpu_seconds() - cpu_before) * 1e6 / double(made)};
}

double repeat(const std::filesystem::path& file, const Statement& statement, double seconds) {
  Database database(file);
  std::int64_t made = 0;
  auto began = Now::now();
  while (seconds_since(began) < seconds) {
    database.run(statement, {});
    ++made;
  }
  return double(made) / seconds_since(began);
}

double once(const std::filesystem::path& file, const std::string& sql) {
  Database database(file);
  auto began = Now::now();
  database.run(Statement{sql, {}}, {});
  return seconds_since(began);
}

}  // namespace anxiao::bench
