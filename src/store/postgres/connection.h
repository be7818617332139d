// One connection to a PostgreSQL server by libpq: statements prepared once and cached by their
// text, values as text, errors thrown as DatabaseFault by their SQLSTATE (PostgreSQL 15, appendix
// A). A connection is used by one thread at a time. It does not know of units of work, of the
// journal, or of what any table means.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "usecases/ports.h"

struct pg_conn;
struct pg_result;

namespace anxiao::store::postgres {

class Connection {
 public:
  // `url` is what libpq takes: `postgresql://user@host:port/name?sslmode=…` or `host=… dbname=…`.
  // Throws DatabaseFault{busy} where the server cannot be reached.
  explicit Connection(const std::string& url);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs one statement; calls `each` for every row it gives, once all are there, so that `each` may
  // run statements itself. The rows changed, 0 for a reading statement. `params` must be as many
  // as the highest `$n`, and each `$n` must occur.
  std::int64_t run(std::string_view sql, std::span<const usecases::Value> params = {},
                   const std::function<void(const usecases::Row&)>& each = {});

  // Several statements without parameters, none of them kept prepared.
  void script(const std::string& sql);

  // The first column of the first row; 0 where there is none.
  std::int64_t number(std::string_view sql, std::span<const usecases::Value> params = {});
  std::string text(std::string_view sql, std::span<const usecases::Value> params = {});

  bool in_transaction() const;
  // False once the server is gone: the connection is of no more use.
  bool is_alive() const;

  // Waits up to so long for a NOTIFY; true where one came.
  bool wait_for_notice(int milliseconds);

 private:
  struct Result;
  struct Statement {
    std::string sql, name;
    std::size_t params = 0;
  };
  const Statement& prepared(std::string_view sql);
  Result checked(pg_result* result, std::string_view doing);
  usecases::DatabaseFault fault(const pg_result* result, std::string_view doing) const;

  pg_conn* connection_ = nullptr;
  std::unordered_map<std::string_view, std::unique_ptr<Statement>> cache_;
  std::int64_t made_ = 0;
};

// What an SQLSTATE means to a use case; an empty one: the connection was lost.
usecases::DatabaseFault::Kind kind_of(std::string_view sqlstate);

}  // namespace anxiao::store::postgres
