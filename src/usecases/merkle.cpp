#include "usecases/merkle.h"

#include <bit>

#include "base/hash.h"
#include "base/result.h"

namespace anxiao::usecases::merkle {
namespace {

// The largest power of two that is less than `count`, which is 2 or more.
std::size_t split_of(std::size_t count) { return std::bit_floor(count - 1); }

}  // namespace

std::string leaf_hash(std::string_view input) {
  std::string bytes(1, '\0');
  bytes += input;
  return sha256(bytes);
}

std::string node_hash(std::string_view left, std::string_view right) {
  std::string bytes(1, '\1');
  bytes += left;
  bytes += right;
  return sha256(bytes);
}

std::string root_of(std::span<const std::string> inputs) {
  if (inputs.empty()) return sha256("");
  if (inputs.size() == 1) return leaf_hash(inputs[0]);
  std::size_t split = split_of(inputs.size());
  return node_hash(root_of(inputs.first(split)), root_of(inputs.subspan(split)));
}

std::vector<std::string> path_of(std::size_t index, std::span<const std::string> inputs) {
  expect(index < inputs.size(), "a path is asked for a leaf that is not there");
  if (inputs.size() == 1) return {};
  std::size_t split = split_of(inputs.size());
  std::vector<std::string> path;
  if (index < split) {
    path = path_of(index, inputs.first(split));
    path.push_back(root_of(inputs.subspan(split)));
  } else {
    path = path_of(index - split, inputs.subspan(split));
    path.push_back(root_of(inputs.first(split)));
  }
  return path;
}

std::string root_by_path(std::string_view input, std::size_t index, std::size_t count,
                         std::span<const std::string> path) {
  if (index >= count) return {};
  if (count == 1) return path.empty() ? leaf_hash(input) : std::string();
  if (path.empty()) return {};
  std::size_t split = split_of(count);
  const std::string& sibling = path.back();
  auto below = path.first(path.size() - 1);
  if (index < split) {
    std::string left = root_by_path(input, index, split, below);
    return left.empty() ? left : node_hash(left, sibling);
  }
  std::string right = root_by_path(input, index - split, count - split, below);
  return right.empty() ? right : node_hash(sibling, right);
}

}  // namespace anxiao::usecases::merkle
