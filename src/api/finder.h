// Finds the row of the route table that a path means. The table is compiled once into a tree of
// path segments: a literal segment is tried before a `{parameter}`.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"

namespace anxiao::api {

class Finder {
 public:
  // Throws Fault where two rows have the same method and pattern, or a row's handler does not
  // suit its lane.
  explicit Finder(const std::vector<Route>& routes);
  ~Finder();

  struct Found {
    bool path = false;          // some row has this path
    std::ptrdiff_t route = -1;  // index of the row for this method; -1: none
    std::vector<std::string> params = {};
    std::string allow = {};  // the methods of the path, where `route` is -1
  };
  // HEAD finds the row of GET where there is none of its own.
  Found find(std::string_view method, std::string_view path) const;

 private:
  struct Node;
  static const Node* match(const Node& node, std::string_view rest,
                           std::vector<std::string>& params);
  std::unique_ptr<Node> root_;
};

}  // namespace anxiao::api
