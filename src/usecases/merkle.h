// The Merkle tree of RFC 6962, section 2.1, over SHA-256: the root of a list, the path that proves
// one of it, and the check of such a path. Inputs and hashes are raw bytes. Pure functions.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace anxiao::usecases::merkle {

std::string leaf_hash(std::string_view input);                         // SHA-256(0x00 || input)
std::string node_hash(std::string_view left, std::string_view right);  // SHA-256(0x01 || l || r)

// MTH: of an empty list the hash of nothing.
std::string root_of(std::span<const std::string> inputs);

// PATH: the hashes from the leaf's sibling upwards. `index` is less than the number of inputs.
std::vector<std::string> path_of(std::size_t index, std::span<const std::string> inputs);

// The root that `path` leads to from the input at `index` of `count`; empty where the path is not
// of the length that such a place has.
std::string root_by_path(std::string_view input, std::size_t index, std::size_t count,
                         std::span<const std::string> path);

}  // namespace anxiao::usecases::merkle
