// One connection to a SQLite file: statements cached by their text, parameters `$1`, `$2`, … bound
// by name, errors thrown as DatabaseFault. A connection is used by one thread at a time. It does
// not know of units of work, of the journal, or of what any table means.

#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "usecases/ports.h"

struct sqlite3;
struct sqlite3_stmt;

namespace anxiao::store::sqlite {

class Connection {
 public:
  enum class Access { read_only, read_write, create };

  Connection(const std::filesystem::path& path, Access access);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs one statement; calls `each` for every row it gives. The rows changed, 0 for a reading
  // statement. `params` must be as many as the highest `$n`, and each `$n` must occur.
  std::int64_t run(std::string_view sql, std::span<const usecases::Value> params = {},
                   const std::function<void(const usecases::Row&)>& each = {});

  // Several statements without parameters, none of them kept in the cache.
  void script(const std::string& sql);

  // The first column of the first row; 0 where there is none.
  std::int64_t number(std::string_view sql, std::span<const usecases::Value> params = {});

  // True inside a transaction. An error such as a full disk may end it.
  bool in_transaction() const;

  // The fault of the connection's last error.
  usecases::DatabaseFault fault(std::string_view doing) const;

  sqlite3* handle() const { return db_; }

 private:
  struct Statement;
  class Use;

  Statement& prepared(std::string_view sql);
  std::unique_ptr<Statement> prepare(std::string_view sql);

  sqlite3* db_ = nullptr;
  std::unordered_map<std::string_view, std::unique_ptr<Statement>> cache_;
};

// What a result code of SQLite (an extended one) means to a use case.
usecases::DatabaseFault::Kind kind_of(int code);

}  // namespace anxiao::store::sqlite
