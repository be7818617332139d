#include "store/move.h"

#include <fmt/format.h>

#include <map>
#include <optional>

#include "base/hash.h"
#include "store/sqlite/connection.h"

namespace anxiao::store {

namespace {

using usecases::Reader;
using usecases::Row;
using usecases::Transaction;
using usecases::Value;

constexpr std::int64_t kPortion = 2000;

struct Column {
  std::string name;
  char type = 't';  // t text, i integer, n number, b boolean
};

struct Table {
  std::string name;
  std::vector<Column> columns;
  std::vector<std::size_t> key;  // places of its columns
};

char type_of(std::string_view declared) {
  if (declared == "BIGINT") return 'i';
  if (declared == "BOOLEAN") return 'b';
  return declared == "DOUBLE PRECISION" ? 'n' : 't';
}

// The tables that the steps make, asked of an engine that can say so without a server.
std::vector<Table> tables_of_the_program() {
  sqlite::Connection connection(":memory:", sqlite::Connection::Access::create);
  for (const auto& step : sqlite_steps()) connection.script(std::string(step.sql));
  std::vector<Table> out;
  connection.run("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", {},
                 [&](const Row& row) {
                   out.push_back({std::string(row.text(0)), {}, {}});
                 });
  for (auto& table : out) {
    std::map<std::int64_t, std::size_t> key;
    const Value params[] = {table.name};
    connection.run("SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid", params,
                   [&](const Row& row) {
                     if (row.integer(2) > 0) key[row.integer(2)] = table.columns.size();
                     table.columns.push_back({std::string(row.text(0)), type_of(row.text(1))});
                   });
    for (const auto& [number, place] : key) table.key.push_back(place);
    expect(!table.key.empty(), "every table has a key");
  }
  return out;
}

std::string names(const Table& table) {
  std::string out;
  for (const auto& column : table.columns) out += (out.empty() ? "" : ", ") + column.name;
  return out;
}

std::string key_names(const Table& table, std::string_view after = "") {
  std::string out;
  for (const auto place : table.key)
    out += (out.empty() ? "" : ", ") + table.columns[place].name + std::string(after);
  return out;
}

std::string places(std::size_t from, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i)
    out += fmt::format("{}${}", out.empty() ? "" : ", ", from + i);
  return out;
}

Value value_at(const Row& row, int place, char type) {
  if (row.is_null(place)) return std::monostate{};
  if (type == 'i') return row.integer(place);
  if (type == 'b') return row.flag(place);
  if (type == 'n') return row.number(place);
  return std::string(row.text(place));
}

using Values = std::vector<Value>;

Values values_of(const Row& row, const Table& table) {
  Values out;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    out.push_back(value_at(row, static_cast<int>(i), table.columns[i].type));
  return out;
}

Values key_of(const Values& row, const Table& table) {
  Values out;
  for (const auto place : table.key) out.push_back(row[place]);
  return out;
}

// The next rows after a key, or the first ones.
std::vector<Values> rows_after(Reader& reader, const Table& table,
                               const std::optional<Values>& after) {
  std::string sql = "SELECT " + names(table) + " FROM " + table.name;
  Values params;
  if (after) {
    sql += " WHERE (" + key_names(table) + ") > (" + places(1, after->size()) + ")";
    params = *after;
  }
  params.push_back(kPortion);
  sql += " ORDER BY " + key_names(table) + fmt::format(" LIMIT ${}", params.size());
  std::vector<Values> out;
  reader.query(sql, params, [&](const Row& row) { out.push_back(values_of(row, table)); });
  return out;
}

std::optional<Values> last_key(Reader& reader, const Table& table) {
  std::optional<Values> out;
  reader.query("SELECT " + names(table) + " FROM " + table.name + " ORDER BY " +
                   key_names(table, " DESC") + " LIMIT 1",
               {}, [&](const Row& row) { out = key_of(values_of(row, table), table); });
  return out;
}

std::string written(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "null";
}

struct Digest {
  std::int64_t rows = 0;
  std::string sha256;
};

Digest digest_of(usecases::Store& store, const Table& table) {
  Digest out;
  Sha256 sum;
  std::optional<Values> after;
  for (;;) {
    std::vector<Values> portion;
    store.read([&](Reader& reader) { portion = rows_after(reader, table, after); });
    if (portion.empty()) break;
    for (const auto& row : portion)
      for (const auto& value : row) {
        // The kind and the length before the bytes: no two rows are the same text.
        const auto text = written(value);
        sum.feed(fmt::format("{}:{}:", value.index(), text.size()));
        sum.feed(text);
      }
    out.rows += std::ssize(portion);
    after = key_of(portion.back(), table);
  }
  out.sha256 = to_hex(sum.finish());
  return out;
}

bool has_city(usecases::Store& store) {
  bool any = false;
  store.read([&](Reader& reader) {
    reader.query("SELECT 1 FROM districts LIMIT 1", {}, [&](const Row&) { any = true; });
  });
  return any;
}

void mark(usecases::Store& store, bool moving) {
  store.write([&](Transaction& transaction) {
    if (moving) {
      transaction.exec(
          "INSERT INTO settings (district, key, value) VALUES ('', $1, '{}')"
          " ON CONFLICT (district, key) DO NOTHING",
          {std::string(kMoving)});
    } else {
      transaction.exec("DELETE FROM settings WHERE district = '' AND key = $1",
                       {std::string(kMoving)});
    }
    return true;
  });
}

std::int64_t rows_of(usecases::Store& store, const std::vector<Table>& tables) {
  std::int64_t out = 0;
  store.read([&](Reader& reader) {
    for (const auto& table : tables)
      reader.query("SELECT count(*) FROM " + table.name, {},
                   [&](const Row& row) { out += row.integer(0); });
  });
  return out;
}

// How far a move is, over all tables.
struct Far {
  const usecases::Progress& progress;
  std::int64_t done, total;
};

std::int64_t copy(usecases::Store& from, usecases::Store& to, const Table& table, Far& far) {
  // What stands there already came in the order of the key.
  std::optional<Values> after;
  to.read([&](Reader& reader) { after = last_key(reader, table); });
  const std::string sql = "INSERT INTO " + table.name + " (" + names(table) + ") VALUES (" +
                          places(1, table.columns.size()) + ")";
  std::int64_t moved = 0;
  for (;;) {
    far.progress.step("moving " + table.name, far.done, far.total);
    std::vector<Values> portion;
    from.read([&](Reader& reader) { portion = rows_after(reader, table, after); });
    if (portion.empty()) return moved;
    to.write([&](Transaction& transaction) {
      for (const auto& row : portion) transaction.exec(sql, row);
      return true;
    });
    moved += std::ssize(portion);
    far.done += std::ssize(portion);
    after = key_of(portion.back(), table);
  }
}

}  // namespace

bool is_being_moved_into(usecases::Store& store) {
  bool found = false;
  store.read([&](Reader& reader) {
    reader.query("SELECT 1 FROM settings WHERE district = '' AND key = $1", {std::string(kMoving)},
                 [&](const Row&) { found = true; });
  });
  return found;
}

Result<Moved> move_city(usecases::Store& from, usecases::Store& to,
                        const usecases::Progress& progress) {
  if (has_city(to) && !is_being_moved_into(to))
    return Refusal{.why = Why::conflict,
                   .key = "move.not_empty",
                   .detail = "there is a city in the other database already; name an empty one"};
  if (is_being_moved_into(from))
    return Refusal{.why = Why::conflict,
                   .key = "move.unfinished",
                   .detail = "the first database is itself the goal of a move that has not ended"};
  mark(to, true);
  Moved out;
  const auto tables = tables_of_the_program();
  Far far{progress, rows_of(to, tables), rows_of(from, tables)};
  for (const auto& table : tables) {
    // The mark stands in the settings, whose first key it is; it is not in the way of a resumption.
    const auto moved = copy(from, to, table, far);
    out.tables.push_back({.name = table.name, .rows = 0, .moved = moved, .sha256 = {}});
    out.moved += moved;
  }
  mark(to, false);
  for (std::size_t i = 0; i < tables.size(); ++i) {
    progress.step("comparing", static_cast<std::int64_t>(i), std::ssize(tables));
    const auto here = digest_of(from, tables[i]), there = digest_of(to, tables[i]);
    if (here.sha256 != there.sha256) {
      mark(to, true);
      return Refusal{.why = Why::conflict,
                     .key = "move.differs",
                     .detail = fmt::format(
                         "the table {} is not the same in both: {} rows and {}; make the other "
                         "database anew and move again",
                         tables[i].name, here.rows, there.rows),
                     .args = {{"table", tables[i].name}}};
    }
    out.tables[i].rows = there.rows;
    out.tables[i].sha256 = there.sha256;
    out.rows += there.rows;
  }
  return out;
}

}  // namespace anxiao::store
