// Lists come in pages. A cursor says where the next page begins: the sort keys of the last row,
// wrapped so that nobody builds one by hand. It holds no permission: the next page is asked for
// with the caller's own scopes again.

#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace anxiao::usecases {

// An id with the name a person knows it by.
struct Ref {
  std::string id;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Ref, (), (id, name))

inline constexpr std::size_t kPageRows = 50;  // where the caller names no limit
inline constexpr std::size_t kPageRowsMost = 500;

template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next;
};

struct Paging {
  std::size_t limit = kPageRows;
  std::optional<boost::json::array> after;  // the keys of the last row seen
};

std::string cursor_of(const boost::json::array& keys);

// Reads `limit` and `cursor` as they stand in a query, empty where absent. The cursor must hold
// as many strings and integers as `keys` says, one letter each: `s`, `i`. Refuses
// `list.cursor_malformed` and `list.limit_malformed`.
Result<Paging> paging_of(std::string_view limit, std::string_view cursor, std::string_view keys);

}  // namespace anxiao::usecases
