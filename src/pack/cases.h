// The cases of a pack: given / when / then, beside the data they prove. A server never reads
// them; tests walk them and `pack trace` counts them for each requirement.
//
// What given, when and then may say depends on what is proved; here they are kept as they stand,
// as JSON. A list of mappings where one is wanted (`fields: [*five, {funds: 3}]`) is left to the
// reader to join.

#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "pack/pack.h"

namespace anxiao::pack {

struct Case {
  std::string file;  // `cases/hazard_moves.yml`
  int line = 0;
  std::string loop;         // the chart it walks
  std::string name;         // a sentence
  std::string requirement;  // `C07.14`
  boost::json::object given;
  boost::json::object when;
  boost::json::object then;
};

struct LoadedCases {
  std::vector<Case> cases;  // in the order of files and lines
  std::vector<Complaint> complaints;
};

// Reads `cases/*.yml` under the pack's folder; a pack without the folder has no cases.
LoadedCases load_cases(const std::filesystem::path& folder);

// How many cases name each requirement: what `trace` asks for.
std::map<std::string, int> count_by_requirement(const std::vector<Case>& cases);

}  // namespace anxiao::pack
