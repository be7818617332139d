// One hazard as a guard of the demonstration opens it: what is sent, and the statements it takes.

#pragma once

#include <string>
#include <vector>

#include "bench/raw.h"
#include "pack/pack.h"

namespace anxiao::bench {

std::string hazard_body(const std::string& school, int number);

struct Creation {
  std::vector<Statement> statements;
  std::string id;  // of the hazard; what a replay puts another in place of
};

// Makes the demonstration in an empty store and opens one hazard in it.
Creation caught_creation(usecases::Store& store, const pack::Pack& pack, const Zone& zone,
                         Instant now);

}  // namespace anxiao::bench
