// Which matters count where somebody asks whether one has outlasted its term: at the organisation
// that they are about, at every one above it, and at the one that holds them.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usecases/query.h"

namespace anxiao::usecases {

// The ids of the organisations at which a matter of that path and holder counts, each once.
std::vector<std::string> counting_at(std::string_view path, const std::string& holder);

// The same from the other side: the open matters of the loop that count at the organisation, as
// rows of id, due_at, title, organisation, path and holder, in no order and each once. With
// `late_at` only those whose term ended before it.
Query matters_counting_at(const std::string& district, const std::string& organisation,
                          std::string_view path, const std::string& loop,
                          std::optional<Instant> late_at = {});

}  // namespace anxiao::usecases
