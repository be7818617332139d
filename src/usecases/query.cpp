#include "usecases/query.h"

#include <algorithm>
#include <cctype>

namespace anxiao::usecases {
namespace {

// The least text greater than every path under `path`: its last slash becomes the next character.
std::string end_of(std::string_view path) {
  std::string end(path);
  end.back() = '0';
  return end;
}

void add_scope(Query& query, const organisations::Scope& scope, const std::string& alias,
               bool with_holder) {
  if (scope.held) {
    if (with_holder)
      query.add(alias + ".holder = ?", {scope.organisation});
    else
      query.add("FALSE");
    return;
  }
  if (organisations::is_root(scope)) {
    query.add("TRUE");
    return;
  }
  if (scope.exact)
    query.add("(" + alias + ".district = ? AND " + alias + ".path = ?)",
              {scope.district, scope.path});
  else
    query.add("(" + alias + ".district = ? AND " + alias + ".path >= ? AND " + alias + ".path < ?)",
              {scope.district, scope.path, end_of(scope.path)});
}

}  // namespace

Query& Query::add(std::string_view piece, std::initializer_list<Value> values) {
  auto value = values.begin();
  for (char c : piece) {
    if (c != '?') {
      sql_ += c;
      continue;
    }
    expect(value != values.end(), "every `?` of a piece has a value");
    values_.push_back(*value++);
    sql_ += '$';
    sql_ += std::to_string(values_.size());
  }
  expect(value == values.end(), "every value of a piece has its `?`");
  return *this;
}

void within(Query& query, const std::vector<organisations::Scope>& scopes, std::string_view alias,
            bool with_holder) {
  if (scopes.empty()) {
    query.add(" AND FALSE");
    return;
  }
  query.add(" AND (");
  bool first = true;
  for (const auto& scope : scopes) {
    if (!first) query.add(" OR ");
    first = false;
    add_scope(query, scope, std::string(alias), with_holder);
  }
  query.add(")");
}

void under(Query& query, std::string_view district, std::string_view path, std::string_view alias) {
  query.add(" AND ");
  add_scope(query,
            {.district = std::string(district), .organisation = {}, .path = std::string(path)},
            std::string(alias), false);
}

void containing(Query& query, std::string_view text, std::string_view column) {
  std::string pattern = "%";
  for (char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  pattern += "%";
  query.add(" AND lower(" + std::string(column) + ") LIKE ? ESCAPE '\\'", {pattern});
}

}  // namespace anxiao::usecases
