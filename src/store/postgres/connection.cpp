#include "store/postgres/connection.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <set>
#include <vector>

#include "base/result.h"

namespace anxiao::store::postgres {

using usecases::DatabaseFault;
using usecases::Row;
using usecases::Value;

namespace {

// More different texts than the program has; beyond it all are prepared anew.
constexpr std::size_t kMostStatements = 1000;

class ResultRow final : public Row {
 public:
  ResultRow(const PGresult* result, int row) : result_(result), row_(row) {}
  bool is_null(int column) const override { return PQgetisnull(result_, row_, column) != 0; }
  std::int64_t integer(int column) const override {
    const auto bytes = text(column);
    std::int64_t out = 0;
    std::from_chars(bytes.data(), bytes.data() + bytes.size(), out);
    return bytes == "t" ? 1 : out;
  }
  double number(int column) const override {
    return std::strtod(PQgetvalue(result_, row_, column), nullptr);
  }
  bool flag(int column) const override { return integer(column) != 0; }
  std::string_view text(int column) const override {
    return {PQgetvalue(result_, row_, column),
            static_cast<std::size_t>(PQgetlength(result_, row_, column))};
  }

 private:
  const PGresult* result_;
  int row_;
};

std::string shortened(std::string_view sql) {
  constexpr std::size_t kMost = 160;
  std::string out(sql.substr(0, kMost));
  if (sql.size() > kMost) out += " …";
  return out;
}

// The numbers of the parameters in the text, quoted texts left out.
std::set<std::size_t> params_in(std::string_view sql) {
  std::set<std::size_t> out;
  bool quoted = false;
  for (std::size_t at = 0; at < sql.size(); ++at) {
    if (sql[at] == '\'') quoted = !quoted;
    if (quoted || sql[at] != '$') continue;
    std::size_t number = 0;
    std::from_chars(sql.data() + at + 1, sql.data() + sql.size(), number);
    if (number > 0) out.insert(number);
  }
  return out;
}

// As PostgreSQL reads a value of the type that it finds for the place.
std::string written(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* real = std::get_if<double>(&value)) {
    char bytes[64];
    const auto end = std::to_chars(bytes, bytes + sizeof bytes, *real).ptr;
    return {bytes, end};
  }
  return {};
}

}  // namespace

DatabaseFault::Kind kind_of(std::string_view sqlstate) {
  using Kind = DatabaseFault::Kind;
  if (sqlstate == "23505") return Kind::unique;
  if (sqlstate == "23503") return Kind::foreign_key;
  if (sqlstate == "23502" || sqlstate == "23514") return Kind::check;
  if (sqlstate == "53100") return Kind::full;
  if (sqlstate == "57014") return Kind::interrupted;
  if (sqlstate == "XX001" || sqlstate == "XX002") return Kind::damaged;
  // Lock not available, no resources, serialization, deadlock, shutdown, no connection.
  for (const std::string_view group : {"40", "53", "55", "57", "08"})
    if (sqlstate.starts_with(group)) return Kind::busy;
  return sqlstate.empty() ? Kind::busy : Kind::other;
}

struct Connection::Result {
  explicit Result(PGresult* given) : held(given, PQclear) {}
  std::unique_ptr<PGresult, void (*)(PGresult*)> held;
};

Connection::Connection(const std::string& url) {
  connection_ = PQconnectdb(url.c_str());
  if (PQstatus(connection_) != CONNECTION_OK) {
    const std::string what = PQerrorMessage(connection_);
    PQfinish(connection_);
    throw DatabaseFault(DatabaseFault::Kind::busy, "the database cannot be reached: " + what);
  }
  PQsetNoticeProcessor(
      connection_, [](void*, const char*) {}, nullptr);
}

Connection::~Connection() { PQfinish(connection_); }

DatabaseFault Connection::fault(const pg_result* result, std::string_view doing) const {
  const char* state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
  const char* message = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
  std::string what = message ? message : PQerrorMessage(connection_);
  what += " (PostgreSQL " + std::string(state ? state : "connection") + "): " + shortened(doing);
  return {kind_of(state ? state : ""), what};
}

Connection::Result Connection::checked(pg_result* given, std::string_view doing) {
  Result result(given);
  const auto status = PQresultStatus(given);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw fault(given, doing);
  return result;
}

const Connection::Statement& Connection::prepared(std::string_view sql) {
  if (auto found = cache_.find(sql); found != cache_.end()) return *found->second;
  if (cache_.size() >= kMostStatements) {
    script("DEALLOCATE ALL");
    cache_.clear();
  }
  auto made = std::make_unique<Statement>();
  made->sql = sql;
  made->name = "s" + std::to_string(++made_);
  const auto numbers = params_in(sql);
  made->params = numbers.empty() ? 0 : *numbers.rbegin();
  if (numbers.size() != made->params)
    throw Fault("a parameter $n that does not occur: " + shortened(sql));
  checked(PQprepare(connection_, made->name.c_str(), made->sql.c_str(), 0, nullptr), sql);
  std::string_view key = made->sql;
  return *cache_.emplace(key, std::move(made)).first->second;
}

std::int64_t Connection::run(std::string_view sql, std::span<const Value> params,
                             const std::function<void(const Row&)>& each) {
  const auto& statement = prepared(sql);
  if (statement.params != params.size())
    throw Fault("as many parameters as the SQL has $n are wanted: " + shortened(sql));
  std::vector<std::string> texts;
  std::vector<const char*> values;
  texts.reserve(params.size());
  values.reserve(params.size());
  for (const auto& param : params) {
    texts.push_back(written(param));
    values.push_back(std::holds_alternative<std::monostate>(param) ? nullptr
                                                                   : texts.back().c_str());
  }
  const auto result =
      checked(PQexecPrepared(connection_, statement.name.c_str(), static_cast<int>(values.size()),
                             values.data(), nullptr, nullptr, 0),
              sql);
  const int rows = PQntuples(result.held.get());
  for (int row = 0; each && row < rows; ++row) each(ResultRow(result.held.get(), row));
  if (std::string_view(PQcmdStatus(result.held.get())).starts_with("SELECT")) return 0;
  std::int64_t changed = 0;
  const std::string_view count = PQcmdTuples(result.held.get());
  std::from_chars(count.data(), count.data() + count.size(), changed);
  return changed;
}

void Connection::script(const std::string& sql) { checked(PQexec(connection_, sql.c_str()), sql); }

std::int64_t Connection::number(std::string_view sql, std::span<const Value> params) {
  std::int64_t out = 0;
  bool first = true;
  run(sql, params, [&](const Row& row) {
    if (first) out = row.integer(0);
    first = false;
  });
  return out;
}

std::string Connection::text(std::string_view sql, std::span<const Value> params) {
  std::string out;
  run(sql, params, [&](const Row& row) { out = row.text(0); });
  return out;
}

bool Connection::in_transaction() const { return PQtransactionStatus(connection_) != PQTRANS_IDLE; }

bool Connection::is_alive() const { return PQstatus(connection_) == CONNECTION_OK; }

bool Connection::wait_for_notice(int milliseconds) {
  const auto take = [&] {
    bool any = false;
    while (PGnotify* notice = PQnotifies(connection_)) {
      PQfreemem(notice);
      any = true;
    }
    return any;
  };
  if (take()) return true;
  pollfd waits{.fd = PQsocket(connection_), .events = POLLIN, .revents = 0};
  if (::poll(&waits, 1, milliseconds) <= 0) return false;
  if (!PQconsumeInput(connection_)) throw fault(nullptr, "waiting for a notice");
  return take();
}

}  // namespace anxiao::store::postgres
