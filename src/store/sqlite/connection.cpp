#include "store/sqlite/connection.h"

#include <sqlite3.h>

#include <charconv>

#include "base/result.h"

namespace anxiao::store::sqlite {

using usecases::DatabaseFault;
using usecases::Row;
using usecases::Value;

namespace {

// More different texts than the program has; beyond it the unused ones are let go.
constexpr std::size_t kMostStatements = 1000;
constexpr int kBusyTimeoutMs = 5000;

class StatementRow final : public Row {
 public:
  explicit StatementRow(sqlite3_stmt* statement) : statement_(statement) {}
  bool is_null(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  double number(int column) const override { return sqlite3_column_double(statement_, column); }
  bool flag(int column) const override { return sqlite3_column_int64(statement_, column) != 0; }
  std::string_view text(int column) const override {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (!bytes) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  sqlite3_stmt* statement_;
};

std::string shortened(std::string_view sql) {
  constexpr std::size_t kMost = 160;
  std::string out(sql.substr(0, kMost));
  if (sql.size() > kMost) out += " …";
  return out;
}

}  // namespace

DatabaseFault::Kind kind_of(int code) {
  using Kind = DatabaseFault::Kind;
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return Kind::unique;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return Kind::foreign_key;
    case SQLITE_CONSTRAINT_CHECK:
    case SQLITE_CONSTRAINT_NOTNULL:
      return Kind::check;
    case SQLITE_IOERR_CORRUPTFS:
      return Kind::damaged;
    default:
      break;
  }
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
      return Kind::full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Kind::busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Kind::damaged;
    case SQLITE_INTERRUPT:
      return Kind::interrupted;
    default:
      return Kind::other;
  }
}

struct Connection::Statement {
  std::string sql;
  sqlite3_stmt* handle = nullptr;
  std::vector<int> number_at;  // of each bound place, the n of its `$n`
  std::size_t params = 0;
  bool reads = false;
  bool in_use = false;
  ~Statement() { sqlite3_finalize(handle); }
};

// A statement while it runs: reset at the end, whatever the end.
class Connection::Use {
 public:
  explicit Use(Statement& statement) : statement_(statement) { statement_.in_use = true; }
  ~Use() {
    sqlite3_reset(statement_.handle);
    sqlite3_clear_bindings(statement_.handle);
    statement_.in_use = false;
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  Statement& statement_;
};

Connection::Connection(const std::filesystem::path& path, Access access) {
  int flags = SQLITE_OPEN_NOMUTEX;
  if (access == Access::read_only) flags |= SQLITE_OPEN_READONLY;
  if (access == Access::read_write) flags |= SQLITE_OPEN_READWRITE;
  if (access == Access::create) flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (sqlite3_open_v2(path.c_str(), &db_, flags, nullptr) != SQLITE_OK) {
    auto failed = fault("cannot open " + path.string());
    sqlite3_close(db_);
    throw failed;
  }
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_busy_timeout(db_, kBusyTimeoutMs);
}

Connection::~Connection() {
  cache_.clear();
  sqlite3_close(db_);
}

DatabaseFault Connection::fault(std::string_view doing) const {
  int code = db_ ? sqlite3_extended_errcode(db_) : SQLITE_NOMEM;
  std::string what = db_ ? sqlite3_errmsg(db_) : "out of memory";
  what += " (SQLite " + std::to_string(code) + "): ";
  what += shortened(doing);
  return {kind_of(code), what};
}

bool Connection::in_transaction() const { return !sqlite3_get_autocommit(db_); }

std::unique_ptr<Connection::Statement> Connection::prepare(std::string_view sql) {
  auto made = std::make_unique<Statement>();
  made->sql = sql;
  const char* rest = nullptr;
  if (sqlite3_prepare_v3(db_, made->sql.c_str(), static_cast<int>(made->sql.size() + 1),
                         SQLITE_PREPARE_PERSISTENT, &made->handle, &rest) != SQLITE_OK)
    throw fault(sql);
  if (!made->handle) throw Fault("an empty SQL statement");
  if (std::string_view(rest).find_first_not_of(" \t\r\n;") != std::string_view::npos)
    throw Fault("more than one SQL statement: " + shortened(sql));
  int places = sqlite3_bind_parameter_count(made->handle);
  for (int place = 1; place <= places; ++place) {
    const char* name = sqlite3_bind_parameter_name(made->handle, place);
    std::string_view digits = name && *name == '$' ? name + 1 : "";
    int number = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size() || number < 1)
      throw Fault("a parameter that is not $1, $2, …: " + shortened(sql));
    made->number_at.push_back(number);
    made->params = std::max(made->params, static_cast<std::size_t>(number));
  }
  // Every `$n` occurs: PostgreSQL cannot tell the type of one that does not.
  if (made->params != made->number_at.size())
    throw Fault("a parameter $n that does not occur: " + shortened(sql));
  made->reads = sqlite3_stmt_readonly(made->handle);
  return made;
}

Connection::Statement& Connection::prepared(std::string_view sql) {
  if (auto found = cache_.find(sql); found != cache_.end()) return *found->second;
  if (cache_.size() >= kMostStatements)
    std::erase_if(cache_, [](const auto& each) { return !each.second->in_use; });
  auto made = prepare(sql);
  std::string_view key = made->sql;
  return *cache_.emplace(key, std::move(made)).first->second;
}

std::int64_t Connection::run(std::string_view sql, std::span<const Value> params,
                             const std::function<void(const Row&)>& each) {
  Statement* statement = &prepared(sql);
  // A callback may run the text that is just giving rows: it gets a statement of its own.
  std::unique_ptr<Statement> second;
  if (statement->in_use) {
    second = prepare(sql);
    statement = second.get();
  }
  if (statement->params != params.size())
    throw Fault("as many parameters as the SQL has $n are wanted: " + shortened(sql));
  Use use(*statement);
  sqlite3_stmt* handle = statement->handle;
  for (std::size_t i = 0; i < statement->number_at.size(); ++i) {
    int place = static_cast<int>(i + 1);
    const Value& value = params[static_cast<std::size_t>(statement->number_at[i]) - 1];
    int code = SQLITE_OK;
    if (const auto* number = std::get_if<std::int64_t>(&value))
      code = sqlite3_bind_int64(handle, place, *number);
    else if (const auto* real = std::get_if<double>(&value))
      code = sqlite3_bind_double(handle, place, *real);
    else if (const auto* flag = std::get_if<bool>(&value))
      code = sqlite3_bind_int(handle, place, *flag ? 1 : 0);
    else if (const auto* text = std::get_if<std::string>(&value))
      code = sqlite3_bind_text64(handle, place, text->data(), text->size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
    if (code != SQLITE_OK) throw fault(sql);
  }
  StatementRow row(handle);
  for (;;) {
    int code = sqlite3_step(handle);
    if (code == SQLITE_DONE) break;
    if (code != SQLITE_ROW) throw fault(sql);
    if (each) each(row);
  }
  return statement->reads ? 0 : sqlite3_changes64(db_);
}

void Connection::script(const std::string& sql) {
  if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) throw fault(sql);
}

std::int64_t Connection::number(std::string_view sql, std::span<const Value> params) {
  std::int64_t out = 0;
  bool first = true;
  run(sql, params, [&](const Row& row) {
    if (first) out = row.integer(0);
    first = false;
  });
  return out;
}

}  // namespace anxiao::store::sqlite
