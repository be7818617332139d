// An SQL text put together from pieces, with its parameters. A `?` in a piece stands for the next
// of its values and becomes `$1`, `$2`, …, so that nothing that came from outside ever stands in
// the text itself.

#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "domain/organisations/authority.h"
#include "usecases/ports.h"

namespace anxiao::usecases {

class Query {
 public:
  explicit Query(std::string_view piece, std::initializer_list<Value> values = {}) {
    add(piece, values);
  }
  Query& add(std::string_view piece, std::initializer_list<Value> values = {});

  void run(Reader& reader, const std::function<void(const Row&)>& each) const {
    reader.query(sql_, std::span<const Value>(values_), each);
  }
  std::int64_t exec(Transaction& transaction) const {
    return transaction.exec(sql_, std::span<const Value>(values_));
  }
  const std::string& sql() const { return sql_; }
  const std::vector<Value>& values() const { return values_; }

 private:
  std::string sql_;
  std::vector<Value> values_;
};

// Adds ` AND (…)`: the rows of `alias` (columns `district` and `path`; `holder` where
// `with_holder`) that lie within one of the scopes. No scope: no row.
void within(Query& query, const std::vector<organisations::Scope>& scopes, std::string_view alias,
            bool with_holder = false);

// Adds ` AND …`: the rows of `alias` at or under the organisation of this district and path.
void under(Query& query, std::string_view district, std::string_view path, std::string_view alias);

// Adds ` AND lower(column) LIKE …`: the text occurs in the column, whatever its case.
void containing(Query& query, std::string_view text, std::string_view column);

}  // namespace anxiao::usecases
