// Whether an organisation is among those that a selector of the pack chooses: by its kind and by
// its facets. Where an organisation says nothing of a facet, what the pack assumes of its kind
// counts.

#pragma once

#include <boost/json.hpp>
#include <string>

#include "pack/pack.h"

namespace anxiao::organisations {

bool holds(const pack::Condition& condition, const std::string& kind,
           const boost::json::object& facets);

bool is_chosen(const pack::Selector& selector, const std::string& kind,
               const boost::json::object& facets);

}  // namespace anxiao::organisations
