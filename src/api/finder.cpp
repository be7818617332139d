#include "api/finder.h"

#include <map>
#include <set>
#include <utility>

#include "base/result.h"

namespace anxiao::api {

struct Finder::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::vector<std::pair<std::string, std::ptrdiff_t>> rows;  // method, index
};

namespace {

// The next segment of a path that begins with a slash, and what follows it.
std::pair<std::string_view, std::string_view> cut(std::string_view path) {
  path.remove_prefix(1);
  auto end = path.find('/');
  if (end == std::string_view::npos) return {path, {}};
  return {path.substr(0, end), path.substr(end)};
}

}  // namespace

Finder::Finder(const std::vector<Route>& routes) : root_(std::make_unique<Node>()) {
  for (std::size_t i = 0; i < routes.size(); ++i) {
    const Route& route = routes[i];
    std::string name = route.method + " " + route.pattern;
    bool writes = std::holds_alternative<Writing>(route.handler);
    if (writes != (route.lane == Lane::write))
      throw Fault(name + ": a Writing belongs on the write lane and nothing else does");
    if (!route.pattern.starts_with('/')) throw Fault(name + ": a pattern begins with a slash");
    Node* node = root_.get();
    std::string_view rest = route.pattern;
    while (!rest.empty()) {
      auto [segment, after] = cut(rest);
      rest = after;
      if (segment.starts_with('{')) {
        if (!node->parameter) node->parameter = std::make_unique<Node>();
        node = node->parameter.get();
      } else {
        auto& next = node->literals[std::string(segment)];
        if (!next) next = std::make_unique<Node>();
        node = next.get();
      }
    }
    for (const auto& [method, other] : node->rows)
      if (method == route.method)
        throw Fault(name + ": there already is " + routes[static_cast<std::size_t>(other)].pattern);
    node->rows.emplace_back(route.method, static_cast<std::ptrdiff_t>(i));
  }
}

Finder::~Finder() = default;

const Finder::Node* Finder::match(const Node& node, std::string_view rest,
                                  std::vector<std::string>& params) {
  if (rest.empty()) return node.rows.empty() ? nullptr : &node;
  auto [segment, after] = cut(rest);
  auto literal = node.literals.find(segment);
  if (literal != node.literals.end())
    if (const Node* found = match(*literal->second, after, params)) return found;
  if (!node.parameter || segment.empty()) return nullptr;
  params.emplace_back(segment);
  if (const Node* found = match(*node.parameter, after, params)) return found;
  params.pop_back();
  return nullptr;
}

Finder::Found Finder::find(std::string_view method, std::string_view path) const {
  Found out;
  if (!path.starts_with('/')) return out;
  const Node* node = match(*root_, path, out.params);
  if (!node) return out;
  out.path = true;
  for (const auto& [name, index] : node->rows)
    if (name == method || (method == "HEAD" && name == "GET" && out.route < 0)) out.route = index;
  if (out.route >= 0) return out;
  std::set<std::string> methods;
  for (const auto& [name, index] : node->rows) {
    methods.insert(name);
    if (name == "GET") methods.insert("HEAD");
  }
  for (const auto& name : methods) out.allow += (out.allow.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace anxiao::api
